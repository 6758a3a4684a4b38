"""Plainly written numbers of a whole column at once: what :mod:`schemas.number_formats` does to a cell, without looking
at each. Cells with anything but digits, a sign and the declared characters are left to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy
import pyarrow
from pyarrow import compute

from catalog.dictionary import Field
from catalog.issues import EXAMPLES_KEPT
from schemas.number_formats import THREE_PLACES, declared_characters, is_declared
from schemas.readings import Mark

THREE_PLACES_PATTERN = rf"\A(?:{THREE_PLACES.pattern})\z"


@dataclass(frozen=True, slots=True)
class NumbersRead:
    """``results`` of the texts that are ``sure``; of the others they mean nothing. ``marks`` are of sure ones only."""

    sure: numpy.ndarray
    results: pyarrow.Array
    marks: Mapping[Mark, numpy.ndarray]


class NumberColumn:
    """Reads the numbers of a field whose way of writing is declared."""

    def __init__(self, field: Field, raw: Mapping[str, Any]) -> None:
        self._group, self._decimal = declared_characters(raw)
        group, decimal = re.escape(self._group), re.escape(self._decimal)
        grouped = rf"[1-9]\d{{0,2}}(?:{group}\d{{3}}){{1,5}}|" if group else ""
        fraction = "" if field.type == "integer" else rf"(?:{decimal}\d{{1,12}})?"
        self._written = rf"\A-?(?:{grouped}0|[1-9]\d{{0,17}}){fraction}\z"
        self._one_group = rf"\A-?[1-9]\d{{0,2}}{group}\d{{3}}\z"
        self._three_decimals = rf"\A-?[1-9]\d{{0,2}}{decimal}\d{{3}}\z"

    @classmethod
    def of(cls, field: Field, raw: Mapping[str, Any]) -> NumberColumn | None:
        """``None`` for a field whose numbers need a closer look."""
        if field.type not in ("integer", "number") or not is_declared(raw) or "percent" in raw:
            return None
        return cls(field, raw)

    def read(self, texts: pyarrow.Array) -> NumbersRead:
        """The canonical numbers of the texts that are surely written as declared."""
        sure = flags(compute.match_substring_regex(texts, self._written))
        results = compute.replace_substring(texts, self._group, "") if self._group else texts
        if self._decimal != ".":
            results = compute.replace_substring(results, self._decimal, ".")
        if not self._group:
            return NumbersRead(sure, results, {})
        three_decimals = flags(compute.match_substring_regex(texts, self._three_decimals)) & sure
        grouped = flags(compute.match_substring(texts, self._group)) & sure
        one_group = flags(compute.match_substring_regex(texts, self._one_group)) & sure
        marks = {Mark.THREE_DECIMALS: three_decimals, Mark.GROUPED: grouped, Mark.ONE_GROUP: one_group}
        return NumbersRead(sure, results, marks)


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
