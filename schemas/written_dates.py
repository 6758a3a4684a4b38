"""Days and periods in the words of offices, read only where the dictionary says that they are so written.

A field declares ``"accepts"``, a list of the names in :data:`DAYS` or :data:`PERIODS`. Canonical forms: a day in ISO,
``YYYY``, ``YYYYMM``, ``YYYYQn``, ``YYYYH1`` and ``YYYYH2``, ``YYYYN9`` (the first nine months), ``YYYY-YYYY`` (a school
year); they are those of the code list ``ky-so-lieu``. Where a field's pattern takes ``YYYYn`` only, quarters are so
written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from catalog.dictionary import Field
from catalog.vietnamese import fold

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
    "ngày tháng năm": rf"ngay\s+{_DAY}\s+thang\s+{_MONTH}\s+nam\s+{_YEAR}",
    "excel-serial": r"(?P<serial>\d{1,5})(?:\.0+)?",
}
"""How a day may be written (after folding), by the name that the dictionary uses."""

PERIODS: Mapping[str, str] = {
    "year": rf"(?:nam\s+)?{_YEAR}",
    "month": rf"(?:thang\s+)?{_MONTH}\s*(?:[/-]|\s+nam)\s*{_YEAR}|(?P<y3>(?:19|20)\d\d)-(?P<m3>\d\d)",
    "quarter": rf"(?:quy\s+|q\.?\s*)(?P<q>[1-4]|iv|i{{1,3}})\s*(?:[/-]|nam)?\s*{_YEAR}",
    "half-year": rf"(?P<half>6|sau)\s*(?:thang|t)\s*(?P<end>dau|cuoi)?\s*(?:nam)?\s*/?\s*{_YEAR}",
    "nine-months": rf"(?:9|chin)\s*(?:thang|t)\s*(?:dau)?\s*(?:nam)?\s*/?\s*{_YEAR}",
    "school-year": rf"(?:nam hoc\s+)?{_YEAR}\s*[-–]\s*(?P<next>(?:19|20)\d\d)",
}
"""How a period may be written (after folding), likewise."""


def date_reader(field: Field, accepts: Sequence[str]) -> Callable[[str], str | None]:
    """Reads a cell in one of the accepted ways into its canonical text; ``None`` for a day that never was, the cell
    itself for one that is written in no such way. Raises ``ValueError`` for an unknown name."""
    known = DAYS if field.type == "date" else PERIODS
    unknown = [name for name in accepts if name not in known]
    if unknown:
        raise ValueError(f"{field.name}: accepts “{unknown[0]}”; known: {', '.join(known)}")
    patterns = [(name, re.compile(known[name], re.ASCII)) for name in accepts]
    bare_quarter = "[1-4]" in str(field.constraints.get("pattern", "")) and "Q" not in str(
        field.constraints.get("pattern", "")
    )

    def read(cell: str) -> str | None:
        folded = fold(cell).strip()
        for name, pattern in patterns:
            match = pattern.fullmatch(folded)
            if match:
                parts = match.groupdict()
                return _day(parts) if field.type == "date" else _period(name, parts, bare_quarter=bare_quarter)
        return cell

    return read


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
    year = parts.get("y") or parts.get("y3")
    if name == "month":
        month = int(str(parts.get("m") or parts.get("m3") or 0))
        return f"{year}{month:02d}" if 1 <= month <= 12 else None
    if name == "quarter":
        number = _ROMAN.get(str(parts["q"])) or int(str(parts["q"]))
        return f"{year}{number}" if bare_quarter else f"{year}Q{number}"
    if name == "half-year":
        return f"{year}H{2 if parts.get('end') == 'cuoi' else 1}"
    if name == "nine-months":
        return f"{year}N9"
    if name == "school-year":
        return f"{year}-{parts['next']}" if int(str(parts["next"])) == int(str(year)) + 1 else None
    return year
