"""Compares a canonical table with the last good version: a number that jumps a hundredfold is rather a wrong unit.

Factors may be declared (rule ``jump``); else a tenfold change is told, and a hundredfold growth or a fall to a
thousandth holds the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from catalog.dictionary import TableSchema
from catalog.issues import Dimension, Severity
from catalog.ports import GateContext, StagedTable
from schemas.rule_context import Finding, RuleContext, Verdict
from schemas.rule_table import Floats, Mask, Numbers, RuleTable, TextColumn, group_numbers, read_rule_table
from schemas.rules import RuleFindings, together

if TYPE_CHECKING:
    import pyarrow

TOLD = 10.0
GROWN = 100.0
SHRUNKEN = 1000.0
SMALLEST_LARGE_INTEGER = 1000.0
"""Counts below this may well go from 3 to 400."""


@dataclass(frozen=True, slots=True)
class _Limits:
    """From which factor on a change is told, from which it holds the table (growing, shrinking), and from which size on
    whole numbers are compared at all."""

    told: float = TOLD
    grown: float = GROWN
    shrunken: float = SHRUNKEN
    smallest: float = SMALLEST_LARGE_INTEGER


def find_jumps(table: StagedTable, schema: TableSchema, context: GateContext) -> RuleFindings:
    """A finding for each column in which a number is many times, or a small part of, what the same row (by primary key)
    had in ``context.previous``, a Parquet file of an earlier version. Zeros are compared with nothing."""
    import pyarrow.parquet

    if context.previous is None:
        return RuleFindings()
    held = pyarrow.parquet.ParquetFile(context.previous)
    key, known = list(schema.primary_key), set(held.schema_arrow.names)
    numeric = [field.name for field in schema.fields if field.type in ("integer", "number") and field.name not in key]
    numeric = [name for name in numeric if name in known]
    if not key or not numeric or not set(key) <= known:
        return RuleFindings()
    rows = read_rule_table(table, [*key, *numeric])
    matched = _rows_before(rows, key, held)
    found: list[Finding] = []
    for name in numeric:
        before = held.read(columns=[name]).column(0).cast("float64").to_numpy()
        before = np.where(matched >= 0, before[matched], np.nan) if len(before) else np.full(rows.count, np.nan)
        found.extend(_jumps(RuleContext(rows, schema, {"field": name}, context), before))
    return together(found)


def _rows_before(rows: RuleTable, key: Sequence[str], held: pyarrow.parquet.ParquetFile) -> Numbers:
    """For each row, the row with the same key in the version before; -1 for a new one."""
    columns = []
    for name in key:
        before = _text_column(held.read(columns=[name]).column(0))
        columns.append(_joined(rows[name], before))
    count = rows.count
    groups, many = group_numbers(columns, len(columns[0]))
    place = np.full(many, -1, dtype=np.int64)
    earlier = groups[count:]
    place[earlier[::-1]] = np.arange(len(earlier))[::-1]
    return place[groups[:count]]


def _text_column(values: pyarrow.ChunkedArray) -> TextColumn:
    """A column of the version before, its cells written as a canonical table writes them."""
    texts: dict[str, int] = {}
    encoded = values.combine_chunks().dictionary_encode()
    written = ["" if value is None else _written(value) for value in encoded.dictionary.to_pylist()]
    renumbered = np.array([texts.setdefault(text, len(texts)) for text in written], dtype=np.int32)
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    empty = texts.setdefault("", len(texts))
    codes = np.where(codes >= 0, renumbered[codes] if len(renumbered) else 0, empty).astype(np.int32)
    return TextColumn(codes, list(texts))


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _joined(now: TextColumn, before: TextColumn) -> TextColumn:
    """Both columns, one below the other."""
    texts = {text: code for code, text in enumerate(now.values)}
    renumbered = np.array([texts.setdefault(text, len(texts)) for text in before.values], dtype=np.int32)
    return TextColumn(np.concatenate([now.codes, renumbered[before.codes]]), list(texts))


def _jumps(context: RuleContext, before: Floats) -> Iterator[Finding]:
    name, limits = context.field, _limits(context.schema, context.field)
    now = context.rows[name].numbers()
    comparable = (now != 0) & (before != 0) & np.isfinite(now) & np.isfinite(before)
    if context.is_whole(name):
        comparable &= (np.abs(now) >= limits.smallest) | (np.abs(before) >= limits.smallest)
    with np.errstate(all="ignore"):
        ratio = np.where(comparable, np.abs(now / before), 1.0)
    held = (ratio >= limits.grown) | (ratio <= 1 / limits.shrunken)
    told = ((ratio >= limits.told) | (ratio <= 1 / limits.told)) & ~held
    for picked, severity in ((held, Severity.HOLD), (told, Severity.WARNING)):
        if picked.any():
            yield _jump(context, before, picked, severity)


def _jump(context: RuleContext, before: Floats, picked: Mask, severity: Severity) -> Finding:
    name, now = context.field, context.rows[context.field].numbers()
    seen = context.seen(picked, lambda row: f"{before[row]:.12g} → {now[row]:.12g}")
    texts = (
        f"Cột {context.title(name)}: {seen.count} giá trị thay đổi đột ngột so với phiên bản trước{seen.where}.",
        f"Column {name}: {seen.places.count} values jumped against the version before{seen.where_en}.",
        "Kiểm tra đơn vị tính và số liệu ở nguồn; nếu đúng thì duyệt cho công bố."
        if severity is Severity.HOLD
        else "Kiểm tra đơn vị tính và số liệu ở nguồn.",
        "Check unit and number at the source; if they are right, release the table."
        if severity is Severity.HOLD
        else "Check unit and number at the source.",
    )
    note = "the number jumped against the version before"
    return context.finding(Verdict("jump", severity, Dimension.CORRECT, note), seen, texts)


def _limits(schema: TableSchema, name: str) -> _Limits:
    """The limits that the dictionary declares for a column, or for all of them."""
    declared: Mapping[str, Any] = {}
    for rule in schema.rules:
        if rule.name == "jump" and rule.options.get("field", name) == name:
            declared = rule.options
            if "field" in declared:
                break
    hold = declared.get("holdAt")
    return _Limits(
        told=float(declared.get("warnAt", TOLD)),
        grown=float(hold or GROWN),
        shrunken=float(hold or SHRUNKEN),
        smallest=float(declared.get("smallest", SMALLEST_LARGE_INTEGER)),
    )
