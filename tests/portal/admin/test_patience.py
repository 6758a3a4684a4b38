"""Waiting for sources: as long as a person waits, and for a few at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from catalog.errors import SourceUnreachable
from portal.admin import patience
from portal.admin.patience import Heard, TooManyWaiting, heard_from


@pytest.fixture
def answer() -> Iterator[threading.Event]:
    """Sources that wait for it answer when it is set, at the end of the test at the latest."""
    event = threading.Event()
    yield event
    event.set()


def slow(answer: threading.Event) -> Iterator[str]:
    yield "đầu"
    answer.wait(timeout=30)
    yield "cuối"


def test_all_is_heard_of_a_source_that_answers() -> None:
    assert heard_from(lambda: iter(["một", "hai"])) == Heard(("một", "hai"), is_whole=True)


def test_what_was_said_in_time_is_told(answer: threading.Event) -> None:
    assert heard_from(lambda: slow(answer), seconds=0.05) == Heard(("đầu",), is_whole=False)


def test_its_error_is_raised() -> None:
    def refuse() -> Iterator[str]:
        raise SourceUnreachable("Không trả lời.", "No answer.")
        yield ""

    with pytest.raises(SourceUnreachable):
        heard_from(refuse)


def test_only_a_few_are_waited_for_at_once(answer: threading.Event, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "_places", threading.BoundedSemaphore(1))
    heard_from(lambda: slow(answer), seconds=0.05)
    with pytest.raises(TooManyWaiting):
        heard_from(lambda: iter(["một"]))
