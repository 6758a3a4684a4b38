"""What PostgreSQL writes by COPY is what reading row by row gives, byte for byte, for every type."""

from __future__ import annotations

import math
import random
import struct
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy

from catalog.dictionary import TableSchema
from catalog.errors import SourceUnreadable
from catalog.sources import HarvestSource
from harvesters import fetch, sql
from harvesters.sql_copy import copy_statement
from tests.harvesters.sources import content, read, refusal, request, source, staged
from tests.postgresql import PostgresqlServer

TYPES = {
    "bool": ["true", "false"],
    "int2": ["-32768", "7"],
    "int4": ["0", "-5"],
    "int8": ["9223372036854775807", "1"],
    "oid": ["4294967295"],
    "numeric": ["1.50", "0.00", "-0.000001", "1e30", "NaN", "Infinity", "-Infinity", "12345678901234567890.123456789"],
    "numeric(12, 2)": ["1234.5", "-0.005", "0"],
    "float8": ["0", "-0", "5", "0.1", "1e15", "1e16", "1e17", "1e300", "9007199254740993", "9007199254740994",
               "9999999999999998", "-9007199254740995", "1e-4", "1e-5", "1.5e-7", "5e-324", "123456.789", "NaN",
               "Infinity", "-Infinity", "0.30000000000000004", "9007199254740992", "1234567890123456"],
    "float4": ["0.1", "16777216", "1e10", "9.0072e15", "9.1e15", "1e20", "1.5e-7", "NaN", "-Infinity", "3.4e38"],
    "text": ["", " ", "xã", "a,b", 'nháy "kép"', '"', "hai\ndòng", "hai\r\ndòng", "cuối\r", "\r", "\\.", "\\", "NULL",
             "null", "'", "\t", "dài " * 3000, "xa\u0303", "=1+1", "100%", "a:b"],
    "varchar(20)": ["", "x ", " x", "x,y"],
    "char(5)": ["ab", "", "abcde", "a,b"],
    "bpchar": ["ab  ", ""],
    "name": ["ten", ""],
    '"char"': ["x", ""],
    "date": ["2026-01-05", "0001-01-01", "9999-12-31", "0044-03-15"],
    "time": ["08:00", "08:00:00.5", "23:59:59.999999", "00:00:00.000001"],
    "timestamp": ["2026-01-05 08:00", "2026-01-05 08:00:00.5", "0001-01-01 00:00:00", "9999-12-31 23:59:59.999999"],
    "timestamptz": ["2026-01-05 08:00+07", "2026-01-05 08:00:00.5+00", "1975-12-31 23:59:59+00", "1970-01-01 00:00+00",
                    "1950-06-01 12:00+00", "1920-01-01 00:00:00.25+00", "2026-01-05 23:30-05:30"],
    "uuid": ["550e8400-e29b-41d4-a716-446655440000"],
    "muc": ["cao", "thấp"],
    "ma_xa": ["00384", ""],
    "money": ["12.5", "-1234567"],
    "tsvector": ["xã:1 phường:2"],
}  # fmt: skip
ROW_BY_ROW = {
    "json": ['{"a": [1, "xã"]}', '"x"', "1.50"],
    "jsonb": ['{"b": 1, "a": null}'],
    "int4[]": ["{1,2}", "{}"],
    "text[]": ['{x,"a,b"}'],
    "interval": ["1 day 02:00"],
    "timetz": ["08:00+07"],
}
SCHEMA = TableSchema.from_descriptor(
    {
        "name": "bang",
        "version": "1.0.0",
        "title": "Bảng",
        "primaryKey": "ma",
        "fields": [{"name": name, "title": name} for name in ("ma", "gia_tri", "phần trăm %", "ghi:chu")],
    }
)


@pytest.fixture(scope="module")
def url(postgresql_server: PostgresqlServer) -> Iterator[str]:
    with postgresql_server.database() as address:
        with connected(address) as connection:
            connection.execute("CREATE TYPE muc AS ENUM ('cao', 'thấp')")
            connection.execute("CREATE DOMAIN ma_xa AS text CHECK (length(VALUE) < 6)")
        yield address


def connected(url: str) -> psycopg.Connection:
    address = sqlalchemy.make_url(url).set(drivername="postgresql")
    return psycopg.connect(address.render_as_string(hide_password=False), autocommit=True)


def filled(url: str, kind: str, values: list[str]) -> None:
    with connected(url) as connection:
        connection.execute("DROP TABLE IF EXISTS bang")
        connection.execute(f"CREATE TABLE bang (ma int8, gia_tri {kind})".encode())
        insert = f"INSERT INTO bang VALUES (%s, %s::text::{kind})".encode()
        with connection.cursor() as cursor:
            cursor.executemany(insert, [*enumerate(values), (len(values), None)])


def both(url: str, folder: Path, monkeypatch: pytest.MonkeyPatch, locator: str = "bang") -> tuple[str, str]:
    """What is staged by COPY, and row by row."""
    origin = source("sql", {"url": url})
    (copied,) = read(origin, folder / "copy", locator, schema=SCHEMA)
    monkeypatch.setattr(sql, "copy_statement", lambda *_: None)
    (by_rows,) = read(origin, folder / "dong", locator, schema=SCHEMA)
    assert staged(copied).sha256 == staged(by_rows).sha256
    assert staged(copied).row_count == staged(by_rows).row_count
    return content(copied), content(by_rows)


def is_copied(url: str) -> bool:
    engine = sqlalchemy.create_engine(url)
    with engine.connect() as connection:
        columns: list[sqlalchemy.ColumnClause[object]] = [sqlalchemy.column("ma"), sqlalchemy.column("gia_tri")]
        statement = copy_statement(connection, sqlalchemy.table("bang"), columns, [])
    engine.dispose()
    return statement is not None


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_is_copied_to_the_same_bytes(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    filled(url, kind, TYPES[kind])
    assert is_copied(url)
    copied, by_rows = both(url, tmp_path, monkeypatch)
    assert copied == by_rows


@pytest.mark.parametrize("kind", ROW_BY_ROW)
def test_what_the_server_cannot_write_is_read_row_by_row(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    filled(url, kind, ROW_BY_ROW[kind])
    assert not is_copied(url)
    both(url, tmp_path, monkeypatch)


@pytest.mark.parametrize("kind", ["float8", "float4"])
def test_any_number_is_written_in_the_shortest_way(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    chance = random.Random(20251125)
    bits = [struct.unpack("<d", chance.randbytes(8))[0] for _ in range(2_000)]
    usual = [round(chance.uniform(-1e6, 1e6), chance.randrange(6)) for _ in range(1_000)]
    large = [float(chance.randrange(2**52, 2**58)) for _ in range(500)]
    numbers = [number for number in (*bits, *usual, *large) if kind == "float8" or 1e-37 < abs(number) < 3e38]
    filled(url, kind, [repr(number) for number in numbers if math.isfinite(number)])
    copied, by_rows = both(url, tmp_path, monkeypatch)
    assert copied == by_rows


@pytest.mark.parametrize("style", ["German, DMY", "SQL, MDY"])
def test_settings_of_the_server_change_nothing(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, style: str
) -> None:
    filled(url, "timestamptz", TYPES["timestamptz"])
    with connected(url) as connection:
        name = sqlalchemy.make_url(url).database
        connection.execute(f"ALTER DATABASE {name} SET datestyle = '{style}'".encode())
        connection.execute(f"ALTER DATABASE {name} SET timezone = 'America/New_York'".encode())
        connection.execute(f"ALTER DATABASE {name} SET extra_float_digits = 0".encode())
    try:
        copied, by_rows = both(url, tmp_path, monkeypatch)
    finally:
        with connected(url) as connection:
            connection.execute(f"ALTER DATABASE {name} RESET ALL".encode())
    assert copied == by_rows
    assert "2026-01-05T08:00:00+07:00" in copied


def test_names_and_texts_with_marks_of_sql_are_copied(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connected(url) as connection:
        connection.execute("DROP TABLE IF EXISTS bang")
        connection.execute('CREATE TABLE bang (ma text, "Phần trăm %" text, "ghi:chu" float8)')
        connection.execute("INSERT INTO bang VALUES ('2', '5%', 1), ('1', ':x', 2.5), ('3', '%s', 1e20)")
    select = "SELECT *, 'a:b %% {0}' AS gia_tri FROM bang WHERE \"Phần trăm %\" LIKE '%'"
    copied, by_rows = both(url, tmp_path, monkeypatch, select)
    assert copied == by_rows
    assert copied.splitlines()[1] == "1,a:b %% {0},:x,2.5"


def test_one_column_is_read_row_by_row(url: str, tmp_path: Path) -> None:
    filled(url, "text", ["x"])
    (found,) = read(source("sql", {"url": url}), tmp_path, "SELECT NULL::text AS ma FROM bang", schema=SCHEMA)
    assert content(found) == 'ma\n""\n""\n'


def test_days_that_python_has_none_for_come_as_the_server_writes_them(url: str, tmp_path: Path) -> None:
    filled(url, "date", ["infinity", "10000-01-01", "2026-01-05"])
    (found,) = read(source("sql", {"url": url}), tmp_path, "bang", schema=SCHEMA)
    assert content(found) == "ma,gia_tri\n0,infinity\n1,10000-01-01\n2,2026-01-05\n3,\n"


def test_a_row_that_fails_concerns_only_its_table_and_says_how_far_it_came(url: str, tmp_path: Path) -> None:
    with connected(url) as connection:
        connection.execute("DROP TABLE IF EXISTS bang")
        connection.execute("CREATE TABLE bang (ma int8, gia_tri int8)")
        connection.execute("INSERT INTO bang SELECT n, n FROM generate_series(1, 60000) AS n")
    failing = "SELECT ma, 1 / (50001 - gia_tri) AS gia_tri FROM bang"
    failed, good = read(source("sql", {"url": url}), tmp_path, failing, "bang", schema=SCHEMA)
    assert isinstance(refusal(failed), SourceUnreadable)
    assert staged(good).row_count == 60_000


def test_a_run_that_is_ended_in_the_middle_leaves_the_connection(url: str, tmp_path: Path) -> None:
    filled(url, "text", ["x"] * 25_000)
    origin: HarvestSource = source("sql", {"url": url})

    def end(key: str, rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(fetch(origin, [request("bang", SCHEMA)], tmp_path, end))
    assert not list(tmp_path.iterdir())
    with connected(url) as connection:
        (others,) = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchall()
    assert others == (0,)
