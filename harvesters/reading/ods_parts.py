"""ODS workbooks as raw cells. Their fonts are Unicode's; values, hidden sheets and merges are all that is asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import python_calamine

from harvesters.reading.packages import Package
from harvesters.reading.workbook_cells import (
    BOOLEAN,
    ISO_DATE,
    NUMBER,
    STRING,
    Look,
    RawBook,
    RawCell,
    RawRow,
    RawSheet,
)


def open_ods(path: Path) -> RawBook:
    """The workbook. The package has been measured by :class:`harvesters.reading.packages.Package`."""
    Package(path)
    book = python_calamine.load_workbook(path)
    sheets = tuple(
        RawSheet(
            about.name,
            lambda name=about.name: _rows(book, name),  # type: ignore[misc]
            about.visible != python_calamine.SheetVisibleEnum.Visible,
        )
        for about in book.sheets_metadata
    )
    return RawBook("ods", sheets, (Look(),), program="LibreOffice")


def _rows(book: Any, name: str) -> Iterator[RawRow]:
    sheet = book.get_sheet_by_name(name)
    first = sheet.start[0] if sheet.start else 0
    left = sheet.start[1] if sheet.start else 0
    for number, values in enumerate(sheet.to_python(skip_empty_area=True), first + 1):
        cells = [_cell(column, value) for column, value in enumerate(values, left + 1) if value != ""]
        yield number, False, cells


def _cell(column: int, value: object) -> RawCell:
    if isinstance(value, bool):
        return column, BOOLEAN, "1" if value else "0", 0
    if isinstance(value, int | float):
        return column, NUMBER, float(value), 0
    if isinstance(value, datetime) and value.time() == time.min:
        return column, ISO_DATE, value.date().isoformat(), 0
    if isinstance(value, datetime | date | time):
        return column, ISO_DATE, value.isoformat(), 0
    if isinstance(value, timedelta):
        return column, STRING, str(value), 0
    return column, STRING, str(value), 0
