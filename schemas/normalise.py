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
from pathlib import Path

from catalog.dictionary import Field, TableSchema
from catalog.ports import StagedTable
from catalog.vietnamese import clean, nfc
from schemas.cell_formats import converter
from schemas.places import Places
from schemas.staged_rows import SEPARATOR, CanonicalFile, Columns, declared, read_rows


@dataclass(slots=True)
class Changes:
    """What normalising did to one column, and what it had to refuse."""

    changed: Places = field(default_factory=Places)
    refused: Places = field(default_factory=Places)


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


def normalise(table: StagedTable, schema: TableSchema, folder: Path) -> Normalised:
    """The canonical form of ``table``, written into ``folder``, or the same file where nothing had to be changed."""
    positions = column_positions(table.columns, schema)
    work = [_ColumnWork(column, schema) for column in schema.fields]
    ragged = _RaggedRows(table.columns, schema, positions)
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
        changes={job.field.name: job.changes for job in work if job.changes.changed.count or job.changes.refused.count},
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


def canonical_cell(column: Field, schema: TableSchema) -> Callable[[str], str]:
    """What makes one cell of a column canonical; a cell that cannot be read stays as it is."""
    work = _ColumnWork(column, schema)

    def canonical(cell: str) -> str:
        found = work.canonical(cell)
        return cell if found is None else found

    return canonical


class _ColumnWork:
    """Normalises one column, a batch at a time; remembers every different cell it had to look at closely."""

    def __init__(self, column: Field, schema: TableSchema) -> None:
        self.field = column
        self.changes = Changes()
        self._missing = frozenset(nfc(mark) for mark in schema.missing_values if mark)
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
        if self._all_canonical is not None:
            return self._all_canonical.fullmatch(joined) is not None and self._missing.isdisjoint(cells)
        return _is_clean(joined, cells) and self._missing.isdisjoint(cells)

    def canonical(self, cell: str) -> str | None:
        """The canonical text of a cell; ``None`` if it must not be read."""
        text = clean(cell)
        if text == "" or text in self._missing:
            return ""
        return self._convert(text) if self._convert else text

    def _note(self, row: int, before: str, after: str | None) -> None:
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

    def __init__(self, columns: Sequence[str], schema: TableSchema, positions: Mapping[str, int]) -> None:
        self._width = len(columns)
        fields = {position: name for name, position in positions.items()}
        self._names = [fields.get(position, name) for position, name in enumerate(columns)]
        self.extra = Places()
        self.missing: dict[str, Places] = {}

    def square(self, first_row: int, rows: list[list[str]]) -> None:
        lengths = Counter(map(len, rows))
        if len(lengths) == 1 and self._width in lengths:
            return
        for position, row in enumerate(rows):
            number = first_row + position
            if len(row) > self._width:
                for cell in row[self._width :]:
                    self.extra.add(number, clean(cell))
                del row[self._width :]
            elif len(row) < self._width:
                for name in self._names[len(row) :]:
                    self.missing.setdefault(name, Places()).add(number)
                row.extend([""] * (self._width - len(row)))
