"""What an organization owes and when: due dates of datasets, from their period and the province's ceiling.

The province's plan asks that open data be renewed at least every six months (plan of Thanh Hóa for the data strategy to
2030, section III.2.4), and that every department offer at least one open dataset.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from catalog.model import AccessLevel, Frequency

OPEN_DATA_CEILING_DAYS = 183
WARNING_DAYS = 14


class Freshness(StrEnum):
    """How a dataset stands against its period."""

    NEVER = "never"
    CURRENT = "current"
    DUE_SOON = "due-soon"
    OVERDUE = "overdue"


class Renewed(Protocol):
    """A dataset, as far as its duty goes."""

    @property
    def access_level(self) -> AccessLevel: ...
    @property
    def frequency(self) -> Frequency: ...
    @property
    def modified(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Duty:
    """When a dataset must be published next; ``due`` is ``None`` until it has been published once."""

    freshness: Freshness
    due: datetime | None


def period_days(dataset: Renewed) -> int | None:
    """The longest allowed time between two publications, in days; open data never more than six months, except lists
    that are renewed only when they change."""
    days = dataset.frequency.days
    if days is None or dataset.access_level is not AccessLevel.OPEN:
        return days
    return min(days, OPEN_DATA_CEILING_DAYS)


def duty(dataset: Renewed, now: datetime) -> Duty:
    """What is owed for one dataset at ``now``."""
    if dataset.modified is None:
        return Duty(Freshness.NEVER, None)
    days = period_days(dataset)
    if days is None:
        return Duty(Freshness.CURRENT, None)
    due = dataset.modified + timedelta(days=days)
    if now > due:
        return Duty(Freshness.OVERDUE, due)
    warning = timedelta(days=min(WARNING_DAYS, days // 4))
    return Duty(Freshness.DUE_SOON if due - now <= warning else Freshness.CURRENT, due)
