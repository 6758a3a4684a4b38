"""The embedded index and Elasticsearch give the same answers to questions drawn at random.

``DULIEUMO_TEST_QUESTIONS`` says how many (200), ``DULIEUMO_TEST_SEED`` which (1).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.errors import CatalogError
from catalog.indexed import IndexedDataset
from catalog.ports import DatasetIndex
from catalog.questions import SearchHit, SearchPage, SearchQuery, SearchSort
from search.datasets.elastic_client import ElasticsearchAccess
from search.datasets.elastic_index import ElasticsearchIndex, IndexShape
from search.datasets.tantivy_index import TantivyIndex
from tests.elasticsearch_server import ElasticsearchServer
from tests.search.random_catalogue import NOW, RandomCatalogue, lexicon

QUESTIONS = int(os.environ.get("DULIEUMO_TEST_QUESTIONS", "200"))
SEED = int(os.environ.get("DULIEUMO_TEST_SEED", "1"))
DATASETS = 300
SHARDS = (1, 3)


def same(score: float) -> object:
    """Scores this near are equal: engines add 32-bit numbers in orders of their own."""
    return pytest.approx(score, rel=1e-6, abs=1e-3)


@pytest.fixture(scope="module")
def catalogue() -> RandomCatalogue:
    return RandomCatalogue(SEED, DATASETS)


@pytest.fixture(scope="module")
def tantivy_index(catalogue: RandomCatalogue, tmp_path_factory: pytest.TempPathFactory) -> DatasetIndex:
    index = TantivyIndex(tmp_path_factory.mktemp("index"), lexicon=lexicon, clock=lambda: NOW)
    index.rebuild(catalogue.datasets)
    return index


@pytest.fixture(scope="module", params=SHARDS, ids=lambda shards: f"{shards}-shards")
def elasticsearch_index(
    request: pytest.FixtureRequest, catalogue: RandomCatalogue, elasticsearch_server: ElasticsearchServer
) -> Iterator[DatasetIndex]:
    with elasticsearch_server.name() as name:
        access = ElasticsearchAccess((elasticsearch_server.url,), name, search_seconds=60)
        shape = IndexShape(shards=request.param, durable=False)
        index = ElasticsearchIndex(access, lexicon=lexicon, clock=lambda: NOW, shape=shape)
        index.rebuild(catalogue.datasets)
        yield index


def test_both_engines_answer_alike(
    catalogue: RandomCatalogue,
    tantivy_index: DatasetIndex,
    elasticsearch_index: DatasetIndex,
    request: pytest.FixtureRequest,
) -> None:
    questions = RandomCatalogue(f"{SEED} {request.node.name}", DATASETS)
    count = QUESTIONS // len(SHARDS)
    found = sum(compare(questions.query(), tantivy_index, elasticsearch_index) for _ in range(count))
    assert found > count // 4, "the questions find too little to compare anything"


def test_both_engines_agree_after_changes(
    catalogue: RandomCatalogue, elasticsearch_server: ElasticsearchServer, tmp_path: Path
) -> None:
    """Sorted: what was replaced still counts a little in how rare words are, until an engine tidies up."""
    embedded = TantivyIndex(tmp_path / "index", lexicon=lexicon, clock=lambda: NOW)
    with elasticsearch_server.name() as name:
        access = ElasticsearchAccess((elasticsearch_server.url,), name, search_seconds=60)
        shape = IndexShape(shards=2, durable=False)
        cluster = ElasticsearchIndex(access, lexicon=lexicon, clock=lambda: NOW, shape=shape)
        for index in (embedded, cluster):
            change_much(index, catalogue.datasets)
        assert embedded.revisions() == cluster.revisions()
        for number in range(40):
            sort = list(SearchSort)[1 + number % (len(SearchSort) - 1)]
            compare(replace(catalogue.query(), sort=sort), embedded, cluster)


def change_much(index: DatasetIndex, datasets: tuple[IndexedDataset, ...]) -> None:
    others = RandomCatalogue("others", 60).datasets
    index.rebuild(datasets[:150])
    for start in range(150, DATASETS, 50):
        index.put(datasets[start : start + 50])
    index.put([replace(new, id=old.id, name=old.name, revision=99) for new, old in zip(others, datasets, strict=False)])
    index.put([replace(new, id=old.id, revision=0) for new, old in zip(others, datasets[60:], strict=False)])
    index.remove([dataset.id for dataset in datasets[100:130]])


def compare(query: SearchQuery, one: DatasetIndex, other: DatasetIndex) -> bool:
    """Whether anything was found. Goes on to the page that follows, if there is one."""
    first, second = answered(one, query), answered(other, query)
    if isinstance(first, str) or isinstance(second, str):
        assert first == second, query
        return False
    assert_alike(query, first, second)
    if first.next and second.next:
        assert_alike(
            replace(query, offset=0),
            one.search(replace(query, after=first.next)),
            other.search(replace(query, after=second.next)),
        )
    return first.total > 0


def answered(index: DatasetIndex, query: SearchQuery) -> SearchPage | str:
    """The page, or in what words it was refused."""
    try:
        return index.search(query)
    except CatalogError as error:
        return f"{type(error).__name__}: {error}"


def assert_alike(query: SearchQuery, first: SearchPage, second: SearchPage) -> None:
    assert (first.total, first.relaxed, first.degraded) == (second.total, second.relaxed, second.degraded), query
    assert first.facets == second.facets, query
    assert len(first.hits) == len(second.hits), query
    assert bool(first.next) == bool(second.next), query
    assert [hit.score for hit in first.hits] == [same(hit.score) for hit in second.hits], query
    assert_same_places(query, first.hits, second.hits)
    shown = {hit.name: (hit.dataset_id, hit.title, hit.snippet, hit.record) for hit in second.hits}
    for hit in first.hits:
        if hit.name in shown:
            assert (hit.dataset_id, hit.title, hit.snippet, hit.record) == shown[hit.name], query


def assert_same_places(query: SearchQuery, first: tuple[SearchHit, ...], second: tuple[SearchHit, ...]) -> None:
    """The same hits in the same order, but that equal ones may change places, at the ends of a page with others."""
    if not any(hit.score for hit in first):
        assert [hit.name for hit in first] == [hit.name for hit in second], query
        return
    scores = [{hit.name: hit.score for hit in hits} for hits in (first, second)]
    for here, there in (scores, scores[::-1]):
        for name, score in here.items():
            if name in there:
                assert there[name] == same(score), (query, name)
            else:
                assert score in (same(first[0].score), same(first[-1].score)), (query, name)


def test_nobody_forgets_to_compare_a_kind_of_question(catalogue: RandomCatalogue) -> None:
    drawn = [catalogue.query() for _ in range(500)]
    assert {query.sort for query in drawn} == {type(drawn[0].sort)(sort) for sort in type(drawn[0].sort)}
    for kind in ("unfinished", "like", "filters", "where", "offset", "facets", "facet_text"):
        assert any(getattr(query, kind) for query in drawn), kind
