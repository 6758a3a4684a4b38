"""What is true of the index in Elasticsearch alone: its indexes and aliases, its writers, its failures."""

from __future__ import annotations

import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest

from catalog.errors import IndexIncomplete, IndexMissing, IndexUnavailable, InvalidQuery
from catalog.indexed import IndexedDataset
from catalog.model import DatasetId
from catalog.questions import FACETS, FacetCount, SearchQuery, SearchSort
from search.datasets.document import LAYOUT, IndexDocument
from search.datasets.elastic_client import ElasticsearchAccess
from search.datasets.elastic_index import ElasticsearchIndex, IndexShape
from search.datasets.elastic_mapping import source_of
from tests.contracts.dataset_indexes import described, found
from tests.elasticsearch_node import Access
from tests.elasticsearch_server import ElasticsearchServer


@dataclass(frozen=True)
class Home:
    """A name of a test's own in the server."""

    server: Access
    name: str

    def open(self, shards: int = 1) -> ElasticsearchIndex:
        access = ElasticsearchAccess((self.server.url,), self.name, search_seconds=60)
        return ElasticsearchIndex(access, shape=IndexShape(shards=shards, durable=False))

    def indexes(self) -> list[str]:
        return sorted(self.server.ask("GET", f"/{self.name}*/_alias"))

    def block(self, blocked: bool) -> None:
        """As the engine does to itself when a disk is full."""
        setting = {"index.blocks.read_only_allow_delete": True if blocked else None}
        self.server.ask("PUT", f"/{self.name}*/_settings", setting)


@pytest.fixture
def home(elasticsearch_server: ElasticsearchServer) -> Iterator[Home]:
    with elasticsearch_server.name() as name:
        yield Home(elasticsearch_server.access, name)


# --- indexes and aliases ---------------------------------------------------------------------------------------------


def test_opening_asks_nothing_and_an_index_never_built_is_told(home: Home) -> None:
    index = home.open()
    index.remove([DatasetId("id-a")])
    for ask in (lambda: index.search(SearchQuery()), index.revisions):
        with pytest.raises(IndexMissing, match="chưa được tạo"):
            ask()
    assert home.indexes() == []
    index.put([described("a")])
    assert found(index) == ["a"]


def test_an_index_of_another_program_version_asks_to_be_rebuilt(home: Home) -> None:
    old = f"{home.name}-l{LAYOUT - 1}"
    home.server.ask("PUT", f"/{old}-7", {"aliases": {home.name: {}, old: {}}})
    index = home.open()
    for ask in (lambda: index.search(SearchQuery()), index.revisions, lambda: index.put([described("a")])):
        with pytest.raises(IndexMissing, match="phiên bản khác"):
            ask()
    index.rebuild([described("a")])
    assert found(index) == ["a"]
    assert home.indexes() == [f"{home.name}-l{LAYOUT}-8"]


def test_an_index_of_a_newer_program_is_not_taken_for_a_missing_one(home: Home) -> None:
    """Else an old worker that still runs would build its own in the place of it, again and again."""
    new = f"{home.name}-l{LAYOUT + 1}"
    home.server.ask("PUT", f"/{new}-7", {"aliases": {home.name: {}, new: {}}})
    index = home.open()
    for ask in (lambda: index.search(SearchQuery()), lambda: index.put([described("a")])):
        with pytest.raises(IndexUnavailable, match="mới hơn") as caught:
            ask()
        assert not isinstance(caught.value, IndexMissing)
    index.rebuild([described("a")])
    assert home.indexes() == [f"{home.name}-l{LAYOUT}-8"]


def test_old_indexes_do_not_pile_up(home: Home) -> None:
    index = home.open()
    for name in "abc":
        index.rebuild([described(name)])
    assert home.indexes() == [f"{home.name}-l{LAYOUT}-3"]
    assert found(index) == ["c"]


def test_another_process_sees_changes_and_rebuilds(home: Home) -> None:
    writer, reader = home.open(), home.open()
    writer.put([described("a")])
    assert found(reader) == ["a"]
    writer.rebuild([described("x")])
    assert found(reader) == ["x"]
    writer.remove([DatasetId("id-x")])
    assert found(reader) == []


def test_searches_never_notice_that_the_index_is_replaced(home: Home) -> None:
    index = home.open()
    datasets = [described(f"n{n}") for n in range(30)]
    index.rebuild(datasets)
    totals: list[int] = []
    done = threading.Event()

    def search() -> None:
        while not done.is_set():
            totals.append(index.search(SearchQuery(facets=("format",))).total)

    with running(search, done):
        for _ in range(4):
            index.rebuild(datasets)
    assert set(totals) == {30}


class running:  # noqa: N801  reads as a word
    """Runs something beside the block until ``done`` is set at its end; its error is raised there."""

    def __init__(self, work: Callable[[], None], done: threading.Event) -> None:
        self._work, self._done, self._errors = work, done, list[BaseException]()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as error:
            self._errors.append(error)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()
        for error in self._errors:
            raise error


def test_what_a_killed_rebuild_left_is_deleted_by_the_next(home: Home) -> None:
    index = home.open()
    index.put([described("old")])
    killed = f"""
import os, signal
from search.datasets.elastic_client import ElasticsearchAccess
from search.datasets.elastic_index import ElasticsearchIndex
from tests.contracts.dataset_indexes import described

def datasets():
    for number in range(1_200):
        yield described(f"n{{number}}")
    os.kill(os.getpid(), signal.SIGKILL)

ElasticsearchIndex(ElasticsearchAccess(({home.server.url!r},), {home.name!r})).rebuild(datasets())
"""
    assert subprocess.run([sys.executable, "-c", killed], check=False).returncode == -9
    assert len(home.indexes()) == 2
    index.put([described("new")])
    assert sorted(found(index)) == ["new", "old"]
    assert index.rebuild([described("x")]) == 1
    assert found(index) == ["x"]
    assert home.indexes() == [f"{home.name}-l{LAYOUT}-3"]


def test_of_two_rebuilds_the_later_wins_and_the_other_is_told(home: Home) -> None:
    first, second = home.open(), home.open()
    first.put([described("old")])

    def overtaken() -> Iterator[IndexedDataset]:
        yield described("mine")
        second.rebuild([described("theirs")])
        yield described("mine-too")

    with pytest.raises(IndexUnavailable, match="tiến trình khác"):
        first.rebuild(overtaken())
    assert found(first) == ["theirs"]
    first.put([described("more")])
    assert sorted(found(second)) == ["more", "theirs"]
    first.rebuild([described("last")])
    assert len(home.indexes()) == 1


def test_a_rebuild_does_not_wait_for_ever_for_a_second_node(home: Home) -> None:
    access = ElasticsearchAccess((home.server.url,), home.name, search_seconds=60, write_seconds=4)
    index = ElasticsearchIndex(access, shape=IndexShape(replicas=2, durable=False))
    assert index.rebuild([described("a")]) == 1
    assert found(index) == ["a"]


# --- writers ---------------------------------------------------------------------------------------------------------


def test_changes_during_a_rebuild_are_in_both_indexes(home: Home) -> None:
    index, writer = home.open(), home.open()
    index.put([described(name) for name in ("kept", "changed", "removed", "removed-late", "back")])

    def datasets() -> Iterator[IndexedDataset]:
        yield described("kept")
        yield described("removed-late")
        writer.put([described("changed", "Mới", revision=9), described("added", revision=2)])
        writer.remove([DatasetId("id-removed"), DatasetId("id-removed-late"), DatasetId("id-back")])
        writer.put([described("back", revision=3)])
        assert sorted(found(index)) == ["added", "back", "changed", "kept"]
        yield described("changed", "Cũ")
        yield described("removed")
        yield described("back", revision=2)

    assert index.rebuild(datasets()) == 4
    assert sorted(found(index)) == ["added", "back", "changed", "kept"]
    assert index.revisions() == {"id-added": 2, "id-back": 3, "id-changed": 9, "id-kept": 1}
    assert found(index, "mới") == ["changed"]


def test_whatever_comes_between_the_index_ends_as_the_catalogue_is(home: Home) -> None:
    """Two writers, each committing to a catalogue first, while the index is rebuilt from that catalogue again and
    again."""
    catalogue: dict[str, IndexedDataset] = {}
    index = home.open()
    index.rebuild(())
    done = threading.Event()

    def write(writer: int) -> None:
        draw = random.Random(writer)
        own = home.open()
        revision = 0
        while not done.is_set():
            revision += 1
            name = f"w{writer}-{draw.randrange(12)}"
            if draw.random() < 0.3:
                catalogue.pop(name, None)
                own.remove([DatasetId(f"id-{name}")])
            else:
                catalogue[name] = described(name, revision=revision)
                own.put([catalogue[name]])

    def read() -> Iterator[IndexedDataset]:
        yield from dict(catalogue).values()

    with running(lambda: write(1), done), running(lambda: write(2), done):
        for _ in range(4):
            index.rebuild(read())
    assert index.revisions() == {dataset.id: dataset.revision for dataset in catalogue.values()}


def test_writers_at_the_same_time_leave_the_newest_revision(home: Home) -> None:
    home.open().rebuild(())
    threads = [
        threading.Thread(target=home.open().put, args=([described("a", revision=revision)],))
        for revision in random.Random(1).sample(range(1, 13), 12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert home.open().revisions() == {"id-a": 12}


def test_a_dataset_that_was_removed_may_come_again_with_an_older_revision(home: Home) -> None:
    """As after the catalogue was put back from a backup."""
    index = home.open()
    index.put([described("a", revision=9)])
    index.remove([DatasetId("id-a")])
    index.put([described("a", revision=2)])
    assert index.revisions() == {"id-a": 2}


def test_a_put_of_which_a_part_is_refused_is_told_with_the_reason(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    index = home.open()
    index.put([described("old")])
    with monkeypatch.context() as patched:
        patched.setattr("search.datasets.elastic_writing.source_of", with_an_unknown_field)
        for write in (index.put, index.rebuild):
            with pytest.raises(IndexUnavailable) as refused:
                write([described("a"), described("b"), described("c")])
            assert "strict_dynamic_mapping" in str(refused.value.details["cause"])
            assert "id-b" in str(refused.value.details["cause"])
    assert "old" in found(index)
    index.put([described("a"), described("b"), described("c")])
    assert sorted(found(index)) == ["a", "b", "c", "old"]
    assert len(home.indexes()) == 1


def with_an_unknown_field(document: IndexDocument) -> dict[str, object]:
    return source_of(document) | ({"unknown": 1} if document.id == "id-b" else {})


def test_an_index_that_may_only_be_read_is_told_and_goes_on_answering(home: Home) -> None:
    index = home.open()
    index.put([described("a")])
    home.block(True)
    with pytest.raises(IndexUnavailable) as refused:
        index.put([described("b")])
    assert "block" in str(refused.value.details["cause"])
    assert found(index) == ["a"]
    home.block(False)
    index.put([described("b")])
    assert sorted(found(index)) == ["a", "b"]


# --- questions -------------------------------------------------------------------------------------------------------


def test_counts_are_exact_over_several_shards(home: Home) -> None:
    """What is third on every shard may be first altogether."""
    index = home.open(shards=3)
    index.rebuild(described(f"n{n}", columns=(f"của riêng {n % 40}", "mọi" if n % 2 else "nửa")) for n in range(120))
    page = index.search(SearchQuery(facets=("column",), facet_limit=3))
    assert page.facets["column"][:2] == (FacetCount("mọi", 60), FacetCount("nửa", 60))
    page = index.search(SearchQuery(facets=("column",), facet_limit=100))
    assert [count.count for count in page.facets["column"]] == [60, 60, *[3] * 40]
    assert page.total == 120


def test_more_shards_than_were_known_are_counted_exactly_too(home: Home) -> None:
    home.open(shards=3).rebuild(described(f"n{n}", columns=(f"c{n % 40:02}",)) for n in range(120))
    page = home.open(shards=1).search(SearchQuery(facets=("column",), facet_limit=2))
    assert page.facets["column"] == (FacetCount("c00", 3), FacetCount("c01", 3))


def test_a_page_deeper_than_the_engine_goes_is_walked_to(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    index = home.open()
    index.put([described(f"n{n:02}", "Bệnh viện") for n in range(25)])
    monkeypatch.setattr("search.datasets.elastic_engine.WINDOW", 4)
    names = [f"n{n:02}" for n in range(25)]
    for offset in (0, 2, 3, 4, 9, 12, 23, 24, 25, 10**12):
        page = index.search(SearchQuery(sort=SearchSort.NAME, offset=offset, limit=3, facets=("format",)))
        assert [hit.name for hit in page.hits] == names[offset : offset + 3]
        assert (page.total, page.facets["format"]) == (25, (FacetCount("csv", 25),))
        assert bool(page.next) == (offset + 3 < 25)
    whole = [name for offset in range(0, 25, 3) for name in found(index, "bệnh viện", offset=offset, limit=3)]
    assert sorted(whole) == names


def test_more_values_than_the_engine_counts_at_once_are_counted_in_parts(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = home.open()
    index.put([described("a", columns=("x", "y", "z"), keywords=("k",)), described("b", columns=("y",))])
    query = SearchQuery(facets=FACETS, filters={"column": ("x",)}, facet_limit=3)
    whole = index.search(query)
    monkeypatch.setattr("search.datasets.elastic_engine.MOST_BUCKETS", 5)
    assert index.search(query) == whole
    assert whole.facets["column"][0] == FacetCount("y", 2)


def test_more_chosen_values_than_one_query_takes(home: Home) -> None:
    index = home.open()
    index.put([described("a", keywords=("k70000",))])
    chosen = tuple(f"k{n}" for n in range(70_001))
    assert found(index, filters={"keyword": chosen}) == ["a"]


@pytest.mark.parametrize("sort", [SearchSort.RELEVANCE, SearchSort.NAME, SearchSort.MODIFIED])
def test_a_cursor_of_another_order_is_refused(home: Home, sort: SearchSort) -> None:
    index = home.open()
    index.put([described("a", "đất"), described("b", "đất")])
    after = {other: index.search(SearchQuery("đất", sort=other, limit=1)).next for other in SearchSort}
    for other, cursor in after.items():
        if other is sort:
            assert len(found(index, "đất", sort=sort, after=cursor)) == 1
        else:
            with pytest.raises(InvalidQuery):
                index.search(SearchQuery("đất", sort=sort, after=cursor))


# --- failures --------------------------------------------------------------------------------------------------------


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_a_cluster_that_is_not_there_is_told_without_secrets() -> None:
    url = f"elasticsearch://portal:matkhau-123@127.0.0.1:{closed_port()}/cong"
    index = ElasticsearchIndex(ElasticsearchAccess.from_url(url, api_key="khoa-123"))
    for ask in (
        lambda: index.search(SearchQuery()),
        index.revisions,
        lambda: index.put([described("a")]),
        lambda: index.remove([DatasetId("id-a")]),
        lambda: index.rebuild([]),
    ):
        with pytest.raises(IndexUnavailable) as refused:
            ask()
        error = refused.value
        assert not isinstance(error, IndexMissing)
        assert "123" not in f"{error!r} {error.message_en} {error.details} {error.__cause__!r}".replace("127", "")


def test_a_wiped_cluster_is_told_and_a_rebuild_heals_it(home: Home) -> None:
    index = home.open()
    index.rebuild([described("a")])
    for name in home.indexes():
        home.server.ask("DELETE", f"/{name}")
    for ask in (lambda: index.search(SearchQuery()), index.revisions):
        with pytest.raises(IndexMissing, match="chưa được tạo"):
            ask()
    assert index.rebuild([described("a")]) == 1
    assert found(index) == ["a"]


def test_an_index_that_was_closed_is_told_and_a_rebuild_heals_it(home: Home) -> None:
    index = home.open()
    index.rebuild([described("old")])
    home.server.ask("POST", f"/{home.name}/_close")
    with pytest.raises(IndexUnavailable):
        index.search(SearchQuery())
    with pytest.raises(IndexUnavailable):
        index.put([described("a")])
    index.rebuild([described("a")])
    assert found(index) == ["a"]
    assert len(home.indexes()) == 1


def test_an_index_whose_shards_nobody_holds_is_told_apart_and_a_rebuild_heals_it(home: Home) -> None:
    """As when the disk of a node was lost, or a shard was found to be damaged. No node is let hold the new one's."""
    index = home.open()
    index.rebuild([described("old")])
    (name,) = home.indexes()
    shape = home.server.ask("GET", f"/{name}")[name]
    home.server.ask("DELETE", f"/{name}")
    nobody = {"index.routing.allocation.require._name": "nobody"}
    shape = {"aliases": shape["aliases"], "mappings": shape["mappings"], "settings": nobody}
    home.server.ask("PUT", f"/{name}?wait_for_active_shards=0", shape)
    for ask in (lambda: index.search(SearchQuery()), index.revisions):
        with pytest.raises(IndexIncomplete):
            ask()
    index.rebuild([described("a")])
    assert found(index) == ["a"]
    assert len(home.indexes()) == 1


def test_a_cluster_that_does_not_answer_is_given_up_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"elasticsearch://127.0.0.1:{silent.getsockname()[1]}/cong"
        index = ElasticsearchIndex(ElasticsearchAccess.from_url(url, search_seconds=0.2))
        started = time.monotonic()
        with pytest.raises(IndexUnavailable, match="không trả lời kịp"):
            index.search(SearchQuery())
        assert time.monotonic() - started < 5


def test_another_host_is_asked_when_one_is_down(home: Home) -> None:
    home.open().put([described("a")])
    hosts = (f"http://127.0.0.1:{closed_port()}", home.server.url, f"http://127.0.0.1:{closed_port()}")
    index = ElasticsearchIndex(ElasticsearchAccess(hosts, home.name, search_seconds=60))
    for _ in range(5):
        assert found(index) == ["a"]
    index.put([described("b")])
    assert sorted(found(index)) == ["a", "b"]


def test_what_others_keep_under_a_longer_name_is_left_alone(home: Home) -> None:
    other = Home(home.server, f"{home.name}-khac")
    other.open().put([described("theirs")])
    index = home.open()
    index.rebuild([described("mine")])
    index.rebuild([described("mine")])
    with suppress(IndexMissing):
        index.remove([DatasetId("id-theirs")])
    assert found(other.open()) == ["theirs"]
    assert found(index) == ["mine"]
