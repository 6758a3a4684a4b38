"""Folders for the length of one piece of work, of which nothing stays behind, however it ends.

Copies of tables can hold personal data. A process that is killed cannot clear its folder; the next one does: a folder
is in use as long as somebody holds the lock on the file in it, and the system lets go of locks when a process ends.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

logger = logging.getLogger(__name__)

PREFIX = "dulieumo-tam-"
_LOCK = "dang-dung"
_ABANDONED_SECONDS = 3_600
"""After so long a folder in which no lock was ever made is nobody's: its process ended while it was being set up."""


@contextmanager
def working_folder(within: Path | None = None) -> Iterator[Path]:
    """An empty folder ``within`` another (the system's for temporary files if none is named) that only this user can
    open; it is removed at the end, and so are those there that killed processes left."""
    sweep_working_folders(within)
    if within is not None:
        within.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=within))
    unready = folder / f"{_LOCK}-moi"
    lock = os.open(unready, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        unready.rename(folder / _LOCK)  # whoever sees the file under this name sees it locked
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def sweep_working_folders(within: Path | None = None) -> int:
    """Remove the folders that killed processes of this user left; how many there were. Never raises ``OSError``."""
    swept = 0
    with suppress(OSError):
        for folder in (within or Path(tempfile.gettempdir())).glob(f"{PREFIX}*"):
            with suppress(OSError):
                if _is_abandoned(folder):
                    shutil.rmtree(folder)
                    swept += 1
    if swept:
        logger.info("removed %d working folders of processes that were killed", swept)
    return swept


def _is_abandoned(folder: Path) -> bool:
    status = folder.lstat()
    if status.st_uid != os.getuid() or not folder.is_dir() or folder.is_symlink():
        return False
    try:
        lock = os.open(folder / _LOCK, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return time.time() - status.st_mtime > _ABANDONED_SECONDS
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True
