"""Periods as the tables write them: days, months, quarters, years."""

from __future__ import annotations

import re
from datetime import date, timedelta

_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ].*)?", re.ASCII)
_MONTH = re.compile(r"(\d{4})-?(0[1-9]|1[0-2])", re.ASCII)
_QUARTER = re.compile(r"(\d{4})-?Q?([1-4])", re.ASCII)
_YEAR = re.compile(r"(\d{4})", re.ASCII)


def end_of_period(text: str) -> date | None:
    """The last day of a period: 2026-03-31, 202603 or 2026-03, 2026Q1 or 20261, 2026; ``None`` for anything else."""
    try:
        if match := _DAY.fullmatch(text):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := _MONTH.fullmatch(text):
            return _end_of_month(int(match[1]), int(match[2]))
        if match := _QUARTER.fullmatch(text):
            return _end_of_month(int(match[1]), 3 * int(match[2]))
        if match := _YEAR.fullmatch(text):
            return date(int(match[1]), 12, 31)
    except ValueError:
        return None
    return None


def _end_of_month(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
