"""The column that names the rows, with a label or without, and what is told of columns without a label of their own."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.layout import Evidence, TableLayout
from harvesters.reading.grid import Row, column_letters
from harvesters.reading.header_labels import Header
from harvesters.reading.layout_language import is_english
from harvesters.reading.layout_rows import DATA, Judged, filled, texts_of
from harvesters.reading.layout_words import is_number, is_year


def unlabelled_stub(header: Header, table: Sequence[Judged], layout: TableLayout) -> int:
    """The position of a first column without a label that holds the names of the rows (words or years) or
    counts them; 0 if none."""
    if not header.labels or not layout.columns:
        return 0
    first = layout.columns[0].position
    told = [judged.texts[0] for judged in table if judged.kind == DATA and judged.texts and judged.texts[0].strip()]
    if first + 1 != min(header.labels) or not told:
        return 0
    names = sum(is_year(text) or not is_number(text) for text in told)
    counted = told == [str(number) for number in range(1, len(told) + 1)]
    whole = len(told) * 5 >= _data_rows(table) * 4
    return first if whole and (counted or names * 5 >= len(told) * 4) else 0


def _data_rows(table: Sequence[Judged]) -> int:
    return sum(judged.kind == DATA for judged in table)


def translated_names(header: Header, table: Sequence[Row]) -> int:
    """The position of a last column without a label that gives the names of the rows in English; 0 if none."""
    last = max(header.labels, default=0) + 1
    told = [row.cells[last - 1].text for row in table if len(row.cells) >= last and row.cells[last - 1].text.strip()]
    return last if len(told) > 1 and sum(map(is_english, told)) * 2 > len(told) else 0


def sparse_names(judged: Sequence[Judged], layout: TableLayout) -> list[Evidence]:
    """A first column of names that is empty in most rows: perhaps each name holds for the rows below it."""
    told = [one.texts for one in judged if one.kind == DATA and len(filled(one.texts)) > 1]
    if len(told) < 4 or not told[0] or not told[0][0].strip():
        return []
    names = [texts[0] for texts in told if texts[0].strip()]
    if len(names) * 2 > len(told) or sum(map(is_number, names)) * 2 > len(names) or len(names) < 2:
        return []
    letters = column_letters(layout.columns[0].position - 1)
    return [
        Evidence(
            "columns",
            f"Cột {letters} trống ở nhiều dòng: có thể mỗi tên dùng cho cả các dòng dưới nó; hãy điền đủ rồi gửi lại.",
            f"Column {letters} is empty in many rows: perhaps each name holds for the rows below it; fill it in.",
        )
    ]


def stub_told(position: int) -> Evidence:
    letters = column_letters(position - 1)
    return Evidence(
        "columns",
        f"Cột {letters} không có tiêu đề: là cột tên hoặc số thứ tự của dòng.",
        f"Column {letters} has no label: it names or counts the rows.",
    )


def label_doubts(header: Header, table: Sequence[Row], stub: int) -> list[Evidence]:
    """Columns with values and no label (but for the ``stub``), and labels that several columns share."""
    used = {place for row in table for place, text in enumerate(texts_of(row), start=1) if text.strip()}
    unnamed = sorted(used - set(header.labels) - {stub} - {translated_names(header, table)})
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
