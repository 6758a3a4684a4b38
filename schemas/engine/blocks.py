"""Cuts a CSV file into blocks of whole records, and the blocks into columns.

A block in which quotation marks stand only where a writer of CSV puts them is parsed by Arrow. A file with marks
elsewhere, or with a carriage return that ends a line alone, is parsed by Python's reader, which is Frictionless's.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy
import pyarrow
from pyarrow import csv as arrow_csv

BLOCK_BYTES = 4 << 20
SLOW_ROWS = 20_000
BOM = b"\xef\xbb\xbf"


class Irregular(Exception):
    """The file is no CSV that can be cut at line ends."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the file is written; the defaults are those of our own files."""

    delimiter: str = ","
    options: tuple[tuple[str, Any], ...] = ()
    """Further arguments of Python's reader; with any of them it parses the file."""

    def reader(self, lines: Iterable[str]) -> Iterator[list[str]]:
        return csv.reader(lines, delimiter=self.delimiter, **dict(self.options))


@dataclass(slots=True)
class Block:
    """Some records, as columns of text. ``rows`` are the positions in the block that the columns tell of, ``ragged``
    the cells of the other positions; ``count`` is the number of records."""

    columns: list[pyarrow.Array]
    count: int
    rows: numpy.ndarray | None
    ragged: dict[int, list[str]]
    source: bytes = b""
    cells: list[list[str]] = field(default_factory=list)

    def records(self, positions: Sequence[int], dialect: Dialect) -> list[list[str]]:
        """The cells of the records at these positions, as Python's reader gives them."""
        if self.cells:
            return [self.cells[position] for position in positions]
        ends = numpy.flatnonzero(numpy.frombuffer(self.source, dtype=numpy.uint8) == 10)
        if len(ends) == self.count or (len(ends) == self.count - 1 and not self.source.endswith(b"\n")):
            starts = numpy.concatenate(([0], ends + 1))
            stops = [*ends.tolist(), len(self.source)]
            lines = [self.source[starts[place] : stops[place]].decode() for place in positions]
            return [next(dialect.reader([line + "\n"]), []) for line in lines]
        everything = list(dialect.reader(io.StringIO(self.source.decode(), newline="")))
        return [everything[position] for position in positions]


def header_of(path: Path, dialect: Dialect) -> tuple[list[str], int]:
    """The cells of the first record, and the position of the byte after it."""
    with path.open("rb") as stream:
        start = len(BOM) if stream.read(3) == BOM else 0
        stream.seek(start)
        head = b""
        while True:
            more = stream.read(1 << 16)
            head += more
            end = _first_end(head)
            if end is not None or not more:
                break
    end = len(head) if end is None else end
    text = head[:end].decode()
    return next(dialect.reader(io.StringIO(text, newline="")), []), start + end


def _first_end(head: bytes) -> int | None:
    place = 0
    while True:
        found = head.find(b"\n", place)
        if found < 0:
            return None
        if head.count(b'"', 0, found) % 2 == 0:
            return found + 1
        place = found + 1


def raw_blocks(path: Path, start: int) -> Iterator[bytes]:
    """The bytes from ``start`` on, cut after whole records. Raises ``Irregular``."""
    with path.open("rb") as stream:
        stream.seek(start)
        rest = b""
        while more := stream.read(BLOCK_BYTES):
            held = rest + more if rest else more
            cut = _last_end(held)
            if cut == 0 and len(held) > 64 * BLOCK_BYTES:
                raise Irregular
            if cut:
                yield _checked(held[:cut])
            rest = held[cut:]
        if rest:
            yield _checked(rest)


def _last_end(held: bytes) -> int:
    """The position after the last line end outside quotation marks; 0 if there is none."""
    place = len(held)
    marks = held.count(b'"')
    while True:
        found = held.rfind(b"\n", 0, place)
        if found < 0:
            return 0
        if marks == 0 or held.count(b'"', 0, found) % 2 == 0:
            return found + 1
        place = found


def _checked(block: bytes) -> bytes:
    """The block, if Arrow and Python read it alike."""
    if b"\r" in block and block.count(b"\r") != block.count(b"\r\n"):
        raise Irregular
    if b"\x00" in block:
        raise Irregular
    return block


def marks_are_regular(block: bytes, delimiter: str) -> bool:
    """Whether each quotation mark opens a cell, closes it, or is doubled inside one."""
    if b'"' not in block:
        return True
    held = numpy.frombuffer(block, dtype=numpy.uint8)
    marks = numpy.flatnonzero(held == 34)
    if len(marks) % 2:
        return False
    opening, closing = marks[::2], marks[1::2]
    ends = (ord(delimiter), 10, 13, 34)
    before = held[opening - 1]  # the mark at 0 looks at the last byte, which is judged apart
    good_before = numpy.isin(before, (ord(delimiter), 10, 34)) | (opening == 0)
    after = held[numpy.minimum(closing + 1, len(held) - 1)]
    good_after = numpy.isin(after, ends) | (closing == len(held) - 1)
    return bool(good_before.all() and good_after.all())


def parse_block(block: bytes, width: int, dialect: Dialect, missing: Sequence[str] | None) -> Block:
    """The records of a block as ``width`` columns. ``missing``: texts that stand for no value in every column, null
    here; ``None`` leaves them to the columns. Raises ``Irregular``."""
    if dialect.options or not marks_are_regular(block, dialect.delimiter):
        raise Irregular
    ragged: dict[int, list[str]] = {}
    quoted = b'"' in block

    def set_aside(row: Any) -> str:
        ragged[row.number] = next(dialect.reader(io.StringIO(row.text, newline="")), [])
        return "skip"

    try:
        table = arrow_csv.read_csv(
            pyarrow.BufferReader(block),
            read_options=arrow_csv.ReadOptions(
                column_names=[str(number) for number in range(width)],
                use_threads=False,
                block_size=max(len(block) + 1, 1 << 16),
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=dialect.delimiter,
                ignore_empty_lines=False,
                newlines_in_values=quoted,
                invalid_row_handler=set_aside,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types={str(number): pyarrow.string() for number in range(width)},
                null_values=list(missing or ()),
                strings_can_be_null=bool(missing),
            ),
        )
    except pyarrow.ArrowInvalid as error:
        raise Irregular from error
    columns = [_one_chunk(column) for column in table.columns]
    count = table.num_rows + len(ragged)
    if not ragged:
        return Block(columns, count, None, {}, block)
    aside = {number - 1: cells for number, cells in ragged.items()}
    kept = numpy.ones(count, dtype=bool)
    kept[list(aside)] = False
    return Block(columns, count, numpy.flatnonzero(kept), aside, block)


def _one_chunk(column: pyarrow.ChunkedArray) -> pyarrow.Array:
    combined = column.combine_chunks()
    return combined.chunk(0) if isinstance(combined, pyarrow.ChunkedArray) else combined


def slow_blocks(
    path: Path, encoding: str, width: int, dialect: Dialect, missing: Sequence[str] | None
) -> Iterator[Block]:
    """The same of any file that Python's reader can read; the header is passed over."""
    csv.field_size_limit(2**31 - 1)
    absent = set(missing or ())
    with path.open(encoding=encoding, newline="") as text:
        reader = dialect.reader(text)
        next(reader, None)
        while rows := list(islice(reader, SLOW_ROWS)):
            ragged = {place: cells for place, cells in enumerate(rows) if len(cells) != width}
            square = [cells for cells in rows if len(cells) == width] if ragged else rows
            held = list(zip(*square, strict=True)) if square else [()] * width
            columns = [
                pyarrow.array([None if cell in absent else cell for cell in cells], type=pyarrow.string())
                for cells in held
            ]
            kept = numpy.array([place for place in range(len(rows)) if place not in ragged], dtype=numpy.int64)
            yield Block(columns, len(rows), kept if ragged else None, ragged, cells=rows)
