"""Reads a canonical table the way Frictionless does and finds the same faults, several times faster.

Frictionless reads cell by cell, row by row. Here each *different* value of a column is given to Frictionless's own cell
reader once, so its meaning of types and constraints holds by construction; keys are compared in sets. The tests hold
the counts against Frictionless's own report.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.staged_rows import read_columns

KEPT_VALUES = 300_000
"""Different values of one column that are remembered; beyond it a column is read afresh."""

Reading = tuple[Any, Mapping[str, str] | None]
"""What a cell means, and what is wrong with it: constraint (or "type") to Frictionless's note."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in one cell or row. ``code`` is Frictionless's; ``constraint`` names the constraint that is broken, or
    what a foreign key refers to; ``fields`` are those of the cell or of the key."""

    code: str
    fields: tuple[str, ...]
    row: int
    value: str
    constraint: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key with the values it may take."""

    fields: tuple[str, ...]
    name: str
    allowed: frozenset[tuple[Any, ...]]


def find_faults(
    path: Path,
    names: Sequence[str],
    readers: Sequence[Callable[[str], Reading]],
    *,
    unique: Sequence[str] = (),
    primary_key: Sequence[str] = (),
    references: Sequence[Reference] = (),
) -> Iterator[Fault]:
    """The faults of the table at ``path``, whose columns are ``names``. In a batch, faults of cells come before those
    of keys."""
    columns_read = [_ColumnReader(name, reader) for name, reader in zip(names, readers, strict=True)]
    position = {name: index for index, name in enumerate(names)}
    keys: list[_Key] = [_Unique((name,)) for name in unique]
    if primary_key:
        keys.append(_PrimaryKey(tuple(primary_key)))
    keys.extend(_Foreign(reference) for reference in references)
    for first_row, columns in read_columns(path):
        read = [column.read(cells) for column, cells in zip(columns_read, columns, strict=True)]
        blank = _blank_rows(columns)
        for row in sorted(blank):
            yield Fault("blank-row", (), first_row + row, "")
        for column, cells in zip(columns_read, columns, strict=True):
            yield from column.faults(first_row, cells, blank)
        for key in keys:
            chosen = [read[position[name]] for name in key.fields]
            yield from key.faults(first_row, list(zip(*chosen, strict=True)))


class _ColumnReader:
    """Reads each different value of a column once."""

    def __init__(self, name: str, reader: Callable[[str], Reading]) -> None:
        self._name = name
        self._reader = reader
        self._values: dict[str, Any] = {}
        self._notes: dict[str, Mapping[str, str]] = {}

    def read(self, cells: Sequence[str]) -> list[Any]:
        """The typed values; ``None`` for an empty cell and for one of the wrong type."""
        if len(self._values) > KEPT_VALUES:
            self._values.clear()
            self._notes.clear()
        values = self._values
        for cell in set(cells).difference(values):
            value, notes = self._reader(cell)
            values[cell] = value
            if notes:
                self._notes[cell] = notes
        return [values[cell] for cell in cells]

    def faults(self, first_row: int, cells: Sequence[str], blank: set[int]) -> Iterator[Fault]:
        if self._notes.keys().isdisjoint(cells):
            return
        for position, cell in enumerate(cells):
            if cell in self._notes and position not in blank:
                for constraint in self._notes[cell]:
                    code = "type-error" if constraint == "type" else "constraint-error"
                    kind = "" if constraint == "type" else constraint
                    yield Fault(code, (self._name,), first_row + position, cell, kind)


def _blank_rows(columns: Sequence[Sequence[str]]) -> set[int]:
    """Positions of the rows without a single value."""
    blank = {position for position, cell in enumerate(columns[0]) if not cell}
    for cells in columns[1:]:
        if not blank:
            break
        blank = {position for position in blank if not cells[position]}
    return blank


class _Key(ABC):
    """A rule over the values of some fields of each row."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        self.fields = fields

    @abstractmethod
    def faults(self, first_row: int, rows: Sequence[tuple[Any, ...]]) -> Iterator[Fault]:
        """The rows of a batch that break the rule; batches are given from the top."""

    def fault(self, code: str, row: int, values: tuple[Any, ...], constraint: str = "") -> Fault:
        shown = ", ".join("" if value is None else str(value) for value in values)
        return Fault(code, self.fields, row, shown, constraint)


class _Unique(_Key):
    code = "unique-error"

    def __init__(self, fields: tuple[str, ...]) -> None:
        super().__init__(fields)
        self._seen: set[tuple[Any, ...]] = set()

    def faults(self, first_row: int, rows: Sequence[tuple[Any, ...]]) -> Iterator[Fault]:
        seen = self._seen
        for row, values in enumerate(rows, first_row):
            if values.count(None) == len(values):
                yield from self.all_empty(row, values)
                continue
            if values in seen:
                yield self.fault(self.code, row, values)
            else:
                seen.add(values)

    def all_empty(self, row: int, values: tuple[Any, ...]) -> Iterator[Fault]:
        """An empty cell is no duplicate of another."""
        return iter(())


class _PrimaryKey(_Unique):
    code = "primary-key"

    def all_empty(self, row: int, values: tuple[Any, ...]) -> Iterator[Fault]:
        yield self.fault(self.code, row, values)


class _Foreign(_Key):
    def __init__(self, reference: Reference) -> None:
        super().__init__(reference.fields)
        self._name = reference.name
        self._allowed = reference.allowed

    def faults(self, first_row: int, rows: Sequence[tuple[Any, ...]]) -> Iterator[Fault]:
        if self._allowed.issuperset(rows):
            return
        for row, values in enumerate(rows, first_row):
            if values not in self._allowed and values.count(None) != len(values):
                yield self.fault("foreign-key", row, values, self._name)
