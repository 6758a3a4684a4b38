"""Errors of the server are named; what may pass is asked again, with pauses, and never sooner than the server wants."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from catalog.errors import SourceMissing
from harvesters.http_client import Fetched, FetchFailed, Politeness, Reason
from tests.harvesters.web_client import client_of, failure_at
from tests.harvesters.web_server import Asked, Line, Page, head, reply, serving


def says_more_than_it_sends(asked: Asked, line: Line) -> None:
    line.send(head(Content_Length="10") + b"abc")


def resets(asked: Asked, line: Line) -> None:
    line.reset()


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


def test_no_attempt_begins_after_the_time_of_the_call() -> None:
    with (
        serving({"/": lambda asked, line: line.keep_silent()}) as site,
        client_of(attempts=50, seconds=2, idle=0.02) as client,
    ):
        assert failure_at(client, site.url).reason is Reason.SILENT
    assert 1 < len(site.asked) < 5


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
        client_of(attempts=2, seconds=60, sleep=sleep, politeness=politeness) as client,
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
