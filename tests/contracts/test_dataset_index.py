"""What every :class:`catalog.ports.DatasetIndex` promises: changes, order and pages, what a hit shows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from catalog.errors import InvalidQuery
from catalog.indexed import IndexedDataset
from catalog.model import DatasetId
from catalog.ports import DatasetIndex
from catalog.questions import (
    SearchQuery,
    SearchSort,
)
from tests.contracts.dataset_indexes import described, found

# --- changes ---------------------------------------------------------------------------------------------------------


def test_a_change_is_visible_when_the_call_returns_and_replaces_what_was_there(index: DatasetIndex) -> None:
    index.put([described("a", "Cũ"), described("b", "Khác")])
    index.put([described("a", "Mới", revision=2)])
    assert index.search(SearchQuery()).total == 2
    assert found(index, "mới") == ["a"]
    assert found(index, "cũ") == []


def test_an_older_revision_never_replaces_a_newer_one(index: DatasetIndex) -> None:
    index.put([described("a", "Mới", revision=7)])
    index.put([described("a", "Cũ", revision=6)])
    assert found(index, "mới") == ["a"]
    index.put([described("a", "Nhất", revision=9), described("a", "Cũ", revision=8)])
    assert found(index, "nhất") == ["a"]
    index.put([described("a", "Bằng", revision=9)])
    assert found(index, "bằng") == ["a"]
    assert index.revisions() == {"id-a": 9}


def test_removes(index: DatasetIndex) -> None:
    index.put([described("a"), described("b")])
    index.remove([DatasetId("id-a"), DatasetId("id-none")])
    assert found(index) == ["b"]
    assert index.revisions() == {"id-b": 1}


def test_a_rebuild_replaces_everything_while_searches_go_on(index: DatasetIndex) -> None:
    index.put([described("old", revision=5)])
    seen: list[list[str]] = []

    def datasets() -> Iterator[IndexedDataset]:
        for name in ("x", "y"):
            seen.append(found(index))
            yield described(name)

    assert index.rebuild(datasets()) == 2
    assert seen == [["old"], ["old"]]
    assert sorted(found(index)) == ["x", "y"]
    assert index.revisions() == {"id-x": 1, "id-y": 1}


def test_a_rebuild_that_fails_changes_nothing(index: DatasetIndex) -> None:
    index.put([described("old")])

    def datasets() -> Iterator[IndexedDataset]:
        yield described("new")
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        index.rebuild(datasets())
    assert found(index) == ["old"]
    index.put([described("more")])
    assert sorted(found(index)) == ["more", "old"]


def test_a_rebuild_counts_a_dataset_given_twice_once(index: DatasetIndex) -> None:
    given_twice = [described("a", "Hai", revision=2), described("a", "Một", revision=1), described("b"), described("b")]
    assert index.rebuild(given_twice) == 2
    assert sorted(found(index)) == ["a", "b"]
    assert found(index, "hai") == ["a"]


# --- order and pages -------------------------------------------------------------------------------------------------


def test_sorts_by_time_with_undated_ones_last(index: DatasetIndex) -> None:
    early, late = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    index.put(
        [
            described("none", recorded=early),
            described("early", issued=late, modified=early, recorded=late),
            described("late", issued=early, modified=late),
        ]
    )
    assert found(index, sort=SearchSort.MODIFIED) == ["late", "early", "none"]
    assert found(index, sort=SearchSort.MODIFIED_ASC) == ["early", "late", "none"]
    assert found(index, sort=SearchSort.ISSUED) == ["early", "late", "none"]
    assert found(index, sort=SearchSort.ISSUED_ASC) == ["late", "early", "none"]
    assert found(index, sort=SearchSort.RECORDED) == ["early", "none", "late"]
    assert found(index, sort=SearchSort.RECORDED_ASC) == ["none", "early", "late"]
    assert found(index, sort=SearchSort.RELEVANCE) == ["late", "early", "none"]


def test_sorts_titles_as_a_vietnamese_dictionary_does(index: DatasetIndex) -> None:
    titles = ["An sinh", "Ăn uống", "Ấp", "Dân số", "Du lịch", "Đất đai", "Đông Sơn", "Ô nhiễm", "Ốc", "Ơn"]
    index.put([described(f"n{n}", title) for n, title in enumerate(reversed(titles))])
    page = index.search(SearchQuery(sort=SearchSort.TITLE))
    assert ["".join(piece.text for piece in hit.title) for hit in page.hits] == titles
    backwards = index.search(SearchQuery(sort=SearchSort.TITLE_DESC))
    assert [hit.name for hit in backwards.hits] == [hit.name for hit in reversed(page.hits)]


def test_sorts_by_name(index: DatasetIndex) -> None:
    index.put([described("b"), described("a"), described("c")])
    assert found(index, sort=SearchSort.NAME) == ["a", "b", "c"]
    assert found(index, sort=SearchSort.NAME_DESC) == ["c", "b", "a"]


def test_pages_follow_each_other_and_the_total_is_exact(index: DatasetIndex) -> None:
    index.put([described(f"n{n:02}") for n in range(25)])
    pages = [index.search(SearchQuery(sort=SearchSort.NAME, offset=at, limit=10)) for at in (0, 10, 20, 30)]
    assert [hit.name for page in pages for hit in page.hits] == [f"n{n:02}" for n in range(25)]
    assert {page.total for page in pages} == {25}


@pytest.mark.parametrize("sort", SearchSort)
def test_every_dataset_comes_once_by_following_next(index: DatasetIndex, sort: SearchSort) -> None:
    day = datetime(2026, 1, 1, tzinfo=UTC)
    for n in range(23):
        moment = None if n % 7 == 0 else day + timedelta(hours=n % 3)
        index.put([described(f"n{n:02}", "Bệnh viện", modified=moment, issued=moment, recorded=moment)])
    whole = found(index, "bệnh viện", sort=sort, limit=100)
    names: list[str] = []
    after = ""
    for _ in range(20):
        page = index.search(SearchQuery("bệnh viện", sort=sort, limit=4, after=after))
        assert page.total == 23
        names += [hit.name for hit in page.hits]
        after = page.next
        if not after:
            break
    assert sorted(names) == sorted(whole)
    if sort is not SearchSort.RELEVANCE:
        assert names == whole


@pytest.mark.parametrize(
    "after", ["x", "!", "W10", "WyJhdCIsLTFd", "WyJmcm9tIiwieCIsMSxbXSwwXQ", "null", "đ", "W" * 5_000]
)
def test_a_cursor_that_is_none_is_refused(index: DatasetIndex, after: str) -> None:
    index.put([described("a")])
    with pytest.raises(InvalidQuery):
        index.search(SearchQuery(sort=SearchSort.MODIFIED, after=after))


@pytest.mark.parametrize(
    ("offset", "limit", "hits"), [(0, 0, 0), (10**12, 10, 0), (0, 10**12, 3), (-5, 2, 2), (0, -1, 0)]
)
def test_any_offset_and_limit_is_answered(index: DatasetIndex, offset: int, limit: int, hits: int) -> None:
    index.put([described(name) for name in "abc"])
    page = index.search(SearchQuery(offset=offset, limit=limit))
    assert (page.total, len(page.hits)) == (3, hits)


# --- what a hit shows ------------------------------------------------------------------------------------------------


def marked(pieces: object) -> str:
    return "".join(f"[{p.text}]" if p.matched else p.text for p in pieces)  # type: ignore[attr-defined]


def test_a_hit_shows_which_words_matched(index: DatasetIndex) -> None:
    index.put([described("a", "Cơ sở giáo dục & đào tạo", description="<b>Giao duc</b> mầm non. Bác sỹ.")])
    (hit,) = index.search(SearchQuery("giáo dục bác sĩ")).hits
    assert (hit.dataset_id, hit.name) == ("id-a", "a")
    assert marked(hit.title) == "Cơ sở [giáo dục] & đào tạo"
    assert marked(hit.snippet) == "<b>[Giao duc]</b> mầm non. [Bác sỹ]."
    (hit,) = index.search(SearchQuery()).hits
    assert marked(hit.title) == "Cơ sở giáo dục & đào tạo"
    (hit,) = index.search(SearchQuery("giáo dục bác sĩ", marked=False)).hits
    assert (marked(hit.title), hit.snippet) == ("Cơ sở giáo dục & đào tạo", ())
