"""Files of a folder on an SFTP server, fetched into the run's folder and read like those that lie there.

Needs the extra ``sftp``. A server is believed only by the fingerprint of its key, as the operator entered it; nothing
is ever written there.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import unquote, urlsplit

from catalog.errors import (
    InvalidInput,
    SourceError,
    SourceMissing,
    SourceUnreachable,
    SourceUnreadable,
    reporting_full_disk,
)
from catalog.ports import Fetched, Progress, TableRequest, Unchanged
from catalog.source_kinds import CheckStep
from catalog.sources import HarvestSource
from catalog.vietnamese import nfc
from harvesters.access import explained
from harvesters.file_marks import FileMark
from harvesters.http_client import FetchFailed, connect_outside
from harvesters.outside import Outside
from harvesters.remote_files import SUFFIXES, file_name, read_fetched

if TYPE_CHECKING:
    import paramiko

CONNECT_SECONDS = 15.0
FETCH_SECONDS = 1_800.0
LARGEST_FILE = 2_000_000_000
MOST_LISTED = 2_000
SETTLED_SECONDS = 3_600
PIECE = 1 << 18

_ADDRESS = re.compile(r"sftp://([^/?#@\s:]+)@([^/?#@\s]+)(/[^?#]*)?")
_FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")


def check_sftp(address: str, host_key: str) -> None:
    """Raises ``InvalidInput`` for an address or a fingerprint that cannot be."""
    parts = urlsplit(address) if _ADDRESS.fullmatch(address) else None
    try:
        is_good = parts is not None and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        is_good = False
    if not is_good:
        raise _wrong("sftp", "phải có dạng sftp://tài-khoản@máy-chủ/thư-mục", "must be sftp://account@host/folder")
    if host_key and not _FINGERPRINT.fullmatch(host_key):
        raise _wrong("host_key", "phải có dạng SHA256:… (43 ký tự)", "must be SHA256:… (43 characters)")


class SftpFolder:
    """The folder of a source, opened for one run or trial; use as a context manager. Entering raises ``SourceError``
    for a server that does not answer, is not the one it should be, or does not let us in."""

    def __init__(self, source: HarvestSource, outside: Outside) -> None:
        parts = urlsplit(source.options.get("sftp", ""))
        self._source = source
        self._outside = outside
        self._user = unquote(parts.username or "")
        self._host = parts.hostname or ""
        self._port = parts.port or 22
        self._root = unquote(parts.path).rstrip("/") or "."
        self._transport: paramiko.Transport | None = None
        self._files: Any = None

    def __enter__(self) -> Self:
        try:
            with self._explaining():
                self._open()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def names(self) -> list[str]:
        """The files in the folder that can be read; those of folders inside it have to be named by a person."""
        with self._explaining():
            found = self._files.listdir_attr(self._root)[:MOST_LISTED]
        regular = [nfc(item.filename) for item in found if stat.S_ISREG(item.st_mode or 0)]
        return sorted(name for name in regular if Path(name).suffix.lower() in SUFFIXES)

    def fetch(self, request: TableRequest, folder: Path, position: int, progress: Progress) -> Fetched:
        """The table in a file, or that the file is as large and as old as it was. Raises ``SourceError``."""
        name, _, sheet = request.table.locator.partition("#")
        known = FileMark.parse(request.known)
        place = folder / f"{position:03d}-tai-ve"
        place.mkdir()
        with self._explaining(name):
            far, before = self._found(name)
            if known.sha256 and known.modified and known.modified == before:
                return Unchanged(request.known)
            path = place / "tep"
            sha256 = self._download(far, before, path)
            if self._stamp(far) != before:
                raise _changed(name)
        mark = FileMark(modified=before if _is_settled(before) else "", sha256=sha256)
        if known.sha256 == sha256:
            path.unlink()
            return Unchanged(mark.fingerprint())
        table = read_fetched(path, file_name(far, "", ""), name, sheet, request, folder, position, progress)
        return replace(table, fingerprint=mark.fingerprint())

    # --- the connection ----------------------------------------------------------------------------------------------

    def _open(self) -> None:
        import paramiko

        connection = connect_outside(self._host, self._port, settings=self._outside.settings, seconds=CONNECT_SECONDS)
        self._transport = transport = paramiko.Transport(connection)
        transport.banner_timeout = transport.auth_timeout = CONNECT_SECONDS
        transport.start_client(timeout=CONNECT_SECONDS)
        self._check_host_key(transport)
        key = self._source.options.get("private_key", "")
        if key:
            transport.auth_publickey(self._user, _private_key(key))
        else:
            transport.auth_password(self._user, self._source.options.get("password", ""))
        self._files = transport.open_sftp_client()
        self._files.get_channel().settimeout(CONNECT_SECONDS)

    def _check_host_key(self, transport: paramiko.Transport) -> None:
        digest = hashlib.sha256(transport.get_remote_server_key().asbytes()).digest()
        shown = "SHA256:" + base64.b64encode(digest).decode("ascii").rstrip("=")
        wanted = self._source.options.get("host_key", "")
        if shown == wanted:
            return
        why, why_en = ("không phải khóa đã khai báo", "which is not the one entered") if wanted else ("", "")
        raise SourceUnreachable(
            f"Nguồn “{self._source.name}”: máy chủ trình khóa {shown} {why}; hỏi đơn vị quản lý máy chủ, đúng thì ghi"
            " vào mục “host_key”.",
            f"Source “{self._source.name}”: the server shows the key {shown} {why_en}; ask those who run it, and if it"
            " is right enter it as “host_key”.",
            source=self._source.name,
        )

    def _close(self) -> None:
        if self._transport is not None:
            self._transport.close()
        self._transport = self._files = None

    @contextmanager
    def _explaining(self, name: str = "") -> Iterator[None]:
        """Errors of the library, told as ours; with ``name`` those of that file alone."""
        import paramiko

        try:
            yield
        except SourceError as error:
            if isinstance(error, FetchFailed):
                raise self._unreachable(*explained(error)) from None
            raise
        except FileNotFoundError:
            raise _missing(name) from None
        except PermissionError:
            raise _unreadable(name, "không có quyền đọc", "there is no right to read it") from None
        except paramiko.AuthenticationException:
            raise self._unreachable(
                "máy chủ từ chối tài khoản; kiểm tra mật khẩu hoặc khóa.",
                "the server refuses the account; check password or key.",
            ) from None
        except (paramiko.SSHException, EOFError, OSError) as error:
            if name and self._transport is not None and self._transport.is_active():
                raise _unreadable(name, "không đọc được đến hết", "it cannot be read to its end") from None
            raise self._unreachable(
                f"kết nối SFTP đứt hoặc sai giao thức ({type(error).__name__}).",
                f"the SFTP connection breaks or is none ({type(error).__name__}).",
            ) from None

    def _unreachable(self, why: str, why_en: str) -> SourceUnreachable:
        return SourceUnreachable(
            f"Nguồn “{self._source.name}”: {why}",
            f"Source “{self._source.name}”: {why_en}",
            source=self._source.name,
        )

    # --- files -------------------------------------------------------------------------------------------------------

    def _found(self, name: str) -> tuple[str, str]:
        """Where the file called ``name`` lies, whichever way its accents are encoded there, and its stamp."""
        parts = name.split("/")
        if not name.strip() or name.startswith("/") or ".." in parts or "\\" in name or "\x00" in name:
            raise _unreadable(name, "chỉ nhận tệp nằm trong thư mục nguồn", "only files inside the folder are read")
        place = self._root
        for part in parts:
            entries = self._files.listdir_attr(place)
            entry = next((item for item in entries if nfc(item.filename) == nfc(part)), None)
            if entry is None:
                raise _missing(name)
            if stat.S_ISLNK(entry.st_mode or 0):
                raise _unreadable(name, "là một liên kết", "it is a link")
            place = f"{place}/{entry.filename}"
        return place, self._stamp(place)

    def _stamp(self, far: str) -> str:
        status = self._files.lstat(far)
        if not stat.S_ISREG(status.st_mode or 0):
            raise FileNotFoundError(far)
        return f"{status.st_size}-{status.st_mtime}"

    def _download(self, far: str, stamp: str, path: Path) -> str:
        """The SHA-256 of the file, which lies at ``path`` then; ``stamp`` is what it had before."""
        digest, size, until = hashlib.sha256(), 0, time.monotonic() + FETCH_SECONDS
        with self._files.open(far, "rb") as source, path.open("xb") as target:
            source.prefetch(int(stamp.partition("-")[0]), max_concurrent_requests=32)
            while piece := source.read(PIECE):
                size += len(piece)
                if size > LARGEST_FILE or time.monotonic() > until:
                    raise _unreadable(far.rpartition("/")[2], "quá lớn hoặc quá chậm", "it is too large or too slow")
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


def _opened(source: HarvestSource, outside: Outside) -> SftpFolder:
    try:
        import paramiko  # noqa: F401 - only whether it is there
    except ImportError:
        raise SourceUnreachable(
            f"Nguồn “{source.name}”: máy chủ thu thập chưa cài phần đọc SFTP (gói dulieumo[sftp]).",
            f"Source “{source.name}”: SFTP is not installed on the harvesting server (dulieumo[sftp]).",
            source=source.name,
        ) from None
    return SftpFolder(source, outside)


def _private_key(text: str) -> paramiko.PKey:
    """The key in ``text`` (PEM or OpenSSH, without a password of its own)."""
    import paramiko

    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            key: paramiko.PKey = kind.from_private_key(io.StringIO(text.replace("\\n", "\n")))
        except (paramiko.SSHException, ValueError, IndexError):
            continue
        return key
    raise paramiko.AuthenticationException


def _missing(name: str) -> SourceMissing:
    return SourceMissing(
        f"Không tìm thấy tệp “{name}” trên máy chủ SFTP; kiểm tra tên tệp, cả dấu và phần mở rộng.",
        f"No file “{name}” on the SFTP server; check its name, accents and extension.",
        file=name,
    )


def _unreadable(name: str, why: str, why_en: str) -> SourceUnreadable:
    return SourceUnreadable(f"Tệp “{name}”: {why}.", f"File “{name}”: {why_en}.", file=name)


def _changed(name: str) -> SourceUnreadable:
    return _unreadable(
        name, "bị ghi đè trong lúc đang tải; chạy lại khi đã lưu xong", "it was written to while it was fetched"
    )


def _wrong(option: str, reason: str, reason_en: str) -> InvalidInput:
    return InvalidInput(
        f"Mục “{option}”: {reason}.", f"Option “{option}”: {reason_en}.", options={option: reason}, option=option
    )
