"""Checks a canonical table against its schema: types, constraints, keys, code lists, sibling tables, columns.

The meaning is that of Frictionless (:mod:`schemas.engine`); faults are grouped by column and kind into issues
that a clerk can act on (:mod:`schemas.messages`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from catalog.dictionary import CodeList, ForeignKey, TableSchema
from catalog.issues import FAULTS_KEPT, Dimension, Fault, Issue, Report, Severity
from catalog.layout import RowNumbers
from catalog.ports import StagedTable
from catalog.vietnamese import clean, grouped
from schemas import messages
from schemas.engine import Reference, check_file
from schemas.engine.blocks import Dialect
from schemas.frictionless_schema import Reading, cell_readers, judging_descriptor
from schemas.normalise import canonical_cell, column_positions
from schemas.places import Places
from schemas.staged_rows import read_rows

CODE_LIST_COLUMNS: Mapping[str, str] = {"ma": "code", "ten": "title", "ma_cha": "parent"}
"""The columns of a code list that a foreign key may refer to."""

MOST_FAULTS = 100_000
"""Faults beyond these are not told one by one; the report says so, and how many rows are faulty."""


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another table of the same dataset as it came from the source, and the schema to read it by, where it is known."""

    table: StagedTable
    schema: TableSchema | None = None


def check_table(
    table: StagedTable,
    schema: TableSchema,
    code_lists: Mapping[str, CodeList],
    siblings: Mapping[str, Sibling],
    today: date,
    absent: Sequence[str] = (),
) -> Report:
    """Every fault of a canonical table, grouped. ``absent`` names fields that the source did not have (they are empty
    columns of ``table``); codes that are no longer valid ``today`` do not count as codes."""
    descriptor = judging_descriptor(schema, absent)
    readers = dict(zip(schema.field_names, cell_readers(descriptor), strict=True))
    references, issues = _references(schema, readers, code_lists, siblings, today, absent)
    findings = check_file(table.path, descriptor, references=references, dialect=Dialect(), storable_only=True)
    groups, kept, given_up = _grouped(findings.faults(), table.row_numbers)
    issues.extend(messages.issue_for_fault(schema, fault, places, code_lists) for fault, places in groups)
    if given_up is not None:
        issues.append(_more_faults(findings.faulty_rows, given_up))
    return Report(table.row_count, tuple(issues), given_up is not None, tuple(kept))


def _grouped(
    faults: Iterator[Fault], row_numbers: RowNumbers
) -> tuple[list[tuple[Fault, Places]], list[Fault], int | None]:
    """Faults by kind and column, each group with its first fault; the first single ones; the row at which counting was
    given up. Rows get the numbers that the owner of the source sees."""
    groups: dict[tuple[str, tuple[str, ...], str], tuple[Fault, Places]] = {}
    kept: list[Fault] = []
    for number, found in enumerate(faults):
        fault = replace(found, row=None if found.row is None else row_numbers.in_source(found.row))
        if number == MOST_FAULTS:
            return list(groups.values()), kept, fault.row or 0
        if len(kept) < FAULTS_KEPT:
            kept.append(fault)
        group = groups.setdefault((fault.code, fault.fields, fault.constraint), (fault, Places()))
        group[1].add(fault.row, fault.value)
    return list(groups.values()), kept, None


def _more_faults(faulty_rows: int, row: int) -> Issue:
    """Says how far faults were counted, and how many rows have any in the whole table."""
    return Issue(
        "more-faults",
        Severity.NOTE,
        Dimension.CORRECT,
        f"Cả bảng có {grouped(faulty_rows)} dòng có lỗi; {grouped(MOST_FAULTS)} lỗi đầu tiên được đếm theo từng cột, từ"
        f" dòng {row} trở đi chỉ đếm số dòng.",
        f"{faulty_rows} rows of the table are faulty; the first {MOST_FAULTS} faults are counted by column, from row"
        f" {row} on only the rows are counted.",
        count=faulty_rows,
    )


def _references(
    schema: TableSchema,
    readers: Mapping[str, Callable[[str], Reading]],
    code_lists: Mapping[str, CodeList],
    siblings: Mapping[str, Sibling],
    today: date,
    absent: Sequence[str],
) -> tuple[list[Reference], list[Issue]]:
    """The foreign keys with their allowed values, and an issue for each that cannot be checked."""
    references: list[Reference] = []
    issues: list[Issue] = []
    for key in foreign_keys(schema):
        if set(key.fields) & set(absent):
            continue
        columns = _referenced_columns(key, schema, code_lists, siblings, today)
        if columns is None:
            issues.append(messages.unchecked_reference(schema, key))
            continue
        typed = [[readers[name](cell)[0] for cell in cells] for name, cells in zip(key.fields, columns, strict=True)]
        references.append(
            Reference(key.fields, key.reference, key.reference_fields, frozenset(zip(*typed, strict=True)))
        )
    return references, issues


def foreign_keys(schema: TableSchema) -> tuple[ForeignKey, ...]:
    """Those the dictionary declares, and one for each field that names a code list without declaring a key to it."""
    named = {(key.fields, key.reference) for key in schema.foreign_keys}
    implied = tuple(
        ForeignKey((field.name,), field.code_list, ("ma",))
        for field in schema.fields
        if field.code_list and ((field.name,), field.code_list) not in named
    )
    return schema.foreign_keys + implied


def _referenced_columns(
    key: ForeignKey,
    schema: TableSchema,
    code_lists: Mapping[str, CodeList],
    siblings: Mapping[str, Sibling],
    today: date,
) -> list[Sequence[str]] | None:
    """The columns that the key refers to, as text; ``None`` if they are not to be had."""
    if key.reference in code_lists:
        codes = [code for code in code_lists[key.reference].codes if not code.valid_to or code.valid_to >= today]
        if not set(key.reference_fields) <= CODE_LIST_COLUMNS.keys():
            return None
        return [[getattr(code, CODE_LIST_COLUMNS[name]) for code in codes] for name in key.reference_fields]
    sibling = siblings.get(schema.name if key.reference == "" else key.reference)
    if sibling is None:
        return None
    return _columns_of_sibling(sibling, key.reference_fields, code_lists, today)


def _columns_of_sibling(
    sibling: Sibling, names: Sequence[str], code_lists: Mapping[str, CodeList], today: date
) -> list[Sequence[str]] | None:
    """Canonical columns of a sibling; ``None`` if it lacks one. Rows too short to hold them are passed over."""
    places, canonical = _reading_of_sibling(sibling, code_lists, today)
    if not {name.casefold() for name in names} <= places.keys():
        return None
    wanted = [places[name.casefold()] for name in names]
    found: set[tuple[str, ...]] = set()
    for _, rows in read_rows(sibling.table.path):
        found.update(tuple(row[position] for position in wanted) for row in rows if len(row) > max(wanted))
    convert = [canonical.get(name.casefold(), clean) for name in names]
    return [[change(row[position]) for row in found] for position, change in enumerate(convert)]


def _reading_of_sibling(
    sibling: Sibling, code_lists: Mapping[str, CodeList], today: date
) -> tuple[dict[str, int], dict[str, Callable[[str], str]]]:
    """Where the columns of a sibling stand and how their cells are read, by name without regard to case: by the
    dictionary, as its own harvest does, or by its header alone."""
    schema = sibling.schema
    if schema is None:
        return {name.casefold(): position for position, name in enumerate(sibling.table.columns)}, {}
    places = {name.casefold(): position for name, position in column_positions(sibling.table.columns, schema).items()}
    return places, {field.name.casefold(): canonical_cell(field, schema, code_lists, today) for field in schema.fields}
