"""Which rows of a table repeat the key of another, however many rows there are.

The numbers of the keys are held in memory up to a bound; those of larger tables lie in a file, parted by their numbers,
so that each part is looked through on its own.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

import numpy
import pyarrow
import pyarrow.compute as pc

from catalog.errors import reporting_full_disk

HELD_ROWS = 1 << 20
"""Rows whose keys are held in memory."""

PARTS = 64
_MIX = numpy.uint64(0x9E3779B97F4A7C15)
_SHIFT = numpy.uint64(58)  # leaves the six bits that tell 64 parts apart
_PAIR = numpy.dtype([("key", numpy.uint64), ("row", numpy.int64)])


@dataclass(frozen=True, slots=True)
class Repeats:
    """Rows whose key occurs more than once: the first of each key, and the others."""

    first: numpy.ndarray
    again: numpy.ndarray


class KeyRows:
    """The keys of a table, row after row. ``empty`` keys repeat nothing. Use as a context manager; raises
    ``StorageFull``."""

    def __init__(self, *, empty: numpy.uint64 | None) -> None:
        self._empty = empty
        self._held: list[numpy.ndarray] = []
        self._held_rows = 0
        self._rows = 0
        self._file: _Parted | None = None

    def __enter__(self) -> KeyRows:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, keys: numpy.ndarray) -> None:
        """The keys of the next rows."""
        self._held.append(keys)
        self._held_rows += len(keys)
        if self._held_rows > HELD_ROWS:
            self._put_down()

    def repeats(self) -> Repeats:
        """May be asked once, when all rows are there."""
        if self._file is None:
            return self._among(self._take(), None)
        self._put_down()
        found = [self._among(pairs["key"], pairs["row"]) for pairs in self._file.parts()]
        return Repeats(*(numpy.concatenate(rows) for rows in zip(*((f.first, f.again) for f in found), strict=True)))

    def _take(self) -> numpy.ndarray:
        keys = numpy.concatenate([numpy.empty(0, dtype=numpy.uint64), *self._held])
        self._held, self._held_rows = [], 0
        return keys

    def _put_down(self) -> None:
        if self._file is None:
            self._file = _Parted()
        keys = self._take()
        self._file.write(keys, self._rows)
        self._rows += len(keys)

    def _among(self, keys: numpy.ndarray, rows: numpy.ndarray | None) -> Repeats:
        """``rows`` are those of the keys, ascending; ``None``: all from 0 on."""
        ordered = numpy.sort(keys)
        again = numpy.unique(ordered[1:][ordered[1:] == ordered[:-1]])
        if self._empty is not None:
            again = again[again != self._empty]
        if not len(again):
            return Repeats(numpy.empty(0, dtype=numpy.int64), numpy.empty(0, dtype=numpy.int64))
        places = numpy.flatnonzero(_is_in(keys, again))
        _, first = numpy.unique(keys[places], return_index=True)
        later = numpy.ones(len(places), dtype=bool)
        later[first] = False
        of_table = places if rows is None else rows[places]
        return Repeats(of_table[~later], of_table[later])


@dataclass(slots=True)
class _Parted:
    """Pairs of key and row in a file, in batches, each sorted by the part that its keys belong to."""

    _file: IO[bytes] = field(init=False)
    _ends: list[numpy.ndarray] = field(default_factory=list)

    def __post_init__(self) -> None:
        with reporting_full_disk():
            self._file = tempfile.TemporaryFile()  # noqa: SIM115  see close()

    def close(self) -> None:
        self._file.close()

    def write(self, keys: numpy.ndarray, first_row: int) -> None:
        parts = ((keys * _MIX) >> _SHIFT).astype(numpy.uint8)
        order = numpy.argsort(parts, kind="stable")
        pairs = numpy.empty(len(keys), dtype=_PAIR)
        pairs["key"], pairs["row"] = keys[order], order + first_row
        with reporting_full_disk():
            self._file.write(pairs.data)
        before = self._ends[-1][-1] if self._ends else 0
        self._ends.append(numpy.cumsum(numpy.bincount(parts, minlength=PARTS)) + before)

    def parts(self) -> Iterator[numpy.ndarray]:
        """All pairs, one part after the other, rows ascending in each."""
        with reporting_full_disk():
            self._file.flush()
        for part in range(PARTS):
            pieces = []
            before = 0
            for ends in self._ends:
                start = int(ends[part - 1]) if part else before
                self._file.seek(start * _PAIR.itemsize)
                held = self._file.read((int(ends[part]) - start) * _PAIR.itemsize)
                pieces.append(numpy.frombuffer(held, dtype=_PAIR))
                before = int(ends[-1])
            yield numpy.concatenate([numpy.empty(0, dtype=_PAIR), *pieces])


def _is_in(keys: numpy.ndarray, among: numpy.ndarray) -> numpy.ndarray:
    found: numpy.ndarray = pc.is_in(pyarrow.array(keys), value_set=pyarrow.array(among)).to_numpy(zero_copy_only=False)
    return found
