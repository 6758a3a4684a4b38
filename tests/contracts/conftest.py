"""Every adapter of every door whose suite stands here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from catalog.ports import DatasetIndex
from catalog.storage.database import SqlCatalogStore
from tests.contracts.dataset_indexes import ENGINES


@pytest.fixture(params=["sqlite", "postgresql"])
def catalog_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty, migrated catalogue, on each database in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def catalog(catalog_url: str) -> Iterator[SqlCatalogStore]:
    store = SqlCatalogStore(catalog_url)
    yield store
    store.close()


@pytest.fixture
def hasty_catalog(catalog_url: str) -> Iterator[SqlCatalogStore]:
    """The same catalogue for somebody who waits a tenth of a second for others, and no longer."""
    haste = "timeout=0.1" if catalog_url.startswith("sqlite") else "options=-c%20lock_timeout%3D100ms"
    store = SqlCatalogStore(f"{catalog_url}{'&' if '?' in catalog_url else '?'}{haste}")
    yield store
    store.close()


@pytest.fixture(params=sorted(ENGINES), scope="module")
def shared_index(request: pytest.FixtureRequest) -> Iterator[DatasetIndex]:
    """One for all tests of a module: to make one takes an engine up to a second."""
    with ENGINES[request.param](request) as made:
        made.rebuild(())
        yield made


@pytest.fixture
def index(shared_index: DatasetIndex) -> DatasetIndex:
    """An empty one."""
    shared_index.remove(shared_index.revisions().keys())
    return shared_index
