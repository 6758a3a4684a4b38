"""While no index answers the catalogue does: as an index would, as far as it knows."""

from __future__ import annotations

import shutil
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from catalog.errors import CatalogError, IndexUnavailable
from catalog.indexed import IndexedDataset
from catalog.model import AccessLevel, DatasetId, DatasetStatus
from catalog.ports import CatalogReader
from catalog.questions import (
    OLDER,
    VOCABULARY,
    Between,
    Likeness,
    Match,
    Not,
    SearchPage,
    SearchQuery,
    SearchSort,
    Viewer,
)
from catalog.reading import PublishedDataset
from catalog.storage.database import SqlCatalogStore
from search.datasets import catalogue_search
from search.datasets.answering import answer
from search.datasets.catalogue_search import LEFT_OUT, CatalogueEngine, CatalogueSearch, keep
from search.datasets.last_resort import LastResort
from search.datasets.lexicon import no_lexicon
from search.datasets.tantivy_index import TantivyIndex
from tests.catalog.examples import HEALTH, NOW, example_dataset
from tests.contracts.dataset_indexes import described
from tests.search import random_catalogue
from tests.search.random_catalogue import RandomCatalogue

DATASETS = 200
QUESTIONS = 300


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def catalogue(store: SqlCatalogStore, clock: Clock) -> CatalogueSearch:
    """Three public datasets, one that is shared, one that is internal and one that was withdrawn."""
    with store.write() as transaction:
        transaction.put_organization(HEALTH)
        for name, title, changes in (
            ("benh-vien", "Bệnh viện", {}),
            ("truong-hoc", "Trường học", {"theme": "giao-duc"}),
            ("nha-thuoc", "Nhà thuốc", {"access_level": AccessLevel.SHARED}),
            ("noi-bo", "Bệnh viện nội bộ", {"access_level": AccessLevel.INTERNAL}),
            ("da-thu-hoi", "Bệnh viện cũ", {"status": DatasetStatus.WITHDRAWN}),
        ):
            plain = {"keywords": (), "description": "", "title_en": "", "issued": NOW}
            transaction.put_dataset(example_dataset(name, title, **plain, **changes), NOW)

    def describe(published: PublishedDataset) -> bytes:
        return published.dataset.name.encode()

    return CatalogueSearch(store, no_lexicon, lambda: NOW, describe, monotonic=clock)


@pytest.fixture
def resort(catalogue: CatalogueSearch, clock: Clock, tmp_path: Path) -> LastResort:
    """Behind an index that was never built."""
    return LastResort(TantivyIndex(tmp_path / "index"), catalogue, monotonic=clock)


def names(page: SearchPage) -> list[str]:
    return [hit.name for hit in page.hits]


# --- as an index would -----------------------------------------------------------------------------------------------


def known(dataset: IndexedDataset) -> IndexedDataset:
    """The dataset without what the catalogue leaves out."""
    return replace(
        dataset,
        description=dataset.description[:200],
        columns=(),
        code_values=(),
        communes=(),
        temporal_start=None,
        temporal_end=None,
        quality=None,
        uses=0,
        record=b"",
    )


def asks_for_what_is_left_out(query: SearchQuery) -> bool:
    asked = repr((query.filters, query.where))
    return query.like is not None or ":" in query.text or any(f"'{name}'" in asked for name in LEFT_OUT)


def answered(search: object, query: SearchQuery) -> object:
    try:
        page = search(query)  # type: ignore[operator]
    except CatalogError as error:
        return str(error)
    order = names(page) if query.sort is not SearchSort.RELEVANCE else len(page.hits)
    return page.total, page.relaxed, dict(page.facets), order


def test_totals_facets_and_order_are_those_of_an_index(tmp_path: Path) -> None:
    datasets = [known(dataset) for dataset in RandomCatalogue("catalogue", DATASETS).datasets]
    index = TantivyIndex(tmp_path / "index", lexicon=random_catalogue.lexicon, clock=lambda: random_catalogue.NOW)
    index.rebuild(datasets)
    engine = CatalogueEngine([keep(dataset) for dataset in datasets])
    questions = RandomCatalogue("questions", DATASETS)
    compared = 0
    while compared < QUESTIONS:
        query = questions.query()
        query = replace(
            query, facets=tuple(name for name in query.facets if name not in {*LEFT_OUT, VOCABULARY}), facet_text={}
        )
        if asks_for_what_is_left_out(query):
            continue
        found = answered(lambda query: answer(engine, query, random_catalogue.lexicon(), random_catalogue.NOW), query)
        assert found == answered(index.search, query), query
        compared += 1


def test_names_of_tables_are_known(catalogue: CatalogueSearch) -> None:
    assert names(catalogue.search(SearchQuery(where=Match("tables", "trường")))) == ["truong-hoc"]
    assert names(catalogue.search(SearchQuery(where=Match("tables", "nội bộ")))) == []


def test_what_is_not_known_neither_finds_nor_hides(catalogue: CatalogueSearch) -> None:
    everything = {"benh-vien", "truong-hoc", "nha-thuoc"}
    for query in (
        SearchQuery(filters={"commune": ("15724",), "year": ("1900",)}),
        SearchQuery(where=Match("commune", "15724")),
        SearchQuery(where=Not(Match("commune", "15724"))),
        SearchQuery(where=Between("temporal_end", None, "1900-12-31")),
        SearchQuery(where=Not(Match("temporal_end", "*"))),
    ):
        assert set(names(catalogue.search(query))) == everything, query
    page = catalogue.search(SearchQuery(facets=("commune", "theme")))
    assert (page.facets["commune"], page.degraded, "commune" in page.left_out) == ((), True, True)


def test_nobody_sees_what_an_index_would_not_show(catalogue: CatalogueSearch) -> None:
    assert names(catalogue.search(SearchQuery("bệnh viện"))) == ["benh-vien"]
    staff = catalogue.search(SearchQuery("bệnh viện", viewer=Viewer.STAFF))
    assert set(names(staff)) == {"benh-vien", "noi-bo", "da-thu-hoi"}
    counts = catalogue.search(SearchQuery(facets=("level",))).facets["level"]
    assert {item.value: item.count for item in counts} == {"open": 2, "shared": 1}


def test_hits_carry_what_an_index_would_have_given(catalogue: CatalogueSearch) -> None:
    (hit,) = catalogue.search(SearchQuery("trường học", records=True)).hits
    assert (hit.record, hit.listed.title, hit.listed.organization_title) == (b"truong-hoc", "Trường học", HEALTH.title)
    assert any(fragment.matched for fragment in hit.title)


def test_pages_follow_one_another(resort: LastResort) -> None:
    query = SearchQuery(sort=SearchSort.NAME, limit=2)
    first = resort.search(query)
    second = resort.search(replace(query, after=first.next))
    assert [*names(first), *names(second)] == ["benh-vien", "nha-thuoc", "truong-hoc"]
    assert second.next == ""


# --- what it costs ---------------------------------------------------------------------------------------------------


def test_after_the_first_question_only_what_changed_is_read(
    catalogue: CatalogueSearch, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    look = catalogue_search._read

    def noted(reader: CatalogReader, ids: list[DatasetId]) -> object:
        read.append(len(ids))
        return look(reader, ids)

    monkeypatch.setattr(catalogue_search, "_read", noted)
    for _ in range(3):
        catalogue.search(SearchQuery())
    clock.now += 10
    with catalogue.store.write() as transaction:
        transaction.put_dataset(replace(transaction.dataset("benh-vien"), title="Phòng khám"), NOW)
    assert names(catalogue.search(SearchQuery("phòng khám"))) == ["benh-vien"]
    assert read == [5, 1]


def test_who_asks_while_a_large_catalogue_is_read_is_told_to_come_again_and_then_answered(
    catalogue: CatalogueSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end = threading.Event()
    look = catalogue_search._read

    def slow(reader: CatalogReader, ids: list[DatasetId]) -> object:
        may_end.wait(60)
        return look(reader, ids)

    monkeypatch.setattr(catalogue_search, "_read", slow)
    catalogue.patience = 0.01
    for _ in range(2):
        with pytest.raises(IndexUnavailable, match="thử lại sau một phút"):
            catalogue.search(SearchQuery())
    may_end.set()
    catalogue.patience = 60
    assert catalogue.search(SearchQuery()).total == 3


def test_of_a_very_large_catalogue_the_newest_datasets_are_looked_at_and_it_says_so(
    catalogue: CatalogueSearch, clock: Clock
) -> None:
    with catalogue.store.write() as transaction:
        stored = transaction.dataset("truong-hoc")
        transaction.put_dataset(replace(stored, modified=NOW + timedelta(days=1)), NOW)
    catalogue.most = 1
    page = catalogue.search(SearchQuery())
    assert (names(page), OLDER in page.left_out) == (["truong-hoc"], True)
    catalogue.most = 5
    clock.now += 10
    page = catalogue.search(SearchQuery())
    assert (page.total, OLDER in page.left_out) == (3, False)


# --- behind an index -------------------------------------------------------------------------------------------------


def test_an_index_that_answers_is_asked_and_the_catalogue_forgotten_after_a_while(
    resort: LastResort, clock: Clock
) -> None:
    assert resort.search(SearchQuery("bệnh viện")).left_out
    resort.rebuild([described("b", "Bệnh viện b")])
    page = resort.search(SearchQuery("bệnh viện"))
    assert (names(page), page.degraded, page.left_out) == (["b"], False, frozenset())
    assert resort._catalogue._kept
    clock.now += 61
    resort.search(SearchQuery())
    assert not resort._catalogue._kept


def test_a_page_of_the_index_is_followed_by_one_of_the_catalogue(resort: LastResort, tmp_path: Path) -> None:
    resort.rebuild([described(name) for name in ("benh-vien", "nha-thuoc", "truong-hoc")])
    query = SearchQuery(sort=SearchSort.NAME, limit=1)
    first = resort.search(query)
    shutil.rmtree(tmp_path / "index")
    resort.index._reload_after = 0  # type: ignore[attr-defined]
    second = resort.search(replace(query, after=first.next))
    assert ([*names(first), *names(second)], second.degraded) == (["benh-vien", "nha-thuoc"], True)


def test_an_index_that_fails_slowly_costs_one_search_its_time(
    resort: LastResort, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0

    def fail(index: object, query: SearchQuery) -> SearchPage:
        nonlocal asked
        asked += 1
        clock.now += 2
        raise IndexUnavailable("Máy chủ không trả lời.", "The server does not answer.")

    monkeypatch.setattr(TantivyIndex, "search", fail)
    for _ in range(10):
        assert resort.search(SearchQuery()).total == 3
    assert asked == 1
    clock.now += 5
    resort.search(SearchQuery())
    assert asked == 2


def test_what_is_similar_is_not_looked_for_without_an_index(resort: LastResort) -> None:
    with pytest.raises(IndexUnavailable):
        resort.search(SearchQuery(like=Likeness(described("a").id, "Bệnh viện")))
