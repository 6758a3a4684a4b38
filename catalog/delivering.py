"""Use cases that do what follows from a committed change: the outbox is delivered, in order, again until it is done.

The index guards revisions and derived files are the same bytes every time, so that whatever is done twice, or by two
workers at once, comes to the same.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from catalog.errors import CatalogError, IndexUnavailable, StorageError
from catalog.indexing import EVERYTHING, Indexing, update_index
from catalog.model import DatasetId, VersionId
from catalog.ports import DeriveFiles, FileStore, OutboxEvent, Topic
from catalog.publishing import derive_formats
from catalog.version_codes import keep_codes

logger = logging.getLogger(__name__)

AT_ONCE = 500
"""Events read at a time; the index is refreshed once for them all."""

FIRST_PAUSE = 2.0
LONGEST_PAUSE = 60.0
"""Seconds for which work that failed is left alone: each time twice as long."""


@dataclass(slots=True)
class Rest:
    """Work that failed and is left alone ``until`` then."""

    pause: float = 0.0
    until: float = float("-inf")

    def prolong(self, now: float, *, least: float = FIRST_PAUSE, most: float = LONGEST_PAUSE) -> None:
        """Twice as long as before, at least and at most so many seconds."""
        self.pause = min(max(least, 2 * self.pause), most)
        self.until = now + self.pause


@dataclass(slots=True)
class Deliveries:
    """Delivers what the outbox holds, and remembers what failed, so that it is tried again after growing pauses: an
    index that is down for hours costs a question a minute. New work is done meanwhile, and reaches the copy of an index
    that has one. One thread delivers; another may call :meth:`hurry` and look at what failed.
    """

    indexing: Indexing
    files: FileStore
    derive: DeriveFiles
    monotonic: Callable[[], float] = time.monotonic
    at_once: int = AT_ONCE
    failures: list[Exception] = field(default_factory=list)
    """What went wrong at the last delivery."""
    index_is_current: bool = False
    """Whether at the last delivery the index took everything."""
    _index_rest: Rest | None = None
    _offered: int = 0
    _rests: dict[int, Rest] = field(default_factory=dict)

    def deliver(self) -> int:
        """All that can be done now; returns how many events were. What fails is logged, stays where it is and keeps
        back nothing else."""
        self.failures.clear()
        done = 0
        while count := self._index_datasets() + self._follow_versions():
            done += count
        return done

    def hurry(self) -> None:
        """What failed may work now: it is tried at the next delivery."""
        self._index_rest = None
        self._rests.clear()

    # --- the index ---

    def _index_datasets(self) -> int:
        """Oldest first. While the index rests only what came since is given to it: its copy takes that."""
        rests = self._index_rest is not None and self.monotonic() < self._index_rest.until
        if rests and not self.indexing.members:  # there is no copy that would take what came since
            return 0
        after = self._offered if rests else 0
        done = 0
        while events := self._events(Topic.DATASET, after):
            after = events[-1].id
            ready = [event for event in events if not self._is_resting(event)]
            count = self._index_batch(ready)
            done += count
            if count:
                rests, self._index_rest = False, None
            elif ready:
                if not rests:
                    self._index_rest = self._index_rest or Rest()
                    self._index_rest.prolong(self.monotonic())
                rests, after = True, max(after, self._offered)
                self._offered = after
                if not self.indexing.members:
                    break
        self.index_is_current = not rests
        return done

    def _index_batch(self, events: Sequence[OutboxEvent]) -> int:
        """How many were done. Where one is refused and the index takes others, those are done without it."""
        if not events:
            return 0
        if self._indexed(events):
            return len(events)
        if len(events) == 1 or not (self._indexed(events[:1]) or self._indexed(events[-1:])):
            return 0
        return sum(map(self._index_half, (events[: len(events) // 2], events[len(events) // 2 :])))

    def _index_half(self, events: Sequence[OutboxEvent]) -> int:
        if self._indexed(events):
            return len(events)
        if len(events) == 1:
            self._rests.setdefault(events[0].id, Rest()).prolong(self.monotonic())
            return 0
        return sum(map(self._index_half, (events[: len(events) // 2], events[len(events) // 2 :])))

    def _indexed(self, events: Sequence[OutboxEvent]) -> bool:
        return self._done(events, partial(self._index, [DatasetId(event.key) for event in events]))

    def _index(self, ids: Iterable[DatasetId]) -> None:
        """An index that is not there is not begun, for it would not hold all; one that hangs costs no more than a
        question does. Where there is a copy the index sees to this itself."""
        if not self.indexing.members:
            self.indexing.index.search(EVERYTHING)
        update_index(self.indexing, list(dict.fromkeys(ids)))

    # --- further files ---

    def _follow_versions(self) -> int:
        done = after = 0
        while events := self._events(Topic.VERSION, after):
            after = events[-1].id
            for event in events:
                if self._is_resting(event):
                    continue
                if self._done([event], partial(self._follow_version, VersionId(event.key))):
                    done += 1
                else:
                    self._rests.setdefault(event.id, Rest()).prolong(self.monotonic())
        return done

    def _follow_version(self, version_id: VersionId) -> None:
        keep_codes(self.indexing.store, self.indexing.rows, version_id, at=self.indexing.clock())
        derive_formats(self.indexing.store, self.files, self.derive, version_id, clock=self.indexing.clock)

    # --- both ---

    def _events(self, topic: str, after: int) -> tuple[OutboxEvent, ...]:
        with self.indexing.store.read() as reader:
            return reader.outbox(self.at_once, topic=topic, after=after)

    def _is_resting(self, event: OutboxEvent) -> bool:
        rest = self._rests.get(event.id)
        return rest is not None and self.monotonic() < rest.until

    def _done(self, events: Sequence[OutboxEvent], act: Callable[[], object]) -> bool:
        try:
            act()
            with self.indexing.store.write() as transaction:
                transaction.acknowledge([event.id for event in events])
        except Exception as error:
            _tell(events, error)
            self.failures.append(error)
            return False
        for event in events:
            self._rests.pop(event.id, None)
        return True


def _tell(events: Sequence[OutboxEvent], error: Exception) -> None:
    what = f"{events[0].topic} {events[0].key}" + (f" and {len(events) - 1} more" if len(events) > 1 else "")
    if isinstance(error, IndexUnavailable):  # the server's trouble, not the program's
        logger.warning("outbox: %s could not be delivered: [%s] %s", what, error.code, error.message_en)
    else:
        logger.exception("outbox: %s could not be delivered", what, exc_info=error)


def failure_of(failures: Iterable[Exception]) -> CatalogError | None:
    """The first of what went wrong; what is no ``CatalogError`` as a ``StorageError``."""
    every = list(failures)
    if not every:
        return None
    first = every[0]
    if isinstance(first, CatalogError):
        return first
    failure = StorageError(
        f"Còn {len(every)} việc của chỉ mục và tệp dẫn xuất chưa giao được ({type(first).__name__}); sẽ làm lại, chi"
        " tiết có trong nhật ký.",
        f"{len(every)} deliveries to index and derived files failed ({type(first).__name__}); they will be tried again,"
        " the log has the details.",
    )
    failure.__cause__ = first
    return failure
