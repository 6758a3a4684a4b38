"""Other people's servers are spared: few at once, not too close together, left alone after failures."""

from __future__ import annotations

import threading

import pytest

from harvesters.http.failures import FetchFailed, Reason
from harvesters.http.politeness import MOST_HOSTS_REMEMBERED, Politeness
from tests.harvesters.web_client import client_of, failure_at
from tests.harvesters.web_server import Asked, Line, reply, serving


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def rest_of(politeness: Politeness, host: str) -> float:
    """Seconds for which the host is left alone from now."""
    try:
        with politeness.turn(host):
            return 0.0
    except FetchFailed as failure:
        return failure.retry_after or 0.0


def test_requests_to_one_host_keep_their_distance(clock: Clock) -> None:
    politeness = Politeness(interval=0.5, clock=clock, sleep=clock.sleep)
    for host in ("a.vn", "a.vn", "b.vn", "a.vn"):
        with politeness.turn(host):
            pass
    assert clock.slept == [0.5, 0.5]


def test_a_host_rests_after_repeated_failures_longer_each_time(clock: Clock) -> None:
    politeness = Politeness(interval=0, patience=2, rest_seconds=60, longest_rest=200, clock=clock, sleep=clock.sleep)
    rests = []
    for _ in range(4):
        with politeness.turn("a.vn"):
            politeness.failed("a.vn")
        rests.append(rest_of(politeness, "a.vn"))
        clock.now += rests[-1]
        with politeness.turn("b.vn"):
            pass
    assert rests == [0, 60, 120, 200]


def test_one_good_answer_ends_the_patience_count(clock: Clock) -> None:
    politeness = Politeness(interval=0, patience=2, clock=clock, sleep=clock.sleep)
    for _ in range(5):
        with politeness.turn("a.vn"):
            politeness.failed("a.vn")
        with politeness.turn("a.vn"):
            politeness.answered("a.vn")


def test_a_wish_to_be_left_alone_holds_for_everybody(clock: Clock) -> None:
    politeness = Politeness(interval=0, clock=clock, sleep=clock.sleep)
    with politeness.turn("a.vn"):
        politeness.failed("a.vn", retry_after=7)
    with pytest.raises(FetchFailed), politeness.turn("a.vn"):
        pass
    clock.now += 7
    with politeness.turn("a.vn"):
        pass


def test_no_more_than_allowed_are_at_one_host_at_once() -> None:
    at_once, most, lock = 0, 0, threading.Lock()
    second = threading.Event()

    def page(asked: Asked, line: Line) -> None:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
            if at_once == 2:
                second.set()
        second.wait(2)
        with lock:
            at_once -= 1
        line.send(reply(b"x", Connection="close"))

    politeness = Politeness(interval=0, at_once=2)
    with serving({"/": page}) as site, client_of(politeness=politeness) as client:
        threads = [threading.Thread(target=client.get, args=(site.url,)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert most == 2
    assert len(site.asked) == 6


def test_a_full_queue_is_told() -> None:
    politeness = Politeness(interval=0, at_once=1, longest_queue=0.02)
    with politeness.turn("a.vn"), pytest.raises(FetchFailed) as failure, politeness.turn("a.vn"):
        pass
    assert failure.value.reason is Reason.COOLING


def test_a_failing_server_is_soon_left_alone_and_says_so(clock: Clock) -> None:
    politeness = Politeness(interval=0, patience=3, clock=clock, sleep=clock.sleep)
    with (
        serving({"/": reply(b"", "500 Broken")}) as site,
        client_of(attempts=2, politeness=politeness, sleep=clock.sleep) as client,
    ):
        reasons = [failure_at(client, site.url).reason for _ in range(4)]
    assert reasons == [Reason.STATUS, Reason.COOLING, Reason.COOLING, Reason.COOLING]
    assert len(site.asked) == 3


def test_a_refused_address_is_no_failure_of_its_server(clock: Clock) -> None:
    politeness = Politeness(interval=0, patience=1, clock=clock, sleep=clock.sleep)
    pages = {"/": reply(b"", "302 Found", Location="http://10.0.0.1/"), "/404": reply(b"", "404 No"), "/x": reply(b"x")}
    with serving(pages) as site, client_of(politeness=politeness) as client:
        assert failure_at(client, site.url + "/").reason is Reason.ADDRESS
        assert client.get(site.url + "/x").content == b"x"


def test_hosts_without_end_are_forgotten(clock: Clock) -> None:
    politeness = Politeness(interval=0, clock=clock, sleep=clock.sleep)
    for number in range(MOST_HOSTS_REMEMBERED * 2):
        with politeness.turn(f"{number}.vn"):
            pass
    assert len(politeness._hosts) <= MOST_HOSTS_REMEMBERED
