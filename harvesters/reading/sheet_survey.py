"""Looks a sheet over before its rows are used: fonts of old, footnote marks, percent columns, hidden cells.

A sheet in which nothing calls for it is only looked at in its first rows; one with rich texts, fonts of old, telling
number formats or hidden parts is looked at as far as :data:`ROW_LIMIT`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from catalog.layout import LooseText
from harvesters.reading.grid import column_letters
from harvesters.reading.number_formats import PERCENT, THOUSANDS
from harvesters.reading.workbook_cells import (
    NO_VALUE,
    NUMBER,
    STRING,
    TCVN3,
    VNI,
    CellMaker,
    RawBook,
    RawSheet,
    RawValue,
    footnote_marks,
    is_unicode_vietnamese,
    rows_to_look_at,
)

FIRST_ROWS = 1_000
ROW_LIMIT = 200_000
HIDDEN_CELLS = 2_000
_PLACES = 5
_SHARE_OF_PERCENTS = 0.9
"""A column in which fewer numbers are shown as percents is only remarked on."""
_LEAST_EVIDENCE = 4
_ENCODING_NAMES = {TCVN3: "TCVN3 (ABC, .Vn…)", VNI: "VNI"}


@dataclass(frozen=True, slots=True)
class Survey:
    """What was seen. ``encodings`` are those of old that texts were decoded from; ``substitute`` the one to decode
    texts from whose font does not tell. Nearly all numbers of the ``percent_columns`` are shown as percents."""

    empty: bool
    substitute: str = ""
    encodings: frozenset[str] = frozenset()
    loose: tuple[LooseText, ...] = ()
    remarks: tuple[tuple[str, str], ...] = ()
    percent_columns: frozenset[int] = frozenset()


@dataclass(slots=True)
class _Seen:
    rows: int = 0
    marks: list[str] = field(default_factory=list)
    shown: dict[str, dict[int, int]] = field(default_factory=dict)
    plain_numbers: Counter[int] = field(default_factory=Counter)
    unsaved: list[str] = field(default_factory=list)
    texts: Counter[str] = field(default_factory=Counter)
    by_font: Counter[str] = field(default_factory=Counter)
    hidden_rows: int = 0
    hidden_cells: list[tuple[str, str, RawValue, int]] = field(default_factory=list)


def survey(book: RawBook, sheet: RawSheet) -> Survey:
    """Reads the sheet once; raises what its rows raise."""
    whole = book.watched or sheet.hidden or bool(sheet.hidden_columns)
    whole = whole or any(look.encoding or look.format.kind in (PERCENT, THOUSANDS) for look in book.looks)
    seen = _look(book, sheet, ROW_LIMIT if whole else FIRST_ROWS)
    substitute = _substitute(seen.texts)
    maker = CellMaker(book.looks, book.from_1904, substitute)
    loose = [LooseText(place, maker.cell(kind, value, look).text) for place, kind, value, look in seen.hidden_cells]
    encodings = set(seen.by_font) | ({substitute} - {""})
    return Survey(
        empty=not seen.rows,
        substitute=substitute,
        encodings=frozenset(encodings),
        loose=tuple(text for text in loose if text.text.strip()),
        remarks=tuple(_remarks(sheet, seen, substitute)),
        percent_columns=frozenset(
            column
            for column, count in seen.shown.get(PERCENT, {}).items()
            if count >= (count + seen.plain_numbers[column]) * _SHARE_OF_PERCENTS
        ),
    )


def _look(book: RawBook, sheet: RawSheet, limit: int) -> _Seen:
    seen = _Seen()
    for number, hidden, cells in islice(rows_to_look_at(book, sheet, FIRST_ROWS), limit):
        seen.rows += bool(cells)
        seen.hidden_rows += hidden
        for column, kind, value, look_number in cells:
            look = book.looks[look_number]
            if kind == STRING:
                _look_at_text(seen, value, look.encoding, number, column)
            elif kind == NUMBER and look.format.kind in (PERCENT, THOUSANDS):
                columns = seen.shown.setdefault(look.format.kind, {})
                columns[column] = columns.get(column, 0) + 1
            elif kind == NUMBER:
                seen.plain_numbers[column] += 1
            elif kind == NO_VALUE:
                seen.unsaved.append(cell_name(number, column))
            if (sheet.hidden or hidden or column in sheet.hidden_columns) and len(seen.hidden_cells) < HIDDEN_CELLS:
                place = _hidden_place(sheet, number, column, hidden)
                seen.hidden_cells.append((place, kind, value, look_number))
    return seen


def _look_at_text(seen: _Seen, value: RawValue, encoding: str, row: int, column: int) -> None:
    if isinstance(value, tuple):
        if footnote_marks(value):
            seen.marks.append(cell_name(row, column))
        value = "".join(run.text for run in value)
    text = str(value)
    if text.isascii():
        return
    if encoding and not is_unicode_vietnamese(text):
        seen.by_font[encoding] += 1
    elif not encoding:
        seen.texts[text] += 1


def _hidden_place(sheet: RawSheet, row: int, column: int, row_hidden: bool) -> str:
    cell = cell_name(row, column)
    if sheet.hidden:
        return f"trang ẩn “{sheet.name}”, ô {cell}"
    return f"{'dòng ẩn' if row_hidden else 'cột ẩn'} ở trang “{sheet.name}”, ô {cell}"


def _substitute(texts: Counter[str]) -> str:
    """The encoding of old that nearly all distinct texts with accents look like, if there are enough of them."""
    from harvesters.reading import legacy_fonts

    if len(texts) < _LEAST_EVIDENCE or any(is_unicode_vietnamese(text) for text in texts):
        return ""
    for encoding, looks_like in ((TCVN3, legacy_fonts.looks_like_tcvn3), (VNI, legacy_fonts.looks_like_vni)):
        if looks_like(" \n".join(islice(texts, 5_000))) and _share(texts, looks_like) >= 0.5:
            return encoding
    return ""


def _share(texts: Counter[str], looks_like: Callable[[str], bool]) -> float:
    return sum(1 for text in islice(texts, 500) if looks_like(text)) / min(len(texts), 500)


def _remarks(sheet: RawSheet, seen: _Seen, substitute: str) -> Iterator[tuple[str, str]]:
    name = sheet.name
    for encoding, count in seen.by_font.items():
        told = _ENCODING_NAMES[encoding]
        yield (
            f"Trang “{name}”: {count} ô gõ bằng phông {told} đã chuyển sang Unicode theo tên phông.",
            f"Sheet “{name}”: {count} cells typed in a {told} font were turned into Unicode by the name of their font.",
        )
    if substitute:
        told = _ENCODING_NAMES[substitute]
        yield (
            f"Trang “{name}”: chữ gõ theo bảng mã {told} nhưng phông đã bị thay; đã chuyển sang Unicode, hãy xem lại.",
            f"Sheet “{name}”: its texts are {told} though their font was replaced; turned into Unicode, please check.",
        )
    if seen.marks:
        places = _some(seen.marks)
        yield (
            f"Trang “{name}”: bỏ số chú thích viết nhỏ phía trên ở {len(seen.marks)} ô ({places}).",
            f"Sheet “{name}”: raised footnote marks left out of {len(seen.marks)} cells ({places}).",
        )
    if seen.unsaved:
        places = _some(seen.unsaved)
        yield (
            f"Trang “{name}”: {len(seen.unsaved)} ô công thức chưa có kết quả ({places}); mở bằng Excel, lưu lại.",
            f"Sheet “{name}”: {len(seen.unsaved)} formulas without a saved result ({places}); save it again in Excel.",
        )
    yield from _format_remarks(name, seen)
    yield from _hidden_remarks(sheet, seen)


def _format_remarks(name: str, seen: _Seen) -> Iterator[tuple[str, str]]:
    for column in sorted(seen.shown.get(PERCENT, {})):
        letters = column_letters(column - 1)
        yield (
            f"Trang “{name}”, cột {letters}: định dạng phần trăm; giá trị 0.12 nghĩa là 12 %.",
            f"Sheet “{name}”, column {letters}: formatted as percent; 0.12 means 12 %.",
        )
    for column in sorted(seen.shown.get(THOUSANDS, {})):
        letters = column_letters(column - 1)
        yield (
            f"Trang “{name}”, cột {letters}: Excel hiện số đã chia 1.000 (hoặc hơn); giá trị đọc là số đầy đủ.",
            f"Sheet “{name}”, column {letters}: Excel shows it divided by 1,000 or more; the full number was read.",
        )


def _hidden_remarks(sheet: RawSheet, seen: _Seen) -> Iterator[tuple[str, str]]:
    if sheet.hidden:
        yield f"Trang “{sheet.name}” bị ẩn.", f"Sheet “{sheet.name}” is hidden."
    if seen.hidden_rows:
        yield (
            f"Trang “{sheet.name}”: có {seen.hidden_rows} dòng ẩn.",
            f"Sheet “{sheet.name}”: {seen.hidden_rows} rows are hidden.",
        )
    if len(seen.hidden_cells) >= HIDDEN_CELLS:
        yield (
            f"Trang “{sheet.name}”: chỉ xem {HIDDEN_CELLS} ô ẩn đầu tiên.",
            f"Sheet “{sheet.name}”: only the first {HIDDEN_CELLS} hidden cells were looked at.",
        )


def _some(places: list[str]) -> str:
    return ", ".join(places[:_PLACES]) + (" …" if len(places) > _PLACES else "")


def cell_name(row: int, column: int) -> str:
    """The name that a spreadsheet gives to a cell: B7."""
    return f"{column_letters(column - 1)}{row}"
