"""Keeps the texts of rows on disk, so that a sheet is taken apart once and then read again cheaply.

The file has no name: whatever ends the process, nothing of it remains.
"""

from __future__ import annotations

import marshal
import os
import tempfile
import weakref
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from catalog.errors import reporting_full_disk
from harvesters.reading.workbook_cells import TextRow

BATCH_ROWS = 2_000
BATCH_CHARACTERS = 4_000_000


Place = tuple[int, int]
"""Where a batch lies: offset and length."""


class Spool:
    """One file for all sheets of a workbook. Raises ``StorageFull``."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="dulieumo-")  # noqa: SIM115 it lives as long as the rows
        weakref.finalize(self, self._file.close)
        self._size = 0

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
