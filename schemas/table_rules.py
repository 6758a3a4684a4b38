"""Rules that compare a table with another one of the same dataset: what one adds up must be what the other says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from catalog.issues import Dimension, Severity
from catalog.ports import StagedTable
from catalog.vietnamese import clean
from schemas.group_statistics import first_rows, group_sums
from schemas.messages import number_text
from schemas.normalise import canonical_cell, column_positions
from schemas.places import Places
from schemas.rule_context import Finding, RuleContext, Seen, Verdict, names_in, texts_in
from schemas.staged_rows import read_rows

_DUST = 1e-9

Totals = dict[tuple[str, ...], float]
"""What a table adds up for each key."""


@dataclass(frozen=True, slots=True)
class _OtherTable:
    """The columns asked of the other table, by name, and how their cells are read."""

    table: StagedTable
    positions: Mapping[str, int]
    canonical: Mapping[str, Callable[[str], str]]

    def rows(self, names: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """The canonical cells of these columns, row by row; rows too short to hold them are passed over."""
        places = [self.positions[name.casefold()] for name in names]
        read = [self.canonical.get(name.casefold(), clean) for name in names]
        for _, rows in read_rows(self.table.path):
            for row in rows:
                if len(row) > max(places, default=-1):
                    yield tuple(change(row[place]) for change, place in zip(read, places, strict=True))


def cross_table(context: RuleContext) -> Iterator[Finding]:
    """For each key (``per``), the sum of ``field`` must be the sum of ``tableField`` in ``table``; or, with
    ``aggregate: count``, both must have as many rows. ``when`` and ``tableWhen`` pick the rows that count on either
    side. With a ``field`` and ``count``, the sum of ``field`` must be the other table's number of rows."""
    name = str(context.options["table"])
    wanted = [*names_in(context.options.get("tablePer", context.options.get("per"))), *_other_columns(context)]
    other = _other_table(context, name)
    if other is None or not {column.casefold() for column in wanted} <= other.positions.keys():
        yield _not_compared(context, name)
        return
    theirs = _their_totals(context, other)
    yield from _differences(context, name, theirs)


def _other_columns(context: RuleContext) -> list[str]:
    columns = [] if context.options.get("aggregate") == "count" else [str(context.options["tableField"])]
    condition = context.options.get("tableWhen")
    return [*columns, *([str(condition["field"])] if condition else [])]


def _other_table(context: RuleContext, name: str) -> _OtherTable | None:
    table, schema = context.gate.siblings.get(name), context.gate.sibling_schemas.get(name)
    if table is None:
        return None
    if schema is None:
        return _OtherTable(table, {column.casefold(): place for place, column in enumerate(table.columns)}, {})
    positions = {column.casefold(): place for column, place in column_positions(table.columns, schema).items()}
    return _OtherTable(
        table, positions, {field.name.casefold(): canonical_cell(field, schema, table=table) for field in schema.fields}
    )


def _their_totals(context: RuleContext, other: _OtherTable) -> Totals:
    keys = names_in(context.options.get("tablePer", context.options.get("per")))
    counted = context.options.get("aggregate") == "count"
    condition = context.options.get("tableWhen")
    totals: Totals = {}
    for row in other.rows([*keys, *_other_columns(context)]):
        if condition and not _picked(condition, row[-1]):
            continue
        key = row[: len(keys)]
        value = 1.0 if counted else _number(row[len(keys)])
        if isfinite(value):
            totals[key] = totals.get(key, 0.0) + value
    return totals


def _picked(condition: Mapping[str, Any], cell: str) -> bool:
    if "equals" in condition:
        return cell in texts_in(condition["equals"])
    return bool(cell) == bool(condition.get("filled", True))


def _number(text: str) -> float:
    try:
        return float(text) if text else float("nan")
    except ValueError:
        return float("nan")


def _differences(context: RuleContext, other: str, theirs: Totals) -> Iterator[Finding]:
    per = context.names("per")
    groups, count = context.rows.groups(per)
    field = context.options.get("field")
    picked = context.concerned()
    values = context.rows[str(field)].numbers() if field else np.ones(context.rows.count)
    values = np.where(picked, values, np.nan)
    sums = group_sums(values, groups, count)
    first = first_rows(np.isfinite(values), groups, count)
    tolerance = context.number("tolerance", 0.0) + _DUST
    wrong: dict[int, str] = {}
    keys = set()
    for group, row in enumerate(first.tolist()):
        if row < 0:
            continue
        key = tuple(context.rows[name].text(row) for name in per)
        keys.add(key)
        expected = theirs.get(key)
        if expected is None or abs(sums[group] - expected) > abs(expected) * tolerance:
            shown = "không có" if expected is None else number_text(expected, _digits(expected))
            wrong[row] = (
                f"{number_text(float(sums[group]), _digits(sums[group]))} (bảng kia: {shown}{_label(per, key)})"
            )
    absent = sorted(theirs.keys() - keys)
    seen = context.seen(np.array(sorted(wrong), dtype=np.int64), wrong.__getitem__)
    if seen:
        yield _differing(context, other, seen)
    if absent and per:
        yield _absent(context, other, [f"{', '.join(key)}" for key in absent])


def _label(per: Sequence[str], key: tuple[str, ...]) -> str:
    return "".join(f", {name} = {value}" for name, value in zip(per, key, strict=True))


def _digits(value: float) -> int:
    return 0 if float(value).is_integer() else 2


def _marked(context: RuleContext) -> tuple[str, ...]:
    names = [*names_in(context.options.get("field")), *context.names("per")]
    return tuple(names) or context.schema.field_names[:1]


def _differing(context: RuleContext, other: str, seen: Seen) -> Finding:
    fields = _marked(context)
    texts = (
        f"Cột {context.title(fields[0])}: tổng ở {seen.count} nhóm không khớp với bảng “{other}”{seen.where}.",
        f"Column {fields[0]}: {seen.places.count} totals differ from table “{other}”{seen.where_en}.",
        "Đối chiếu hai bảng ở nguồn và sửa bảng sai.",
        "Compare the two tables at the source and correct the wrong one.",
    )
    verdict = Verdict("cross-table", Severity.HOLD, Dimension.CONSISTENT, f'the total differs from table "{other}"')
    return context.finding(verdict, seen, texts, fields)


def _absent(context: RuleContext, other: str, keys: list[str]) -> Finding:
    fields = _marked(context)
    places = Places()
    for key in keys:
        places.add(None, key)
    seen = Seen(places, tuple((None, key) for key in keys[:1000]))
    texts = (
        f"Thiếu {seen.count} nhóm có trong bảng “{other}”: {', '.join(keys[:5])}{', …' if len(keys) > 5 else ''}.",
        f"{len(keys)} groups of table “{other}” are missing: {', '.join(keys[:5])}{', …' if len(keys) > 5 else ''}.",
        "Bổ sung các dòng còn thiếu, hoặc sửa bảng kia.",
        "Add the missing rows, or correct the other table.",
    )
    verdict = Verdict("cross-table", Severity.HOLD, Dimension.COMPLETE, f'a group of table "{other}" is missing')
    return context.finding(verdict, seen, texts, fields)


def _not_compared(context: RuleContext, other: str) -> Finding:
    fields = _marked(context)
    texts = (
        f"Cột {context.title(fields[0])}: chưa đối chiếu được vì thiếu bảng “{other}” hoặc cột của bảng đó.",
        f"Column {fields[0]}: not compared, because table “{other}” or a column of it is missing.",
        "Thu thập cả hai bảng rồi kiểm tra lại.",
        "Harvest both tables and check again.",
    )
    verdict = Verdict("reference-missing", Severity.HOLD, Dimension.CONSISTENT, f'table "{other}" is missing')
    return context.finding(verdict, Seen(Places(count=1), ()), texts, fields)
