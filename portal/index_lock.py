"""One process at a time mends or builds the search index: others of the same home see that it is at it."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from catalog.errors import IndexUnavailable, StorageError
from portal.settings import Settings


@contextmanager
def alone(settings: Settings) -> Iterator[bool]:
    """Whether no other process holds the lock; held until the end of the block, or of the process."""
    path = settings.folder / "index.lock"
    try:
        file = path.open("a")
    except OSError as error:
        raise StorageError(
            f"Không ghi được vào {path} ({error.strerror}).", f"Cannot write to {path} ({error.strerror})."
        ) from error
    with file:
        yield _taken(file.fileno())


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def alone_or_refused(settings: Settings) -> Iterator[None]:
    """Raises ``IndexUnavailable`` where another process is at it."""
    with alone(settings) as mine:
        if not mine:
            raise IndexUnavailable(
                "Một tiến trình khác đang sửa hoặc dựng lại chỉ mục; hãy thử lại sau.",
                "Another process is mending or rebuilding the index; try again later.",
            )
        yield
