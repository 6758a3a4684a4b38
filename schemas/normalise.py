"""Turns the habits of offices into canonical values, by the dictionary: one pass over the staged table.

Letters become what they can only be, marks for "nothing" become empty cells, dates, numbers and yes or no become ISO,
plain and true or false where the dictionary declares how they are written. What cannot be read stays as it is, for the
check to name it. Columns come out in the dictionary's order and spelling, all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow

from catalog.dictionary import CodeList, Field, TableSchema
from catalog.ports import StagedTable
from catalog.vietnamese import clean
from catalog.vietnamese_letters import mend
from schemas.canonical_file import CanonicalFile
from schemas.changes import Changes
from schemas.column_work import ColumnWork
from schemas.places import Places
from schemas.spellings import spelling_of
from schemas.staged_rows import declared
from schemas.table_blocks import TableBlock, read_blocks
from schemas.units import accepted_factor, states_a_unit


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
        ColumnWork(
            column,
            schema,
            spelling_of(column, code_lists or {}, today),
            table.row_numbers,
            _file_factor(table, column, schema),
        )
        for column in schema.fields
    ]
    ragged = _RaggedRows(table, schema, positions)
    path = folder / f"chuan-hoa-{table.path.name}"
    with CanonicalFile(table, path, schema.field_names, same_columns=table.columns == schema.field_names) as output:
        for block in read_blocks(table.path, len(table.columns), ragged.square):
            columns = [_column(job, block, positions) for job in work]
            kept = block.raw if all(map(_is, columns, block.columns)) else None
            output.write(columns, block.count, kept)
    used = set(positions.values())
    return Normalised(
        table=output.table(),
        changes={job.field.name: job.changes for job in work if job.finish().is_worth_telling},
        missing=tuple(name for name in schema.field_names if name not in positions),
        extra=tuple(name for position, name in enumerate(table.columns) if position not in used),
        extra_cells=ragged.extra,
        missing_cells=ragged.missing,
    )


def _is(one: object, other: object) -> bool:
    return one is other


def _column(job: ColumnWork, block: TableBlock, positions: Mapping[str, int]) -> pyarrow.Array:
    position = positions.get(job.field.name)
    if position is None:
        return pyarrow.repeat(pyarrow.scalar("", pyarrow.string()), block.count)
    return job.run(block.first_row, block.columns[position])


def _file_factor(table: StagedTable, field: Field, schema: TableSchema) -> Decimal:
    """By what the column's numbers are multiplied because the file states another unit; 1 where it must not be (then
    :func:`schemas.units.unit_issues` holds the table)."""
    stated = table.units.get(field.name)
    raw = declared(schema).get(field.name, {})
    if not stated or not states_a_unit(stated, field, raw):
        return Decimal(1)
    return accepted_factor(stated, field, raw) or Decimal(1)


def with_units_by_field(table: StagedTable, schema: TableSchema) -> StagedTable:
    """The table with its stated units under the names of the dictionary, where its columns have other labels."""
    labels = {table.columns[place]: name for name, place in column_positions(table.columns, schema).items()}
    units = {labels.get(label, label): unit for label, unit in table.units.items()}
    return table if units == table.units else replace(table, units=units)


def column_positions(columns: Sequence[str], schema: TableSchema) -> dict[str, int]:
    """Where each field of the dictionary stands among ``columns``: by its name, else by its title; case, accents'
    encoding, mistaken letters and blanks do not matter."""
    by_label = {mend(name).text.casefold(): position for position, name in reversed(list(enumerate(columns)))}
    positions: dict[str, int] = {}
    for column in schema.fields:
        if column.name.casefold() in by_label:
            positions[column.name] = by_label[column.name.casefold()]
    for column in schema.fields:
        title = mend(column.title).text.casefold()
        if column.name not in positions and title in by_label and by_label[title] not in positions.values():
            positions[column.name] = by_label[title]
    return positions


def canonical_cell(
    column: Field,
    schema: TableSchema,
    code_lists: Mapping[str, CodeList] | None = None,
    today: date | None = None,
    table: StagedTable | None = None,
) -> Callable[[str], str]:
    """What makes one cell of a column canonical; one that cannot be read stays. ``table`` may state its unit."""
    factor = _file_factor(table, column, schema) if table else Decimal(1)
    work = ColumnWork(column, schema, spelling_of(column, code_lists or {}, today), file_factor=factor)

    def canonical(cell: str) -> str:
        found = work.reading(cell).text
        return cell if found is None else found

    return canonical


class _RaggedRows:
    """Makes rows as long as the header, remembering those that were not."""

    def __init__(self, table: StagedTable, schema: TableSchema, positions: Mapping[str, int]) -> None:
        self._width = len(table.columns)
        self._row_numbers = table.row_numbers
        fields = {position: name for name, position in positions.items()}
        self._names = [fields.get(position, name) for position, name in enumerate(table.columns)]
        self.extra = Places()
        self.missing: dict[str, Places] = {}

    def square(self, first_row: int, rows: list[list[str]]) -> bool:
        """Cuts and fills the rows in place; says whether any needed it."""
        lengths = Counter(map(len, rows))
        if len(lengths) == 1 and self._width in lengths:
            return False
        for position, row in enumerate(rows):
            if len(row) == self._width:
                continue
            number = self._row_numbers.in_source(first_row + position)
            if len(row) > self._width:
                for cell in row[self._width :]:
                    self.extra.add(number, clean(cell))
                del row[self._width :]
            else:
                for name in self._names[len(row) :]:
                    self.missing.setdefault(name, Places()).add(number)
                row.extend([""] * (self._width - len(row)))
        return True
