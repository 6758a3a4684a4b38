"""A staged table in blocks of columns, as normalising takes it: parsed by Arrow, or by Python where Arrow might differ.

Rows that are longer or shorter than the header are handed over to be made to fit, with the rest of their block.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pyarrow

from schemas.engine.blocks import Dialect, Irregular, RawBlock, header_of, is_regular, parse_block, raw_blocks
from schemas.staged_rows import FIRST_ROW

_OURS = Dialect()
_SLOW_ROWS = 20_000
_LONGEST_CELL = 2**31 - 1

Square = Callable[[int, list[list[str]]], bool]
"""Makes rows as long as the header, in place; told the number of the first. Says whether any had to be changed."""


@dataclass(frozen=True, slots=True)
class TableBlock:
    """Some rows as columns of text. ``raw`` are the bytes that they stand in, where the rows are what is written there;
    ``None`` where they were made to fit or where no bytes belong to them alone."""

    first_row: int
    count: int
    columns: list[pyarrow.Array]
    raw: RawBlock | None


def read_blocks(path: Path, width: int, square: Square) -> Iterator[TableBlock]:
    """The rows below the header, in order and completely; every column as long as the block. While one block is looked
    at, a second thread reads the next."""
    blocks = _blocks(path, width, square)
    with ThreadPoolExecutor(max_workers=1) as reader:
        coming = reader.submit(next, blocks, None)
        while (block := coming.result()) is not None:
            coming = reader.submit(next, blocks, None)
            yield block


def _blocks(path: Path, width: int, square: Square) -> Iterator[TableBlock]:
    _, start = header_of(path, _OURS)
    row = FIRST_ROW
    if start is not None:
        raws = raw_blocks(path, start)
        while (raw := _next_of(raws)) is not None and (block := _parsed(raw, width, row, square)) is not None:
            row += block.count
            start = raw.start + raw.size
            yield block
    for rows in _remaining_rows(path, start):
        square(row, rows)
        yield TableBlock(row, len(rows), _columns(rows, width), None)
        row += len(rows)


def _next_of(raws: Iterator[RawBlock]) -> RawBlock | None:
    """The next whole records; ``None`` at the end of the file, or where nothing tells any more where records end."""
    try:
        return next(raws, None)
    except Irregular:
        return None


def _parsed(raw: RawBlock, width: int, row: int, square: Square) -> TableBlock | None:
    """``None`` for a block whose quotation marks do not tell where its records end."""
    try:
        block = parse_block(raw, width, _OURS, None)
        if not block.ragged:
            return TableBlock(row, block.count, block.columns, raw)
    except Irregular:
        if not is_regular(raw, _OURS.delimiter):
            return None
    _allow_long_cells()
    rows = list(csv.reader(io.StringIO(raw.held[: raw.size].decode(), newline="")))
    changed = square(row, rows)
    return TableBlock(row, len(rows), _columns(rows, width), None if changed else raw)


def _remaining_rows(path: Path, start: int | None) -> Iterator[list[list[str]]]:
    """The rows from a position on; of the whole file, but for its header, where there is none."""
    _allow_long_cells()
    with path.open("rb") as stream:
        stream.seek(start or 0)
        reader = csv.reader(io.TextIOWrapper(stream, encoding="utf-8", newline=""))
        if start is None:
            next(reader, None)
        while rows := list(islice(reader, _SLOW_ROWS)):
            yield rows


def _allow_long_cells() -> None:
    csv.field_size_limit(_LONGEST_CELL)  # a boundary drawn as text is longer than the module's default allows


def _columns(rows: Sequence[Sequence[str]], width: int) -> list[pyarrow.Array]:
    cells = list(zip(*rows, strict=True)) or [()] * width
    return [pyarrow.array(column, type=pyarrow.string()) for column in cells]
