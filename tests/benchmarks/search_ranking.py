"""How well the questions that were judged are answered, on both engines, beside the plainest search there is: every
word somewhere in title or description, by title."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path

from catalog.indexing import rebuild_index
from catalog.listed import ListedDataset
from catalog.ports import DatasetIndex
from catalog.questions import SearchHit, SearchPage, SearchQuery
from catalog.reading import as_listed, published_datasets
from catalog.vietnamese import fold, sort_key
from portal.demo.running import run_demo
from portal.search_lexicon import SearchLexicon
from portal.settings import Settings
from portal.wiring import Parts, open_parts
from search.datasets.elastic_client import ElasticsearchAccess
from search.datasets.elastic_index import ElasticsearchIndex
from tests.benchmarks.figures import Figure
from tests.elasticsearch_server import start_elasticsearch
from tests.search.judged_queries import judge, mean_ndcg, read_queries, success


def measure(folder: Path) -> Iterator[Figure]:
    parts = open_parts(Settings(home=folder))
    with redirect_stdout(StringIO()):
        run_demo(parts, "mo-phong", None)
    queries = read_queries()
    with parts.store.read() as reader:
        plain = judge(_Plainest([as_listed(item) for item in published_datasets(reader)]), queries)
    for name, index in (("tantivy", parts.index), ("Elasticsearch", None)):
        with _opened(parts, index) as opened:
            verdicts = judge(opened, queries)
        note = f"{len(queries)} questions over the demo"
        reference = "words in title or description, by title"
        yield Figure(f"nDCG@10, {name}", mean_ndcg(verdicts), mean_ndcg(plain), "", reference, note)
        yield Figure(f"success@10, {name}", success(verdicts), success(plain), "", reference, note)
    parts.store.close()


@contextmanager
def _opened(parts: Parts, index: DatasetIndex | None) -> Iterator[DatasetIndex]:
    if index is not None:
        yield index
        return
    with start_elasticsearch(quick=False) as server, server.name() as name:
        access = ElasticsearchAccess((server.url,), name, search_seconds=60)
        made = ElasticsearchIndex(access, lexicon=SearchLexicon(parts.store), clock=parts.clock)
        rebuild_index(parts.indexing, made)
        yield made


class _Plainest:
    """What a ``LIKE`` for each word would find."""

    def __init__(self, datasets: Sequence[ListedDataset]) -> None:
        self._datasets = sorted(datasets, key=lambda dataset: sort_key(dataset.title))

    def search(self, query: SearchQuery) -> SearchPage:
        words = fold(query.text).split()
        found = [
            SearchHit(dataset)
            for dataset in self._datasets
            if all(word in fold(f"{dataset.title} {dataset.description}") for word in words)
        ]
        return SearchPage(len(found), tuple(found[: query.limit]))
