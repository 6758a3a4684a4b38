"""Normalises one column, a block at a time: each different text is read once, then every cell takes its result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

import numpy
import pyarrow
from pyarrow import compute

from catalog.dictionary import Field, TableSchema
from catalog.issues import Example
from catalog.layout import UNSHIFTED, RowNumbers
from catalog.vietnamese import canonical_tone, nfc
from catalog.vietnamese_letters import is_ordinary, mend
from schemas import text_scan
from schemas.cell_formats import CellFormat, converter
from schemas.changes import Changes, Chosen, ReadBlock
from schemas.number_columns import THREE_PLACES_PATTERN, MaybeGrouped, NumberColumn, flags
from schemas.places import Places
from schemas.readings import Kind, Mark, Reader, Reading
from schemas.spellings import Spelling
from schemas.staged_rows import declared
from schemas.text_columns import ORDINARY_TEXT, mend_texts

MISSING_MARKS = frozenset(
    {"-", "–", "—", "..", "...", "…", "n/a", "#n/a", "null", "đang cập nhật", "chưa cập nhật", "chưa có số liệu"}
)
"""What offices write (in any case) where a number, a date or a code is not known; in a text it may be a text."""

_FOR_ALL_FIELDS = ("footnotes", "canonicalTones")
"""Properties that a schema may declare once for all its fields."""

_JSON_TYPES = frozenset({"object", "array", "geojson"})

_Key = TypeVar("_Key")

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
        raw = {name: schema.descriptor[name] for name in _FOR_ALL_FIELDS if name in schema.descriptor}
        raw |= declared(schema).get(field.name, {})
        found = converter(field, raw, file_factor)
        tones = bool(raw.get("canonicalTones"))
        self._read = _reader_of(spelling, found.read if found else None, tones=tones)
        self._is_text = spelling is None and found is None
        self._is_json = field.type in _JSON_TYPES  # what stands inside is for a parser, blank for blank
        self._is_plain_text = self._is_text and not tones
        self._sure = _sure_pattern(found, spelling, is_plain_text=self._is_plain_text)
        self._numbers = NumberColumn.of(field, raw, file_factor) if found else None
        missing = frozenset(nfc(mark) for mark in schema.missing_values if mark)
        self._missing = missing
        self._usual_marks = frozenset() if field.type in ("string", "any") and not field.code_list else MISSING_MARKS
        self._missing_marks = pyarrow.array(sorted(self._missing), type=pyarrow.string())
        self._maybe_grouped = MaybeGrouped.of(field, raw)
        self._known: dict[str, Reading] = {}

    def run(self, first_row: int, column: pyarrow.Array) -> pyarrow.Array:
        """The canonical column; the same object if it is canonical as it stands."""
        if self._maybe_grouped is not None:
            self._maybe_grouped.look(first_row, column)
        if self._is_canonical(column):
            return column
        encoded = column.dictionary_encode()
        block = self._read_block(first_row, encoded.dictionary, encoded.indices.to_numpy())
        if block.changed or block.refused or block.marked:
            self.changes.count_block(block, self._row_numbers)
        return block.results.take(encoded.indices) if block.changed else column

    def finish(self) -> Changes:
        """What was done to the column, once all of it went through."""
        doubt = self._maybe_grouped
        if doubt is not None and doubt.is_likely:
            examples = [Example(self._row_numbers.in_source(row), cell) for row, cell in doubt.rows]
            self.changes.marks[Mark.MAYBE_GROUPED] = Places(doubt.count, examples)
        return self.changes

    def _is_canonical(self, column: pyarrow.Array) -> bool:
        """Whether every cell surely is; a look at whole columns, which costs little."""
        if self._is_plain_text:
            sure = text_scan.is_ordinary(column)
        else:
            sure = (
                bool(self._sure) and compute.all(compute.match_substring_regex(column, self._sure)).as_py() is not False
            )
        return sure and (not self._missing or not compute.any(compute.is_in(column, self._missing_marks)).as_py())

    def _read_block(self, first_row: int, texts: pyarrow.Array, cells: numpy.ndarray) -> ReadBlock:
        """Reads every different text: the plainly written ones all at once, the others one by one."""
        changed: dict[tuple[Kind, ...], Chosen] = {}
        marked: dict[Mark, Chosen] = {}
        looked_through, results = self._read_at_once(texts, changed, marked)
        refused: dict[Kind, Chosen] = {}
        places = numpy.flatnonzero(~looked_through)
        if len(places):
            closer = self._readings(texts.take(pyarrow.array(places)).to_pylist())
            _sort_out(closer, places, changed, refused, marked)
            replaced = pyarrow.array([text for text, _ in closer], type=pyarrow.string())
            results = compute.replace_with_mask(results, pyarrow.array(~looked_through), replaced)
        return ReadBlock(texts, results, cells, first_row, changed, refused, marked)

    def _read_at_once(
        self, texts: pyarrow.Array, changed: dict[tuple[Kind, ...], Chosen], marked: dict[Mark, Chosen]
    ) -> tuple[numpy.ndarray, pyarrow.Array]:
        """Which texts need no closer look, and their results; notes what was changed and marked."""
        if self._numbers is not None:
            numbers = self._numbers.read(texts)
            sure = numbers.sure & ~self._are_missing(texts)
            for kinds, bearers in numbers.kinds.items():
                _choose(changed, kinds, bearers & sure)
            for mark, bearers in numbers.marks.items():
                _choose(marked, mark, bearers & sure)
            return sure, numbers.results
        if self._is_plain_text and not self._is_json:
            mended = mend_texts(texts)
            sure = mended.sure & ~self._are_missing(mended.results)
            for kinds, bearers in mended.kinds.items():
                _choose(changed, kinds, bearers & sure)
            return sure, mended.results
        if not self._sure:
            return numpy.zeros(len(texts), dtype=bool), texts
        sure = flags(compute.match_substring_regex(texts, self._sure)) & ~self._are_missing(texts)
        if self.field.type == "number":
            three_places = flags(compute.match_substring_regex(texts, THREE_PLACES_PATTERN))
            _choose(marked, Mark.THREE_PLACES, three_places & sure)
        return sure, texts

    def _are_missing(self, texts: pyarrow.Array) -> numpy.ndarray:
        return flags(compute.is_in(texts, self._missing_marks))

    def _readings(self, texts: Sequence[str]) -> list[tuple[str, Reading]]:
        """Each text's result (its own if it is refused) and its reading."""
        known = self._known
        if len(known) > _MOST_KNOWN:
            known.clear()
        readings = []
        for text in texts:
            reading = known.get(text)
            if reading is None:
                reading = known[text] = self.reading(text)
            readings.append((text if reading.text is None else reading.text, reading))
        return readings

    def reading(self, cell: str) -> Reading:
        """What a cell means; a cell that cannot be read stays, one that must not be read is refused."""
        text = cell
        mends: tuple[Kind, ...] = ()
        doubts: tuple[Mark, ...] = ()
        if self._is_json:
            text = cell.strip()
            mends = (Kind.SPACES,) if text != cell else ()
        elif not is_ordinary(cell):
            mended = mend(cell)
            text, mends = mended.text, tuple(map(Kind, mended.kinds))
            doubts = tuple(map(Mark, mended.doubts)) if self._is_text else ()
        if text == "":
            return Reading("", mends)
        if text in self._missing or text.lower() in self._usual_marks:
            return Reading("", (Kind.MISSING,))
        if self._read is None:
            return Reading(text, mends, doubts)
        read = self._read(text)
        if read.text is None or not (mends or doubts):
            return read
        return Reading(read.text, mends + read.kinds, read.marks + doubts)


def _sure_pattern(found: CellFormat | None, spelling: Spelling | None, *, is_plain_text: bool) -> str:
    """A pattern of RE2 for cells that are canonical as they stand, whatever else stands in the column."""
    if is_plain_text:
        return ORDINARY_TEXT
    return rf"\A(?:{found.canonical})?\z" if found and found.canonical and spelling is None else ""


def _choose(into: dict[_Key, Chosen], key: _Key, chosen: numpy.ndarray) -> None:
    places = numpy.flatnonzero(chosen)
    if len(places):
        into[key] = places


def _sort_out(
    readings: Sequence[tuple[str, Reading]],
    places: numpy.ndarray,
    changed: dict[tuple[Kind, ...], Chosen],
    refused: dict[Kind, Chosen],
    marked: dict[Mark, Chosen],
) -> None:
    """Adds the places of texts that were read one by one to those of their kinds and marks."""
    by_kinds: dict[tuple[Kind, ...], list[int]] = {}
    by_lack: dict[Kind, list[int]] = {}
    by_mark: dict[Mark, list[int]] = {}
    for place, (_, reading) in zip(places.tolist(), readings, strict=True):
        if reading.text is None:
            by_lack.setdefault(reading.kinds[0], []).append(place)
        elif reading.kinds:
            by_kinds.setdefault(reading.kinds, []).append(place)
        for mark in reading.marks:
            by_mark.setdefault(mark, []).append(place)
    _join(changed, by_kinds)
    _join(refused, by_lack)
    _join(marked, by_mark)


def _join(found: dict[_Key, Chosen], more: Mapping[_Key, Sequence[int]]) -> None:
    for key, places in more.items():
        found[key] = numpy.concatenate([numpy.asarray(found.get(key, ()), dtype=numpy.int64), places])


def _reader_of(spelling: Spelling | None, reader: Reader | None, *, tones: bool) -> Reader | None:
    if spelling is not None:
        return spelling.read
    if reader is not None or not tones:
        return reader

    def with_canonical_tones(text: str) -> Reading:
        toned = nfc(canonical_tone(text))
        return Reading(toned, () if toned == text else (Kind.TONE,))

    return with_canonical_tones
