"""Keys into tables, compared by the values themselves: no two different values are ever taken for the same.

Every value gets a text, its sign, such that equal values of Python, and only those, have equal signs. Columns of signs
are numbered by the vocabulary of the referenced column, and the numbers of several columns combined without loss.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import numpy
import pyarrow
import pyarrow.compute as pc

NUL = "\0"
NAN = f"{NUL}nan"
"""The sign of what is equal to nothing, not even to itself."""

MOST_DIGITS = 4_300
"""Python reads and writes no whole number of more."""


class Signs:
    """The signs of the values of one file. A text is its own sign; those of other values begin with a NUL. May be used
    by several threads."""

    def __init__(self) -> None:
        self._known: dict[Any, str] = {}
        self._next = itertools.count()

    def of(self, value: Any) -> str | None:
        """``None`` for no value."""
        if value is None:
            return None
        if isinstance(value, str):
            return NUL + value if value.startswith(NUL) else value
        if isinstance(value, int) or (isinstance(value, float | Decimal) and is_whole(value)):
            return f"{NUL}i{int(value)}"
        if type(value) is date:
            return f"{NUL}d{value.isoformat()}"
        if isinstance(value, float | Decimal) and is_nan(value):
            return NAN
        return self._known.setdefault(value, f"{NUL}#{next(self._next)}")

    def of_each(self, values: Iterable[Any]) -> pyarrow.Array:
        return pyarrow.array([self.of(value) for value in values], type=pyarrow.string())


def is_nan(value: float | Decimal) -> bool:
    return value.is_nan() if isinstance(value, Decimal) else math.isnan(value)


def is_whole(value: float | Decimal) -> bool:
    """Whether a number is a whole one, of no more digits than Python writes."""
    if isinstance(value, Decimal):
        return value.is_finite() and value.adjusted() < MOST_DIGITS and value == value.to_integral_value()
    return value.is_integer()


def is_finite(value: int | float | Decimal) -> bool:
    """Whether a number is neither infinite nor NaN; asked of a signalling NaN or of a number beyond all floats too."""
    if isinstance(value, Decimal):
        return value.is_finite()
    return isinstance(value, int) or math.isfinite(value)


def text_signs(column: pyarrow.Array) -> pyarrow.Array:
    """The signs of a column of texts."""
    starts = pc.starts_with(column, NUL)
    if not pc.any(starts).as_py():
        return column
    return pc.if_else(starts, pc.binary_join_element_wise(NUL, column, ""), column)


class Allowed:
    """The rows of a referenced table, given as a column of signs for each field of the key."""

    def __init__(self, columns: Sequence[pyarrow.Array | pyarrow.ChunkedArray]) -> None:
        self._vocabularies = [_vocabulary(column) for column in columns]
        self._pairs: list[numpy.ndarray] = []
        codes = self._codes(0, columns[0])
        for place, column in enumerate(columns[1:], start=1):
            pairs = self._paired(codes, place, column)
            known = pairs >= 0  # a NaN is no value that a row could lead to
            self._pairs.append(numpy.unique(pairs[known]))
            codes = numpy.where(known, numpy.searchsorted(self._pairs[-1], pairs), -1)

    @classmethod
    def of(cls, rows: Collection[tuple[Any, ...]], width: int, signs: Signs) -> Allowed:
        return cls([signs.of_each([row[place] for row in rows]) for place in range(width)])

    def lacks(self, columns: Sequence[pyarrow.Array | pyarrow.ChunkedArray]) -> numpy.ndarray:
        """The mask of the rows whose signs are not those of any allowed row. A row without any value lacks nothing."""
        filled: numpy.ndarray = numpy.logical_or.reduce([_filled(column) for column in columns])
        codes = self._codes(0, columns[0])
        for place, column in enumerate(columns[1:], start=1):
            pairs = self._paired(codes, place, column)
            known = self._pairs[place - 1]
            if not len(known):
                return filled
            codes = numpy.searchsorted(known, pairs)
            codes[known[numpy.minimum(codes, len(known) - 1)] != pairs] = -1
        lacking: numpy.ndarray = filled & (codes < 0)
        return lacking

    def _codes(self, place: int, column: Any) -> numpy.ndarray:
        """Numbers from 1 by the vocabulary; 0 for no value, -1 for one that is not in it."""
        found = pc.index_in(column, value_set=self._vocabularies[place], skip_nulls=True)
        codes: numpy.ndarray = found.fill_null(-2).to_numpy().astype(numpy.int64) + 1
        if column.null_count:
            codes[~_filled(column)] = 0
        return codes

    def _paired(self, codes: numpy.ndarray, place: int, column: Any) -> numpy.ndarray:
        """One number for two: ``codes`` are fewer than 2^31, and so is the vocabulary."""
        more = self._codes(place, column)
        pairs: numpy.ndarray = codes * (len(self._vocabularies[place]) + 1) + more
        pairs[(codes < 0) | (more < 0)] = -1
        return pairs


def _vocabulary(column: Any) -> pyarrow.Array:
    """The different signs of a column that anything can be equal to."""
    signs = pc.unique(column).drop_null()
    return signs.filter(pc.not_equal(signs, NAN))


def _filled(column: Any) -> numpy.ndarray:
    filled: numpy.ndarray = numpy.asarray(column.is_valid())
    return filled
