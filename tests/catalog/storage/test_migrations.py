"""The migrations lead to the tables of the program, once, whoever starts them."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from catalog.errors import CatalogError, StorageError
from catalog.remote import KeptRecord
from catalog.storage import migrations
from catalog.storage.database import SqlCatalogStore
from catalog.storage.engines import make_engine
from catalog.storage.tables import METADATA
from tests.contracts.records import NOW, department, health_source, pharmacies

UPGRADE = "import sys; from catalog.storage.database import SqlCatalogStore; SqlCatalogStore(sys.argv[1]).upgrade()"


def test_the_migrated_schema_is_that_of_the_tables(migrated_url: str) -> None:
    engine = make_engine(migrated_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def test_the_migrated_schema_is_written_like_that_of_the_tables_to_the_letter(migrated_sqlite: Path) -> None:
    """The comparison of Alembic sees neither checks nor the conditions of partial indexes; the text of SQLite does."""
    migrated = sa.create_engine(f"sqlite:///{migrated_sqlite}")
    created = sa.create_engine("sqlite://")
    METADATA.create_all(created)
    assert _definitions(migrated) == _definitions(created)
    migrated.dispose()
    created.dispose()


def _definitions(engine: sa.Engine) -> dict[str, list[str]]:
    query = "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL"
    with engine.connect() as connection:
        definitions = {row.name: " ".join(row.sql.split()) for row in connection.exec_driver_sql(query)}
    definitions.pop("alembic_version", None)
    return {name: sorted(_parts(sql)) for name, sql in definitions.items()}


def _parts(sql: str) -> list[str]:
    """The columns and constraints of a CREATE statement; those added later stand at its end."""
    head, _, body = sql.partition("(")
    depth, parts = 0, [""]
    for character in body.strip().removesuffix(")"):
        depth += (character == "(") - (character == ")")
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return [head.strip(), *(part.strip() for part in parts)]


def test_the_head_known_without_alembic_is_the_head_that_alembic_knows() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [migrations.head_revision()]


def test_processes_that_start_at_once_on_an_empty_database_all_succeed(empty_url: str) -> None:
    children = [
        subprocess.Popen([sys.executable, "-c", UPGRADE, empty_url], stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    endings = [(child.communicate()[1], child.returncode) for child in children]
    assert endings == [("", 0)] * 3
    store = SqlCatalogStore(empty_url)
    with store.read() as reader:
        assert reader.schema_revision() == migrations.head_revision()
        assert reader.datasets() == ()
    store.close()


def test_upgrading_again_changes_nothing(migrated_url: str) -> None:
    store = SqlCatalogStore(migrated_url)
    store.upgrade()
    with store.read() as reader:
        assert reader.schema_revision() == migrations.head_revision()
    store.close()


def test_a_database_without_tables_says_which_command_makes_them(empty_postgresql_url: str, tmp_path: Path) -> None:
    (tmp_path / "empty.sqlite").touch()
    for url in (empty_postgresql_url, f"sqlite:///{tmp_path / 'empty.sqlite'}"):
        store = SqlCatalogStore(url)
        with store.read() as reader:
            assert reader.schema_revision() is None
            with pytest.raises(StorageError, match="dulieumo db upgrade"):
                reader.datasets()
        with pytest.raises(StorageError, match="dulieumo db upgrade"), store.write() as transaction:
            transaction.acknowledge([1])
        store.close()


def test_a_database_at_an_older_migration_says_which_command_renews_it(migrated_url: str) -> None:
    _pretend_revision(migrated_url, "0000")
    store = SqlCatalogStore(migrated_url)
    with store.read() as reader:
        assert reader.schema_revision() == "0000"
        with pytest.raises(StorageError, match="dulieumo db upgrade") as refused:
            reader.datasets()
    assert refused.value.details == {"revision": "0000", "needed": migrations.head_revision()}
    store.close()


def test_a_database_ahead_of_the_program_is_used_and_left_as_it_is(migrated_url: str) -> None:
    _pretend_revision(migrated_url, "9999")
    store = SqlCatalogStore(migrated_url)
    store.upgrade()
    with store.read() as reader:
        assert reader.datasets() == ()
        assert reader.schema_revision() == "9999"
    store.close()


def _pretend_revision(url: str, revision: str) -> None:
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")
    engine.dispose()


def test_a_database_file_that_is_not_there_is_not_made_by_reading(tmp_path: Path) -> None:
    store = SqlCatalogStore(f"sqlite:///{tmp_path / 'missing.sqlite'}")
    with pytest.raises(StorageError, match="dulieumo db upgrade"), store.read():
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_failed_step_leaves_the_database_as_it_was(empty_url: str) -> None:
    engine = make_engine(empty_url)
    path = None if engine.dialect.name == "postgresql" else Path(str(engine.url.database))
    with migrations.alone(engine, path) as connection:
        connection.exec_driver_sql("CREATE TABLE audit (id INTEGER)")
    store = SqlCatalogStore(empty_url)
    with pytest.raises(CatalogError):
        store.upgrade()
    assert sa.inspect(engine).get_table_names() == ["audit"]
    store.close()
    engine.dispose()


def test_datasets_stored_before_it_was_told_when_get_the_time_of_their_publication_or_harvest(
    migrated_url: str,
) -> None:
    """Of a harvested dataset the times of publication are those of the other catalogue."""
    harvest, long_ago = NOW - timedelta(days=7), NOW - timedelta(days=5000)
    store = SqlCatalogStore(migrated_url)
    with store.write() as transaction:
        transaction.put_organization(department())
        transaction.put_source(health_source())
        published = replace(pharmacies(), issued=long_ago, modified=NOW)
        taken = replace(pharmacies("ds-cho", "cho"), issued=long_ago, modified=long_ago)
        new = replace(pharmacies("ds-moi", "moi"), issued=None, modified=None)
        transaction.add_datasets([published, taken, new], NOW + timedelta(days=1))
        record = KeptRecord("cho/1", "a", taken.id, {}, (), 0, harvest)
        transaction.put_remote_records(health_source().id, [record])
    _take_back_the_last_steps(migrated_url)
    store.upgrade()
    with store.read() as reader:
        recorded = {item.id: item.recorded for item in reader.datasets()}
    assert recorded == {published.id: NOW, taken.id: harvest, new.id: None}
    store.close()


def _take_back_the_last_steps(url: str) -> None:
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE datasets DROP COLUMN recorded")
        connection.exec_driver_sql("DROP TABLE index_leases")
    engine.dispose()
    _pretend_revision(url, "0009")
