"""Compares a canonical table with the last good version: a number that jumps a hundredfold is rather a wrong unit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from catalog.dictionary import TableSchema
from catalog.issues import Dimension, Issue, Severity
from catalog.ports import StagedTable
from schemas.messages import column_name, issue, number_text
from schemas.places import Places
from schemas.staged_rows import FIRST_ROW, read_some_columns

if TYPE_CHECKING:
    import pandas

GROWN = 100
SHRUNKEN = 1000
SMALLEST_LARGE_INTEGER = 1000
"""Counts below this may well go from 3 to 400."""


def find_jumps(table: StagedTable, schema: TableSchema, previous: Path) -> list[Issue]:
    """An issue for each column in which a number is at least 100 times, or at most a thousandth of, what the same row
    (by primary key) had in ``previous``, a Parquet file of an earlier version. Zeros are compared with nothing."""
    import pandas
    import pyarrow.parquet

    held = pyarrow.parquet.ParquetFile(previous)
    key = list(schema.primary_key)
    known = set(held.schema_arrow.names)
    numeric = [field.name for field in schema.fields if field.type in ("integer", "number") and field.name not in key]
    numeric = [name for name in numeric if name in known]
    if not key or not numeric or not set(key) <= known:
        return []
    before = held.read(columns=[*key, *numeric]).to_pandas()
    now = pandas.DataFrame(read_some_columns(table, [*key, *numeric]), dtype="str")
    before_key, now_key = _joined(before, key), _joined(now, key)
    before = before[numeric].set_axis(before_key, axis=0)
    before = before[~before.index.duplicated()].reindex(now_key)
    issues = []
    for name in numeric:
        old = pandas.to_numeric(before[name], errors="coerce").to_numpy(dtype="float64")
        new = pandas.to_numeric(now[name], errors="coerce").astype("float64")
        found = _jump_issue(schema, name, new, pandas.Series(old, index=new.index))
        if found:
            issues.append(found)
    return issues


def _joined(frame: pandas.DataFrame, key: list[str]) -> pandas.Series[str]:
    """The primary key of each row as one text, alike for typed and for text columns."""
    parts = frame[key].astype("str")
    joined = parts[key[0]]
    for name in key[1:]:
        joined = joined + "\x1f" + parts[name]
    return joined


def _jump_issue(schema: TableSchema, name: str, new: pandas.Series[float], old: pandas.Series[float]) -> Issue | None:
    field = schema.field(name)
    comparable = (new != 0) & (old != 0) & new.notna() & old.notna()
    if field is not None and field.type == "integer":
        comparable &= (new.abs() >= SMALLEST_LARGE_INTEGER) | (old.abs() >= SMALLEST_LARGE_INTEGER)
    ratio = (new / old).abs().where(comparable)
    jumped = ratio[(ratio >= GROWN) | (ratio <= 1 / SHRUNKEN)]
    if jumped.empty:
        return None
    places = Places()
    for position in jumped.index:
        places.add(int(position) + FIRST_ROW, f"{old[position]:.12g} → {new[position]:.12g}")
    first = places.examples[0]
    texts = (
        (
            f"Cột {column_name(schema, name)}: {number_text(places.count)} giá trị thay đổi đột ngột so với phiên bản"
            f" trước, ví dụ dòng {number_text(first.row or 0)}: {first.value}."
        ),
        f"Column {name}: {places.count} values jumped against the version before, e.g. row {first.row}: {first.value}.",
        "Kiểm tra đơn vị tính và số liệu ở nguồn; nếu đúng thì duyệt cho công bố.",
        "Check unit and number at the source; if they are right, release the table.",
    )
    return issue("jump", Severity.HOLD, Dimension.CORRECT, texts, places, name)
