"""The words that mean the same as the catalogue has them now: edited while the portal runs, read when changed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from catalog.errors import CatalogError
from catalog.ports import AuditEvent, CatalogStore

if TYPE_CHECKING:
    from search.datasets.lexicon import Lexicon


class SearchLexicon:
    """Gives the lexicon to a search. May be shared by threads.

    Every ``look_after`` seconds at most it is looked whether anything was written to the audit trail, which every edit
    is; every ``read_after`` seconds the words are read whether or not. It is made anew only where they differ. A
    catalogue that cannot be read is no reason not to search: the words known last count, or those shipped.
    """

    def __init__(
        self,
        store: CatalogStore,
        *,
        look_after: float = 2.0,
        read_after: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._look_after = look_after
        self._read_after = read_after
        self._clock = clock
        self._lock = threading.Lock()
        self._lexicon: Lexicon | None = None
        self._made_of: object = None
        self._last_event: tuple[AuditEvent, ...] | None = None
        self._looked_at = self._read_at = float("-inf")

    def __call__(self) -> Lexicon:
        known = self._lexicon
        now = self._clock()
        if known is not None and (now - self._looked_at < self._look_after or self._lock.locked()):
            return known  # where somebody else is looking, it is good for that long
        with self._lock:
            return self._looked(now)

    def _looked(self, now: float) -> Lexicon:
        from search.datasets.lexicon_building import build_lexicon

        if self._lexicon is not None and now - self._looked_at < self._look_after:
            return self._lexicon
        self._looked_at = now
        try:
            with self._store.read() as reader:
                event = reader.audit(limit=1)
                if event == self._last_event and self._lexicon is not None and now - self._read_at < self._read_after:
                    return self._lexicon
                read = (reader.synonyms(), reader.organizations(), reader.code_lists())
        except CatalogError:
            self._lexicon = self._lexicon or build_lexicon()
            return self._lexicon
        self._last_event, self._read_at = event, now
        if read != self._made_of or self._lexicon is None:
            self._lexicon, self._made_of = build_lexicon(*read), read
        return self._lexicon
