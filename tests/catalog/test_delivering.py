"""What the outbox asks for is done until it is done, and what fails keeps back nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.delivering import FIRST_PAUSE, LONGEST_PAUSE, Deliveries, failure_of
from catalog.errors import IndexMissing, IndexUnavailable, StorageError
from catalog.indexed import IndexedDataset
from catalog.indexing import Indexing
from catalog.model import DatasetId
from catalog.ports import Topic
from catalog.questions import SearchPage, SearchQuery
from catalog.storage.database import SqlCatalogStore
from portal.wiring import open_files, open_rows
from search.datasets.fallback import FallbackIndex
from search.datasets.tantivy_index import TantivyIndex
from tests.catalog.examples import HEALTH, NOW, example_dataset


class Server(TantivyIndex):
    """May be down, may take no changes, and may refuse one dataset for ever."""

    is_down = False
    is_read_only = False
    refuses = ""
    asked = 0

    def search(self, query: SearchQuery) -> SearchPage:
        self.asked += 1
        if self.is_down:
            raise IndexUnavailable("Máy chủ không trả lời.", "The server does not answer.")
        return super().search(query)

    def revisions(self) -> dict[DatasetId, int]:
        self.search(SearchQuery())
        return super().revisions()

    def put(self, datasets: Iterable[IndexedDataset]) -> None:
        given = list(datasets)
        if self.is_read_only or any(dataset.name == self.refuses for dataset in given):
            raise IndexUnavailable("Máy chủ từ chối.", "The server refuses.")
        super().put(given)

    def remove(self, ids: Collection[DatasetId]) -> None:
        if self.is_read_only and ids:
            raise IndexUnavailable("Máy chủ từ chối.", "The server refuses.")
        super().remove(ids)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path / "server")


@pytest.fixture
def index(server: Server, clock: Clock, tmp_path: Path) -> FallbackIndex:
    made = FallbackIndex(server, TantivyIndex(tmp_path / "copy"), monotonic=clock, rest=1.0)
    made.rebuild(())
    return made


@pytest.fixture
def deliveries(store: SqlCatalogStore, index: FallbackIndex, clock: Clock, tmp_path: Path) -> Deliveries:
    with store.write() as transaction:
        transaction.put_organization(HEALTH)
    indexing = Indexing(
        store=store,
        index=index,
        rows=open_rows(f"duckdb://{tmp_path / 'rows'}"),
        describe=lambda *told: b"",
        clock=lambda: NOW,
        members={"index": index.proper, "copy": index.copy},
    )
    files = open_files((tmp_path / "files").as_uri())
    return Deliveries(indexing, files, lambda *told: (), monotonic=clock, at_once=3)


def alone(deliveries: Deliveries, server: Server) -> None:
    """The server has no copy behind it."""
    deliveries.indexing = replace(deliveries.indexing, index=server, members={})


def change(store: SqlCatalogStore, *names: str) -> None:
    with store.write() as transaction:
        for name in names:
            dataset = transaction.put_dataset(example_dataset(name, f"Bảng {name}"), NOW)
            transaction.add_event(Topic.DATASET, dataset.id, NOW)


def waiting(store: SqlCatalogStore) -> int:
    with store.read() as reader:
        return reader.outbox_size()


def held(index: TantivyIndex | object) -> int:
    assert isinstance(index, TantivyIndex)
    return len(index.revisions())


MANY = tuple(f"bang-{number}" for number in range(8))


def test_everything_is_delivered_to_both_in_parts(
    store: SqlCatalogStore, deliveries: Deliveries, index: FallbackIndex
) -> None:
    change(store, *MANY)
    assert deliveries.deliver() == len(MANY)
    assert waiting(store) == 0
    assert held(index.proper) == held(index.copy) == len(MANY)
    assert deliveries.index_is_current


def test_while_the_server_is_down_the_copy_gets_everything_and_events_stay(
    store: SqlCatalogStore, deliveries: Deliveries, index: FallbackIndex, server: Server, clock: Clock
) -> None:
    server.is_down = True
    change(store, *MANY)
    assert deliveries.deliver() == 0
    assert (waiting(store), held(index.copy), deliveries.index_is_current) == (len(MANY), len(MANY), False)
    assert isinstance(failure_of(deliveries.failures), IndexUnavailable)
    clock.now = 1.5
    change(store, "moi")
    deliveries.deliver()
    assert held(index.copy) == len(MANY) + 1, "what is new does not wait for the server"


def test_a_server_that_is_down_for_hours_is_asked_once_a_minute(
    store: SqlCatalogStore, deliveries: Deliveries, server: Server, clock: Clock
) -> None:
    server.is_down = True
    change(store, *MANY)
    pauses: list[float] = []
    last = clock.now
    for _ in range(1_000):
        server.asked = 0
        deliveries.deliver()
        if server.asked:
            pauses.append(clock.now - last)
            last = clock.now
        clock.now += 0.5
    assert pauses[1:3] == [FIRST_PAUSE, 2 * FIRST_PAUSE]
    assert pauses[-1] == LONGEST_PAUSE


def test_a_server_that_takes_changes_again_gets_all_of_them(
    store: SqlCatalogStore, deliveries: Deliveries, index: FallbackIndex, server: Server, clock: Clock
) -> None:
    server.is_read_only = True
    change(store, *MANY)
    assert deliveries.deliver() == 0
    server.is_read_only, clock.now = False, FIRST_PAUSE
    assert deliveries.deliver() == len(MANY)
    assert held(server) == len(MANY)
    assert deliveries.index_is_current


def test_told_to_hurry_it_is_tried_at_once(
    store: SqlCatalogStore, deliveries: Deliveries, server: Server, clock: Clock
) -> None:
    alone(deliveries, server)
    server.is_read_only = True
    change(store, *MANY)
    deliveries.deliver()
    server.is_read_only = False
    assert deliveries.deliver() == 0
    deliveries.hurry()
    assert deliveries.deliver() == len(MANY)


@pytest.mark.parametrize("refused", MANY)
def test_one_dataset_that_is_refused_keeps_back_no_other(
    store: SqlCatalogStore, deliveries: Deliveries, server: Server, refused: str
) -> None:
    alone(deliveries, server)
    server.refuses = refused
    change(store, *MANY)
    assert deliveries.deliver() == len(MANY) - 1
    assert held(server) == len(MANY) - 1
    assert waiting(store) == 1


def test_an_index_that_is_not_there_is_not_begun_by_a_change(
    store: SqlCatalogStore, deliveries: Deliveries, tmp_path: Path
) -> None:
    gone = Server(tmp_path / "gone")
    alone(deliveries, gone)
    change(store, *MANY)
    assert deliveries.deliver() == 0
    assert isinstance(deliveries.failures[0], IndexMissing)
    assert not (tmp_path / "gone").exists()


def test_a_version_that_fails_is_left_alone_and_the_index_goes_on(
    store: SqlCatalogStore, deliveries: Deliveries, clock: Clock
) -> None:
    with store.write() as transaction:
        transaction.add_event(Topic.VERSION, "khong-co", NOW)
    change(store, *MANY)
    assert deliveries.deliver() == len(MANY)
    assert len(deliveries.failures) == 1
    deliveries.deliver()
    assert deliveries.failures == [], "it is left alone for a while"
    clock.now = FIRST_PAUSE
    deliveries.deliver()
    assert len(deliveries.failures) == 1


def test_what_is_no_error_of_ours_is_told_as_one() -> None:
    assert failure_of([]) is None
    assert isinstance(failure_of([OSError("no such device")]), StorageError)
