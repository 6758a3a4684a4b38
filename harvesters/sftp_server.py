"""An SFTP server of a source: believed only by the fingerprint of its key, as the operator entered it. Needs the extra
``sftp``; nothing is ever written there."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import unquote, urlsplit

from catalog.errors import InvalidInput, SourceError, SourceMissing, SourceUnreachable, SourceUnreadable
from catalog.sources import HarvestSource
from harvesters.access import explained
from harvesters.http_client import FetchFailed, connect_outside
from harvesters.outside import Outside

if TYPE_CHECKING:
    import paramiko

CONNECT_SECONDS = 15.0

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


class SftpServer:
    """The server of a source, opened for one run or trial; use as a context manager. Entering raises ``SourceError``
    for a server that does not answer, is not the one it should be, or does not let us in."""

    def __init__(self, source: HarvestSource, outside: Outside) -> None:
        parts = urlsplit(source.options.get("sftp", ""))
        self._source = source
        self._outside = outside
        self._user = unquote(parts.username or "")
        self._host = parts.hostname or ""
        self._port = parts.port or 22
        self.root = unquote(parts.path).rstrip("/") or "."
        self._transport: paramiko.Transport | None = None
        self.files: Any = None
        """paramiko's client, while it is open."""

    def __enter__(self) -> Self:
        try:
            with self.explaining():
                self._open()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

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
        self.files = transport.open_sftp_client()
        self.files.get_channel().settimeout(CONNECT_SECONDS)

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
        self._transport = self.files = None

    @contextmanager
    def explaining(self, name: str = "") -> Iterator[None]:
        """Errors of the library, told as ours; with ``name`` those of that file alone."""
        import paramiko

        try:
            yield
        except SourceError as error:
            if isinstance(error, FetchFailed):
                raise self._unreachable(*explained(error)) from None
            raise
        except FileNotFoundError:
            raise missing_file(name) from None
        except PermissionError:
            raise unreadable_file(name, "không có quyền đọc", "there is no right to read it") from None
        except paramiko.AuthenticationException:
            raise self._unreachable(
                "máy chủ từ chối tài khoản; kiểm tra mật khẩu hoặc khóa.",
                "the server refuses the account; check password or key.",
            ) from None
        except (paramiko.SSHException, EOFError, OSError) as error:
            if name and self._transport is not None and self._transport.is_active():
                raise unreadable_file(name, "không đọc được đến hết", "it cannot be read to its end") from None
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


def sftp_server(source: HarvestSource, outside: Outside) -> SftpServer:
    """The server, to be entered. Raises ``SourceUnreachable`` where SFTP is not installed."""
    try:
        import paramiko  # noqa: F401 - only whether it is there
    except ImportError:
        raise SourceUnreachable(
            f"Nguồn “{source.name}”: máy chủ thu thập chưa cài phần đọc SFTP (gói dulieumo[sftp]).",
            f"Source “{source.name}”: SFTP is not installed on the harvesting server (dulieumo[sftp]).",
            source=source.name,
        ) from None
    return SftpServer(source, outside)


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


def missing_file(name: str) -> SourceMissing:
    return SourceMissing(
        f"Không tìm thấy tệp “{name}” trên máy chủ SFTP; kiểm tra tên tệp, cả dấu và phần mở rộng.",
        f"No file “{name}” on the SFTP server; check its name, accents and extension.",
        file=name,
    )


def unreadable_file(name: str, why: str, why_en: str) -> SourceUnreadable:
    return SourceUnreadable(f"Tệp “{name}”: {why}.", f"File “{name}”: {why_en}.", file=name)


def _wrong(option: str, reason: str, reason_en: str) -> InvalidInput:
    return InvalidInput(
        f"Mục “{option}”: {reason}.", f"Option “{option}”: {reason_en}.", options={option: reason}, option=option
    )
