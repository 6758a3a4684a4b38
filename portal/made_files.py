"""Files that are made when somebody asks for them, once: kept on this machine's disk, as many as fit.

They are copies of what the catalogue holds, so any of them may be thrown away, and every node of the portal has its
own. The same key always stands for the same bytes.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import BoundedSemaphore
from typing import BinaryIO

from catalog.errors import CatalogError, reporting_full_disk

AT_ONCE = 2
WAIT_SECONDS = 20.0
MOST_BYTES = 500_000_000
_UNFINISHED = ".dang-ghi"
_ABANDONED_SECONDS = 3_600


class TooBusy(CatalogError):
    """As many files are being made as may be; whoever asks again a little later is served."""

    code = "too-busy"
    http_status = 503


@dataclass(slots=True)
class MadeFiles:
    """At most ``at_once`` files are being made in this process; others wait for ``wait_seconds``, then ``TooBusy``."""

    folder: Path
    most_bytes: int = MOST_BYTES
    at_once: int = AT_ONCE
    wait_seconds: float = WAIT_SECONDS
    _turns: BoundedSemaphore = field(init=False)

    def __post_init__(self) -> None:
        self._turns = BoundedSemaphore(self.at_once)

    def open(self, key: str, make: Callable[[Path], None]) -> BinaryIO:
        """The file of this key, made by ``make`` at the path it is given if it is not there. Raises what ``make``
        raises, then nothing is kept; ``TooBusy``; ``StorageFull``."""
        path = self.folder / hashlib.sha256(key.encode()).hexdigest()
        found = _opened(path)
        if found is not None:
            return found
        if not self._turns.acquire(timeout=self.wait_seconds):
            raise TooBusy(
                "Đang có nhiều người cùng tải tệp này; hãy thử lại sau ít phút.",
                "Many are asking for such files right now; try again in a few minutes.",
            )
        try:
            return _opened(path) or self._made(path, make)
        finally:
            self._turns.release()

    def _made(self, path: Path, make: Callable[[Path], None]) -> BinaryIO:
        with reporting_full_disk():
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(suffix=_UNFINISHED, dir=self.folder)
            os.close(handle)
            unfinished = Path(name)
            try:
                make(unfinished)
                made = unfinished.open("rb")
                unfinished.replace(path)
            finally:
                unfinished.unlink(missing_ok=True)
        self._make_room(path)
        return made

    def _make_room(self, kept: Path) -> None:
        """Throw away what nobody has asked for longest until the rest fits, and what killed processes left."""
        found = []
        for file in self.folder.iterdir():
            with suppress(FileNotFoundError):
                status = file.stat()
                if file.suffix != _UNFINISHED:
                    found.append((status.st_mtime, status.st_size, file))
                elif time.time() - status.st_mtime > _ABANDONED_SECONDS:
                    file.unlink()
        total = sum(size for _, size, _ in found)
        for _, size, file in sorted(found):
            if total <= self.most_bytes:
                break
            if file != kept:
                file.unlink(missing_ok=True)
                total -= size


def _opened(path: Path) -> BinaryIO | None:
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return None
    with suppress(OSError):
        os.utime(path)  # asked for just now
    return file
