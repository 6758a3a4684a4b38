"""Reads a table of PostgreSQL by ``COPY``: the server writes the rows as our staging file wants them.

The bytes are those that :func:`harvesters.staging.text_of` and Python's CSV writer make of the same rows, in a tenth of
the time. A day or time that Python knows none for (``infinity``, before Christ, after 9999) comes as PostgreSQL writes
it. Columns that the server cannot write so (JSON, arrays, bytes, intervals …) leave their table to be read row by row.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import Any

import sqlalchemy
from sqlalchemy import Connection, FromClause, exc
from sqlalchemy.sql.elements import ColumnClause

from catalog.local_time import LOCAL_TIME

_RAW = "{0}"
_WORD = "CASE WHEN octet_length({0}) > 0 THEN {0} END"
_CAST_WORD = "CASE WHEN octet_length({0}::text) > 0 THEN {0} END"


def _rounded(digits: int) -> str:
    return f"round({{0}}::text::numeric, {digits} - length(abs({{0}}::text::numeric)::text))"


_FLOAT = (
    "CASE WHEN {0} = 0 THEN '0' WHEN {0} = 'NaN' THEN 'nan' WHEN {0} = 'Infinity' THEN 'inf'"
    " WHEN {0} = '-Infinity' THEN '-inf'"
    " WHEN strpos({0}::text, 'e') = 0 THEN {0}::text"
    " WHEN abs({0}::text::float8) <= 9007199254740992 OR abs({0}) > 1e25 THEN {0}::text::numeric::text"
    " WHEN abs({0}::text::float8) < 1e16 THEN {0}::text::numeric::text || '.0'"
    f" WHEN {_rounded(15)}::float8 = {{0}}::text::float8 THEN {_rounded(15)}::text"
    f" WHEN {_rounded(16)}::float8 = {{0}}::text::float8 THEN {_rounded(16)}::text"
    " ELSE {0}::text::numeric::text END"
)
"""As Python's ``repr`` without an exponent; of large whole numbers PostgreSQL gives more digits than the shortest."""


def _six_digits(text: str, length: int) -> str:
    """A time with all six digits of its fraction, or with none."""
    return f"CASE WHEN strpos({text}, '.') > 0 THEN rpad({text}, {length}, '0') ELSE {text} END"


def _moment(time: str) -> str:
    return _six_digits(f"replace({time}::text, ' ', 'T')", 26)


_ZONE = f"'{LOCAL_TIME.key}'"
_OFFSET = f"regexp_replace((timezone({_ZONE}, {{0}}) - timezone('UTC', {{0}}))::text, ':00$', '')"
_ZONED = (
    "CASE WHEN NOT isfinite({0}) THEN {0}::text"
    f" WHEN {{0}} >= '1976-01-01 00:00+00' THEN {_moment('timezone(interval $$7 hours$$, {0})')} || '+07:00'"
    f" ELSE {_moment(f'timezone({_ZONE}, {{0}})')} || '+' || {_OFFSET} END"
)
"""Vietnam has had one offset since 1975; what lies before is left to the server's own table of zones."""

_FORMS: Mapping[int, str] = {
    16: "{0}::text",  # bool
    18: _CAST_WORD,  # "char"
    19: _CAST_WORD,  # name
    20: _RAW,  # int8
    21: _RAW,  # int2
    23: _RAW,  # int4
    25: _WORD,  # text
    26: _RAW,  # oid
    700: _FLOAT,  # float4
    701: _FLOAT,  # float8
    1042: _WORD,  # char(n), whose padding a cast would take off
    1043: _WORD,  # varchar
    1082: _RAW,  # date
    1083: _six_digits("{0}::text", 15),  # time
    1114: _moment("{0}"),  # timestamp
    1184: _ZONED,  # timestamptz
    1700: _RAW,  # numeric
    2950: _RAW,  # uuid
}
"""How the server writes a value of each type, by the type's number."""


def copy_statement(
    connection: Connection,
    relation: FromClause,
    columns: Sequence[ColumnClause[Any]],
    order: Sequence[ColumnClause[Any]],
) -> str | None:
    """The ``COPY`` that writes these columns in this order; ``None`` where rows must be read one by one: another make
    or driver, another encoding than UTF-8, a type that only Python can write."""
    if connection.dialect.name != "postgresql" or connection.dialect.driver != "psycopg" or len(columns) < 2:
        return None  # a row of one empty cell is an empty line to PostgreSQL, and two marks to Python
    driver: Any = connection.connection.driver_connection
    if driver.info.encoding != "utf-8":
        return None
    empty = sqlalchemy.select(*columns).select_from(relation).where(sqlalchemy.text("1 = 0"))
    with connection.execute(empty) as result:
        cursor: Any = result.cursor
        types = [column.type_code for column in cursor.description]
    forms = [_form(driver, number) for number in types]
    written = [form for form in forms if form is not None]
    if len(written) != len(columns):
        return None
    return f"COPY ({_select(relation, columns, order, written)}) TO STDOUT (FORMAT csv, ENCODING 'UTF8')"


def _form(driver: Any, number: int) -> str | None:
    """A type that psycopg does not know (an enumeration, say) is text to it."""
    from psycopg.pq import Format

    if number in _FORMS:
        return _FORMS[number]
    return _CAST_WORD if driver.adapters.get_loader(number, Format.TEXT) is None else None


def _select(
    relation: FromClause,
    columns: Sequence[ColumnClause[Any]],
    order: Sequence[ColumnClause[Any]],
    forms: Sequence[str],
) -> str:
    from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

    dialect: Any = PGDialect_psycopg(paramstyle="named")  # type: ignore[no-untyped-call]  # the usual style would double every percent sign
    quoted = [dialect.identifier_preparer.quote(column.name) for column in columns]
    written: list[ColumnClause[Any]] = [
        sqlalchemy.literal_column(form.format(name)) for form, name in zip(forms, quoted, strict=True)
    ]
    query = sqlalchemy.select(*written).select_from(relation).order_by(*order)
    return str(query.compile(dialect=dialect))


def copied_blocks(connection: Connection, statement: str, rows: int) -> Generator[tuple[bytes, int], None, None]:
    """What the server writes, up to ``rows`` whole rows at a time, each block with their number. Raises SQLAlchemy's
    errors, after all rows that came before the fault."""
    import psycopg

    driver: Any = connection.connection.driver_connection
    cursor = driver.cursor()
    block, count = bytearray(), 0
    try:
        with cursor.copy(statement) as copy:
            for line in copy:  # not kept one by one: ten thousand objects make work for the garbage collector
                block += line
                count += 1
                if count == rows:
                    yield bytes(block), count
                    block, count = bytearray(), 0
        if count:
            yield bytes(block), count
    except psycopg.Error as error:
        if count:
            yield bytes(block), count
        dialect: Any = connection.dialect
        is_lost = dialect.is_disconnect(error, driver, cursor)
        raise exc.DBAPIError.instance(
            statement, None, error, psycopg.Error, connection_invalidated=is_lost, dialect=dialect
        ) from error
    finally:
        cursor.close()
