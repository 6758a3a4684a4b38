"""Writes what a source gave as our own staging file: one CSV dialect, whatever the source was.

UTF-8, comma, LF, a header, minimal quoting, the empty cell for NULL, values as :func:`text_of` writes them. Numbers of
rows and the sha256 are taken while writing, so that equal content can be recognised without reading it again.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID

from catalog.errors import StorageFull, reporting_full_disk
from catalog.local_time import LOCAL_TIME
from catalog.ports import StagedTable
from catalog.vietnamese import slug

_EXACT_FLOATS = 2**53


class UnwritableValue(ValueError):
    """A value that has no form as text, such as a picture kept in a database, or letters in a broken encoding: its kind
    (empty for letters), and the row (counted from 1) and column where the first one is."""

    def __init__(self, kind: str, row: int = 0, column: str = "") -> None:
        super().__init__(kind)
        self.kind = kind
        self.row = row
        self.column = column


def staging_path(folder: Path, position: int, key: str) -> Path:
    """Where the table ``key`` is staged; ``position`` keeps apart keys that look the same as file names."""
    return folder / f"{position:03d}-{slug(key, limit=60) or 'bang'}.csv"


def text_of(value: object) -> str:
    """The canonical text of a value: ISO dates and times, plain decimals without exponent, ``true`` and ``false``, the
    empty text for NULL. A time with a zone is written in Vietnam's own, with its offset. Raises ``UnwritableValue``."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _text_of_float(value)
    if isinstance(value, Decimal):
        return format(value, "f") if value.is_finite() else str(value)
    return _text_of_object(value)


def _text_of_float(value: float) -> str:
    """The shortest text that reads back as the same number; whole numbers without a decimal point, because a
    spreadsheet keeps every integer as a float."""
    if value.is_integer() and abs(value) <= _EXACT_FLOATS:
        return str(int(value))
    text = repr(value)
    return format(Decimal(text), "f") if "e" in text else text


def _text_of_object(value: object) -> str:
    if isinstance(value, datetime):
        return (value.astimezone(LOCAL_TIME) if value.tzinfo else value).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, list | dict | tuple):
        return json.dumps(value, ensure_ascii=False, default=text_of)
    raise UnwritableValue(type(value).__name__)


class StagingFile:
    """Writes one table; use as a context manager, then ask for :meth:`table`."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.path = path
        self.columns = tuple(columns)
        self.row_count = 0
        self._hash = hashlib.sha256()
        with reporting_full_disk():
            self._file = path.open("wb")
        self._write([self.columns])
        self.row_count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            with reporting_full_disk():
                self._file.close()
        except StorageFull:
            self.path.unlink(missing_ok=True)
            raise
        if error is not None:
            self.path.unlink(missing_ok=True)

    def write_rows(self, rows: Iterable[Sequence[object]]) -> None:
        """Append rows of any values that :func:`text_of` knows; they are held in memory together, so give batches."""
        kept = rows if isinstance(rows, Sequence) else list(rows)
        try:
            self._write([[value if type(value) is str else text_of(value) for value in row] for row in kept])
        except (UnwritableValue, UnicodeEncodeError):
            raise self._first_unwritable(kept) from None

    def _first_unwritable(self, rows: Sequence[Sequence[object]]) -> UnwritableValue:
        for number, row in enumerate(rows, self.row_count + 1):
            for column, value in zip(self.columns, row, strict=False):
                try:
                    text_of(value).encode()
                except UnwritableValue as error:
                    return UnwritableValue(error.kind, number, column)
                except UnicodeEncodeError:
                    return UnwritableValue("", number, column)
        raise AssertionError("no value is unwritable")

    def write_lines(self, block: bytes, count: int) -> None:
        """Append ``count`` whole rows that are written as this file is; cells with a line end are quoted in them."""
        if b"\r" in block:
            # A bare carriage return would end the row for every reader of the file.
            block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        self._append(block, count)

    def _write(self, rows: Sequence[Sequence[str]]) -> None:
        text = _csv_text(rows)
        if "\r" in text:
            text = _csv_text([[cell.replace("\r\n", "\n").replace("\r", "\n") for cell in row] for row in rows])
        self._append(text.encode(), len(rows))

    def _append(self, block: bytes, count: int) -> None:
        self._hash.update(block)
        with reporting_full_disk():
            self._file.write(block)
        self.row_count += count

    def table(self, key: str, left_out: Iterable[str] = ()) -> StagedTable:
        """What was written, once the file is closed."""
        return StagedTable(key, self.path, self.columns, self.row_count, self._hash.hexdigest(), tuple(left_out))


def _csv_text(rows: Sequence[Sequence[str]]) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue()
