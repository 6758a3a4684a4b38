"""Who looks after a source is told of trouble once, and once that it is over; what cannot be sent is sent later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from catalog.errors import NotDelivered
from catalog.harvesting import harvest
from catalog.notices import Channel, Notification
from catalog.notifying import GIVEN_UP, IN_HAND, PAUSES, send_due
from catalog.sources import HarvestSource
from portal.wiring import Parts, open_harvester
from tests.catalog.examples import CLINICS, example_source
from tests.portal.sample import BAD_ROWS, CLINIC_ROWS, describe_source, open_sample_parts

FILE = "co-so-kham-chua-benh-bang.csv"


@dataclass
class Clocked:
    parts: Parts
    source: HarvestSource
    now: datetime = datetime(2026, 11, 1, tzinfo=UTC)
    failing: bool = False
    sent: list[Notification] = field(default_factory=list)

    def harvest(self, rows: str) -> None:
        (Path(self.source.options["path"]) / FILE).write_text(rows, encoding="utf-8")
        harvest(open_harvester(self.parts), self.source.id, trigger="test")

    def send(self, source: HarvestSource, notification: Notification) -> None:
        if self.failing:
            raise NotDelivered("Máy chủ thư không trả lời.", "The mail server does not answer.")
        self.sent.append(notification)

    def deliver(self) -> list[str]:
        """What is sent now, by subject."""
        self.sent.clear()
        send_due(self.parts.store, self.send, clock=lambda: self.now)
        return [f"{item.channel}: {item.subject.rpartition(': ')[2]}" for item in self.sent]


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Clocked]:
    opened = open_sample_parts(tmp_path / "home")
    plain = example_source("nguon", CLINICS)
    source = describe_source(opened, plain, CLINICS, folder=tmp_path / "nguon", files={FILE: CLINIC_ROWS})
    source = replace(source, notify_email="can-bo@so-y-te.example")
    with opened.store.write() as transaction:
        transaction.put_source(source)
    clocked = Clocked(opened, source)
    clocked.parts = replace(opened, clock=lambda: clocked.now)
    yield clocked
    opened.store.close()


def test_a_good_run_is_no_news(portal: Clocked) -> None:
    portal.harvest(CLINIC_ROWS)
    assert portal.deliver() == []


def test_the_same_trouble_is_told_once_and_its_end_once(portal: Clocked) -> None:
    portal.harvest(CLINIC_ROWS)
    portal.harvest(BAD_ROWS)
    assert portal.deliver() == ["email: cần xem lại"]
    assert "giuong" in portal.sent[0].body
    portal.harvest(BAD_ROWS)
    portal.harvest(BAD_ROWS.replace("số 2", "số 3"))
    assert portal.deliver() == []
    portal.harvest(CLINIC_ROWS)
    assert portal.deliver() == ["email: đã ổn"]
    portal.harvest(CLINIC_ROWS)
    assert portal.deliver() == []


def test_another_trouble_is_told_too(portal: Clocked) -> None:
    portal.harvest(BAD_ROWS)
    portal.harvest("ma,ten,ma_xa,giuong\n")
    assert portal.deliver() == ["email: cần xem lại", "email: cần xem lại"]


def test_nobody_to_tell_is_told_nothing(portal: Clocked) -> None:
    with portal.parts.store.write() as transaction:
        transaction.put_source(replace(portal.source, notify_email=""))
    portal.harvest(BAD_ROWS)
    assert portal.deliver() == []


def test_every_channel_of_the_source_gets_the_message(portal: Clocked) -> None:
    with portal.parts.store.write() as transaction:
        transaction.put_source(replace(portal.source, notify_webhook="https://bao.example/x"))
    portal.harvest(BAD_ROWS)
    assert portal.deliver() == ["email: cần xem lại", "webhook: cần xem lại"]
    assert {item.channel for item in portal.sent} == set(Channel)


def test_what_could_not_be_sent_is_sent_after_a_pause_that_grows(portal: Clocked) -> None:
    portal.harvest(BAD_ROWS)
    portal.failing = True
    for pause in PAUSES[:3]:
        assert portal.deliver() == []
        portal.now += pause - timedelta(seconds=1)
        portal.failing = False
        assert portal.deliver() == []
        portal.failing = True
        portal.now += timedelta(seconds=1)
    portal.failing = False
    assert portal.deliver() == ["email: cần xem lại"]
    assert portal.deliver() == []


def test_a_message_that_is_too_old_is_given_up(portal: Clocked) -> None:
    portal.harvest(BAD_ROWS)
    portal.failing = True
    portal.now += GIVEN_UP
    portal.deliver()
    portal.failing = False
    portal.now += GIVEN_UP
    assert portal.deliver() == []


def test_a_message_in_the_hands_of_a_worker_is_left_to_it_for_a_while(portal: Clocked) -> None:
    portal.harvest(BAD_ROWS)
    with portal.parts.store.write() as transaction:
        assert len(transaction.take_notifications(portal.now, portal.now + IN_HAND)) == 1
    assert portal.deliver() == []
    portal.now += IN_HAND
    assert portal.deliver() == ["email: cần xem lại"]
