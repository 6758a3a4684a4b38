"""Answers that end early, break the protocol or are no answer at all are failures, never a smaller content."""

from __future__ import annotations

import contextlib
import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.errors import CatalogError
from harvesters.http_client import FetchFailed, Reason
from tests.harvesters.web_client import REFUSAL, client_of, failure_at
from tests.harvesters.web_server import Asked, Line, Page, head, reply, serving


def says_more_than_it_sends(asked: Asked, line: Line) -> None:
    line.send(head(Content_Length="10") + b"abc")


def ends_between_chunks(asked: Asked, line: Line) -> None:
    line.send(head(Transfer_Encoding="chunked") + b"3\r\nabc\r\n")


def ends_within_a_chunk(asked: Asked, line: Line) -> None:
    line.send(head(Transfer_Encoding="chunked") + b"9\r\nabc")


def says_no_number(asked: Asked, line: Line) -> None:
    line.send(head(Content_Length="abc") + b"abc")


def hides_its_length(asked: Asked, line: Line) -> None:
    line.send(b"HTTP/1.1 200 OK\r\nno header\r\nContent-Length: 10\r\n\r\nabc")


def sends_in_another_way(asked: Asked, line: Line) -> None:
    line.send(head(Transfer_Encoding="gzip, chunked") + b"3\r\nabc\r\n0\r\n\r\n")


def says_two_lengths(asked: Asked, line: Line) -> None:
    line.send(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabcde")


def resets(asked: Asked, line: Line) -> None:
    line.reset()


def resets_within_the_body(asked: Asked, line: Line) -> None:
    line.send(head(Content_Length="10") + b"abc")
    line.reset()


def says_nothing(asked: Asked, line: Line) -> None:
    """Closes at once."""


def speaks_another_language(asked: Asked, line: Line) -> None:
    line.send(b"SSH-2.0-OpenSSH_9.2\r\n")


@pytest.mark.parametrize(
    "page",
    [
        *(says_more_than_it_sends, ends_between_chunks, ends_within_a_chunk, says_no_number, says_two_lengths),
        *(hides_its_length, sends_in_another_way),
        *(resets, resets_within_the_body, says_nothing, speaks_another_language),
    ],
)
def test_an_answer_that_ends_early_or_is_none_is_a_failure(page: Page, tmp_path: Path) -> None:
    with serving({"/": page}) as site, client_of() as client:
        failure = failure_at(client, site.url + "/")
        with pytest.raises(FetchFailed):
            client.download(site.url, tmp_path / "a")
    assert failure.reason is Reason.BROKEN
    assert failure.message == REFUSAL.format(site.url + "/")
    assert list(tmp_path.iterdir()) == []


def test_content_without_a_known_end_is_marked() -> None:
    pages: dict[str, Page] = {
        "/dai": reply(b"abc"),
        "/manh": head(Transfer_Encoding="chunked") + b"3\r\nabc\r\n0\r\n\r\n",
        "/khong-ro": lambda asked, line: line.send(head(Connection="close") + b"abc"),
    }
    with serving(pages) as site, client_of() as client:
        answers = [client.get(site.url + path) for path in pages]
    assert [answer.content for answer in answers] == [b"abc"] * 3
    assert [answer.fetched.end_is_known for answer in answers] == [True, True, False]


def test_where_nobody_listens_the_connection_fails() -> None:
    with serving({}) as site:
        gone = site.url
    with client_of() as client:
        assert failure_at(client, gone).reason is Reason.CONNECT


@pytest.mark.parametrize("status", ["206 Partial Content", "204 No Content", "304 Not Modified", "302 Found"])
def test_only_a_whole_answer_counts(status: str) -> None:
    with serving({"/": reply(b"", status)}) as site, client_of() as client:
        if status.startswith("204"):
            assert client.get(site.url).content == b""
        else:
            assert failure_at(client, site.url).reason is Reason.STATUS


_PIECES = [b"HTTP/1.1 ", b"200 OK", b"302 Found", b"304", b"429 X", b"\r\n", b"\n", b" ", b":", b"\xff", b"\0", b"<"]
_PIECES += [
    b"Content-Length: ",
    b"3",
    b"-1",
    b"Transfer-Encoding: chunked",
    b"0\r\n\r\n",
    b"3\r\nabc\r\n",
    b"x" * 70_000,
]
_PIECES += [b"Content-Encoding: gzip", gzip.compress(b"abc"), b"Location: ", b"//", b"/", b"Retry-After: ", b"Link: "]


@settings(deadline=None)
@given(st.lists(st.one_of(st.sampled_from(_PIECES), st.binary(max_size=6)), max_size=25))
def test_whatever_a_server_sends_is_content_or_an_error_that_the_domain_knows(pieces: list[bytes]) -> None:
    sent = b"HTTP/1.1 200 OK\r\n" * (len(pieces) % 2) + b"".join(pieces)
    with (
        serving({"/": lambda asked, line: line.send(sent)}) as site,
        client_of(seconds=2) as client,
        contextlib.suppress(CatalogError),
    ):
        answer = client.get(site.url, most_bytes=1_000)
        assert len(answer.content) <= 1_000
        answer.link("next")
        answer.json()


@pytest.mark.parametrize(
    "page",
    [
        *(
            b"\0" * 100,
            b"HTTP/1.1 abc\r\n\r\n",
            b"HTTP/9.9 200 OK\r\n\r\n",
            b"\r\n" * 50,
            b"HTTP/1.1 200 OK\r\n: \r\n\r\n",
        ),
        *(b"HTTP/1.1 200\r\n\xff\xfe: \xff\r\n\r\nx", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n"),
        *(b"HTTP/1.1 302 X\r\nLocation: \xff\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: -3\r\n\r\nabc"),
    ],
)
def test_nonsense_is_an_error_that_the_domain_knows(page: bytes) -> None:
    with (
        serving({"/": lambda asked, line: line.send(page)}) as site,
        client_of() as client,
        pytest.raises(CatalogError),
    ):
        client.get(site.url, most_bytes=1_000).json()
