"""Opens a workbook as offices keep them: XLSX and XLSM; what a file is tells its content, not its name.

Each sheet is looked over once when the workbook is opened (the whole of it only where something calls for it), so that
what was decoded, left out or hidden is told before anybody uses its rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from catalog.errors import SourceUnreadable
from harvesters.reading.grid import EMPTY_CELL, Book, Cell, Merge, Row, Sheet, TextCells
from harvesters.reading.html_books import open_html
from harvesters.reading.packages import (
    FLAT_MARKS,
    MAX_CHARACTERS,
    MAX_COLUMN,
    PAGE_BEGINS,
    Damaged,
    Package,
    damaged,
    locked,
    refusing_damage,
    too_large,
)
from harvesters.reading.sheet_survey import Survey, survey
from harvesters.reading.spool import KeptRows, Spool
from harvesters.reading.workbook_cells import CellMaker, RawBook, RawSheet, TextRow
from harvesters.reading.xls_parts import open_xls
from harvesters.reading.xml_books import open_flat_ods, open_xml_spreadsheet

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BARE_BIFF = (b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_HEAD_BYTES = 4096
ROWS_WITH_LOOKS = 400
CELLS_WITH_LOOKS = 400_000


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
    text = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if text.startswith(PAGE_BEGINS):
        return open_html, "Excel"
    if FLAT_MARKS[0] in text:
        return open_xml_spreadsheet, "Excel"
    if FLAT_MARKS[1] in text:
        return open_flat_ods, "LibreOffice"
    raise damaged(path)


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


def _book(path: Path, raw: RawBook) -> Book:
    sheets, loose, remarks = list[Sheet](), list(raw.loose), list(raw.remarks)
    encodings, spool = set[str](), Spool()
    for sheet in raw.sheets:
        found = survey(raw, sheet)
        loose += [*sheet.loose, *found.loose]
        remarks += found.remarks
        encodings |= found.encodings
        if found.empty:
            remarks.append((f"Trang “{sheet.name}” trống: bỏ qua.", f"Sheet “{sheet.name}” is empty: skipped."))
            continue
        sheets.append(_sheet(path, raw, sheet, found, spool))
    if not sheets:
        raise SourceUnreadable(
            f"Tệp “{path.name}”: bảng tính (Excel) không có trang nào chứa số liệu; kiểm tra lại tệp gửi.",
            f"File “{path.name}”: no sheet of the workbook (Excel) holds a table; check the file.",
            file=path.name,
        )
    encoding = encodings.pop() if len(encodings) == 1 else "utf-8"
    return Book(raw.format, tuple(sheets), encoding=encoding, loose=tuple(loose), remarks=tuple(remarks))


def _sheet(path: Path, raw: RawBook, sheet: RawSheet, found: Survey, spool: Spool) -> Sheet:
    kept = KeptRows(spool)

    def rows() -> Iterator[Row]:
        maker = CellMaker(raw.looks, raw.from_1904, found.substitute)
        first = _first_rows(sheet, maker)
        texts = kept.again()
        if texts is None:
            texts = kept.keeping(_measured(path, sheet.texts(maker) if sheet.texts else _texts(sheet, maker)))
        return _rows(first, texts)

    if _overlap(sheet.merges):
        raise Damaged("merged cells overlap")
    return Sheet(sheet.name, rows, sheet.merges, sheet.hidden, sheet.hidden_columns, found.percent_columns)


def _overlap(merges: Sequence[Merge]) -> bool:
    """Whether merged cells among the first rows cover more than there is, so that some must lie upon others."""
    rows = (max(0, min(merge.last_row, ROWS_WITH_LOOKS) - merge.first_row + 1) for merge in merges)
    columns = (merge.last_column - merge.first_column + 1 for merge in merges)
    return sum(high * wide for high, wide in zip(rows, columns, strict=True)) > ROWS_WITH_LOOKS * MAX_COLUMN


def _first_rows(sheet: RawSheet, maker: CellMaker) -> dict[int, list[Cell]]:
    """The first rows with all that is known of their cells."""
    found, count = dict[int, list[Cell]](), 0
    for number, _, raw_cells in islice(sheet.rows(), ROWS_WITH_LOOKS):
        cells = found[number] = list[Cell]()
        for column, kind, value, look in raw_cells:
            cells += [EMPTY_CELL] * (column - 1 - len(cells))
            cells.append(maker.cell(kind, value, look))
        count += len(cells)
        if count > CELLS_WITH_LOOKS:
            break
    return found


def _texts(sheet: RawSheet, maker: CellMaker) -> Iterator[TextRow]:
    return ((number, hidden, maker.texts(cells)) for number, hidden, cells in sheet.rows())


def _measured(path: Path, rows: Iterator[TextRow]) -> Iterator[TextRow]:
    """The rows without empty cells at their ends, and without empty ones. Raises ``SourceUnreadable`` where texts that
    are kept once in the file would fill a disk when they are written out."""
    characters = 0
    for number, hidden, texts in rows:
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            characters += sum(map(len, texts))
            if characters > MAX_CHARACTERS:
                raise too_large(path)
            yield number, hidden, texts


def _rows(first: Mapping[int, list[Cell]], rows: Iterator[TextRow]) -> Iterator[Row]:
    """All rows from the first to the last that has a text, blank ones between them too."""
    last = 0
    for number, hidden, texts in rows:
        for blank in range(last + 1, number):
            yield Row(blank, ())
        last = number
        known = first.get(number)
        yield Row(number, TextCells(texts) if known is None else tuple(known[: len(texts)]), hidden)
