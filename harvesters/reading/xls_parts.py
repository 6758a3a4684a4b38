"""XLS workbooks (BIFF 5 and 8, Excel 95 to 2003) as raw cells with their fonts, runs, merges and hidden parts."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import xlrd

from catalog.layout import LooseText
from harvesters.reading.grid import Merge
from harvesters.reading.number_formats import number_format
from harvesters.reading.packages import damaged, locked
from harvesters.reading.workbook_cells import (
    BOOLEAN,
    ERROR,
    NUMBER,
    STRING,
    Look,
    RawBook,
    RawCell,
    RawRow,
    RawSheet,
    RichText,
    Run,
    font_encoding,
)

_BOLD_WEIGHT = 600
_RAISED = 1


def open_xls(path: Path) -> RawBook:
    """The workbook with the looks of its cells. Raises ``SourceUnreadable`` for a locked or damaged one."""
    try:
        book = xlrd.open_workbook(str(path), formatting_info=True, logfile=StringIO())
    except xlrd.XLRDError as error:
        raise (locked(path) if "encrypted" in str(error) else damaged(path)) from error
    except Exception as error:  # the library fails on damaged files in every way there is
        raise damaged(path) from error
    looks = tuple(_look(book, style) for style in book.xf_list)
    sheets = tuple(_sheet(book, sheet) for sheet in book.sheets())
    loose = tuple(
        LooseText(f"thuộc tính tệp: {what}", text)
        for what, text in (("người lưu", str(book.user_name or "").strip()),)
        if text
    )
    return RawBook("xls", sheets, looks or (Look(),), book.datemode == 1, watched=True, loose=loose)


def _look(book: Any, style: Any) -> Look:
    font = book.font_list[style.font_index]
    encoding, upper = font_encoding(font.name)
    shown = book.format_map.get(style.format_key)
    return Look(encoding, upper, font.weight > _BOLD_WEIGHT, number_format(shown.format_str if shown else ""))


def _sheet(book: Any, sheet: Any) -> RawSheet:
    merges = tuple(Merge(first + 1, left + 1, last, right) for first, last, left, right in sheet.merged_cells)
    hidden = frozenset(place + 1 for place, column in sheet.colinfo_map.items() if column.hidden)
    notes = tuple(
        LooseText(f"ghi chú ô {xlrd.cellname(row, column)}, trang “{sheet.name}”", note.text)
        for (row, column), note in sheet.cell_note_map.items()
    )
    return RawSheet(sheet.name, lambda: _rows(book, sheet), sheet.visibility != 0, merges, hidden, notes)


def _rows(book: Any, sheet: Any) -> Iterator[RawRow]:
    for number in range(sheet.nrows):
        about = sheet.rowinfo_map.get(number)
        cells = [
            cell for column in range(sheet.row_len(number)) if (cell := _cell(book, sheet, number, column)) is not None
        ]
        yield number + 1, bool(about and about.hidden), cells


def _cell(book: Any, sheet: Any, row: int, column: int) -> RawCell | None:
    cell = sheet.cell(row, column)
    look = cell.xf_index or 0
    if cell.ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        return column + 1, NUMBER, float(cell.value), look
    if cell.ctype == xlrd.XL_CELL_TEXT:
        runs = sheet.rich_text_runlist_map.get((row, column))
        return column + 1, STRING, _runs(book, cell.value, runs) if runs else str(cell.value), look
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return column + 1, BOOLEAN, "1" if cell.value else "0", look
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return column + 1, ERROR, xlrd.error_text_from_code.get(cell.value, "#ERROR!"), look
    return None


def _runs(book: Any, text: str, places: list[tuple[int, int]]) -> RichText:
    """The pieces of a text, each with its font; what stands before the first place has the cell's own."""
    runs = [Run(text[: places[0][0]])] if places[0][0] else []
    for number, (start, font_number) in enumerate(places):
        stop = places[number + 1][0] if number + 1 < len(places) else len(text)
        font = book.font_list[font_number]
        if start < stop:
            runs.append(Run(text[start:stop], font.name, font.escapement == _RAISED))
    return tuple(runs)
