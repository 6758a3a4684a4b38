"""Migrations: numbered steps from an empty database to the tables of :mod:`catalog.storage.tables`.

File names begin with the four digits of their revision, so that the newest is known without loading Alembic, which
costs half a second.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy.engine import Connection, Engine

_HERE = Path(__file__).parent
_ADVISORY_LOCK = 7_240_512_001
_WAIT_FOR_ANOTHER = "10min"


@cache
def head_revision() -> str:
    """The newest migration this program knows."""
    return max(path.name[:4] for path in (_HERE / "versions").glob("[0-9][0-9][0-9][0-9]_*.py"))


def upgrade(connection: Connection) -> None:
    """Take all missing steps, inside the transaction of ``connection``: either all of them happen or none."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@contextmanager
def alone(engine: Engine, sqlite_path: Path | None) -> Iterator[Connection]:
    """A transaction in which no other process migrates the same database; the others wait here for their turn."""
    if sqlite_path is None:
        with engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_WAIT_FOR_ANOTHER}'")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
            yield connection
    else:
        sqlite_path.parent.mkdir(parents=True, exist_ok=True)
        with _folder_locked(sqlite_path.parent):
            # WAL is a property of the file and cannot be switched on while somebody else is in it.
            with closing(sqlite3.connect(sqlite_path)) as connection_for_mode:
                connection_for_mode.execute("PRAGMA journal_mode = WAL")
            with engine.begin() as connection:
                yield connection


@contextmanager
def _folder_locked(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
