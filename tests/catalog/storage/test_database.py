"""What the databases underneath do to us, and how few questions they are asked."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import psycopg.errors
import pytest
import sqlalchemy as sa
from sqlalchemy import event

from catalog.errors import InvalidInput, StorageError, StorageFull
from catalog.issues import Report
from catalog.ports import CatalogReader
from catalog.storage.database import SqlCatalogStore
from catalog.storage.engines import make_engine, refusal
from tests.contracts.records import NOW, department, pharmacies, publication, workbook


def test_a_full_disk_refuses_the_change_and_reading_goes_on(sqlite_url: str) -> None:
    store = SqlCatalogStore(sqlite_url)
    with store.write() as transaction:
        transaction.put_organization(department())

    @event.listens_for(store._engine, "connect")
    def leave_no_room(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")

    store._engine.dispose()
    with pytest.raises(StorageFull), store.write() as transaction:
        transaction.put_organization(department("mot", "mot", "x" * 100_000))
    with store.read() as reader:
        assert reader.organizations() == (department(),)
    store.close()


def test_a_full_disk_of_postgresql_is_named_so() -> None:
    assert isinstance(refusal(psycopg.errors.DiskFull("could not extend file")), StorageFull)


def test_a_server_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    store = SqlCatalogStore(f"postgresql+psycopg://portal:mat-khau-rieng@/portal?host={tmp_path}")
    with pytest.raises(StorageError) as refused, store.read():
        pass
    assert "mat-khau-rieng" not in refused.value.message + refused.value.message_en + str(refused.value.details)
    store.close()


def test_a_file_that_is_no_database_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "catalog.sqlite").write_text("Đây không phải cơ sở dữ liệu. " * 100)
    store = SqlCatalogStore(f"sqlite:///{tmp_path / 'catalog.sqlite'}")
    with pytest.raises(StorageError), store.read() as reader:
        reader.datasets()
    with pytest.raises(StorageError):
        store.upgrade()
    store.close()


def test_a_connection_that_the_server_cut_is_replaced(postgresql_url: str) -> None:
    store = SqlCatalogStore(postgresql_url)
    with store.read() as reader:
        assert reader.datasets() == ()
    _cut_connections(postgresql_url)
    with store.read() as reader:
        assert reader.datasets() == ()
    store.close()


def test_a_connection_cut_in_the_middle_of_a_change_loses_the_change_and_no_more(postgresql_url: str) -> None:
    store = SqlCatalogStore(postgresql_url)

    def be_cut_off() -> None:
        with store.write() as transaction:
            transaction.put_organization(department())
            _cut_connections(postgresql_url)
            transaction.put_dataset(pharmacies(), NOW)

    with pytest.raises(StorageError):
        be_cut_off()
    with store.write() as transaction:
        assert transaction.organizations() == ()
        transaction.put_organization(department())
    store.close()


def _cut_connections(url: str) -> None:
    engine = make_engine(url)
    with engine.connect() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    engine.dispose()


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "sqlite:///:memory:", "postgresql+psycopg2://x/y"])
def test_other_databases_are_refused_with_what_to_write_instead(url: str) -> None:
    with pytest.raises(InvalidInput, match="sqlite:///"):
        SqlCatalogStore(url)


def test_a_time_without_a_zone_is_a_mistake_and_not_stored(store: SqlCatalogStore) -> None:
    with pytest.raises(sa.exc.StatementError, match="aware"), store.write() as transaction:
        transaction.add_event("dataset", "ds", datetime(2026, 3, 1))  # noqa: DTZ001  the mistake itself
    with store.read() as reader:
        assert reader.outbox() == ()


def test_a_path_with_marks_of_a_url_is_a_path(tmp_path: Path, migrated_sqlite: Path) -> None:
    path = tmp_path / "dữ liệu 100% #1.sqlite"
    path.write_bytes(migrated_sqlite.read_bytes())
    store = SqlCatalogStore(sa.URL.create("sqlite", database=str(path)).render_as_string())
    with store.read() as reader:
        assert reader.datasets() == ()
    store.close()


FORK = """
import os, sys
from catalog.storage.database import SqlCatalogStore
from tests.contracts.records import NOW, department, pharmacies
store = SqlCatalogStore(sys.argv[1])
with store.write() as transaction:
    inherited = transaction._connection.connection.dbapi_connection
    transaction.put_organization(department())
if os.fork() == 0:
    with store.write() as transaction:
        transaction.put_dataset(pharmacies(), NOW)
        is_own = transaction._connection.connection.dbapi_connection is not inherited
    os._exit(0 if is_own else 1)
assert os.wait()[1] == 0, "the child spoke on its parent's line"
with store.read() as reader:
    print(reader.dataset("nha-thuoc").revision)
"""


def test_a_forked_process_uses_connections_of_its_own(migrated_url: str) -> None:
    ended = subprocess.run([sys.executable, "-c", FORK, migrated_url], capture_output=True, text=True, check=False)
    assert (ended.stderr, ended.stdout) == ("", "1\n")


QUESTIONS: dict[str, Callable[[CatalogReader], object]] = {
    "datasets": lambda reader: reader.datasets(),
    "latest_versions": lambda reader: reader.latest_versions(),
    "derived_files": lambda reader: reader.derived_files([v.id for v in reader.latest_versions().values()]),
    "last_outcomes": lambda reader: reader.last_outcomes(reader.sources()[0].id) if reader.sources() else {},
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_number_of_statements_does_not_grow_with_the_catalogue(migrated_url: str, question: str) -> None:
    store = SqlCatalogStore(migrated_url)
    with store.write() as transaction:
        transaction.put_organization(department())
    counts = []
    for size in (1, 12):
        with store.write() as transaction:
            for number in range(size):
                dataset = transaction.put_dataset(pharmacies(f"ds-{size}-{number}", f"ten-{size}-{number}"), NOW)
                version = publication(1, dataset)
                transaction.add_version(version, Report(0))
                transaction.add_derived_file(version.id, workbook())
        counts.append(_statements(store, QUESTIONS[question]))
    assert counts[0] == counts[1] <= 2
    store.close()


def _statements(store: SqlCatalogStore, question: Callable[[CatalogReader], object]) -> int:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    with store.read() as reader:
        event.listen(store._engine, "before_cursor_execute", note)
        question(reader)
        event.remove(store._engine, "before_cursor_execute", note)
    return len(seen)
