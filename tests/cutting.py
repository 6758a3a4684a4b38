"""A proxy before a server that cuts the connection after so many bytes, as a failing network does."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

BLOCK = 16_384


@contextmanager
def cutting(upstream: str | tuple[str, int], after: int) -> Iterator[int]:
    """The port on loopback of a proxy before ``upstream`` (a socket's path, or host and port); each connection
    ends once the server has sent ``after`` bytes through it."""
    threads: list[threading.Thread] = []
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:

        def serve() -> None:
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                pair = threading.Thread(target=_carry, args=(client, _connected(upstream), after))
                threads.append(pair)
                pair.start()

        server = threading.Thread(target=serve)
        server.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            server.join()
            for thread in threads:
                thread.join()


def _connected(upstream: str | tuple[str, int]) -> socket.socket:
    if isinstance(upstream, tuple):
        return socket.create_connection(upstream)
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(upstream)
    return connection


def _carry(client: socket.socket, server: socket.socket, after: int) -> None:
    with client, server:
        asking = threading.Thread(target=_pump, args=(client, server, -1))
        asking.start()
        _pump(server, client, after)
        for end in (client, server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        asking.join()


def _pump(source: socket.socket, target: socket.socket, most: int) -> None:
    with suppress(OSError):
        while most and (block := source.recv(BLOCK if most < 0 else min(BLOCK, most))):
            target.sendall(block)
            most -= len(block) if most > 0 else 0
