"""Notifications to those who look after sources, as values; :mod:`catalog.notifying` says when there is one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Channel(StrEnum):
    EMAIL = "email"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class Notification:
    """One message to one place. ``topic`` stands for what it is about: the same trouble has the same topic, a source
    that is well again the empty one. The place is looked up in the source when the message is sent."""

    id: str
    source_id: str
    run_id: str
    channel: Channel
    topic: str
    subject: str
    body: str
    created_at: datetime
    attempts: int = 0
    next_attempt_at: datetime | None = None
    sent_at: datetime | None = None
    error: str = ""
