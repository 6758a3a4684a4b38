"""What is particular to each make of database: its driver, what it is told at the beginning, what its errors mean.

PostgreSQL, MariaDB and SQLite are tried against the real thing. What is said to MySQL differs from MariaDB by the name
of one setting. For SQL Server and Oracle only the text of our statements is tried: no server of theirs was at hand.

- PostgreSQL, MySQL, MariaDB and Oracle know read-only transactions and refuse to write in one. Tables of MyISAM and
  Aria are outside every transaction: each is read in the state it has at that moment.
- SQL Server knows none: the account must have no right but to read. One state of all tables needs
  ``ALLOW_SNAPSHOT_ISOLATION``; where that is off each table is read as it then is, and the report says so.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event, exc

from catalog.issues import Dimension, Issue, Severity

CONNECT_SECONDS = 10
STATEMENT_SECONDS = 600
SQLITE_STEPS_BETWEEN_LOOKS = 100_000

DRIVERS: Mapping[str, str] = {
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
    "mssql": "mssql+pymssql",
    "oracle": "oracle+oracledb",
}
"""The driver of a make where the address names none."""
EXTRAS: Mapping[str, str] = {"pymysql": "mysql", "pymssql": "mssql", "oracledb": "oracle"}
"""What of ``pyproject.toml`` to install for a driver."""

# A network that swallows everything says no more than a slow server: it is asked, and given up after a minute.
_KEEPALIVE = {"keepalives": 1, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
_LIMITS_AT_SERVER_FIRST = 30
_MYSQL_TIME_OUTS = (1317, 1969, 3024)
_MYSQL_NO_RIGHT = (1142, 1143, 1370)
_MYSQL_OF_SERVER = frozenset(
    {1040, 1044, 1045, 1049, 1053, 1077, 1079, 1080, 1129, 1130, 1152, *range(1154, 1162), 1184, 1203, 1226, 1698, 1927}
)
_TABLE_FAULTS_OF_SQLITE = {"SQLITE_ERROR", "SQLITE_AUTH", "SQLITE_MISMATCH", "SQLITE_TOOBIG", "SQLITE_INTERRUPT", ""}


def connect_arguments(driver: str, seconds: int) -> dict[str, Any]:
    """What a driver is given beside the address, so that no wait is without an end; ``seconds`` is the most that a
    statement may take."""
    patient = seconds + _LIMITS_AT_SERVER_FIRST
    match driver:
        case "psycopg" | "psycopg2":
            return {"connect_timeout": CONNECT_SECONDS, "client_encoding": "utf8", **_KEEPALIVE}
        case "pymysql" | "mysqldb":
            return {
                "connect_timeout": CONNECT_SECONDS,
                "read_timeout": patient,
                "charset": "utf8mb4",
                "local_infile": False,
            }
        case "pymssql":
            return {"login_timeout": CONNECT_SECONDS, "timeout": seconds, "charset": "UTF-8"}
        case "pyodbc":
            return {"timeout": CONNECT_SECONDS}
        case "oracledb":
            return {"tcp_connect_timeout": CONNECT_SECONDS}
    return {}


def opening_statements(dialect: str, seconds: int, *, is_mariadb: bool = False) -> tuple[str, ...]:
    """What begins a read-only transaction that sees one state of the database and in which no statement takes longer
    than ``seconds``. Isolation levels that SQLAlchemy sets itself are not among them."""
    match dialect:
        case "sqlite":
            return ("BEGIN", "SELECT count(*) FROM sqlite_master")
        case "postgresql":
            return (
                f"SET LOCAL statement_timeout = '{seconds}s'",
                "SET LOCAL datestyle = 'ISO, YMD'",
                "SET LOCAL extra_float_digits = 1",
            )
        case "mysql" | "mariadb":
            limit = f"max_statement_time = {seconds}" if is_mariadb else f"max_execution_time = {seconds * 1000}"
            return (
                f"SET SESSION {limit}",
                "SET SESSION time_zone = '+07:00'",
                "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
                "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
            )
        case "mssql":
            return (f"SET LOCK_TIMEOUT {seconds * 1000}",)
        case "oracle":
            return ("ALTER SESSION SET TIME_ZONE = '+07:00'", "SET TRANSACTION READ ONLY")
    return ()


SNAPSHOT_OF_SQL_SERVER = "SELECT snapshot_isolation_state FROM sys.databases WHERE database_id = DB_ID()"
"""1 where tables can be read in one state without locks."""


def isolation(connection: Connection) -> Mapping[str, Any]:
    """The options by which SQLAlchemy gives the connection its isolation level, before its transaction begins."""
    dialect = connection.dialect.name
    if dialect == "postgresql":
        return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    if dialect == "mssql":
        allowed = connection.exec_driver_sql(SNAPSHOT_OF_SQL_SERVER).scalar() == 1
        connection.rollback()
        connection.info["one_state"] = allowed
        return {"isolation_level": "SNAPSHOT"} if allowed else {}
    return {}


def notice_of_states(connection: Connection) -> tuple[Issue, ...]:
    """What the report must say where tables could not be read in one state."""
    if connection.info.get("one_state", True):
        return ()
    return (
        Issue(
            code="no-snapshot",
            severity=Severity.WARNING,
            dimension=Dimension.CONSISTENT,
            message="Cơ sở dữ liệu nguồn không cho đọc mọi bảng ở cùng một thời điểm; các bảng có thể lệch nhau.",
            message_en="The source database does not let all tables be read in one state; they may differ in time.",
            remedy="Nhờ người quản trị nguồn bật ALLOW_SNAPSHOT_ISOLATION.",
            remedy_en="Ask the database administrator to switch ALLOW_SNAPSHOT_ISOLATION on.",
        ),
    )


def promise(connection: Connection) -> tuple[str, str]:
    """What the database itself sees to while it is read."""
    states = notice_of_states(connection)
    shown, shown_en = (
        ("mỗi bảng một thời điểm", "each table as it then is") if states else ("trong một ảnh chụp", "in one snapshot")
    )
    if connection.dialect.name == "mssql":
        return (
            f"{shown}; SQL Server không có giao dịch chỉ đọc, tài khoản chỉ nên có quyền đọc",
            f"{shown_en}; SQL Server has no read-only transactions, the account should have no right but to read",
        )
    return f"chỉ đọc, {shown}", f"read-only, {shown_en}"


def limit_at_driver(connection: Connection, seconds: int) -> None:
    """Ends statements that take longer than ``seconds`` where not a setting of the server does."""
    driver: Any = connection.connection.driver_connection
    match connection.dialect.driver:
        case "oracledb":
            driver.call_timeout = seconds * 1000
        case "pyodbc":
            driver.timeout = seconds
        case "pysqlite":
            _limit_sqlite(connection, driver, seconds)


def _limit_sqlite(connection: Connection, driver: Any, seconds: int) -> None:
    ends = [time.monotonic() + seconds]
    driver.set_progress_handler(lambda: time.monotonic() > ends[0], SQLITE_STEPS_BETWEEN_LOOKS)

    @event.listens_for(connection, "before_cursor_execute")
    def begin(*_: object) -> None:
        ends[0] = time.monotonic() + seconds


def is_table_fault(error: exc.DBAPIError) -> bool:
    """Whether an error that a driver calls one of operation concerns a single table all the same."""
    if sql_state(error) in ("57014", "22021"):
        return True
    if (code := _mysql_code(error)) is not None:
        return code not in _MYSQL_OF_SERVER and (1000 <= code < 2000 or 3000 <= code < 5000)
    if type(error.orig).__module__ == "sqlite3":
        return getattr(error.orig, "sqlite_errorname", "") in _TABLE_FAULTS_OF_SQLITE
    return not isinstance(error, exc.OperationalError | exc.InterfaceError)


def sql_state(error: Exception) -> str:
    """The SQLSTATE that PostgreSQL gave with an error; empty where there is none."""
    return str(getattr(getattr(error, "orig", None), "sqlstate", None) or "")


def is_time_out(error: Exception) -> bool:
    """Whether a statement was ended because it took too long."""
    of_sqlite = getattr(getattr(error, "orig", None), "sqlite_errorname", "") == "SQLITE_INTERRUPT"
    return sql_state(error) == "57014" or _mysql_code(error) in _MYSQL_TIME_OUTS or of_sqlite


def is_refused_right(error: Exception) -> bool:
    """Whether the account has no right to read."""
    return sql_state(error) == "42501" or _mysql_code(error) in _MYSQL_NO_RIGHT


@contextmanager
def broken_texts_kept(connection: Connection) -> Iterator[None]:
    """Within the block SQLite gives letters that are no UTF-8 as they are instead of failing a whole batch, so that
    whoever writes them can name the row."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    usual = driver.text_factory
    driver.text_factory = _text_of_bytes
    try:
        yield
    finally:
        driver.text_factory = usual


def _text_of_bytes(value: bytes) -> str:
    return value.decode("utf-8", "surrogateescape")


def is_broken_text(error: Exception) -> bool:
    """Whether the server itself says that a text is not in its encoding."""
    return sql_state(error) in ("22021", "22P05")


def _mysql_code(error: Exception) -> int | None:
    cause = getattr(error, "orig", None)
    code = cause.args[0] if cause is not None and cause.args else None
    return code if type(cause).__module__.startswith("pymysql") and isinstance(code, int) else None
