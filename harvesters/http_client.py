"""The only place that opens an outside connection: one guarded client for every kind of source, schema, hook and link.

What it keeps to: http and https alone; no loopback, private, link-local, metadata, multicast or reserved address
however written, checked on the address connected to, at every redirect anew; no proxy, password file or cookie of the
environment; credentials only to the site they belong to; TLS verified always; an end to heads, bodies, unpacked bytes
and time; retries with growing pauses where the server asks or stumbles, and rest for servers that keep failing.
"""

from __future__ import annotations

import json
import logging
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import BinaryIO
from urllib.parse import urlencode

from catalog.errors import SourceError, SourceMissing, reporting_full_disk
from harvesters.http.answers import Answer, Fetched, parse_json
from harvesters.http.credentials import ApiKey, Basic, Bearer, Credential, checked_headers
from harvesters.http.dialing import Budget, Dialer, GuardedAdapter, Resolve, system_resolver
from harvesters.http.exchange import Call, Exchange, Trace
from harvesters.http.failures import FetchFailed, Reason, TooLargeDocument
from harvesters.http.politeness import Politeness
from harvesters.http.retries import is_passing, pause_before
from harvesters.http.settings import ClientSettings
from harvesters.http.targets import Target, read_host, read_target

__all__ = [
    "Answer",
    "ApiKey",
    "Basic",
    "Bearer",
    "ClientSettings",
    "Credential",
    "FetchFailed",
    "Fetched",
    "HttpClient",
    "Politeness",
    "Reason",
    "connect_outside",
    "fetch_document",
    "parse_json",
]

MOST_BYTES = 50_000_000
MOST_DOWNLOADED = 2_000_000_000
DOWNLOAD_SECONDS = 1_800.0

logger = logging.getLogger("harvesters.http")


class _NoAddresses(logging.Filter):
    """urllib3 logs addresses in full, tokens in their queries included; what matters is logged here."""

    def filter(self, record: logging.LogRecord) -> bool:
        return False


_NO_ADDRESSES = _NoAddresses()


def _ignore(told: object) -> None:
    """For callers that keep no record."""


@dataclass(frozen=True, slots=True)
class _Seen:
    etag: str | None = None
    last_modified: str | None = None

    def conditions(self) -> dict[str, str]:
        pairs = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in pairs.items() if value and value.isascii() and value.isprintable()}


class HttpClient:
    """Fetches within the rules of this module; threads may share one. ``record`` is called with every attempt,
    ``politeness`` may be shared by clients. Use as a context manager: leaving it closes its connections.

    Every method raises ``FetchFailed`` (a ``SourceUnreachable``: refused, no answer, error of the server; its
    ``reason``, ``explanation`` and ``retry_after`` are for operators), ``SourceMissing`` (404, 410) and
    ``SourceUnreadable`` (too large, damaged); ``InvalidInput`` for headers that cannot be sent. Making a client raises
    ``InvalidInput`` for settings that cannot be."""

    def __init__(
        self,
        settings: ClientSettings | None = None,
        *,
        politeness: Politeness | None = None,
        record: Callable[[Fetched], object] = _ignore,
        resolve: Resolve = system_resolver,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._settings = settings = settings or ClientSettings()
        self._rules = settings.rules()
        self._record = record
        self._sleep = sleep
        self._told_unencrypted: set[str] = set()
        dialer = Dialer(self._rules, connect_seconds=settings.connect_seconds, resolve=resolve)
        self._adapter = GuardedAdapter(dialer, settings.context(), connections=settings.connections)
        self._exchange = Exchange(
            self._adapter,
            dialer,
            politeness or Politeness(),
            check=self._check_target,
            user_agent=settings.user_agent,
        )
        for name in ("urllib3.connection", "urllib3.connectionpool"):
            logging.getLogger(name).addFilter(_NO_ADDRESSES)
        if settings.allow_loopback:
            logger.warning("development switch: outside connections may go to this machine itself (loopback)")
        for network in settings.internal_networks:
            logger.warning("outside connections may go to the internal network %s", network)

    def __enter__(self) -> HttpClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections kept open."""
        self._adapter.close()

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: Credential | None = None,
        accept: str = "*/*",
        most_bytes: int = MOST_BYTES,
    ) -> Answer:
        """The content at ``url``, whole and in memory. ``params`` are added to its query."""
        call = self._call("GET", url, params, {"Accept": accept, **checked_headers(headers)}, auth, most_bytes)
        return self._answer(call)

    def get_if_changed(
        self,
        url: str,
        *,
        etag: str | None,
        last_modified: str | None,
        params: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: Credential | None = None,
        accept: str = "*/*",
        most_bytes: int = MOST_BYTES,
    ) -> Answer | None:
        """Like :meth:`get`, but nothing if the server says that it is what had this ``etag`` or ``last_modified``."""
        headers = {"Accept": accept, **checked_headers(headers)}
        call = self._call("GET", url, params, headers, auth, most_bytes, seen=_Seen(etag, last_modified))
        answer = self._answer(call)
        return None if answer.fetched.not_modified else answer

    def head(self, url: str, *, auth: Credential | None = None) -> Fetched:
        """What the server says about ``url`` without its content: status, ETag, Last-Modified, length."""
        return self._run(self._call("HEAD", url, None, {}, auth, 0), BytesIO())[1]

    def download(
        self,
        url: str,
        path: Path,
        *,
        params: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: Credential | None = None,
        accept: str = "*/*",
        most_bytes: int = MOST_DOWNLOADED,
        seconds: float = DOWNLOAD_SECONDS,
        etag: str | None = None,
        last_modified: str | None = None,
        on_answer: Callable[[Answer], object] = _ignore,
    ) -> Fetched:
        """Writes the content to the new file ``path``, with its size and SHA-256 in the record. No file is left after
        a failure, nor where the record says ``not_modified`` (only if ``etag`` or ``last_modified`` is given).
        ``on_answer`` is told the answer, for its headers; it has no content. Raises ``FileExistsError``,
        ``StorageFull``."""
        headers = {"Accept": accept, **checked_headers(headers)}
        call = self._call(
            "GET", url, params, headers, auth, most_bytes, seen=_Seen(etag, last_modified), seconds=seconds
        )
        with path.open("xb") as file:
            try:
                with reporting_full_disk():
                    trace, fetched = self._run(call, file)
                    file.flush()
            except BaseException:
                path.unlink()
                raise
        if fetched.not_modified:
            path.unlink()
        on_answer(Answer(b"", trace.target.url, trace.headers, fetched))
        return fetched

    def post_form(
        self, url: str, fields: Mapping[str, str], *, auth: Credential | None = None, most_bytes: int = 1_000_000
    ) -> Answer:
        """The answer to a form, such as a request for an OAuth 2 token. Sent once, never redirected."""
        headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        return self._answer(self._call("POST", url, None, headers, auth, most_bytes, body=urlencode(fields).encode()))

    def post_json(
        self, url: str, value: object, *, auth: Credential | None = None, most_bytes: int = 1_000_000
    ) -> Answer:
        """The answer to a JSON document, such as a notification. Sent once, never redirected. The path of a hook may
        be its secret: records and errors show the site alone."""
        headers = {"Accept": "*/*", "Content-Type": "application/json"}
        body = json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
        return self._answer(self._call("POST", url, None, headers, auth, most_bytes, body=body, site_only=True))

    def check(self, url: str) -> None:
        """Raises what :meth:`get` would raise for an address that is wrong in itself: for forms, before it is saved.
        Asks no name server."""
        try:
            self._check_target(read_target(url))
        except FetchFailed as failure:
            raise self._told(failure, "") from None

    def _call(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None,
        headers: Mapping[str, str],
        auth: Credential | None,
        most_bytes: int,
        *,
        seen: _Seen | None = None,
        body: bytes | None = None,
        seconds: float | None = None,
        site_only: bool = False,
    ) -> Call:
        try:
            target = read_target(url, params)
        except FetchFailed as failure:
            raise self._told(failure, "") from None
        if auth is not None and target.scheme == "http" and target.origin not in self._told_unencrypted:
            self._told_unencrypted.add(target.origin)
            logger.warning("a key or password goes to %s without encryption", target.origin)
        return Call(
            method=method,
            target=target,
            most_bytes=most_bytes,
            seconds=seconds or self._settings.total_seconds,
            idle_seconds=self._settings.idle_seconds,
            headers=headers,
            conditions=seen.conditions() if seen else {},
            credential=auth,
            body=body,
            shown=target.origin + "/…" if site_only else "",
        )

    def _answer(self, call: Call) -> Answer:
        content = BytesIO()
        trace, fetched = self._run(call, content)
        return Answer(content.getvalue(), trace.target.url, trace.headers, fetched)

    def _run(self, call: Call, sink: BinaryIO) -> tuple[Trace, Fetched]:
        """Attempts until one succeeds, fails for good, or is the last; each starts ``sink`` anew. None begins after the
        seconds of the call, so that all of them take less than twice as long."""
        ends = time.monotonic() + call.seconds
        for attempt in range(1, self._settings.attempts + 1):
            sink.seek(0)
            sink.truncate()
            try:
                return self._attempt(call, attempt, sink)
            except FetchFailed as failure:
                pause = pause_before(attempt + 1, failure)
                last = attempt == self._settings.attempts or not call.may_be_repeated
                too_late = pause > self._settings.longest_pause or time.monotonic() + pause > ends
                if last or too_late or not is_passing(failure):
                    raise self._told(failure, call.place) from None
            self._sleep(pause)
        raise AssertionError("at least one attempt is made")

    def _attempt(self, call: Call, attempt: int, sink: BinaryIO) -> tuple[Trace, Fetched]:
        trace = self._exchange.begin(call, attempt)
        try:
            self._exchange.run(trace, sink)
        except FetchFailed as failure:
            logger.info("%s %s, attempt %d: %s", call.method, call.place, attempt, failure.explanation_en)
            self._record(trace.fetched(failure.reason.code))
            raise
        except SourceError as error:
            logger.info("%s %s: %s", call.method, call.place, error.code)
            self._record(trace.fetched(_code_of(error)))
            raise
        fetched = trace.fetched()
        self._record(fetched)
        return trace, fetched

    def _check_target(self, target: Target) -> None:
        if target.port not in (80, 443) and target.port < 1024 and target.port not in self._settings.ports:
            raise FetchFailed(Reason.PORT, f"port {target.port}")
        if target.is_numeric and (why := self._rules.refusal(target.host)):
            raise FetchFailed(Reason.ADDRESS, f"{target.host} ({why})")

    def _told(self, failure: FetchFailed, place: str) -> FetchFailed:
        logger.warning("nothing fetched from %s: %s", place or "an address", failure.explanation_en)
        return failure.at(place)


def _code_of(error: SourceError) -> str:
    if isinstance(error, SourceMissing):
        return "missing"
    return "too-large" if isinstance(error, TooLargeDocument) else "unreadable"


def connect_outside(
    host: str, port: int, *, settings: ClientSettings | None = None, seconds: float = 10
) -> socket.socket:
    """A connection for another protocol (mail, SFTP), to allowed addresses only and made in ``seconds``, which is its
    time-out from then on; the caller closes it. Raises ``FetchFailed``."""
    settings = settings or ClientSettings()
    try:
        name = host if ":" in host else read_host(host)
        budget = Budget(seconds=seconds, idle_seconds=seconds, head_bytes=0, body_bytes=0)
        connection = Dialer(settings.rules(), connect_seconds=seconds).dial(name, port, budget)
    except FetchFailed as failure:
        logger.warning("no connection to port %d outside: %s", port, failure.explanation_en)
        raise failure.at("") from None
    connection.settimeout(seconds)
    return connection


def fetch_document(url: str, *, most_bytes: int, settings: ClientSettings | None = None) -> bytes:
    """The JSON document at ``url``; see :class:`HttpClient` for limits and errors."""
    with HttpClient(settings) as client:
        return client.get(url, most_bytes=most_bytes, accept="application/json").content
