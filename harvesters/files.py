"""Tables in a folder of files as offices make them: CSV, workbooks, JSON, GeoJSON, XML.

Option of the source: ``path``, the folder. A locator is ``name.csv``, ``book.xlsx#Sheet`` (no sheet: the one that fits
the dictionary best) or ``name.json#path.to.records``.
Nothing outside the folder is ever read: no ``..``, no absolute path, no link.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from catalog.errors import SourceError, SourceMissing, SourceUnreachable, SourceUnreadable
from catalog.ports import Progress, StagedTable, TableRequest
from catalog.sources import HarvestSource
from catalog.vietnamese import nfc
from harvesters.reading import read_file
from harvesters.staging import staging_path

SUFFIXES = frozenset(
    {".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods", ".json", ".ndjson", ".jsonl", ".geojson", ".xml"}
)


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


def _stage(file: Path, name: str, place: str, request: TableRequest, path: Path, progress: Progress) -> StagedTable:
    if file.suffix.lower() not in SUFFIXES:
        raise SourceUnreadable(
            f"Tệp “{name}”: không đọc được loại tệp này; lưu lại tệp dạng .xlsx hoặc CSV UTF-8.",
            f"File “{name}”: this kind of file is not read; save it as .xlsx or CSV UTF-8.",
            file=name,
        )
    file.open("rb").close()  # the right to read it is ours to miss, not the child's
    before = _stamp(file)
    table = read_file(
        file, request.schema, path.parent, layout=request.table.layout, sheet=place, key=request.table.key, target=path
    )
    progress(request.table.key, table.row_count)
    if _stamp(file) != before:
        path.unlink()
        raise SourceUnreadable(
            f"Tệp “{name}” bị ghi đè trong lúc đang đọc; chạy lại khi đã lưu xong.",
            f"File “{name}” was written to while it was read; run again when it is saved.",
            file=name,
        )
    return table


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
