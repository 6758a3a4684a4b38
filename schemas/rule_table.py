"""The columns that rules look at, in little memory: each different text once, and for each row its number among them.

A million rows of codes, periods and counts take four bytes a cell this way, and most questions (is it a number, is it
empty, when does that period end) are asked once for every different text instead of once for every row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog.ports import StagedTable
from schemas.staged_rows import FIRST_ROW, read_columns

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Numbers = NDArray[np.int64]


@dataclass(slots=True)
class TextColumn:
    """A column of canonical text: ``values`` are its different texts, ``codes`` the position in them for each row."""

    codes: NDArray[np.int32]
    values: Sequence[str]
    _numbers: Floats | None = None

    def __len__(self) -> int:
        return len(self.codes)

    def text(self, row: int) -> str:
        return self.values[int(self.codes[row])]

    def numbers(self) -> Floats:
        """The cells as numbers; NaN, which no comparison finds, for what is none or is not finite."""
        if self._numbers is None:
            self._numbers = self.of_each(_number)
        return self._numbers

    def of_each(self, ask: Callable[[str], float]) -> Floats:
        """What ``ask`` makes of each cell, asked once for each different text."""
        answers = np.fromiter((ask(text) for text in self.values), dtype=np.float64, count=len(self.values))
        return answers[self.codes]

    def where(self, holds: Callable[[str], bool]) -> Mask:
        """The rows whose text fulfils ``holds``."""
        answers = np.fromiter((holds(text) for text in self.values), dtype=np.bool_, count=len(self.values))
        return answers[self.codes]

    def filled(self) -> Mask:
        return self.where(bool)

    def among(self, texts: Iterable[str]) -> Mask:
        wanted = frozenset(texts)
        return self.where(wanted.__contains__)

    def decimals(self) -> int:
        """The most digits behind the point that any number of the column shows."""
        return max((len(text.partition(".")[2]) for text in self.values if _is_plain_decimal(text)), default=0)

    def ranked(self) -> Numbers:
        """For each row, the place of its text in the order of texts (of numbers, if all are numbers)."""
        filled = [text for text in self.values if text]
        numeric = bool(filled) and all(_number(text) == _number(text) for text in filled)

        def place(position: int) -> tuple[float, str]:
            text = self.values[position]
            return (_number(text) if numeric and text else 0.0, text)

        order = sorted(range(len(self.values)), key=place)
        ranks = np.empty(len(self.values), dtype=np.int64)
        ranks[order] = np.arange(len(self.values))
        return ranks[self.codes]


@dataclass(frozen=True, slots=True)
class RuleTable:
    """Some columns of a table, whose rows count from 0; ``source_row`` gives the number that the owner sees."""

    table: StagedTable
    columns: Mapping[str, TextColumn]
    count: int = field(default=0)

    def __getitem__(self, name: str) -> TextColumn:
        return self.columns[name]

    def source_row(self, row: int) -> int:
        return self.table.row_numbers.in_source(int(row) + FIRST_ROW)

    def groups(self, names: Sequence[str]) -> tuple[Numbers, int]:
        """For each row the number of its group (rows alike in all of ``names``), and how many groups there are."""
        return group_numbers([self.columns[name] for name in names], self.count)


def group_numbers(columns: Sequence[TextColumn], count: int) -> tuple[Numbers, int]:
    """Rows alike in all of ``columns`` get the same number, from 0; without columns all rows are one group."""
    if not columns:
        return np.zeros(count, dtype=np.int64), min(count, 1)
    groups = columns[0].codes.astype(np.int64)
    for column in columns[1:]:
        _, groups = np.unique(groups * len(column.values) + column.codes, return_inverse=True)
    different, groups = np.unique(groups, return_inverse=True)
    return groups.astype(np.int64), len(different)


def read_rule_table(table: StagedTable, names: Sequence[str]) -> RuleTable:
    """These columns of a canonical table; one that it lacks is empty in every row."""
    here = [name for name in names if name in table.columns]
    columns = _quickly(table, here) if here else {}
    if columns is None:
        columns = _row_by_row(table, here)
    empty = {
        name: TextColumn(np.zeros(table.row_count, dtype=np.int32), ("",)) for name in names if name not in columns
    }
    return RuleTable(table, {**columns, **empty}, table.row_count)


def _quickly(table: StagedTable, names: Sequence[str]) -> dict[str, TextColumn] | None:
    """By Arrow, which is ten times faster; ``None`` where it cannot read the file or counts other rows than its writer
    did."""
    import pyarrow
    from pyarrow import csv

    kind: Any = pyarrow.dictionary(pyarrow.int32(), pyarrow.string())
    try:
        read = csv.read_csv(
            table.path,
            parse_options=csv.ParseOptions(newlines_in_values=True),
            convert_options=csv.ConvertOptions(
                include_columns=list(names),
                column_types=dict.fromkeys(names, kind),
                null_values=[],
                strings_can_be_null=False,
            ),
        )
    except pyarrow.ArrowException:
        return None
    if read.num_rows != table.row_count:
        return None
    columns = {}
    for name in names:
        whole = read.column(name).unify_dictionaries().combine_chunks()
        if isinstance(whole, pyarrow.ChunkedArray):
            whole = whole.chunk(0) if whole.num_chunks else pyarrow.array([], kind)
        columns[name] = TextColumn(whole.indices.to_numpy(zero_copy_only=False), whole.dictionary.to_pylist())
    return columns


def _row_by_row(table: StagedTable, names: Sequence[str]) -> dict[str, TextColumn]:
    positions = [table.columns.index(name) for name in names]
    known: list[dict[str, int]] = [{} for _ in names]
    codes = [np.empty(table.row_count, dtype=np.int32) for _ in names]
    start = 0
    for _, columns in read_columns(table.path):
        for place, position in enumerate(positions):
            different, cells = known[place], columns[position]
            codes[place][start : start + len(cells)] = [different.setdefault(cell, len(different)) for cell in cells]
        start += len(columns[0]) if columns else 0
    return {name: TextColumn(codes[place][:start], list(known[place])) for place, name in enumerate(names)}


def _number(text: str) -> float:
    try:
        number = float(text) if text and "_" not in text else float("nan")
    except ValueError:
        return float("nan")
    return number if abs(number) != float("inf") else float("nan")


def _is_plain_decimal(text: str) -> bool:
    whole, mark, part = text.partition(".")
    return bool(mark) and part.isdecimal() and (whole.lstrip("+-").isdecimal() or whole in ("", "-"))
