"""The guarded client as tests of loopback servers use it: nothing is slow, nothing else is eased."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from harvesters.http.dialing import Resolve, system_resolver
from harvesters.http_client import ClientSettings, Fetched, FetchFailed, HttpClient, Politeness

REFUSAL = "Không tải được “{}”; kiểm tra địa chỉ, hoặc hỏi quản trị viên của cổng dữ liệu."
"""What people read whatever the reason."""


@contextmanager
def client_of(
    *,
    attempts: int = 1,
    seconds: float = 5,
    idle: float = 5,
    record: Callable[[Fetched], object] = lambda fetched: None,
    sleep: Callable[[float], object] = lambda seconds: None,
    politeness: Politeness | None = None,
    resolve: Resolve = system_resolver,
    **settings: Any,
) -> Iterator[HttpClient]:
    """A client for which loopback is open and pauses take no time."""
    known = {"allow_loopback": True, "attempts": attempts, "total_seconds": seconds, "idle_seconds": idle, **settings}
    patient = politeness or Politeness(interval=0, at_once=50, patience=1_000)
    with HttpClient(ClientSettings(**known), politeness=patient, record=record, resolve=resolve, sleep=sleep) as client:
        yield client


def failure_at(client: HttpClient, url: str, **asked: Any) -> FetchFailed:
    """How fetching from ``url`` fails."""
    with pytest.raises(FetchFailed) as failure:
        client.get(url, **{"most_bytes": 100_000, **asked})
    return failure.value
