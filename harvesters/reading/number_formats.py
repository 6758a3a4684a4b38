"""What the number format of a spreadsheet cell says about its value, and the text of numbers and dates.

Format codes: ECMA-376 part 1, 18.8.30 and 18.8.31. A spreadsheet keeps 15 significant digits, whatever the double
holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

PERCENT = "percent"
DATE = "date"
TIME = "time"
DURATION = "duration"
CODE = "code"
THOUSANDS = "thousands"
TEXT = "text"

_BUILT_IN = {
    9: PERCENT,
    10: PERCENT,
    **dict.fromkeys((14, 15, 16, 17, 22, *range(27, 37), *range(50, 59)), DATE),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 45, 47), TIME),
    46: DURATION,
    49: TEXT,
}
_SAID_ASIDE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_TOKEN = re.compile(r'"([^"]*)"|\\(.)|([0#])|([ \-.])|(.)')
_SCALED = re.compile(r"[0#?],+(?![0#?,])")
_SHOWN_SO = re.compile(r"-?(?:[1-9][0-9]{0,14}|(?=[0-9.]{3,16}$)(?:[1-9][0-9]*|0(?!\.0000))\.[0-9]*[1-9])")
_SIGNIFICANT = 15
_EXACT = 2**53
_SECONDS_A_DAY = 86_400
_LAST_SERIAL = 2_958_465


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """``kind`` is one of the words above, or empty for a plain number; ``code`` the format itself."""

    kind: str = ""
    code: str = ""


PLAIN = NumberFormat()
"""A number without a format of its own."""


def number_format(code: str, number: int = -1) -> NumberFormat:
    """The format with this code; ``number`` names one of those that are built in and need none."""
    if not code:
        return NumberFormat(_BUILT_IN.get(number, ""))
    section = code.split(";", 1)[0] if '"' not in code else _first_section(code)
    if section.casefold() in ("general", "standard", ""):
        return NumberFormat()
    if section.strip() == "@":
        return NumberFormat(TEXT, section)
    return NumberFormat(_kind(section), section)


def _first_section(code: str) -> str:
    quoted = False
    for place, letter in enumerate(code):
        if letter == '"':
            quoted = not quoted
        elif letter == ";" and not quoted:
            return code[:place]
    return code


def _kind(section: str) -> str:
    bare = _SAID_ASIDE.sub("", section)
    if _ELAPSED.search(bare):
        return DURATION
    letters = set(bare.casefold())
    if letters & {"y", "d"} or ("m" in letters and not letters & {"h", "s", "0", "#"}):
        return DATE
    if letters & {"h", "s"}:
        return TIME
    if "%" in letters:
        return PERCENT
    if _is_code(section):
        return CODE
    return THOUSANDS if _SCALED.search(bare) else ""


def _is_code(section: str) -> bool:
    """Whether the format shows a code rather than a quantity: zeros in front ("00000"), or a digit written before
    the number ('"0"#########', as telephone numbers are shown)."""
    places = [match.groups() for match in _TOKEN.finditer(section)]
    if any(other for *_, other in places):
        return False
    digits = [digit for _, _, digit, _, _ in places if digit]
    written = (places[0][0] or places[0][1] or "") if places else ""
    if any(mark == "." for *_, mark, _ in places):
        return False
    return bool(digits) and (("#" not in digits and len(digits) > 1) or written.isdigit())


def shown_code(section: str, value: float) -> str | None:
    """The text that a format of codes shows for a whole number, ``None`` for a number that is no code."""
    if value < 0 or not float(value).is_integer() or value > _EXACT:
        return None
    rest = str(int(value))
    shown: list[str] = []
    places = [match.groups() for match in _TOKEN.finditer(section)]
    left = sum(1 for place in places if place[2])
    for quoted, escaped, digit, mark, _ in reversed(places):
        if not digit:
            shown.append(quoted or escaped or mark or "")
            continue
        left -= 1
        piece = rest if left == 0 else rest[-1:]
        rest = "" if left == 0 else rest[:-1]
        shown.append(piece or ("0" if digit == "0" else ""))
    return "".join(reversed(shown))


def number_text(value: float) -> str:
    """A number as plain decimals. Whole numbers have no point; what lies beyond the 15 digits that a spreadsheet keeps
    is the noise of binary fractions (26821.614999999998 is 26821.615)."""
    if value.is_integer() and abs(value) <= _EXACT:
        return str(int(value))
    text = repr(value)
    if len(text) > _SIGNIFICANT + 1:
        text = format(value, f".{_SIGNIFICANT}g")
    if "e" in text:
        text = format(Decimal(text), "f")
    return text


def shown_so(text: str) -> bool:
    """Whether ``text`` is a number of at most 15 digits, written as :func:`number_text` would write it."""
    return _SHOWN_SO.fullmatch(text) is not None


def date_text(serial: float, from_1904: bool = False) -> str | None:
    """ISO date, or date and time where the serial number has a fraction; ``None`` for a number that is no date. Day 60
    of the count from 1900 is the 29 February 1900 that never was, so earlier days count from one day later."""
    if not 0 < serial <= _LAST_SERIAL or (serial < 1 and not from_1904):
        return None
    first = date(1904, 1, 1) if from_1904 else date(1899, 12, 30 if serial >= 60 else 31)
    origin = datetime.combine(first, time.min)
    days, fraction = divmod(serial, 1)
    seconds = round(fraction * _SECONDS_A_DAY)
    try:
        moment = origin + timedelta(days=days, seconds=seconds)
    except OverflowError:
        return None
    return moment.isoformat() if seconds % _SECONDS_A_DAY else moment.date().isoformat()


def time_text(serial: float) -> str | None:
    """ISO time of day for a fraction of a day, ``None`` for anything longer."""
    seconds = round(serial * _SECONDS_A_DAY)
    if not 0 <= seconds < _SECONDS_A_DAY:
        return None
    return (datetime.combine(date.min, time.min) + timedelta(seconds=seconds)).time().isoformat()
