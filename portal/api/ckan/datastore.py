"""CKAN's DataStore: rows of a table, asked through the row store."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson

from catalog.errors import InvalidQuery
from catalog.model import Version
from catalog.questions import RowFilter, RowOperator, RowPage, RowQuery, RowSort
from catalog.reading import PublishedTable, published_datasets
from catalog.usage import UseKind
from portal.api.cells import delimited, row_objects
from portal.api.ckan.arguments import Arguments
from portal.api.ckan.errors import ActionError, not_found, validation_error
from portal.api.ckan.resources import found_resource
from portal.context import links, parts, viewer
from portal.usage import note_use
from publishers.links import resource_id

MOST_ROWS = 32_000
TABLE_LIST = "_table_metadata"
"""The name under which CKAN lists all tables; some clients look there first."""

_TYPES = {
    "integer": "int",
    "year": "int",
    "number": "numeric",
    "boolean": "bool",
    "date": "date",
    "datetime": "timestamp",
}
_OPERATORS = {name: RowOperator(name) for name in ("gt", "gte", "lt", "lte", "eq", "in")}
_SORT = re.compile(r'\s*(?:"([^"]+)"|(\S+))(?:\s+(asc|desc))?(?:\s+nulls\s+(first|last))?\s*', re.IGNORECASE)
_TSQUERY_SIGNS = re.compile(r":\*|&")
_TSQUERY_OPERATORS = re.compile(r"[|!()]|<(?:-|\d+)>")
_FORMATS = ("objects", "lists", "csv", "tsv")
_ECHOED = ("filters", "q", "sort", "distinct", "plain", "language", "full_text")


def datastore_search(arguments: Arguments) -> dict[str, Any]:
    """Ask for rows. ``resource_id``; ``filters``: column to value, list of values or {gt, gte, lt, lte, eq, in},
    ``$and``, and ``$or`` between values of one column; ``q``: text, or column to text; ``fields``; ``sort``: "column
    desc, …"; ``limit`` (100, at most 32000), ``offset``; ``distinct``; ``include_total``; ``records_format``: objects,
    lists, csv or tsv."""
    key = arguments.required("resource_id", "id")
    records_format = arguments.choice("records_format", "objects", _FORMATS)
    limit = arguments.natural("limit", 100, MOST_ROWS)
    offset = arguments.natural("offset", 0)
    if key == TABLE_LIST:
        fields, records, total = _table_list(limit, offset)
    else:
        _, version = _readable_table(key)
        page = _asked(_row_query(arguments, version, limit, offset))
        note_use(version.dataset_id, UseKind.API)
        fields = [{"id": column.name, "type": _TYPES.get(column.type, "text")} for column in page.columns]
        records, total = _records(page, records_format), page.total
    answer: dict[str, Any] = {
        "include_total": arguments.flag("include_total", default=True),
        "limit": limit,
        "records_format": records_format,
        "resource_id": key,
        "total_estimation_threshold": None,
        "records": records,
        "fields": fields,
        "_links": _page_links(arguments, limit, offset),
        **{name: arguments.values[name] for name in _ECHOED if name in arguments.values},
    }
    if "offset" in arguments.values:
        answer["offset"] = offset
    if total is not None:
        answer |= {"total": total, "total_was_estimated": False}
    return answer


def datastore_info(arguments: Arguments) -> dict[str, Any]:
    """Describe the columns of a table. ``id`` or ``resource_id``."""
    key = arguments.required("id", "resource_id")
    table, version = _readable_table(key)
    return {
        "meta": {
            "id": key,
            "count": version.row_count,
            "table_type": "BASE TABLE",
            "aliases": [],
            "size": sum(file.size for file in version.files),
            "idx_size": 0,
            "db_size": None,
        },
        "fields": [_field(table, column.name, column.type) for column in version.columns],
    }


def _field(table: PublishedTable, name: str, kind: str) -> dict[str, Any]:
    field = table.schema.field(name) if table.schema else None
    key = table.schema.primary_key if table.schema else ()
    native = _TYPES.get(kind, "text")
    described: dict[str, Any] = {
        "id": name,
        "type": native,
        "schema": {
            "native_type": native,
            "is_index": name in key,
            "index_name": None,
            "notnull": bool(field and field.required),
            "uniquekey": key == (name,),
        },
    }
    if field:
        described["info"] = {"label": field.title, "notes": field.description, "unit": field.unit}
    return described


# --- finding the table -----------------------------------------------------------------------------------------------


def _readable_table(key: str) -> tuple[PublishedTable, Version]:
    """The table that a resource id stands for, with its newest version, for a caller who may have its rows."""
    missing = not_found(f'Not found: Resource "{key}" was not found.')
    with parts().store.read() as reader:
        try:
            _, table = found_resource(reader, key)
        except ActionError as error:
            raise (missing if error.status == 404 else error) from None
    if table.version is None:
        raise missing
    return table, table.version


def _table_list(limit: int, offset: int) -> tuple[list[dict[str, str]], Any, int | None]:
    """Every table that can be asked, under the id of its CSV resource."""
    with parts().store.read() as reader:
        datasets = published_datasets(reader, viewer=viewer())
    names = [resource_id(table.distribution.id, "csv") for item in datasets for table in item.tables if table.version]
    records = [
        {"_id": number, "name": name, "oid": number, "alias_of": None} for number, name in enumerate(names, start=1)
    ]
    fields = [{"id": name, "type": kind} for name, kind in _TABLE_LIST_FIELDS]
    return fields, records[offset : offset + limit], len(records)


_TABLE_LIST_FIELDS = (("_id", "int"), ("name", "text"), ("oid", "int"), ("alias_of", "text"))


# --- the question ----------------------------------------------------------------------------------------------------


def _asked(query: RowQuery) -> RowPage:
    try:
        return parts().rows.rows(query)
    except InvalidQuery as error:
        parameter = str(error.details.get("parameter") or "filters")
        raise validation_error(parameter, error.message_en) from error


def _row_query(arguments: Arguments, version: Version, limit: int, offset: int) -> RowQuery:
    columns = {"_id": "integer", **{column.name: column.type for column in version.columns}}
    fields = tuple(arguments.names("fields"))
    _check_known("fields", fields, columns)
    text, filters = _text_and_filters(arguments, columns)
    return RowQuery(
        version_id=version.id,
        fields=fields,
        filters=filters,
        text=text,
        sort=_sorts(arguments, columns),
        limit=limit,
        offset=offset,
        include_total=arguments.flag("include_total", default=True),
        distinct=arguments.flag("distinct"),
    )


def _check_known(parameter: str, names: tuple[str, ...], known: Iterable[str]) -> None:
    for name in names:
        if name not in known:
            raise validation_error(parameter, f'invalid value "{name[:200]}"')


def _text_and_filters(arguments: Arguments, columns: Mapping[str, str]) -> tuple[str, tuple[RowFilter, ...]]:
    """``q`` may be one text for all columns or a text for each of some; both narrow what ``filters`` leaves."""
    given = arguments.json("filters") if arguments.values.get("filters") else {}
    if not isinstance(given, dict):
        raise validation_error("filters", "Not a JSON object")
    filters = _filters(given, columns)
    asked = arguments.values.get("q") or arguments.values.get("full_text") or ""
    if isinstance(asked, str) and asked.lstrip().startswith("{"):
        asked = arguments.json("q") if arguments.values.get("q") else asked
    if isinstance(asked, dict):
        _check_known("q", tuple(asked), columns)
        words = ((name, _plain_words(arguments, str(asked[name]))) for name in asked)
        return "", (*filters, *(_column_search(name, text, columns[name]) for name, text in words if text))
    if isinstance(asked, list):
        raise validation_error("q", "Must be a string or a JSON object")
    return _plain_words(arguments, str(asked)), filters


def _column_search(name: str, text: str, kind: str) -> RowFilter:
    return RowFilter(name, RowOperator.CONTAINS if kind == "string" else RowOperator.EQ, (text,))


def _plain_words(arguments: Arguments, text: str) -> str:
    """Table views of CKAN ask ``plain=false`` and ``word:*`` for words that begin so; here words are found within
    words anyway. All words must be there; other operators of PostgreSQL's text search are refused, for without them
    the question would mean something else."""
    if arguments.flag("plain", default=True):
        return text
    if _TSQUERY_OPERATORS.search(text):
        raise validation_error("q", "with plain=false only & and :* are supported, not | ! ( ) <->")
    return " ".join(_TSQUERY_SIGNS.sub(" ", text).split())


def _filters(given: Mapping[str, Any], known: Iterable[str]) -> tuple[RowFilter, ...]:
    filters: list[RowFilter] = []
    for name, value in given.items():
        if name == "$and" and isinstance(value, list) and all(isinstance(item, dict) for item in value):
            for item in value:
                filters += _filters(item, known)
            continue
        if name == "$or":
            filters.append(_either(value, known))
            continue
        _check_known("filters", (name,), known)
        filters += _column_filters(name, value)
    return tuple(filters)


def _either(alternatives: Any, known: Iterable[str]) -> RowFilter:
    """``$or`` between values of one column: any of them."""
    items = alternatives if isinstance(alternatives, list) else []
    names = {name for item in items if isinstance(item, dict) for name in item}
    if len(names) != 1 or not all(isinstance(item, dict) and len(item) == 1 for item in items):
        raise validation_error("filters", "$or takes a list of values of one column: [{column: value}, …]")
    name = names.pop()
    _check_known("filters", (name,), known)
    values = [value for item in items for value in (item[name] if isinstance(item[name], list) else [item[name]])]
    return RowFilter(name, RowOperator.IN, _values(name, values))


def _column_filters(name: str, value: Any) -> list[RowFilter]:
    if isinstance(value, dict):
        unknown = [operator for operator in value if operator not in _OPERATORS]
        if unknown or not value:
            raise validation_error("filters", f'unknown operator {unknown} for "{name}"')
        return [RowFilter(name, _OPERATORS[operator], _values(name, item)) for operator, item in value.items()]
    if isinstance(value, list):
        return [RowFilter(name, RowOperator.IN, _values(name, value))]
    if value is None:
        return [RowFilter(name, RowOperator.EMPTY)]
    return [RowFilter(name, RowOperator.EQ, _values(name, value))]


def _values(name: str, value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    if not values or any(isinstance(item, list | dict) or item is None for item in values):
        raise validation_error("filters", f'invalid value for "{name}"')
    return tuple(str(item).lower() if isinstance(item, bool) else str(item) for item in values)


def _sorts(arguments: Arguments, known: Iterable[str]) -> tuple[RowSort, ...]:
    """``rank`` is CKAN's order by relevance of a text search, which rows do not have here. Empty cells come last where
    the question does not say so."""
    sorts = []
    for item in arguments.names("sort"):
        match = _SORT.fullmatch(item)
        name = (match[1] or match[2]) if match else item
        if match and name == "rank":
            continue
        if match is None or name not in known:
            raise validation_error("sort", f'invalid value "{name[:200]}"')
        descending, empty_first = (match[3] or "").lower() == "desc", (match[4] or "").lower() == "first"
        sorts.append(RowSort(name, descending, empty_first))
    return tuple(sorts)


# --- the answer ------------------------------------------------------------------------------------------------------


def _records(page: RowPage, records_format: str) -> Any:
    if records_format in ("csv", "tsv"):
        return delimited(page, delimiter="," if records_format == "csv" else "\t", header=False)
    return page.rows if records_format == "lists" else row_objects(page)


def _page_links(arguments: Arguments, limit: int, offset: int) -> dict[str, str]:
    """Paths of the same question, as CKAN has them: relative to the host."""
    asked = {name: _as_text(value) for name, value in arguments.values.items() if name != "offset"}
    path = urlsplit(links().action("datastore_search")).path

    def at(position: int) -> str:
        return f"{path}?{urlencode({**asked, 'offset': str(position)} if position else asked)}"

    answer = {"start": at(0), "next": at(offset + limit)}
    return {**answer, "prev": at(max(0, offset - limit))} if offset else answer


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return orjson.dumps(value).decode() if isinstance(value, dict | list) else str(value)
