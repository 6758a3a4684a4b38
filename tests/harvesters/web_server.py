"""A web server on loopback that answers exactly what a test says, also what no honest server would."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO

DRIP_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came; names of ``headers`` in small letters."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


class Line:
    """The server's end of a connection."""

    def __init__(self, connection: socket.socket, closing: threading.Event) -> None:
        self._connection = connection
        self._closing = closing

    def send(self, sent: bytes) -> None:
        self._connection.sendall(sent)

    def drip(self, sent: bytes) -> None:
        """Again and again, until the other side has enough."""
        while not self._closing.wait(DRIP_SECONDS):
            self._connection.sendall(sent)

    def pour(self, sent: bytes) -> None:
        """The same without pausing."""
        while not self._closing.is_set():
            self._connection.sendall(sent)

    def keep_silent(self) -> None:
        """Until the test is over or the other side leaves."""
        self._connection.recv(1)

    def reset(self) -> None:
        """Ends the connection without a good-bye."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self._connection.close()


Page = bytes | Callable[[Asked, Line], None]


@dataclass(slots=True)
class Site:
    """Where it stands, what it answers by path (without the query), and what it was asked."""

    port: int
    pages: dict[str, Page]
    scheme: str = "http"
    host: str = "127.0.0.1"
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0

    @property
    def url(self) -> str:
        return f"{self.scheme}://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]


def reply(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """A proper answer. ``_`` in names of headers becomes ``-``."""
    named = {"Content-Length": str(len(body)), **{name.replace("_", "-"): value for name, value in headers.items()}}
    return head(status, **named) + body


def head(status: str = "200 OK", **headers: str) -> bytes:
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode("latin-1")


@contextmanager
def serving(pages: Mapping[str, Page], *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Iterator[Site]:
    """The site while the block lasts. A connection ends after a page that is a function."""
    listener = socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    closing = threading.Event()
    site = Site(listener.getsockname()[1], dict(pages), "https" if tls else "http", host)
    threads: list[threading.Thread] = []
    connections: list[socket.socket] = []

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connections.append(connection)
            site.connections += 1
            threads.append(threading.Thread(target=_serve, args=(connection, site, closing, tls)))
            threads[-1].start()

    accepting = threading.Thread(target=accept)
    accepting.start()
    try:
        yield site
    finally:
        closing.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        accepting.join()
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()


def _serve(raw: socket.socket, site: Site, closing: threading.Event, tls: ssl.SSLContext | None) -> None:
    with contextlib.suppress(OSError, ValueError), raw:
        connection = tls.wrap_socket(raw, server_side=True) if tls else raw
        with connection, connection.makefile("rb") as stream:
            while asked := _read(stream):
                site.asked.append(asked)
                page = site.pages.get(asked.path.partition("?")[0], reply(b"", "404 Not Found"))
                if not isinstance(page, bytes):
                    page(asked, Line(connection, closing))
                    return
                connection.sendall(page)


def _read(stream: BinaryIO) -> Asked | None:
    line = stream.readline().decode("latin-1")
    if not line:
        return None
    method, path, _ = line.split(" ", 2)
    headers = {}
    while line := stream.readline().decode("latin-1").strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return Asked(method, path, headers, stream.read(int(headers.get("content-length", "0"))))
