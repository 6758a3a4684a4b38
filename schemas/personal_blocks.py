"""Some columns of a staged table, block by block, with equal cells told once: how the personal data gate reads.

A column of a statistics table has few different cells; looking at each of them once, in compiled code, is what makes a
look at every cell affordable. Blocks are parsed ahead in threads; at most a few are in memory.
"""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from catalog.ports import StagedTable
from schemas.engine.blocks import Dialect, Irregular, RawBlock, header_of, is_regular, raw_blocks
from schemas.staged_rows import FIRST_ROW, read_rows

Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]

_THREADS = 2
_SAMPLE = 2_000
_KNOWN_VALUES = 20_000
_FEW_VALUES = 1_000
"""Arrow compiles a pattern at every call; for so few values that takes longer than looking at them from here."""
_OURS = Dialect()


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> Any:
    import re2

    return re2.compile(pattern)


@dataclass(frozen=True, slots=True)
class Cells:
    """One column of a block: its ``values``, each different one once where ``codes`` say which row has which."""

    values: pyarrow.Array
    codes: npt.NDArray[np.int32] | None

    @classmethod
    def of(cls, column: pyarrow.Array) -> Cells:
        sample = column[:_SAMPLE]
        if len(column) > _SAMPLE and len(sample.unique()) * 2 > len(sample):
            return cls(column, None)
        encoded = column.dictionary_encode()
        return cls(encoded.dictionary, encoded.indices.to_numpy(zero_copy_only=False))

    def matches(self, pattern: str, known: dict[str, bool] | None = None) -> Flags:
        """Which values an RE2 pattern is found in. ``known``: answers of earlier blocks to the same pattern."""
        if len(self.values) > _FEW_VALUES:
            flags: Flags = pc.match_substring_regex(self.values, pattern).to_numpy(zero_copy_only=False)
            return flags
        answers = {} if known is None or len(known) > _KNOWN_VALUES else known
        search = _compiled(pattern).search
        values = self.values.to_pylist()
        for value in values:
            if value not in answers:
                answers[value] = search(value.encode()) is not None
        return np.array([answers[value] for value in values], np.bool_)

    def composed(self) -> Cells:
        """The same cells in NFC."""
        return Cells(pc.utf8_normalize(self.values, "NFC"), self.codes)

    def texts(self, flags: Flags) -> list[str]:
        """The values that are flagged."""
        found: list[str] = self.values.filter(pyarrow.array(flags)).to_pylist()
        return found

    def by_row(self, flags: Flags) -> Flags:
        """What is said of values, said of rows."""
        return flags if self.codes is None else flags[self.codes]

    def rows(self, flags: Flags) -> Rows:
        """The rows whose value is flagged."""
        return np.flatnonzero(self.by_row(flags))

    def text(self, row: int) -> str:
        place = row if self.codes is None else int(self.codes[row])
        return str(self.values[place].as_py())

    def filled(self) -> int:
        """How many rows hold anything but blanks."""
        if self.codes is None:
            return len(self.values) - int(pc.sum(pc.equal(self.values, "")).as_py() or 0)
        blank = pc.index(self.values, "").as_py()
        return len(self.codes) - int(np.count_nonzero(self.codes == blank))


@dataclass(frozen=True, slots=True)
class TableBlock:
    """Some rows of a table: ``first_row`` is the number of the first of them; ``rows`` the places of those that the
    columns tell of (``None``: all); ``surplus`` the cells beyond the last column, by place."""

    first_row: int
    count: int
    columns: Mapping[int, Cells]
    rows: Rows | None = None
    surplus: Mapping[int, Sequence[str]] = field(default_factory=dict)

    def number(self, row: int) -> int:
        """The number in the staged file of a row that the columns tell of."""
        return self.first_row + (row if self.rows is None else int(self.rows[row]))


def read_blocks(table: StagedTable, positions: Sequence[int]) -> Iterator[TableBlock]:
    """The columns at these positions, from the top. Rows too short have empty cells."""
    _, start = header_of(table.path, _OURS)
    first_row = FIRST_ROW
    if start is not None:
        with suppress(Irregular):
            for block in _in_order(lambda raw: _parsed(raw, len(table.columns), positions), table.path, start):
                yield replace(block, first_row=first_row)
                first_row += block.count
            return
    yield from _row_by_row(table, positions, first_row)


def _in_order(parse: Callable[[RawBlock], TableBlock], path: Path, start: int) -> Iterator[TableBlock]:
    waiting: deque[Future[TableBlock]] = deque()
    with ThreadPoolExecutor(_THREADS) as pool:
        for raw in raw_blocks(path, start):
            waiting.append(pool.submit(parse, raw))
            if len(waiting) > _THREADS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _parsed(raw: RawBlock, width: int, positions: Sequence[int]) -> TableBlock:
    """A block by Arrow. Raises ``Irregular``."""
    if not is_regular(raw, _OURS.delimiter):
        raise Irregular
    ragged: dict[int, list[str]] = {}

    def set_aside(row: Any) -> str:
        ragged[row.number - 1] = next(_OURS.reader(io.StringIO(row.text, newline="")), [])
        return "skip"

    wanted = [str(position) for position in positions] or ["0"]
    try:
        parsed = arrow_csv.read_csv(
            pyarrow.BufferReader(pyarrow.py_buffer(memoryview(raw.held)[: raw.size])),
            read_options=arrow_csv.ReadOptions(
                column_names=[str(number) for number in range(width)],
                use_threads=False,
                block_size=max(raw.size + 1, 1 << 16),
            ),
            parse_options=arrow_csv.ParseOptions(
                ignore_empty_lines=False, newlines_in_values=raw.holds(b'"'), invalid_row_handler=set_aside
            ),
            convert_options=arrow_csv.ConvertOptions(
                include_columns=wanted,
                column_types=dict.fromkeys(wanted, pyarrow.string()),
                null_values=[],
                strings_can_be_null=False,
            ),
        )
    except pyarrow.ArrowInvalid as error:
        raise Irregular from error
    columns = [_one_chunk(column) for column in parsed.columns]
    return _with_ragged(dict(zip(positions, columns, strict=False)), parsed.num_rows, ragged, width)


def _with_ragged(
    columns: dict[int, pyarrow.Array], count: int, ragged: Mapping[int, list[str]], width: int
) -> TableBlock:
    """The block with its ragged rows put last: their cells as far as there are columns, the others apart."""
    if not ragged:
        return TableBlock(FIRST_ROW, count, {place: Cells.of(column) for place, column in columns.items()})
    places = sorted(ragged)
    joined = {
        position: pyarrow.concat_arrays(
            [column, pyarrow.array([_cell(ragged[place], position) for place in places], pyarrow.string())]
        )
        for position, column in columns.items()
    }
    whole = count + len(places)
    square = np.setdiff1d(np.arange(whole), np.array(places, dtype=np.int64))
    surplus = {place: cells[width:] for place, cells in ragged.items() if len(cells) > width}
    return TableBlock(
        FIRST_ROW,
        whole,
        {position: Cells.of(column) for position, column in joined.items()},
        np.concatenate([square, np.array(places, dtype=np.int64)]),
        surplus,
    )


def _cell(cells: Sequence[str], position: int) -> str:
    return cells[position] if position < len(cells) else ""


def _row_by_row(table: StagedTable, positions: Sequence[int], first_row: int) -> Iterator[TableBlock]:
    """The rows from ``first_row`` on by Python's reader, which reads everything."""
    width = len(table.columns)
    for number, rows in read_rows(table.path):
        batch = rows[max(0, first_row - number) :]
        if not batch:
            continue
        columns = {
            position: Cells.of(pyarrow.array([_cell(cells, position) for cells in batch], pyarrow.string()))
            for position in positions
        }
        surplus = {place: cells[width:] for place, cells in enumerate(batch) if len(cells) > width}
        yield TableBlock(max(number, first_row), len(batch), columns, None, surplus)


def _one_chunk(column: pyarrow.ChunkedArray) -> pyarrow.Array:
    combined = column.combine_chunks()
    if isinstance(combined, pyarrow.ChunkedArray):
        return combined.chunk(0) if combined.num_chunks else pyarrow.array([], pyarrow.string())
    return combined
