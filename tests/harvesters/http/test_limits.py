"""Servers that drip, keep silent or pour without end: every answer has an end in time and size."""

from __future__ import annotations

import gzip
import time
import zlib
from pathlib import Path

import pytest

from catalog.errors import SourceUnreadable
from harvesters.http_client import Fetched, Reason
from tests.harvesters.web_client import client_of, failure_at
from tests.harvesters.web_server import Asked, Line, Page, head, reply, serving


def moved(location: str, status: str = "302 Found") -> bytes:
    return reply(b"", status, Location=location)


# Time


def drips_head(asked: Asked, line: Line) -> None:
    line.send(b"HTTP/1.1 200 OK\r\n")
    line.drip(b"X: y\r\n")


def drips_body(asked: Asked, line: Line) -> None:
    line.send(head(Content_Length="100000"))
    line.drip(b"x")


def drips_chunks(asked: Asked, line: Line) -> None:
    line.send(head(Transfer_Encoding="chunked"))
    line.drip(b"1\r\nx\r\n")


def drips_early_answers(asked: Asked, line: Line) -> None:
    line.drip(b"HTTP/1.1 100 Continue\r\n\r\n")


def keeps_silent(asked: Asked, line: Line) -> None:
    line.keep_silent()


@pytest.mark.parametrize("page", [drips_head, drips_body, drips_chunks, drips_early_answers, keeps_silent])
def test_a_dripping_answer_ends_with_the_time_of_the_whole(page: Page) -> None:
    began = time.monotonic()
    with serving({"/": page}) as site, client_of(seconds=0.2, attempts=3) as client:
        assert failure_at(client, site.url).reason is Reason.SLOW
    assert time.monotonic() - began < 4
    assert len(site.asked) == 1


def test_dripping_redirects_share_one_time() -> None:
    def slowly(asked: Asked, line: Line) -> None:
        time.sleep(0.08)
        line.send(moved("/"))

    with serving({"/": slowly}) as site, client_of(seconds=0.2) as client:
        assert failure_at(client, site.url).reason is Reason.SLOW


def test_silence_is_told_from_slowness() -> None:
    with serving({"/": keeps_silent}) as site, client_of(idle=0.05) as client:
        assert failure_at(client, site.url).reason is Reason.SILENT


# Size


def pours_head(asked: Asked, line: Line) -> None:
    line.send(b"HTTP/1.1 200 OK\r\n")
    line.pour(b"X-%d: " % id(line) + b"y" * 5_000 + b"\r\n")


def pours_one_header(asked: Asked, line: Line) -> None:
    line.send(b"HTTP/1.1 200 OK\r\nX: ")
    line.pour(b"y" * 5_000)


def pours_early_answers(asked: Asked, line: Line) -> None:
    line.pour(b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\n")


def pours_trailer(asked: Asked, line: Line) -> None:
    line.send(head(Transfer_Encoding="chunked") + b"1\r\nx\r\n0\r\nX: ")
    line.pour(b"y" * 5_000)


@pytest.mark.parametrize("page", [pours_head, pours_one_header, pours_early_answers, pours_trailer])
def test_an_endless_head_or_trailer_ends(page: Page) -> None:
    record: list[Fetched] = []
    with serving({"/": page}) as site, client_of(record=record.append, seconds=30) as client:
        assert failure_at(client, site.url).reason in (Reason.HEADERS, Reason.BROKEN)
    assert record[0].received < 2_000_000
    assert record[0].seconds < 5


def pours_body(asked: Asked, line: Line) -> None:
    line.send(head(Connection="close"))
    line.pour(b"x" * 5_000)


def pours_chunks(asked: Asked, line: Line) -> None:
    line.send(head(Transfer_Encoding="chunked"))
    line.pour(b"1388\r\n" + b"x" * 5_000 + b"\r\n")


@pytest.mark.parametrize(
    "page",
    [pours_body, pours_chunks, head(Content_Length="100001"), head(Content_Length="9" * 30), reply(b"x" * 100_001)],
    ids=["endless", "chunks", "says-so", "says-more", "sends-more"],
)
def test_a_body_that_is_too_large_is_refused(page: Page) -> None:
    record: list[Fetched] = []
    with (
        serving({"/": page}) as site,
        client_of(record=record.append, attempts=3) as client,
        pytest.raises(SourceUnreadable, match="100000 byte"),
    ):
        client.get(site.url, most_bytes=100_000)
    assert len(record) == 1
    assert record[0].failure == "too-large"
    assert record[0].received < 400_000


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        pytest.param("gzip", gzip.compress(bytes(20_000_000)), id="gzip"),
        pytest.param("x-gzip", gzip.compress(bytes(60_000)) * 300, id="many-members"),
        pytest.param("deflate", zlib.compress(bytes(20_000_000)), id="deflate"),
        pytest.param("deflate", zlib.compressobj(wbits=-15).compress(bytes(20_000_000)), id="raw-deflate"),
    ],
)
def test_a_packed_bomb_is_refused(encoding: str, packed: bytes, tmp_path: Path) -> None:
    assert len(packed) < 100_000
    with serving({"/": reply(packed, Content_Encoding=encoding)}) as site, client_of() as client:
        with pytest.raises(SourceUnreadable, match="100000 byte"):
            client.get(site.url, most_bytes=100_000)
        with pytest.raises(SourceUnreadable, match="100000 byte"):
            client.download(site.url, tmp_path / "bom", most_bytes=100_000)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        pytest.param("gzip", gzip.compress(b"Thanh ") + gzip.compress(b"Hoa"), id="two-members"),
        pytest.param("GZIP", gzip.compress(b"Thanh Hoa") + bytes(100), id="padded"),
        pytest.param("deflate", zlib.compress(b"Thanh Hoa"), id="zlib"),
        pytest.param("deflate", zlib.compress(b"Thanh Hoa", wbits=-15), id="no-frame"),
        pytest.param("identity", b"Thanh Hoa", id="as-sent"),
    ],
)
def test_packed_content_is_unpacked(encoding: str, packed: bytes) -> None:
    with serving({"/": reply(packed, Content_Encoding=encoding)}) as site, client_of() as client:
        assert client.get(site.url).content == b"Thanh Hoa"


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        pytest.param("br", b"\x0b\x02\x80Thanh\x03", id="brotli"),
        pytest.param("gzip, gzip", gzip.compress(gzip.compress(b"x")), id="twice"),
        pytest.param("gzip", b"Thanh Hoa", id="not-gzip"),
        pytest.param("gzip", gzip.compress(b"Thanh Hoa" * 99)[:-12], id="gzip-cut"),
        pytest.param("deflate", zlib.compress(b"Thanh Hoa")[:-6], id="deflate-cut"),
    ],
)
def test_damaged_or_strange_packing_is_no_content(encoding: str, packed: bytes) -> None:
    with (
        serving({"/": reply(packed, Content_Encoding=encoding)}) as site,
        client_of() as client,
        pytest.raises(SourceUnreadable, match="nén"),
    ):
        client.get(site.url)
