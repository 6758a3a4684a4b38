"""Drafts a data dictionary from a database: its tables, types, comments, keys and foreign keys.

Only the database's own description is read, and of text-like columns a few rows, inside one read-only snapshot. A draft
is for a person to finish: definitions and units are left empty where the database has no comment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy
from sqlalchemy import Connection, Inspector, exc
from sqlalchemy.sql.expression import quoted_name
from sqlalchemy.types import TypeEngine

from catalog.errors import SourceMissing
from catalog.sources import HarvestSource
from catalog.vietnamese import nfc, slug
from harvesters.code_names import is_code_name
from harvesters.sql_shape import kept_name
from harvesters.sql_snapshot import open_snapshot, unreachable

SAMPLE_ROWS = 2_000
_TYPES: Sequence[tuple[type[TypeEngine[Any]], str]] = (
    (sqlalchemy.types.Boolean, "boolean"),
    (sqlalchemy.types.Integer, "integer"),
    (sqlalchemy.types.Numeric, "number"),
    (sqlalchemy.types.DateTime, "datetime"),
    (sqlalchemy.types.Date, "date"),
    (sqlalchemy.types.Time, "time"),
    (sqlalchemy.types.JSON, "object"),
    (sqlalchemy.types.String, "string"),
)


def draft_schemas(source: HarvestSource, only: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
    """A table schema descriptor for each table and view (or for those named in ``only``), in the order of their names.

    Raises ``SourceUnreachable`` for the database and ``SourceMissing`` for a table that is not there.
    """
    with open_snapshot(source) as connection:
        try:
            inspector = sqlalchemy.inspect(connection)
            place = source.options.get("schema")
            tables = sorted({*inspector.get_table_names(place), *inspector.get_view_names(place)})
            for name in _chosen(tables, only):
                yield _draft(connection, inspector, name, place)
        except exc.SQLAlchemyError as error:
            raise unreachable(source, error) from None


def _chosen(tables: Sequence[str], only: Sequence[str]) -> Sequence[str]:
    known = {nfc(name).casefold(): name for name in tables}
    absent = [name for name in only if nfc(name).casefold() not in known]
    if absent:
        raise SourceMissing(
            f"Cơ sở dữ liệu không có bảng “{absent[0]}”; các bảng có: {', '.join(tables)}.",
            f"The database has no table “{absent[0]}”; it has: {', '.join(tables)}.",
            table=absent[0],
        )
    return [known[nfc(name).casefold()] for name in only] if only else tables


def _draft(connection: Connection, inspector: Inspector, table: str, place: str | None) -> dict[str, Any]:
    columns = inspector.get_columns(table, place)
    unique = {item["column_names"][0] for item in _asked(inspector.get_unique_constraints, table, place)
              if len(item["column_names"]) == 1}  # fmt: skip
    key = _asked(inspector.get_pk_constraint, table, place)
    sample = _sample(connection, table, place, columns)
    title, definition = _title_of(_asked(inspector.get_table_comment, table, place), table)
    descriptor: dict[str, Any] = {
        "name": slug(table),
        "version": "0.1.0",
        "status": "draft",
        "title": title,
        "titleEn": "",
        "description": definition,
        "sourceDecision": "",
        "fields": [
            _field(column, unique=column["name"] in unique, cells=sample.get(column["name"], ())) for column in columns
        ],
    }
    names = {column["name"]: item["name"] for column, item in zip(columns, descriptor["fields"], strict=True)}
    if key and key.get("constrained_columns"):
        descriptor["primaryKey"] = [names[name] for name in key["constrained_columns"]]
    keys = [
        {
            "fields": [names[name] for name in item["constrained_columns"]],
            "reference": {"resource": slug(item["referred_table"]), "fields": item["referred_columns"]},
        }
        for item in _asked(inspector.get_foreign_keys, table, place)
    ]
    if keys:
        descriptor["foreignKeys"] = keys
    descriptor["missingValues"] = [""]
    return descriptor


def _asked(question: Any, table: str, place: str | None) -> Any:
    """What the database tells of a table; nothing where its dialect does not know."""
    try:
        return question(table, place)
    except (NotImplementedError, exc.NoSuchTableError):
        return {}


def _title_of(comment: Mapping[str, Any], name: str) -> tuple[str, str]:
    """A comment's first sentence is the title, all of it the definition."""
    text = nfc(str((comment or {}).get("text") or "")).strip()
    return (text.split(". ")[0].rstrip(".") or name, text)


def _field(column: Mapping[str, Any], *, unique: bool, cells: Sequence[object]) -> dict[str, Any]:
    name = nfc(column["name"])
    comment = nfc(column.get("comment") or "").strip()
    field: dict[str, Any] = {
        "name": slug(name).replace("-", "_") or name,
        "type": _type_of(column["type"], name, cells),
        "title": comment.split(". ")[0].rstrip(".") or name,
        "titleEn": "",
        "description": comment,
    }
    constraints: dict[str, Any] = {}
    if column.get("nullable") is False:
        constraints["required"] = True
    if unique:
        constraints["unique"] = True
    length = getattr(column["type"], "length", None)
    if field["type"] == "string" and isinstance(length, int) and 0 < length < 10_000:
        constraints["maxLength"] = length
    if isinstance(column["type"], sqlalchemy.types.Enum) and column["type"].enums:
        constraints["enum"] = list(column["type"].enums)
        constraints.pop("maxLength", None)
    if constraints:
        field["constraints"] = constraints
    return field


def _type_of(declared: TypeEngine[Any], name: str, cells: Sequence[object]) -> str:
    """The Table Schema type. A code is text, even where the database counts it as a number: it has no sum."""
    found = next((kind for made, kind in _TYPES if isinstance(declared, made)), "string")
    if isinstance(declared, sqlalchemy.types.NullType):  # SQLite takes columns without a type
        filled = [cell for cell in cells if cell is not None]
        if filled and all(isinstance(cell, int) for cell in filled):
            found = "integer"
        elif filled and all(isinstance(cell, int | float) for cell in filled):
            found = "number"
    if found in ("integer", "number") and is_code_name(name):
        return "string"
    return found


def _sample(
    connection: Connection, table: str, place: str | None, columns: Sequence[Mapping[str, Any]]
) -> dict[str, list[object]]:
    """Some rows of the columns whose type the database does not tell."""
    names = [column["name"] for column in columns if isinstance(column["type"], sqlalchemy.types.NullType)]
    if not names:
        return {}
    relation = sqlalchemy.table(quoted_name(kept_name(connection, table), quote=True), schema=place)
    chosen: list[sqlalchemy.ColumnClause[Any]] = [
        sqlalchemy.column(quoted_name(kept_name(connection, name), quote=True)) for name in names
    ]
    rows = connection.execute(sqlalchemy.select(*chosen).select_from(relation).limit(SAMPLE_ROWS)).fetchall()
    return {name: [row[position] for row in rows] for position, name in enumerate(names)}
