"""What a table or a SELECT looks like at its source: all its columns with their types, and its key.

Types are told in the database's own words as far as it has them at hand, never in those of a driver or of SQLAlchemy:
a new version of either must not look like a change of the source. Only spelling that says nothing (case, blanks, the
display width of MySQL's whole numbers) is evened out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy
from sqlalchemy import Connection, FromClause, exc
from sqlalchemy.sql.expression import TableClause
from sqlalchemy.types import TypeEngine

from catalog.model import SourceShape

_MYSQL_WIDTH = re.compile(r"\b((?:tiny|small|medium|big)?int|year)\(\d+\)")
_MYSQL_TYPES: Mapping[int, str] = {
    **dict.fromkeys((1, 2, 3, 8, 9), "integer"),
    **dict.fromkeys((0, 246), "decimal"),
    **dict.fromkeys((4, 5), "double"),
    **dict.fromkeys((7, 12), "datetime"),
    **dict.fromkeys((15, 247, 248, 249, 250, 251, 252, 253, 254), "text"),
    10: "date",
    11: "time",
    13: "year",
    16: "bit",
    245: "json",
    255: "geometry",
}
"""What the protocol's number of a type says of a column of a SELECT; bytes and text look the same in it."""
_PYMSSQL_TYPES: Mapping[int, str] = {1: "text", 2: "binary", 3: "number", 4: "datetime", 5: "decimal"}


def kept_name(connection: Connection, name: str) -> str:
    """A name as the database itself keeps it: SQLAlchemy shows Oracle's ``XA`` as ``xa``, which between quotes would be
    another table."""
    dialect: Any = connection.dialect
    return str(dialect.denormalize_name(name)) if dialect.requires_name_normalize else name


def shape_of(connection: Connection, relation: FromClause, names: Sequence[str], cursor: Any) -> SourceShape:
    """The shape of ``relation`` with the columns ``names``; ``cursor`` is the driver's, after a SELECT of them all."""
    dialect = connection.dialect.name
    if dialect == "postgresql" and connection.dialect.driver == "psycopg":
        types: Mapping[str, str] = dict(zip(names, _types_of_postgresql(connection, cursor), strict=True))
    elif isinstance(relation, TableClause):
        types = _types_of_table(connection, relation)
    else:
        codes = [column[1] for column in cursor.description]
        types = {name: _type_of_cursor(dialect, code) for name, code in zip(names, codes, strict=True)}
    known = {name.casefold(): kind for name, kind in types.items()}
    return SourceShape({name: known.get(name.casefold(), "") for name in names}, _key(connection, relation))


def _types_of_postgresql(connection: Connection, cursor: Any) -> list[str]:
    """As ``\\d`` shows them, of a table, a view or a SELECT alike; a domain as the type below it."""
    result = cursor.pgresult
    pairs = [(result.ftype(position), result.fmod(position)) for position in range(result.nfields)]
    if not pairs:
        return []
    asked = ", ".join(f"format_type({int(kind)}, {int(modifier)})" for kind, modifier in pairs)
    return [str(kind) for kind in connection.exec_driver_sql(f"SELECT {asked}").one()]


def _types_of_table(connection: Connection, relation: TableClause) -> Mapping[str, str]:
    name, schema = str(relation.name), None if relation.schema is None else str(relation.schema)
    if connection.dialect.name in ("mysql", "mariadb"):
        found = connection.execute(
            sqlalchemy.text(
                "SELECT column_name, column_type FROM information_schema.columns"
                " WHERE table_schema = coalesce(:place, database()) AND table_name = :name"
            ),
            {"place": schema, "name": name},
        )
        return {str(column): _MYSQL_WIDTH.sub(r"\1", _text(kind).lower()) for column, kind in found}
    if connection.dialect.name == "sqlite":
        found = connection.execute(sqlalchemy.text("SELECT name, type FROM pragma_table_xinfo(:name)"), {"name": name})
        return {str(column): " ".join(str(kind).lower().split()) for column, kind in found}
    try:
        columns = sqlalchemy.inspect(connection).get_columns(name, schema)
    except (NotImplementedError, exc.NoSuchTableError):
        return {}
    return {column["name"]: _said(column["type"], connection) for column in columns}


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _said(kind: TypeEngine[Any], connection: Connection) -> str:
    """A type as the database's DDL has it; empty for one that SQLAlchemy does not know."""
    try:
        return kind.compile(connection.dialect).lower()
    except exc.CompileError:
        return ""


def _type_of_cursor(dialect: str, code: Any) -> str:
    if dialect in ("mysql", "mariadb"):
        return _MYSQL_TYPES.get(code, "")
    if dialect == "mssql" and isinstance(code, int):
        return _PYMSSQL_TYPES.get(code, "")
    return str(getattr(code, "name", "")).lower().removeprefix("db_type_")


def _key(connection: Connection, relation: FromClause) -> tuple[str, ...]:
    """The columns of the primary key; none for a view or a SELECT, nor where the database does not tell."""
    if not isinstance(relation, TableClause):
        return ()
    if connection.dialect.name == "sqlite":
        asked = sqlalchemy.text("SELECT name FROM pragma_table_xinfo(:name) WHERE pk > 0 ORDER BY pk")
        return tuple(connection.execute(asked, {"name": str(relation.name)}).scalars())
    try:
        key = sqlalchemy.inspect(connection).get_pk_constraint(
            str(relation.name), None if relation.schema is None else str(relation.schema)
        )
    except (NotImplementedError, exc.NoSuchTableError, exc.UnreflectableTableError):
        return ()
    return tuple(key.get("constrained_columns", ())) if key else ()
