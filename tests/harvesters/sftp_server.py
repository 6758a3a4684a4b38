"""An SFTP server on loopback over a folder, which lets in who knows its password or has its key."""

from __future__ import annotations

import base64
import hashlib
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import paramiko

HOST_KEY = paramiko.ECDSAKey.generate()
PASSWORD = "bi-mat"


@dataclass
class SftpSite:
    """Where it stands; ``on_read`` may disturb the reading of a file."""

    port: int
    folder: Path
    client_key: paramiko.PKey | None = None
    on_read: Callable[[], object] = lambda: None
    connections: list[paramiko.Transport] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        digest = hashlib.sha256(HOST_KEY.asbytes()).digest()
        return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


class _Server(paramiko.ServerInterface):  # type: ignore[misc]
    def __init__(self, site: SftpSite) -> None:
        self._site = site

    def check_auth_password(self, username: str, password: str) -> int:
        good = (username, password) == ("so", PASSWORD)
        return int(paramiko.AUTH_SUCCESSFUL if good else paramiko.AUTH_FAILED)

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        good = self._site.client_key is not None and key.asbytes() == self._site.client_key.asbytes()
        return int(paramiko.AUTH_SUCCESSFUL if good else paramiko.AUTH_FAILED)

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return int(paramiko.OPEN_SUCCEEDED)

    def get_allowed_auths(self, username: str) -> str:
        return "password,publickey"


class _Handle(paramiko.SFTPHandle):  # type: ignore[misc]
    def __init__(self, site: SftpSite, path: Path) -> None:
        super().__init__(os.O_RDONLY)
        self._site = site
        self.readfile = path.open("rb")

    def read(self, offset: int, length: int) -> Any:
        self._site.on_read()
        return super().read(offset, length)


def _files_of(site: SftpSite) -> type[paramiko.SFTPServerInterface]:
    class Files(paramiko.SFTPServerInterface):  # type: ignore[misc]
        """Read-only."""

        def _at(self, path: str) -> Path:
            return site.folder / str(self.canonicalize(path)).lstrip("/")

        def list_folder(self, path: str) -> Any:
            try:
                found = sorted(self._at(path).iterdir())
            except OSError as error:
                return paramiko.SFTPServer.convert_errno(error.errno)
            return [paramiko.SFTPAttributes.from_stat(item.lstat(), item.name) for item in found]

        def lstat(self, path: str) -> Any:
            try:
                return paramiko.SFTPAttributes.from_stat(self._at(path).lstat())
            except OSError as error:
                return paramiko.SFTPServer.convert_errno(error.errno)

        stat = lstat

        def open(self, path: str, flags: int, attr: Any) -> Any:
            if flags & (os.O_WRONLY | os.O_RDWR):
                return paramiko.SFTP_PERMISSION_DENIED
            try:
                return _Handle(site, self._at(path))
            except OSError as error:
                return paramiko.SFTPServer.convert_errno(error.errno)

    return Files


@contextmanager
def sftp_site(folder: Path) -> Iterator[SftpSite]:
    """The server while the block lasts."""
    listener = socket.create_server(("127.0.0.1", 0))
    site = SftpSite(listener.getsockname()[1], folder)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                transport = paramiko.Transport(connection)
                transport.add_server_key(HOST_KEY)
                transport.set_subsystem_handler("sftp", paramiko.SFTPServer, _files_of(site))
                site.connections.append(transport)
                # With an event it does not wait: who leaves at once must not keep the next from being let in.
                transport.start_server(event=threading.Event(), server=_Server(site))

    thread = threading.Thread(target=accept)
    thread.start()
    try:
        yield site
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
        for transport in site.connections:
            transport.close()
            transport.join()
