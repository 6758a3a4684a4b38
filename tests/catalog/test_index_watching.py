"""The index is held against the catalogue, differences are named, and it heals without a person."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.delivering import Deliveries
from catalog.errors import IndexIncomplete, IndexUnavailable
from catalog.index_keeping import IndexComparison, IndexState, compare_index, mend_index
from catalog.index_watching import COUNT_AFTER, LONGEST_COST, LOST_AFTER, WHOLE_AFTER, IndexWatch
from catalog.indexed import IndexedDataset
from catalog.indexing import Indexing, rebuild_index
from catalog.model import DatasetId, DatasetStatus
from catalog.ports import Topic
from catalog.questions import SearchPage, SearchQuery
from catalog.storage.database import SqlCatalogStore
from portal.wiring import open_files, open_rows
from search.datasets.fallback import FallbackIndex
from search.datasets.tantivy_index import TantivyIndex
from tests.catalog.examples import HEALTH, NOW, example_dataset
from tests.catalog.test_delivering import Clock, Server
from tests.contracts.dataset_indexes import described

NUMBER = 12


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def indexing(store: SqlCatalogStore, clock: Clock, tmp_path: Path) -> Indexing:
    """Twelve datasets, one of them withdrawn, in an index with a copy."""
    index = FallbackIndex(
        Server(tmp_path / "server", reload_after=0),
        Server(tmp_path / "copy", reload_after=0),
        mark=tmp_path / "mark",
        monotonic=clock,
    )
    with store.write() as transaction:
        transaction.put_organization(HEALTH)
        for number in range(NUMBER):
            status = DatasetStatus.WITHDRAWN if number == 3 else DatasetStatus.PUBLISHED
            transaction.put_dataset(replace(example_dataset(f"bang-{number}", f"Bảng {number}"), status=status), NOW)
    made = Indexing(
        store=store,
        index=index,
        rows=open_rows(f"duckdb://{tmp_path / 'rows'}"),
        describe=lambda *told: b"",
        clock=lambda: NOW,
        members={"index": index.proper, "copy": index.copy},
        trust=index.trust,
    )
    rebuild_index(made)
    return made


class Lock:
    is_taken = False
    times = 0

    @contextmanager
    def __call__(self, member: str) -> Iterator[bool]:
        self.times += not self.is_taken
        yield not self.is_taken


@pytest.fixture
def lock() -> Lock:
    return Lock()


@pytest.fixture
def watch(indexing: Indexing, lock: Lock, clock: Clock, tmp_path: Path) -> IndexWatch:
    files = open_files((tmp_path / "files").as_uri())
    deliveries = Deliveries(indexing, files, lambda *told: (), monotonic=clock)
    deliveries.deliver()
    return IndexWatch(indexing, deliveries, lock, monotonic=clock)


def ids(indexing: Indexing) -> list[DatasetId]:
    with indexing.store.read() as reader:
        return sorted(reader.dataset_revisions())


def compared(indexing: Indexing, member: str = "index") -> IndexComparison:
    (found,) = [item for item in compare_index(indexing) if item.member == member]
    return found


def is_whole(indexing: Indexing) -> bool:
    return all(item.agrees for item in compare_index(indexing))


def is_degraded(indexing: Indexing) -> bool:
    return indexing.index.search(SearchQuery()).degraded


def change(indexing: Indexing, name: str) -> DatasetId:
    """A change that nobody delivers."""
    with indexing.store.write() as transaction:
        return transaction.put_dataset(transaction.dataset(name), NOW).id


# --- naming and mending differences ----------------------------------------------------------------------------------


def test_an_index_that_holds_everything_agrees(indexing: Indexing) -> None:
    assert [(item.member, item.state, item.held) for item in compare_index(indexing)] == [
        ("index", IndexState.AGREES, NUMBER),
        ("copy", IndexState.AGREES, NUMBER),
    ]


def test_every_difference_is_named(indexing: Indexing) -> None:
    every = ids(indexing)
    older = change(indexing, "bang-5")
    missing = next(dataset_id for dataset_id in every if dataset_id != older)
    member = indexing.members["index"]
    member.remove([missing])
    member.put([described("la", "Lạ"), described("x", id=every[-1], revision=9)])
    found = compared(indexing)
    assert (found.missing, found.surplus) == ((missing,), ("id-la",))
    assert (found.older, found.newer) == ((older,), (every[-1],))
    assert (found.state, found.held, found.datasets) == (IndexState.DIFFERS, NUMBER, NUMBER)
    assert compared(indexing, "copy").older == (older,)


def test_what_is_on_its_way_is_no_difference(indexing: Indexing, monkeypatch: pytest.MonkeyPatch) -> None:
    """One dataset is changed again and again: whoever looks sees the index a step behind each time."""
    look = Server.revisions

    def behind(server: Server) -> dict[DatasetId, int]:
        held = look(server)
        changed = change(indexing, "bang-5")
        indexing.members["copy"].put([described("x", id=changed, revision=held[changed] + 1)])
        return held

    monkeypatch.setattr(Server, "revisions", behind)
    assert compared(indexing, "copy").agrees


def test_only_what_differs_is_written(indexing: Indexing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Server, "rebuild", None)
    member = indexing.members["index"]
    member.remove(ids(indexing)[:3])
    member.put([described("la")])
    change(indexing, "bang-5")
    told: list[tuple[int, int]] = []
    assert mend_index(indexing, compare_index(indexing), lambda *done: told.append(done)) in (5, 6)
    assert told
    assert is_whole(indexing)


@pytest.mark.parametrize("lost", ["most", "newer", "gone"])
def test_what_cannot_be_mended_piece_by_piece_is_built_anew(indexing: Indexing, tmp_path: Path, lost: str) -> None:
    member = indexing.members["index"]
    if lost == "most":
        member.remove(ids(indexing)[1:])
    elif lost == "newer":
        member.put([described("x", id=ids(indexing)[0], revision=9)])
    else:
        shutil.rmtree(tmp_path / "server")
        assert compared(indexing).state is IndexState.MISSING
    mend_index(indexing, compare_index(indexing))
    assert is_whole(indexing)


def test_a_member_that_cannot_be_asked_is_told_and_the_other_mended(indexing: Indexing) -> None:
    server = indexing.members["index"]
    assert isinstance(server, Server)
    indexing.members["copy"].remove(ids(indexing)[:2])
    server.is_down = True
    found = compare_index(indexing)
    assert [item.state for item in found] == [IndexState.DOWN, IndexState.DIFFERS]
    with pytest.raises(IndexUnavailable, match="không trả lời"):
        mend_index(indexing, found)
    assert compared(indexing, "copy").agrees


# --- healing by itself -----------------------------------------------------------------------------------------------


def test_a_look_at_an_index_that_agrees_writes_nothing(watch: IndexWatch, lock: Lock, indexing: Indexing) -> None:
    assert watch.look() == []
    assert lock.times == 0
    assert not is_degraded(indexing)


@pytest.mark.parametrize("member", ["index", "copy"])
def test_wiped_documents_come_back_at_the_next_count(
    watch: IndexWatch, indexing: Indexing, clock: Clock, member: str
) -> None:
    watch.look()
    indexing.members[member].remove(ids(indexing))
    clock.now = COUNT_AFTER
    watch.look()
    assert is_whole(indexing)
    assert not is_degraded(indexing)


@pytest.mark.parametrize("member", ["server", "copy"])
def test_an_index_that_is_gone_is_built_anew(
    watch: IndexWatch, indexing: Indexing, clock: Clock, tmp_path: Path, member: str
) -> None:
    watch.look()
    shutil.rmtree(tmp_path / member)
    clock.now = COUNT_AFTER
    watch.look()
    assert is_whole(indexing)


def test_an_index_that_a_delivery_misses_is_built_at_once(
    watch: IndexWatch, indexing: Indexing, tmp_path: Path
) -> None:
    watch.look()
    shutil.rmtree(tmp_path / "server")
    with indexing.store.write() as transaction:
        stored = transaction.put_dataset(transaction.dataset("bang-1"), NOW)
        transaction.add_event(Topic.DATASET, stored.id, NOW)
    watch.deliveries.deliver()
    watch.look()
    assert is_whole(indexing)


def test_one_dataset_in_place_of_another_is_found_when_all_are_compared(
    watch: IndexWatch, indexing: Indexing, clock: Clock
) -> None:
    watch.look()
    change(indexing, "bang-1")
    clock.now = COUNT_AFTER
    watch.look()
    assert not is_whole(indexing), "counting does not show it"
    clock.now = WHOLE_AFTER + COUNT_AFTER
    watch.look()
    assert is_whole(indexing)


# --- damage ----------------------------------------------------------------------------------------------------------


def part_of(folder: Path, kind: str) -> Path:
    generation = folder / (folder / "current").read_text().split()[0]
    return max(generation.glob(f"*.{kind}"), key=lambda path: path.stat().st_size)


def cut_short(path: Path) -> None:
    """In the place of the file: the system ends a process that reads beyond the end of one that it holds."""
    kept = path.read_bytes()[:100]
    path.unlink()
    path.write_bytes(kept)


@pytest.mark.parametrize("kind", ["store", "term", "idx", "fast"])
@pytest.mark.parametrize("member", ["server", "copy"])
def test_an_index_that_was_damaged_on_disk_is_built_anew(
    watch: IndexWatch, indexing: Indexing, clock: Clock, tmp_path: Path, member: str, kind: str
) -> None:
    watch.look()
    damaged = part_of(tmp_path / member, kind)
    damaged.write_bytes(bytes(damaged.stat().st_size))
    clock.now = WHOLE_AFTER + COUNT_AFTER
    watch.look()
    assert is_whole(indexing)
    assert not is_degraded(indexing)


def test_damage_that_a_search_meets_is_mended_at_the_next_count(
    watch: IndexWatch, indexing: Indexing, clock: Clock, tmp_path: Path
) -> None:
    watch.look()
    cut_short(part_of(tmp_path / "server", "store"))
    other = FallbackIndex(TantivyIndex(tmp_path / "server"), TantivyIndex(tmp_path / "copy"))
    assert other.search(SearchQuery()).degraded, "who reads it is answered by the copy"
    clock.now = COUNT_AFTER
    watch.look()
    assert is_whole(indexing)
    assert not is_degraded(indexing)


def test_an_index_that_is_damaged_again_and_again_is_built_in_growing_pauses(
    watch: IndexWatch, indexing: Indexing, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that loses what is written to it."""
    built = 0
    build = Server.rebuild

    def rebuild(server: Server, datasets: Iterable[IndexedDataset]) -> int:
        nonlocal built
        built += 1
        return build(server, datasets)

    monkeypatch.setattr(Server, "rebuild", rebuild)
    for _ in range(720):  # an hour
        cut_short(part_of(tmp_path / "server", "store"))
        with suppress(IndexUnavailable):
            Server(tmp_path / "server").search(SearchQuery())
        watch.look()
        clock.now += COUNT_AFTER
    assert 3 <= built <= 10
    clock.now += LONGEST_COST
    watch.look()
    assert is_whole(indexing), "and the last time it was well"


def test_building_that_fails_late_for_want_of_space_is_left_alone_for_long(
    watch: IndexWatch, indexing: Indexing, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a worker would read the whole catalogue again and again for as long as the disk is full."""
    built = 0
    build = Server.rebuild

    def rebuild(server: Server, datasets: Iterable[IndexedDataset]) -> int:
        nonlocal built
        built += 1
        clock.now += 60
        raise IndexUnavailable("Ổ đĩa đầy.", "The disk is full.")

    shutil.rmtree(tmp_path / "server")
    monkeypatch.setattr(Server, "rebuild", rebuild)
    while clock.now < 3 * 3600:
        watch.look()
        clock.now += COUNT_AFTER
    assert 5 <= built <= 20
    monkeypatch.setattr(Server, "rebuild", build)
    clock.now += LONGEST_COST
    watch.look()
    assert is_whole(indexing)


def test_an_index_whose_parts_stay_away_is_built_anew_and_one_that_comes_back_is_not(
    watch: IndexWatch, indexing: Indexing, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    search, rebuild = Server.search, Server.rebuild
    server = indexing.members["index"]
    is_incomplete = True

    def ask(asked: Server, query: SearchQuery) -> SearchPage:
        if asked is server and is_incomplete:
            raise IndexIncomplete("Thiếu một phần.", "Parts are missing.")
        return search(asked, query)

    def build(built: Server, datasets: Iterable[IndexedDataset]) -> int:
        nonlocal is_incomplete
        is_incomplete = False
        return rebuild(built, datasets)

    monkeypatch.setattr(Server, "search", ask)
    monkeypatch.setattr(Server, "rebuild", build)
    while clock.now < LOST_AFTER - 70:
        watch.look()
        clock.now += COUNT_AFTER
        assert is_incomplete
    is_incomplete = False  # it comes back by itself
    clock.now += 60
    watch.look()
    is_incomplete = True
    while is_incomplete:
        watch.look()
        clock.now += COUNT_AFTER
    assert clock.now > 2 * LOST_AFTER - 70
    assert is_whole(indexing)


# --- two workers, and what waits -------------------------------------------------------------------------------------


def test_what_waits_for_delivery_is_not_mended(watch: IndexWatch, indexing: Indexing, lock: Lock, clock: Clock) -> None:
    with indexing.store.write() as transaction:
        stored = transaction.put_dataset(example_dataset("moi", "Mới"), NOW)
        transaction.add_event(Topic.DATASET, stored.id, NOW)
    watch.look()
    assert lock.times == 0


def test_two_workers_do_not_mend_at_once(watch: IndexWatch, indexing: Indexing, lock: Lock, clock: Clock) -> None:
    indexing.members["index"].remove(ids(indexing))
    lock.is_taken = True
    watch.look()
    assert not is_whole(indexing)
    assert is_degraded(indexing), "meanwhile the copy answers"
    lock.is_taken, clock.now = False, COUNT_AFTER
    watch.look()
    assert is_whole(indexing)
    assert not is_degraded(indexing)


def test_an_index_that_is_down_is_asked_in_growing_pauses_and_trusted_when_it_holds_all_again(
    watch: IndexWatch, indexing: Indexing, clock: Clock
) -> None:
    server = indexing.members["index"]
    assert isinstance(server, Server)
    server.is_down = True
    indexing.trust(False)
    looks = 0
    for _ in range(200):
        server.asked = 0
        watch.look()
        looks += bool(server.asked)
        clock.now += 1
    assert looks < 10
    server.is_down = False
    clock.now += 60
    watch.look()
    assert not is_degraded(indexing)


def test_an_index_that_did_not_take_everything_is_not_trusted(
    watch: IndexWatch, indexing: Indexing, clock: Clock
) -> None:
    server = indexing.members["index"]
    assert isinstance(server, Server)
    server.is_read_only = True
    with indexing.store.write() as transaction:
        stored = transaction.put_dataset(transaction.dataset("bang-1"), NOW)
        transaction.add_event(Topic.DATASET, stored.id, NOW)
    watch.deliveries.deliver()
    watch.look()
    assert is_degraded(indexing)
    server.is_read_only, clock.now = False, 100.0
    watch.deliveries.deliver()
    watch.look()
    assert not is_degraded(indexing)
