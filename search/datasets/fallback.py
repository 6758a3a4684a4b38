"""An index with an embedded copy behind it: whoever searches is answered, whatever becomes of the index proper."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

from catalog.errors import IndexUnavailable
from catalog.indexed import IndexedDataset
from catalog.model import DatasetId
from catalog.ports import DatasetIndex
from catalog.questions import SearchPage, SearchQuery

logger = logging.getLogger(__name__)

_OF_THE_COPY = "copy."
_PATIENCE_AT_REBUILD = 1_000
_REMEMBERED = 20_000


class FallbackIndex:
    """Asks ``proper``; while that is unavailable asks ``copy``, whose answers say :attr:`SearchPage.degraded`.

    After a failure ``proper`` is left alone for ``rest`` seconds, so that a server that is down or frozen costs one
    search its time-out and not every search. Writing goes to both; what ``proper`` could not take raises
    ``IndexUnavailable`` when ``copy`` has taken it, so that the caller tries again. May be shared by threads.
    """

    def __init__(
        self,
        proper: DatasetIndex,
        copy: DatasetIndex,
        *,
        rest: float = 5.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.proper = proper
        self.copy = copy
        self._rest = rest
        self._monotonic = monotonic
        self._failure: IndexUnavailable | None = None
        self._resting_until = 0.0
        self._copied: dict[DatasetId, int] = {}

    # --- reading ---

    def search(self, query: SearchQuery) -> SearchPage:
        if query.after.startswith(_OF_THE_COPY):  # a page of the copy is followed by one of the copy
            return self._from_copy(query)
        failure = self._failure
        if failure is None or self._monotonic() >= self._resting_until:
            try:
                page = self.proper.search(query)
            except IndexUnavailable as error:
                failure = self._note(error)
            else:
                self._failure = None
                return page
        if query.after:
            raise failure
        return self._from_copy(query, failure)

    def _from_copy(self, query: SearchQuery, failure: IndexUnavailable | None = None) -> SearchPage:
        try:
            page = self.copy.search(replace(query, after=query.after.removeprefix(_OF_THE_COPY)))
        except IndexUnavailable as error:
            raise failure or error from error
        return replace(page, degraded=True, next=page.next and _OF_THE_COPY + page.next)

    def _note(self, error: IndexUnavailable) -> IndexUnavailable:
        if self._failure is None:
            logger.warning("[%s] %s; searches are answered from the copy", error.code, error.message_en)
        self._failure = error
        self._resting_until = self._monotonic() + self._rest
        return error

    def revisions(self) -> dict[DatasetId, int]:
        """Of the index proper; those of the copy are asked of :attr:`copy`."""
        return self.proper.revisions()

    # --- writing ---

    def put(self, datasets: Iterable[IndexedDataset]) -> None:
        given = tuple(datasets)
        new = [dataset for dataset in given if self._copied.get(dataset.id) != dataset.revision]
        copying = _tried(lambda: self.copy.put(new))
        if copying is None:
            self._remember(new)
        self._end(_tried(lambda: self.proper.put(given)), copying)

    def remove(self, ids: Collection[DatasetId]) -> None:
        for dataset_id in ids:
            self._copied.pop(dataset_id, None)
        copying = _tried(lambda: self.copy.remove(ids))
        self._end(_tried(lambda: self.proper.remove(ids)), copying)

    def rebuild(self, datasets: Iterable[IndexedDataset]) -> int:
        """Both are built from one reading of ``datasets``. Where one fails, the other is finished all the same."""
        self._copied.clear()
        share = _Share(datasets)
        with ThreadPoolExecutor(max_workers=1) as pool:
            copying = pool.submit(self._rebuild_copy, share)
            try:
                count = self.proper.rebuild(share.first())
            except IndexUnavailable as error:
                share.finish()
                raise self._note(error) from error
            except BaseException:
                share.abandon()
                raise
            self._failure = None
            copying.result()
        return count

    def _rebuild_copy(self, share: _Share) -> None:
        try:
            self.copy.rebuild(share.second())
        finally:
            share.leave()

    def _remember(self, datasets: Iterable[IndexedDataset]) -> None:
        """What the copy has taken need not be given to it again while the same work is tried again for the other."""
        if len(self._copied) > _REMEMBERED:
            self._copied.clear()
        self._copied.update((dataset.id, dataset.revision) for dataset in datasets)

    def _end(self, failure: IndexUnavailable | None, copying: IndexUnavailable | None) -> None:
        if failure is not None:
            raise self._note(failure)
        self._failure = None
        if copying is not None:
            raise copying


def _tried(act: Callable[[], object]) -> IndexUnavailable | None:
    try:
        act()
    except IndexUnavailable as error:
        return error
    return None


class _Share:
    """One reading for two readers at once: the first reads, the second is handed each dataset as it passes."""

    def __init__(self, datasets: Iterable[IndexedDataset]) -> None:
        self._datasets = iter(datasets)
        self._passed: queue.Queue[IndexedDataset | BaseException | None] = queue.Queue(_PATIENCE_AT_REBUILD)
        self._alone = threading.Event()
        self._ended = False

    def first(self) -> Iterator[IndexedDataset]:
        for dataset in self._datasets:
            self._pass(dataset)
            yield dataset
        self._pass(None)
        self._ended = True

    def finish(self) -> None:
        """The first has given up; the second goes on."""
        if self._ended:
            return
        try:
            for _ in self.first():
                pass
        except BaseException:
            self.abandon()
            raise

    def abandon(self) -> None:
        """There is nothing more to read, and what the second was handed is not all."""
        self._pass(_Abandoned())

    def second(self) -> Iterator[IndexedDataset]:
        while (passed := self._passed.get()) is not None:
            if isinstance(passed, BaseException):
                raise passed
            yield passed

    def leave(self) -> None:
        """The second has ended; the first need not hand on any more."""
        self._alone.set()

    def _pass(self, item: IndexedDataset | BaseException | None) -> None:
        while not self._alone.is_set():
            with suppress(queue.Full):
                self._passed.put(item, timeout=0.1)
                return


class _Abandoned(IndexUnavailable):
    def __init__(self) -> None:
        super().__init__("Việc dựng lại chỉ mục bị bỏ dở.", "The building of the index was given up.")
