"""The rows of a table by its layout: data, sections, totals, blank ones, and where the footer begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from catalog.layout import LooseText, TableLayout
from catalog.vietnamese import clean, fold
from harvesters.reading.grid import Book, Row, Sheet
from harvesters.reading.layout_words import (
    are_column_numbers,
    is_number,
    is_roman,
    is_section,
    is_total,
)

DATA, BLANK, SECTION, TOTAL, COLUMN_NUMBERS = "data", "blank", "section", "total", "column-numbers"
LOOSE_LIMIT = 5_000


def texts_of(row: Row) -> list[str]:
    return [cell.text for cell in row.cells]


def filled(texts: Sequence[str]) -> list[str]:
    return [text for text in texts if text.strip()]


def sheet_of(book: Book, name: str) -> Sheet | None:
    """The sheet of this name; the first visible one (or the first) where no name is given."""
    if name:
        return next((sheet for sheet in book.sheets if sheet.name == name), None)
    return next((sheet for sheet in book.sheets if not sheet.hidden), book.sheets[0] if book.sheets else None)


def row_kind(texts: Sequence[str]) -> str:
    """What a row within the table is. Only a row that carries no value beside its label can be a section."""
    told = filled(texts)
    if not told:
        return BLANK
    if are_column_numbers(texts):
        return COLUMN_NUMBERS
    if len(texts) > 2 and len(told) == 1 and not is_number(told[0]) and is_section(told[0]):
        return SECTION
    if len(texts) > 3 and len(told) == 2 and is_roman(told[0]) and not is_number(told[1]):
        return SECTION
    if any(is_total(text) for text in told[:2]) and not is_number(told[0]):
        return TOTAL
    return DATA


def begins_footer(texts: Sequence[str], end_mark: str, width: int) -> bool:
    """Whether the footer of a table of ``width`` columns begins here; a row that fills them all never does."""
    told = filled(texts)
    if not end_mark or not told or len(told) > 3 or len(told) >= max(2, width) or any(is_number(text) for text in told):
        return False
    return fold(clean(told[0])).startswith(end_mark)


def table_rows(book: Book, layout: TableLayout) -> Iterator[tuple[int, list[str]]]:
    """The number in the source and the texts of ``layout.columns`` for each data row, streaming; the text of the
    section that a row stands in comes as one more, last text where the layout names a ``section_column``."""
    for number, kind, texts in judged_rows(book, layout):
        if kind == DATA:
            yield number, texts


def judged_rows(book: Book, layout: TableLayout) -> Iterator[tuple[int, str, list[str]]]:
    """All rows from the first data row to the footer with their kind, ``DATA`` for kinds that the layout keeps."""
    sheet = sheet_of(book, layout.sheet)
    if sheet is None:
        return
    places = [column.position - 1 for column in layout.columns]
    section = ""
    blanks: list[int] = []
    for row in sheet.rows():
        if row.number < layout.first_row:
            continue
        whole = texts_of(row)
        if begins_footer(whole, layout.end_mark, len(places)):
            return
        texts = [whole[place] if place < len(whole) else "" for place in places]
        if not filled(whole):
            blanks.append(row.number)
            continue
        for blank in blanks:
            kept = BLANK if BLANK in layout.skipped else DATA
            yield blank, kept, [""] * (len(places) + bool(layout.section_column))
        blanks.clear()
        kind = row_kind(texts) if layout.skipped else DATA
        if kind not in layout.skipped:
            kind = DATA
        if kind == SECTION:
            section = " ".join(filled(texts))
        yield row.number, kind, [*texts, section] if layout.section_column else texts


def around(book: Book, layout: TableLayout) -> tuple[LooseText, ...]:
    """Every text of the sheet that is not published: above, below, beside and between the rows; and of the file."""
    sheet = sheet_of(book, layout.sheet)
    loose = list(book.loose)
    if sheet is None:
        return tuple(loose)
    used = {column.position for column in layout.columns}
    ended = False
    for row in sheet.rows():
        whole = texts_of(row)
        if len(loose) >= LOOSE_LIMIT:
            break
        ended = ended or (row.number >= layout.first_row and begins_footer(whole, layout.end_mark, len(used)))
        inside = layout.first_row <= row.number and not ended
        table = [whole[place - 1] if place <= len(whole) else "" for place in sorted(used)]
        skipped = inside and bool(layout.skipped) and row_kind(table) in layout.skipped
        for place, text in enumerate(whole, start=1):
            if text.strip() and (not inside or skipped or place not in used):
                loose.append(LooseText(f"trang “{sheet.name}”, dòng {row.number}, cột {place}", text))
    return tuple(loose)
