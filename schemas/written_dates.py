"""Days and periods in the words of offices, read only where the dictionary says that they are so written.

A field declares ``"accepts"``, a list of the names in :data:`DAYS` or :data:`PERIODS`, or (for days and times) a
``format``. Canonical forms: a day in ISO, ``YYYY``, ``YYYYMM``, ``YYYYQn``, ``YYYYH1`` and ``YYYYH2``, ``YYYYN9`` (the
first nine months), ``YYYY-YYYY`` (a school year); they are those of the code list ``ky-so-lieu``. Where a field's
pattern takes ``YYYYn`` only, quarters are so written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta

from catalog.dictionary import Field
from catalog.vietnamese import fold
from schemas.footnotes import period_without_mark
from schemas.readings import Kind, Mark, Reader, Reading

_YEAR = r"(?P<y>(?:19|20)\d\d)"
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_DAY = r"(?P<d>\d{1,2})"
_MONTH = r"(?P<m>\d{1,2})"
FIRST_SERIAL, LAST_SERIAL = 1, 73_050
"""Excel's days from 1900 to 2099; its day 60 is 29 February 1900, which never was."""

DAYS: Mapping[str, str] = {
    "dd/mm/yyyy": rf"{_DAY}/{_MONTH}/{_YEAR}",
    "d/m/yyyy": rf"{_DAY}/{_MONTH}/{_YEAR}",
    "dd-mm-yyyy": rf"{_DAY}-{_MONTH}-{_YEAR}",
    "dd.mm.yyyy": rf"{_DAY}\.{_MONTH}\.{_YEAR}",
    "mm/dd/yyyy": rf"{_MONTH}/{_DAY}/{_YEAR}",
    "ngày tháng năm": rf"ngay\s+{_DAY}\s+thang\s+{_MONTH}\s+nam\s+{_YEAR}",
    "excel-serial": r"(?P<serial>\d{1,5})(?:\.0+)?",
}
"""How a day may be written (after folding), by the name that the dictionary uses."""

PERIODS: Mapping[str, str] = {
    "year": rf"(?:nam\s+)?{_YEAR}",
    "month": rf"(?:thang\s+|t\.?\s*)?{_MONTH}\s*(?:[/-]|\s+nam)\s*{_YEAR}|(?P<y2>(?:19|20)\d\d)-(?P<m2>\d\d)",
    "quarter": (
        rf"(?:quy\s+|q\.?\s*)(?P<q>[1-4]|iv|i{{1,3}})\s*(?:[/-]|nam)?\s*{_YEAR}"
        r"|(?P<y2>(?:19|20)\d\d)\s*[-/]?\s*q?(?P<q2>[1-4])"
    ),
    "half-year": (
        rf"(?P<half>6|sau)\s*(?:thang|t)\s*(?P<end>dau|cuoi)?\s*(?:nam)?\s*/?\s*{_YEAR}|(?P<y2>(?:19|20)\d\d)h(?P<h2>[12])"
    ),
    "nine-months": rf"(?:9|chin)\s*(?:thang|t)\s*(?:dau)?\s*(?:nam)?\s*/?\s*{_YEAR}|(?P<y2>(?:19|20)\d\d)n9",
    "school-year": rf"(?:nam hoc\s+)?{_YEAR}\s*[-–]\s*(?P<next>(?:19|20)\d\d)",
}
"""How a period may be written (after folding), likewise."""

_KNOWN: Mapping[str, Mapping[str, str]] = {
    "date": DAYS,
    "string": PERIODS,
    "year": {"year": PERIODS["year"]},
    "integer": {"year": PERIODS["year"]},
}
"""What a field of each type may accept."""

_NUMERIC_DAY = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-]\d{4}(?:[ T].*)?", re.ASCII)
_FORMAT_PARTS = {
    "%d": r"(?P<d>\d{1,2})", "%m": r"(?P<m>\d{1,2})", "%Y": r"(?P<Y>\d{4})", "%H": r"(?P<H>\d{1,2})",
    "%M": r"(?P<M>\d{1,2})", "%S": r"(?P<S>\d{1,2})",
}  # fmt: skip


def date_reader(field: Field, accepts: Sequence[str], *, marks_declared: bool = False) -> Reader:
    """Reads a cell in one of the accepted ways into its canonical text; refuses a day that never was, and leaves one
    that is written in no such way. ``marks_declared``: the column carries marks of preliminary figures ("Sơ bộ 2025").
    Raises ``ValueError`` for an unknown name, or two that contradict each other, or a type that holds neither."""
    known = _KNOWN.get(field.type)
    if known is None:
        raise ValueError(f"{field.name}: a field of type {field.type} accepts no days or periods")
    unknown = [name for name in accepts if name not in known]
    if unknown:
        raise ValueError(f"{field.name}: accepts “{unknown[0]}”; known: {', '.join(known)}")
    if "mm/dd/yyyy" in accepts and {"dd/mm/yyyy", "d/m/yyyy"} & set(accepts):
        raise ValueError(f"{field.name}: accepts days before months and months before days")
    patterns = [(name, re.compile(known[name], re.ASCII)) for name in accepts]
    if field.type == "date":
        return _day_reader(patterns)
    pattern = str(field.constraints.get("pattern", ""))
    return _period_reader(patterns, bare_quarter="[1-4]" in pattern and "Q" not in pattern, declared=marks_declared)


def _day_reader(patterns: Sequence[tuple[str, re.Pattern[str]]]) -> Reader:
    numeric = [name for name, _ in patterns if name not in ("ngày tháng năm", "excel-serial")]
    day_first = "mm/dd/yyyy" not in numeric

    def read(cell: str) -> Reading:
        folded = fold(cell)
        marks = day_marks(cell, day_first=day_first) if numeric else ()
        for _, pattern in patterns:
            match = pattern.fullmatch(folded)
            if match:
                day = _day(match.groupdict())
                return Reading(day, () if day == cell else (Kind.DATE,), marks)
        return Reading(cell)

    return read


def _period_reader(patterns: Sequence[tuple[str, re.Pattern[str]]], *, bare_quarter: bool, declared: bool) -> Reader:
    def period(folded: str) -> tuple[str | None, bool]:
        for name, pattern in patterns:
            match = pattern.fullmatch(folded)
            if match:
                return _period(name, match.groupdict(), bare_quarter=bare_quarter), True
        return None, False

    def read(cell: str) -> Reading:
        folded = fold(cell)
        found, known = period(folded)
        if known:
            return Reading(found, () if found == cell else (Kind.PERIOD,))
        bare = period_without_mark(folded)
        if bare is None or period(bare)[0] is None:
            return Reading(cell)
        return Reading(period(bare)[0] if declared else None, (Kind.PRELIMINARY,))

    return read


def day_marks(cell: str, *, day_first: bool) -> tuple[Mark, ...]:
    """What a day in digits says about the order of days and months in its column."""
    match = _NUMERIC_DAY.fullmatch(cell)
    if match is None:
        return ()
    first, second = int(match[1]), int(match[2])
    day, month = (first, second) if day_first else (second, first)
    if month > 12 and 1 <= day <= 12:
        return (Mark.OTHER_ORDER,)
    return (Mark.EITHER_DAY,) if day <= 12 and day != month else ()


def format_reader(declared_format: str, kind: str) -> Callable[[str], Reading]:
    """Reads days or times (``kind``: date or datetime) written in a format of ``strptime``; leaves what is written
    otherwise."""
    pattern = _pattern_of(declared_format)
    day_first = declared_format.find("%d") < declared_format.find("%m")

    def read(cell: str) -> Reading:
        marks = day_marks(cell, day_first=day_first)
        moment = _moment(cell, declared_format, pattern)
        if moment is None:
            return Reading(cell, (), marks)
        text = (moment.date() if kind == "date" else moment).isoformat()
        return Reading(text, () if text == cell else (Kind.DATE,), marks)

    return read


def _pattern_of(declared_format: str) -> re.Pattern[str] | None:
    """The format as a pattern, ten times as fast; ``None`` for one with other parts than digits of days and times."""
    pieces = re.split(r"(%.)", declared_format)
    directives = pieces[1::2]
    if not set(directives) <= _FORMAT_PARTS.keys() or len(set(directives)) < len(directives):
        return None
    if not {"%d", "%m", "%Y"} <= set(directives) or any(character.isspace() for character in "".join(pieces[2:-1:2])):
        return None
    return re.compile("".join(_FORMAT_PARTS.get(piece, re.escape(piece)) for piece in pieces), re.ASCII)


def _moment(cell: str, declared_format: str, pattern: re.Pattern[str] | None) -> datetime | None:
    try:
        if pattern is None:
            return datetime.strptime(cell, declared_format)  # noqa: DTZ007  local time, as written
        match = pattern.fullmatch(cell)
        if match is None:
            return None
        parts = {name: int(digits) for name, digits in match.groupdict().items()}
        return datetime(  # noqa: DTZ001  likewise
            parts["Y"], parts["m"], parts["d"], parts.get("H", 0), parts.get("M", 0), parts.get("S", 0)
        )
    except ValueError:
        return None


def _day(parts: Mapping[str, str | None]) -> str | None:
    if parts.get("serial"):
        serial = int(str(parts["serial"]))
        if not FIRST_SERIAL <= serial <= LAST_SERIAL or serial == 60:
            return None
        return (date(1899, 12, 31 if serial < 60 else 30) + timedelta(days=serial)).isoformat()
    try:
        return date(int(str(parts["y"])), int(str(parts["m"])), int(str(parts["d"]))).isoformat()
    except ValueError:
        return None


def _period(name: str, parts: Mapping[str, str | None], *, bare_quarter: bool) -> str | None:
    year = parts.get("y") or parts.get("y2")
    if name == "month":
        month = int(str(parts.get("m") or parts.get("m2") or 0))
        return f"{year}{month:02d}" if 1 <= month <= 12 else None
    if name == "quarter":
        written = parts.get("q") or parts.get("q2") or ""
        number = _ROMAN.get(written) or int(written)
        return f"{year}{number}" if bare_quarter else f"{year}Q{number}"
    if name == "half-year":
        return f"{year}H{parts.get('h2') or (2 if parts.get('end') == 'cuoi' else 1)}"
    if name == "nine-months":
        return f"{year}N9"
    if name == "school-year":
        return f"{year}-{parts['next']}" if int(str(parts["next"])) == int(str(year)) + 1 else None
    return year
