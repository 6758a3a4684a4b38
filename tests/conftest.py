"""Parts every test may ask for: an empty, migrated catalogue, real servers of PostgreSQL, MariaDB, Elasticsearch."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from catalog.storage.database import SqlCatalogStore
from tests.elasticsearch_server import ElasticsearchServer, share_elasticsearch
from tests.mariadb import MariadbServer, start_mariadb
from tests.postgresql import PostgresqlServer, start_server
from tests.servers import not_tested


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Generator[None]:
    """Says plainly, after everything else, what a machine without some server has not tested."""
    yield
    # What was skipped is told as (file, line, reason).
    lacking = not_tested(report.longrepr[2] for report in terminalreporter.stats.get("skipped", ()))
    if lacking:
        terminalreporter.section(f"Not tested here: {', '.join(lacking)}", yellow=True, bold=True)
    for server, reasons in lacking.items():
        terminalreporter.write_line(f"{server}: {len(reasons)} skipped; {reasons[0].splitlines()[0]}")


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file without records, to be copied: quicker than migrating again."""
    path = tmp_path_factory.mktemp("migrated") / "catalog.sqlite"
    store = SqlCatalogStore(f"sqlite:///{path}")
    store.upgrade()
    store.close()
    return path


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """The address of an empty, migrated SQLite catalogue of this test's own."""
    path = tmp_path / "catalog.sqlite"
    shutil.copyfile(migrated_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture
def store(sqlite_url: str) -> Iterator[SqlCatalogStore]:
    """An empty, migrated catalogue on SQLite."""
    store = SqlCatalogStore(sqlite_url)
    yield store
    store.close()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    """A PostgreSQL server for this process, stopped at its end; see :mod:`tests.postgresql` for where it comes from."""
    with start_server() as server:
        yield server


@pytest.fixture
def empty_postgresql_url(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """The address (``postgresql+psycopg://…``) of a database of this test's own, without tables."""
    with postgresql_server.database() as url:
        yield url


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """The name of a migrated database without records, to be copied."""
    with postgresql_server.database() as url:
        store = SqlCatalogStore(url)
        store.upgrade()
        store.close()
        yield postgresql_server.name_in(url)


@pytest.fixture
def postgresql_url(postgresql_server: PostgresqlServer, migrated_postgresql: str) -> Iterator[str]:
    """The address of an empty, migrated PostgreSQL catalogue of this test's own."""
    with postgresql_server.database(template=migrated_postgresql) as url:
        yield url


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[MariadbServer]:
    """A MariaDB server for this process, stopped at its end; see :mod:`tests.mariadb` for where it comes from."""
    with start_mariadb() as server:
        yield server


@pytest.fixture
def empty_mariadb_url(mariadb_server: MariadbServer) -> Iterator[str]:
    """The address (``mysql+pymysql://…``) of a database of this test's own, without tables."""
    with mariadb_server.database() as url:
        yield url


@pytest.fixture(scope="session")
def elasticsearch_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ElasticsearchServer]:
    """An Elasticsearch of one node for all processes of this run; see :mod:`tests.elasticsearch_server`."""
    folder = tmp_path_factory.getbasetemp()
    with share_elasticsearch(folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) as server:
        yield server
