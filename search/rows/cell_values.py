"""Values of a row question, read from text by the type of the column they are compared with."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime

from catalog.errors import InvalidQuery
from catalog.local_time import LOCAL_TIME
from catalog.vietnamese import clean, fold, nfc
from search.rows.copied_table import CopiedColumn

Value = bool | int | float | str | date | datetime

MAX_WORDS = 10
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_NUMBER = re.compile(r"[-+]?([0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30})([eE][-+]?[0-9]{1,3})?")
_BOOLEANS = {
    **dict.fromkeys(("true", "t", "1", "yes", "co", "dung"), True),
    **dict.fromkeys(("false", "f", "0", "no", "khong", "sai"), False),
}


def plain_fold(text: str) -> str:
    """``text`` as the folded columns hold it."""
    return "".join(character for character in fold(text) if not unicodedata.combining(character))


def folded_words(text: str) -> list[str]:
    """The words of a free text, folded, each once, at most ten: more would narrow nothing and cost time."""
    return list(dict.fromkeys(plain_fold(clean(text)).split()))[:MAX_WORDS]


def read_value(text: str, column: CopiedColumn) -> Value:
    """``text`` as a value of the column's type. Raises ``InvalidQuery`` that names column, value and the right form."""
    reader = _READERS.get(column.type)
    if reader is None:
        return nfc(text)
    read, form, form_en = reader
    try:
        return read(text.strip())
    except (ValueError, OverflowError):
        raise InvalidQuery(
            f"Cột “{column.name}” (kiểu {column.type}) không nhận giá trị “{text[:100]}”; hãy viết {form}.",
            f"Column “{column.name}” ({column.type}) cannot be compared with “{text[:100]}”; write {form_en}.",
            field=column.name,
            value=text[:100],
        ) from None


def _read_integer(text: str) -> int | float:
    return int(text) if _INTEGER.fullmatch(text) else _read_number(text)


def _read_number(text: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _read_boolean(text: str) -> bool:
    try:
        return _BOOLEANS[fold(text)]
    except KeyError:
        raise ValueError(text) from None


def _read_date(text: str) -> date:
    return datetime.fromisoformat(text).date()


def _read_datetime(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.astimezone(LOCAL_TIME).replace(tzinfo=None) if moment.tzinfo else moment


_READERS: dict[str, tuple[Callable[[str], Value], str, str]] = {
    "integer": (_read_integer, "số nguyên, ví dụ 1200", "an integer, e.g. 1200"),
    "year": (_read_integer, "năm, ví dụ 2026", "a year, e.g. 2026"),
    "number": (_read_number, "số với dấu chấm thập phân, ví dụ 12.5", "a number with a decimal point, e.g. 12.5"),
    "boolean": (_read_boolean, "true hoặc false", "true or false"),
    "date": (_read_date, "ngày dạng 2026-01-31", "a date such as 2026-01-31"),
    "datetime": (_read_datetime, "thời điểm dạng 2026-01-31T08:00:00", "a time such as 2026-01-31T08:00:00"),
}
