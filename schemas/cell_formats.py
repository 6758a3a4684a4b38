"""How offices write dates, numbers and yes or no, turned into the canonical form: by declaration, never by guessing.

A converter takes a cell and gives its canonical text, the cell itself if it is canonical already, or ``None`` if the
cell cannot be read in the declared way and must not be read in any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from catalog.dictionary import Field
from schemas.units import factor_between, split_unit
from schemas.written_dates import date_reader

Converter = Callable[[str], str | None]

_PLAIN_INTEGER = re.compile(r"-?(?:0|[1-9]\d*)", re.ASCII)
_PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?", re.ASCII)
_CANONICAL_PERIOD = re.compile(r"\d{4}(?:\d{1,2}|Q[1-4]|H[12]|N9|-\d{4})?", re.ASCII)
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MIDNIGHT = re.compile(r"(\d{4}-\d\d-\d\d)[T ]00:00:00(?:\.0+)?", re.ASCII)
_DATE_TIME_WITH_BLANK = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\S*)", re.ASCII)
_MINUS = ("-", "\u2212", "\u2013")
_PARTS = re.compile(
    r"(?P<before>[^\d(+\-\u2212\u2013]*?)\s*(?P<open>\()?(?P<sign>[+\-\u2212\u2013])?\s*"
    r"(?P<number>\d(?:[\d.,\u00a0 ']*\d)?)"
    r"\s*(?P<close>\))?\s*(?P<after>[^\d()]*?)"
)
_TRUE = ("true", "True", "TRUE", "1", "có", "Có")
_FALSE = ("false", "False", "FALSE", "0", "không", "Không")
_LONGEST_NUMBER = 40


def converter(field: Field, raw: Mapping[str, Any]) -> tuple[Converter, re.Pattern[str]] | None:
    """The converter for a field, with the pattern of cells that are canonical as they stand; ``None`` where text stays
    text. ``raw`` is the field's JSON, for ``decimalChar``, ``groupChar``, ``bareNumber``, ``trueValues``,
    ``falseValues``.
    """
    if raw.get("accepts") and field.type in ("date", "string"):
        canonical = _ISO_DATE if field.type == "date" else _CANONICAL_PERIOD
        return date_reader(field, raw["accepts"]), canonical
    if field.type in ("integer", "number"):
        plain = _PLAIN_INTEGER if field.type == "integer" else _PLAIN_NUMBER
        if raw.get("groupChar") or raw.get("decimalChar", ".") != "." or raw.get("bareNumber") is False:
            # Every cell is looked at: "1.234" is plain to a program and a thousand times more to the office.
            return _declared_number(field, raw), _PLAIN_INTEGER
        return _plain_number(field.type), plain
    if field.type == "boolean":
        values = dict.fromkeys(raw.get("trueValues", _TRUE), "true") | dict.fromkeys(
            raw.get("falseValues", _FALSE), "false"
        )
        return (lambda cell: values.get(cell, cell)), re.compile("true|false")
    if field.type == "date":
        return _date(field.format), _ISO_DATE
    if field.type == "datetime":
        return _date_time(field.format), re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", re.ASCII)
    return None


def _plain_number(kind: str) -> Converter:
    """Numbers that Python reads but that are not written plainly (+5, 007, 1e3, 5.0 for an integer) are rewritten."""

    def convert(cell: str) -> str:
        try:
            value = Decimal(cell.strip())
        except InvalidOperation:
            return cell
        if not value.is_finite() or len(cell) > _LONGEST_NUMBER or abs(value.adjusted()) > _LONGEST_NUMBER:
            return cell
        if kind == "integer" and value != value.to_integral_value():
            return cell
        return format(value.to_integral_value() if kind == "integer" else value, "f")

    return convert


def _declared_number(field: Field, raw: Mapping[str, Any]) -> Converter:
    """Numbers with the declared decimal and grouping characters. A cell that does not keep to them is refused: read in
    another way, "3,750.5" would become 3.7505 without a word."""
    group = re.escape(str(raw.get("groupChar", "")))
    decimal = re.escape(str(raw.get("decimalChar", ".")))
    whole = rf"(?:\d{{1,3}}(?:{group}\d{{3}})+|\d+)" if group else r"\d+"
    fraction = rf"(?:{decimal}(\d+))?" if field.type == "number" else "()?"
    pattern = re.compile(rf"()({whole}){fraction}", re.ASCII)
    bare = raw.get("bareNumber") is not False
    # A decimal point that cannot be a grouping one: a database's own number, not the office's way of writing.
    own = re.compile(r"\d+\.(?:\d{1,2}|\d{4,})", re.ASCII)

    def convert(cell: str) -> str | None:
        if len(cell) > _LONGEST_NUMBER:
            return None
        parts = _PARTS.fullmatch(cell)
        if parts is None:
            return None
        negative = bool(parts["open"]) or parts["sign"] in _MINUS
        if bool(parts["open"]) != bool(parts["close"]) or (parts["open"] and parts["sign"]):
            return None
        words = f"{parts['before']} {parts['after']}".strip()
        factor = _factor(words, field, bare=bare)
        match = pattern.fullmatch(parts["number"])
        if factor is None or (match is None and not (field.type == "number" and own.fullmatch(parts["number"]))):
            return None
        plain = parts["number"] if match is None else _plain_text(match[2], match[3])
        return _multiplied(("-" if negative else "") + plain, factor, field.type)

    return convert


def _plain_text(whole: str, fraction: str | None) -> str:
    digits = re.sub(r"\D", "", whole).lstrip("0") or "0"
    return digits + (f".{fraction}" if fraction else "")


def _factor(words: str, field: Field, *, bare: bool) -> Decimal | None:
    """By what a number with these words beside it is multiplied; ``None`` if they are none that may stand there. A
    percent sign may stand in every column of percents."""
    if not words:
        return Decimal(1)
    if bare:
        return Decimal(1) if words == "%" and field.unit.strip() == "%" else None
    if field.unit:
        return factor_between(words, field)
    return Decimal(1) if split_unit(words)[0] == 1 else None


def _multiplied(plain: str, factor: Decimal, kind: str) -> str | None:
    if factor == 1:
        return plain
    value = Decimal(plain) * factor
    if kind == "integer" and value != value.to_integral_value():
        return None
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _date(declared_format: str) -> Converter:
    def convert(cell: str) -> str:
        midnight = _MIDNIGHT.fullmatch(cell)
        if midnight:
            return midnight[1]
        if declared_format not in ("default", "any"):
            try:
                return datetime.strptime(cell, declared_format).date().isoformat()  # noqa: DTZ007  a day has no zone
            except ValueError:
                return cell
        return cell

    return convert


def _date_time(declared_format: str) -> Converter:
    def convert(cell: str) -> str:
        with_blank = _DATE_TIME_WITH_BLANK.fullmatch(cell)
        if with_blank:
            return f"{with_blank[1]}T{with_blank[2]}"
        if _ISO_DATE.fullmatch(cell):
            return f"{cell}T00:00:00"
        if declared_format not in ("default", "any"):
            try:
                return datetime.strptime(cell, declared_format).isoformat()  # noqa: DTZ007  local time, as written
            except ValueError:
                return cell
        return cell

    return convert
