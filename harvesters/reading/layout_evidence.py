"""What the reader tells of a layout: what it saw, and why a person must look where two readings are possible."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from catalog.layout import Evidence, LayoutColumn, TableLayout
from harvesters.reading.grid import Row
from harvesters.reading.headers import Header, value_columns
from harvesters.reading.layout_rows import BLANK, COLUMN_NUMBERS, DATA, SECTION, TOTAL, filled, row_kind, texts_of
from harvesters.reading.layout_words import is_missing, is_number


def data_below(rest: Sequence[Row], columns: Sequence[LayoutColumn]) -> list[Evidence]:
    """Rows below the footer (``rest`` begins with it) that look like data."""
    least = max(2, len(columns) // 2)
    whole = max(2, len(columns))
    for row in rest[1:]:
        told = filled(texts_of(row))
        if len(told) >= whole or (len(told) >= least and any(is_number(text) for text in told)):
            return [
                Evidence(
                    "footer",
                    f"Dưới chân bảng, từ dòng {row.number}, còn dòng giống số liệu: có thể là bảng khác.",
                    f"Below the footer, from row {row.number}, rows look like data: perhaps another table.",
                    row.number,
                )
            ]
    return []


def label_doubts(header: Header, table: Sequence[Row]) -> list[Evidence]:
    """Columns with values and no label, and labels that several columns share."""
    unnamed = sorted(
        {place for row in table for place, text in enumerate(texts_of(row), start=1) if text.strip()}
        - set(header.labels)
    )
    labels = list(header.labels.values())
    twice = sorted({label for label in labels if labels.count(label) > 1})
    doubts = []
    if unnamed:
        told = ", ".join(map(str, unnamed[:10]))
        doubts.append(
            Evidence(
                "columns", f"Cột {told} có số liệu mà không có tiêu đề.", f"Columns {told} hold values but no label."
            )
        )
    if twice:
        told = "; ".join(twice[:5])
        doubts.append(
            Evidence("columns", f"Nhiều cột cùng tiêu đề: {told}.", f"Several columns share a label: {told}.")
        )
    return doubts


def sections_in_plain(numbers: Sequence[int]) -> Evidence:
    """A row with a label alone in a file that is otherwise plain."""
    return Evidence(
        "area",
        f"Dòng {numbers[0]} chỉ có nhãn: là dòng nhóm, hay là dòng thiếu số liệu?",
        f"Row {numbers[0]} has a label alone: is it a section, or a row without values?",
        numbers[0],
    )


def strange_rows(table: Sequence[Row]) -> list[Evidence]:
    """Words in several columns of numbers: another header, signatures, a second table below the first."""
    values = value_columns(table)
    for row in table:
        words = [
            place
            for place, text in enumerate(texts_of(row))
            if place in values and text.strip() and not is_number(text) and not is_missing(text)
        ]
        if len(words) >= 2 and not any(is_number(text) for text in texts_of(row)) and row_kind(texts_of(row)) == DATA:
            return [
                Evidence(
                    "area",
                    f"Dòng {row.number} có chữ ở các cột số: có thể là tiêu đề của bảng khác, hoặc chữ ký.",
                    f"Row {row.number} has words in columns of numbers: perhaps another table's header, or signatures.",
                    row.number,
                )
            ]
    return []


_KIND_WORDS = {
    SECTION: ("dòng nhóm", "section rows"),
    TOTAL: ("dòng tổng", "total rows"),
    BLANK: ("dòng trống", "blank rows"),
    COLUMN_NUMBERS: ("dòng đánh số cột", "rows of column numbers"),
}


def what_was_seen(layout: TableLayout, kinds: dict[str, list[int]]) -> Iterator[Evidence]:
    """The reading in sentences; every row that is left out is counted."""
    rows = ", ".join(map(str, layout.header_rows))
    yield Evidence(
        "header",
        f"Tiêu đề cột ở dòng {rows}; số liệu từ dòng {layout.first_row}.",
        f"The header is in row {rows}; data begin in row {layout.first_row}.",
        layout.header_rows[0] if layout.header_rows else None,
    )
    if layout.unit:
        yield Evidence("unit", f"Đơn vị tính của bảng: {layout.unit}.", f"The table's unit: {layout.unit}.")
    if layout.end_mark:
        yield Evidence(
            "footer", f"Chân bảng bắt đầu bằng “{layout.end_mark}”.", f"The footer begins with “{layout.end_mark}”."
        )
    for kind, numbers in kinds.items():
        word, word_en = _KIND_WORDS[kind]
        left = kind in layout.skipped
        told = ", ".join(map(str, numbers[:8]))
        yield Evidence(
            "area",
            f"{len(numbers)} {word} (dòng {told}): {'bỏ qua' if left else 'giữ lại'}.",
            f"{len(numbers)} {word_en} (row {told}): {'left out' if left else 'kept'}.",
            numbers[0],
        )
