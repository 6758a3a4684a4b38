"""Files of a folder on an SFTP server, fetched into the run's folder and read like those that lie there."""

from __future__ import annotations

import hashlib
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from catalog.errors import SourceError, SourceMissing, SourceUnreachable, SourceUnreadable, reporting_full_disk
from catalog.ports import Fetched, Progress, TableRequest, Unchanged
from catalog.source_kinds import CheckStep
from catalog.sources import HarvestSource
from catalog.vietnamese import nfc
from harvesters.file_marks import FileMark
from harvesters.full_reads import dated, still_good
from harvesters.outside import Outside
from harvesters.remote_files import SUFFIXES, file_name, read_fetched
from harvesters.sftp_server import SftpServer, missing_file, sftp_server, unreadable_file

FETCH_SECONDS = 1_800.0
LARGEST_FILE = 2_000_000_000
MOST_LISTED = 2_000
SETTLED_SECONDS = 3_600
PIECE = 1 << 18


class SftpFolder:
    """The folder of a source on its server. Raises ``SourceError``."""

    def __init__(self, server: SftpServer) -> None:
        self._server = server

    def names(self) -> list[str]:
        """The files in the folder that can be read; those of folders inside it have to be named by a person."""
        with self._server.explaining():
            found = self._server.files.listdir_attr(self._server.root)[:MOST_LISTED]
        regular = [nfc(item.filename) for item in found if stat.S_ISREG(item.st_mode or 0)]
        return sorted(name for name in regular if Path(name).suffix.lower() in SUFFIXES)

    def fetch(self, request: TableRequest, folder: Path, position: int, progress: Progress) -> Fetched:
        """The table in a file, or that the file is as large and as old as it was. Raises ``SourceError``."""
        name, _, sheet = request.table.locator.partition("#")
        known = FileMark.parse(still_good(request.table.key, request.known))
        place = folder / f"{position:03d}-tai-ve"
        place.mkdir()
        with self._server.explaining(name):
            far, before = self._found(name)
            if known.sha256 and known.modified and known.modified == before:
                return Unchanged(request.known)
            path = place / "tep"
            sha256 = self._download(far, before, path)
            if self._stamp(far) != before:
                raise _changed(name)
        mark = FileMark(modified=before if _is_settled(before) else "", sha256=sha256)
        fingerprint = dated(request.table.key, mark.fingerprint())
        if known.sha256 == sha256:
            path.unlink()
            return Unchanged(fingerprint)
        table = read_fetched(path, file_name(far, "", ""), name, sheet, request, folder, position, progress)
        return replace(table, fingerprint=fingerprint)

    def _found(self, name: str) -> tuple[str, str]:
        """Where the file called ``name`` lies, whichever way its accents are encoded there, and its stamp."""
        parts = name.split("/")
        if not name.strip() or name.startswith("/") or ".." in parts or "\\" in name or "\x00" in name:
            raise unreadable_file(name, "chỉ nhận tệp nằm trong thư mục nguồn", "only files inside the folder are read")
        place = self._server.root
        for part in parts:
            entries = self._server.files.listdir_attr(place)
            entry = next((item for item in entries if nfc(item.filename) == nfc(part)), None)
            if entry is None:
                raise missing_file(name)
            if stat.S_ISLNK(entry.st_mode or 0):
                raise unreadable_file(name, "là một liên kết", "it is a link")
            place = f"{place}/{entry.filename}"
        return place, self._stamp(place)

    def _stamp(self, far: str) -> str:
        status = self._server.files.lstat(far)
        if not stat.S_ISREG(status.st_mode or 0):
            raise FileNotFoundError(far)
        return f"{status.st_size}-{status.st_mtime}"

    def _download(self, far: str, stamp: str, path: Path) -> str:
        """The SHA-256 of the file, which lies at ``path`` then; ``stamp`` is what it had before."""
        digest, size, until = hashlib.sha256(), 0, time.monotonic() + FETCH_SECONDS
        with self._server.files.open(far, "rb") as source, path.open("xb") as target:
            source.prefetch(int(stamp.partition("-")[0]), max_concurrent_requests=32)
            while piece := source.read(PIECE):
                size += len(piece)
                if size > LARGEST_FILE or time.monotonic() > until:
                    raise unreadable_file(
                        far.rpartition("/")[2], "quá lớn hoặc quá chậm", "it is too large or too slow"
                    )
                digest.update(piece)
                with reporting_full_disk():
                    target.write(piece)
        return digest.hexdigest()


def _is_settled(stamp: str) -> bool:
    """Whether the file is old enough that its time, in whole seconds and by another clock, tells a later change."""
    modified = stamp.rpartition("-")[2]
    return modified.isdigit() and time.time() - int(modified) > SETTLED_SECONDS


def fetch_sftp(
    source: HarvestSource, requests: Sequence[TableRequest], folder: Path, progress: Progress, outside: Outside
) -> Iterator[tuple[TableRequest, Fetched]]:
    """See :class:`catalog.ports.Fetch`."""
    with _opened(source, outside) as files:
        for position, request in enumerate(requests):
            try:
                outcome: Fetched = files.fetch(request, folder, position, progress)
            except SourceUnreachable:
                raise
            except SourceError as error:
                outcome = error
            yield request, outcome


def check_sftp_folder(source: HarvestSource, outside: Outside) -> Iterator[CheckStep]:
    """Tries the server out, step by step."""
    connecting, listing = ("Kết nối SFTP", "Connect by SFTP"), ("Mở thư mục", "Open the folder")
    try:
        with _opened(source, outside) as files:
            yield CheckStep(*connecting, True)
            count = len(files.names())
            yield CheckStep(*listing, True, f"có {count} tệp đọc được", f"{count} readable files")
    except SourceMissing:
        yield CheckStep(*listing, False, "không có thư mục này trên máy chủ", "there is no such folder on the server")
    except SourceUnreachable as error:
        yield CheckStep(*connecting, False, error.message, error.message_en)
    except SourceError as error:
        yield CheckStep(*listing, False, error.message, error.message_en)


def sftp_names(source: HarvestSource, outside: Outside) -> list[str]:
    """The files that can be read. Raises ``SourceError``."""
    with _opened(source, outside) as files:
        return files.names()


@contextmanager
def _opened(source: HarvestSource, outside: Outside) -> Iterator[SftpFolder]:
    with sftp_server(source, outside) as server:
        yield SftpFolder(server)


def _changed(name: str) -> SourceUnreadable:
    return unreadable_file(
        name, "bị ghi đè trong lúc đang tải; chạy lại khi đã lưu xong", "it was written to while it was fetched"
    )
