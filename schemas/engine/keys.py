"""Keys as numbers of 64 bits: which rows may repeat another, and which refer to nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy
import pyarrow
import pyarrow.compute as pc

from schemas.engine.columns import NONE_KEY, WEIGHTS, keys_of

if TYPE_CHECKING:
    from schemas.engine.plan import Reference


def row_keys(columns: Sequence[numpy.ndarray]) -> numpy.ndarray:
    """One number for the values of several columns in each row, in their order."""
    if len(columns) == 1:
        return columns[0]
    keys = numpy.zeros(len(columns[0]), dtype=numpy.uint64)
    for place, column in enumerate(columns):
        mixed = (column ^ (column >> numpy.uint64(31))) * WEIGHTS[2 * place]
        keys += (mixed ^ (mixed >> numpy.uint64(29))) * WEIGHTS[2 * place + 1]
    return keys


def repeats(keys: numpy.ndarray, *, empty: numpy.uint64 | None) -> numpy.ndarray:
    """The rows whose key occurs more than once, all occurrences; ``empty`` keys repeat nothing."""
    ordered = numpy.sort(keys)
    again = numpy.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    if empty is not None:
        again = again[again != empty]
    if not len(again):
        return numpy.empty(0, dtype=numpy.int64)
    return numpy.flatnonzero(_is_in(keys, again))


def _is_in(keys: numpy.ndarray, among: numpy.ndarray) -> numpy.ndarray:
    found: numpy.ndarray = pc.is_in(pyarrow.array(keys), value_set=pyarrow.array(among)).to_numpy(zero_copy_only=False)
    return found


class ForeignKeys:
    """One foreign key: which rows have a value that is not allowed."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference

    def misses(self, keys: Mapping[str, numpy.ndarray]) -> numpy.ndarray:
        """Rows that lead nowhere. A number that is not among the allowed ones belongs to a value that is not."""
        columns = [keys[name] for name in self._reference.fields]
        if not len(columns[0]):
            return numpy.empty(0, dtype=numpy.int64)
        allowed = self._allowed(keys)
        empty = numpy.logical_and.reduce([column == NONE_KEY for column in columns])
        return numpy.flatnonzero(~_is_in(row_keys(columns), numpy.unique(allowed)) & ~empty)

    def _allowed(self, keys: Mapping[str, numpy.ndarray]) -> numpy.ndarray:
        reference = self._reference
        if reference.allowed is None:
            count = len(next(iter(keys.values())))
            none = numpy.full(count, NONE_KEY, dtype=numpy.uint64)
            return row_keys([keys.get(name, none) for name in reference.reference_fields])
        held = [keys_of([values[place] for values in reference.allowed]) for place in range(len(reference.fields))]
        return row_keys(held)
