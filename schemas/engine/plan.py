"""What a schema asks of a file, in the form that the columns and the rows need it."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import frictionless
import numpy
import pyarrow
import pyarrow.compute as pc
from frictionless.table.header import Header
from frictionless.table.row import create_cell_handlers

from catalog.errors import InvalidInput
from schemas.engine.columns import Reader
from schemas.engine.exact import is_finite
from schemas.engine.patterns import PatternTime, SafePattern

PRIMARY, WHOLE = "\0primary key", "\0whole row"
"""No field of a readable schema is called so."""

LARGEST_INTEGER = 2**63 - 1
_UNHASHABLE = frozenset({"object", "array", "geojson", "list"})
_KNOWN_PROFILES = (
    "https://datapackage.org/profiles/1.0/tableschema.json",
    "https://datapackage.org/profiles/2.0/tableschema.json",
)


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key with the typed values that it may take; ``allowed`` is ``None`` for a key into the table itself."""

    fields: tuple[str, ...]
    name: str
    reference_fields: tuple[str, ...]
    allowed: frozenset[tuple[Any, ...]] | None


@dataclass(frozen=True, slots=True)
class RowCheck:
    """One of Frictionless's checks of whole rows: "duplicate-row", or "row-constraint" with its ``formula``."""

    type: str
    formula: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """``expected`` are the fields that the cells of a row are read by: Frictionless's answer to the labels of the file.
    ``common_missing``: the texts that stand for nothing, if they are the same for all fields."""

    schema: Any
    descriptor: Mapping[str, Any]
    references: tuple[Reference, ...]
    storable_only: bool
    checks: tuple[RowCheck, ...]
    patterns: Mapping[str, SafePattern]
    expected: tuple[Any, ...] = ()
    header_errors: tuple[Mapping[str, Any], ...] = ()
    readers: Mapping[str, Reader] = field(default_factory=dict)
    handlers: Mapping[str, Any] = field(default_factory=dict)
    position: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        descriptor: Mapping[str, Any],
        references: Sequence[Reference],
        *,
        storable_only: bool,
        checks: Sequence[RowCheck] = (),
    ) -> Plan:
        """Raises ``InvalidInput`` naming what is wrong with the descriptor."""
        cleaned = _without_addresses(descriptor)
        try:
            schema = frictionless.Schema.from_descriptor(cleaned)
            time = PatternTime()
            patterns = {
                item.name: SafePattern(item.constraints["pattern"], time)
                for item in schema.fields
                if item.constraints.get("pattern") is not None and "pattern" in item.supported_constraints
            }
            for item in schema.fields:
                _reader_of(item, patterns.get(item.name), storable_only=storable_only)
                _refuse_unreadable_limits(item)
        except frictionless.FrictionlessException as error:
            raise invalid_schema("; ".join(str(reason.note) for reason in (error.reasons or [error.error]))) from error
        except (TypeError, ValueError, AttributeError, KeyError, ArithmeticError) as error:
            raise invalid_schema(f"{type(error).__name__}: {error}") from error
        return cls(schema, cleaned, tuple(references), storable_only, tuple(checks), patterns)

    def can_judge(self, labels: Sequence[str]) -> bool:
        """Whether the columns can judge such a file. Keys of values that Python cannot compare, names matched otherwise
        than by place, and tables that are not given, are left to Frictionless."""
        if self.schema.has_defined("fields_match"):
            return False
        keyed = set(self.schema.primary_key)
        keyed |= {item.name for item in self.schema.fields if item.constraints.get("unique")}
        keyed |= {name for key in self.schema.foreign_keys for name in key["fields"]}
        keyed |= {name for key in self.references for name in key.fields}
        if any(item.type in _UNHASHABLE for item in self.schema.fields if item.name in keyed):
            return False
        given = {(reference.fields, reference.name) for reference in self.references}
        return all(
            (tuple(key["fields"]), key["reference"]["resource"]) in given or not key["reference"]["resource"]
            for key in self.schema.foreign_keys
        )

    def for_labels(self, labels: list[str]) -> Plan:
        """The plan for a file with this header."""
        header = Header(labels, fields=self.schema.fields, row_numbers=[1])
        expected = tuple(header.get_expected_fields())
        readers = {
            item.name: _reader_of(item, self.patterns.get(item.name), storable_only=self.storable_only)
            for item in expected
        }
        handlers = {
            name: handler._replace(reader=readers[name])
            for name, handler in create_cell_handlers(list(expected)).items()
        }
        return replace(
            self,
            expected=expected,
            header_errors=tuple(error.to_descriptor() for error in header.errors),
            readers=readers,
            handlers=handlers,
            position={item.name: place for place, item in enumerate(expected)},
        )

    @property
    def unique(self) -> tuple[str, ...]:
        return tuple(item.name for item in self.expected if item.constraints.get("unique"))

    @property
    def primary_key(self) -> tuple[str, ...]:
        key = tuple(self.schema.primary_key)
        return key if set(key) <= self.position.keys() else ()

    @property
    def foreign_keys(self) -> tuple[Reference, ...]:
        """Those of the schema in its order, with the values given for them, then the others that were given."""
        given = {(reference.fields, reference.name): reference for reference in self.references}
        declared = [
            given.pop((fields, target["resource"]), Reference(fields, "", tuple(target["fields"]), None))
            for key in self.schema.foreign_keys
            for fields, target in ((tuple(key["fields"]), key["reference"]),)
        ]
        return tuple(key for key in (*declared, *given.values()) if set(key.fields) <= self.position.keys())

    @property
    def key_fields(self) -> Collection[str]:
        """Those whose values may not repeat, alone or together."""
        return dict.fromkeys((*self.unique, *self.primary_key))

    @property
    def keys(self) -> Mapping[str, bool]:
        """What must not repeat, by a name for it, and whether it is one field, whose empty cells repeat nothing."""
        several = {PRIMARY: bool(self.primary_key), WHOLE: self.has_duplicate_check}
        return {**dict.fromkeys(self.unique, True), **{name: False for name, is_there in several.items() if is_there}}

    @property
    def own_keys(self) -> tuple[tuple[int, Reference], ...]:
        """The foreign keys into the table itself, each with its number among all."""
        return tuple((number, key) for number, key in enumerate(self.foreign_keys) if key.allowed is None)

    @property
    def has_duplicate_check(self) -> bool:
        return any(check.type == "duplicate-row" for check in self.checks)

    def missing_of(self, item: Any) -> Sequence[str]:
        """The texts that stand for nothing in this field."""
        return list(
            item.missing_values if item.has_defined("missing_values") or not item.schema else item.schema.missing_values
        )

    @property
    def common_missing(self) -> Sequence[str] | None:
        kinds = {tuple(self.missing_of(item)) for item in self.expected}
        return list(next(iter(kinds))) if len(kinds) == 1 else None

    def is_null(self, item: Any, column: pyarrow.Array) -> numpy.ndarray:
        """Which cells hold nothing."""
        if self.common_missing is not None:
            if column.null_count == 0:
                return numpy.zeros(len(column), dtype=bool)
            found = pc.is_null(column)
        else:
            found = pc.is_in(column, value_set=pyarrow.array(self.missing_of(item), type=pyarrow.string()))
        mask: numpy.ndarray = found.to_numpy(zero_copy_only=False)
        return mask

    def value_in(self, name: str, cells: Sequence[str]) -> Any:
        """What one field holds in a row that need not have all cells."""
        place = self.position[name]
        return self.readers[name](cells[place] if place < len(cells) else None)[0]


def _refuse_unreadable_limits(item: Any) -> None:
    """Raises ``InvalidInput`` for a limit that is no value of its field: nothing could be compared with it."""
    read = item.create_value_reader()
    for name in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
        limit = item.constraints.get(name)
        if limit is not None and name in item.supported_constraints and read(limit) is None:
            raise invalid_schema(f"{item.name}: {name} = {limit!r}")


def _without_addresses(descriptor: Mapping[str, Any]) -> dict[str, Any]:
    """The descriptor without anything that Frictionless would fetch."""
    cleaned = {name: value for name, value in descriptor.items() if name != "$schema"}
    if descriptor.get("$schema") in _KNOWN_PROFILES:
        cleaned["$schema"] = descriptor["$schema"]
    return cleaned


def invalid_schema(why: str) -> InvalidInput:
    return InvalidInput(f"Lược đồ bảng không hợp lệ: {why}.", f"The table schema is not valid: {why}.", reason=why)


def _reader_of(item: Any, pattern: SafePattern | None, *, storable_only: bool) -> Reader:
    """Frictionless's own reader of a field; its pattern is matched in linear time, and numbers that no file of ours can
    hold are refused if so wished."""
    if pattern is not None:
        plain = item.to_copy()
        plain.schema = item.schema
        plain.constraints = {name: value for name, value in item.constraints.items() if name != "pattern"}
        reader = _with_pattern(item, plain.create_cell_reader(), pattern)
    else:
        reader = item.create_cell_reader()
    return _storable(reader) if storable_only and item.type in ("integer", "number") else reader


def _with_pattern(item: Any, read: Reader, pattern: SafePattern) -> Reader:
    note = f'constraint "pattern" is "{item.constraints["pattern"]}"'
    order = list(item.supported_constraints)

    def reader(cell: Any) -> tuple[Any, Mapping[str, str] | None]:
        value, notes = read(cell)
        if value is None or (notes and "type" in notes) or pattern.matches(value):
            return value, notes
        found = {**(notes or {}), "pattern": note}
        return value, {name: found[name] for name in sorted(found, key=order.index)}

    return reader


def _storable(read: Reader) -> Callable[[Any], tuple[Any, Mapping[str, str] | None]]:
    def reader(cell: Any) -> tuple[Any, Mapping[str, str] | None]:
        value, notes = read(cell)
        if value is None or (isinstance(value, int) and abs(value) <= LARGEST_INTEGER):
            return value, notes
        if isinstance(value, int) or not is_finite(value) or not math.isfinite(value):
            return None, {"type": "not storable"}
        return value, notes

    return reader
