"""Connections that go only where they may: a name is resolved once, each address is checked, and the connection is made
to that very address while TLS still verifies the name. So no second answer of a name server can lead elsewhere.

A :class:`Budget` of time and bytes goes with every exchange down to the socket: neither a head nor a body that drips,
nor one that never ends, outlives it.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, ClassVar

import certifi
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPResponse, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HeaderParsingError
from urllib3.util.response import assert_header_parsing
from urllib3.util.ssl_ import create_urllib3_context

from harvesters.http.addresses import AddressRules
from harvesters.http.failures import FetchFailed, Reason

MOST_ADDRESSES_TRIED = 4

Resolve = Callable[[str, int], Sequence[tuple[Any, ...]]]
"""Like :func:`socket.getaddrinfo` for streams: family, kind, protocol, name, socket address."""


def system_resolver(host: str, port: int) -> Sequence[tuple[Any, ...]]:
    """The addresses the operating system knows for ``host``."""
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


class Budget:
    """What one exchange may still use: seconds until its end, bytes from the network. Used by one thread."""

    def __init__(self, *, seconds: float, idle_seconds: float, head_bytes: int, body_bytes: int) -> None:
        self._ends = time.monotonic() + seconds
        self._idle_seconds = idle_seconds
        self._head_bytes = head_bytes
        self._body_bytes = body_bytes
        self._bytes_left = head_bytes
        self._in_head = True
        self.received = 0

    def wait(self, most: float | None = None) -> float:
        """Seconds to wait for the network at most. Raises ``FetchFailed`` (``SLOW``) when the time is over."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise FetchFailed(Reason.SLOW, "the whole exchange takes too long")
        return min(left, most or self._idle_seconds)

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._ends

    def head(self) -> None:
        """A head begins; redirects have one each."""
        self._bytes_left, self._in_head = self._head_bytes, True

    def body(self) -> None:
        """The head is read, a body may follow."""
        self._bytes_left, self._in_head = self._body_bytes, False

    def spend(self, count: int) -> None:
        """``count`` bytes have come. Raises ``FetchFailed`` when they are too many."""
        self.received += count
        self._bytes_left -= count
        if self._bytes_left < 0:
            raise FetchFailed(Reason.HEADERS if self._in_head else Reason.BROKEN, "more bytes than any answer may have")


class GuardedSocket(socket.socket):
    """A plain socket that keeps within the budget of the exchange it serves."""

    budget: Budget | None = None

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        if self.budget is None:
            return super().recv_into(*args, **kwargs)
        self.settimeout(self.budget.wait())
        count = super().recv_into(*args, **kwargs)
        self.budget.spend(count)
        return count


class GuardedTlsSocket(ssl.SSLSocket):
    """The same above TLS; counts what comes out of it."""

    budget: Budget | None = None

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        if self.budget is None:
            return super().recv_into(*args, **kwargs)
        self.settimeout(self.budget.wait())
        count = super().recv_into(*args, **kwargs)
        self.budget.spend(count)
        return count


class Dialer:
    """Opens connections to allowed addresses only. Threads may share one; each has an exchange of its own."""

    def __init__(self, rules: AddressRules, *, connect_seconds: float, resolve: Resolve = system_resolver) -> None:
        self._rules = rules
        self._connect_seconds = connect_seconds
        self._resolve = resolve
        self._of_thread = threading.local()

    @property
    def budget(self) -> Budget:
        """Of the exchange this thread is in."""
        budget: Budget = self._of_thread.budget
        return budget

    @budget.setter
    def budget(self, budget: Budget) -> None:
        self._of_thread.budget = budget

    def dial(self, host: str, port: int, budget: Budget) -> GuardedSocket:
        """A connection to one of the allowed addresses of ``host``; the caller closes it. For mail and other protocols
        as well. Raises ``FetchFailed`` (``NAME``, ``ADDRESS``, ``CONNECT``, ``SILENT``, ``SLOW``)."""
        allowed = self._allowed(host, port, budget)
        failure = FetchFailed(Reason.CONNECT)
        for family, place in allowed[:MOST_ADDRESSES_TRIED]:
            connection = GuardedSocket(family, socket.SOCK_STREAM)
            try:
                connection.settimeout(budget.wait(self._connect_seconds))
                connection.connect(place)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except TimeoutError:
                connection.close()
                failure = FetchFailed(Reason.SILENT, f"no connection to {place[0]} in time")
            except OSError as error:
                connection.close()
                failure = FetchFailed(Reason.CONNECT, f"{place[0]}: {error.strerror or type(error).__name__}")
            except BaseException:
                connection.close()
                raise
            else:
                return connection
        raise failure

    def _allowed(self, host: str, port: int, budget: Budget) -> list[tuple[Any, tuple[Any, ...]]]:
        allowed, refused = [], []
        for family, _, _, _, place in self._resolved(host, port, budget):
            why = self._rules.refusal(place[0]) if family in (socket.AF_INET, socket.AF_INET6) else "another family"
            if why is None:
                allowed.append((family, place))
            else:
                refused.append(f"{place[0]} ({why})")
        if not allowed:
            raise FetchFailed(Reason.ADDRESS, f"{host} is {', '.join(refused[:MOST_ADDRESSES_TRIED]) or 'nowhere'}")
        return allowed

    def _resolved(self, host: str, port: int, budget: Budget) -> Sequence[tuple[Any, ...]]:
        """Asks in a thread of its own: a name server that keeps silent must not hold the exchange up."""
        outcome: list[Sequence[tuple[Any, ...]] | Exception] = []

        def ask() -> None:
            try:
                outcome.append(self._resolve(host, port))
            except (OSError, ValueError) as error:
                outcome.append(error)

        asking = threading.Thread(target=ask, name="name-lookup", daemon=True)
        asking.start()
        asking.join(budget.wait(self._connect_seconds))
        if not outcome:
            raise FetchFailed(Reason.NAME, f"no answer about {host} in time")
        if isinstance(outcome[0], Exception):
            raise FetchFailed(Reason.NAME, f"{host}: {getattr(outcome[0], 'strerror', None) or 'not a name'}")
        return outcome[0]


class _Connection(HTTPConnection):
    dialer: ClassVar[Dialer]

    def _new_conn(self) -> socket.socket:
        return self.dialer.dial(self._dns_host, self.port, self.dialer.budget)

    def connect(self) -> None:
        super().connect()
        self._bind()

    def request(self, *args: Any, **kwargs: Any) -> None:
        self.dialer.budget.head()
        self._bind()
        super().request(*args, **kwargs)

    def getresponse(self) -> HTTPResponse:  # type: ignore[override] # as urllib3 itself does
        answer = super().getresponse()
        _refuse_half_read_head(answer)
        self.dialer.budget.body()
        return answer

    def _bind(self) -> None:
        if isinstance(self.sock, GuardedSocket | GuardedTlsSocket):
            self.sock.budget = self.dialer.budget


def _refuse_half_read_head(answer: HTTPResponse) -> None:
    """A line that is no header hides all that follow it, the length too, and a body cut short would seem whole."""
    try:
        assert_header_parsing(answer._original_response.msg)  # type: ignore[union-attr]
    except HeaderParsingError:
        answer.close()
        raise FetchFailed(Reason.BROKEN, "a line in the head that is no header") from None


class _TlsConnection(_Connection, HTTPSConnection):
    """Verified against the name, by the context of the adapter."""


class GuardedAdapter(HTTPAdapter):
    """Makes ``requests`` connect through a :class:`Dialer`, and verify TLS whatever it is asked."""

    def __init__(self, dialer: Dialer, context: ssl.SSLContext, *, connections: int) -> None:
        self._dialer = dialer
        self._context = context
        super().__init__(pool_connections=connections, pool_maxsize=connections, max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any) -> None:
        self.poolmanager = PoolManager(connections, maxsize=maxsize, block=block, ssl_context=self._context)
        plain = type("GuardedConnection", (_Connection,), {"dialer": self._dialer})
        tls = type("GuardedTlsConnection", (_TlsConnection,), {"dialer": self._dialer})
        self.poolmanager.pool_classes_by_scheme = {
            "http": type("GuardedPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("GuardedTlsPool", (HTTPSConnectionPool,), {"ConnectionCls": tls}),
        }

    def cert_verify(self, conn: Any, url: str, verify: object, cert: object) -> None:
        conn.cert_reqs = "CERT_REQUIRED"


@lru_cache(maxsize=4)
def tls_context(extra_ca_file: str = "") -> ssl.SSLContext:
    """Verifies chain and name, TLS 1.2 or newer; trusts the public authorities and those in ``extra_ca_file`` (PEM),
    read once in the life of the process. Raises ``OSError`` for a file that cannot be read or holds no certificate."""
    context = create_urllib3_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_REQUIRED
    context.check_hostname = True
    context.sslsocket_class = GuardedTlsSocket
    context.load_verify_locations(certifi.where())
    if extra_ca_file:
        context.load_verify_locations(extra_ca_file)
    return context
