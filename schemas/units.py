"""Units as offices write them: which words mean the same, and how many of one make another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation
from typing import Any

from catalog.dictionary import MULTIPLIERS, Field, TableSchema
from catalog.issues import Dimension, Issue, Severity
from catalog.ports import StagedTable
from catalog.vietnamese import fold, nfc
from schemas.messages import column_name, issue
from schemas.places import Places
from schemas.staged_rows import declared

EXACT = Context(prec=120, traps=[Inexact, InvalidOperation, DivisionByZero])
"""Decimal arithmetic that raises instead of rounding."""

FRACTIONS = "1"
"""The unit that a file states for a column of fractions of one, such as Excel's cells in percent format."""

_SAME = {
    "d": "dong", "vnd": "dong", "dong viet nam": "dong", "hecta": "ha", "hec-ta": "ha", "$": "usd", "do la my": "usd",
    "phan tram": "%", "percent": "%", "ng": "nguoi", "t": "tan", "ton": "tan",
    "tons": "tan", "met": "m", "ki-lo-met": "km", "kilomet": "km", "met khoi": "m3", "met vuong": "m2", "lit": "l",
}  # fmt: skip
_SPELT = {"tạ": "quintal", "yến": "yen-10kg", "tá": "dozen"}
"""Units that folding would confuse with others."""

_RAISED = str.maketrans("²³", "23")

_MADE_OF: Mapping[str, tuple[str, str]] = {
    "tan": ("kg", "1000"), "quintal": ("kg", "100"), "yen-10kg": ("kg", "10"), "g": ("kg", "0.001"),
    "gam": ("kg", "0.001"), "mg": ("kg", "0.000001"),
    "ha": ("m2", "10000"), "km2": ("m2", "1000000"), "km": ("m", "1000"), "cm": ("m", "0.01"), "mm": ("m", "0.001"),
    "l": ("m3", "0.001"), "mwh": ("kwh", "1000"), "gwh": ("kwh", "1000000"), "wh": ("kwh", "0.001"),
    "mw": ("kw", "1000"), "gw": ("kw", "1000000"), "w": ("kw", "0.001"), "dozen": ("cai", "12"),
}  # fmt: skip
"""How much of a base unit one of these is; both are exact by definition."""

_FOLDED_MULTIPLIERS = {fold(word): factor for word, factor in MULTIPLIERS.items() if word} | {"tr": 10**6, "ngan": 1000}
_LONGEST_FIRST = sorted(_FOLDED_MULTIPLIERS, key=len, reverse=True)
_ROUND_NUMBER = re.compile(r"(10{1,2}|1(?:[. ]?000)+)\s+(?=\D)")


def split_unit(text: str) -> tuple[int, str]:
    """The multiplier that a unit begins with (1 if none) and the base unit, folded: "triệu đồng" is (1000000, "dong").
    What stands behind a dash or in brackets is taken for a translation."""
    folded = (
        re.split(r"\s*[-–(/]\s*(?=[a-z])", fold(text).strip(" .:"), maxsplit=1)[0] if "/" not in text else fold(text)
    )
    folded = folded.strip(" .:")
    factor = 1
    number = _ROUND_NUMBER.match(folded)
    if number:
        factor, folded = int(re.sub(r"\D", "", number[1])), folded[number.end() :]
    for word in _LONGEST_FIRST:
        if folded == word or folded.startswith(word + " "):
            factor, folded = factor * _FOLDED_MULTIPLIERS[word], folded[len(word) :].strip()
            break
    return factor, _base(folded, nfc(text).lower().strip(" .:").rsplit(" ", 1)[-1])


def _base(folded: str, last_word: str) -> str:
    """The base unit under the one name it goes by, of a rate ("tạ/ha") that of what is counted."""
    counted, stroke, per = folded.translate(_RAISED).partition("/")
    name = _SPELT.get(last_word.partition("/")[0]) or _SAME.get(counted.strip(), counted.strip())
    return f"{name}/{_SAME.get(per.strip(), per.strip())}" if stroke else name


def _made_of(base: str) -> tuple[str, Decimal]:
    counted, stroke, per = base.partition("/")
    kind, size = _MADE_OF.get(counted, (counted, "1"))
    return kind + stroke + per, Decimal(size)


def unit_of(field: Field) -> tuple[int, str]:
    """The multiplier and base unit that the dictionary counts a column in."""
    factor, base = split_unit(field.unit)
    return factor * MULTIPLIERS.get(field.multiplier, 1), base


def factor_between(stated: str, field: Field) -> Decimal | None:
    """By what a number in the stated unit is multiplied to count as the dictionary does, exactly; ``None`` if the two
    units are not of one kind. A bare multiplier ("triệu") stands for the dictionary's base unit."""
    factor, base = split_unit(stated)
    own_factor, own_base = unit_of(field)
    if base in ("", own_base):
        return _quotient(Decimal(factor), Decimal(own_factor))
    (kind, size), (own_kind, own_size) = _made_of(base), _made_of(own_base)
    return _quotient(factor * size, own_factor * own_size) if kind == own_kind else None


def _quotient(stated: Decimal, own: Decimal) -> Decimal | None:
    try:
        return EXACT.divide(stated, own)
    except Inexact:
        return None


def accepted_factor(stated: str, field: Field, raw: Mapping[str, Any]) -> Decimal | None:
    """By what the numbers of a file that states this unit are multiplied: 1 for the dictionary's own unit, another
    factor where the field's ``acceptsUnits`` names the stated unit; ``None`` where the numbers must not be taken. A
    field of shares takes both percents and fractions: the file says which it holds."""
    factor = _share_factor(stated, field, raw)
    if factor is not None:
        return factor
    factor = factor_between(stated, field)
    if factor is None or factor == 1:
        return factor
    wanted = split_unit(stated)
    return factor if wanted in {split_unit(unit) for unit in raw.get("acceptsUnits", ())} else None


def states_a_unit(stated: str, field: Field, raw: Mapping[str, Any]) -> bool:
    """Whether the unit that a file states can be compared with what the field counts."""
    if field.type not in ("integer", "number"):
        return False
    return bool(field.unit) or _share_factor(stated, field, raw) is not None


def _share_factor(stated: str, field: Field, raw: Mapping[str, Any]) -> Decimal | None:
    """The factor for a field of percents or fractions in a file that states one of the two; else ``None``."""
    counted = raw.get("percent", "percent" if field.unit.strip() == "%" else None)
    held = {(1, "%"): "percent", (1, FRACTIONS): "fraction"}.get(split_unit(stated))
    if counted is None or held is None:
        return None
    return {("percent", "fraction"): Decimal("0.01"), ("fraction", "percent"): Decimal(100)}.get(
        (held, counted), Decimal(1)
    )


def verify_units(field: Field, raw: Mapping[str, Any]) -> None:
    """Raises ``ValueError`` naming a unit in ``acceptsUnits`` that cannot be converted exactly."""
    for unit in raw.get("acceptsUnits", ()):
        if factor_between(unit, field) is None:
            raise ValueError(f"{field.name}: acceptsUnits “{unit}” cannot be converted to “{own_unit(field)}”")


def unit_issues(table: StagedTable, schema: TableSchema) -> Iterator[Issue]:
    """Units that the file states for a column and that are not the dictionary's: converted where the dictionary accepts
    them; else every number would be misread, and the table is held."""
    raw = declared(schema)
    for label, stated in table.units.items():
        field = schema.field(label)
        if field is None or not states_a_unit(stated, field, raw.get(field.name, {})):
            continue
        factor = accepted_factor(stated, field, raw.get(field.name, {}))
        if factor is None:
            yield _differs(schema, field, stated)
        elif factor != 1:
            yield _converted(schema, field, stated, factor)


def _differs(schema: TableSchema, field: Field, stated: str) -> Issue:
    name, own = column_name(schema, field.name), own_unit(field)
    factor = factor_between(stated, field)
    accept = f', hoặc khai báo "acceptsUnits": ["{stated}"] cho cột này trong từ điển' if factor else ""
    accept_en = f', or declare "acceptsUnits": ["{stated}"] for the column in the dictionary' if factor else ""
    texts = (
        f"Cột {name}: tệp ghi đơn vị “{stated}”, từ điển dùng “{own}”.",
        f"Column {field.name}: the file counts in “{stated}”, the dictionary in “{own}”.",
        f"Đổi số liệu sang đơn vị của từ điển rồi gửi lại{accept}; nếu tệp ghi nhầm đơn vị thì sửa dòng đơn vị.",
        f"Convert the numbers to the dictionary's unit{accept_en}; or correct the line that states the unit.",
    )
    return issue("unit-differs", Severity.HOLD, Dimension.CONSISTENT, texts, Places(count=1), field.name)


def _converted(schema: TableSchema, field: Field, stated: str, factor: Decimal) -> Issue:
    name, own, by = column_name(schema, field.name), own_unit(field), f"{factor:f}"
    texts = (
        f"Cột {name}: đã đổi đơn vị “{stated}” của tệp sang “{own}” của từ điển, nhân với {by.replace('.', ',')}.",
        f"Column {field.name}: converted from the file's unit “{stated}” to the dictionary's “{own}”, times {by}.",
        "",
        "",
    )
    return issue("unit-converted", Severity.NOTE, Dimension.CONSISTENT, texts, Places(count=1), field.name)


def own_unit(field: Field) -> str:
    """The dictionary's unit in words."""
    return f"{field.multiplier} {field.unit}".strip() or "1"
