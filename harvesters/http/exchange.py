"""One attempt to fetch something: from the first byte sent, over redirects, to the last byte received."""

from __future__ import annotations

import hashlib
import http.client
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import BinaryIO

import requests
from urllib3.exceptions import HTTPError

from catalog.errors import SourceError
from harvesters.http.answers import Fetched
from harvesters.http.bodies import PIECE, BadPacking, TooLarge, unpacked
from harvesters.http.credentials import Credential, header_for
from harvesters.http.dialing import Budget, Dialer, GuardedAdapter
from harvesters.http.failures import MISSING_STATUSES, FetchFailed, Reason, missing, too_large, unreadable
from harvesters.http.politeness import Politeness
from harvesters.http.retries import failure_of, retry_after_seconds
from harvesters.http.targets import Target

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MOST_REDIRECTS = 5
MOST_HEAD_BYTES = 1 << 16
ACCEPTED_PACKING = "gzip, deflate"


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked for. ``headers`` go to the origin of ``target`` only, ``conditions`` also where it redirects to."""

    method: str
    target: Target
    most_bytes: int
    seconds: float
    idle_seconds: float
    headers: Mapping[str, str] = field(default_factory=dict)
    conditions: Mapping[str, str] = field(default_factory=dict)
    credential: Credential | None = field(default=None, repr=False)
    body: bytes | None = field(default=None, repr=False)
    shown: str = ""
    """How the address appears in records and sentences; without secrets."""

    @property
    def place(self) -> str:
        return self.shown or self.target.shown

    @property
    def may_be_repeated(self) -> bool:
        """Whether asking twice does no harm."""
        return self.method in ("GET", "HEAD")


@dataclass(slots=True)
class Trace:
    """What happened in one attempt so far."""

    call: Call
    attempt: int
    budget: Budget
    target: Target
    when: datetime = field(default_factory=lambda: datetime.now(UTC))
    began: float = field(default_factory=time.monotonic)
    redirects: int = 0
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    size: int = 0
    sha256: str = ""

    def fetched(self, failure: str = "") -> Fetched:
        """The record of it."""
        length = self.headers.get("content-length", "")
        return Fetched(
            method=self.call.method,
            url=self.call.place,
            final_url=self.target.shown if self.redirects else self.call.place,
            status=self.status,
            when=self.when,
            seconds=time.monotonic() - self.began,
            attempt=self.attempt,
            redirects=self.redirects,
            received=self.budget.received,
            size=self.size,
            sha256=self.sha256,
            etag=self.headers.get("etag", "")[:500],
            last_modified=self.headers.get("last-modified", "")[:100],
            content_type=self.headers.get("content-type", "")[:200],
            length=int(length) if length.isascii() and length.isdigit() and len(length) < 16 else None,
            end_is_known=bool(length) or self.headers.get("transfer-encoding", "").lower() == "chunked",
            failure=failure,
        )


class Exchange:
    """Makes attempts over the connections of one client."""

    def __init__(
        self,
        adapter: GuardedAdapter,
        dialer: Dialer,
        politeness: Politeness,
        *,
        check: Callable[[Target], None],
        user_agent: str,
    ) -> None:
        self._adapter = adapter
        self._dialer = dialer
        self._politeness = politeness
        self._check = check
        self._user_agent = user_agent

    def begin(self, call: Call, attempt: int) -> Trace:
        """An attempt whose time runs from now; waiting for a turn at the server does not count."""
        return Trace(call, attempt, self._budget(call), call.target)

    def run(self, trace: Trace, sink: BinaryIO) -> None:
        """Writes the unpacked content to ``sink`` and fills ``trace``. Raises ``FetchFailed``, ``SourceMissing`` (404,
        410) and ``SourceUnreadable`` (too large, badly packed)."""
        while True:
            self._check(trace.target)
            with self._turn(trace), closing(self._answer(trace)) as answer:
                if trace.status not in REDIRECTS or "location" not in trace.headers:
                    _receive(answer, trace, sink)
                    return
            trace.target = _next(trace)
            trace.redirects += 1

    def _budget(self, call: Call) -> Budget:
        return Budget(
            seconds=call.seconds,
            idle_seconds=call.idle_seconds,
            head_bytes=MOST_HEAD_BYTES,
            body_bytes=2 * call.most_bytes + (1 << 20),
        )

    @contextmanager
    def _turn(self, trace: Trace) -> Iterator[None]:
        host = trace.target.host
        with self._politeness.turn(host):
            if not trace.redirects:
                trace.budget = self._budget(trace.call)
            try:
                yield
            except FetchFailed as failure:
                if failure.reason.of_server or failure.status == 429 or failure.status >= 500:
                    self._politeness.failed(host, retry_after=failure.retry_after)
                raise
            except SourceError:
                self._politeness.answered(host)
                raise
            self._politeness.answered(host)

    def _answer(self, trace: Trace) -> requests.Response:
        call, target = trace.call, trace.target
        headers = {"User-Agent": self._user_agent, "Accept": "*/*", "Accept-Encoding": ACCEPTED_PACKING}
        headers |= call.conditions
        if target.origin == call.target.origin:
            headers |= call.headers
        headers |= header_for(call.credential, target)
        self._dialer.budget = trace.budget
        idle = trace.budget.wait()
        try:
            asked = requests.Request(call.method, target.url, headers=headers, data=call.body).prepare()
            answer = self._adapter.send(asked, stream=True, timeout=(idle, idle), proxies={})
        except (requests.RequestException, HTTPError, http.client.HTTPException, OSError, ValueError) as error:
            raise failure_of(error, time_is_over=trace.budget.is_over) from None
        trace.status = answer.status_code
        trace.headers = {name.lower(): value for name, value in answer.headers.items()}
        return answer


def _next(trace: Trace) -> Target:
    if not trace.call.may_be_repeated:
        raise FetchFailed(Reason.REDIRECTS, "an answer to what was sent may not lead elsewhere")
    if trace.redirects >= MOST_REDIRECTS:
        raise FetchFailed(Reason.REDIRECTS, f"more than {MOST_REDIRECTS} redirects")
    location = trace.headers["location"]
    with_accents = location.encode("latin-1", "replace").decode("utf-8", "replace")
    return trace.target.join(with_accents)


def _receive(answer: requests.Response, trace: Trace, sink: BinaryIO) -> None:
    status = trace.status
    if status == 304 and trace.call.conditions:
        return
    if status in MISSING_STATUSES:
        raise missing(trace.call.place, status)
    if not 200 <= status < 300 or status in (205, 206):
        wait = retry_after_seconds(trace.headers.get("retry-after"), datetime.now(UTC))
        raise FetchFailed(Reason.STATUS, _said_of(trace), status=status, retry_after=wait)
    if trace.call.method == "HEAD":
        return
    _refuse_length(trace)
    try:
        _copy(answer, trace, sink)
    except TooLarge:
        raise too_large(trace.call.place, trace.call.most_bytes) from None
    except BadPacking:
        raise unreadable(
            trace.call.place, "nội dung nén bị hỏng hoặc nén kiểu lạ", "packed in a strange way, or damaged"
        ) from None


def _refuse_length(trace: Trace) -> None:
    if trace.headers.get("transfer-encoding", "chunked").strip().lower() not in ("chunked", "identity"):
        raise FetchFailed(Reason.BROKEN, "sent in a way that was not asked for")
    length = trace.headers.get("content-length", "").strip()
    if length and not (length.isascii() and length.isdigit()) and "transfer-encoding" not in trace.headers:
        raise FetchFailed(Reason.BROKEN, "a length that is no number")
    if length.isdigit() and (len(length) > 15 or int(length) > trace.call.most_bytes):
        raise too_large(trace.call.place, trace.call.most_bytes)


def _copy(answer: requests.Response, trace: Trace, sink: BinaryIO) -> None:
    digest = hashlib.sha256()
    for piece in unpacked(
        _sent(answer, trace.budget), trace.headers.get("content-encoding", ""), trace.call.most_bytes
    ):
        digest.update(piece)
        sink.write(piece)
        trace.size += len(piece)
        trace.budget.wait()
    trace.sha256 = digest.hexdigest()


def _sent(answer: requests.Response, budget: Budget) -> Iterator[bytes]:
    """The body as it comes. Only what the network does wrong is translated, not what a full disk does."""
    try:
        yield from answer.raw.stream(PIECE, decode_content=False)
    except (HTTPError, http.client.HTTPException, OSError, ValueError) as error:
        raise failure_of(error, time_is_over=budget.is_over) from None


def _said_of(trace: Trace) -> str:
    if trace.call.credential is not None and not header_for(trace.call.credential, trace.target):
        return "it led to another site, where the credential is not sent"
    return f"status {trace.status}"
