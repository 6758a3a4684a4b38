"""Servers that redirect to forbidden places, drip, pour, cut off, pack bombs or refuse: all end soon."""

from __future__ import annotations

import contextlib
import gzip
import time
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import CatalogError, SourceMissing, SourceUnreadable
from harvesters.http_client import Fetched, FetchFailed, Politeness, Reason
from tests.harvesters.web_client import REFUSAL, client_of, failure_at
from tests.harvesters.web_server import Asked, Line, Page, head, reply, serving


def moved(location: str, status: str = "302 Found") -> bytes:
    return reply(b"", status, Location=location)


# Redirects


@pytest.mark.parametrize(
    "location",
    [
        *(
            "http://169.254.169.254/latest/meta-data/",
            "http://10.0.0.1/",
            "http://[::ffff:127.0.0.1]/",
            "//2130706433/",
        ),
        *("http://0x7f.1/", "http://192.168.1.1:8080/", "http://[64:ff9b::7f00:1]/", "https://172.16.0.1/"),
        *("file:///etc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/", "http://ai:khoa@127.0.0.1/", "http://[/"),
        *("http://127.0.0.1:22/", "javascript:alert(1)", "http://127.0.0.1\\@a.vn/", "http://a..b/"),
    ],
)
def test_no_redirect_leads_to_a_forbidden_place(location: str) -> None:
    with serving({"/": moved(location)}) as site, client_of() as client:
        failure = failure_at(client, site.url + "/")
    assert failure.reason in (Reason.ADDRESS, Reason.NOT_WEB, Reason.CREDENTIALS, Reason.PORT)
    assert failure.message == REFUSAL.format(site.url + "/")
    assert len(site.asked) == 1


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_a_redirect_is_followed_also_to_another_server(status: str) -> None:
    with (
        serving({"/dich": reply(b"x")}) as there,
        serving({"/": moved(there.url + "/dich", status)}) as here,
        client_of() as client,
    ):
        answer = client.get(here.url + "/")
        assert (answer.content, answer.url, answer.fetched.redirects) == (b"x", there.url + "/dich", 1)
        assert answer.fetched.url == here.url + "/"


def test_five_redirects_are_followed_and_no_more() -> None:
    pages: dict[str, Page] = {f"/{step}": moved(f"/{step + 1}") for step in range(6)}
    with serving({**pages, "/6": reply(b"x")}) as site, client_of() as client:
        assert client.get(site.url + "/1").content == b"x"
        assert failure_at(client, site.url + "/0").reason is Reason.REDIRECTS


def test_a_loop_ends() -> None:
    with serving({"/vong": moved("/vong")}) as site, client_of() as client:
        assert failure_at(client, site.url + "/vong").reason is Reason.REDIRECTS
    assert len(site.asked) == 6


def test_a_redirect_may_hold_vietnamese_letters() -> None:
    with serving({"/": moved(b"/b%E1%BA%A3ng".decode()), "/b%E1%BA%A3ng": reply(b"x")}) as site:
        site.pages["/utf8"] = head("302 Found", Content_Length="0", Location="/@").replace(b"@", "bảng".encode())
        with client_of() as client:
            assert client.get(site.url + "/").content == b"x"
            assert client.get(site.url + "/utf8").content == b"x"


def test_what_was_sent_is_not_sent_on() -> None:
    with (
        serving({"/token": moved("/khac", "307 Temporary"), "/khac": reply(b"{}")}) as site,
        client_of() as client,
        pytest.raises(FetchFailed) as failure,
    ):
        client.post_form(site.url + "/token", {"client_secret": "bi-mat"})
    assert failure.value.reason is Reason.REDIRECTS
    assert site.paths() == ["/token"]


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
    assert time.monotonic() - began < 1.5
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
        ("gzip", gzip.compress(bytes(20_000_000))),
        ("x-gzip", gzip.compress(bytes(60_000)) * 300),
        ("deflate", zlib.compress(bytes(20_000_000))),
        ("deflate", zlib.compressobj(wbits=-15).compress(bytes(20_000_000))),
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
        ("gzip", gzip.compress(b"Thanh ") + gzip.compress(b"Hoa")),
        ("GZIP", gzip.compress(b"Thanh Hoa") + bytes(100)),
        ("deflate", zlib.compress(b"Thanh Hoa")),
        ("deflate", zlib.compress(b"Thanh Hoa", wbits=-15)),
        ("identity", b"Thanh Hoa"),
    ],
)
def test_packed_content_is_unpacked(encoding: str, packed: bytes) -> None:
    with serving({"/": reply(packed, Content_Encoding=encoding)}) as site, client_of() as client:
        assert client.get(site.url).content == b"Thanh Hoa"


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("br", b"\x0b\x02\x80Thanh\x03"),
        ("gzip, gzip", gzip.compress(gzip.compress(b"x"))),
        ("gzip", b"Thanh Hoa"),
        ("gzip", gzip.compress(b"Thanh Hoa" * 99)[:-12]),
        ("deflate", zlib.compress(b"Thanh Hoa")[:-6]),
    ],
)
def test_damaged_or_strange_packing_is_no_content(encoding: str, packed: bytes) -> None:
    with (
        serving({"/": reply(packed, Content_Encoding=encoding)}) as site,
        client_of() as client,
        pytest.raises(SourceUnreadable, match="nén"),
    ):
        client.get(site.url)


# Cut off


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


# Errors of the server, and asking again


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone"])
def test_nothing_there_is_told_plainly(status: str) -> None:
    with (
        serving({"/": reply(b"", status)}) as site,
        client_of(attempts=3) as client,
        pytest.raises(SourceMissing, match=status[:3]),
    ):
        client.get(site.url)
    assert len(site.asked) == 1


@pytest.mark.parametrize(
    ("status", "attempts", "said"),
    [("401 No", 1, "khóa"), ("403 No", 1, "khóa"), ("400 No", 1, "400"), ("500 No", 3, "500"), ("503 No", 3, "503")],
)
def test_an_error_of_the_server_is_named_and_repeated_where_it_may_pass(status: str, attempts: int, said: str) -> None:
    pauses: list[float] = []
    with serving({"/": reply(b"", status)}) as site, client_of(attempts=3, sleep=pauses.append) as client:
        failure = failure_at(client, site.url)
    assert (failure.reason, failure.status) == (Reason.STATUS, int(status[:3]))
    assert said in failure.message
    assert len(site.asked) == attempts
    assert pauses == sorted(pauses)
    assert len(pauses) == attempts - 1


def test_a_server_that_recovers_is_heard() -> None:
    record: list[Fetched] = []
    left: list[Page] = [resets, reply(b"", "502 Bad Gateway"), says_more_than_it_sends, reply(b"ba lan sai")]

    def answers_in_turn(asked: Asked, line: Line) -> None:
        page = left.pop(0)
        if isinstance(page, bytes):
            line.send(page)
        else:
            page(asked, line)

    with serving({"/": answers_in_turn}) as site, client_of(attempts=4, record=record.append) as client:
        assert client.get(site.url).content == b"ba lan sai"
    assert [fetched.failure for fetched in record] == ["broken", "status", "broken", ""]
    assert [fetched.attempt for fetched in record] == [1, 2, 3, 4]


def test_a_repeated_download_begins_anew(tmp_path: Path) -> None:
    left: list[bytes] = [head(Content_Length="100") + b"nua dau", reply(b"tron ven")]
    with serving({"/": lambda asked, line: line.send(left.pop(0))}) as site, client_of(attempts=2) as client:
        client.download(site.url, tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b"tron ven"


def test_what_is_sent_is_sent_once() -> None:
    with serving({"/": reply(b"", "503 Later")}) as site, client_of(attempts=3) as client, pytest.raises(FetchFailed):
        client.post_json(site.url, {"a": 1})
    assert len(site.asked) == 1


@pytest.mark.parametrize("as_date", [False, True])
def test_the_wish_to_be_left_alone_is_kept(as_date: bool) -> None:
    now = [0.0]
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        now[0] += seconds

    wish = format_datetime(datetime.now(UTC) + timedelta(seconds=8), usegmt=True) if as_date else "7"
    left = [reply(b"", "429 Too Many", Retry_After=wish), reply(b"x")]
    politeness = Politeness(interval=0, clock=lambda: now[0], sleep=sleep)
    with (
        serving({"/": lambda asked, line: line.send(left.pop(0))}) as site,
        client_of(attempts=2, sleep=sleep, politeness=politeness) as client,
    ):
        assert client.get(site.url).content == b"x"
    assert 6 <= sum(pauses) <= 9


def test_a_long_wish_is_handed_on_to_whoever_plans() -> None:
    with serving({"/": reply(b"", "503 Later", Retry_After="3600")}) as site, client_of(attempts=4) as client:
        failure = failure_at(client, site.url)
    assert failure.retry_after == 3600
    assert len(site.asked) == 1


@pytest.mark.parametrize("wish", ["-5", "x", "", "1e9", "9" * 90, "Wed, 99 Foo 2026", "٣"])
def test_a_strange_wish_is_no_harm(wish: str) -> None:
    page = head("503 Later", Content_Length="0", Retry_After="@").replace(b"@", wish.encode())
    with serving({"/": page}) as site, client_of(attempts=2) as client:
        assert failure_at(client, site.url).retry_after in (None, 86_400)


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
