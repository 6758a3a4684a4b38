"""Files that come packed with gzip by themselves, rather than for the way."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from catalog.errors import SourceUnreadable, reporting_full_disk


def unpack(path: Path, shown: str, most_bytes: int) -> bool:
    """Unpacks the file in its place if it is a gzip file, and says whether it was. Raises ``SourceUnreadable`` for one
    that is damaged or holds more than ``most_bytes``; ``shown`` names it there."""
    with path.open("rb") as stream:
        if stream.read(2) != b"\x1f\x8b":
            return False
    unpacked = path.with_name(path.name + ".goi")
    try:
        with gzip.open(path) as packed, reporting_full_disk(), unpacked.open("wb") as target:
            size = 0
            while piece := packed.read(1 << 20):
                size += len(piece)
                if size > most_bytes:
                    raise _refused(shown, "bung ra quá lớn", "it is too large when it is unpacked")
                target.write(piece)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise _refused(shown, "tệp nén gzip bị hỏng", "its gzip packing is damaged") from None
    unpacked.replace(path)
    return True


def _refused(shown: str, why: str, why_en: str) -> SourceUnreadable:
    return SourceUnreadable(f"Không đọc được “{shown}”: {why}.", f"“{shown}” cannot be read: {why_en}.", url=shown)
