"""Turns the habits of offices into canonical values, by the dictionary: one pass over the staged table.

Text becomes NFC without stray characters, marks for "nothing" become empty cells, dates, numbers and yes or no become
ISO, plain and true or false where the dictionary declares how they are written. What cannot be read stays as it is, for
the check to name it. Columns come out in the dictionary's order and spelling, all of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from catalog.dictionary import CodeList, Field, TableSchema
from catalog.layout import UNSHIFTED, RowNumbers
from catalog.ports import StagedTable
from catalog.vietnamese import clean, nfc
from schemas.cell_formats import converter
from schemas.places import Places
from schemas.spellings import Spelling, spelling_of
from schemas.staged_rows import SEPARATOR, CanonicalFile, Columns, declared, read_rows

MISSING_MARKS = frozenset({"-", "–", "—", "..", "...", "…", "n/a", "N/A", "#N/A", "đang cập nhật", "Đang cập nhật"})
"""What offices write where a number, a date or a code is not known; in a text it may be a text."""


@dataclass(slots=True)
class Changes:
    """What normalising did to one column, and what it had to refuse. ``ambiguous`` are decimals of three digits, which
    look like groups; if the column has ``grouped`` numbers too, nobody can tell which is which."""

    changed: Places = field(default_factory=Places)
    refused: Places = field(default_factory=Places)
    ambiguous: Places = field(default_factory=Places)
    grouped: bool = False

    @property
    def is_worth_telling(self) -> bool:
        return bool(self.changed.count or self.refused.count)

    @property
    def is_ambiguous(self) -> bool:
        return self.grouped and self.ambiguous.count > 0


@dataclass(slots=True)
class Normalised:
    """The canonical table, and what had to be done for it. ``missing`` and ``extra`` are columns, ``extra_cells`` and
    ``missing_cells`` rows that were longer or shorter than the header (made to fit meanwhile)."""

    table: StagedTable
    changes: dict[str, Changes]
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    extra_cells: Places
    missing_cells: dict[str, Places]


def normalise(
    table: StagedTable,
    schema: TableSchema,
    folder: Path,
    code_lists: Mapping[str, CodeList] | None = None,
    today: date | None = None,
) -> Normalised:
    """The canonical form of ``table``, written into ``folder``, or the same file where nothing had to be changed."""
    positions = column_positions(table.columns, schema)
    work = [
        _ColumnWork(column, schema, spelling_of(column, code_lists or {}, today), table.row_numbers)
        for column in schema.fields
    ]
    ragged = _RaggedRows(table, schema, positions)
    with CanonicalFile(folder / f"chuan-hoa-{table.path.name}", schema.field_names) as output:
        for first_row, rows in read_rows(table.path):
            ragged.square(first_row, rows)
            source: Columns = list(zip(*rows, strict=True))
            empty = ("",) * len(rows)
            output.write(
                [
                    job.run(first_row, source[positions[job.field.name]]) if job.field.name in positions else empty
                    for job in work
                ]
            )
    canonical = replace(
        output.table(table.key, table.left_out),
        row_numbers=table.row_numbers,
        notices=table.notices,
        around=table.around,
        units=table.units,
        proposal=table.proposal,
    )
    used = set(positions.values())
    result = Normalised(
        table=canonical,
        changes={job.field.name: job.changes for job in work if job.changes.is_worth_telling},
        missing=tuple(name for name in schema.field_names if name not in positions),
        extra=tuple(name for position, name in enumerate(table.columns) if position not in used),
        extra_cells=ragged.extra,
        missing_cells=ragged.missing,
    )
    if canonical.sha256 == table.sha256:
        canonical.path.unlink()
        result.table = table
    return result


def column_positions(columns: Sequence[str], schema: TableSchema) -> dict[str, int]:
    """Where each field of the dictionary stands among ``columns``: by its name, else by its title; case, accents'
    encoding and blanks around do not matter."""
    by_label = {clean(name).casefold(): position for position, name in reversed(list(enumerate(columns)))}
    positions: dict[str, int] = {}
    for column in schema.fields:
        if column.name.casefold() in by_label:
            positions[column.name] = by_label[column.name.casefold()]
    for column in schema.fields:
        title = nfc(column.title).casefold()
        if column.name not in positions and title in by_label and by_label[title] not in positions.values():
            positions[column.name] = by_label[title]
    return positions


def canonical_cell(
    column: Field, schema: TableSchema, code_lists: Mapping[str, CodeList] | None = None, today: date | None = None
) -> Callable[[str], str]:
    """What makes one cell of a column canonical; a cell that cannot be read stays as it is."""
    work = _ColumnWork(column, schema, spelling_of(column, code_lists or {}, today))

    def canonical(cell: str) -> str:
        found = work.canonical(cell)
        return cell if found is None else found

    return canonical


class _ColumnWork:
    """Normalises one column, a batch at a time; remembers every different cell it had to look at closely."""

    def __init__(
        self,
        column: Field,
        schema: TableSchema,
        spelling: Spelling | None = None,
        row_numbers: RowNumbers = UNSHIFTED,
    ) -> None:
        self.field = column
        self._row_numbers = row_numbers
        raw = declared(schema).get(column.name, {})
        decimal, group = (re.escape(str(raw.get(name, ""))) for name in ("decimalChar", "groupChar"))
        self._looks_like_a_group = re.compile(rf"-?[1-9]\d{{0,2}}{decimal}\d{{3}}")
        self._looks_grouped = re.compile(rf"-?\d{{1,3}}{group}\d{{3}}") if decimal and group else None
        self.changes = Changes()
        self._spelling = spelling
        self._missing = frozenset(nfc(mark) for mark in schema.missing_values if mark)
        if column.type not in ("string", "any") or column.code_list:
            self._missing |= MISSING_MARKS
        found = converter(column, declared(schema).get(column.name, {}))
        self._convert: Callable[[str], str | None] | None = found[0] if found else None
        self._all_canonical = (
            re.compile(rf"(?:{found[1].pattern})?(?:\x1f(?:{found[1].pattern})?)*+", re.ASCII) if found else None
        )
        self._known: dict[str, str | None] = {}

    def run(self, first_row: int, cells: Sequence[str]) -> Sequence[str]:
        joined = SEPARATOR.join(cells)
        if self._is_canonical(joined, cells):
            return cells
        known: Mapping[str, str | None] = self._known
        for cell in set(cells).difference(known):
            self._known[cell] = self.canonical(cell)
        result = [known[cell] for cell in cells]
        for position, (before, after) in enumerate(zip(cells, result, strict=True)):
            if after is None or after != before:
                self._note(first_row + position, before, after)
        if len(self._known) > 200_000:
            self._known.clear()
        return [before if after is None else after for before, after in zip(cells, result, strict=True)]

    def _is_canonical(self, joined: str, cells: Sequence[str]) -> bool:
        if self._spelling is not None:
            return self._spelling.knows_all(cells)
        if self._all_canonical is not None:
            return self._all_canonical.fullmatch(joined) is not None and self._missing.isdisjoint(cells)
        return _is_clean(joined, cells) and self._missing.isdisjoint(cells)

    def canonical(self, cell: str) -> str | None:
        """The canonical text of a cell; ``None`` if it must not be read."""
        text = clean(cell)
        if text == "" or text in self._missing:
            return ""
        if self._spelling is not None:
            return self._spelling.of(text)
        return self._convert(text) if self._convert else text

    def _note(self, row: int, before: str, after: str | None) -> None:
        row = self._row_numbers.in_source(row)
        if self._looks_grouped is not None and after is not None:
            if self._looks_like_a_group.fullmatch(clean(before)):
                self.changes.ambiguous.add(row, clean(before))
            elif self._looks_grouped.fullmatch(clean(before)):
                self.changes.grouped = True
        if after is None:
            self.changes.refused.add(row, clean(before))
        else:
            self.changes.changed.add(row, f"{before} → {after or '(trống)'}")


def _is_clean(joined: str, cells: Sequence[str]) -> bool:
    """Whether clean() would surely change none of the cells: blanks at an end of one stand beside a separator, and all
    characters that it removes are unprintable."""
    if " \x1f" in joined or "\x1f " in joined or joined.startswith(" ") or joined.endswith(" "):
        return False
    return "".join(cells).isprintable() and (joined.isascii() or unicodedata.is_normalized("NFC", joined))


class _RaggedRows:
    """Makes rows as long as the header, remembering those that were not."""

    def __init__(self, table: StagedTable, schema: TableSchema, positions: Mapping[str, int]) -> None:
        self._width = len(table.columns)
        self._row_numbers = table.row_numbers
        fields = {position: name for name, position in positions.items()}
        self._names = [fields.get(position, name) for position, name in enumerate(table.columns)]
        self.extra = Places()
        self.missing: dict[str, Places] = {}

    def square(self, first_row: int, rows: list[list[str]]) -> None:
        lengths = Counter(map(len, rows))
        if len(lengths) == 1 and self._width in lengths:
            return
        for position, row in enumerate(rows):
            number = self._row_numbers.in_source(first_row + position)
            if len(row) > self._width:
                for cell in row[self._width :]:
                    self.extra.add(number, clean(cell))
                del row[self._width :]
            elif len(row) < self._width:
                for name in self._names[len(row) :]:
                    self.missing.setdefault(name, Places()).add(number)
                row.extend([""] * (self._width - len(row)))
