"""Keeps the texts of rows on disk, so that a sheet is taken apart once and then read again cheaply.

The file has no name: whatever ends the process, nothing of it remains.
"""

from __future__ import annotations

import marshal
import os
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.errors import reporting_full_disk
from harvesters.reading.packages import MAX_CELLS, MAX_CHARACTERS, MAX_ROW, TooLarge
from harvesters.reading.workbook_cells import RawCell, RawRow, RawValue, Run, TextRow

BATCH_ROWS = 2_000
BATCH_CHARACTERS = 4_000_000


Place = tuple[int, int]
"""Where a batch lies: offset and length."""


class Spool:
    """One file for all sheets of a workbook. Raises ``StorageFull``."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="dulieumo-")  # noqa: SIM115 it lives as long as the rows
        weakref.finalize(self, self._file.close)
        self._size = self._cells = self._characters = 0

    def count(self, cells: int, characters: int) -> None:
        """Count what is going to be kept; raises ``TooLarge``."""
        self._cells += cells
        self._characters += characters
        if self._cells > MAX_CELLS or self._characters > MAX_CHARACTERS:
            raise TooLarge("cells")

    def write(self, batch: list[Any]) -> Place:
        """Keep values of Python's own plain types; raises ``ValueError`` for others."""
        packed = marshal.dumps(batch, 2)
        with reporting_full_disk():
            self._file.write(packed)
            self._file.flush()
        place = (self._size, len(packed))
        self._size += len(packed)
        return place

    def read(self, place: Place) -> list[Any]:
        packed = os.pread(self._file.fileno(), place[1], place[0])
        batch: list[Any] = marshal.loads(packed)  # noqa: S302 we alone have written the file, it has no name
        return batch


@dataclass(slots=True)
class RawRows:
    """The raw rows of one sheet, kept while the file is read in one walk. What all sheets of the spool hold is counted
    together. Raises ``TooLarge``."""

    spool: Spool
    _places: list[Place] = field(default_factory=list)
    _batch: list[Any] = field(default_factory=list)
    _characters: int = 0

    def add(self, first: int, hidden: bool, cells: Sequence[RawCell], repeated: int = 1) -> None:
        """Keep the row ``first`` and the equal ones that follow it, ``repeated`` rows in all."""
        packed = [(column, kind, _packed(value), look) for column, kind, value, look in cells]
        characters = sum(len(value) for _, _, value, _ in packed if isinstance(value, str))
        self.spool.count(max(len(cells), 1) * (repeated if cells else 1), characters * repeated)
        if not cells:
            return
        if first + repeated - 1 > MAX_ROW:
            raise TooLarge("rows")
        for number in range(first, first + repeated):
            self._batch.append((number, hidden, packed))
            self._characters += characters
            if len(self._batch) >= BATCH_ROWS or self._characters > BATCH_CHARACTERS:
                self._write()

    def _write(self) -> None:
        self._places.append(self.spool.write(self._batch))
        self._batch, self._characters = [], 0

    def rows(self) -> Iterator[RawRow]:
        """The rows that were added, from the first at each call."""
        if self._batch:
            self._write()
        for place in self._places:
            for number, hidden, cells in self.spool.read(place):
                yield number, hidden, [_unpacked(cell) for cell in cells]


def _packed(value: RawValue) -> Any:
    return tuple((run.text, run.font, run.raised) for run in value) if isinstance(value, tuple) else value


def _unpacked(cell: Any) -> RawCell:
    column, kind, value, look = cell
    if isinstance(value, tuple):
        value = tuple(Run(text, font, raised) for text, font, raised in value)
    return column, kind, value, look


@dataclass(slots=True)
class KeptRows:
    """Rows that are kept while they are first read to their end, and read from there at every later call."""

    spool: Spool
    _places: list[Place] = field(default_factory=list)
    _complete: bool = False

    def again(self) -> Iterator[TextRow] | None:
        """The rows as they were kept, ``None`` as long as nobody has read them to the end."""
        if not self._complete:
            return None
        return (row for place in self._places for row in self.spool.read(place))

    def keeping(self, rows: Iterator[TextRow]) -> Iterator[TextRow]:
        """The same rows; they are kept once the last one has been asked for."""
        places, batch, characters = [], list[TextRow](), 0
        for row in rows:
            batch.append(row)
            characters += sum(map(len, row[2]))
            if len(batch) >= BATCH_ROWS or characters > BATCH_CHARACTERS:
                places.append(self.spool.write(batch))
                batch, characters = [], 0
            yield row
        if batch:
            places.append(self.spool.write(batch))
        self._places, self._complete = places, True
