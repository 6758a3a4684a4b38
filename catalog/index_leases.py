"""One process at a time mends or builds a search index: others, on whatever machine, see that it is at it.

The right to do so is a row in the database, as that to a run is. A process that dies while it holds it keeps others
from it for a minute at most.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

from catalog.errors import CatalogError
from catalog.ports import CatalogStore, Clock
from catalog.sources import Lease

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
BEAT_SECONDS = 10.0
"""How often a lease is renewed: it outlives several lost beats."""


@dataclass(frozen=True, slots=True)
class IndexLeases:
    """``owner`` names this process to others; ``is_dead`` tells whether a process so named is known to be gone."""

    store: CatalogStore
    owner: str
    is_dead: Callable[[str], bool]
    clock: Clock

    @contextmanager
    def alone(self, names: Collection[str]) -> Iterator[bool]:
        """Whether nobody else holds the lease of one of these indexes; all of them are kept until the end of the block.

        Names are those that every machine which shares an index gives it. Nobody is waited for, not even by another
        thread of this process.
        """
        taken = self._take(sorted(names))
        ended = threading.Event()
        keeper = threading.Thread(target=self._keep, args=(taken, ended), name="index-lease", daemon=True)
        keeper.start()
        try:
            yield len(taken) == len(set(names))
        finally:
            ended.set()
            keeper.join()
            self._leave(taken)

    def _take(self, names: Collection[str]) -> tuple[str, ...]:
        """All of them or none."""
        with self.store.write() as transaction:
            now = self.clock()
            lease = Lease(self.owner, now + LEASE)
            taken = tuple(name for name in names if transaction.claim_index(name, lease, now, self.is_dead))
            if len(taken) < len(names):
                for name in taken:
                    transaction.leave_index(name, self.owner)
                return ()
        return taken

    def _keep(self, names: Collection[str], ended: threading.Event) -> None:
        while names and not ended.wait(BEAT_SECONDS):
            with suppress(CatalogError), self.store.write() as transaction:  # a busy database: the next beat does
                lease = Lease(self.owner, self.clock() + LEASE)
                lost = [name for name in names if not transaction.renew_index(name, lease)]
                if lost:
                    logger.warning("search index: another process took over from this one, which had stood still")
                    return

    def _leave(self, names: Collection[str]) -> None:
        with suppress(CatalogError), self.store.write() as transaction:  # else the leases end by themselves
            for name in names:
                transaction.leave_index(name, self.owner)
