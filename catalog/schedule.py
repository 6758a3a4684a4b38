"""When a source is harvested: by its period or by cron, never in its quiet hours, sources of one period spread out.

Local time is Vietnam's. Everything is a pure function of the source, its newest run and the time.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from cronsim import CronSim, CronSimError

from catalog.errors import InvalidInput
from catalog.local_time import LOCAL_TIME
from catalog.model import Frequency
from catalog.ports import CatalogReader
from catalog.sources import HarvestRun, HarvestSource, RunId, RunState

RETRY = timedelta(hours=4)
"""A source whose run broke off (no answer, a full disk) is tried again after this time, not only in its next period."""

MOST_JITTER = timedelta(hours=1)
_JITTER_SHARE = 0.1
_QUIET = re.compile(r"(\d{1,2})-(\d{1,2})", re.ASCII)


def due_sources(reader: CatalogReader, now: datetime) -> tuple[HarvestSource, ...]:
    """Enabled sources whose time has come, and those with a run that is queued or was interrupted."""

    def is_due(source: HarvestSource) -> bool:
        due = next_due(source, next(iter(reader.runs(source.id, limit=1)), None), now)
        return due is not None and due <= now

    return tuple(source for source in reader.sources() if is_due(source))


def next_due(source: HarvestSource, latest: HarvestRun | None, now: datetime) -> datetime | None:
    """When the source is harvested next; a time that has passed means now, ``None`` that it waits for a person. A run
    that somebody queued or that was interrupted does not wait, not even for quiet hours or while the source is
    paused."""
    if latest is not None and not latest.state.is_over:
        return latest.requested_at
    if not source.enabled:
        return None
    if latest is None:
        return _after_quiet_hours(source, now)
    due = _after(source, latest.requested_at)
    if latest.error_code:
        due = min(filter(None, (due, latest.requested_at + RETRY)))
    return None if due is None else _after_quiet_hours(source, max(due, now))


def next_times(source: HarvestSource, latest: HarvestRun | None, now: datetime, count: int = 3) -> tuple[datetime, ...]:
    """The next times a source is harvested if every run goes well, as if it were not paused; empty for one that waits
    for a person."""
    source = replace(source, enabled=True)
    times: list[datetime] = []
    if latest is not None and not latest.state.is_over:
        latest = replace(latest, state=RunState.SUCCESS)
    while len(times) < count:
        due = next_due(source, latest, max([now, *times]))
        if due is None:
            break
        times.append(due)
        latest = HarvestRun(RunId(""), source.id, RunState.SUCCESS, "schedule", due)
    return tuple(times)


def check_schedule(cron: str, quiet_hours: str) -> None:
    """Raises ``InvalidInput`` for a cron expression or quiet hours that cannot be read."""
    try:
        if cron:
            CronSim(cron, datetime(2026, 1, 1, tzinfo=LOCAL_TIME))
    except CronSimError as error:
        raise InvalidInput(
            f"Lịch “{cron}” không phải biểu thức cron; ví dụ “30 2 * * 1” là 2 giờ 30 sáng thứ hai hằng tuần.",
            f"Schedule “{cron}” is no cron expression ({error}); “30 2 * * 1”, say, is Monday 02:30.",
            option="cron",
        ) from error
    if quiet_hours and _hours(quiet_hours) is None:
        raise InvalidInput(
            f"Giờ nghỉ “{quiet_hours}” phải viết như “7-17” (từ 7 giờ đến trước 17 giờ).",
            f"Quiet hours “{quiet_hours}” must be written like “7-17” (from 7:00 until before 17:00).",
            option="quiet_hours",
        )


def _after(source: HarvestSource, last: datetime) -> datetime | None:
    if source.cron:
        return next(CronSim(source.cron, last.astimezone(LOCAL_TIME)))
    period = _period(source.frequency)
    return None if period is None else last + period + _jitter(source, period)


def _period(frequency: Frequency) -> timedelta | None:
    if frequency is Frequency.HOURLY:
        return timedelta(hours=1)
    return None if frequency.days is None else timedelta(days=frequency.days)


def _jitter(source: HarvestSource, period: timedelta) -> timedelta:
    """The same for one source at all times, so that sources registered together do not run together for ever."""
    share = int.from_bytes(hashlib.sha256(source.id.encode()).digest()[:4]) / 2**32
    return min(period * _JITTER_SHARE, MOST_JITTER) * share


def _after_quiet_hours(source: HarvestSource, due: datetime) -> datetime:
    hours = _hours(source.quiet_hours)
    if hours is None:
        return due
    start, end = hours
    is_quiet: Callable[[int], bool] = (
        (lambda hour: start <= hour < end) if start < end else (lambda hour: hour >= start or hour < end)
    )
    local = due.astimezone(LOCAL_TIME)
    while is_quiet(local.hour):
        local = local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return local.astimezone(due.tzinfo)


def _hours(quiet_hours: str) -> tuple[int, int] | None:
    match = _QUIET.fullmatch(quiet_hours)
    if match is None:
        return None
    start, end = int(match[1]), int(match[2])
    return (start, end) if start < 24 and end <= 24 and start != end and (start, end) != (0, 24) else None
