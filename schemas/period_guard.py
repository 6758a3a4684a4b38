"""Holds a table whose newest period is older than what is public already: an old file sent again, a filter set back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from catalog.dictionary import Field, TableSchema
from catalog.issues import Dimension, Issue, Severity
from catalog.periods import end_of_period
from catalog.ports import GateContext, StagedTable
from schemas.messages import issue
from schemas.places import Places
from schemas.rule_table import read_rule_table

PERIOD_LIST = "ky-so-lieu"
_TIMES = frozenset({"date", "datetime", "yearmonth", "year"})


def find_lost_periods(table: StagedTable, schema: TableSchema, context: GateContext) -> Iterator[Issue]:
    """A finding for each period of the key (or of the list of periods) whose newest value lies before the newest one
    in ``context.previous``, the Parquet file of the version before."""
    if context.previous is None or not table.row_count:
        return
    import pyarrow.parquet

    held = pyarrow.parquet.ParquetFile(context.previous)
    for field in schema.fields:
        if field.name in held.schema_arrow.names and _tells_the_period(field, schema):
            before = held.read(columns=[field.name]).column(0).unique().to_pylist()
            newest = _newest(str(value) for value in before if value is not None)
            now = _newest(read_rule_table(table, [field.name])[field.name].values)
            if newest and now and now[0] < newest[0]:
                yield _went_back(field, now[1], newest[1])


def _tells_the_period(field: Field, schema: TableSchema) -> bool:
    return field.code_list == PERIOD_LIST or (field.type in _TIMES and field.name in schema.primary_key)


def _newest(texts: Iterable[str]) -> tuple[date, str] | None:
    ends = ((end, text) for text in texts if (end := end_of_period(text)) is not None)
    return max(ends, default=None)


def _went_back(field: Field, now: str, before: str) -> Issue:
    texts = (
        f"Cột {field.title}: kỳ mới nhất là {now}, cũ hơn kỳ {before} đã công bố.",
        f"Column {field.name}: the newest period is {now}, older than {before}, which is public.",
        "Kiểm tra có gửi nhầm tệp kỳ trước không; nếu đúng là rút lại kỳ sau, xác nhận để công bố.",
        "Check that no former file was sent again; confirm if the later period is really taken back.",
    )
    return issue("period-went-back", Severity.HOLD, Dimension.ALIVE, texts, Places(count=1), field.name)
