"""Rows of one sheet of an XLSX workbook.

The reader lays a sheet out as a full grid in memory, so a tiny file that names a far corner cell, or unpacks to
gigabytes, would take the machine down; both are measured and refused before the workbook is opened.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import NoReturn

from catalog.errors import SourceUnreadable

MAX_UNPACKED_BYTES = 1_500_000_000
MAX_GRID_CELLS = 30_000_000
MAX_STRINGS_BYTES = 300_000_000
_STRINGS = "xl/sharedstrings.xml"
_BLOCK_BYTES = 1 << 20
_CELL = re.compile(rb'<(?:\w+:)?c\b(?:[^>]*?\br="([A-Z]{1,4})([0-9]{1,8})")?')
_DAMAGES = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
)
_LONGEST_MATCH = 512


def workbook_rows(path: Path, sheet: str, names: Sequence[str]) -> Iterator[list[object]]:
    """The rows of ``sheet`` (the first one if empty), header first, leading empty rows skipped. Numbers that a
    spreadsheet keeps as floats stay so; midnight stands for a plain date. Raises ``SourceUnreadable``."""
    import python_calamine

    _refuse_bombs(path)
    try:
        book = python_calamine.load_workbook(path)
        title = _sheet_title(path, sheet, book.sheet_names)
        rows = book.get_sheet_by_name(title).iter_rows()
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        _refuse(path, error)
    except BaseException as error:
        # A fault in the reader's native code arrives as a BaseException, past every ordinary handler.
        if type(error).__name__ == "PanicException":
            _refuse(path, error)
        raise
    header_seen = False
    for row in rows:
        if header_seen or any(cell != "" for cell in row):
            header_seen = True
            yield [_plain_date(cell) for cell in row]


def _sheet_title(path: Path, wanted: str, titles: Sequence[str]) -> str:
    if not titles or (wanted and wanted not in titles):
        raise SourceUnreadable(
            f"Tệp “{path.name}”: không có trang tính “{wanted}”; các trang có: {', '.join(titles)}.",
            f"File “{path.name}”: no sheet “{wanted}”; it has: {', '.join(titles)}.",
            file=path.name,
            sheet=wanted,
        )
    return wanted or titles[0]


def _plain_date(cell: object) -> object:
    return cell.date() if isinstance(cell, datetime) and cell.time() == time.min else cell


def _refuse_bombs(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
            if unpacked > MAX_UNPACKED_BYTES:
                _refuse_size(path)
            for part in archive.infolist():
                name = part.filename.lower()
                if name == _STRINGS:
                    _measure_strings(path, archive, part)
                elif name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    _measure_grid(path, archive, part)
    except _DAMAGES as error:
        _refuse(path, error)


def _measure_strings(path: Path, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Refuse texts that would fill the memory: the reader holds all of them at once. They are unpacked to the end,
    because the size that an archive claims may be a lie, which its checksum gives away."""
    if part.file_size > MAX_STRINGS_BYTES:
        _refuse_size(path)
    with archive.open(part) as stream:
        while stream.read(_BLOCK_BYTES):
            pass


def _measure_grid(path: Path, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Refuse a sheet with too many cells, or whose farthest ones span too large a grid. A cell may leave its place
    unsaid: then it stands after the one before."""
    last_row = last_column = read = cells = 0
    tail = b""
    with archive.open(part) as stream:
        while block := stream.read(_BLOCK_BYTES):
            read += len(block)
            window = tail + block
            for match in _CELL.finditer(window):
                cells += 1
                if match[1]:
                    last_row = max(last_row, int(match[2]))
                    last_column = max(last_column, _column_number(match[1]))
            if read > MAX_UNPACKED_BYTES or max(cells, last_row * last_column) > MAX_GRID_CELLS:
                _refuse_size(path)
            tail = window[-_LONGEST_MATCH:]


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _refuse_size(path: Path) -> NoReturn:
    raise SourceUnreadable(
        f"Tệp “{path.name}”: trang tính quá lớn; xóa các ô thừa ở xa, hoặc chia nhỏ, hoặc lưu dạng CSV UTF-8.",
        f"File “{path.name}”: the sheet is too large; clear far stray cells, split it, or save it as CSV UTF-8.",
        file=path.name,
    )


def _refuse(path: Path, error: BaseException) -> NoReturn:
    raise SourceUnreadable(
        f"Tệp “{path.name}”: không phải tệp Excel (.xlsx) đọc được, có thể bị hỏng hoặc đặt mật khẩu;"
        " mở bằng Excel rồi lưu lại.",
        f"File “{path.name}”: not a readable Excel workbook (.xlsx), maybe damaged or locked;"
        " open it in Excel and save it again.",
        file=path.name,
    ) from error
