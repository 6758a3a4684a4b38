"""Normalises one column, a block at a time: each different text is read once, then every cell takes its result."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

import pyarrow
from pyarrow import compute

from catalog.dictionary import Field, TableSchema
from catalog.layout import UNSHIFTED, RowNumbers
from catalog.vietnamese import canonical_tone, nfc
from catalog.vietnamese_letters import is_ordinary, mend
from schemas import text_scan
from schemas.cell_formats import converter
from schemas.changes import Changes
from schemas.readings import Kind, Mark, Reader, Reading
from schemas.spellings import Spelling
from schemas.staged_rows import declared

MISSING_MARKS = frozenset({"-", "–", "—", "..", "...", "…", "n/a", "N/A", "#N/A", "đang cập nhật", "Đang cập nhật"})
"""What offices write where a number, a date or a code is not known; in a text it may be a text."""

_MOST_KNOWN = 200_000
"""Different texts of a column whose reading is remembered from block to block."""


class ColumnWork:
    """The normalising of one column. ``file_factor`` is by what its numbers are multiplied, because the file counts in
    another unit."""

    def __init__(
        self,
        field: Field,
        schema: TableSchema,
        spelling: Spelling | None = None,
        row_numbers: RowNumbers = UNSHIFTED,
        file_factor: Decimal = Decimal(1),
    ) -> None:
        self.field = field
        self.changes = Changes()
        self._row_numbers = row_numbers
        raw = declared(schema).get(field.name, {})
        missing = frozenset(nfc(mark) for mark in schema.missing_values if mark)
        self._missing = missing if _may_hold_any_text(field) else missing | MISSING_MARKS
        found = converter(field, {"footnotes": schema.descriptor.get("footnotes"), **raw}, file_factor)
        tones = bool(raw.get("canonicalTones", schema.descriptor.get("canonicalTones")))
        self._read, self._canonical = _reader_of(spelling, found.read if found else None, tones=tones), ""
        self._is_text = spelling is None and found is None
        if found and not spelling and found.canonical:
            self._canonical = rf"\A(?:{found.canonical})?\z"
            missing = frozenset(mark for mark in self._missing if re.fullmatch(found.canonical, mark, re.ASCII))
        self._is_plain_text = self._is_text and not tones
        self._missing_in_plain = pyarrow.array(sorted(missing), type=pyarrow.string()) if missing else None
        self._known: dict[str, Reading] = {}

    def run(self, first_row: int, column: pyarrow.Array) -> pyarrow.Array:
        """The canonical column; the same object if it is canonical as it stands."""
        if self._is_canonical(column):
            return column
        encoded = column.dictionary_encode()
        texts: list[str] = encoded.dictionary.to_pylist()
        readings = self._readings(texts)
        if not any(reading.kinds or reading.marks for reading in readings):
            return column
        cells = encoded.indices.to_numpy()
        self.changes.count_block(texts, readings, cells, first_row, self._row_numbers)
        results = [
            text if reading.text is None else reading.text for text, reading in zip(texts, readings, strict=True)
        ]
        if results == texts:
            return column
        return pyarrow.array(results, type=pyarrow.string()).take(encoded.indices)

    def _readings(self, texts: Sequence[str]) -> list[Reading]:
        known = self._known
        if len(known) > _MOST_KNOWN:
            known.clear()
        readings = []
        for text in texts:
            reading = known.get(text)
            if reading is None:
                reading = known[text] = self.reading(text)
            readings.append(reading)
        return readings

    def _is_canonical(self, column: pyarrow.Array) -> bool:
        if self._canonical:
            sure = compute.all(compute.match_substring_regex(column, self._canonical)).as_py()
        elif self._is_plain_text:
            sure = text_scan.is_ordinary(column)
        else:
            return False
        if sure is False or self._missing_in_plain is None:
            return sure is not False
        return not compute.any(compute.is_in(column, self._missing_in_plain)).as_py()

    def reading(self, cell: str) -> Reading:
        """What a cell means; a cell that cannot be read stays, one that must not be read is refused."""
        text = cell
        mends: tuple[Kind, ...] = ()
        doubts: tuple[Mark, ...] = ()
        if not is_ordinary(cell):
            mended = mend(cell)
            text, mends = mended.text, tuple(map(Kind, mended.kinds))
            doubts = tuple(map(Mark, mended.doubts)) if self._is_text else ()
        if text == "":
            return Reading("", mends)
        if text in self._missing:
            return Reading("", (Kind.MISSING,))
        if self._read is None:
            return Reading(text, mends, doubts)
        read = self._read(text)
        if read.text is None or not (mends or doubts):
            return read
        return Reading(read.text, mends + read.kinds, read.marks + doubts)


def _may_hold_any_text(field: Field) -> bool:
    return field.type in ("string", "any") and not field.code_list


def _reader_of(spelling: Spelling | None, reader: Reader | None, *, tones: bool) -> Reader | None:
    if spelling is not None:
        return spelling.read
    if reader is not None or not tones:
        return reader

    def with_canonical_tones(text: str) -> Reading:
        toned = canonical_tone(text)
        return Reading(toned, () if toned == text else (Kind.TONE,))

    return with_canonical_tones
