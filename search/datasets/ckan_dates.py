"""Times as Solr and CKAN write them: ISO 8601, or date math such as ``NOW-7DAYS`` and ``NOW/MONTH+1DAY``."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta

from catalog.errors import InvalidQuery

_START = re.compile(r"NOW|\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?)?)?")
_STEP = re.compile(r"(?P<sign>[+-])(?P<count>\d{1,6})(?P<unit>[A-Z]+)|/(?P<floor>[A-Z]+)")
_UNITS = {
    "YEAR": "year", "MONTH": "month", "DAY": "day", "DATE": "day", "HOUR": "hour", "MINUTE": "minute",
    "SECOND": "second", "MILLI": "millisecond", "MILLISECOND": "millisecond",
}  # fmt: skip
_FLOORS: dict[str, dict[str, int]] = {
    "second": {"microsecond": 0},
    "minute": {"microsecond": 0, "second": 0},
    "hour": {"microsecond": 0, "second": 0, "minute": 0},
    "day": {"microsecond": 0, "second": 0, "minute": 0, "hour": 0},
    "month": {"microsecond": 0, "second": 0, "minute": 0, "hour": 0, "day": 1},
    "year": {"microsecond": 0, "second": 0, "minute": 0, "hour": 0, "day": 1, "month": 1},
}


def resolve_time(text: str, now: datetime) -> datetime:
    """The moment that ``text`` names, in UTC. A year, month or day alone is its beginning. ``InvalidQuery``."""
    start = _START.match(text)
    if start is None:
        raise _no_time(text)
    try:
        moment = now.astimezone(UTC) if start.group() == "NOW" else _read_iso(start.group())
        at = start.end()
        while at < len(text):
            step = _STEP.match(text, at)
            if step is None:
                raise _no_time(text)
            moment = _take(moment, step)
            at = step.end()
    except (ValueError, OverflowError, KeyError):
        raise _no_time(text) from None
    return moment


def next_period(text: str) -> str | None:
    """For a bare year, month or day, date math for the beginning of the next one; ``None`` for anything else."""
    unit = {4: "YEAR", 7: "MONTH", 10: "DAY"}.get(len(text))
    start = _START.fullmatch(text)
    return f"{text}+1{unit}" if unit and start else None


def _read_iso(text: str) -> datetime:
    moment = datetime.fromisoformat(text + "0000-01-01"[len(text) :] if len(text) < len("0000-01-01") else text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _take(moment: datetime, step: re.Match[str]) -> datetime:
    if step["floor"]:
        unit = _unit(step["floor"])
        if unit == "millisecond":
            return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
        floors = _FLOORS[unit]
        return moment.replace(**floors)  # type: ignore[arg-type]  # every key is a whole number's
    count = int(step["sign"] + step["count"])
    unit = _unit(step["unit"])
    if unit in ("year", "month"):
        return _add_months(moment, count * (12 if unit == "year" else 1))
    return moment + timedelta(**{f"{unit}s": count})


def _unit(name: str) -> str:
    return _UNITS[name] if name in _UNITS else _UNITS[name.removesuffix("S")]


def _add_months(moment: datetime, months: int) -> datetime:
    """The same day that many months on; the last of the month where it has no such day."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError(year)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


def _no_time(text: str) -> InvalidQuery:
    return InvalidQuery(
        f"“{text[:100]}” không phải ngày giờ; hãy viết dạng 2026-01-31T08:00:00Z hoặc NOW-7DAYS.",
        f"“{text[:100]}” is not a time; write 2026-01-31T08:00:00Z or NOW-7DAYS.",
        value=text[:100],
    )
