"""The judgement of how a table lies in a sheet: title, units, header, data, footer, and the dictionary's columns.

It looks at the first rows and at the last ones, proposes one reading with its evidence, and calls it unsure where a
person must choose. A plain file (header first, nothing around) is read as anybody would read it.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace

from catalog.dictionary import TableSchema
from catalog.layout import Confidence, Evidence, LayoutColumn, LayoutProposal, TableLayout
from catalog.vietnamese import clean, fold
from harvesters.reading.column_matching import Matching, match_columns, same
from harvesters.reading.grid import Book, Row, Sheet
from harvesters.reading.headers import Header, find_header
from harvesters.reading.layout_evidence import data_below, label_doubts, sections_in_plain, strange_rows, what_was_seen
from harvesters.reading.layout_rows import (
    BLANK,
    COLUMN_NUMBERS,
    DATA,
    SECTION,
    TOTAL,
    around,
    begins_footer,
    filled,
    row_kind,
    sheet_of,
    table_rows,
    texts_of,
)
from harvesters.reading.layout_words import NUMBERING, is_footer, unit_of_label, unit_of_line

__all__ = ["around", "check_layout", "propose", "table_rows"]

HEAD_ROWS = 300
TAIL_ROWS = 80
_MARK_LENGTH = 40


def propose(book: Book, schema: TableSchema | None, sheet: str = "") -> LayoutProposal:
    """The best reading of the sheet named, else of the visible sheet that fits the schema best. A file in which no
    table is found gives an unsure proposal without columns."""
    if sheet:
        named = sheet_of(book, sheet)
        candidates = tuple(one for one in (named,) if one)
    else:
        candidates = tuple(one for one in book.sheets if not one.hidden)
    proposals = [_propose_sheet(book, one, schema) for one in candidates]
    if not proposals:
        return _nothing(book, sheet)
    best = max(range(len(proposals)), key=lambda place: (_worth(proposals[place], schema), -place))
    chosen, others = proposals[best], tuple(one.name for place, one in enumerate(candidates) if place != best)
    rivals = [one for place, one in enumerate(proposals) if place != best and one.layout.columns]
    if rivals and (schema is None or any(_worth(one, schema) >= _worth(chosen, schema) for one in rivals)):
        chosen = replace(chosen, confidence=Confidence.UNSURE)
    elif others and chosen.confidence is Confidence.PLAIN:
        chosen = replace(chosen, confidence=Confidence.LIKELY)
    return replace(chosen, others=(*chosen.others, *others))


def _worth(proposal: LayoutProposal, schema: TableSchema | None) -> int:
    if schema is None:
        return int(bool(proposal.layout.columns))
    return sum(bool(column.field) for column in proposal.layout.columns)


def _nothing(book: Book, sheet: str) -> LayoutProposal:
    told = Evidence("area", "Không thấy bảng số liệu nào.", "No table was found.")
    return LayoutProposal(
        TableLayout(book.format, book.encoding, book.delimiter, sheet=sheet), Confidence.UNSURE, (told,)
    )


def _propose_sheet(book: Book, sheet: Sheet, schema: TableSchema | None) -> LayoutProposal:
    head, tail = _head_and_tail(sheet)
    header = find_header(head, sheet.merges)
    if header is None or not header.labels:
        return _nothing(book, sheet.name)
    body = [row for row in head if row.number >= header.first_row]
    last = body[-1].number if body else header.first_row
    body += [row for row in tail if row.number > last]
    mark, place = _footer(body, len(header.labels))
    table, rest = body[:place], body[place:]
    columns = _columns(header, table)
    matching = _matching(columns, table, schema)
    unit = _unit(head, header.first_row)
    columns = tuple(
        replace(column, field=matching.fields.get(at, ""), unit=unit_of_label(column.label))
        for at, column in enumerate(columns)
    )
    skipped, kinds = _skipped(header, table, columns, schema, _is_plain(header, head, mark, sheet))
    layout = TableLayout(
        book.format,
        book.encoding,
        book.delimiter,
        sheet=sheet.name,
        header_rows=header.rows,
        first_row=header.first_row,
        end_mark=mark,
        skipped=skipped,
        unit=unit,
        columns=columns,
    )
    doubts = [Evidence("header", *pair) for pair in header.doubts] + list(matching.doubts)
    doubts += data_below(rest, columns) + label_doubts(header, table) + strange_rows(table)
    plain = _is_plain(header, head, mark, sheet)
    if plain and SECTION in skipped:
        doubts.append(sections_in_plain(kinds[SECTION]))
    plain = plain and not skipped and matching.exact
    confidence = Confidence.UNSURE if doubts else Confidence.PLAIN if plain else Confidence.LIKELY
    told = (*what_was_seen(layout, kinds), *doubts)
    unmatched = tuple(column.label for column in columns if schema and not column.field)
    missing = tuple(name for name in schema.field_names if name not in matching.fields.values()) if schema else ()
    return LayoutProposal(layout, confidence, told, unmatched, missing)


def _head_and_tail(sheet: Sheet) -> tuple[list[Row], deque[Row]]:
    head: list[Row] = []
    tail: deque[Row] = deque(maxlen=TAIL_ROWS)
    for row in sheet.rows():
        if len(head) < HEAD_ROWS:
            head.append(row)
        else:
            tail.append(row)
    return head, tail


def _footer(body: Sequence[Row], width: int) -> tuple[str, int]:
    """The folded text with which the footer begins and its place in ``body``; the end where there is none."""
    for place, row in enumerate(body):
        told = filled(texts_of(row))
        if not told or not is_footer(told[0]):
            continue
        mark = _lasting(fold(clean(told[0])))
        if begins_footer(told, mark, width):
            return mark, place
    return "", len(body)


def _lasting(text: str) -> str:
    """The part of a footer's first line that does not change from one period to the next: up to a colon or digit."""
    found = re.match(r"[^\d:]*:?", text)
    return ((found.group().strip() if found else "") or text)[:_MARK_LENGTH]


def _columns(header: Header, table: Sequence[Row]) -> tuple[LayoutColumn, ...]:
    """All columns that have a label or a value: a column without a label is kept, and told of."""
    used = {place for row in table for place, text in enumerate(texts_of(row), start=1) if text.strip()}
    return tuple(LayoutColumn(place, header.labels.get(place, "")) for place in sorted(used | set(header.labels)))


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


def _unit(head: Sequence[Row], first_row: int) -> str:
    texts = (text for row in head if row.number <= first_row for text in texts_of(row))
    return next((unit for unit in map(unit_of_line, texts) if unit), "")


def _skipped(
    header: Header,
    table: Sequence[Row],
    columns: Sequence[LayoutColumn],
    schema: TableSchema | None,
    plain: bool,
) -> tuple[tuple[str, ...], dict[str, list[int]]]:
    """Kinds of rows to leave out, and the numbers of those seen of every kind."""
    places = [column.position - 1 for column in columns]
    kinds: dict[str, list[int]] = {}
    for row in table:
        texts = texts_of(row)
        kind = row_kind([texts[place] if place < len(texts) else "" for place in places])
        kinds.setdefault(kind, []).append(row.number)
    if plain and not header.column_numbers and SECTION not in kinds:
        return (), {TOTAL: kinds[TOTAL]} if TOTAL in kinds else {}
    skipped = [kind for kind in (SECTION, BLANK, COLUMN_NUMBERS) if kind in kinds]
    if TOTAL in kinds and _key_is_coded(schema):
        skipped.append(TOTAL)
    return tuple(skipped), {kind: numbers for kind, numbers in kinds.items() if kind != DATA}


def _key_is_coded(schema: TableSchema | None) -> bool:
    """Whether the key cannot hold a word such as "Tổng cộng"."""
    if schema is None:
        return False
    keys = [item for item in schema.fields if item.name in schema.primary_key]
    return any(item.code_list or item.type != "string" or {"pattern", "enum"} & set(item.constraints) for item in keys)


def _is_plain(header: Header, head: Sequence[Row], mark: str, sheet: Sheet) -> bool:
    """Header in the first filled row, one row, every column labelled once, nothing merged or hidden, no footer."""
    first = next((row for row in head if filled(texts_of(row))), None)
    labels = [label.casefold() for label in header.labels.values()]
    return (
        first is not None
        and header.rows == (first.number,)
        and header.first_row == first.number + 1
        and not mark
        and not sheet.merges
        and not sheet.hidden_columns
        and len(set(labels)) == len(labels)
        and all(place in header.labels for row in head for place, text in enumerate(texts_of(row), 1) if text.strip())
    )


def check_layout(book: Book, layout: TableLayout) -> tuple[Evidence, ...]:
    """How the file differs from its accepted layout; empty where it fits. More rows, another period in the title and
    other spaces or tone placement do not matter."""
    sheet = sheet_of(book, layout.sheet)
    if sheet is None:
        return (Evidence("sheet", f"Không còn trang “{layout.sheet}”.", f"Sheet “{layout.sheet}” is missing."),)
    found: list[Evidence] = []
    if book.encoding != layout.encoding:
        found.append(
            Evidence(
                "encoding",
                f"Bảng mã là {book.encoding}, trước đây là {layout.encoding}.",
                f"The encoding is {book.encoding}, it was {layout.encoding}.",
            )
        )
    now = _propose_sheet(book, sheet, None).layout
    if now.header_rows != layout.header_rows or now.first_row != layout.first_row:
        found.append(
            Evidence(
                "header",
                f"Số liệu bắt đầu ở dòng {now.first_row}, trước đây ở dòng {layout.first_row}.",
                f"Data begin in row {now.first_row}, before in row {layout.first_row}.",
                now.first_row,
            )
        )
    if same(now.unit) != same(layout.unit):
        found.append(
            Evidence(
                "unit",
                f"Đơn vị là “{now.unit}”, trước đây “{layout.unit}”.",
                f"Unit “{now.unit}”, was “{layout.unit}”.",
            )
        )
    if now.end_mark and now.end_mark != layout.end_mark:
        found.append(
            Evidence(
                "footer",
                f"Chân bảng bắt đầu bằng “{now.end_mark}”, trước đây “{layout.end_mark}”.",
                f"The footer begins with “{now.end_mark}”, before with “{layout.end_mark}”.",
            )
        )
    return (*found, *_changed_columns(layout, now))


def _changed_columns(old: TableLayout, new: TableLayout) -> Iterator[Evidence]:
    before = {column.position: column.label for column in old.columns}
    after = {column.position: column.label for column in new.columns}
    for place in sorted(before.keys() | after.keys()):
        one, two = before.get(place, ""), after.get(place, "")
        if same(one) != same(two) or (place in before) != (place in after):
            yield Evidence(
                "columns", f"Cột {place} là “{two}”, trước đây “{one}”.", f"Column {place} is “{two}”, was “{one}”."
            )
