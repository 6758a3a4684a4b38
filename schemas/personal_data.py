"""Finds personal data before it is published: in every cell of every column, those the dictionary does not know too.

What is found holds the table for a person to decide; only masked samples are kept. A field marked ``"sensitivity":
"public"`` in the dictionary (hotlines of agencies, tax codes of enterprises) is not looked at, nor are columns of
numbers, dates and checked codes, but for what stands beside a person's name; values named in ``publicValues`` are no
findings. How: a sieve over whole columns (:mod:`schemas.personal_sieve`), an exact look at what it lets through
(:mod:`schemas.personal_forms`), the judgement of the column (:mod:`schemas.personal_columns`), then the rows of tables
that name persons (:mod:`schemas.personal_rows`) and small counts (:mod:`schemas.personal_small_cells`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

import pyarrow

from catalog.dictionary import Sensitivity, TableSchema
from catalog.issues import Issue
from catalog.layout import LooseText
from catalog.local_time import LOCAL_TIME
from catalog.ports import StagedTable
from schemas.normalise import column_positions
from schemas.personal_blocks import Cells, read_blocks
from schemas.personal_columns import WatchedColumn
from schemas.personal_forms import Span, canonical, spans_in
from schemas.personal_issues import around_issue, declared_issue, label_issue, names_issue, values_issue
from schemas.personal_masks import Masker, mask, mask_inside, mask_span, mask_words
from schemas.personal_persons import looks_like_a_name
from schemas.personal_public import NOTHING_PUBLIC, public_values
from schemas.personal_rows import beside_persons, distrust_contradicted_cards
from schemas.personal_small_cells import SmallCells, small_cell_fields
from schemas.places import Places
from schemas.staged_rows import declared

__all__ = [
    "PersonalData",
    "find_personal_data",
    "is_public",
    "look_for_personal_data",
    "mask",
    "mask_inside",
    "masker_for",
    "verify_declarations",
]

_NAMES_OF_IDENTITY = re.compile(
    r"(?:^|_)(?:cccd|cmnd|can_cuoc|so_dinh_danh|dinh_danh_ca_nhan|ho_chieu|so_tai_khoan|so_the_bhyt|so_bhxh|so_so_bhxh"
    r"|dia_chi_thuong_tru|thuong_tru|noi_cu_tru)(?:_|$)"
)
_NAMES_OF_PERSONS = re.compile(
    r"^(?:sdt|so_dien_thoai|dien_thoai|di_dong|email|ho_ten|ho_va_ten|ngay_sinh|nam_sinh|gioi_tinh|que_quan|dan_toc|ton_giao"
    r"|bien_so|nhom_mau|tinh_trang_hon_nhan|chu_ho|nguoi_dai_dien|mst_ca_nhan|ma_so_thue_ca_nhan|so_the_bhyt|bhxh)(?:_|$)"
)
_FULL_NAME = re.compile(r"^(?:ho_ten|ho_va_ten|ten_cong_dan|ten_chu_ho|chu_ho|ho_dem|nguoi_[a-z_]+)(?:_|$)")
_ABOUT_A_PERSON = re.compile(
    r"^(?:ngay_sinh|nam_sinh|que_quan|noi_sinh|dia_chi|sdt|so_dien_thoai|cccd|cmnd|gioi_tinh)(?:_|$)"
)
_TEXT_TYPES = ("string", "any", "array", "object", "list", "geojson", "geopoint")


@dataclass(frozen=True, slots=True)
class PersonalData:
    """What was found, and the columns that are masked wholly from now on: by the field's name, or the label of a column
    that the dictionary does not know; ``judged`` are those that were looked at cell by cell, ``labels`` what is shown
    for labels that are personal themselves."""

    issues: tuple[Issue, ...]
    columns: frozenset[str]
    judged: frozenset[str]
    labels: tuple[tuple[str, str], ...] = ()


def find_personal_data(table: StagedTable, schema: TableSchema) -> list[Issue]:
    """What looks personal in a table as it came from its source, one issue for each kind and column."""
    return list(look_for_personal_data(table, schema, datetime.now(LOCAL_TIME).date()).issues)


def look_for_personal_data(table: StagedTable, schema: TableSchema, today: date) -> PersonalData:
    """The same, with the columns it concerns. ``today`` is what ages are counted to. Raises ``InvalidInput`` for a
    schema whose ``publicValues`` or ``smallCells`` make no sense."""
    columns = _columns_to_look_at(table, schema)
    small = _small_cells(columns, schema, table)
    _read(table, columns, small)
    distrust_contradicted_cards(table, columns)
    issues = [*_declared_columns(columns, schema), *_suspect_names(columns), *_labels(columns), *_around(table)]
    personal = {item.field for item in issues if item.field}
    for column in columns:
        issues += (values_issue(kind, column.name, places) for kind, places in column.findings())
    beside, named = beside_persons(table, schema, columns, today)
    for item in beside:
        issues.append(values_issue(item.kind, columns[item.position].name, item.places))
        personal |= {columns[place].name for place in (item.position, item.partner) if place is not None}
    personal |= {columns[place].name for place in named} | {item.field for item in issues if item.field}
    issues += (counts.finding(schema) for counts in small.values() if counts.places.count)
    judged = frozenset(column.name for column in columns if column.watched)
    labels = tuple((column.label, column.name) for column in columns if column.is_masked)
    return PersonalData(tuple(issues), frozenset(personal), judged, labels)


def is_public(schema: TableSchema, name: str | None) -> bool:
    """Whether the dictionary says that this field may be shown although it looks personal."""
    return name is not None and declared(schema).get(name, {}).get("sensitivity") == "public"


def masker_for(personal: PersonalData, schema: TableSchema, issues: Iterable[Issue] = ()) -> Masker:
    """What keeps personal values out of everything a report says of this table; ``issues`` are all it finds."""
    public = frozenset(name for name in declared(schema) if is_public(schema, name))
    fields = frozenset(schema.field_names)
    masker = Masker(personal.columns - public, public, fields, personal.judged, personal.labels)
    return masker.for_issues(issues)


def verify_declarations(schema: TableSchema) -> None:
    """Raises ``InvalidInput`` naming the field whose ``publicValues`` or ``smallCells`` make no sense."""
    public_values(schema)
    list(small_cell_fields(schema))


def _columns_to_look_at(table: StagedTable, schema: TableSchema) -> list[WatchedColumn]:
    fields = {position: name for name, position in column_positions(table.columns, schema).items()}
    coded = {name for key in schema.foreign_keys for name in key.fields}
    allowed = public_values(schema)
    named_after = _labels_that_are_names(table.columns)
    columns = []
    for position, label in enumerate(table.columns):
        known = schema.field(fields.get(position, ""))
        shown = mask_words(label) if label in named_after else mask_inside(label)
        column = WatchedColumn(shown, label, known=known is not None, numbers=table.row_numbers)
        if known is not None:
            column.name, column.title = known.name, known.title
            column.public = is_public(schema, known.name)
            column.allowed = allowed.get(known.name, NOTHING_PUBLIC)
            is_text = known.type in _TEXT_TYPES
            column.watched = is_text and not column.public and not known.code_list and known.name not in coded
            column.counts = known.type in ("integer", "number") and known.unit != ""
        columns.append(column)
    return columns


def _small_cells(columns: Sequence[WatchedColumn], schema: TableSchema, table: StagedTable) -> dict[int, SmallCells]:
    wanted = {field.name: (field, threshold) for field, threshold in small_cell_fields(schema)}
    return {
        position: SmallCells(*wanted[column.name], table.row_numbers)
        for position, column in enumerate(columns)
        if column.known and column.name in wanted
    }


def _read(table: StagedTable, columns: list[WatchedColumn], small: Mapping[int, SmallCells]) -> None:
    """Show every block of the table to the columns; cells beyond the last column make columns of their own."""
    watched = [position for position, column in enumerate(columns) if column.watched]
    for block in read_blocks(table, sorted({*watched, *small})):
        for position in watched:
            columns[position].look(block.columns[position], block.number)
        for position, counts in small.items():
            counts.look(block.columns[position], block.number)
        for place, cells in block.surplus.items():
            for offset, cell in enumerate(cells):
                position = len(table.columns) + offset
                while position >= len(columns):
                    name = f"(cột {len(columns) + 1})"
                    columns.append(WatchedColumn(name, "", numbers=table.row_numbers))
                columns[position].look(Cells(pyarrow.array([cell]), None), partial(_same, block.first_row + place))


def _same(number: int, _row: int) -> int:
    return number


def _declared_columns(columns: Sequence[WatchedColumn], schema: TableSchema) -> Iterator[Issue]:
    for column in columns:
        known = schema.field(column.name) if column.known else None
        if known is not None and known.sensitivity in (Sensitivity.PERSONAL, Sensitivity.SENSITIVE):
            yield declared_issue(column.name)


def _suspect_names(columns: Sequence[WatchedColumn]) -> Iterator[Issue]:
    """Columns whose very name says that they are about persons. A name that is harmless in a table of statistics
    (dan_toc, gioi_tinh) is suspect only where the dictionary does not know the column; a number with a unit counts
    persons or cards."""
    open_columns = [column for column in columns if not (column.public or column.counts or column.is_cleared)]
    for column in open_columns:
        if _NAMES_OF_IDENTITY.search(column.folded) or (not column.known and _NAMES_OF_PERSONS.search(column.folded)):
            yield names_issue("column", [column.name])
    names = [column.name for column in open_columns if _FULL_NAME.search(column.folded)]
    about = [column.name for column in open_columns if _ABOUT_A_PERSON.search(column.folded)]
    if names and about:
        yield names_issue("person", names[:1] + about)


def _labels(columns: Sequence[WatchedColumn]) -> Iterator[Issue]:
    """Personal values in the names of columns."""
    named_after = _labels_that_are_names([column.label for column in columns])
    for column in columns:
        text = canonical(column.label)
        kinds = dict.fromkeys(span.kind for span in spans_in(text) if span.sure)
        for kind in (*kinds, "name") if column.label in named_after else kinds:
            yield label_issue(kind, column.name, Places(count=1))


def _labels_that_are_names(labels: Sequence[str]) -> frozenset[str]:
    """Labels that are names of persons, as in a list of pupils laid on its side; a single one may be a street's."""
    names = [label for label in labels if looks_like_a_name(canonical(label).strip()) == 1]
    return frozenset(names if len(names) > 1 else ())


def _around(table: StagedTable) -> Iterator[Issue]:
    """Personal data in what lies beside the table: titles, footers, comments, hidden parts, properties of the file."""
    found: dict[str, Places] = {}
    for loose in table.around:
        text = canonical(loose.text)
        spans = {span.kind: span for span in spans_in(text) if span.sure or _is_hidden_name(loose, span)}
        for kind, span in spans.items():
            found.setdefault(kind, Places()).add(None, f"{mask_inside(loose.place)}: {mask_span(text, span)}")
    for kind, places in found.items():
        yield around_issue(kind, places)


def _is_hidden_name(loose: LooseText, span: Span) -> bool:
    """A cell of a hidden part that is nothing but a name; signatures below a table are no finding."""
    return span.kind == "name" and "ẩn" in loose.place
