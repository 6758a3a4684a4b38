"""Whoever searches is answered, whatever becomes of the index proper."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.errors import IndexMissing, IndexUnavailable, InvalidQuery
from catalog.indexed import IndexedDataset
from catalog.model import DatasetId
from catalog.questions import SearchPage, SearchQuery, SearchSort
from search.datasets.answering import write_cursor
from search.datasets.fallback import FallbackIndex, continued_elsewhere
from search.datasets.tantivy_index import TantivyIndex
from tests.contracts.dataset_indexes import described


class Server(TantivyIndex):
    """An index that may be down, and counts how often it is asked."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.is_down = False
        self.asked = 0

    def _answer(self) -> None:
        self.asked += 1
        if self.is_down:
            raise IndexUnavailable("Máy chủ không trả lời.", "The server does not answer.")

    def search(self, query: SearchQuery) -> SearchPage:
        self._answer()
        return super().search(query)

    def put(self, datasets: Iterable[IndexedDataset]) -> None:
        self._answer()
        super().put(datasets)

    def remove(self, ids: Collection[DatasetId]) -> None:
        self._answer()
        super().remove(ids)

    def rebuild(self, datasets: Iterable[IndexedDataset]) -> int:
        if self.is_down:
            next(iter(datasets))
        self._answer()
        return super().rebuild(datasets)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path / "server")


@pytest.fixture
def clock() -> Clock:
    return Clock()


def opened(server: Server, clock: Clock, folder: Path) -> FallbackIndex:
    """As another process would open it once more."""
    return FallbackIndex(
        server, TantivyIndex(folder / "copy"), mark=folder / "copy" / "behind", rest=5.0, monotonic=clock
    )


@pytest.fixture
def index(server: Server, clock: Clock, tmp_path: Path) -> FallbackIndex:
    made = opened(server, clock, tmp_path)
    made.rebuild([described("a", "Bệnh viện"), described("b", "Trường học"), described("c", "Trường mầm non")])
    return made


def names(page: SearchPage) -> list[str]:
    return [hit.name for hit in page.hits]


def test_the_copy_answers_while_the_server_is_down_and_says_so(index: FallbackIndex, server: Server) -> None:
    assert not index.search(SearchQuery("bệnh viện")).degraded
    server.is_down = True
    page = index.search(SearchQuery("bệnh viện"))
    assert (names(page), page.degraded) == (["a"], True)


def test_a_server_that_is_down_is_asked_again_only_after_a_rest(
    index: FallbackIndex, server: Server, clock: Clock
) -> None:
    server.is_down, server.asked = True, 0
    for _ in range(10):
        index.search(SearchQuery())
    assert server.asked == 1
    server.is_down = False
    assert index.search(SearchQuery()).degraded
    clock.now = 5.0
    assert not index.search(SearchQuery()).degraded


def test_what_is_published_meanwhile_is_found_and_reaches_the_server_when_it_is_tried_again(
    index: FallbackIndex, server: Server, clock: Clock
) -> None:
    server.is_down = True
    new = described("d", "Nhà thuốc")
    with pytest.raises(IndexUnavailable):
        index.put([new])
    assert names(index.search(SearchQuery("nhà thuốc"))) == ["d"]
    server.is_down, clock.now = False, 5.0
    index.put([new])
    assert names(index.search(SearchQuery("nhà thuốc"))) == ["d"]
    assert new.id in server.revisions()


def test_removals_are_done_in_both(index: FallbackIndex, server: Server, clock: Clock) -> None:
    server.is_down = True
    with pytest.raises(IndexUnavailable):
        index.remove([DatasetId("id-a")])
    assert names(index.search(SearchQuery("bệnh viện"))) == []
    server.is_down, clock.now = False, 5.0
    index.remove([DatasetId("id-a")])
    assert DatasetId("id-a") not in server.revisions()


def test_a_dataset_that_was_removed_and_comes_again_is_in_the_copy_too(index: FallbackIndex) -> None:
    again = described("a", "Bệnh viện")
    index.put([again])
    index.remove([again.id])
    index.put([again])
    assert again.id in index.copy.revisions()


def test_pages_of_the_copy_are_followed_by_pages_of_the_copy(
    index: FallbackIndex, server: Server, clock: Clock
) -> None:
    question = SearchQuery(sort=SearchSort.NAME, limit=1)
    server.is_down = True
    first = index.search(question)
    server.is_down, clock.now = False, 10.0
    second = index.search(replace(question, after=first.next))
    third = index.search(replace(question, after=second.next))
    assert [*names(first), *names(second), *names(third)] == ["a", "b", "c"]
    assert third.next == ""


def test_a_page_of_the_server_is_followed_by_one_of_the_copy_while_the_server_is_down(
    index: FallbackIndex, server: Server
) -> None:
    """The copy does not know where the server broke off, but it has as many datasets in the same order before."""
    question = SearchQuery(sort=SearchSort.NAME, limit=1)
    first = index.search(question)
    server.is_down = True
    second = index.search(replace(question, after=first.next))
    third = index.search(replace(question, after=second.next))
    assert [*names(first), *names(second), *names(third)] == ["a", "b", "c"]
    assert (second.degraded, third.next) == (True, "")


def test_a_page_of_the_copy_is_followed_by_one_of_the_server_where_the_copy_is_gone(
    index: FallbackIndex, server: Server, clock: Clock, tmp_path: Path
) -> None:
    question = SearchQuery(sort=SearchSort.NAME, limit=1)
    server.is_down = True
    first = index.search(question)
    server.is_down, clock.now = False, 10.0
    shutil.rmtree(tmp_path / "copy")
    second = opened(server, clock, tmp_path).search(replace(question, after=first.next))
    assert (names(second), second.degraded) == (["b"], False)


@pytest.mark.parametrize(
    "place",
    [
        ("at", 20),
        ("from", "modified_order", 3_699_607_848_527_324_308, ["id-a"], 20),
        ("after", "-modified_order", 3_699_607_848_527_324_308, "id-a", 20),
        ("after", "", 81.25, "id-a", 20),
    ],
)
@pytest.mark.parametrize("of", ["", "copy.", "catalogue."])
def test_every_cursor_tells_how_many_datasets_lie_before(place: tuple[object, ...], of: str) -> None:
    query = SearchQuery(after=of + write_cursor(*place))
    assert continued_elsewhere(query) == SearchQuery(offset=20)


@pytest.mark.parametrize(
    "after", ["x", "copy.", "W10", write_cursor("at", -1), write_cursor("at", "20"), write_cursor(7)]
)
def test_what_is_no_cursor_is_refused_with_a_way_out(after: str) -> None:
    with pytest.raises(InvalidQuery, match="bỏ đi để xem từ đầu"):
        continued_elsewhere(SearchQuery(after=after))


def test_both_are_rebuilt_from_one_reading(index: FallbackIndex, server: Server) -> None:
    many = [described(f"n{number}") for number in range(2_500)]
    read: list[str] = []

    def reading() -> Iterator[IndexedDataset]:
        for dataset in many:
            read.append(dataset.id)
            yield dataset

    assert index.rebuild(reading()) == 2_500
    assert read == [dataset.id for dataset in many]
    assert server.revisions() == index.copy.revisions() == {dataset.id: 1 for dataset in many}


def test_the_copy_is_rebuilt_whole_where_the_server_is_down(index: FallbackIndex, server: Server) -> None:
    server.is_down = True
    many = [described(f"n{number}") for number in range(1_500)]
    with pytest.raises(IndexUnavailable):
        index.rebuild(iter(many))
    assert index.copy.revisions() == {dataset.id: 1 for dataset in many}


def test_a_reading_that_breaks_leaves_both_as_they_were(index: FallbackIndex, server: Server) -> None:
    def breaking() -> Iterator[IndexedDataset]:
        yield described("x")
        raise RuntimeError("the database is gone")

    before = server.revisions()
    with pytest.raises(RuntimeError):
        index.rebuild(breaking())
    assert server.revisions() == index.copy.revisions() == before


def test_writing_to_a_server_that_rests_is_not_tried_and_reaches_the_copy(index: FallbackIndex, server: Server) -> None:
    server.is_down = True
    index.search(SearchQuery())
    server.asked = 0
    for number in range(3):
        with pytest.raises(IndexUnavailable):
            index.put([described(f"n{number}")])
    assert server.asked == 0
    assert index.search(SearchQuery()).total == 6


def test_after_its_rest_one_search_tries_the_server_and_the_others_do_not_wait(
    index: FallbackIndex, server: Server, clock: Clock
) -> None:
    server.is_down = True
    index.search(SearchQuery())
    clock.now = 5.0
    inside = index.search
    totals: list[int] = []
    ask = server.search

    def slow(query: SearchQuery) -> SearchPage:
        totals.append(inside(SearchQuery()).total)
        return ask(query)

    server.search = slow  # type: ignore[method-assign]
    assert index.search(SearchQuery()).total == 3
    assert totals == [3], "while one waits for the server another is answered by the copy"


def test_what_the_server_lacks_is_found_by_every_process_until_it_is_trusted(
    index: FallbackIndex, server: Server, clock: Clock, tmp_path: Path
) -> None:
    server.is_down = True
    with pytest.raises(IndexUnavailable):
        index.put([described("d", "Nhà thuốc")])
    server.is_down, clock.now = False, 5.0
    other = opened(server, clock, tmp_path)
    page = other.search(SearchQuery("nhà thuốc"))
    assert (names(page), page.degraded) == (["d"], True)
    index.put([described("d", "Nhà thuốc")])
    index.trust(True)
    page = other.search(SearchQuery("nhà thuốc"))
    assert (names(page), page.degraded) == (["d"], False)


def test_a_server_that_lacks_something_answers_where_the_copy_cannot(
    index: FallbackIndex, server: Server, clock: Clock, tmp_path: Path
) -> None:
    index.trust(False)
    (tmp_path / "copy" / "current").unlink()
    page = opened(server, clock, tmp_path).search(SearchQuery("bệnh viện"))
    assert (names(page), page.degraded) == (["a"], False)


@pytest.mark.parametrize("gone", ["server", "copy"])
def test_writing_begins_no_index_that_would_not_hold_all(
    index: FallbackIndex, server: Server, clock: Clock, tmp_path: Path, gone: str
) -> None:
    shutil.rmtree(tmp_path / gone)
    other = opened(Server(tmp_path / "server"), clock, tmp_path)
    with pytest.raises(IndexMissing):
        other.put([described("d", "Nhà thuốc")])
    with pytest.raises(IndexMissing):
        (other.proper if gone == "server" else other.copy).search(SearchQuery())
    assert names(other.search(SearchQuery("nhà thuốc"))) == ["d"]
