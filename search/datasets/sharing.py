"""One reading of the catalogue for two indexes that are built at once."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress

from catalog.errors import IndexUnavailable
from catalog.indexed import IndexedDataset

_MOST_WAITING = 1_000


class Share:
    """One reading for two readers at once: the first reads, the second is handed each dataset as it passes."""

    def __init__(self, datasets: Iterable[IndexedDataset]) -> None:
        self._datasets = iter(datasets)
        self._passed: queue.Queue[IndexedDataset | BaseException | None] = queue.Queue(_MOST_WAITING)
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
