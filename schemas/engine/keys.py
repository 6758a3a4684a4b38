"""Numbers of 64 bits for keys: equal values have equal numbers, and rows whose numbers repeat are looked at closely."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy
import pyarrow

from schemas.engine.exact import is_finite

NONE_KEY = numpy.uint64(0x9E3779B97F4A7C15)
"""Stands for an empty cell, and for one of the wrong type, in a key."""

WEIGHTS = numpy.random.default_rng(20251125).integers(1, 2**63, 1 << 16, dtype=numpy.uint64) | numpy.uint64(1)
"""Odd and drawn once by a fixed seed: what the letters of a text, and the parts of a key, are weighed with."""

DAYS_BEFORE_1970 = 719_163
"""The ordinal of 1 January 1970, the day 0 of Arrow."""

MICROSECONDS_A_DAY = 86_400_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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
        number = float(value) if is_finite(value) else math.inf
        return numpy.float64(number + 0.0).view(numpy.uint64)
    if isinstance(value, datetime):
        passed = value.replace(tzinfo=UTC) - _EPOCH if value.tzinfo is None else value - _EPOCH
        return numpy.int64(passed // timedelta(microseconds=1)).view(numpy.uint64)
    if type(value) is date:
        return numpy.int64(value.toordinal() - DAYS_BEFORE_1970).view(numpy.uint64)
    return numpy.uint64(hash(value) & 0xFFFFFFFFFFFFFFFF)


def text_keys(column: pyarrow.Array) -> numpy.ndarray:
    """A number of 64 bits for each text, by which different texts differ but for one case in 2^57; that of a null is
    arbitrary."""
    offsets, held = buffers(column)
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


def buffers(column: pyarrow.Array) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Where the texts of a column lie, and the bytes in which they do."""
    _, offsets, held = column.buffers()
    first, count = column.offset, len(column)
    places = numpy.frombuffer(offsets, dtype=numpy.int32)[first : first + count + 1].astype(numpy.int64)
    return places, numpy.frombuffer(held, dtype=numpy.uint8) if held is not None else numpy.empty(0, numpy.uint8)


def row_keys(columns: Sequence[numpy.ndarray]) -> numpy.ndarray:
    """One number for the values of several columns in each row, in their order."""
    if len(columns) == 1:
        return columns[0]
    keys = numpy.zeros(len(columns[0]), dtype=numpy.uint64)
    for place, column in enumerate(columns):
        mixed = (column ^ (column >> numpy.uint64(31))) * WEIGHTS[2 * place]
        keys += (mixed ^ (mixed >> numpy.uint64(29))) * WEIGHTS[2 * place + 1]
    return keys
