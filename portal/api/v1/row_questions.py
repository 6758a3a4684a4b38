"""Row questions as an address writes them: ``?ma_xa=14797&dan_so__gte=1000&_sort=-dan_so&_limit=50``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from catalog.errors import InvalidQuery
from catalog.model import Version
from catalog.questions import RowFilter, RowOperator, RowQuery, RowSort
from catalog.vietnamese import nfc

ROW_NUMBER = "_id"
_NO_VALUE = {RowOperator.EMPTY: RowOperator.FILLED, RowOperator.FILLED: RowOperator.EMPTY}


def row_query(parameters: Mapping[str, Any], version: Version) -> RowQuery:
    """Which rows the parameters ask for. ``column=value`` compares, repeated means any of the values;
    ``column__operator=value`` for the others, ``__in`` with commas, ``__empty`` and ``__filled`` with true or false.

    The row number is always among the fields, for the next page is found by it.
    """
    columns = (ROW_NUMBER, *(column.name for column in version.columns))
    fields = tuple(_known(name, columns, "_fields") for name in _listed(parameters["_fields"]))
    if parameters["_after"] is not None and _listed(parameters["_sort"]):
        raise InvalidQuery(
            "Tham số “_after” chỉ dùng với thứ tự công bố; hãy bỏ “_sort”, hoặc dùng “_offset”.",
            "Parameter “_after” works in published order only; leave out “_sort”, or use “_offset”.",
            parameter="_after",
        )
    return RowQuery(
        version_id=version.id,
        fields=tuple(dict.fromkeys((ROW_NUMBER, *fields))) if fields else (),
        filters=row_filters(parameters[""], columns),
        text=parameters["_search"] or "",
        sort=tuple(
            RowSort(_known(name.removeprefix("-"), columns, "_sort"), descending=name.startswith("-"))
            for name in _listed(parameters["_sort"])
        ),
        limit=parameters["_limit"],
        offset=parameters["_offset"],
        after=parameters["_after"],
        include_total=parameters["_total"],
    )


def row_filters(given: MultiDict[str, str], columns: tuple[str, ...]) -> tuple[RowFilter, ...]:
    """The conditions; a column whose own name holds ``__`` is found first."""
    filters: list[RowFilter] = []
    for key, values in given.lists():
        name, operator = nfc(key), ""
        if name not in columns and "__" in name:
            name, _, operator = name.rpartition("__")
        name = _known(name, columns, key)
        filters += [_filter(name, _operator(key, operator, values), values)]
    return tuple(filters)


def _operator(key: str, name: str, values: list[str]) -> RowOperator:
    if not name:
        return RowOperator.IN if len(values) > 1 else RowOperator.EQ
    if name not in set(RowOperator):
        known = ", ".join(f"__{operator.value}" for operator in RowOperator)
        raise InvalidQuery(
            f"Tham số “{key[:100]}”: không có phép so sánh “__{name[:30]}”; dùng được: {known}.",
            f"Parameter “{key[:100]}”: no operator “__{name[:30]}”; known are: {known}.",
            parameter=key[:100],
        )
    if len(values) > 1 and name != RowOperator.IN:
        raise InvalidQuery(
            f"Tham số “{key[:100]}” chỉ được ghi một lần.",
            f"Parameter “{key[:100]}” may be given only once.",
            parameter=key[:100],
        )
    return RowOperator(name)


def _filter(name: str, operator: RowOperator, values: list[str]) -> RowFilter:
    if operator in _NO_VALUE:
        return RowFilter(name, _NO_VALUE[operator] if _is_no(name, operator, values[0]) else operator)
    if operator is RowOperator.IN and len(values) == 1:
        values = values[0].split(",")
    if operator is RowOperator.EQ and values[0] == "":
        return RowFilter(name, RowOperator.EMPTY)
    return RowFilter(name, operator, tuple(values))


def _is_no(name: str, operator: RowOperator, value: str) -> bool:
    if value.lower() not in ("", "true", "false", "1", "0"):
        parameter = f"{name}__{operator.value}"[:100]
        raise InvalidQuery(
            f"Tham số “{parameter}” phải là true hoặc false.",
            f"Parameter “{parameter}” is true or false.",
            parameter=parameter,
        )
    return value.lower() in ("false", "0")


def _listed(text: str | None) -> list[str]:
    return [name.strip() for name in nfc(text or "").split(",") if name.strip()]


def _known(name: str, columns: tuple[str, ...], parameter: str) -> str:
    if name not in columns:
        known = ", ".join(columns[1:31])
        raise InvalidQuery(
            f"Bảng không có cột “{name[:100]}”; các cột: {known}. Tham số của phép hỏi bắt đầu bằng “_”, ví dụ _limit.",
            f"The table has no column “{name[:100]}”; columns: {known}. Other parameters begin with “_”, e.g. _limit.",
            parameter=parameter[:100],
        )
    return name
