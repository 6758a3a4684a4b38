"""Which encoding a text file is in: by its mark, by UTF-8's own rules, else by which reading makes Vietnamese words.

UTF-8 that breaks after it has worked is a damaged file, not another encoding: the row is named and nothing is guessed.
"""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from catalog.errors import SourceUnreadable
from catalog.vietnamese import grouped
from catalog.vietnamese_syllables import marked_words, syllable_share
from harvesters.reading.legacy_fonts import decode_tcvn3, decode_vni

SAMPLE_BYTES = 1 << 18
_BLOCK_BYTES = 1 << 20
_SURE = 0.85
_MARGIN = 0.15


@dataclass(frozen=True, slots=True)
class Encoding:
    """``name`` as in a layout; ``codec`` is Python's to read the bytes with, ``decode`` what makes Unicode of the text
    that gives. ``guessed``: no mark and no rule of the bytes says so, only the words."""

    name: str
    codec: str
    decode: Callable[[str], str] | None = None
    guessed: bool = False


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


_BY_NAME: Mapping[str, tuple[str, Callable[[str], str] | None]] = {
    "cp1258": ("cp1258", _composed),
    "tcvn3": ("latin-1", decode_tcvn3),
    "vni": ("cp1252", decode_vni),
    "cp1252": ("cp1252", None),
}


def _named(name: str) -> Encoding:
    """The encoding of this name."""
    codec, decode = _BY_NAME.get(name, (name, None))
    return Encoding(name, "utf-8-sig" if codec == "utf-8" else codec, decode)


def encoding_of(path: Path) -> Encoding:
    """The encoding of the whole file. Raises ``SourceUnreadable`` naming the row where none fits."""
    with path.open("rb") as stream:
        sample = stream.read(SAMPLE_BYTES)
    marked = _by_mark(sample)
    if marked:
        return marked
    fault = _first_fault_in_utf8(path)
    if fault is None:
        return Encoding("utf-8", "utf-8-sig")
    row, worked = fault
    if worked:
        raise _not_utf8(path, row)
    found = _by_words(sample)
    if found is None:
        raise _not_utf8(path, row)
    return found


def _by_mark(sample: bytes) -> Encoding | None:
    if sample.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)) and sample[:4] != b"\xff\xfe\x00\x00":
        return Encoding("utf-32", "utf-32")
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Encoding("utf-16", "utf-16")
    if sample.startswith(codecs.BOM_UTF8):
        return None
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = max(len(sample) // 2, 1)
    if odd > half * 0.4 and even < half * 0.05:
        return Encoding("utf-16-le", "utf-16-le", guessed=True)
    if even > half * 0.4 and odd < half * 0.05:
        return Encoding("utf-16-be", "utf-16-be", guessed=True)
    return None


def _first_fault_in_utf8(path: Path) -> tuple[int, bool] | None:
    """The line of the first byte that is not UTF-8, and whether letters beyond ASCII were read well elsewhere."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    row, seen = 1, False
    with path.open("rb") as stream:
        while True:
            block = stream.read(_BLOCK_BYTES)
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                good = error.object[: error.start]
                rest = error.object[error.end :].decode("utf-8", "ignore")
                letters = sum(not c.isascii() for c in good.decode("utf-8", "ignore") + rest)
                return row + good.count(b"\n"), seen or letters > 3
            if not block:
                return None
            seen = seen or not text.isascii()
            row += text.count("\n")


def _by_words(sample: bytes) -> Encoding | None:
    """The one reading under which the marked words are Vietnamese syllables; ``None`` if there is none, or two."""
    shares: list[tuple[float, str]] = []
    for name, (codec, decode) in _BY_NAME.items():
        try:
            text = sample.decode(codec)
        except UnicodeDecodeError:
            continue
        words = marked_words(_composed(decode(text) if decode else text))
        shares.append((syllable_share(words) if words else 0.0, name))
    shares.sort(reverse=True)
    if not shares or shares[0][0] < _SURE:
        return None
    second = next((share for share, name in shares[1:] if name != shares[0][1]), 0.0)
    if shares[0][0] - second < _MARGIN:
        return None
    found = _named(shares[0][1])
    return Encoding(found.name, found.codec, found.decode, guessed=True)


def _not_utf8(path: Path, row: int) -> SourceUnreadable:
    return SourceUnreadable(
        f"Tệp “{path.name}”: dòng {grouped(row)} không phải bảng mã UTF-8; lưu lại tệp dạng “CSV UTF-8” với phông"
        " Unicode.",
        f"File “{path.name}”: line {row} is not UTF-8; save the file as “CSV UTF-8”.",
        file=path.name,
        row=row,
    )
