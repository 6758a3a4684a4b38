"""Reads faulty rows again with Frictionless's own row, in the order in which Frictionless looks at its cells.

The order matters: a row notes the errors of the cells that keys ask for before those of the others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import numpy
from frictionless import errors
from frictionless.table.row import Row
from frictionless.vendors.stringcase import snakecase

from schemas.engine.keys import ForeignKeys
from schemas.engine.plan import Plan, Reference

FIRST_ROW = 2


class Replay:
    """``faulty`` holds the cells of every row in which anything may be wrong, by its position from 0, and those
    whose keys may be at fault."""

    def __init__(
        self,
        plan: Plan,
        faulty: Mapping[int, list[str]],
        keys: Mapping[str, numpy.ndarray],
    ) -> None:
        self._plan = plan
        self._faulty = faulty
        self._handlers = dict(plan.handlers)
        self._unique, self._primary_key, self._foreign_keys = plan.unique, plan.primary_key, plan.foreign_keys
        self._names: dict[tuple[type, frozenset[str]], dict[str, str]] = {}
        self._misses = {
            number: frozenset(ForeignKeys(key).misses(keys).tolist())
            for number, key in enumerate(self._foreign_keys)
            if key.allowed is None
        }

    def errors(self) -> Iterator[dict[str, Any]]:
        """The descriptors of all errors, the header's first, then row by row."""
        yield from (dict(error) for error in self._plan.header_errors)
        unique: dict[str, dict[Any, int]] = {name: {} for name in self._unique}
        primary: dict[tuple[Any, ...], int] = {}
        whole: dict[str, int] = {}
        for place in sorted(self._faulty):
            row = Row(self._faulty[place], handlers=self._handlers, row_number=place + FIRST_ROW)
            self._look_at_unique(row, unique)
            self._look_at_primary_key(row, primary)
            for number, key in enumerate(self._foreign_keys):
                self._look_at_foreign_key(row, place, number, key)
            yield from (self._described(error) for error in row.errors)
            if self._plan.duplicate_rows:
                yield from self._repeated(row, whole)

    def _look_at_unique(self, row: Any, seen: dict[str, dict[Any, int]]) -> None:
        for name, values in seen.items():
            cell = row[name]
            if cell is not None:
                before = values.get(cell)
                values[cell] = row.row_number
                if before:
                    note = f"the same as in the row at position {before}"
                    row.errors.append(errors.UniqueError.from_row(row, note=note, field_name=name))

    def _look_at_primary_key(self, row: Any, seen: dict[tuple[Any, ...], int]) -> None:
        if not self._primary_key:
            return
        cells = tuple(row[name] for name in self._primary_key)
        if set(cells) == {None}:
            note = 'cells composing the primary keys are all "None"'
            row.errors.append(errors.PrimaryKeyError.from_row(row, note=note))
            return
        before = seen.get(cells)
        seen[cells] = row.row_number
        if before:
            note = f"the same as in the row at position {before}"
            row.errors.append(errors.PrimaryKeyError.from_row(row, note=note))

    def _look_at_foreign_key(self, row: Any, place: int, number: int, key: Reference) -> None:
        cells = tuple(row[name] for name in key.fields)
        if set(cells) == {None}:
            return
        if cells in key.allowed if key.allowed is not None else place not in self._misses[number]:
            return
        note = 'for "{}": values "{}" not found in the lookup table "{}" as "{}"'.format(
            ", ".join(key.fields), ", ".join(str(cell) for cell in cells), key.name, ", ".join(key.reference_fields)
        )
        row.errors.append(
            errors.ForeignKeyError.from_row(
                row,
                note=note,
                field_names=list(key.fields),
                field_values=list(cells),
                reference_name=key.name,
                reference_field_names=list(key.reference_fields),
            )
        )

    def _repeated(self, row: Any, seen: dict[str, int]) -> Iterator[dict[str, Any]]:
        text = ",".join(map(str, row.values()))
        digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
        before = seen.get(digest)
        if before:
            note = f'the same as row at position "{before}"'
            yield self._described(errors.DuplicateRowError.from_row(row, note=note))
        seen[digest] = row.row_number

    def _described(self, error: Any) -> dict[str, Any]:
        """The error's descriptor. Frictionless works out anew for each error which properties one of its kind has; here
        that is remembered."""
        kind = (type(error), frozenset(error.metadata_assigned))
        names = self._names.get(kind)
        if names is None:
            descriptor: dict[str, Any] = error.to_descriptor()
            self._names[kind] = {name: snakecase(name) for name in descriptor}
            return descriptor
        return {name: getattr(error, attribute) for name, attribute in names.items()}
