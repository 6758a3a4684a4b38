"""The truth in a database: ``SqlCatalogStore`` on SQLite (one folder) or PostgreSQL (a province)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import Connection

from catalog.errors import StorageError
from catalog.storage import migrations
from catalog.storage.engines import REFUSALS, UPGRADE_COMMAND, for_reading, make_engine, refusal
from catalog.storage.reading import SqlReader, stored_revision
from catalog.storage.writing import SqlTransaction


class SqlCatalogStore:
    """A ``CatalogStore`` at ``sqlite:///path`` or ``postgresql+psycopg://…``.

    Making one connects to nothing. Threads may share it; each transaction has a connection of its own from the pool. A
    forked process may go on using it: it gets new connections.
    """

    def __init__(self, url: str) -> None:
        self._engine = make_engine(url)
        self._reading = for_reading(self._engine)
        self._is_current = False

    @contextmanager
    def read(self) -> Iterator[SqlReader]:
        with self._refusals_translated(), self._reading.connect() as connection:
            yield SqlReader(connection, self._require_current)

    @contextmanager
    def write(self) -> Iterator[SqlTransaction]:
        with self._refusals_translated(), self._engine.begin() as connection:
            yield SqlTransaction(connection, self._require_current)

    def upgrade(self) -> None:
        path = self._sqlite_path()
        try:
            with migrations.alone(self._engine, path) as connection:
                if _is_behind(stored_revision(connection)):
                    migrations.upgrade(connection)
        except (*REFUSALS, sqlite3.Error, OSError) as error:
            raise refusal(error) from error

    def close(self) -> None:
        self._engine.dispose()

    def _sqlite_path(self) -> Path | None:
        if self._engine.dialect.name != "sqlite" or self._engine.url.database is None:
            return None
        return Path(self._engine.url.database)

    def _require_current(self, connection: Connection) -> None:
        """Looks once: a database never goes back to an older migration under a running program."""
        if self._is_current:
            return
        revision = stored_revision(connection)
        if _is_behind(revision):
            raise _outdated(revision)
        self._is_current = True

    @contextmanager
    def _refusals_translated(self) -> Iterator[None]:
        try:
            yield
        except REFUSALS as error:
            raise refusal(error) from error


def _is_behind(revision: str | None) -> bool:
    """Whether this program needs a newer migration. A database that is ahead is left to the newer program's promise to
    keep the previous one working."""
    return revision is None or revision < migrations.head_revision()


def _outdated(revision: str | None) -> StorageError:
    return StorageError(
        f"Cơ sở dữ liệu chưa sẵn sàng cho phiên bản chương trình này; hãy chạy “{UPGRADE_COMMAND}”.",
        f"The database is not ready for this version of the program; run “{UPGRADE_COMMAND}”.",
        revision=revision,
        needed=migrations.head_revision(),
    )
