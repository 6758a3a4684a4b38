"""Opens a workbook as offices keep them: XLSX and XLSM; what a file is tells its content, not its name.

Each sheet is looked over once when the workbook is opened (the whole of it only where something calls for it), so that
what was decoded, left out or hidden is told before anybody uses its rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from catalog.errors import SourceUnreadable
from harvesters.reading.grid import EMPTY_CELL, Book, Cell, Row, Sheet
from harvesters.reading.packages import Package, damaged, locked, refusing_damage
from harvesters.reading.sheet_survey import Survey, survey
from harvesters.reading.workbook_cells import CellMaker, RawBook, RawSheet
from harvesters.reading.xls_parts import open_xls

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BARE_BIFF = (b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_HEAD_BYTES = 4096


def open_workbook(path: Path) -> Book:
    """The workbook with all its sheets in order; empty ones are left out and told of. Its rows are read on demand,
    from the first at each call, without blank ones at the end. Raises ``SourceUnreadable``, from the rows too."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    opener, program = _opener(path, head)
    with refusing_damage(path, program):
        raw = opener(path)
        return _book(path, raw)


def _opener(path: Path, head: bytes) -> tuple[Callable[[Path], RawBook], str]:
    if head.startswith(_OLE):
        if _ENCRYPTED in path.read_bytes():
            raise locked(path)
        return open_xls, "Excel"
    if head.startswith(b"PK"):
        return _zip_opener(path)
    if head.startswith(_BARE_BIFF):
        return open_xls, "Excel"
    raise _other_content(path, head)


def _zip_opener(path: Path) -> tuple[Callable[[Path], RawBook], str]:
    with refusing_damage(path):
        package = Package(path)
        if "content.xml" in package and "xl/workbook.xml" not in package:
            from harvesters.reading.ods_parts import open_ods

            return open_ods, "LibreOffice"
        if "xl/workbook.bin" in package:
            raise _other_format(path, ".xlsb")
    from harvesters.reading.xlsx_parts import open_xlsx

    return open_xlsx, "Excel"


def _other_format(path: Path, suffix: str) -> SourceUnreadable:
    return SourceUnreadable(
        f"Tệp “{path.name}”: bảng tính dạng {suffix} không đọc được; mở bằng Excel rồi lưu lại dạng .xlsx.",
        f"File “{path.name}”: workbooks of the kind {suffix} are not read; open it in Excel and save it as .xlsx.",
        file=path.name,
    )


def _other_content(path: Path, head: bytes) -> SourceUnreadable:
    """What a file that only calls itself a workbook really is."""
    text = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if text.startswith((b"<html", b"<!doctype html", b"<table", b"<meta")) or b"<table" in text:
        return SourceUnreadable(
            f"Tệp “{path.name}” thật ra là trang web (HTML) mang tên Excel; mở bằng Excel rồi lưu lại dạng .xlsx.",
            f"File “{path.name}” is a web page (HTML) named as an Excel file; save it as .xlsx in Excel.",
            file=path.name,
        )
    if b"urn:schemas-microsoft-com:office:spreadsheet" in text or b"office:spreadsheet" in text:
        return SourceUnreadable(
            f"Tệp “{path.name}” là bảng tính dạng XML (Excel 2003 hoặc .fods); mở ra rồi lưu lại dạng .xlsx.",
            f"File “{path.name}” is a flat XML spreadsheet (Excel 2003 or .fods); save it as .xlsx.",
            file=path.name,
        )
    return damaged(path)


def _book(path: Path, raw: RawBook) -> Book:
    sheets, loose, remarks = list[Sheet](), list(raw.loose), list(raw.remarks)
    encodings = set[str]()
    for sheet in raw.sheets:
        found = survey(raw, sheet)
        loose += [*sheet.loose, *found.loose]
        remarks += found.remarks
        encodings |= found.encodings
        if found.empty:
            remarks.append((f"Trang “{sheet.name}” trống: bỏ qua.", f"Sheet “{sheet.name}” is empty: skipped."))
            continue
        sheets.append(_sheet(raw, sheet, found))
    if not sheets:
        raise SourceUnreadable(
            f"Tệp “{path.name}”: bảng tính (Excel) không có trang nào chứa số liệu; kiểm tra lại tệp gửi.",
            f"File “{path.name}”: no sheet of the workbook (Excel) holds a table; check the file.",
            file=path.name,
        )
    encoding = encodings.pop() if len(encodings) == 1 else "utf-8"
    return Book(raw.format, tuple(sheets), encoding=encoding, loose=tuple(loose), remarks=tuple(remarks))


def _sheet(raw: RawBook, sheet: RawSheet, found: Survey) -> Sheet:
    def rows() -> Iterator[Row]:
        return _rows(sheet, CellMaker(raw.looks, raw.from_1904, found.substitute))

    return Sheet(sheet.name, rows, sheet.merges, sheet.hidden, sheet.hidden_columns)


def _rows(sheet: RawSheet, maker: CellMaker) -> Iterator[Row]:
    """All rows from the first to the last that has a text, blank ones between them too."""
    last = 0
    for number, hidden, raw_cells in sheet.rows():
        cells: list[Cell] = []
        for column, kind, value, look in raw_cells:
            while len(cells) < column - 1:
                cells.append(EMPTY_CELL)
            cells.append(maker.cell(kind, value, look))
        while cells and cells[-1] is EMPTY_CELL:
            cells.pop()
        if not cells:
            continue
        for blank in range(last + 1, number):
            yield Row(blank, ())
        last = number
        yield Row(number, tuple(cells), hidden)
