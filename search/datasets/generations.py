"""Where an index lies on disk: numbered folders, of which a small file names the current one.

A rebuild fills a new folder and then replaces that file, in one step; readers notice and go over. Writers of all
processes wait for each other at a lock file, which the operating system gives free when its holder dies.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from catalog.errors import IndexMissing, IndexUnavailable
from search.datasets.tantivy_errors import damaged, engine_errors

_POINTER = "current"
_LOCK = "writer.lock"
_DAMAGED = "damaged"
_RETRY_AFTER = 0.02


class Generations:
    """The folders of one index. ``layout`` is part of their names: another program version's index is not read."""

    def __init__(self, folder: Path, layout: int) -> None:
        self._folder = folder
        self._layout = layout
        self._prefix = f"layout{layout}-"

    def current(self) -> Path:
        """The folder to read now. Raises ``IndexMissing`` if there is none yet, it is of an older layout or was given
        up, ``IndexUnavailable`` if of a newer: the program that made it may be at work, and this one to be stopped."""
        try:
            name, _, state = (self._folder / _POINTER).read_text().strip().partition(" ")
        except (FileNotFoundError, NotADirectoryError):
            raise _must_be_built("chưa được tạo", "has not been built yet") from None
        except OSError:  # no more file handles, no right to read: no reason to build anew
            with engine_errors():
                raise
        found = re.fullmatch(r"layout(\d{1,9})-\d+", name)
        if found and int(found[1]) > self._layout:
            raise IndexUnavailable(
                "Chỉ mục tìm kiếm thuộc phiên bản mới hơn của chương trình; để dùng bản này hãy dựng lại chỉ mục.",
                "The search index is of a newer program; to go on with this one rebuild it.",
            )
        if not re.fullmatch(re.escape(self._prefix) + r"\d+", name) or not (self._folder / name).is_dir():
            raise _must_be_built("thuộc phiên bản khác hoặc bị hỏng", "is broken or of another version")
        if state == _DAMAGED:
            raise damaged("as was found when it was read")
        return self._folder / name

    def is_started(self) -> bool:
        """Whether an index was ever built here, of any layout."""
        return (self._folder / _POINTER).exists()

    def new(self) -> Path:
        """An empty folder for the next generation; only for the holder of the lock."""
        numbers = [int(path.name.rsplit("-", 1)[1]) for path in self._all()]
        path = self._folder / f"{self._prefix}{max(numbers, default=0) + 1}"
        path.mkdir(parents=True)
        return path

    def switch(self, new: Path) -> None:
        """Make ``new`` the current one. The one before stays until the next switch, for readers on their way over."""
        try:
            previous = self.current()
        except IndexUnavailable:
            previous = new
        self._point_to(new.name)
        for path in self._all():
            if path not in (new, previous):
                shutil.rmtree(path, ignore_errors=True)

    def give_up(self, path: Path) -> None:
        """No process reads ``path`` any more: it is damaged, and missed until a rebuild. Only for the holder of the
        lock."""
        with suppress(IndexUnavailable):  # somebody else gave it up, or replaced it
            if self.current() == path:
                self._point_to(f"{path.name} {_DAMAGED}")

    def _point_to(self, name: str) -> None:
        unfinished = self._folder / f".{_POINTER}.unfinished"  # one name: only the holder of the lock writes here
        with unfinished.open("w") as file:
            file.write(name)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self._folder / _POINTER)

    def _all(self) -> list[Path]:
        return [path for path in self._folder.glob("layout*-*") if re.fullmatch(r"layout\d+-\d+", path.name)]

    @contextmanager
    def lock(self, patience: float) -> Iterator[None]:
        """Be the only writer of all processes; raises ``IndexUnavailable`` after ``patience`` seconds of waiting."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / _LOCK).open("a") as file:
            deadline = time.monotonic() + patience
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() >= deadline:
                        raise IndexUnavailable(
                            "Một tiến trình khác đang ghi chỉ mục tìm kiếm; hãy thử lại sau.",
                            "Another process is writing the search index; try again later.",
                        ) from None
                    time.sleep(_RETRY_AFTER)
            yield


def _must_be_built(state: str, state_en: str) -> IndexMissing:
    return IndexMissing(f"Chỉ mục tìm kiếm {state}; hãy tạo lại chỉ mục.", f"The search index {state_en}; rebuild it.")
