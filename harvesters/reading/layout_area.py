"""The rows of a table as they were looked at: those above it, its own, those below, each with its kind."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

from catalog.layout import TableLayout
from harvesters.reading.grid import Row, Sheet
from harvesters.reading.header_labels import Header
from harvesters.reading.layout_footer import End, find_end
from harvesters.reading.layout_rows import BLANK, DATA, OUTSIDE, TOTAL, Judged, filled, judged_in, row_kind, texts_of
from harvesters.reading.layout_stated_units import is_unit_row
from harvesters.reading.layout_units import unit_of_label

HEAD_ROWS = 300
TAIL_ROWS = 80
_MOST_BETWEEN = 30
"""Blank rows and unit lines between a header and its data; what lies further below is no part of the table's head."""


@dataclass(frozen=True, slots=True)
class Area:
    """The rows of a table: ``body`` from the first data row, of which ``end`` says where the table ends."""

    header: Header
    above: list[Row]
    body: list[Row]
    end: End
    plain: bool

    @property
    def table(self) -> list[Row]:
        return self.body[: self.end.place]

    @property
    def rest(self) -> list[Row]:
        return self.body[self.end.place :]


def first_and_last(sheet: Sheet) -> list[Row]:
    head: list[Row] = []
    tail: deque[Row] = deque(maxlen=TAIL_ROWS)
    for row in sheet.rows():
        if len(head) < HEAD_ROWS:
            head.append(row)
        else:
            tail.append(row)
    return [*head, *tail]


def area_of(rows: list[Row], header: Header, sheet: Sheet) -> Area:
    """The table's rows. A unit that stands alone between header and data belongs above, if no other follows."""
    above = [row for row in rows if row.number < header.first_row]
    body = [row for row in rows if row.number >= header.first_row]
    plain = _is_plain(header, rows[:HEAD_ROWS], sheet)
    if not plain:
        near = sum(row.number < header.first_row + _MOST_BETWEEN for row in body)
        place = 0
        while place < near and (not filled(texts_of(body[place])) or is_unit_row(body[place])):
            place += 1
        units = [row for row in body if is_unit_row(row) or _is_measure(row)]
        if place == near or not all(row in body[:place] for row in units):
            place = next((at for at, row in enumerate(body[:near]) if filled(texts_of(row))), 0)
        above, body = above + body[:place], body[place:]
    lines = [row for row in rows if row.number in header.rows]
    end = find_end(body, len(header.labels), lines, above)
    return Area(header, above, body, end, plain and not end.mark)


def _is_measure(row: Row) -> bool:
    told = filled(texts_of(row))
    return len(told) == 1 and not texts_of(row)[0].strip() and bool(unit_of_label(told[0]))


def _is_plain(header: Header, rows: Sequence[Row], sheet: Sheet) -> bool:
    """Header in the first filled row, one row, every column labelled once, nothing merged or hidden."""
    first = next((row for row in rows if filled(texts_of(row))), None)
    labels = [label.casefold() for label in header.labels.values()]
    return (
        first is not None
        and header.rows == (first.number,)
        and header.first_row == first.number + 1
        and not sheet.merges
        and not sheet.hidden_columns
        and len(set(labels)) == len(labels)
        and all(place in header.labels for row in rows for place, text in enumerate(texts_of(row), 1) if text.strip())
    )


def judge(sheet: Sheet, rows: list[Row], layout: TableLayout, area: Area) -> list[Judged]:
    """The rows of the table that were looked at, with their kinds."""
    seen = replace(sheet, rows=lambda: iter(rows))
    ends = {row.number for row in area.rest}
    judged = [one for one in judged_in(seen, layout) if one.kind != OUTSIDE and one.row.number not in ends]
    told = {one.row.number for one in judged}
    blank = [Judged(row, BLANK, [""] * len(layout.columns)) for row in area.table if row.number not in told]
    return sorted([*judged, *blank], key=lambda one: one.row.number)


def is_total_row(judged: Judged) -> bool:
    return judged.kind == DATA and row_kind(judged.texts) == TOTAL
