"""Periods as the tables write them: days, months, quarters, halves, nine months, years, school years; the forms of the
code list ``ky-so-lieu``."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ].*)?", re.ASCII)
_MONTH = re.compile(r"(\d{4})-?(0[1-9]|1[0-2])", re.ASCII)
_QUARTER = re.compile(r"(\d{4})-?Q?([1-4])", re.ASCII)
_HALF = re.compile(r"(\d{4})H([12])", re.ASCII)
_NINE_MONTHS = re.compile(r"(\d{4})N9", re.ASCII)
_SCHOOL_YEAR = re.compile(r"(\d{4})-(\d{4})", re.ASCII)
_YEAR = re.compile(r"(\d{4})", re.ASCII)


def bounds_of_period(text: str) -> tuple[date, date] | None:
    """The first and the last day of a period: 2026-03-31, 202603 or 2026-03, 2026Q1 or 20261, 2026H1, 2026N9, 2026,
    2025-2026 (a school year, September to May); ``None`` for anything else."""
    try:
        if match := _DAY.fullmatch(text):
            day = date(int(match[1]), int(match[2]), int(match[3]))
            return day, day
        if match := _MONTH.fullmatch(text):
            return _months(int(match[1]), int(match[2]), int(match[2]))
        if match := _QUARTER.fullmatch(text):
            return _months(int(match[1]), 3 * int(match[2]) - 2, 3 * int(match[2]))
        if match := _HALF.fullmatch(text):
            return _months(int(match[1]), 6 * int(match[2]) - 5, 6 * int(match[2]))
        if match := _NINE_MONTHS.fullmatch(text):
            return _months(int(match[1]), 1, 9)
        if match := _SCHOOL_YEAR.fullmatch(text):
            first, last = int(match[1]), int(match[2])
            return (date(first, 9, 1), date(last, 5, 31)) if last == first + 1 else None
        if match := _YEAR.fullmatch(text):
            return _months(int(match[1]), 1, 12)
    except ValueError:
        return None
    return None


def end_of_period(text: str) -> date | None:
    """The last day of a period; see :func:`bounds_of_period`."""
    bounds = bounds_of_period(text)
    return bounds[1] if bounds else None


def _months(year: int, first: int, last: int) -> tuple[date, date]:
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])
