"""A CSV file as a book of one sheet, however an office saved it: any usual encoding, delimiter, quoting, line end."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from catalog.errors import SourceUnreadable
from catalog.vietnamese import clean, grouped
from harvesters.reading.encodings import Encoding, encoding_of
from harvesters.reading.grid import EMPTY_CELL, Book, Cell, Row, Sheet

DELIMITERS = (",", ";", "\t", "|")
LONGEST_CELL = 1_000_000
MOST_LINES = 500
_SAMPLE_CHARACTERS = 1 << 18
_SAMPLE_ROWS = 50


def open_text(path: Path, names: Sequence[str] = ()) -> Book:
    """The file as a book. ``names`` (the dictionary's, for the columns) decide between delimiters that would both do.
    Raises ``SourceUnreadable``, from its rows too."""
    encoding = encoding_of(path)
    delimiter = _delimiter_of(path, encoding, names)
    remarks = (
        (
            f"Tệp không phải UTF-8: đọc bằng bảng mã {encoding.name}, vì chỉ cách đọc đó cho ra chữ Việt.",
            f"The file is not UTF-8: read as {encoding.name}, the only reading that gives Vietnamese words.",
        ),
    )
    return Book(
        "csv",
        (Sheet("", lambda: _rows(path, encoding, delimiter)),),
        encoding.name,
        delimiter,
        remarks=remarks if encoding.guessed else (),
    )


def _rows(path: Path, encoding: Encoding, delimiter: str) -> Iterator[Row]:
    csv.field_size_limit(LONGEST_CELL * 2)
    with path.open(encoding=encoding.codec, newline="") as text:
        reader = csv.reader(_lines(path, text, encoding), delimiter=delimiter)
        try:
            for number, cells in enumerate(reader, 1):
                if number == 1 and len(cells) == 1 and cells[0].casefold().startswith("sep="):
                    yield Row(number, ())
                    continue
                _refuse_runaway_quote(path, cells, reader.line_num)
                yield Row(number, tuple(Cell(cell) if cell else EMPTY_CELL for cell in cells))
        except (csv.Error, UnicodeDecodeError) as error:
            line = reader.line_num + isinstance(error, UnicodeDecodeError)
            raise SourceUnreadable(
                f"Tệp “{path.name}”: không đọc được dòng {grouped(line)}; kiểm tra dấu nháy kép và bảng mã ở đó.",
                f"File “{path.name}”: line {line} cannot be read; check quotes and encoding there.",
                file=path.name,
                row=line,
            ) from error


def _lines(path: Path, lines: Iterable[str], encoding: Encoding) -> Iterator[str]:
    """The same lines in Unicode; a NUL is never text: UTF-16 or UTF-32 without a mark, or no text file at all."""
    for number, line in enumerate(lines, 1):
        if "\0" in line:
            raise SourceUnreadable(
                f"Tệp “{path.name}”: dòng {grouped(number)} không phải văn bản; lưu lại tệp dạng “CSV UTF-8”.",
                f"File “{path.name}”: line {number} is no text; save the file as “CSV UTF-8”.",
                file=path.name,
                row=number,
            )
        yield encoding.decode(line) if encoding.decode else line


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


def _delimiter_of(path: Path, encoding: Encoding, names: Sequence[str]) -> str:
    """What Excel's first line says; else the delimiter under which most of the dictionary's names appear in a row; then
    the one that makes most rows equally wide."""
    with path.open(encoding=encoding.codec, newline="", errors="replace") as text:
        sample = text.read(_SAMPLE_CHARACTERS)
    first = sample.lstrip("\ufeff")[:5].casefold()
    if first.startswith("sep=") and len(first) > 4:
        return first[4]
    sample = encoding.decode(sample) if encoding.decode else sample
    wanted = {clean(name).casefold() for name in names}

    def merit(delimiter: str) -> tuple[int, int, int]:
        rows = _parsed(sample, delimiter)
        known = max((len({clean(cell).casefold() for cell in row} & wanted) for row in rows), default=0)
        widths = [len(row) for row in rows if len(row) > 1]
        usual = max(set(widths), key=widths.count) if widths else 0
        return known, widths.count(usual) if usual else 0, usual

    return max(DELIMITERS, key=merit)


def _parsed(sample: str, delimiter: str) -> list[list[str]]:
    try:
        reader = csv.reader(sample.splitlines(keepends=True), delimiter=delimiter)
        return list(islice((row for row in reader if any(cell.strip() for cell in row)), _SAMPLE_ROWS))
    except csv.Error:
        return []
