"""What SQL Server and Oracle are asked, word for word. No server of theirs answers here: a driver that notes statements
stands in for SQL Server's, and Oracle's dialect is only asked for its text."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import pytest
import sqlalchemy
from sqlalchemy import Connection
from sqlalchemy.dialects import oracle

from catalog.errors import SourceUnreachable, SourceUnreadable
from harvesters.sql import _column, _table
from harvesters.sql_engines import isolation, opening_statements, promise
from harvesters.sql_shape import kept_name
from tests.harvesters.sources import content, read, refusal, source, staged

Answer = tuple[Sequence[str], Sequence[Sequence[object]]]


class NotingServer(ModuleType):
    """A driver called ``pymssql`` that notes what it is told and answers by what is in a statement."""

    __version__ = "2.4.0"
    paramstyle = "pyformat"
    apilevel, threadsafety = "2.0", 1

    class Error(Exception): ...

    def __init__(self, *, snapshots: bool) -> None:
        super().__init__("pymssql")
        self.told: list[str] = []
        self.given: dict[str, object] = {}
        self.snapshots = snapshots
        for name in ("DatabaseError", "OperationalError", "InterfaceError", "ProgrammingError", "DataError"):
            setattr(self, name, type(name, (self.Error,), {}))
        for name in ("IntegrityError", "InternalError", "NotSupportedError"):
            setattr(self, name, type(name, (self.Error,), {}))

    def connect(self, **given: object) -> NotingServer:
        self.given = given
        return self

    def cursor(self) -> Cursor:
        return Cursor(self)

    def commit(self) -> None:
        self.told.append("COMMIT")

    def rollback(self) -> None:
        self.told.append("ROLLBACK")

    def close(self) -> None: ...

    def autocommit(self, on: bool) -> None:
        assert not on

    def answer(self, statement: str) -> Answer:
        if "@@version" in statement:
            return ["v"], [("Microsoft SQL Server 2022 - 16.0.1000.6 (X64)",)]
        if "snapshot_isolation_state" in statement:
            return ["snapshot_isolation_state"], [(int(self.snapshots),)]
        if "sys.system_views" in statement:
            return ["name"], [("dm_exec_sessions",)]
        if "TRANSACTION_ISOLATION_LEVEL" in statement:
            return ["level"], [("READ COMMITTED",)]
        if "schema_name()" in statement.lower():
            return ["s"], [("dbo",)]
        if statement.startswith("SELECT *"):
            return ["Ma", "Tên", "CCCD"], []
        if "[Ma]" in statement:
            return ["Ma"], [("00016",)]
        return ["x"], []


class Cursor:
    arraysize = 1
    rowcount = -1

    def __init__(self, server: NotingServer) -> None:
        self.server = server
        self.description: list[tuple[Any, ...]] | None = None
        self.rows: list[Sequence[object]] = []

    def execute(self, statement: str, parameters: object = None) -> None:
        self.server.told.append(" ".join(statement.split()))
        names, rows = self.server.answer(statement)
        self.description = [(name, 1, None, None, None, None, None) for name in names]
        self.rows = list(rows)

    def fetchone(self) -> Sequence[object] | None:
        return self.rows.pop(0) if self.rows else None

    def fetchall(self) -> list[Sequence[object]]:
        rows, self.rows = self.rows, []
        return rows

    def fetchmany(self, size: int = 1) -> list[Sequence[object]]:
        rows, self.rows = self.rows[:size], self.rows[size:]
        return rows

    def close(self) -> None: ...


@pytest.fixture(params=[True, False], ids=["snapshots", "no snapshots"])
def server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> NotingServer:
    noting = NotingServer(snapshots=request.param)
    monkeypatch.setitem(sys.modules, "pymssql", noting)
    return noting


SQL_SERVER = source("sql", {"url": "mssql://doc@may-chu/noi_vu", "password": "bi-mat", "statement_seconds": "60"})


def test_sql_server_is_read_in_one_state_where_it_allows_that(server: NotingServer, tmp_path: Path) -> None:
    (found,) = read(SQL_SERVER, tmp_path / "a", "SELECT Ma, 'a:b' AS x FROM [Dân số]")
    assert content(found) == "ma\n00016\n"
    asked = [told for told in server.told if "bang_nguon" in told]
    inner = "(SELECT Ma, 'a:b' AS x FROM [Dân số]) AS bang_nguon"
    assert asked == [f"SELECT * FROM {inner} WHERE 1 = 0", f"SELECT [Ma] FROM {inner} ORDER BY [Ma]"]
    assert ("SET TRANSACTION ISOLATION LEVEL SNAPSHOT" in server.told) is server.snapshots
    assert "SET LOCK_TIMEOUT 60000" in server.told
    assert (server.given["login_timeout"], server.given["timeout"]) == (10, 60)
    assert "ROLLBACK" in server.told[server.told.index(asked[-1]) :]
    assert "COMMIT" not in server.told[server.told.index(asked[0]) :]
    assert [issue.code for issue in staged(found).notices] == ([] if server.snapshots else ["no-snapshot"])


def test_trying_sql_server_out_says_what_it_sees_to(server: NotingServer) -> None:
    engine = sqlalchemy.create_engine("mssql+pymssql://may/csdl", module=server)
    with engine.connect() as connection:
        connection.execution_options(**isolation(connection))
        assert ("mỗi bảng một thời điểm" in promise(connection)[0]) is not server.snapshots
        assert "chỉ nên có quyền đọc" in promise(connection)[0]


def test_sql_server_takes_no_with_inside_another_query(server: NotingServer, tmp_path: Path) -> None:
    (found,) = read(SQL_SERVER, tmp_path / "a", "WITH x AS (SELECT 1 AS ma) SELECT ma FROM x")
    assert isinstance(refusal(found), SourceUnreadable)
    assert "khung nhìn" in refusal(found).message
    assert not [told for told in server.told if "bang_nguon" in told]


def in_oracle() -> Connection:
    """As much of a connection as names need."""
    return cast("Connection", SimpleNamespace(dialect=oracle.dialect()))  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(
    ("shown", "kept"), [("xa", "XA"), ("dan_so", "DAN_SO"), ("Dân số", "Dân số"), ("Xa", "Xa"), ("date", "date")]
)
def test_oracle_keeps_plain_names_in_capitals(shown: str, kept: str) -> None:
    assert kept_name(in_oracle(), shown) == kept


def test_oracle_is_asked_for_the_names_that_it_keeps() -> None:
    connection = in_oracle()
    relation = _table(connection, "dan_so", "noi_vu")
    query = sqlalchemy.select(_column(connection, "ma"), _column(connection, "Tên xã")).select_from(relation)
    text = " ".join(str(query.order_by(_column(connection, "ma")).compile(dialect=connection.dialect)).split())
    assert text == 'SELECT "MA", "Tên xã" FROM "NOI_VU"."DAN_SO" ORDER BY "MA"'


def test_oracle_gives_one_state_that_cannot_be_written_to() -> None:
    assert opening_statements("oracle", 60)[-1] == "SET TRANSACTION READ ONLY"


def test_mysql_and_mariadb_are_told_their_limit_each_in_its_words() -> None:
    assert "SET SESSION max_statement_time = 60" in opening_statements("mysql", 60, is_mariadb=True)
    assert "SET SESSION max_execution_time = 60000" in opening_statements("mysql", 60)


@pytest.mark.parametrize(
    ("url", "driver", "extra"),
    [
        ("mysql://may/csdl", "pymysql", "mysql"),
        ("mariadb://may/csdl", "pymysql", "mysql"),
        ("mssql://may/csdl", "pymssql", "mssql"),
        ("oracle://may/csdl", "oracledb", "oracle"),
    ],
)
def test_a_driver_that_is_not_installed_is_named_with_what_installs_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str, driver: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, driver, None)
    with pytest.raises(SourceUnreachable) as caught:
        read(source("sql", {"url": url}), tmp_path / "a", "xa")
    assert f"“{driver}”" in caught.value.message
    assert f".[{extra}]" in caught.value.message
