"""How a file differs from the layout that was accepted for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from catalog.layout import Evidence, LayoutProposal, TableLayout
from catalog.vietnamese import clean, fold
from harvesters.reading.column_matching import same
from harvesters.reading.grid import Book, Sheet
from harvesters.reading.header_labels import header_of
from harvesters.reading.layout_rows import filled, sheet_of, texts_of
from harvesters.reading.layout_sheet import only_columns, propose_tables
from harvesters.reading.layout_words import without_note


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
    if layout.by_hand:
        return (*found, *_changed_by_hand(sheet, layout))
    now = _same_table(propose_tables(book, sheet, None), layout)
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


def _changed_by_hand(sheet: Sheet, layout: TableLayout) -> Iterator[Evidence]:
    """Of a table that a person pointed at: other labels in its columns, another line below its last row."""
    below = ""
    cut = only_columns(sheet, {column.position for column in layout.columns})
    lines = [row for row in islice(cut.rows(), max(layout.header_rows, default=0)) if row.number in layout.header_rows]
    for row in sheet.rows() if layout.last_row else ():
        if row.number > layout.last_row and filled(texts_of(row)):
            below = fold(clean(filled(texts_of(row))[0]))
            break
    labels = header_of(lines, layout.first_row, cut.merges).labels
    for column in layout.columns:
        label = without_note(labels.get(column.position, ""), layout.footnotes)
        if same(label) != same(column.label):
            yield _changed(column.position, label, column.label)
    if layout.last_row and not (below.startswith(layout.end_mark) if layout.end_mark else not below):
        yield Evidence(
            "area",
            f"Dưới dòng cuối {layout.last_row} là “{below}”, trước đây “{layout.end_mark}”: bảng có thể đã dài thêm.",
            f"Below the last row {layout.last_row} stands “{below}”, was “{layout.end_mark}”: has the table grown?",
            layout.last_row,
        )


def _changed(place: int, now: str, before: str) -> Evidence:
    return Evidence(
        "columns", f"Cột {place} là “{now}”, trước đây “{before}”.", f"Column {place} is “{now}”, was “{before}”."
    )


def _same_table(found: Sequence[LayoutProposal], layout: TableLayout) -> TableLayout:
    """Of tables side by side the one that begins where the accepted one does, else the first."""
    first = layout.columns[0].position if layout.columns else 1
    same_place = (one.layout for one in found if one.layout.columns and one.layout.columns[0].position == first)
    return next(same_place, found[0].layout)


def _changed_columns(old: TableLayout, new: TableLayout) -> Iterator[Evidence]:
    before = {column.position: column.label for column in old.columns}
    after = {column.position: column.label for column in new.columns}
    for place in sorted(before.keys() | after.keys()):
        one, two = before.get(place, ""), after.get(place, "")
        if same(one) != same(two) or (place in before) != (place in after):
            yield _changed(place, two, one)
