"""Tables in files as offices make them (CSV, workbooks, JSON, GeoJSON, XML): in a folder, on the web, or by SFTP.

A locator is ``name.csv``, ``book.xlsx#Sheet`` (no sheet: the one that fits the dictionary best) or
``name.json#path.to.records``; it may be a whole address. Nothing outside the folder, or the base address, is ever read
by a name: no ``..``, no absolute path, no link.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from catalog.errors import InvalidInput, SourceError, SourceMissing, SourceUnreachable, SourceUnreadable
from catalog.ports import Fetched, Progress, StagedTable, TableRequest, Unchanged
from catalog.source_kinds import CheckStep, OfferedTable, Option, OptionType
from catalog.sources import HarvestSource
from catalog.vietnamese import nfc
from harvesters.access import ACCESS_OPTIONS, check_access
from harvesters.full_reads import file_mark
from harvesters.kinds import Kind
from harvesters.outside import Outside
from harvesters.reading import read_file
from harvesters.remote_files import SUFFIXES, RemoteFolder
from harvesters.sftp_files import check_sftp_folder, fetch_sftp, sftp_names
from harvesters.sftp_server import check_sftp
from harvesters.staging import staging_path

_PLACES = ("path", "base_url", "sftp")
"""The options that say where the files are."""


class FileFolder(Kind):
    name = "files"
    title = "Thư mục tệp hoặc tệp trên mạng"
    title_en = "Folder of files, or files on the web"
    help = "Tệp bảng tính, CSV, JSON, XML trong một thư mục mà máy chủ thu thập đọc được, hoặc ở địa chỉ http(s)."
    help_en = "Workbooks, CSV, JSON and XML files in a folder that the harvesting server can read, or on the web."
    locator_help = "Tên tệp, ví dụ dan-so.csv hoặc nien-giam.xlsx#Trang tính; hoặc một địa chỉ https://…/dan-so.csv."
    locator_help_en = (
        "The name of a file, such as dan-so.csv or nien-giam.xlsx#Sheet; or an address https://…/dan-so.csv."
    )
    reads_tables = True
    options = (
        Option(
            "path",
            "Thư mục",
            "Folder",
            "Đường dẫn tuyệt đối trên máy chủ thu thập.",
            "An absolute path on the harvesting server.",
        ),
        Option(
            "base_url",
            "Địa chỉ gốc",
            "Base address",
            "Thay cho thư mục: tên tệp được nối vào sau địa chỉ này.",
            "Instead of a folder: names of files are appended to this address.",
            type=OptionType.ADDRESS,
        ),
        Option(
            "sftp",
            "Địa chỉ SFTP",
            "SFTP address",
            "Thay cho thư mục: sftp://tài-khoản@máy-chủ:22/thư-mục; mật khẩu ở mục riêng.",
            "Instead of a folder: sftp://account@host:22/folder; the password is an option of its own.",
        ),
        Option(
            "host_key",
            "Dấu khóa máy chủ SFTP",
            "Fingerprint of the SFTP server's key",
            "Dạng SHA256:…; bấm thử nguồn để xem khóa máy chủ trình ra.",
            "As SHA256:…; try the source out to see the key that the server shows.",
        ),
        Option(
            "private_key",
            "Khóa riêng (SFTP)",
            "Private key (SFTP)",
            "Thay cho mật khẩu; nội dung tệp khóa, xuống dòng viết là \\n.",
            "Instead of a password: the content of the key file, with \\n for line ends.",
            secret=True,
        ),
        *ACCESS_OPTIONS,
    )

    @classmethod
    def check_together(cls, options: Mapping[str, str]) -> None:
        check_access(options)
        if sum(name in options for name in _PLACES) != 1:
            raise InvalidInput(
                "Cần đúng một trong các mục: thư mục (path), địa chỉ gốc (base_url) hoặc địa chỉ SFTP (sftp).",
                "Exactly one is needed: a folder (path), a base address (base_url) or an SFTP address (sftp).",
                options={"path": "cần đúng một trong các mục: path, base_url, sftp"},
            )
        if "sftp" in options:
            check_sftp(options["sftp"], options.get("host_key", ""))

    @classmethod
    def reads_server(cls, options: Mapping[str, str]) -> bool:
        return not (options.get("base_url") or options.get("sftp"))

    def fetch(
        self,
        source: HarvestSource,
        requests: Sequence[TableRequest],
        folder: Path,
        progress: Progress,
        outside: Outside,
    ) -> Iterator[tuple[TableRequest, Fetched]]:
        if source.options.get("sftp"):
            yield from fetch_sftp(source, requests, folder, progress, outside)
            return
        with outside.client() as client:
            yield from fetch_files(source, requests, folder, progress, RemoteFolder(client, source))

    def check(self, source: HarvestSource, outside: Outside) -> Iterator[CheckStep]:
        if source.options.get("sftp"):
            yield from check_sftp_folder(source, outside)
            return
        with outside.client() as client:
            yield from RemoteFolder(client, source).check()
        if source.options.get("base_url"):
            return
        root = Path(source.options.get("path", ""))
        if not _can_be_listed(root):
            error = _no_folder(source)
            yield CheckStep("Mở thư mục", "Open the folder", False, error.message, error.message_en)
            return
        files = len(_files_of(root))
        yield CheckStep("Mở thư mục", "Open the folder", True, f"có {files} tệp đọc được", f"{files} readable files")

    def offered(self, source: HarvestSource, outside: Outside) -> Iterator[OfferedTable]:
        if source.options.get("base_url"):
            return
        if source.options.get("sftp"):
            yield from map(OfferedTable, sftp_names(source, outside))
            return
        root = Path(source.options.get("path", ""))
        if not _can_be_listed(root):
            raise _no_folder(source)
        yield from (OfferedTable(name) for name in _files_of(root))


def _files_of(root: Path) -> list[str]:
    """The files of a folder that can be read, by their names inside it."""
    found = (path for path in root.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    return sorted(nfc(path.relative_to(root).as_posix()) for path in found if not path.is_symlink())


def fetch_files(
    source: HarvestSource,
    requests: Sequence[TableRequest],
    folder: Path,
    progress: Progress,
    remote: RemoteFolder | None = None,
) -> Iterator[tuple[TableRequest, Fetched]]:
    """See :class:`catalog.ports.Fetch`. All columns of a file are kept, rows as they stand; a row with more or fewer
    cells than the header stays so, for the gate to judge. Empty rows after the last full one are dropped.
    Without ``remote`` only files of the folder are read."""
    root = Path(source.options.get("path", ""))
    far = [remote if remote and remote.has(request.table.locator) else None for request in requests]
    if not (requests and all(far)) and (not source.options.get("path") or not _can_be_listed(root)):
        raise _no_folder(source)
    for position, (request, place) in enumerate(zip(requests, far, strict=True)):
        try:
            outcome: Fetched = (
                place.fetch(request, folder, position, progress)
                if place
                else _read_table(root, request, staging_path(folder, position, request.table.key), progress)
            )
        except SourceError as error:
            if place and (of_all := place.of_all(request, error)):
                raise of_all from None
            outcome = error
        yield request, outcome


def _no_folder(source: HarvestSource) -> SourceUnreachable:
    return SourceUnreachable(
        f"Nguồn “{source.name}”: không mở được thư mục; kiểm tra đường dẫn và quyền đọc.",
        f"Source “{source.name}”: its folder cannot be opened; check the path and the right to read it.",
        source=source.name,
    )


def _can_be_listed(root: Path) -> bool:
    try:
        next(root.iterdir(), None)
    except OSError:
        return False
    return True


def _read_table(root: Path, request: TableRequest, path: Path, progress: Progress) -> Fetched:
    """The staged table, or that its file is the one already known. Whatever goes wrong on the disk of the source is a
    ``SourceError`` of this table alone."""
    name, _, sheet = request.table.locator.partition("#")
    try:
        file = _file_inside(root, name)
        mark = file_mark(request.table.key, file)
        if mark and mark == request.known:
            return Unchanged(mark)
        return replace(_stage(file, name, sheet, request, path, progress), fingerprint=mark)
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
