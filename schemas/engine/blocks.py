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

BLOCK_BYTES = 8 << 20
LARGEST_BLOCK = BLOCK_BYTES << 5
"""A record that is longer than this is rather a quotation mark that nobody closed."""
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
    """Some records, as columns of text.

    ``rows`` are the positions in the block that the columns tell of (``None``: all), ``ragged`` the cells of the other
    positions; ``count`` is the number of records and ``ends`` where each ends, in bytes; a block that Python parsed
    holds ``cells`` instead.
    """

    columns: list[pyarrow.Array]
    count: int
    rows: numpy.ndarray | None
    ragged: dict[int, list[str]]
    ends: numpy.ndarray | None = None
    cells: list[list[str]] = field(default_factory=list)


def record_at(source: bytes, ends: numpy.ndarray, place: int, dialect: Dialect) -> list[str]:
    """The cells of one record, as Python's reader gives them."""
    start = int(ends[place - 1]) if place else 0
    text = source[start : int(ends[place])].decode()
    return next(dialect.reader(io.StringIO(text, newline="")), [])


def header_of(path: Path, dialect: Dialect) -> tuple[list[str], int | None]:
    """The cells of the first record, and the position of the byte after it; no position where a carriage return alone
    ends the lines."""
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
    cells = next(dialect.reader(io.StringIO(text, newline="")), [])
    return cells, None if text.rstrip("\n").rstrip("\r").count("\r") else start + end


def _first_end(head: bytes) -> int | None:
    place = 0
    while True:
        found = head.find(b"\n", place)
        if found < 0:
            return None
        if head.count(b'"', 0, found) % 2 == 0:
            return found + 1
        place = found + 1


@dataclass(frozen=True, slots=True)
class RawBlock:
    """The first ``size`` bytes of ``held`` are whole records; ``start`` is their place in the file."""

    held: bytes
    size: int
    start: int

    def count(self, mark: bytes) -> int:
        return self.held.count(mark, 0, self.size)

    def holds(self, mark: bytes) -> bool:
        return self.held.find(mark, 0, self.size) >= 0

    def array(self) -> numpy.ndarray:
        return numpy.frombuffer(self.held, dtype=numpy.uint8, count=self.size)


def raw_blocks(path: Path, start: int) -> Iterator[RawBlock]:
    """The bytes from ``start`` on, cut after whole records. Raises ``Irregular`` where there are none to be cut."""
    size = BLOCK_BYTES
    with path.open("rb") as stream:
        while True:
            stream.seek(start)
            held = stream.read(size)
            if not held:
                return
            cut = len(held) if len(held) < size else _last_end(held)
            if cut:
                yield RawBlock(held, cut, start)
                start, size = start + cut, BLOCK_BYTES
            elif size >= LARGEST_BLOCK:
                raise Irregular
            else:
                size *= 4


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


def is_regular(block: RawBlock, delimiter: str) -> bool:
    """Whether Arrow and Python read the block alike: no line end but LF and CRLF, no NUL, quotation marks in place."""
    if block.holds(b"\x00") or (block.holds(b"\r") and block.count(b"\r") != block.count(b"\r\n")):
        return False
    return not block.holds(b'"') or marks_are_regular(block, delimiter)


def marks_are_regular(block: RawBlock, delimiter: str) -> bool:
    """Whether each quotation mark opens a cell, closes it, or is doubled inside one."""
    held = block.array()
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


def parse_block(block: RawBlock, width: int, dialect: Dialect, missing: Sequence[str] | None) -> Block:
    """The records of a block as ``width`` columns. ``missing``: texts that stand for no value in every column, null
    here; ``None`` leaves them to the columns. Raises ``Irregular``."""
    if dialect.options or not is_regular(block, dialect.delimiter):
        raise Irregular
    if "" not in (missing or ()) and _has_empty_line(block):
        raise Irregular  # to Arrow an empty line is made of empty cells, to Python of none
    ragged: dict[int, list[str]] = {}
    quoted = block.holds(b'"')

    def set_aside(row: Any) -> str:
        ragged[row.number] = next(dialect.reader(io.StringIO(row.text, newline="")), [])
        return "skip"

    try:
        table = arrow_csv.read_csv(
            pyarrow.BufferReader(pyarrow.py_buffer(memoryview(block.held)[: block.size])),
            read_options=arrow_csv.ReadOptions(
                column_names=[str(number) for number in range(width)],
                use_threads=False,
                block_size=max(block.size + 1, 1 << 16),
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
        return Block(columns, count, None, {}, record_ends(block, count))
    aside = {number - 1: cells for number, cells in ragged.items()}
    kept = numpy.ones(count, dtype=bool)
    kept[list(aside)] = False
    return Block(columns, count, numpy.flatnonzero(kept), aside, record_ends(block, count))


def _has_empty_line(block: RawBlock) -> bool:
    return block.held.startswith((b"\n", b"\r")) or block.holds(b"\n\n") or block.holds(b"\n\r")


def record_ends(block: RawBlock, count: int) -> numpy.ndarray:
    """Where each record ends, in bytes from the start of the block. Line ends inside cells are none."""
    ends = numpy.flatnonzero(block.array() == 10).astype(numpy.uint32) + numpy.uint32(1)
    if not len(ends) or ends[-1] != block.size:
        ends = numpy.append(ends, numpy.uint32(block.size))
    if len(ends) == count:
        return ends
    marks = numpy.flatnonzero(block.array() == 34)
    inside = numpy.searchsorted(marks, ends - 1) % 2 == 1
    outside: numpy.ndarray = ends[~inside]
    return outside


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
