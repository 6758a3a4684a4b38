"""How numbers, dates, sizes and spans are written: 1.234.567,8 and 22/11/2026 in Vietnamese, English habits in English.

Pure functions of a value and a language, without a locale library: a page of rows has hundreds of numbers.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
_SWAPPED = str.maketrans(",.", ".,")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def count_decimals(value: float | Decimal) -> int:
    """How many digits the number has after the comma."""
    return len(f"{Decimal(str(value)):f}".rstrip("0").partition(".")[2])


def write_number(value: float | Decimal, language: str, decimals: int | None = None) -> str:
    """Thousands grouped, the minus sign a real one; all digits that the number has, or so many after the comma."""
    decimals = count_decimals(value) if decimals is None else decimals
    text = f"{value:,}" if isinstance(value, int) and not decimals else f"{Decimal(str(value)):,.{decimals}f}"
    return (text.translate(_SWAPPED) if language == "vi" else text).replace("-", "−")


def write_size(size: int, language: str) -> str:
    """Bytes as people compare them: 2,1 MB is two million bytes and a bit."""
    if size < 1000:
        return f"{size} B"
    amount, unit = float(size), "B"
    for name in ("kB", "MB", "GB", "TB"):
        amount, unit = amount / 1000, name
        if amount < 999.5:
            break
    return f"{write_number(round(amount, 1) if amount < 100 else round(amount), language)} {unit}"


def local_time(value: datetime) -> datetime:
    """The same moment on the clocks of Viet Nam. A time without a zone, as tables hold them, is read off these clocks
    already, whatever zone the server lives in."""
    return value.astimezone(HERE) if value.tzinfo else value


def write_day(value: date, language: str) -> str:
    """The day, in Viet Nam if it is a moment."""
    day = local_time(value) if isinstance(value, datetime) else value
    if language == "vi":
        return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def write_bound_day(bound: str, language: str) -> str:
    """A year, month or day given as ISO text (2026, 2026-01, 2026-01-31), as people type it into a field."""
    return "/".join(reversed(bound.split("-"))) if language == "vi" else bound


def write_month(day: date, language: str) -> str:
    """The month a day stands in, as on a leaf of a calendar."""
    return f"tháng {day.month}" if language == "vi" else _MONTHS[day.month - 1]


def write_moment(value: datetime, language: str) -> str:
    """Day and time of day, in Viet Nam."""
    time = f"{local_time(value):%H:%M}"
    return f"{time} {write_day(value, language)}" if language == "vi" else f"{write_day(value, language)}, {time}"


def host_of(address: str) -> str:
    """The machine that an address leads to, for people to judge it by."""
    return urlsplit(address).hostname or ""


def write_span(start: date | None, end: date | None, language: str) -> str:
    """A stretch of days; open ends are left out, whole years are written as years."""
    if start and end and (start.month, start.day, end.month, end.day) == (1, 1, 12, 31):
        return str(start.year) if start.year == end.year else f"{start.year}–{end.year}"
    if start == end and start:
        return write_day(start, language)
    return " – ".join(write_day(day, language) if day else "…" for day in (start, end)) if start or end else ""
