"""The unit that a table states beside itself: in a line of its own, alone in a cell, or in its title."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalog.layout import Evidence
from catalog.vietnamese import fold
from harvesters.reading.grid import Row, column_letters
from harvesters.reading.layout_language import is_english
from harvesters.reading.layout_rows import filled, texts_of
from harvesters.reading.layout_units import as_unit, unit_of_label, unit_of_line
from harvesters.reading.layout_words import is_letterhead


@dataclass(frozen=True, slots=True)
class StatedUnit:
    """A unit, where it stands, and ``how``: "line" (Đơn vị tính: …), "alone" (a cell of its own), "title"."""

    unit: str
    how: str
    row: int
    column: int
    text: str


def stated_units(rows: Sequence[Row], first_label: int) -> list[StatedUnit]:
    """All units stated in ``rows``, those above the data that are no labels; ``first_label`` is the header's first
    row. A line counts before a cell, a cell before a title."""
    found = [one for row in rows for one in _of_row(row, first_label)]
    order = ("line", "alone", "title")
    best = next((how for how in order if any(one.how == how for one in found)), "")
    return [one for one in found if one.how == best]


def units_below(rows: Sequence[Row]) -> list[StatedUnit]:
    """Units stated in lines of their own below a table."""
    told = [(row.number, place, text) for row in rows for place, text in enumerate(texts_of(row), start=1)]
    return [StatedUnit(unit, "below", row, at, text.strip()) for row, at, text in told if (unit := unit_of_line(text))]


def _of_row(row: Row, first_label: int) -> Iterator[StatedUnit]:
    told = filled(texts_of(row))
    for place, text in enumerate(texts_of(row), start=1):
        if not text.strip():
            continue
        if unit := unit_of_line(text):
            yield StatedUnit(unit, "line", row.number, place, text.strip())
        elif is_unit_row(row) and (unit := as_unit(text, alone=True)):
            yield StatedUnit(unit, "alone", row.number, place, text.strip())
        elif len(told) <= 2 and row.number < first_label and (unit := _unit_of_title(text)):
            yield StatedUnit(unit, "title", row.number, place, text.strip())


def _unit_of_title(text: str) -> str:
    return "" if is_letterhead(text) else as_unit(unit_of_label(text), alone=True)


def _is_unit(text: str) -> bool:
    return bool(as_unit(text, alone=True))


def is_unit_row(row: Row) -> bool:
    """Whether a row says nothing but the unit of the table, once or in two languages; two units are those of two
    columns."""
    told = filled(texts_of(row))
    if not told or len(told) > 2 or not all(_is_unit(text) or unit_of_line(text) for text in told):
        return False
    return (
        len(told) == 1 or fold(told[0]) == fold(told[1]) or any(map(is_english, told)) or any(map(unit_of_line, told))
    )


def the_unit(stated: Sequence[StatedUnit]) -> tuple[str, list[Evidence], list[Evidence]]:
    """The one unit of the table, what is told of it, and the doubts. Two units, in one line or in two, are none."""
    distinct = {fold(one.unit): one for one in stated}
    if not distinct:
        return "", [], []
    several = len(distinct) > 1 or any(mark in one.unit for one in stated for mark in (", ", ";"))
    shown = "; ".join(f"“{one.text}” (ô {column_letters(one.column - 1)}{one.row})" for one in distinct.values())
    first = stated[0]
    if several:
        doubt = Evidence(
            "unit",
            f"Bảng ghi nhiều đơn vị tính: {shown}; chưa rõ cột nào theo đơn vị nào.",
            f"Several units are stated: {shown}; it is not clear which column counts in which.",
            first.row,
        )
        return "", [], [doubt]
    where, where_en = {
        "line": ("", ""),
        "alone": (", ghi riêng một ô", ", alone in a cell"),
        "title": (", ghi ở tên bảng", ", in the title"),
        "below": (", ghi dưới bảng", ", below the table"),
    }[first.how]
    told = Evidence(
        "unit",
        f"Đơn vị tính của bảng: {first.unit}{where}: {shown}.",
        f"The table's unit: {first.unit}{where_en}: {shown}.",
        first.row,
    )
    return first.unit, [told], []
