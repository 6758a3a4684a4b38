"""Reads faulty rows again with Frictionless's own row, in the order in which Frictionless looks at its cells.

The order matters: a row notes the errors of the cells that keys ask for before those of the others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import numpy
from frictionless import errors
from frictionless.table.row import Row
from frictionless.vendors.stringcase import snakecase

from schemas.engine.conditions import Condition
from schemas.engine.plan import Plan, Reference, RowCheck

FIRST_ROW = 2


class Replay:
    """Tells the errors of one file once. ``own_misses`` holds for each foreign key into the table itself, by its
    number among all, the mask of the rows that lead nowhere."""

    def __init__(self, plan: Plan, own_misses: Mapping[int, numpy.ndarray]) -> None:
        self._plan = plan
        self._handlers = dict(plan.handlers)
        self._primary_key, self._foreign_keys = plan.primary_key, plan.foreign_keys
        self._own_misses = own_misses
        self._names: dict[tuple[type, frozenset[str]], dict[str, str]] = {}
        self._unique: dict[str, dict[Any, int]] = {name: {} for name in plan.unique}
        self._primary: dict[tuple[Any, ...], int] = {}
        self._checks = [_Check(check, plan) for check in plan.checks]

    def errors(self, rows: Iterable[tuple[int, bool, list[str]]]) -> Iterator[dict[str, Any]]:
        """The descriptors of all errors, the header's first, then row by row. ``rows`` are the position, from 0, and
        the cells of every row in which anything may be wrong, and of those that others only repeat: these, which the
        flag tells, are right themselves."""
        yield from (dict(error) for error in self._plan.header_errors)
        for place, is_right, cells in rows:
            row = Row(cells, handlers=self._handlers, row_number=place + FIRST_ROW)
            self._look_at_unique(row)
            self._look_at_primary_key(row)
            if is_right:
                for check in self._checks:
                    check.remember(row)
                continue
            for number, key in enumerate(self._foreign_keys):
                self._look_at_foreign_key(row, place, number, key)
            yield from (self._described(error) for error in row.errors)
            yield from (self._described(error) for check in self._checks for error in check.errors(row))

    def _look_at_unique(self, row: Any) -> None:
        for name, values in self._unique.items():
            cell = _comparable(row[name])
            if cell is not None:
                before = values.get(cell)
                values[cell] = row.row_number
                if before:
                    note = f"the same as in the row at position {before}"
                    row.errors.append(errors.UniqueError.from_row(row, note=note, field_name=name))

    def _look_at_primary_key(self, row: Any) -> None:
        if not self._primary_key:
            return
        cells = tuple(_comparable(row[name]) for name in self._primary_key)
        if set(cells) == {None}:
            note = 'cells composing the primary keys are all "None"'
            row.errors.append(errors.PrimaryKeyError.from_row(row, note=note))
            return
        before = self._primary.get(cells)
        self._primary[cells] = row.row_number
        if before:
            note = f"the same as in the row at position {before}"
            row.errors.append(errors.PrimaryKeyError.from_row(row, note=note))

    def _look_at_foreign_key(self, row: Any, place: int, number: int, key: Reference) -> None:
        cells = tuple(row[name] for name in key.fields)
        compared = tuple(map(_comparable, cells))
        if set(compared) == {None}:
            return
        if compared in key.allowed if key.allowed is not None else not self._own_misses[number][place]:
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


def _comparable(value: Any) -> Any:
    """The value; for a signalling NaN, which Python cannot look up, one that is equal to nothing either."""
    return object() if isinstance(value, Decimal) and value.is_snan() else value


class _Check:
    """One of Frictionless's checks of whole rows."""

    def __init__(self, check: RowCheck, plan: Plan) -> None:
        self._formula = check.formula
        is_condition = check.type == "row-constraint"
        self._conforms = Condition(check.formula, tuple(plan.position)).test() if is_condition else None
        self._seen: dict[bytes, int] = {}

    def remember(self, row: Any) -> int | None:
        """The number of the last row that was the same, for a check of repeated rows."""
        if self._conforms is not None:
            return None
        text = ",".join(map(str, row.values()))
        digest = hashlib.sha256(text.encode("utf-8")).digest()
        before = self._seen.get(digest)
        self._seen[digest] = row.row_number
        return before

    def errors(self, row: Any) -> Iterator[Any]:
        if self._conforms is not None:
            if not self._conforms(row):
                note = f'the row constraint to conform is "{self._formula}"'
                yield errors.RowConstraintError.from_row(row, note=note)
            return
        before = self.remember(row)
        if before:
            yield errors.DuplicateRowError.from_row(row, note=f'the same as row at position "{before}"')
