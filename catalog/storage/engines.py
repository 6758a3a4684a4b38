"""Engines for the two databases, and what their refusals mean in the words of the domain.

SQLite runs in WAL mode: readers never wait, writers queue up at BEGIN IMMEDIATE. PostgreSQL readers see one snapshot
(REPEATABLE READ, READ ONLY); writers take row locks where a promise needs them.
"""

from __future__ import annotations

import json
import os
import sqlite3
from typing import Any
from urllib.parse import quote

import orjson
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine, ExceptionContext, make_url
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from catalog.errors import CatalogError, InvalidInput, NotFound, StorageError, StorageFull
from catalog.storage.tables import storable_text

WAIT_SECONDS = 5
"""How long a writer waits for another, a thread for a free connection, a connection for the server."""

UPGRADE_COMMAND = "dulieumo db upgrade"
_STATEMENT_SECONDS = 60
_IDLE_SECONDS = 600


def make_engine(url: str) -> Engine:
    """An engine for ``sqlite:///path`` or ``postgresql+psycopg://…``; connects at the first use, not now.

    The address may set its own patience: ``?timeout=seconds`` on SQLite, ``?options=…`` on PostgreSQL.
    """
    address = make_url(url)
    if address.drivername in ("sqlite", "sqlite+pysqlite") and address.database not in (None, "", ":memory:"):
        engine = _sqlite_engine(address)
    elif address.drivername == "postgresql+psycopg":
        engine = _postgresql_engine(address)
    else:
        raise InvalidInput(
            f"Không dùng được cơ sở dữ liệu kiểu “{address.drivername}”; "
            "hãy ghi sqlite:///đường-dẫn hoặc postgresql+psycopg://….",
            f"Unusable database “{address.drivername}”; write sqlite:///path or postgresql+psycopg://….",
        )
    event.listen(engine, "handle_error", _translate)
    event.listen(engine, "checkout", _refuse_inherited)
    return engine


def _sqlite_engine(address: URL) -> Engine:
    wait = float(str(address.query.get("timeout", WAIT_SECONDS)))

    def connect() -> sqlite3.Connection:
        # mode=rw: a wrong path must not leave an empty database behind; only an upgrade makes the file.
        path = os.path.abspath(str(address.database))  # noqa: PTH100  as_uri() wants it absolute, symbolic links kept
        connection = sqlite3.connect(
            f"file:{quote(path)}?mode=rw", uri=True, timeout=wait, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    engine = sa.create_engine(
        address,
        creator=connect,
        poolclass=sa.QueuePool,
        pool_size=8,
        max_overflow=24,
        pool_timeout=WAIT_SECONDS,
        hide_parameters=True,  # what is written may be secret or personal; errors and logs name the statement only
        json_serializer=_json,
        json_deserializer=orjson.loads,
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # The driver's own BEGIN comes too late: before the first INSERT, after the SELECTs that led to it.
        connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN IMMEDIATE"))

    return engine


def _postgresql_engine(address: URL) -> Engine:
    limits = {
        "lock_timeout": WAIT_SECONDS,
        "statement_timeout": _STATEMENT_SECONDS,
        "idle_in_transaction_session_timeout": _IDLE_SECONDS,
    }
    arguments: dict[str, Any] = {}
    if "options" not in address.query:
        arguments["options"] = " ".join(f"-c {name}={seconds}s" for name, seconds in limits.items())
    if "connect_timeout" not in address.query:
        arguments["connect_timeout"] = WAIT_SECONDS
    return sa.create_engine(
        address,
        connect_args=arguments,
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
        pool_size=5,
        max_overflow=15,
        pool_timeout=WAIT_SECONDS,
        pool_use_lifo=True,
        hide_parameters=True,  # what is written may be secret or personal; errors and logs name the statement only
        json_serializer=_json,
        json_deserializer=orjson.loads,
    )


def for_reading(engine: Engine) -> Engine:
    """The same engine, with transactions that read one state of the database and change nothing."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(sqlite_begin="BEGIN")
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _json(value: Any) -> str:
    return storable_text(json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")))


def _refuse_inherited(connection: Any, record: ConnectionPoolEntry, proxy: PoolProxiedConnection) -> None:
    """A process must not use a connection that it inherited by fork: two would speak at once on one line."""
    if record.info.setdefault("process", os.getpid()) != os.getpid():
        record.dbapi_connection = proxy.dbapi_connection = None  # type: ignore[misc]
        raise sa.exc.DisconnectionError("the connection belongs to another process")


# --- refusals --------------------------------------------------------------------------------------------------------


def _translate(context: ExceptionContext) -> None:
    """Called for every error of a driver. What breaks a constraint is left to the writer, who knows what it means; a
    connection found dead before its use is left to the pool, which opens another."""
    if context.is_pre_ping:
        return
    error = context.original_exception
    if isinstance(error, CatalogError):
        raise type(error)(error.message, error.message_en, **error.details) from error
    wrapped = context.sqlalchemy_exception
    if isinstance(wrapped, sa.exc.DBAPIError) and not isinstance(wrapped, sa.exc.IntegrityError):
        raise refusal(error) from error


REFUSALS = (
    sa.exc.DBAPIError,
    sa.exc.TimeoutError,
    sa.exc.DisconnectionError,
    sa.exc.PendingRollbackError,
)
"""What a database may do to us. Any other error of SQLAlchemy is a mistake of ours, and stays visible as one."""


def refusal(error: BaseException) -> CatalogError:
    """What an error of a driver or of SQLAlchemy means. The message names no host, no user and no password."""
    if isinstance(error, sa.exc.DBAPIError) and error.orig is not None:
        error = error.orig
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL or _state(error) == "53100":
        return StorageFull(
            "Đĩa của cơ sở dữ liệu đã đầy; hãy giải phóng chỗ trống rồi thử lại.",
            "The disk of the database is full; make room and try again.",
        )
    if _is_busy(error):
        return StorageError(
            "Cơ sở dữ liệu đang bận; hãy thử lại sau ít giây.", "The database is busy; try again in a few seconds."
        )
    if getattr(error, "sqlite_errorname", None) == "SQLITE_CONSTRAINT_FOREIGNKEY" or _state(error) == "23503":
        return NotFound(
            "Bản ghi được nhắc tới (cơ quan, bộ dữ liệu, nguồn …) không có; hãy tạo nó trước.",
            "A record that is referred to (organization, dataset, source …) does not exist; create it first.",
        )
    if getattr(error, "sqlite_errorname", None) == "SQLITE_CANTOPEN":
        return StorageError(
            f"Không mở được tệp cơ sở dữ liệu; nếu chưa tạo, hãy chạy “{UPGRADE_COMMAND}”.",
            f"The database file cannot be opened; if there is none yet, run “{UPGRADE_COMMAND}”.",
        )
    reason = getattr(error, "sqlite_errorname", None) or _state(error) or type(error).__name__
    return StorageError(
        f"Cơ sở dữ liệu không trả lời hoặc từ chối ({reason}); hãy kiểm tra máy chủ và đĩa.",
        f"The database does not answer or refuses ({reason}); check its server and disk.",
        reason=str(reason),
    )


def _is_busy(error: BaseException) -> bool:
    if isinstance(error, sa.exc.TimeoutError):
        return True
    if (code := getattr(error, "sqlite_errorcode", None)) is not None:
        return code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    # lock_not_available, query_canceled (time-out), deadlock_detected, serialization_failure, too_many_connections
    return _state(error) in ("55P03", "57014", "40P01", "40001", "53300")


def _state(error: BaseException) -> str | None:
    """The SQLSTATE of a PostgreSQL error."""
    state: str | None = getattr(error, "sqlstate", None)
    return state
