"""Documents from outside, within limits: forbidden places, endless answers and other sites' secrets stay out of reach."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from catalog.errors import SourceMissing
from harvesters.http_client import (
    ClientSettings,
    Fetched,
    FetchFailed,
    HttpClient,
    Politeness,
)
from tests.harvesters.web_server import Page, head, reply, serving

REFUSED = "Không tải được “{url}”; kiểm tra địa chỉ, hoặc hỏi quản trị viên của cổng dữ liệu."


@contextmanager
def client_of(
    *,
    attempts: int = 1,
    seconds: float = 5,
    idle: float = 5,
    record: Callable[[Fetched], object] = lambda fetched: None,
    sleep: Callable[[float], object] = lambda seconds: None,
    **settings: Any,
) -> Iterator[HttpClient]:
    """A client for servers of these tests: loopback is open, pauses take no time."""
    rules = ClientSettings(allow_loopback=True, attempts=attempts, total_seconds=seconds, idle_seconds=idle, **settings)
    politeness = Politeness(interval=0, at_once=50, patience=1_000)
    with HttpClient(rules, politeness=politeness, record=record, sleep=sleep) as client:
        yield client


def failure_at(client: HttpClient, url: str) -> FetchFailed:
    with pytest.raises(FetchFailed) as failure:
        client.get(url, most_bytes=100_000)
    return failure.value


def moved(location: str, status: str = "302 Found") -> bytes:
    return reply(b"", status, Location=location)


# What is fetched


def test_a_document_is_fetched_with_its_record() -> None:
    record: list[Fetched] = []
    with (
        serving({"/bang.csv": reply(b"a,b\n", ETag='"1"', Content_Type="text/csv")}) as site,
        client_of(record=record.append) as client,
    ):
        answer = client.get(site.url + "/bang.csv")
    assert answer.content == b"a,b\n"
    assert record == [answer.fetched]
    assert (answer.fetched.status, answer.fetched.size, answer.fetched.etag) == (200, 4, '"1"')
    assert answer.fetched.content_type == "text/csv"
    assert answer.fetched.sha256 == hashlib.sha256(b"a,b\n").hexdigest()
    assert answer.fetched.when.tzinfo is UTC


def test_connections_are_used_again() -> None:
    with serving({"/": reply(b"x")}) as site, client_of() as client:
        for _ in range(3):
            assert client.get(site.url).content == b"x"
    assert site.connections == 1


def test_parameters_are_added_to_the_query() -> None:
    with serving({"/tim": reply(b"{}")}) as site, client_of() as client:
        client.get(site.url + "/tim?q=sở y tế", params={"trang": 2, "loc": ["a", "b&c"], "bo": None})
    assert site.paths() == ["/tim?q=s%E1%BB%9F%20y%20t%E1%BA%BF&trang=2&loc=a&loc=b%26c"]


def test_a_file_is_downloaded_with_its_hash(tmp_path: Path) -> None:
    content = os.urandom(300_000)
    with serving({"/a.zip": reply(content)}) as site, client_of() as client:
        fetched = client.download(site.url + "/a.zip", tmp_path / "a.zip")
    assert (tmp_path / "a.zip").read_bytes() == content
    assert (fetched.size, fetched.sha256) == (300_000, hashlib.sha256(content).hexdigest())


def test_a_failed_download_leaves_no_file(tmp_path: Path) -> None:
    pages: dict[str, Page] = {"/": head(Content_Length="10") + b"abc", "/404": reply(b"", "404 Not Found")}
    with serving(pages) as site, client_of() as client:
        site.pages["/"] = lambda asked, line: line.send(head(Content_Length="10") + b"abc")
        for path, error in (("/", FetchFailed), ("/404", SourceMissing)):
            with pytest.raises(error):
                client.download(site.url + path, tmp_path / "a")
    assert list(tmp_path.iterdir()) == []
