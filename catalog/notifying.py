"""Tells who looks after a source that it is in trouble: once when the trouble begins or becomes another, and once when
it is over, not at every run.

What is to be told is written down with the end of the run and sent by a worker, again and again with growing pauses
until it is gone or too old. Texts hold the gate's masked messages only.
"""

from __future__ import annotations

import hashlib
import json
import logging
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from catalog.errors import CatalogError
from catalog.issues import WEIGHTY
from catalog.notices import Channel, Notification
from catalog.ports import CatalogStore, CatalogTransaction, Clock
from catalog.sources import HarvestRun, HarvestSource, Outcome, RunState, TableOutcome

logger = logging.getLogger(__name__)

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720))
"""How long is waited after each failure to send; the last one repeats."""

GIVEN_UP = timedelta(days=3)
"""A notification that could not be sent for so long says nothing any more."""

IN_HAND = timedelta(minutes=2)
"""One that a worker is sending is left alone by the others for so long."""

_TABLES_TOLD = 20


Send = Callable[[HarvestSource, Notification], None]
"""Sends one message; raises ``CatalogError`` when it could not."""


def topic_of(run: HarvestRun, outcomes: Iterable[TableOutcome]) -> str:
    """Stands for what is wrong after a run: which tables, how they ended and why; empty when all is well."""
    if run.state in (RunState.SUCCESS, RunState.CANCELLED):
        return ""
    wrong = sorted(
        (item.table_key, item.outcome.value, sorted({issue.code for issue in item.issues if issue.severity in WEIGHTY}))
        for item in _in_trouble(outcomes)
    )
    return hashlib.sha256(json.dumps([run.error_code, wrong]).encode()).hexdigest()


def note_run(transaction: CatalogTransaction, run: HarvestRun, outcomes: Iterable[TableOutcome], at: datetime) -> None:
    """Write down what is to be told after ``run`` ended, if it is news."""
    source = transaction.source(run.source_id)
    channels = [
        channel
        for channel, place in ((Channel.EMAIL, source.notify_email), (Channel.WEBHOOK, source.notify_webhook))
        if place
    ]
    if not channels or run.state is RunState.CANCELLED:
        return
    outcomes = tuple(outcomes)
    topic = topic_of(run, outcomes)
    if topic == transaction.last_topic(source.id):
        return
    subject, body = _trouble(source, run, outcomes) if topic else _well_again(source)
    for channel in channels:
        transaction.add_notification(
            Notification(str(uuid.uuid4()), source.id, run.id, channel, topic, subject, body, at, next_attempt_at=at)
        )


def send_due(store: CatalogStore, send: Send, *, clock: Clock) -> int:
    """Send what waits to be sent; returns how many messages went out. What fails is tried again later, and given up
    after :data:`GIVEN_UP`. Two workers never send one message at the same time."""
    with store.write() as transaction:
        now = clock()
        due = transaction.take_notifications(now, now + IN_HAND)
    sent = 0
    for notification in due:
        done = _sent(store, send, notification, clock)
        sent += done.sent_at is not None
        with store.write() as transaction:
            transaction.put_notification(done)
    return sent


def _sent(store: CatalogStore, send: Send, notification: Notification, clock: Clock) -> Notification:
    attempts = notification.attempts + 1
    try:
        with store.read() as reader:
            source = reader.source(notification.source_id)
        send(source, notification)
    except CatalogError as error:
        now = clock()
        logger.warning("notification %s could not be sent: [%s] %s", notification.id, error.code, error.message_en)
        pause = PAUSES[min(attempts, len(PAUSES)) - 1]
        again = now + pause if now + pause < notification.created_at + GIVEN_UP else None
        return replace(notification, attempts=attempts, next_attempt_at=again, error=error.message)
    return replace(notification, attempts=attempts, next_attempt_at=None, sent_at=clock(), error="")


def _in_trouble(outcomes: Iterable[TableOutcome]) -> Iterator[TableOutcome]:
    return (item for item in outcomes if item.outcome not in (Outcome.PUBLISHED, Outcome.UNCHANGED))


_ENDED = {
    Outcome.HELD: ("bị giữ lại", "held"),
    Outcome.REJECTED: ("bị loại", "rejected"),
    Outcome.FAILED: ("không đọc được", "could not be read"),
    Outcome.PARTIAL: ("có bản ghi bị loại", "records were rejected"),
}


def _trouble(source: HarvestSource, run: HarvestRun, outcomes: Iterable[TableOutcome]) -> tuple[str, str]:
    wrong = list(_in_trouble(outcomes))
    lines, lines_en = [run.error] if run.error else [], [run.error_en] if run.error_en else []
    for item in wrong[:_TABLES_TOLD]:
        reason = next((issue for issue in item.issues if issue.severity in WEIGHTY), None)
        ended, ended_en = _ENDED[item.outcome]
        lines.append(f"- {item.table_key}: {ended}. {reason.message if reason else ''}".rstrip())
        lines_en.append(f"- {item.table_key}: {ended_en}. {reason.message_en if reason else ''}".rstrip())
    if len(wrong) > _TABLES_TOLD:
        lines.append(f"… và {len(wrong) - _TABLES_TOLD} bảng khác.")
        lines_en.append(f"… and {len(wrong) - _TABLES_TOLD} more tables.")
    text = "\n".join(
        [
            f"Lượt thu thập nguồn “{source.title}” có việc cần người xem:",
            *lines,
            "Bản công bố trước vẫn được giữ công khai. Thư này chỉ gửi một lần cho mỗi sự cố.",
            "",
            f"The harvest of “{source.title}” needs somebody to look:",
            *lines_en,
            "The last good version stays public. This is sent once for each trouble.",
        ]
    )
    return f"[Cổng dữ liệu] {source.title}: cần xem lại", text


def _well_again(source: HarvestSource) -> tuple[str, str]:
    text = f"Nguồn “{source.title}” đã thu thập tốt trở lại.\n\nThe source “{source.title}” is harvested well again."
    return f"[Cổng dữ liệu] {source.title}: đã ổn", text
