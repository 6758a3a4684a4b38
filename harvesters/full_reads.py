"""How long a source may say of itself that nothing changed: seven days, then everything is read in full again.

No cheap sign is perfect: a stamp that a program forgot to set, a file put back with its old times, a reader of ours
that has learned something since. What is read in full is compared by its content: an unchanged table publishes nothing.
"""

from __future__ import annotations

import zlib
from datetime import datetime
from pathlib import Path

from catalog.local_time import LOCAL_TIME

FULL_READ_DAYS = 7
SETTLED_SECONDS = 3
"""A file written to more recently may be written to again without its times showing it (FAT keeps even seconds)."""


def period(key: str) -> int:
    """The number of the seven days that begin on this table's own day, so that not all are read in full on Mondays."""
    return (_now().date().toordinal() + zlib.crc32(key.encode())) // FULL_READ_DAYS


def dated(key: str, mark: str) -> str:
    """The mark, good for the rest of these seven days."""
    return f"{mark}|{period(key)}" if mark else ""


def still_good(key: str, fingerprint: str) -> str:
    """The mark that was :func:`dated`; nothing if its seven days are over, or if it never was one."""
    mark, _, then = fingerprint.rpartition("|")
    return mark if then == str(period(key)) else ""


def file_mark(key: str, *files: Path) -> str:
    """What ``files`` are recognised by for the table ``key``: place on disk, size, and times of change to the
    nanosecond. The first is the table's own; others need not be there, or may be empty. No mark (an empty text) is
    given for what is too fresh to be recognised."""
    stamps: list[int] = []
    for position, file in enumerate(files):
        try:
            status = file.stat()
        except OSError:
            if position == 0:
                return ""
            continue
        if status.st_size == 0 and position > 0:
            continue
        if _now().timestamp() - status.st_mtime < SETTLED_SECONDS:
            return ""
        stamps += [position, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns]
    return dated(key, "-".join(f"{number:x}" for number in stamps))


def _now() -> datetime:
    return datetime.now(LOCAL_TIME)
