"""The proposal for one table, once its header is found: columns and fields, units, rows to leave out, doubts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from catalog.dictionary import TableSchema
from catalog.layout import Confidence, Evidence, LayoutColumn, LayoutProposal, TableLayout
from harvesters.reading.column_matching import Matching, match_columns, same
from harvesters.reading.grid import Book, Row, Sheet
from harvesters.reading.header_labels import Header
from harvesters.reading.layout_area import Area, area_of, is_total_row, judge
from harvesters.reading.layout_evidence import (
    data_below,
    joined_surely,
    joined_told,
    lone_figures,
    lone_labels,
    merged_cells,
    repeated_doubts,
    section_at_end,
    sections_in_plain,
    strange_rows,
    what_was_seen,
)
from harvesters.reading.layout_footer import notes_below, notes_told, unmarked, usable_notes
from harvesters.reading.layout_names import label_doubts, sparse_names, stub_told, unlabelled_stub
from harvesters.reading.layout_rows import (
    BLANK,
    COLUMN_NUMBERS,
    DATA,
    LABEL,
    REPEATED,
    SECTION,
    TOTAL,
    Judged,
    texts_of,
)
from harvesters.reading.layout_sections import (
    DRAFT_COLUMN,
    Sections,
    level_of,
    section_doubts,
    section_field,
    section_name,
    section_text,
    section_units,
    sections_told,
)
from harvesters.reading.layout_stated_units import stated_units, the_unit, units_below
from harvesters.reading.layout_units import unit_of_label
from harvesters.reading.layout_words import NUMBERING, is_number, is_of_which

_LINES_BELOW = 6
_EVERY_KIND = (SECTION, BLANK, COLUMN_NUMBERS, REPEATED, LABEL)


@dataclass(slots=True)
class Told:
    """What is found on the way: evidence that only tells, and doubts that ask a person."""

    evidence: list[Evidence]
    doubts: list[Evidence]

    def add(self, told: Sequence[Evidence], doubts: Sequence[Evidence] = ()) -> None:
        self.evidence += told
        self.doubts += doubts


def propose_table(
    book: Book, sheet: Sheet, schema: TableSchema | None, rows: list[Row], header: Header
) -> LayoutProposal:
    area = area_of(rows, header, sheet)
    told = Told([], [Evidence("header", *pair) for pair in header.doubts])
    stated = stated_units(area.above, min(header.rows, default=0)) or units_below(area.rest[:_LINES_BELOW])
    unit, *about_unit = the_unit(stated)
    told.add(*about_unit)
    layout = TableLayout(
        book.format,
        book.encoding,
        book.delimiter,
        sheet=sheet.name,
        header_rows=header.rows,
        first_row=area.body[0].number if area.body else header.first_row,
        end_mark=area.end.mark,
        skipped=_EVERY_KIND,
        unit=unit,
        columns=_columns(header, area.table),
    )
    judged = judge(sheet, rows, layout, area)
    if area.plain and not joined_surely(judged):  # a row without values, not half a label
        apart = replace(layout, skipped=tuple(kind for kind in _EVERY_KIND if kind != LABEL))
        judged = judge(sheet, rows, apart, area)
    layout = _with_footnotes(layout, area, judged, told)
    matching = _matching(layout.columns, area.table, schema)
    layout = _with_sections(layout, _sections(judged), matching, schema, told)
    layout, stub = _with_fields(layout, matching, area, judged, schema, told)
    layout, kinds = _skipping(layout, area, judged, schema)
    _doubt(area, judged, layout, sheet, stub, told)
    told.add([], matching.doubts)
    plain = area.plain and not layout.skipped and matching.exact
    confidence = Confidence.UNSURE if told.doubts else Confidence.PLAIN if plain else Confidence.LIKELY
    fed = {column.field for column in layout.columns} | {layout.section_column}
    return LayoutProposal(
        layout,
        confidence,
        (*told.doubts, *what_was_seen(layout, header, kinds), *told.evidence),
        unmatched=tuple(column.label for column in layout.columns if schema and not column.field),
        missing=tuple(name for name in schema.field_names if name not in fed) if schema else (),
        others=(f"bảng dưới, dòng {area.rest[0].number}: {area.end.next_table}",) if area.end.next_table else (),
    )


def _columns(header: Header, table: Sequence[Row]) -> tuple[LayoutColumn, ...]:
    """All columns that have a label or a value: a column without a label is kept, and told of."""
    used = {place for row in table for place, text in enumerate(texts_of(row), start=1) if text.strip()}
    return tuple(LayoutColumn(place, header.labels.get(place, "")) for place in sorted(used | set(header.labels)))


def _with_footnotes(layout: TableLayout, area: Area, judged: Sequence[Judged], told: Told) -> TableLayout:
    notes = notes_below(area.rest)
    if not notes:
        return layout
    labels = [column.label for column in layout.columns]
    labels += [text for one in judged for text in one.texts if text.strip() and not is_number(text)]
    used = usable_notes(notes, labels)
    told.add(list(notes_told(used, notes)))
    return replace(layout, footnotes=tuple(used), columns=unmarked(layout.columns, tuple(used)))


def _with_fields(
    layout: TableLayout,
    matching: Matching,
    area: Area,
    judged: Sequence[Judged],
    schema: TableSchema | None,
    told: Told,
) -> tuple[TableLayout, int]:
    """The layout with fields and units of its columns, and the position of a stub without a label."""
    stub = 0 if area.plain else unlabelled_stub(area.header, judged, layout)
    fields = dict(matching.fields)
    if stub:
        told.add([stub_told(stub)])
        place = next(at for at, column in enumerate(layout.columns) if column.position == stub)
        fed = {*fields.values(), layout.section_column}
        rest = [item for item in schema.fields if item.name not in fed] if schema else []
        names = [item.name for item in rest if item.type in ("string", "any", "year", "integer")]
        if len(names) == 1 and place not in fields:
            fields[place] = names[0]
            told.add([Evidence("columns", f"Cột tên dòng là trường “{names[0]}”, trường duy nhất còn lại.",
                               f"The column that names the rows feeds “{names[0]}”, the one field left.")])  # fmt: skip
    columns = tuple(
        replace(column, field=fields.get(at, ""), unit=unit_of_label(column.label))
        for at, column in enumerate(layout.columns)
    )
    return replace(layout, columns=columns), stub


def _matching(columns: Sequence[LayoutColumn], table: Sequence[Row], schema: TableSchema | None) -> Matching:
    if schema is None:
        return Matching({}, True)
    samples = [
        [row.cells[column.position - 1].text for row in table[:200] if len(row.cells) >= column.position]
        for column in columns
    ]
    labels = [
        "" if same(column.label) in NUMBERING and not _asks(schema, column.label) else column.label
        for column in columns
    ]
    return match_columns(labels, samples, schema)


def _asks(schema: TableSchema, label: str) -> bool:
    return any(same(label) in (same(item.name), same(item.title)) for item in schema.fields)


def _skipping(
    layout: TableLayout, area: Area, judged: Sequence[Judged], schema: TableSchema | None
) -> tuple[TableLayout, dict[str, list[int]]]:
    """The layout with the kinds of rows to leave out, and the numbers of those seen of every kind."""
    kinds: dict[str, list[int]] = {}
    for one in judged:
        kinds.setdefault(TOTAL if is_total_row(one) else one.kind, []).append(one.row.number)
    kinds.pop(DATA, None)
    if area.plain and not area.header.column_numbers and not {SECTION, LABEL, REPEATED} & set(kinds):
        return replace(layout, skipped=()), {TOTAL: kinds[TOTAL]} if TOTAL in kinds else {}
    skipped = [kind for kind in _EVERY_KIND if kind in kinds]
    if TOTAL in kinds and _key_is_coded(schema):
        skipped.append(TOTAL)
    return replace(layout, skipped=tuple(skipped)), kinds


def _key_is_coded(schema: TableSchema | None) -> bool:
    """Whether the key cannot hold a word such as "Tổng cộng"."""
    if schema is None:
        return False
    keys = [item for item in schema.fields if item.name in schema.primary_key]
    return any(item.code_list or item.type != "string" or {"pattern", "enum"} & set(item.constraints) for item in keys)


def _sections(judged: Sequence[Judged]) -> Sections:
    found = Sections()
    for one in judged:
        name = section_name(section_text(one.texts))
        if one.kind == SECTION and not is_of_which(name):
            found.names.append(name)
            found.rows.append(one.row.number)
            found.levels.append(level_of(section_text(one.texts)))
        elif one.kind == DATA and not is_total_row(one) and (label := _row_label(one.texts)):
            found.labels[label] += 1
            found.shouted += label.isupper() or section_text(one.texts).isupper()
            found.figured.add(level_of(section_text([text for text in one.texts if not is_number(text)])))
    return found


def _with_sections(
    layout: TableLayout, found: Sections, matching: Matching, schema: TableSchema | None, told: Told
) -> TableLayout:
    """The layout with the column that the names of sections become, where there is one for them."""
    column, sure = "", True
    if found.names and schema is not None:
        column, sure = section_field(found.names, schema, matching.fields)
    elif len(found.names) > 1:
        column = DRAFT_COLUMN
    if found.names:
        told.add(
            list(sections_told(found.names, column, schema)), list(section_doubts(found, column, sure, layout.unit))
        )
    units = section_units(found.names) if len(set(found.names)) == 1 else []
    return replace(layout, section_column=column, unit=layout.unit or next(iter(units), ""))


def _row_label(texts: Sequence[str]) -> str:
    words = [same(text) for text in texts if text.strip() and not is_number(text)]
    return words[0] if words else next((text for text in texts if text.strip()), "")


def _doubt(area: Area, judged: Sequence[Judged], layout: TableLayout, sheet: Sheet, stub: int, told: Told) -> None:
    """All that a person should look at in the rows of the table and below it."""
    told.add([], data_below(area.rest, layout.columns) if not area.end.next_table else [_below(area)])
    told.add([], label_doubts(area.header, area.table, stub))
    told.add([], strange_rows(judged))
    told.add([], [] if area.plain else sparse_names(judged, layout))
    told.add([], repeated_doubts(judged))
    told.add(*joined_told(judged))
    told.add(*merged_cells(sheet, layout))
    if not area.plain:
        told.add([], [*lone_labels(judged), *lone_figures(judged), *section_at_end(judged)])
    elif SECTION in layout.skipped:
        told.add([], [sections_in_plain([one.row.number for one in judged if one.kind == SECTION])])


def _below(area: Area) -> Evidence:
    number = area.rest[0].number
    return Evidence(
        "area",
        f"Từ dòng {number} là bảng khác cùng tiêu đề cột: “{area.end.next_table}”; chỉ đọc bảng trên.",
        f"From row {number} another table with the same header follows: “{area.end.next_table}”; the upper is read.",
        number,
    )
