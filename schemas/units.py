"""Units as offices write them: which words mean the same, and how many of one make another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from catalog.dictionary import MULTIPLIERS, Field, TableSchema
from catalog.issues import Dimension, Issue, Severity
from catalog.ports import StagedTable
from catalog.vietnamese import fold
from schemas.messages import column_name, issue
from schemas.places import Places

_SAME = {
    "d": "dong", "vnd": "dong", "dong viet nam": "dong", "hecta": "ha", "hec-ta": "ha", "$": "usd", "do la my": "usd",
    "phan tram": "%", "percent": "%", "ng": "nguoi", "t": "tan", "km²": "km2", "m²": "m2", "m³": "m3",
}  # fmt: skip
_FOLDED_MULTIPLIERS = {fold(word): factor for word, factor in MULTIPLIERS.items() if word} | {"tr": 10**6, "ngan": 1000}
_LONGEST_FIRST = sorted(_FOLDED_MULTIPLIERS, key=len, reverse=True)


def split_unit(text: str) -> tuple[int, str]:
    """The multiplier that a unit begins with (1 if none) and the base unit, folded: "triệu đồng" is (1000000, "dong").
    What stands behind a dash or in brackets is taken for a translation."""
    folded = (
        re.split(r"\s*[-–(/]\s*(?=[a-z])", fold(text).strip(" .:"), maxsplit=1)[0] if "/" not in text else fold(text)
    )
    folded = folded.strip(" .:")
    factor = 1
    for word in _LONGEST_FIRST:
        if folded == word or folded.startswith(word + " "):
            factor, folded = _FOLDED_MULTIPLIERS[word], folded[len(word) :].strip()
            break
    return factor, _SAME.get(folded, folded)


def unit_of(field: Field) -> tuple[int, str]:
    """The multiplier and base unit that the dictionary counts a column in."""
    factor, base = split_unit(field.unit)
    return factor * MULTIPLIERS.get(field.multiplier, 1), base


def factor_between(stated: str, field: Field) -> Decimal | None:
    """By what a number in the stated unit is multiplied to count as the dictionary does; ``None`` if the two units are
    not of one kind. A bare multiplier ("triệu") stands for the dictionary's base unit."""
    factor, base = split_unit(stated)
    own_factor, own_base = unit_of(field)
    if base not in ("", own_base):
        return None
    return Decimal(factor) / Decimal(own_factor)


def unit_issues(table: StagedTable, schema: TableSchema) -> Iterator[Issue]:
    """Units that the file states for a column and that are not the dictionary's: every number would be misread."""
    for label, stated in table.units.items():
        field = schema.field(label)
        if field is None or not field.unit or field.type not in ("integer", "number"):
            continue
        if factor_between(stated, field) == 1:
            continue
        name = column_name(schema, field.name)
        texts = (
            f"Cột {name}: tệp ghi đơn vị “{stated}”, từ điển dùng “{_own(field)}”.",
            f"Column {field.name}: the file counts in “{stated}”, the dictionary in “{_own(field)}”.",
            "Đổi số liệu sang đơn vị của từ điển rồi gửi lại; nếu tệp ghi nhầm đơn vị thì sửa dòng đơn vị.",
            "Convert the numbers to the dictionary's unit, or correct the line that states the unit.",
        )
        yield issue("unit-differs", Severity.HOLD, Dimension.CONSISTENT, texts, Places(count=1), field.name)


def _own(field: Field) -> str:
    return f"{field.multiplier} {field.unit}".strip()
