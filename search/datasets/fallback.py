"""An index with an embedded copy behind it: whoever searches is answered, whatever becomes of the index proper."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from catalog.errors import IndexUnavailable
from catalog.indexed import IndexedDataset
from catalog.model import DatasetId
from catalog.ports import DatasetIndex
from catalog.questions import SearchPage, SearchQuery
from search.datasets.answering import read_cursor, unknown_cursor
from search.datasets.sharing import Share

logger = logging.getLogger(__name__)

_OF_THE_COPY = "copy."
_REMEMBERED = 20_000
_PROBE = SearchQuery(limit=0)


class FallbackIndex:
    """Asks ``proper``; while that is unavailable asks ``copy``, whose answers say :attr:`SearchPage.degraded`.

    After a failure ``proper`` is left alone for ``rest`` seconds, and then one search tries it, so that a server that
    is down or frozen costs one search its time-out and not every search. Writing goes to both; what ``proper`` could
    not take raises ``IndexUnavailable`` when ``copy`` has taken it, so that the caller tries again. Neither is begun by
    writing: one that is not there raises ``IndexMissing``, for what it would hold were not all.

    A page of one that cannot be asked any more is followed by a page of the other, which says so.

    ``mark`` is a file that all processes with this copy share: while it is there ``proper`` lacks something that the
    copy holds, and all of them ask the copy first. Whoever fails to write makes it; who has compared the two with the
    catalogue calls :meth:`trust`. May be shared by threads.
    """

    def __init__(
        self,
        proper: DatasetIndex,
        copy: DatasetIndex,
        *,
        mark: Path | None = None,
        rest: float = 5.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.proper = proper
        self.copy = copy
        self._mark = mark
        self._rest = rest
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._failure: IndexUnavailable | None = None
        self._resting_until = 0.0
        self._copied: dict[DatasetId, int] = {}  # by the hash of all that is held

    # --- reading ---

    def search(self, query: SearchQuery) -> SearchPage:
        if query.after.startswith(_OF_THE_COPY):  # a page of the copy is followed by one of the copy
            try:
                return self._from_copy(query)
            except IndexUnavailable:
                query = continued_elsewhere(query)
        if not query.after and self._is_behind():
            try:
                return self._from_copy(query)
            except IndexUnavailable:
                logger.debug("the copy cannot be asked either", exc_info=True)
        failure = self._left_alone()
        if failure is None:
            try:
                page = self.proper.search(query)
            except IndexUnavailable as error:
                failure = self._note(error)
            else:
                self._failure = None
                return page
        try:
            return self._from_copy(continued_elsewhere(query))
        except IndexUnavailable as error:
            raise failure from error

    def _left_alone(self) -> IndexUnavailable | None:
        """Why ``proper`` rests, if it does; of those who ask at the end of its rest the first is to try it."""
        with self._lock:
            if self._failure is None:
                return None
            now = self._monotonic()
            if now < self._resting_until:
                return _anew(self._failure)
            self._resting_until = now + self._rest
            return None

    def _from_copy(self, query: SearchQuery) -> SearchPage:
        page = self.copy.search(replace(query, after=query.after.removeprefix(_OF_THE_COPY)))
        return replace(page, degraded=True, next=page.next and _OF_THE_COPY + page.next)

    def _note(self, error: IndexUnavailable) -> IndexUnavailable:
        with self._lock:
            if self._failure is None:
                logger.warning("[%s] %s Searches are answered from the copy.", error.code, error.message_en)
            self._failure = _anew(error)
            self._resting_until = self._monotonic() + self._rest
        return error

    def revisions(self) -> dict[DatasetId, int]:
        """Of the index proper; those of the copy are asked of :attr:`copy`."""
        return self.proper.revisions()

    # --- whether the index proper holds what the copy holds ---

    def _is_behind(self) -> bool:
        return self._mark is not None and self._mark.exists()

    def trust(self, trusted: bool) -> None:
        """Whether ``proper`` holds all that it should; while it does not, whoever searches is answered by the copy."""
        if self._mark is None:
            return
        try:
            if trusted:
                self._mark.unlink(missing_ok=True)
            else:
                self._mark.parent.mkdir(parents=True, exist_ok=True)
                self._mark.touch()
        except OSError as error:
            logger.warning("whether the index is behind its copy cannot be told to other processes: %s", error)

    # --- writing ---

    def put(self, datasets: Iterable[IndexedDataset]) -> None:
        given = tuple(datasets)
        if not given:
            return
        new = [dataset for dataset in given if self._copied.get(dataset.id) != hash(dataset)]
        copying = _tried(self.copy, lambda: self.copy.put(new)) if new else None
        if copying is None:
            self._remember(new)
        self._end(self._tried_proper(lambda: self.proper.put(given)), copying)

    def remove(self, ids: Collection[DatasetId]) -> None:
        if not ids:
            return
        for dataset_id in ids:
            self._copied.pop(dataset_id, None)
        copying = _tried(self.copy, lambda: self.copy.remove(ids))
        self._end(self._tried_proper(lambda: self.proper.remove(ids)), copying)

    def rebuild(self, datasets: Iterable[IndexedDataset]) -> int:
        """Both are built from one reading of ``datasets``. Where one fails, the other is finished all the same."""
        self._copied.clear()
        share = Share(datasets)
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

    def _rebuild_copy(self, share: Share) -> None:
        try:
            self.copy.rebuild(share.second())
        finally:
            share.leave()

    def _tried_proper(self, act: Callable[[], object]) -> IndexUnavailable | None:
        failure = self._left_alone()
        if failure is None:
            failure = _tried(self.proper, act)
            if failure is not None:
                self._note(failure)
        return failure

    def _remember(self, datasets: Iterable[IndexedDataset]) -> None:
        """What the copy has taken need not be given to it again while the same work is tried again for the other."""
        if len(self._copied) > _REMEMBERED:
            self._copied.clear()
        self._copied.update((dataset.id, hash(dataset)) for dataset in datasets)

    def _end(self, failure: IndexUnavailable | None, copying: IndexUnavailable | None) -> None:
        if failure is not None:
            if copying is None:
                self.trust(False)
            raise failure
        self._failure = None
        if copying is not None:
            raise copying


def continued_elsewhere(query: SearchQuery) -> SearchQuery:
    """The same page asked of another index, which cannot know where the one before was broken off, but has as many
    datasets in the same order before it. Raises ``InvalidQuery`` for a cursor of nobody's."""
    if not query.after:
        return query
    match read_cursor(query.after.rpartition(".")[2]):
        case [_, *_, int(before)] if 0 <= before < 2**63:
            return replace(query, after="", offset=before)
    raise unknown_cursor(query.after)


def _anew(error: IndexUnavailable) -> IndexUnavailable:
    """The same once more: one that is raised again and again grows by the places where it was."""
    return type(error)(error.message, error.message_en, **error.details)


def _tried(index: DatasetIndex, act: Callable[[], object]) -> IndexUnavailable | None:
    """Writing may take a minute to fail; so it is asked first whether anybody is there, which takes no time."""
    try:
        index.search(_PROBE)
        act()
    except IndexUnavailable as error:
        return error
    return None
