"""How offices write dates, numbers and yes or no, turned into the canonical form: by declaration, never by guessing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from catalog.dictionary import Field
from schemas.number_formats import PLAIN_INTEGER, PLAIN_NUMBER, is_declared, number_reader, percent_factor
from schemas.readings import Kind, Reader, Reading
from schemas.units import verify_units
from schemas.written_dates import date_reader, format_reader

_ISO_DATE = r"\d{4}-\d\d-\d\d"
_ISO_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"
_DAY = re.compile(_ISO_DATE, re.ASCII)
_MIDNIGHT = re.compile(r"(\d{4}-\d\d-\d\d)[T ]00:00:00(?:\.0+)?", re.ASCII)
_DATE_TIME_WITH_BLANK = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\S*)", re.ASCII)
_TRUE = ("true", "True", "TRUE", "1", "có", "Có")
_FALSE = ("false", "False", "FALSE", "0", "không", "Không")


@dataclass(frozen=True, slots=True)
class CellFormat:
    """How the cells of one field are read. ``canonical`` is a pattern (of RE2 and of Python) whose matches are surely
    canonical as they stand, so that nobody needs to look at them; empty where every cell is looked at."""

    read: Reader
    canonical: str = ""


def converter(field: Field, raw: Mapping[str, Any], file_factor: Decimal = Decimal(1)) -> CellFormat | None:
    """How a field's cells are read; ``None`` where text stays text. ``raw`` is the field's JSON, for ``decimalChar``,
    ``groupChar``, ``bareNumber``, ``percent``, ``footnotes``, ``acceptsUnits``, ``trueValues``, ``falseValues``,
    ``accepts``. ``file_factor``: see :func:`schemas.number_formats.number_reader`. Raises ``ValueError`` for a
    declaration that makes no sense."""
    if raw.get("accepts"):
        read = date_reader(field, raw["accepts"], marks_declared=bool(raw.get("footnotes")))
        return CellFormat(read, _ISO_DATE if field.type == "date" else "")
    if field.type in ("integer", "number"):
        verify_units(field, raw)
        return CellFormat(number_reader(field, raw, file_factor), _canonical_numbers(field, raw, file_factor))
    if field.type == "boolean":
        return _boolean(raw)
    if field.type == "date":
        return CellFormat(_date(field.format), _ISO_DATE)
    if field.type == "datetime":
        return CellFormat(_date_time(field.format), _ISO_TIME)
    return None


def _canonical_numbers(field: Field, raw: Mapping[str, Any], file_factor: Decimal) -> str:
    if file_factor != 1 or ("percent" in raw and percent_factor(field, raw)):
        return ""  # every number counts: it is multiplied, or tells whether the column's percents are written as such
    # Where the office's way is declared, "1.234" is plain to a program and a thousand times more to the office.
    plain = PLAIN_INTEGER if field.type == "integer" or is_declared(raw) else PLAIN_NUMBER
    return plain.pattern


def _boolean(raw: Mapping[str, Any]) -> CellFormat:
    values = dict.fromkeys(raw.get("trueValues", _TRUE), "true") | dict.fromkeys(
        raw.get("falseValues", _FALSE), "false"
    )

    def read(cell: str) -> Reading:
        value = values.get(cell, cell)
        return Reading(value, () if value == cell else (Kind.BOOLEAN,))

    return CellFormat(read)


def _date(declared_format: str) -> Reader:
    written = format_reader(declared_format, "date") if declared_format not in ("default", "any") else None

    def read(cell: str) -> Reading:
        midnight = _MIDNIGHT.fullmatch(cell)
        if midnight:
            return Reading(midnight[1], (Kind.DATE,))
        return written(cell) if written else Reading(cell)

    return read


def _date_time(declared_format: str) -> Reader:
    written = format_reader(declared_format, "datetime") if declared_format not in ("default", "any") else None

    def read(cell: str) -> Reading:
        with_blank = _DATE_TIME_WITH_BLANK.fullmatch(cell)
        if with_blank:
            return Reading(f"{with_blank[1]}T{with_blank[2]}", (Kind.DATE,))
        if _DAY.fullmatch(cell):
            return Reading(f"{cell}T00:00:00", (Kind.DATE,))
        return written(cell) if written else Reading(cell)

    return read
