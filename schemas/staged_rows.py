"""Staged tables as columns, batch by batch: how every check here reads them, and how a canonical one is written.

Work on a column of many cells at once can be done by one call of a compiled function, so that a clean column costs next
to nothing; a row at a time would cost some microseconds for every cell.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from catalog.dictionary import TableSchema
from catalog.errors import reporting_full_disk
from catalog.ports import StagedTable

BATCH_ROWS = 2_000
"""Few enough to stay in the processor's cache: ten times as many take a third longer."""

FIRST_ROW = 2
"""The number of the first row of data: the header is row 1, as in a spreadsheet and in Frictionless."""

_LONGEST_CELL = 2**31 - 1

SEPARATOR = "\x1f"
"""Joins the cells of a column into one text, so that one regular expression can look at all of them."""

Columns = list[Sequence[str]]


def read_rows(path: Path) -> Iterator[tuple[int, list[list[str]]]]:
    """Batches of rows below the header, each with the number of its first row. Rows may be ragged."""
    csv.field_size_limit(_LONGEST_CELL)  # a boundary drawn as text is longer than the module's default allows
    with path.open(encoding="utf-8", newline="") as text:
        reader = csv.reader(text)
        next(reader, None)
        number = FIRST_ROW
        while rows := list(islice(reader, BATCH_ROWS)):
            yield number, rows
            number += len(rows)


def read_columns(path: Path) -> Iterator[tuple[int, Columns]]:
    """Batches of columns of a file whose rows are all as long as the header."""
    for number, rows in read_rows(path):
        yield number, list(zip(*rows, strict=True))


def read_some_columns(table: StagedTable, names: Sequence[str]) -> dict[str, list[str]]:
    """The whole content of a few columns of a canonical table, in memory."""
    positions = [table.columns.index(name) for name in names]
    content: dict[str, list[str]] = {name: [] for name in names}
    for _, columns in read_columns(table.path):
        for name, position in zip(names, positions, strict=True):
            content[name].extend(columns[position])
    return content


class CanonicalFile:
    """Writes canonical columns as a staging file again: UTF-8, comma, LF, minimal quoting, a header. Raises
    ``StorageFull``."""

    def __init__(self, path: Path, names: Sequence[str]) -> None:
        self.path = path
        self._hash = hashlib.sha256()
        self._names = tuple(names)
        self._row_count = 0
        self._file = path.open("wb")

    def __enter__(self) -> Self:
        self._write([self._names])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with reporting_full_disk():
            self._file.close()

    def write(self, columns: Columns) -> None:
        """Append a batch of columns, in the order of the header."""
        rows = list(zip(*columns, strict=True))
        self._write(rows)
        self._row_count += len(rows)

    def _write(self, rows: Sequence[Sequence[str]]) -> None:
        buffer = io.StringIO(newline="")
        csv.writer(buffer, lineterminator="\n").writerows(rows)
        block = buffer.getvalue().encode()
        self._hash.update(block)
        with reporting_full_disk():
            self._file.write(block)

    def table(self, key: str, left_out: tuple[str, ...]) -> StagedTable:
        """What was written, once the file is closed."""
        return StagedTable(key, self.path, self._names, self._row_count, self._hash.hexdigest(), left_out)


def declared(schema: TableSchema) -> Mapping[str, Mapping[str, Any]]:
    """The dictionary's JSON for each field, for properties that only some checks know."""
    return {item["name"]: item for item in schema.descriptor.get("fields", ())}
