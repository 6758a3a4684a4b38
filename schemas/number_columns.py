"""Plainly written numbers of a whole column at once: what :mod:`schemas.number_formats` does to a cell, without looking
at each. Cells with anything but digits, a sign and the declared characters are left to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy
import pyarrow
from pyarrow import compute

from catalog.dictionary import Field
from catalog.issues import EXAMPLES_KEPT
from schemas.number_formats import THREE_PLACES, declared_characters, is_declared
from schemas.readings import Kind, Mark

THREE_PLACES_PATTERN = rf"\A(?:{THREE_PLACES.pattern})\z"


@dataclass(frozen=True, slots=True)
class NumbersRead:
    """``results`` of the texts that are ``sure``; of the others they mean nothing. ``kinds`` and ``marks`` flag sure
    ones only."""

    sure: numpy.ndarray
    results: pyarrow.Array
    kinds: Mapping[tuple[Kind, ...], numpy.ndarray]
    marks: Mapping[Mark, numpy.ndarray]


class NumberColumn:
    """Reads the numbers of a field that need more than to be left alone: another way of writing, another unit."""

    def __init__(self, field: Field, raw: Mapping[str, Any], places: int) -> None:
        self._group, self._decimal = declared_characters(raw)
        self._places = places
        self._is_declared = is_declared(raw)
        self._is_integer = field.type == "integer"
        group, decimal = re.escape(self._group), re.escape(self._decimal)
        grouped = rf"[1-9]\d{{0,2}}(?:{group}\d{{3}}){{1,5}}|" if group else ""
        fraction = "" if self._is_integer else rf"(?:{decimal}\d{{1,12}})?"
        self._written = rf"\A-?(?:{grouped}0|[1-9]\d{{0,17}}){fraction}\z"
        self._one_group = rf"\A-?[1-9]\d{{0,2}}{group}\d{{3}}\z"
        self._three_decimals = rf"\A-?[1-9]\d{{0,2}}{decimal}\d{{3}}\z"

    @classmethod
    def of(cls, field: Field, raw: Mapping[str, Any], file_factor: Decimal) -> NumberColumn | None:
        """``None`` for a field whose plain numbers are canonical as they stand, or need a closer look each."""
        _, digits, places = file_factor.normalize().as_tuple()
        if field.type not in ("integer", "number") or "percent" in raw or digits != (1,) or not isinstance(places, int):
            return None
        return cls(field, raw, places) if places or is_declared(raw) else None

    def read(self, texts: pyarrow.Array) -> NumbersRead:
        """The canonical numbers of the texts that are surely written as declared."""
        sure = flags(compute.match_substring_regex(texts, self._written))
        plain = compute.replace_substring(texts, self._group, "") if self._group else texts
        if self._decimal != ".":
            plain = compute.replace_substring(plain, self._decimal, ".")
        results = _shifted(plain, self._places) if self._places else plain
        if self._places and self._is_integer:
            sure &= ~flags(compute.match_substring(results, "."))
        converted = flags(compute.not_equal(results, plain)) & sure
        rewritten = flags(compute.not_equal(plain, texts)) & sure & ~converted
        kinds: dict[tuple[Kind, ...], numpy.ndarray] = {(Kind.UNIT,): converted, (Kind.NUMBER,): rewritten}
        marks = {mark: bearers & sure for mark, bearers in self._marks(texts).items()}
        return NumbersRead(sure, results, kinds, marks)

    def _marks(self, texts: pyarrow.Array) -> dict[Mark, numpy.ndarray]:
        if not self._is_declared:
            return {Mark.THREE_PLACES: flags(compute.match_substring_regex(texts, THREE_PLACES_PATTERN))}
        if not self._group:
            return {}
        return {
            Mark.THREE_DECIMALS: flags(compute.match_substring_regex(texts, self._three_decimals)),
            Mark.GROUPED: flags(compute.match_substring(texts, self._group)),
            Mark.ONE_GROUP: flags(compute.match_substring_regex(texts, self._one_group)),
        }


def _shifted(numbers: pyarrow.Array, places: int) -> pyarrow.Array:
    """Plain numbers with the point moved by so many places to the right, or to the left if negative; exact, for it is
    all done on the digits. No zero stays behind that says nothing."""
    if places > 0:
        pointed = compute.replace_substring_regex(numbers, r"\A(-?\d+)\z", r"\1.")
        longer = compute.binary_join_element_wise(pointed, "0" * places, "")
        moved = compute.replace_substring_regex(longer, rf"\A(-?\d+)\.(\d{{{places}}})", r"\1\2.")
    else:
        longer = compute.replace_substring_regex(numbers, r"\A(-?)", r"\1" + "0" * -places, max_replacements=1)
        moved = compute.replace_substring_regex(longer, rf"\A(-?\d+)(\d{{{-places}}})(?:\.|\z)", r"\1.\2")
    shorter = compute.replace_substring_regex(moved, r"\.0*\z|(\.\d*?[1-9])0+\z", r"\1")
    return compute.replace_substring_regex(shorter, r"\A(-?)0+(\d)", r"\1\2")


class MaybeGrouped:
    """Watches a column of numbers whose way of writing nobody declared. If every broken number in it has just three
    places behind the point, and some end in 0, the points rather part thousands."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, str]] = []
        self.count = 0
        self._ends_in_zero = False
        self._ruled_out = False

    @classmethod
    def of(cls, field: Field, raw: Mapping[str, Any]) -> MaybeGrouped | None:
        """``None`` for a field that is no such column."""
        return cls() if field.type == "number" and "decimalChar" not in raw and not is_declared(raw) else None

    @property
    def is_likely(self) -> bool:
        return self._ends_in_zero and not self._ruled_out

    def look(self, first_row: int, column: pyarrow.Array) -> None:
        """Take in a block; next to nothing once the column is known to hold other numbers."""
        if self._ruled_out:
            return
        broken = flags(compute.match_substring(column, "."))
        if not broken.any():
            return
        fitting = flags(compute.match_substring_regex(column, THREE_PLACES_PATTERN))
        self._ruled_out = bool((broken & ~fitting).any())
        places = numpy.flatnonzero(fitting)
        self.count += len(places)
        self._ends_in_zero = self._ends_in_zero or compute.any(compute.ends_with(column.filter(fitting), "0")).as_py()
        for place in places[: EXAMPLES_KEPT - len(self.rows)].tolist():
            self.rows.append((first_row + place, column[place].as_py()))


def flags(answers: pyarrow.Array) -> numpy.ndarray:
    """Answers of Arrow as flags of numpy."""
    return numpy.asarray(answers.to_numpy(zero_copy_only=False), dtype=bool)
