"""An index behind which the catalogue stands: no reader is turned away for want of an index."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from catalog.errors import IndexUnavailable
from catalog.indexed import IndexedDataset
from catalog.model import DatasetId
from catalog.ports import DatasetIndex
from catalog.questions import SearchPage, SearchQuery
from search.datasets.catalogue_search import CatalogueSearch
from search.datasets.fallback import continued_elsewhere

logger = logging.getLogger(__name__)

_OF_THE_CATALOGUE = "catalogue."
_SLOW = 0.5
_KEPT_FOR = 60.0


class LastResort:
    """Asks ``index``, and ``catalogue`` where neither it nor a copy of it can answer; its answers say
    :attr:`SearchPage.degraded` and what they left out.

    An index that fails slowly is left alone for ``rest`` seconds, and then one search tries it. What is similar to a
    dataset is not told by the catalogue: it would take long, and a page is whole without. May be shared by threads.
    """

    def __init__(
        self,
        index: DatasetIndex,
        catalogue: CatalogueSearch,
        *,
        rest: float = 5.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.index = index
        self._catalogue = catalogue
        self._rest = rest
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._failure: IndexUnavailable | None = None
        self._resting_until = 0.0
        self._used_at: float | None = None

    def search(self, query: SearchQuery) -> SearchPage:
        if query.after.startswith(_OF_THE_CATALOGUE):
            return self._from_catalogue(query)
        failure = self._left_alone()
        if failure is None:
            begun = self._monotonic()
            try:
                page = self.index.search(query)
            except IndexUnavailable as error:
                failure = self._note(error, self._monotonic() - begun)
            else:
                self._works()
                return page
        if query.like is not None:
            raise failure
        return self._from_catalogue(continued_elsewhere(query))

    def _from_catalogue(self, query: SearchQuery) -> SearchPage:
        self._used_at = self._monotonic()
        page = self._catalogue.search(replace(query, after=query.after.removeprefix(_OF_THE_CATALOGUE)))
        return replace(page, next=page.next and _OF_THE_CATALOGUE + page.next)

    def _left_alone(self) -> IndexUnavailable | None:
        with self._lock:
            if self._failure is not None:
                now = self._monotonic()
                if now < self._resting_until:
                    return type(self._failure)(self._failure.message, self._failure.message_en)
                self._resting_until = now + self._rest
            return None

    def _note(self, error: IndexUnavailable, seconds: float) -> IndexUnavailable:
        with self._lock:
            if self._used_at is None:
                logger.warning("[%s] %s Searches are answered from the catalogue.", error.code, error.message_en)
            if seconds > _SLOW:
                self._failure = error.with_traceback(None)
                self._resting_until = self._monotonic() + self._rest
        return error

    def _works(self) -> None:
        self._failure = None
        used_at = self._used_at
        if used_at is not None and self._monotonic() - used_at > _KEPT_FOR:
            self._used_at = None
            self._catalogue.forget()

    # --- the index alone ---

    def put(self, datasets: Iterable[IndexedDataset]) -> None:
        self.index.put(datasets)

    def remove(self, ids: Collection[DatasetId]) -> None:
        self.index.remove(ids)

    def rebuild(self, datasets: Iterable[IndexedDataset]) -> int:
        return self.index.rebuild(datasets)

    def revisions(self) -> dict[DatasetId, int]:
        return self.index.revisions()
