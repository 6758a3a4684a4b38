"""Staged tables as columns, batch by batch: how the rules here read them.

Work on a column of many cells at once can be done by one call of a compiled function, so that a clean column costs next
to nothing; a row at a time would cost some microseconds for every cell.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from catalog.dictionary import TableSchema

BATCH_ROWS = 2_000
"""Few enough to stay in the processor's cache: ten times as many take a third longer."""

FIRST_ROW = 2
"""The number of the first row of data: the header is row 1, as in a spreadsheet and in Frictionless."""

_LONGEST_CELL = 2**31 - 1

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


def declared(schema: TableSchema) -> Mapping[str, Mapping[str, Any]]:
    """The dictionary's JSON for each field, for properties that only some checks know."""
    return {item["name"]: item for item in schema.descriptor.get("fields", ())}
