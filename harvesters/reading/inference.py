"""Drafts a table schema from a table of a file: types judged over all its values, codes never made numbers.

A draft is for a person to finish. What two readings would fit stays text, with a remark in its description.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from catalog.ports import StagedTable
from catalog.vietnamese import clean, slug
from harvesters.code_names import is_code_name

MOST_DISTINCT = 100_000
MOST_ENUM = 12
_INTEGER = re.compile(r"-?(?:0|[1-9]\d*)", re.ASCII)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?", re.ASCII)
_VIETNAMESE = re.compile(r"-?\d{1,3}(?:\.\d{3})*(?:,\d+)?|-?\d+,\d+", re.ASCII)
_GROUPED_TWICE = re.compile(r"\d{1,3}(?:\.\d{3}){2,}|\d{1,3}(?:\.\d{3})+,\d+|\d+,\d{1,2}|\d+,\d{4,}", re.ASCII)
_ONE_GROUP = re.compile(r"-?\d{1,3}[.,]\d{3}", re.ASCII)
_ISO = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DAY_FIRST = re.compile(r"\d{1,2}/\d{1,2}/\d{4}", re.ASCII)
_YEAR = re.compile(r"(?:19|20)\d\d", re.ASCII)
_MISSING = frozenset({"", "-", "..", "...", "n/a", "N/A", "đang cập nhật", "chưa có"})
_TRUE, _FALSE = frozenset({"có", "true", "x", "đạt"}), frozenset({"không", "false", "chưa đạt"})


@dataclass(slots=True)
class _Column:
    """What is known of the values of a column after reading all of them."""

    label: str
    filled: int = 0
    empty: int = 0
    marks: set[str] = field(default_factory=set)
    values: dict[str, int] = field(default_factory=dict)
    overflowed: bool = False

    def add(self, cell: str) -> None:
        text = clean(cell)
        if text in _MISSING:
            self.empty += 1
            if text:
                self.marks.add(text)
            return
        self.filled += 1
        if text in self.values or len(self.values) < MOST_DISTINCT:
            self.values[text] = self.values.get(text, 0) + 1
        else:
            self.overflowed = True


def draft_schema(table: StagedTable, name: str) -> dict[str, Any]:
    """A table schema descriptor of ours, as a draft, for a staged table."""
    columns = [_Column(label) for label in table.columns]
    csv.field_size_limit(2**31 - 1)
    with table.path.open(encoding="utf-8", newline="") as text:
        rows = csv.reader(text)
        next(rows, None)
        for row in rows:
            for column, cell in zip(columns, row, strict=False):
                column.add(cell)
    names = _names(table.columns)
    whole = table.proposal.layout.unit if table.proposal else ""
    fields = [_field(column, own, table.units, whole) for column, own in zip(columns, names, strict=True)]
    marks = sorted(set().union(*(column.marks for column in columns))) if columns else []
    descriptor: dict[str, Any] = {
        "name": name,
        "version": "0.1.0",
        "status": "draft",
        "title": name,
        "titleEn": "",
        "description": "",
        "sourceDecision": "",
        "fields": fields,
        "missingValues": ["", *marks],
    }
    key = next((own for column, own in zip(columns, names, strict=True) if _is_key(column)), None)
    if key:
        descriptor["primaryKey"] = [key]
    return descriptor


def _names(labels: Sequence[str]) -> list[str]:
    names: list[str] = []
    for place, label in enumerate(labels, 1):
        name = slug(label, limit=50).replace("-", "_") or f"cot_{place}"
        names.append(name if name not in names else f"{name}_{place}")
    return names


def _is_key(column: _Column) -> bool:
    unique = not column.overflowed and len(column.values) == column.filled
    return bool(unique and column.filled > 1 and not column.empty and is_code_name(column.label))


def _field(column: _Column, name: str, units: Mapping[str, str], whole: str) -> dict[str, Any]:
    """``units`` are those of columns, ``whole`` is the table's, which its numbers are in."""
    kind = _kind(column)
    remark = kind.pop("remark", "")
    found: dict[str, Any] = {"name": name, **kind, "title": column.label, "titleEn": "", "description": remark}
    if column.label in units:
        found["unit"] = units[column.label]
    elif whole and kind["type"] in ("integer", "number"):
        found["unit"] = whole
    constraints: dict[str, Any] = {}
    if column.filled and not column.empty:
        constraints["required"] = True
    if _is_enum(column, kind["type"]):
        constraints["enum"] = sorted(column.values)
    lengths = {len(value) for value in column.values}
    if kind["type"] == "string" and is_code_name(column.label) and len(lengths) == 1 and _all(column, r"\d+"):
        constraints["pattern"] = rf"^\d{{{lengths.pop()}}}$"
    if constraints:
        found["constraints"] = constraints
    return found


def _is_enum(column: _Column, kind: str) -> bool:
    return (
        kind == "string"
        and not column.overflowed
        and 1 < len(column.values) <= MOST_ENUM
        and column.filled >= 4 * len(column.values)
    )


def _all(column: _Column, pattern: str | re.Pattern[str]) -> bool:
    return bool(column.values) and all(re.fullmatch(pattern, value) for value in column.values)


def _kind(column: _Column) -> dict[str, Any]:
    """Type and way of writing; a column of codes is text whatever its digits say."""
    values = column.values
    if not values or column.overflowed:
        return {"type": "string"}
    if is_code_name(column.label) or any(re.fullmatch(r"0\d+", value) for value in values):
        return {"type": "string"}
    if {value.casefold() for value in values} <= _TRUE | _FALSE and len(values) > 1:
        truths = sorted(value for value in values if value.casefold() in _TRUE)
        return {"type": "boolean", "trueValues": truths, "falseValues": sorted(set(values) - set(truths))}
    if _all(column, _ISO) and _are_days(values, "%Y-%m-%d"):
        return {"type": "date"}
    if _all(column, _DAY_FIRST) and _are_days(values, "%d/%m/%Y"):
        return {"type": "date", "format": "%d/%m/%Y"}
    if _all(column, _YEAR):
        return {"type": "year"}
    return _number(column)


def _are_days(values: Iterable[str], form: str) -> bool:
    try:
        for value in values:
            datetime.strptime(value, form)  # noqa: DTZ007  a day has no zone
    except ValueError:
        return False
    return True


def _number(column: _Column) -> dict[str, Any]:
    if _all(column, _INTEGER):
        return {"type": "integer"}
    unsure = any(_ONE_GROUP.fullmatch(value) for value in column.values)
    if _all(column, _VIETNAMESE) and any(_GROUPED_TWICE.fullmatch(value.lstrip("-")) for value in column.values):
        return {"type": "number", "decimalChar": ",", "groupChar": "."}
    if unsure:
        shown = next(value for value in column.values if _ONE_GROUP.fullmatch(value))
        remark = f"Chưa rõ “{shown}” là số nghìn hay số thập phân: hãy khai decimalChar, groupChar rồi đổi kiểu."
        return {"type": "string", "remark": remark}
    return {"type": "number"} if _all(column, _NUMBER) else {"type": "string"}
