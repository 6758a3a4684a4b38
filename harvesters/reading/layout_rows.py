"""The rows of a table by its layout: data, sections, totals, blank ones, and where the footer begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalog.layout import LooseText, TableLayout
from catalog.vietnamese import clean, fold
from harvesters.reading.grid import Book, Row, Sheet
from harvesters.reading.layout_labels import joined_labels
from harvesters.reading.layout_repeats import Repeats
from harvesters.reading.layout_sections import below, section_name
from harvesters.reading.layout_units import as_unit, unit_of_label
from harvesters.reading.layout_words import (
    are_column_numbers,
    is_footer,
    is_number,
    is_of_which,
    is_roman,
    is_section,
    is_total,
    without_note,
)

DATA, BLANK, SECTION, TOTAL, COLUMN_NUMBERS = "data", "blank", "section", "total", "column-numbers"
LABEL, REPEATED, OUTSIDE = "label", "repeated-header", "outside"
LOOSE_LIMIT = 5_000


@dataclass(frozen=True, slots=True)
class Judged:
    """A row of a sheet and what it is to the layout: ``DATA`` for kinds that the layout keeps, ``OUTSIDE`` above the
    table and from its footer on. ``texts`` are those of the layout's columns, labels joined where the layout says so;
    ``left`` is a text that its row's label took the place of."""

    row: Row
    kind: str
    texts: list[str]
    left: str = ""


def texts_of(row: Row) -> list[str]:
    return row.texts


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
    if len(texts) > 2 and len(told) == 1 and not is_number(told[0]) and (is_section(told[0]) or _is_measure(texts)):
        return SECTION
    if len(told) == 2 and _is_numbered_section(texts, told):
        return SECTION
    if any(is_total(text) for text in told[:2]) and not is_number(told[0]):
        return TOTAL
    return DATA


def _is_numbered_section(texts: Sequence[str], told: Sequence[str]) -> bool:
    """A Roman figure or letter with a name, "I", "Khối tỉnh"; among three columns a Roman figure in capitals alone."""
    if is_number(told[1]) or len(texts) < 3:
        return False
    if len(texts) == 3:
        return told[0].isupper() and not texts[2].strip() and is_roman(told[0]) and not set(told[0]) - set("IVX.")
    return is_roman(told[0]) or is_of_which(told[0])


def _is_measure(texts: Sequence[str]) -> bool:
    """A unit alone in a row, or a text over the values with a unit in it: "Tỷ lệ tăng so với năm trước (%)"."""
    text = filled(texts)[0]
    return bool(as_unit(text, alone=True)) or (not texts[0].strip() and bool(unit_of_label(text)))


def begins_footer(texts: Sequence[str], end_mark: str, width: int) -> bool:
    """Whether the footer of a table of ``width`` columns begins here. A row that fills them all never does, unless all
    it says are signatures."""
    told = filled(texts)
    if not end_mark or not told or len(told) > 3 or any(is_number(text) for text in told):
        return False
    if len(told) >= max(2, width) and not all(is_footer(text) for text in told):
        return False
    return fold(clean(" ".join(told))).startswith(end_mark)


def table_rows(book: Book, layout: TableLayout) -> Iterator[tuple[int, list[str]]]:
    """The number in the source and the texts of ``layout.columns`` for each data row, streaming; the text of the
    section that a row stands in comes as one more, last text where the layout names a ``section_column``."""
    sections: list[str] = []
    for judged in judged_rows(book, layout):
        if judged.kind == SECTION:
            sections = below(sections, judged.texts)
        elif judged.kind == DATA:
            told = " / ".join(map(section_name, sections))
            yield judged.row.number, [*judged.texts, told] if layout.section_column else judged.texts


def judged_rows(book: Book, layout: TableLayout) -> Iterator[Judged]:
    """Every row of the layout's sheet with its kind, in order."""
    sheet = sheet_of(book, layout.sheet)
    return iter(()) if sheet is None else judged_in(sheet, layout)


def judged_in(sheet: Sheet, layout: TableLayout) -> Iterator[Judged]:
    """Every row of ``sheet`` with its kind, in order; blank rows at the end of the table are left out."""
    rows = _kinds(sheet, layout)
    return joined_labels(rows) if LABEL in layout.skipped else rows


def _kinds(sheet: Sheet, layout: TableLayout) -> Iterator[Judged]:
    places = [column.position - 1 for column in layout.columns]
    fill = _Merged(sheet, layout)
    repeats = Repeats(layout) if REPEATED in layout.skipped else None
    ended = False
    blanks: list[Row] = []
    empty = [""] * len(places)
    blank_kind = BLANK if BLANK in layout.skipped else DATA
    for row in sheet.rows():
        whole = texts_of(row)
        if row.number < layout.first_row:
            if repeats:
                repeats.learn(row.number, whole)
            yield Judged(row, OUTSIDE, whole)
            continue
        ended = ended or begins_footer(whole, layout.end_mark, len(places))
        ended = ended or bool(layout.last_row and row.number > layout.last_row)
        if ended:
            yield Judged(row, OUTSIDE, whole)
            continue
        if not filled(whole):
            blanks.append(row)
            continue
        for blank in blanks:
            yield Judged(blank, blank_kind, empty)
        blanks.clear()
        texts = fill(row.number, [whole[place] if place < len(whole) else "" for place in places])
        again = repeats is not None and repeats.holds(whole)
        kind = REPEATED if again else row_kind(texts) if layout.skipped else DATA
        if kind == DATA and row.number in fill.wide and len(filled(texts)) == 1 and not is_number(filled(texts)[0]):
            kind = SECTION
        if layout.footnotes:
            texts = [without_note(text, layout.footnotes) for text in texts]
        yield Judged(row, kind if kind in layout.skipped else DATA, texts)


class _Merged:
    """Carries a text that stands merged over several rows down to each of them. Numbers are never multiplied so.
    ``wide`` are the rows with a cell merged over most of the columns."""

    def __init__(self, sheet: Sheet, layout: TableLayout) -> None:
        places = {column.position: place for place, column in enumerate(layout.columns)}
        self._starts = {
            (merge.first_row, places[merge.first_column]): merge.last_row
            for merge in sheet.merges
            if merge.last_row > merge.first_row >= layout.first_row and merge.first_column in places
        }
        self.wide = {
            merge.first_row
            for merge in sheet.merges
            if merge.last_column - merge.first_column + 1 > max(2, len(places) // 2)
            and merge.first_row == merge.last_row
        }
        self._open: dict[int, tuple[int, str]] = {}

    def __call__(self, number: int, texts: list[str]) -> list[str]:
        if not self._starts:
            return texts
        for place, text in enumerate(texts):
            last = self._starts.get((number, place))
            if last is not None and text.strip() and not is_number(text):
                self._open[place] = (last, text)
            elif place in self._open and number <= self._open[place][0] and not text.strip():
                texts[place] = self._open[place][1]
        return texts


def around(book: Book, layout: TableLayout) -> tuple[LooseText, ...]:
    """Every text of the sheet that is not published: above, below, beside and between the rows; and of the file."""
    loose = list(book.loose)
    sheet = sheet_of(book, layout.sheet)
    used = {column.position for column in layout.columns}
    for judged in judged_rows(book, layout):
        if len(loose) >= LOOSE_LIMIT or sheet is None:
            break
        for place, text in enumerate(texts_of(judged.row), start=1):
            replaced = bool(judged.left) and text == judged.left
            if text.strip() and (judged.kind != DATA or place not in used or replaced):
                loose.append(LooseText(f"trang “{sheet.name}”, dòng {judged.row.number}, cột {place}", text))
    return tuple(loose)
