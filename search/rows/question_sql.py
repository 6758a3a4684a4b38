"""A :class:`RowQuery` as SQL: identifiers only from the table's own columns, every value bound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.errors import InvalidQuery
from catalog.questions import RowColumn, RowFilter, RowOperator, RowQuery
from catalog.vietnamese import nfc
from search.rows.cell_values import Value, folded_words, plain_fold, read_value
from search.rows.copied_table import ROW_NUMBER, CopiedColumn

MAX_LIMIT = 32_000
MAX_OFFSET = 1_000_000
"""How deep a page may lie in rows that are filtered or sorted; in published order any depth costs the same."""
MAX_CONDITIONS = 100
MAX_VALUES = 10_000

_COMPARISONS = {
    RowOperator.EQ: "=",
    RowOperator.NE: "IS DISTINCT FROM",
    RowOperator.LT: "<",
    RowOperator.LTE: "<=",
    RowOperator.GT: ">",
    RowOperator.GTE: ">=",
}


@dataclass(frozen=True, slots=True)
class Statement:
    sql: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class RowStatements:
    """What to run: the page, and the count if it was asked for; ``columns`` describes the page's columns."""

    columns: tuple[RowColumn, ...]
    page: Statement
    count: Statement | None


def statements_for(query: RowQuery, columns: Mapping[str, CopiedColumn]) -> RowStatements:
    """Raises ``InvalidQuery`` for a column, operator or value that the table does not know."""
    _check_paging(query)
    selected = _selected(query, columns)
    where, values = _conditions(query, columns)
    places = ", ".join(column.place for column in selected)
    choice = f"SELECT DISTINCT {places}" if query.distinct else f"SELECT {places}"
    filtered = f" FROM copy.rows{_where(where)}"

    # Rows in published order are numbered without gaps, so an offset into all of them is a row number.
    after, offset = query.after, query.offset
    if offset and not (where or query.sort or query.distinct):
        after, offset = (after or 0) + offset, 0
    if offset > MAX_OFFSET:
        raise InvalidQuery(
            f"offset lớn nhất là {MAX_OFFSET} khi lọc hoặc sắp xếp; hãy thu hẹp điều kiện lọc.",
            f"offset is at most {MAX_OFFSET} with a filter or sort; narrow the filter.",
            parameter="offset",
        )
    page_where = [*where, *([f"{ROW_NUMBER} > ?"] if after is not None else [])]
    page_values = (*values, *((min(after, 2**62),) if after is not None else ()))
    page = Statement(
        f"{choice} FROM copy.rows{_where(page_where)} ORDER BY {_order(query, columns, selected)}"
        f" LIMIT {min(query.limit, MAX_LIMIT)} OFFSET {offset}",
        page_values,
    )
    counted = f"SELECT count(*) FROM ({choice}{filtered})" if query.distinct else f"SELECT count(*){filtered}"
    return RowStatements(
        columns=tuple(RowColumn(column.name, column.type) for column in selected),
        page=page,
        count=Statement(counted, tuple(values)) if query.include_total else None,
    )


def _check_paging(query: RowQuery) -> None:
    for parameter, number in (("limit", query.limit), ("offset", query.offset), ("after", query.after or 0)):
        if number < 0:
            raise InvalidQuery(
                f"Tham số {parameter} phải là số không âm, không phải {number}.",
                f"Parameter {parameter} must not be negative, it is {number}.",
                parameter=parameter,
            )
    if query.after is not None and (query.distinct or any(sort.field != ROW_NUMBER for sort in query.sort)):
        raise InvalidQuery(
            "Tham số after chỉ dùng với thứ tự công bố; hãy bỏ sort và distinct, hoặc dùng offset.",
            "after works in published order only; leave out sort and distinct, or use offset.",
            parameter="after",
        )
    if len(query.filters) > MAX_CONDITIONS or len(query.sort) > MAX_CONDITIONS:
        raise InvalidQuery(
            f"Một câu hỏi có nhiều nhất {MAX_CONDITIONS} điều kiện.",
            f"A question has at most {MAX_CONDITIONS} conditions.",
        )


def _selected(query: RowQuery, columns: Mapping[str, CopiedColumn]) -> tuple[CopiedColumn, ...]:
    if query.fields:
        return tuple(_column(name, columns, "fields") for name in dict.fromkeys(query.fields))
    selected = tuple(columns.values())
    if not query.distinct:
        return selected
    # Every row has a number of its own: with it nothing would ever be the same.
    return tuple(column for column in selected if column.name != ROW_NUMBER) or selected


def _column(name: str, columns: Mapping[str, CopiedColumn], parameter: str) -> CopiedColumn:
    column = columns.get(name) or columns.get(nfc(name))
    if column is None:
        known = ", ".join(list(columns)[:30])
        raise InvalidQuery(
            f"Bảng không có cột “{name[:100]}”; các cột: {known}.",
            f"The table has no column “{name[:100]}”; columns: {known}.",
            parameter=parameter,
            field=name,
        )
    return column


def _order(query: RowQuery, columns: Mapping[str, CopiedColumn], selected: tuple[CopiedColumn, ...]) -> str:
    """Vietnamese order for text, ties in published order: pages never overlap."""
    parts = []
    for sort in query.sort:
        column = _column(sort.field, columns, "sort")
        if query.distinct and column not in selected:
            raise InvalidQuery(
                f"Với distinct chỉ sắp xếp được theo cột được chọn; hãy thêm “{column.name}” vào fields.",
                f"With distinct only selected columns can be sorted by; add “{column.name}” to fields.",
                parameter="sort",
                field=column.name,
            )
        collation = " COLLATE vi" if column.folded else ""
        direction, empty = "DESC" if sort.descending else "ASC", "FIRST" if sort.empty_first else "LAST"
        parts.append(f"{column.place}{collation} {direction} NULLS {empty}")
    if query.distinct:
        parts.extend(f"{column.place} NULLS LAST" for column in selected)
    else:
        parts.append(ROW_NUMBER)
    return ", ".join(parts)


def _where(conditions: list[str]) -> str:
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""


def _conditions(query: RowQuery, columns: Mapping[str, CopiedColumn]) -> tuple[list[str], list[Value]]:
    conditions: list[str] = []
    values: list[Value] = []
    for row_filter in query.filters:
        condition, bound = _condition(row_filter, _column(row_filter.field, columns, "filters"))
        conditions.append(condition)
        values.extend(bound)
    texts = [column.folded for column in columns.values() if column.folded]
    for word in folded_words(query.text):
        # A table without text has no row that holds the word.
        conditions.append("(" + (" OR ".join(f"contains({place}, ?)" for place in texts) or "false") + ")")
        values.extend([word] * len(texts))
    return conditions, values


def _condition(row_filter: RowFilter, column: CopiedColumn) -> tuple[str, list[Value]]:
    operator = row_filter.operator
    empty = f"coalesce({column.place}, '') = ''" if column.folded else f"{column.place} IS NULL"
    if operator is RowOperator.EMPTY:
        return empty, []
    if operator is RowOperator.FILLED:
        return f"NOT ({empty})", []
    _check_number_of_values(row_filter)
    if operator is RowOperator.CONTAINS:
        if column.folded is None:
            raise InvalidQuery(
                f"Cột “{column.name}” (kiểu {column.type}) không phải văn bản, không dùng được phép “contains”;"
                " hãy dùng eq, lt, lte, gt hoặc gte.",
                f"Column “{column.name}” ({column.type}) is not text: no “contains”; use eq, lt, lte, gt, gte.",
                field=column.name,
                operator=operator.value,
            )
        return f"contains({column.folded}, ?)", [plain_fold(row_filter.values[0])]
    values = [read_value(value, column) for value in row_filter.values]
    if operator is RowOperator.IN:
        return f"{column.place} IN ({', '.join('?' * len(values))})", values
    return f"{column.place} {_COMPARISONS[operator]} ?", values


def _check_number_of_values(row_filter: RowFilter) -> None:
    count = len(row_filter.values)
    allowed = range(1, MAX_VALUES + 1) if row_filter.operator is RowOperator.IN else range(1, 2)
    if count not in allowed:
        needed = f"từ 1 đến {MAX_VALUES} giá trị" if row_filter.operator is RowOperator.IN else "đúng một giá trị"
        raise InvalidQuery(
            f"Phép “{row_filter.operator}” trên cột “{row_filter.field}” cần {needed}, câu hỏi có {count}.",
            f"Operator “{row_filter.operator}” on column “{row_filter.field}” cannot take {count} values.",
            field=row_filter.field,
            operator=row_filter.operator.value,
        )
