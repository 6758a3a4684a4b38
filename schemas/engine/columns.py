"""Judges a column of text at once: which cells are surely right, which must be looked at one by one.

What a test here accepts Frictionless accepts; whatever it does not accept is given, each different text once, to
Frictionless's own reader of the field. Beside that every column can give a number for each cell such that equal values
have equal numbers, for keys.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy
import pyarrow
import pyarrow.compute as pc

from schemas.engine.patterns import SafePattern

KEPT_TEXTS = 500_000
"""Different suspect texts of one column that are remembered."""

NONE_KEY = numpy.uint64(0x9E3779B97F4A7C15)
"""Stands for an empty cell, and for one of the wrong type, in a key."""

WEIGHTS = numpy.random.default_rng(20251125).integers(1, 2**63, 1 << 16, dtype=numpy.uint64) | numpy.uint64(1)
"""Odd and drawn once by a fixed seed: what the letters of a text, and the parts of a key, are weighed with."""

DAYS_BEFORE_1970 = 719_163
"""The ordinal of 1 January 1970, the day 0 of Arrow."""

Reader = Callable[[Any], tuple[Any, Mapping[str, str] | None]]
Accept = Callable[[pyarrow.Array], "tuple[numpy.ndarray | None, numpy.ndarray | None]"]
"""Gives the mask of accepted cells (``None``: all that are not null) and, where it falls off anyway, the values as
numbers that are equal for equal values."""


@dataclass(frozen=True, slots=True)
class Judged:
    """``bad``: positions of the cells in which Frictionless finds something; ``keys``: see above, if asked for."""

    bad: numpy.ndarray
    keys: numpy.ndarray | None


class ColumnJudge:
    """Judges the cells of one field. May be used by several threads."""

    def __init__(self, field: Any, reader: Reader, missing: Sequence[str], pattern: SafePattern | None) -> None:
        self._reader = reader
        self._missing = pyarrow.array(list(missing), type=pyarrow.string())
        self._required = bool(field.constraints.get("required"))
        self._pattern = pattern
        self._accept = _accept_of(field, pattern)
        self._texts = field.type in ("string", "any")
        self._known: dict[str, tuple[Any, bool]] = {}

    def judge(self, column: pyarrow.Array, *, nulls_known: bool, with_keys: bool) -> Judged:
        """``nulls_known``: what stands for nothing is null in ``column`` already."""
        if not nulls_known and len(self._missing):
            column = pc.if_else(
                pc.is_in(column, value_set=self._missing), pyarrow.scalar(None, pyarrow.string()), column
            )
        filled = _mask(pc.is_valid(column)) if column.null_count else None
        accepted, values = self._accept(column)
        bad = numpy.zeros(len(column), dtype=bool)
        if filled is not None and self._required:
            bad |= ~filled
        suspect = None if accepted is None else (~accepted if filled is None else ~accepted & filled)
        keys = self._keys(column, filled, values) if with_keys else None
        if suspect is not None and suspect.any():
            self._look_closely(column, numpy.flatnonzero(suspect), bad, keys)
        return Judged(numpy.flatnonzero(bad), keys)

    def _look_closely(
        self, column: pyarrow.Array, places: numpy.ndarray, bad: numpy.ndarray, keys: numpy.ndarray | None
    ) -> None:
        encoded = column.take(pyarrow.array(places)).dictionary_encode()
        texts = encoded.dictionary.to_pylist()
        read = self._read(texts)
        codes = encoded.indices.to_numpy(zero_copy_only=False)
        bad[places] = numpy.array([read[text][1] for text in texts], dtype=bool)[codes]
        if keys is not None and not self._texts:
            keys[places] = keys_of([read[text][0] for text in texts])[codes]

    def _read(self, texts: Sequence[str]) -> Mapping[str, tuple[Any, bool]]:
        known = self._known
        unknown = [text for text in texts if text not in known]
        if unknown:
            if len(known) > KEPT_TEXTS:
                known = self._known = {text: known[text] for text in texts if text in known}
            if self._pattern is not None:
                self._pattern.learn(unknown)
            for text in unknown:
                value, notes = self._reader(text)
                known[text] = (value, bool(notes))
        return known

    def _keys(self, column: pyarrow.Array, filled: numpy.ndarray | None, values: numpy.ndarray | None) -> numpy.ndarray:
        if self._texts:
            keys = text_keys(column)
        elif values is not None:
            keys = values.view(numpy.uint64).copy()
        else:
            encoded = column.dictionary_encode()
            texts = encoded.dictionary.to_pylist()
            read = self._read(texts)
            of_texts = keys_of([read[text][0] for text in texts] or [None])
            codes = encoded.indices.fill_null(0).to_numpy(zero_copy_only=False)
            keys = of_texts[codes]
        if filled is not None:
            keys[~filled] = NONE_KEY
        return keys


def keys_of(values: Sequence[Any]) -> numpy.ndarray:
    """:func:`key_of` of many values."""
    if values and all(isinstance(value, str) for value in values):
        return text_keys(pyarrow.array(values, type=pyarrow.string()))
    return numpy.array([key_of(value) for value in values], dtype=numpy.uint64)


def key_of(value: Any) -> numpy.uint64:
    """Equal for values that Python calls equal, within the values of one field."""
    if value is None:
        return NONE_KEY
    if isinstance(value, str):
        return numpy.uint64(text_keys(pyarrow.array([value], type=pyarrow.string()))[0])
    if isinstance(value, bool):
        return numpy.uint64(value)
    if isinstance(value, int):
        return numpy.int64(value).view(numpy.uint64) if -(2**63) <= value < 2**63 else numpy.uint64(abs(hash(value)))
    if isinstance(value, Decimal | float):
        number = float(value) if math.isfinite(float(value)) else math.inf
        return numpy.float64(number + 0.0).view(numpy.uint64)
    if type(value) is date:
        return numpy.int64(value.toordinal() - DAYS_BEFORE_1970).view(numpy.uint64)
    return numpy.uint64(hash(value) & 0xFFFFFFFFFFFFFFFF)


def text_keys(column: pyarrow.Array) -> numpy.ndarray:
    """A number of 64 bits for each text, by which different texts differ but for one case in 2^57; that of a null is
    arbitrary."""
    offsets, held = _buffers(column)
    lengths = numpy.diff(offsets)
    if len(lengths) == 0:
        return numpy.empty(0, dtype=numpy.uint64)
    keys = lengths.astype(numpy.uint64) * numpy.uint64(0x9E3779B97F4A7C15)
    width = int(lengths[0])
    if width and (lengths == width).all() and width <= 64:  # codes: a matrix of letters
        letters = held[offsets[0] : offsets[-1]].reshape(len(lengths), width)
        for place in range(width):
            keys += letters[:, place] * WEIGHTS[place] + WEIGHTS[place]
        return keys
    if offsets[0] == offsets[-1]:
        return keys
    places = (numpy.arange(offsets[0], offsets[-1]) - numpy.repeat(offsets[:-1], lengths)) % len(WEIGHTS)
    weighed = held[offsets[0] : offsets[-1]] * WEIGHTS[places] + WEIGHTS[places]
    sums = numpy.concatenate((numpy.zeros(1, dtype=numpy.uint64), numpy.cumsum(weighed, dtype=numpy.uint64)))
    found: numpy.ndarray = keys + sums[offsets[1:] - offsets[0]] - sums[offsets[:-1] - offsets[0]]
    return found


def _buffers(column: pyarrow.Array) -> tuple[numpy.ndarray, numpy.ndarray]:
    _, offsets, held = column.buffers()
    first, count = column.offset, len(column)
    places = numpy.frombuffer(offsets, dtype=numpy.int32)[first : first + count + 1].astype(numpy.int64)
    return places, numpy.frombuffer(held, dtype=numpy.uint8) if held is not None else numpy.empty(0, numpy.uint8)


def _mask(array: Any) -> numpy.ndarray:
    found: numpy.ndarray = array.to_numpy(zero_copy_only=False)
    return found


def _true(array: Any) -> numpy.ndarray:
    return _mask(array.fill_null(False))


def _accept_of(field: Any, pattern: SafePattern | None) -> Accept:
    kind, constraints = field.type, field.constraints
    if kind in ("string", "any") and (kind == "any" or field.format == "default"):
        return _texts(constraints, pattern)
    if kind == "integer" and field.bare_number and "enum" not in constraints:
        return _integers(constraints, field)
    if kind == "number" and field.bare_number and not field.float_number and "enum" not in constraints:
        return _numbers(constraints, field)
    if kind == "boolean" and "enum" not in constraints:
        known = pyarrow.array([*field.true_values, *field.false_values], type=pyarrow.string())
        return lambda column: (_true(pc.is_in(column, value_set=known)), None)
    if kind == "date" and field.format == "default" and "enum" not in constraints:
        return _dates(constraints, field)
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
            good = _true(test(column))
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
    names = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
    return [(name, read(constraints[name])) for name in names if constraints.get(name) is not None]


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
                refused = _true(pc.match_substring(column, "."))
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
    return kept.cast(kind), _true(good)


def _may_be_hexadecimal(column: pyarrow.Array) -> bool:
    """Arrow reads 0x1F as a whole number, Python does not."""
    offsets, held = _buffers(column)
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
