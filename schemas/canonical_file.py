"""Writes a canonical table, and only if there is something to write: while every block stays as it stands in the staged
file, nothing is written; with the first change the blocks before are copied as they are."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import numpy
import pyarrow
from pyarrow import compute

from catalog.errors import reporting_full_disk
from catalog.ports import StagedTable
from schemas.engine.blocks import RawBlock
from schemas.text_scan import bytes_of

_COPIED_AT_ONCE = 1 << 22
_NEEDS_QUOTES = numpy.zeros(256, dtype=bool)
_NEEDS_QUOTES[list(b'",\r\n')] = True
_NEEDS_QUOTES_PATTERN = '[",\r\n]'


class CanonicalFile:
    """A staging file in the making: UTF-8, comma, LF, minimal quoting, a header, as ``csv`` writes it. ``same_columns``
    says that the staged table has the canonical columns in their order already. Raises ``StorageFull``."""

    def __init__(self, source: StagedTable, path: Path, names: Sequence[str], *, same_columns: bool) -> None:
        self._source = source
        self._path = path
        self._names = tuple(names)
        self._same_columns = same_columns
        self._kept: tuple[int, int] | None = None
        self._row_count = 0
        self._hash = hashlib.sha256()
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        if not self._same_columns:
            self._begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            with reporting_full_disk():
                self._file.close()

    def write(self, columns: Sequence[pyarrow.Array], count: int, unchanged: RawBlock | None) -> None:
        """Append a block; ``unchanged`` are its bytes in the staged file, where these are what the columns hold."""
        self._row_count += count
        if unchanged is None or not self._same_columns:
            self._append(self._file or self._begin(), csv_bytes(columns))
        elif self._file is None:
            self._kept = (self._kept[0] if self._kept else unchanged.start, unchanged.start + unchanged.size)
        else:
            self._append(self._file, memoryview(unchanged.held)[: unchanged.size])

    def _begin(self) -> BinaryIO:
        """The file with its header and the blocks that were kept so far."""
        output = self._file = self._path.open("wb")
        self._append(output, csv_bytes([pyarrow.array([name]) for name in self._names]))
        start, end = self._kept or (0, 0)
        with self._source.path.open("rb") as staged:
            staged.seek(start)
            while start < end and (piece := staged.read(min(_COPIED_AT_ONCE, end - start))):
                self._append(output, piece)
                start += len(piece)
        return output

    def _append(self, output: BinaryIO, block: bytes | memoryview) -> None:
        self._hash.update(block)
        with reporting_full_disk():
            output.write(block)

    def table(self) -> StagedTable:
        """The canonical table, once the file is closed; the staged one itself if nothing had to be changed. What the
        reader told about the staged one is still true of it."""
        if self._file is None:
            return self._source
        return replace(
            self._source,
            path=self._path,
            columns=self._names,
            row_count=self._row_count,
            sha256=self._hash.hexdigest(),
        )


def csv_bytes(columns: Sequence[pyarrow.Array]) -> memoryview:
    """Columns of text as lines of CSV."""
    cells = [_quoted(column) for column in columns]
    if len(cells) == 1:
        cells = [compute.if_else(compute.equal(cells[0], ""), '""', cells[0])]  # an empty line would be no row
    cells[-1] = compute.binary_join_element_wise(cells[-1], "", "\n")
    lines = compute.binary_join_element_wise(*cells, ",") if len(cells) > 1 else cells[0]
    letters, _ = bytes_of(lines)
    return letters.data


def _quoted(column: pyarrow.Array) -> pyarrow.Array:
    letters, _ = bytes_of(column)
    if not _NEEDS_QUOTES[letters].any():
        return column
    doubled = compute.replace_substring(column, '"', '""')
    quoted = compute.binary_join_element_wise('"', doubled, '"', "")
    return compute.if_else(compute.match_substring_regex(column, _NEEDS_QUOTES_PATTERN), quoted, column)
