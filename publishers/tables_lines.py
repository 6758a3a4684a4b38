"""A staged table block by block: its bytes become lines of the published CSV, its cells columns of text.

Between our staging file and the published CSV there is little difference: the line end, and an apostrophe before text
that a spreadsheet would run. So lines are not written anew cell by cell, but for those that hold such text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publishers.formulas import RISKY_BEGINNINGS, neutralise_formulas

if TYPE_CHECKING:
    import numpy
    import pyarrow

BLOCK_BYTES = 8 << 20
"""Some ten thousand rows, which become one row group of the Parquet file."""

_QUOTE, _LINE_END = ord('"'), ord("\n")


def read_blocks(path: Path, size: int = BLOCK_BYTES) -> Iterator[bytes]:
    """The bytes below the header, cut after whole records; the same file is cut in the same places, always."""
    with path.open("rb") as stream:
        held = stream.read(size)
        start = _first_end(held)
        while more := stream.read(size):
            end = _last_end(held)
            if end > start:
                yield held[start:end]
                held, start = held[end:] + more, 0
            else:
                held += more
        if start < len(held):
            yield held[start:]


def _first_end(held: bytes) -> int:
    """The position after the header, which fits into the first block."""
    place = held.find(b"\n")
    while place >= 0 and held.count(b'"', 0, place) % 2:
        place = held.find(b"\n", place + 1)
    return place + 1 if place >= 0 else len(held)


def _last_end(held: bytes) -> int:
    """The position after the last record that ends in ``held``; 0 if none does."""
    place = held.rfind(b"\n")
    while place >= 0 and held.count(b'"', 0, place) % 2:
        place = held.rfind(b"\n", 0, place)
    return place + 1


def text_columns(block: bytes, names: Sequence[str]) -> pyarrow.RecordBatch:
    """The cells of a block as text; empty ones are null."""
    import pyarrow
    from pyarrow import csv as arrow_csv

    table = arrow_csv.read_csv(
        pyarrow.BufferReader(block),
        read_options=arrow_csv.ReadOptions(column_names=list(names), block_size=len(block) + 1, use_threads=False),
        parse_options=arrow_csv.ParseOptions(newlines_in_values=b'"' in block, ignore_empty_lines=False),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pyarrow.string()), null_values=[""], strings_can_be_null=True
        ),
    )
    return table.combine_chunks().to_batches()[0]


def header_line(names: Sequence[str]) -> bytes:
    """The first line of the published CSV, after the mark by which spreadsheets know UTF-8."""
    return b"\xef\xbb\xbf" + _lines([names])[0]


def published_lines(block: bytes, cells: pyarrow.RecordBatch, texts: Sequence[str]) -> bytes:
    """The block as it is published: CRLF and quoting by RFC 4180, formulas neutralised in the columns ``texts``."""
    changed = _neutralised(cells, texts)
    if not changed and block.count(b"\n") == cells.num_rows:
        return block.replace(b"\n", b"\r\n")
    ends = _record_ends(block)
    if not changed:
        return _with_line_ends(block, ends)
    rows = sorted(changed)
    anew = dict(zip(rows, _lines(_rows_of(cells, rows, changed)), strict=True))
    borders = [0, *(int(end) for row in rows for end in (ends[row - 1] if row else 0, ends[row])), len(block)]
    parts: list[bytes] = []
    for number, (start, end) in enumerate(pairwise(borders)):
        if number % 2:
            parts.append(anew[rows[number // 2]])
        else:
            inside = ends[(ends > start) & (ends <= end)] - start
            parts.append(_with_line_ends(block[start:end], inside))
    return b"".join(parts)


def _neutralised(cells: pyarrow.RecordBatch, texts: Sequence[str]) -> dict[int, dict[str, str]]:
    """The cells that must be written otherwise, by row and column."""
    import pyarrow.compute as pc

    changed: dict[int, dict[str, str]] = {}
    for name in texts:
        risky = pc.match_substring_regex(cells[name], f"^[{RISKY_BEGINNINGS}]").fill_null(False)
        if not risky.true_count:
            continue
        rows = pc.indices_nonzero(risky).to_pylist()
        before = cells[name].filter(risky).to_pylist()
        for row, cell, safe in zip(rows, before, neutralise_formulas(before), strict=True):
            if safe != cell:
                changed.setdefault(row, {})[name] = safe
    return changed


def _rows_of(
    cells: pyarrow.RecordBatch, rows: Sequence[int], changed: Mapping[int, Mapping[str, str]]
) -> Iterator[list[str]]:
    import pyarrow

    for row, found in zip(rows, cells.take(pyarrow.array(rows)).to_pylist(), strict=True):
        yield [changed[row].get(name, cell or "") for name, cell in found.items()]


def _lines(rows: Any) -> list[bytes]:
    lines = []
    for row in rows:
        buffer = io.StringIO(newline="")
        csv.writer(buffer, lineterminator="\r\n").writerow(row)
        lines.append(buffer.getvalue().encode())
    return lines


def _record_ends(block: bytes) -> numpy.ndarray:
    """The positions after each record; line ends inside cells are none."""
    import numpy

    held = numpy.frombuffer(block, dtype=numpy.uint8)
    ends = numpy.flatnonzero(held == _LINE_END)
    marks = numpy.flatnonzero(held == _QUOTE)
    outside: numpy.ndarray = ends[numpy.searchsorted(marks, ends) % 2 == 0] + 1
    return outside


def _with_line_ends(block: bytes, ends: numpy.ndarray) -> bytes:
    """The block with a carriage return at the end of each record."""
    import numpy

    held = numpy.frombuffer(block, dtype=numpy.uint8)
    return numpy.insert(held, ends - 1, ord("\r")).tobytes()
