"""What an error of the network means, and how long to wait before asking again."""

from __future__ import annotations

import random
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import urllib3.exceptions

from harvesters.http.failures import FetchFailed, Reason

PASSING_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
FIRST_PAUSE = 0.5
LONGEST_RETRY_AFTER = 86_400.0
_CUT = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)


def failure_of(error: BaseException, *, time_is_over: bool) -> FetchFailed:
    """An error of requests, urllib3 or a socket as a failure. Its own text is not used: it holds addresses in full."""
    causes = list(_causes(error))
    detail = next((said for cause in causes if (said := _said(cause))), type(error).__name__)
    if time_is_over:
        return FetchFailed(Reason.SLOW, "the whole exchange takes too long")
    if any(isinstance(cause, ssl.SSLError) and not isinstance(cause, _CUT) for cause in causes):
        return FetchFailed(Reason.TLS, detail)
    if any(isinstance(cause, TimeoutError | urllib3.exceptions.TimeoutError) for cause in causes):
        return FetchFailed(Reason.SILENT, "no bytes for too long")
    return FetchFailed(Reason.BROKEN, detail)


def is_passing(failure: FetchFailed) -> bool:
    """Whether the same question may be answered soon."""
    return failure.reason.passing or failure.status in PASSING_STATUSES or failure.reason is Reason.COOLING


def pause_before(attempt: int, failure: FetchFailed) -> float:
    """Seconds to wait before ``attempt`` (2 is the first repetition): doubled each time, less a random part so that
    many clients do not come back together; never before the server wants."""
    pause = FIRST_PAUSE * 2.0 ** (attempt - 2)
    return (failure.retry_after or 0.0) + pause * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, guards nothing


def retry_after_seconds(value: str | None, now: datetime) -> float | None:
    """The header ``Retry-After`` (RFC 9110 §10.2.3: seconds or a date), at most a day; nothing for what is neither."""
    if not value or len(value) > 100:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return min(float(value), LONGEST_RETRY_AFTER)
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    aware = date if date.tzinfo else date.replace(tzinfo=UTC)
    return min(max((aware - now).total_seconds(), 0.0), LONGEST_RETRY_AFTER)


def _causes(error: BaseException) -> Iterator[BaseException]:
    waiting: list[BaseException] = [error]
    seen: set[int] = set()
    while waiting and len(seen) < 20:
        cause = waiting.pop(0)
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        linked = (*cause.args, getattr(cause, "reason", None), cause.__cause__, cause.__context__)
        waiting += [other for other in linked if isinstance(other, BaseException)]


def _said(cause: BaseException) -> str:
    if isinstance(cause, ssl.SSLCertVerificationError):
        return cause.verify_message
    if isinstance(cause, ssl.SSLError):
        return cause.reason or ""
    if isinstance(cause, OSError) and cause.errno:
        return cause.strerror or ""
    return ""
