"""Tables in a folder of CSV files and XLSX workbooks.

Option of the source: ``path``, the folder. A locator is ``name.csv`` or ``book.xlsx#Sheet`` (no sheet: the first).
Nothing outside the folder is ever read: no ``..``, no absolute path, no link.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path, PurePosixPath

from catalog.errors import SourceError, SourceMissing, SourceUnreachable, SourceUnreadable
from catalog.ports import Progress, StagedTable, TableRequest
from catalog.sources import HarvestSource
from catalog.vietnamese import clean, nfc
from harvesters.csv_rows import csv_rows
from harvesters.staging import StagingFile, UnwritableValue, staging_path, text_of
from harvesters.workbook_rows import workbook_rows

BATCH_ROWS = 10_000
_READERS: Mapping[str, Callable[[Path, str, Sequence[str]], Iterator[Sequence[object]]]] = {
    ".csv": csv_rows,
    ".tsv": csv_rows,
    ".txt": csv_rows,
    ".xlsx": workbook_rows,
    ".xlsm": workbook_rows,
}


def fetch_files(
    source: HarvestSource, requests: Sequence[TableRequest], folder: Path, progress: Progress
) -> Iterator[tuple[TableRequest, StagedTable | SourceError]]:
    """See :class:`catalog.ports.Fetch`. All columns of a file are kept, rows as they stand; a row with more or fewer
    cells than the header stays so, for the gate to judge. Empty rows after the last full one are dropped."""
    root = Path(source.options.get("path", ""))
    if not source.options.get("path") or not _can_be_listed(root):
        raise SourceUnreachable(
            f"Nguồn “{source.name}”: không mở được thư mục; kiểm tra đường dẫn và quyền đọc.",
            f"Source “{source.name}”: its folder cannot be opened; check the path and the right to read it.",
            source=source.name,
        )
    for position, request in enumerate(requests):
        path = staging_path(folder, position, request.table.key)
        try:
            outcome: StagedTable | SourceError = _read_table(root, request, path, progress)
        except SourceError as error:
            outcome = error
        yield request, outcome


def _can_be_listed(root: Path) -> bool:
    try:
        next(root.iterdir(), None)
    except OSError:
        return False
    return True


def _read_table(root: Path, request: TableRequest, path: Path, progress: Progress) -> StagedTable:
    """The staged table. Whatever goes wrong on the disk of the source is a ``SourceError`` of this table alone."""
    name, _, sheet = request.table.locator.partition("#")
    try:
        return _stage(_file_inside(root, name), name, sheet, request, path, progress)
    except FileNotFoundError as error:
        raise _missing(name) from error
    except PermissionError as error:
        raise SourceUnreadable(
            f"Tệp “{name}”: không có quyền đọc; cấp quyền đọc tệp và các thư mục chứa nó cho tài khoản thu thập.",
            f"File “{name}”: no right to read it; let the harvesting account read the file and its folders.",
            file=name,
        ) from error
    except OSError as error:
        raise SourceUnreadable(
            f"Tệp “{name}”: không đọc được đến hết (lỗi ổ đĩa hoặc mạng); kiểm tra tệp rồi chạy lại.",
            f"File “{name}”: cannot be read to its end ({error.strerror}); check disk and network, then run again.",
            file=name,
        ) from error
    except UnwritableValue as error:
        raise SourceUnreadable(
            f"Tệp “{name}”: có ô chứa kiểu {error} không ghi được thành chữ.",
            f"File “{name}”: a cell holds a {error}, which has no form as text.",
            file=name,
        ) from error


def _stage(file: Path, name: str, sheet: str, request: TableRequest, path: Path, progress: Progress) -> StagedTable:
    reader = _READERS.get(file.suffix.lower())
    if reader is None:
        raise SourceUnreadable(
            f"Tệp “{name}”: chỉ đọc được .csv và .xlsx; lưu lại tệp theo một trong hai dạng đó.",
            f"File “{name}”: only .csv and .xlsx can be read; save it as one of them.",
            file=name,
        )
    before = _stamp(file)
    rows = reader(file, sheet, request.schema.field_names)
    columns = _header(next(rows, []), request.table.locator)
    with StagingFile(path, columns) as staging:
        for batch in _batches(_without_empty_tail(rows, len(columns))):
            staging.write_rows(batch)
            progress(request.table.key, staging.row_count)
    if _stamp(file) != before:
        path.unlink()
        raise SourceUnreadable(
            f"Tệp “{name}” bị ghi đè trong lúc đang đọc; chạy lại khi đã lưu xong.",
            f"File “{name}” was written to while it was read; run again when it is saved.",
            file=name,
        )
    return staging.table(request.table.key)


def _stamp(file: Path) -> tuple[int, int, int]:
    status = file.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns


def _missing(name: str) -> SourceMissing:
    return SourceMissing(
        f"Không tìm thấy tệp “{name}” trong thư mục nguồn; kiểm tra tên tệp, cả dấu và phần mở rộng.",
        f"No file “{name}” in the source folder; check its name, accents and extension.",
        file=name,
    )


def _file_inside(root: Path, name: str) -> Path:
    """The file called ``name``, whichever way its accents are encoded on disk; never one outside ``root``."""
    parts = PurePosixPath(name).parts
    if not parts or parts[0] == "/" or ".." in parts or "\\" in name or "\x00" in name:
        raise SourceUnreadable(
            f"Tên tệp “{name}” không hợp lệ: chỉ nhận tệp nằm trong thư mục nguồn.",
            f"File name “{name}” is not valid: only files inside the source folder are read.",
            file=name,
        )
    place = root
    for part in parts:
        found = (
            next((child for child in place.iterdir() if nfc(child.name) == nfc(part)), None) if place.is_dir() else None
        )
        if found is None:
            raise _missing(name)
        if found.is_symlink():
            raise SourceUnreadable(
                f"“{name}” là một liên kết; đặt chính tệp đó vào thư mục nguồn.",
                f"“{name}” is a link; put the file itself into the source folder.",
                file=name,
            )
        place = found
    if not place.is_file():
        raise _missing(name)
    return place


def _header(cells: Sequence[object], locator: str) -> tuple[str, ...]:
    """The names of the columns; raises ``SourceUnreadable`` where one is empty or stands there twice."""
    names = [clean(text_of(cell)) for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise SourceUnreadable(
            f"“{locator}”: tệp trống, không có dòng tiêu đề.",
            f"“{locator}”: the file is empty, it has no header.",
            file=locator,
        )
    seen: dict[str, int] = {}
    for position, name in enumerate(names):
        place = column_letters(position)
        if not name:
            raise SourceUnreadable(
                f"“{locator}”: ô tiêu đề của cột {place} để trống; đặt tên cho cột này.",
                f"“{locator}”: the header of column {place} is empty; name the column.",
                file=locator,
                column=place,
            )
        first = seen.setdefault(name.casefold(), position)
        if first != position:
            raise SourceUnreadable(
                f"“{locator}”: cột {column_letters(first)} và cột {place} cùng tên “{name}”; đặt tên khác nhau.",
                f"“{locator}”: columns {column_letters(first)} and {place} are both called “{name}”; rename one.",
                file=locator,
                column=place,
            )
    return tuple(names)


def column_letters(position: int) -> str:
    """The name a spreadsheet gives to the column at ``position``, counted from 0: A, B, …, Z, AA …"""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _without_empty_tail(rows: Iterator[Sequence[object]], width: int) -> Iterator[Sequence[object]]:
    """Rows without the empty ones at the end. Empty cells beyond the header are no cells; an empty row is ``width`` of
    them, so that the numbers of the rows after it stay true."""
    pending = 0
    for row in rows:
        cells = row
        if len(cells) > width:
            last = len(cells)
            while last > width and cells[last - 1] in ("", None):
                last -= 1
            cells = cells[:last]
        if any(cell not in ("", None) for cell in cells):
            for _ in range(pending):
                yield ("",) * width
            pending = 0
            yield cells
        else:
            pending += 1


def _batches(rows: Iterator[Sequence[object]]) -> Iterator[list[Sequence[object]]]:
    while batch := list(islice(rows, BATCH_ROWS)):
        yield batch
