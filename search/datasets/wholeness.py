"""Whether the files of an embedded index are what was written: each ends with a checksum of all that stands before.

tantivy writes the checksums (``directory/footer.rs``) and never looks at them when it opens an index, so that damage
shows by and by: a word that is not found, a search that fails.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_META = "meta.json"
_PARTS = ("fast", "fieldnorm", "idx", "pos", "store", "term")
_MAGIC = 1337
_TAIL = struct.Struct("<II")
_LONGEST_FOOTER = 50_000
_BLOCK = 1 << 20


def damage_of(folder: Path) -> str:
    """What is wrong with the index in ``folder``, in English; empty where all is whole. A writer may be at work.

    Reads every byte, about a gigabyte a second. Raises ``OSError`` where that cannot be told just now: no more file
    handles, no right to read.
    """
    while True:
        before = _read_meta(folder)
        found = _damage(folder, before)
        if not found or _read_meta(folder) == before:
            return found


def _read_meta(folder: Path) -> bytes:
    with suppress(FileNotFoundError):
        return (folder / _META).read_bytes()
    return b""


def _damage(folder: Path, meta: bytes) -> str:
    try:
        names = list(_files_of(meta))
    except (ValueError, KeyError, TypeError, AttributeError):
        return f"{_META} cannot be read"
    for name in names:
        try:
            if not _is_whole(folder / name):
                return f"{name} is not what was written"
        except FileNotFoundError:
            return f"{name} is not there"
    return ""


def _files_of(meta: bytes) -> Iterator[str]:
    for segment in json.loads(meta)["segments"]:
        name = segment["segment_id"].replace("-", "")
        yield from (f"{name}.{part}" for part in _PARTS)
        if segment["deletes"]:
            yield f"{name}.{segment['deletes']['opstamp']}.del"


def _is_whole(path: Path) -> bool:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        if size < _TAIL.size:
            return False
        file.seek(size - _TAIL.size)
        length, magic = _TAIL.unpack(file.read(_TAIL.size))
        left = size - _TAIL.size - length
        if magic != _MAGIC or length > _LONGEST_FOOTER or left < 0:
            return False
        file.seek(left)
        expected = _written_sum(file.read(length))
        file.seek(0)
        found = 0
        while left and (block := file.read(min(_BLOCK, left))):
            found, left = zlib.crc32(block, found), left - len(block)
    return found == expected


def _written_sum(footer: bytes) -> int | None:
    try:
        crc = json.loads(footer)["crc"]
    except (ValueError, KeyError, TypeError):
        return None
    return crc if isinstance(crc, int) else None
