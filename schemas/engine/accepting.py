"""What a column of text is surely right by: tests of whole columns that accept nothing which Frictionless refuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy
import pyarrow
import pyarrow.compute as pc

from schemas.engine.keys import DAYS_BEFORE_1970, MICROSECONDS_A_DAY, buffers
from schemas.engine.patterns import SafePattern

_LIMITS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "enum")

Accept = Callable[[pyarrow.Array], "tuple[numpy.ndarray | None, numpy.ndarray | None]"]
"""Gives the mask of accepted cells (``None``: all that are not null) and, where it falls off anyway, the values as
numbers that are equal for equal values."""


def accept_of(field: Any, pattern: SafePattern | None) -> Accept:
    """The test of a field; one that knows nothing of its type accepts no cell."""
    kind, constraints = field.type, field.constraints
    if kind in ("string", "any") and (kind == "any" or field.format == "default"):
        return _texts(constraints, pattern)
    if kind == "integer" and field.bare_number and "enum" not in constraints:
        return _integers(constraints, field)
    if kind == "number" and field.bare_number and not field.float_number and "enum" not in constraints:
        return _numbers(constraints, field)
    if kind == "boolean" and "enum" not in constraints:
        known = pyarrow.array([*field.true_values, *field.false_values], type=pyarrow.string())
        return lambda column: (true_mask(pc.is_in(column, value_set=known)), None)
    if kind == "date" and field.format == "default" and "enum" not in constraints:
        return _dates(constraints, field)
    if kind == "datetime" and field.format == "default" and not set(_LIMITS) & constraints.keys():
        return _datetimes
    return lambda column: (numpy.zeros(len(column), dtype=bool), None)


def _texts(constraints: Mapping[str, Any], pattern: SafePattern | None) -> Accept:
    tests: list[Callable[[pyarrow.Array], Any]] = []
    if pattern is not None:
        if pattern.re2 is None:
            return lambda column: (numpy.zeros(len(column), dtype=bool), None)
        words = pattern.re2
        tests.append(lambda column: pc.match_substring_regex(column, words))
    if "enum" in constraints:
        allowed = pyarrow.array(
            [value for value in constraints["enum"] if isinstance(value, str)], type=pyarrow.string()
        )
        tests.append(lambda column: pc.is_in(column, value_set=allowed))
    shortest, longest = constraints.get("minLength"), constraints.get("maxLength")
    if shortest is not None:
        tests.append(lambda column: pc.greater_equal(pc.utf8_length(column), shortest))
    if longest is not None:
        tests.append(lambda column: pc.less_equal(pc.utf8_length(column), longest))

    def accept(column: pyarrow.Array) -> tuple[numpy.ndarray | None, None]:
        found: numpy.ndarray | None = None
        for test in tests:
            good = true_mask(test(column))
            found = good if found is None else found & good
        return found, None

    return accept


def _within(values: numpy.ndarray, limits: Sequence[tuple[str, float]]) -> numpy.ndarray | None:
    """Whether numbers are surely inside: a value that rounds to a limit is none of these."""
    found: numpy.ndarray | None = None
    for name, limit in limits:
        low = name in ("minimum", "exclusiveMinimum")
        good = values > limit if low else values < limit
        found = good if found is None else found & good
    return found


def _limits(constraints: Mapping[str, Any], field: Any) -> list[tuple[str, Any]]:
    read = field.create_value_reader()
    return [(name, read(constraints[name])) for name in _LIMITS[:4] if constraints.get(name) is not None]


def _integers(constraints: Mapping[str, Any], field: Any) -> Accept:
    limits = _limits(constraints, field)

    def accept(column: pyarrow.Array) -> tuple[numpy.ndarray | None, numpy.ndarray | None]:
        numbers, good = _cast(column, pyarrow.int64(), r"\A-?[0-9]{1,18}\z")
        values = numbers.fill_null(0).to_numpy(zero_copy_only=False)
        for name, limit in limits:
            inside = {
                "minimum": values >= limit,
                "maximum": values <= limit,
                "exclusiveMinimum": values > limit,
                "exclusiveMaximum": values < limit,
            }[name]
            good = inside if good is None else good & inside
        return good, values

    return accept


def _numbers(constraints: Mapping[str, Any], field: Any) -> Accept:
    limits = [(name, float(limit)) for name, limit in _limits(constraints, field)]
    group, decimal = field.group_char, field.decimal_char
    processed = bool({"group_char", "decimal_char", "bare_number"} & set(field.list_defined()))

    def accept(column: pyarrow.Array) -> tuple[numpy.ndarray | None, numpy.ndarray | None]:
        refused: numpy.ndarray | None = None
        if processed:
            if group:
                column = pc.replace_substring(column, group, "")
            if decimal != ".":
                refused = true_mask(pc.match_substring(column, "."))
                column = pc.replace_substring(column, decimal, ".")
        numbers, good = _cast(column, pyarrow.float64(), r"\A-?[0-9]{1,300}(?:\.[0-9]{1,300})?\z")
        values = numbers.fill_null(0.0).to_numpy(zero_copy_only=False) + 0.0
        finite = numpy.isfinite(values)
        if not finite.all():
            good = finite if good is None else good & finite
        inside = _within(values, limits)
        for mask in (inside, None if refused is None else ~refused):
            if mask is not None:
                good = mask if good is None else good & mask
        return good, values

    return accept


def _cast(column: pyarrow.Array, kind: pyarrow.DataType, plain: str) -> tuple[pyarrow.Array, numpy.ndarray | None]:
    """The column as numbers, null where it is none of plain form, and the mask of those that are (``None``: all)."""
    if not (pyarrow.types.is_integer(kind) and _may_be_hexadecimal(column)):
        with suppress(pyarrow.ArrowInvalid):
            return column.cast(kind), None
    good = pc.match_substring_regex(column, plain)
    kept = pc.if_else(good, column, pyarrow.scalar(None, pyarrow.string()))
    return kept.cast(kind), true_mask(good)


def _may_be_hexadecimal(column: pyarrow.Array) -> bool:
    """Arrow reads 0x1F as a whole number, Python does not."""
    offsets, held = buffers(column)
    return bool(((held[offsets[0] : offsets[-1]] | 32) == ord("x")).any())


def _dates(constraints: Mapping[str, Any], field: Any) -> Accept:
    limits = _limits(constraints, field)
    plain = r"\A[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])\z"

    def accept(column: pyarrow.Array) -> tuple[numpy.ndarray | None, numpy.ndarray | None]:
        days, good = _cast(column, pyarrow.date32(), plain)
        numbers = days.cast(pyarrow.int32()).fill_null(0).to_numpy(zero_copy_only=False).astype(numpy.int64)
        inside = numbers > -DAYS_BEFORE_1970  # the calendar of Python begins with the year 1
        for name, limit in limits:
            day = limit.toordinal() - DAYS_BEFORE_1970
            compare = {"minimum": numbers >= day, "maximum": numbers <= day}.get(name)
            if compare is None:
                compare = numbers > day if name == "exclusiveMinimum" else numbers < day
            inside &= compare
        return inside if good is None else good & inside, numbers

    return accept


def _datetimes(column: pyarrow.Array) -> tuple[numpy.ndarray | None, numpy.ndarray | None]:
    """Times to the second, all with an offset or all without, from the third day of Python's calendar on."""
    with_seconds = true_mask(pc.equal(pc.utf8_slice_codeunits(column, 16, 17), ":"))
    times, good = _cast_times(column)
    numbers = times.cast(pyarrow.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    inside = with_seconds & (numbers > (2 - DAYS_BEFORE_1970) * MICROSECONDS_A_DAY)
    return inside if good is None else good & inside, numbers


def _cast_times(column: pyarrow.Array) -> tuple[pyarrow.Array, numpy.ndarray | None]:
    day, time = r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])", r"(?:[01][0-9]|2[0-3])(?::[0-5][0-9]){2}"
    with suppress(pyarrow.ArrowInvalid):
        return column.cast(pyarrow.timestamp("us")), None
    with suppress(pyarrow.ArrowInvalid):
        return column.cast(pyarrow.timestamp("us", "UTC")), None
    return _cast(column, pyarrow.timestamp("us"), rf"\A{day}[T ]{time}(?:\.[0-9]{{1,6}})?\z")


def mask_of(array: Any) -> numpy.ndarray:
    """A column of truth values as a mask."""
    found: numpy.ndarray = array.to_numpy(zero_copy_only=False)
    return found


def true_mask(array: Any) -> numpy.ndarray:
    """The same; null is not true."""
    return mask_of(array.fill_null(False))
