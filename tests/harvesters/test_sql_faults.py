"""What goes wrong in the middle of a table: the network is cut, letters break. How far it came is told."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy.engine import make_url

from catalog.errors import SourceUnreachable, SourceUnreadable
from tests.cutting import cutting
from tests.harvesters.sources import read, refusal, source, staged
from tests.postgresql import PostgresqlServer

ROWS = 30_000
COMMUNES = (
    "CREATE TABLE xa AS SELECT lpad(n::text, 6, '0') AS ma, 'Xã ' || n AS ten, n AS dan_so"
    f" FROM generate_series(1, {ROWS}) AS n"
)


def administer(url: str, *statements: str) -> None:
    engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool, connect_args={"client_encoding": "utf8"})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.mark.parametrize("locator", ["xa", "SELECT ma, ten, dan_so, '{}'::json AS ngay FROM xa"], ids=["copy", "rows"])
def test_a_network_cut_at_half_of_the_rows_fails_the_run_and_says_how_far_it_came(
    empty_postgresql_url: str, tmp_path: Path, locator: str
) -> None:
    administer(empty_postgresql_url, COMMUNES)
    address = make_url(empty_postgresql_url)
    socket = str(Path(str(address.query["host"])) / ".s.PGSQL.5432") if "host" in address.query else ""
    upstream: str | tuple[str, int] = socket or (address.host or "localhost", address.port or 5432)
    with cutting(upstream, after=500_000) as port:
        url = address.set(host="127.0.0.1", port=port, query={}).render_as_string(hide_password=False)
        with pytest.raises(SourceUnreachable) as caught:
            read(source("sql", {"url": url}), tmp_path / "a", locator)
    assert 5_000 < int(str(caught.value.details["rows"])) < ROWS
    assert " dòng)" in caught.value.message
    assert list((tmp_path / "a").iterdir()) == []


def test_letters_that_break_in_a_file_name_their_row_and_column(tmp_path: Path) -> None:
    path = tmp_path / "nguon.sqlite"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE xa (ma TEXT, ten TEXT)")
        database.executemany("INSERT INTO xa VALUES (?, 'Xã')", ((f"{number:05d}",) for number in range(12_000)))
        database.execute("UPDATE xa SET ten = CAST(x'58e3' AS TEXT) WHERE ma = '11000'")
    broken, good = read(
        source("sql", {"url": f"sqlite:///{path}"}), tmp_path / "a", "xa", "SELECT * FROM xa WHERE ma < '11000'"
    )
    assert isinstance(refusal(broken), SourceUnreadable)
    assert "dòng 11001, cột “ten”: chữ sai bảng mã" in refusal(broken).message
    assert staged(good).row_count == 11_000


def test_letters_that_break_in_a_server_without_an_encoding_name_their_row(
    postgresql_server: PostgresqlServer, tmp_path: Path
) -> None:
    name = "dulieumo_test_khong_bang_ma"
    create = f"CREATE DATABASE {name} ENCODING SQL_ASCII TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
    administer(postgresql_server.url, f"DROP DATABASE IF EXISTS {name}", create)
    url = make_url(postgresql_server.url).set(database=name).render_as_string(hide_password=False)
    try:
        administer(url, COMMUNES, r"UPDATE xa SET ten = E'X\343' WHERE ma = '011001'")
        broken, good = read(source("sql", {"url": url}), tmp_path / "a", "xa", "SELECT * FROM xa WHERE ma < '011001'")
    finally:
        administer(postgresql_server.url, f"DROP DATABASE {name} WITH (FORCE)")
    assert isinstance(refusal(broken), SourceUnreadable)
    assert refusal(broken).details["rows"] == 11_000
    assert "chữ sai bảng mã" in refusal(broken).message
    assert staged(good).row_count == 11_000


def test_a_view_without_an_end_is_ended_in_a_file_too(tmp_path: Path) -> None:
    path = tmp_path / "nguon.sqlite"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE xa (ma TEXT)")
        database.execute(
            "CREATE VIEW vo_tan AS WITH RECURSIVE n (ma) AS (SELECT 1 UNION ALL SELECT ma + 1 FROM n)"
            " SELECT sum(ma) AS ma FROM n"
        )
    origin = source("sql", {"url": f"sqlite:///{path}"})
    endless, good = read(
        replace(origin, options={**origin.options, "statement_seconds": "1"}), tmp_path / "a", "vo_tan", "xa"
    )
    assert "quá thời gian chờ" in refusal(endless).message
    assert staged(good).row_count == 0
