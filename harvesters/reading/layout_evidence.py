"""What the reader tells of a layout: what it saw, and why a person must look where two readings are possible."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from catalog.layout import Evidence, LayoutColumn, TableLayout
from harvesters.reading.grid import Row, Sheet
from harvesters.reading.header_labels import Header
from harvesters.reading.headers import value_columns
from harvesters.reading.layout_labels import label_alone
from harvesters.reading.layout_language import is_english
from harvesters.reading.layout_rows import (
    BLANK,
    COLUMN_NUMBERS,
    DATA,
    LABEL,
    REPEATED,
    SECTION,
    TOTAL,
    Judged,
    filled,
    texts_of,
)
from harvesters.reading.layout_words import NUMBERING, is_missing, is_number


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


def lone_labels(table: Sequence[Judged]) -> list[Evidence]:
    """Rows that hold a label and nothing else, and are neither section nor half of a pair."""
    if table and len(table[0].texts) < 3:
        return []
    rows = [one.row.number for one in table if one.kind == DATA and not one.left and label_alone(one.texts) is not None]
    if not rows:
        return []
    told = ", ".join(map(str, rows[:8]))
    return [
        Evidence(
            "area",
            f"{len(rows)} dòng có nhãn mà không có số (dòng {told}): dòng nhóm, nhãn hai dòng, hay thiếu số?",
            f"{len(rows)} rows have a label and no figures (row {told}): sections, halves of labels, or no values?",
            rows[0],
        )
    ]


def joined_surely(table: Sequence[Judged]) -> bool:
    """Whether labels on two rows are in two languages, and many enough to be the way this table is written."""
    halves = [one for one in table if one.kind == LABEL]
    translated = sum(any(map(is_english, texts_of(one.row))) for one in halves)
    translated += sum(is_english(one.left) for one in table)
    rows = sum(one.kind == DATA for one in table)
    return len(halves) > 1 and translated * 2 >= len(halves) and len(halves) * 4 >= rows


def joined_told(table: Sequence[Judged]) -> tuple[list[Evidence], list[Evidence]]:
    """What is told of labels on two rows, and the doubts where nothing but a small letter says that they belong
    together."""
    halves = [one for one in table if one.kind == LABEL]
    if not halves:
        return [], []
    joined = next((one for one in table if one.left), None)
    shown = next((text for one in (joined, halves[0]) if one for text in filled(one.texts)), "")
    rows = ", ".join(str(one.row.number) for one in halves[:8])
    told = Evidence(
        "area",
        f"Nhãn dòng viết trên hai dòng ({len(halves)} dòng: {rows}), dòng tiếng Anh không có số riêng: "
        f"ghép làm một theo nhãn tiếng Việt, ví dụ “{shown}”.",
        f"Row labels stand on two rows ({len(halves)}: {rows}), the English one without figures of its own: "
        f"read as one row under the Vietnamese label, such as “{shown}”.",
        halves[0].row.number,
    )
    if joined_surely(table):
        return [told], []
    doubt = Evidence(
        "area",
        f"Nhãn dài viết trên hai dòng (dòng {rows}) được ghép làm một, ví dụ “{shown}”: cần người xem.",
        f"Long labels on two rows (row {rows}) were joined, such as “{shown}”: a person must look.",
        halves[0].row.number,
    )
    return [], [doubt]


def merged_cells(sheet: Sheet, layout: TableLayout) -> tuple[list[Evidence], list[Evidence]]:
    """What is told of cells merged over several rows of the table: texts are carried down, figures never are."""
    places = {column.position for column in layout.columns}
    tall = [
        merge
        for merge in sheet.merges
        if merge.last_row > merge.first_row >= layout.first_row and merge.first_column in places
    ]
    wanted = {(merge.first_row, merge.first_column): merge for merge in tall}
    if not wanted:
        return [], []
    texts = {
        (row.number, place): text
        for row in sheet.rows()
        for place, text in enumerate(texts_of(row), start=1)
        if (row.number, place) in wanted and text.strip()
    }
    words = [merge for at, merge in wanted.items() if at in texts and not is_number(texts[at])]
    figures = [merge for at, merge in wanted.items() if at in texts and is_number(texts[at])]
    told = (
        [
            Evidence(
                "area",
                f"{len(words)} ô chữ trộn dọc qua nhiều dòng (từ dòng {words[0].first_row}): lặp cho từng dòng.",
                f"{len(words)} texts merged over several rows (from row {words[0].first_row}): repeated for each row.",
                words[0].first_row,
            )
        ]
        if words
        else []
    )
    doubts = (
        [
            Evidence(
                "area",
                f"{len(figures)} ô số trộn dọc qua nhiều dòng (từ dòng {figures[0].first_row}): chỉ dòng đầu có số.",
                f"{len(figures)} figures merged over rows (from row {figures[0].first_row}): only the first has it.",
                figures[0].first_row,
            )
        ]
        if figures
        else []
    )
    return told, doubts


def sections_in_plain(numbers: Sequence[int]) -> Evidence:
    """A row with a label alone in a file that is otherwise plain."""
    return Evidence(
        "area",
        f"Dòng {numbers[0]} chỉ có nhãn: là dòng nhóm, hay là dòng thiếu số liệu?",
        f"Row {numbers[0]} has a label alone: is it a section, or a row without values?",
        numbers[0],
    )


def _is_header_again(judged: Judged, bold_rows: float) -> bool:
    """A row that counts the rows by a word ("STT"), or in bold letters alone where hardly any row is: a header."""
    told = [cell for cell in judged.row.cells if cell.text.strip()]
    words = len(told) >= 2 and not any(is_number(cell.text) for cell in told)
    bold = words and bold_rows < 0.2 and all(cell.bold for cell in told)
    return words and (bold or any(cell.text.strip().casefold() in NUMBERING for cell in told))


def strange_rows(table: Sequence[Judged]) -> list[Evidence]:
    """Words where figures stand, and no figure beside them: a header, signatures, a second table, a unit."""
    rows = [judged.row for judged in table]
    values = value_columns(rows)
    bold = sum(bool(cell.bold) for row in rows for cell in row.cells) / max(1, sum(len(row.cells) for row in rows))
    for judged in table:
        texts = texts_of(judged.row)
        words = [
            place
            for place, text in enumerate(texts)
            if place in values and text.strip() and not is_number(text) and not is_missing(text)
        ]
        header = _is_header_again(judged, bold)
        if judged.kind == DATA and (header or words) and not any(map(is_number, texts)):
            number = judged.row.number
            return [
                Evidence(
                    "area",
                    f"Dòng {number} có chữ ở các cột số: có thể là tiêu đề của bảng khác, đơn vị của nhóm, hay chữ ký.",
                    f"Row {number} has words where figures stand: another header, a section's unit, or signatures?",
                    number,
                )
            ]
    return []


def lone_figures(table: Sequence[Judged]) -> list[Evidence]:
    """Rows that hold one number and nothing else, as page numbers do."""
    rows = [
        one.row.number
        for one in table
        if one.kind == DATA and len(one.texts) > 2 and len(told := filled(one.texts)) == 1 and is_number(told[0])
    ]
    return (
        [
            Evidence(
                "area",
                f"Dòng {rows[0]} chỉ có một số, không có nhãn: số trang, hay thiếu nhãn?",
                f"Row {rows[0]} holds one number and no label: is it a page number, or is the label missing?",
                rows[0],
            )
        ]
        if rows
        else []
    )


def section_at_end(table: Sequence[Judged]) -> list[Evidence]:
    """A section below which nothing stands: a signature, a note, or a row without values."""
    last = next((one for one in reversed(table) if filled(one.texts)), None)
    if last is None or last.kind != SECTION:
        return []
    number = last.row.number
    return [
        Evidence(
            "area",
            f"Dòng cuối {number} chỉ có chữ, dưới nó không còn số liệu: chữ ký, ghi chú, hay thiếu số liệu?",
            f"The last row {number} has words alone and no data below it: a signature, a note, or missing values?",
            number,
        )
    ]


def repeated_doubts(table: Sequence[Judged]) -> list[Evidence]:
    """A header that comes again below a blank row and without a word that the table goes on: perhaps another table."""
    rows = [one for one in table if one.kind == REPEATED or any(map(str.strip, one.texts))]
    blank = {upper.row.number for upper, lower in pairwise(table) if not any(map(str.strip, lower.texts))}
    if len(blank) * 2 >= sum(one.kind == DATA for one in rows):  # every row stands apart
        return []
    for above, judged in pairwise(rows):
        if judged.kind == REPEATED != above.kind and above.row.number in blank:
            return [
                Evidence(
                    "area",
                    f"Dòng {judged.row.number} lặp lại tiêu đề sau dòng trống: có thể là bảng khác.",
                    f"Row {judged.row.number} repeats the header below a blank row: perhaps another table.",
                    judged.row.number,
                )
            ]
    return []


_KIND_WORDS = {
    SECTION: ("dòng nhóm", "section rows"),
    TOTAL: ("dòng tổng", "total rows"),
    BLANK: ("dòng trống", "blank rows"),
    COLUMN_NUMBERS: ("dòng đánh số cột", "rows of column numbers"),
    REPEATED: ("dòng tiêu đề lặp lại ở đầu trang in", "rows of a header repeated on printed pages"),
}


def what_was_seen(layout: TableLayout, header: Header, kinds: dict[str, list[int]]) -> Iterator[Evidence]:
    """The reading in sentences; every row that is left out is counted."""
    rows = ", ".join(map(str, layout.header_rows))
    yield Evidence(
        "header",
        f"Tiêu đề cột ở dòng {rows}; số liệu từ dòng {layout.first_row}.",
        f"The header is in row {rows}; data begin in row {layout.first_row}.",
        layout.header_rows[0] if layout.header_rows else None,
    )
    if header.translated:
        told = ", ".join(map(str, header.translated))
        yield Evidence(
            "header",
            f"Dòng tiêu đề {told} là tiếng Anh của dòng trên, không có số: ghép vào nhãn cột.",
            f"Header row {told} says in English what stands above, without figures: joined to the labels.",
            header.translated[0],
        )
    if header.marked:
        shown = "; ".join(f"“{label}”" for label in header.marked[:4])
        yield Evidence(
            "columns",
            f"Bỏ số chú thích ở cuối {len(header.marked)} tiêu đề: {shown}.",
            f"Footnote marks taken off the end of {len(header.marked)} labels: {shown}.",
        )
    if layout.end_mark:
        yield Evidence(
            "footer", f"Chân bảng bắt đầu bằng “{layout.end_mark}”.", f"The footer begins with “{layout.end_mark}”."
        )
    for kind, numbers in kinds.items():
        if kind not in _KIND_WORDS:
            continue
        word, word_en = _KIND_WORDS[kind]
        left = kind in layout.skipped
        told = ", ".join(map(str, numbers[:8]))
        yield Evidence(
            "area",
            f"{len(numbers)} {word} (dòng {told}): {'bỏ qua' if left else 'giữ lại'}.",
            f"{len(numbers)} {word_en} (row {told}): {'left out' if left else 'kept'}.",
            numbers[0],
        )
