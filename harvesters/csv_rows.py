"""Rows of a CSV file as offices save them: UTF-8 by rule, windows-1258 and UTF-16 when that is what it is."""

from __future__ import annotations

import codecs
import csv
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from catalog.errors import SourceUnreadable
from catalog.vietnamese import clean, grouped

DELIMITERS = (",", ";", "\t", "|")
LONGEST_CELL = 1_000_000
MOST_LINES = 500
_BLOCK_BYTES = 1 << 20
_SAMPLE_BYTES = 1 << 18
_SAMPLE_ROWS = 20
_SIGNS_IN_TEXT = frozenset("°²³€₫§±×÷½¼¾™©®+<=>|~^`$№")


def csv_rows(path: Path, sheet: str, names: Sequence[str]) -> Iterator[list[str]]:
    """The rows of the file, header first, leading empty lines skipped. ``names`` (the dictionary's, for the columns)
    decides between delimiters that would both do. Raises ``SourceUnreadable`` naming the row that cannot be read."""
    # The module's own limit would call a long text a fault, and is changed by whoever reads staged tables later.
    csv.field_size_limit(LONGEST_CELL * 2)
    encoding = encoding_of(path)
    delimiter = _delimiter_of(path, encoding, names)
    with path.open(encoding=encoding, newline="") as text:
        reader = csv.reader(_without_nul(path, text), delimiter=delimiter)
        header_seen = False
        try:
            for row in reader:
                if header_seen or any(cell.strip() for cell in row):
                    header_seen = True
                    _refuse_runaway_quote(path, row, reader.line_num)
                    yield row
        except (csv.Error, UnicodeDecodeError) as error:
            line = reader.line_num + isinstance(error, UnicodeDecodeError)  # decoding fails before a line is counted
            raise SourceUnreadable(
                f"Tệp “{path.name}”: không đọc được dòng {grouped(line)}; kiểm tra dấu nháy kép và bảng mã ở đó.",
                f"File “{path.name}”: line {line} cannot be read; check quotes and encoding there.",
                file=path.name,
                row=line,
            ) from error


def _without_nul(path: Path, lines: Iterable[str]) -> Iterator[str]:
    """The same lines; a NUL is never text: UTF-16 or UTF-32 without their mark, or not a CSV file at all."""
    for number, line in enumerate(lines, 1):
        if "\0" in line:
            _refuse(path, number)
        yield line


def _refuse_runaway_quote(path: Path, row: Sequence[str], line: int) -> None:
    """A quotation mark that is never closed swallows all that follows into one cell."""
    for cell in row:
        if len(cell) > LONGEST_CELL or (len(cell) > MOST_LINES and cell.count("\n") > MOST_LINES):
            first = line - cell.rstrip("\n").count("\n")
            raise SourceUnreadable(
                f"Tệp “{path.name}”: dấu nháy kép mở ở gần dòng {grouped(first)} không được đóng; sửa lại dòng đó.",
                f"File “{path.name}”: a quotation mark opened near line {first} is never closed; correct that line.",
                file=path.name,
                row=first,
            )


def encoding_of(path: Path) -> str:
    """The encoding of the whole file, as Python names it.

    UTF-8 that breaks after it has worked is a damaged file, not another encoding: the row is named and nothing guessed.
    """
    with path.open("rb") as stream:
        start = stream.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    fault = _first_fault_in_utf8(path)
    if fault is None:
        return "utf-8-sig"
    row, seen_utf8 = fault
    if seen_utf8:
        _refuse(path, row)
    return _guess(path, row)


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


def _guess(path: Path, row: int) -> str:
    from charset_normalizer import from_bytes

    with path.open("rb") as stream:
        sample = stream.read(_SAMPLE_BYTES)
    best = from_bytes(sample, cp_isolation=["cp1258"]).best()
    if best is None or not _reads_like_vietnamese(sample.decode("cp1258", "replace")):
        _refuse(path, row)
    return "cp1258"


def _reads_like_vietnamese(text: str) -> bool:
    """Text in the old fonts (TCVN3, VNI) decodes to signs in the middle of words; real text has letters there."""
    composed = unicodedata.normalize("NFC", text)
    strange = sum(
        1 for c in composed if not c.isascii() and c not in _SIGNS_IN_TEXT and unicodedata.category(c)[0] in "SCM"
    )
    return "\ufffd" not in composed and strange == 0


def _refuse(path: Path, row: int) -> NoReturn:
    raise SourceUnreadable(
        f"Tệp “{path.name}”: dòng {grouped(row)} không phải bảng mã UTF-8; lưu lại tệp dạng “CSV UTF-8” với phông"
        " Unicode.",
        f"File “{path.name}”: line {row} is not UTF-8; save the file as “CSV UTF-8”.",
        file=path.name,
        row=row,
    )


def _delimiter_of(path: Path, encoding: str, names: Sequence[str]) -> str:
    """The delimiter under which most of the dictionary's names appear in the header; then the one that makes most
    columns, and makes as many of them in the next rows."""
    with path.open(encoding=encoding, newline="", errors="replace") as text:
        sample = text.read(_SAMPLE_BYTES)
    wanted = {name.casefold() for name in names}

    def merit(delimiter: str) -> tuple[int, int, int]:
        rows = _parsed(sample, delimiter)
        header = {clean(cell).casefold() for cell in rows[0]} if rows else set()
        width = len(rows[0]) if rows else 0
        return len(header & wanted), sum(len(row) == width for row in rows) if width > 1 else 0, width

    return max(DELIMITERS, key=merit)


def _parsed(sample: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(sample.splitlines(keepends=True), delimiter=delimiter):
            if any(cell.strip() for cell in row):
                rows.append(row)
            if len(rows) == _SAMPLE_ROWS:
                break
    except csv.Error:
        return []
    return rows
