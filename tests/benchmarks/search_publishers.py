"""How well the keywords that publishers gave to their own datasets find these, on both engines: indexed with the
datasets, and left out of the index. Beside it in the same run the same engine's plain ranking: BM25 over one text on
tantivy, ``multi_match`` over the fields on Elasticsearch, each with any and with all of the words; of these the better
counts.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

import tantivy
from elasticsearch import Elasticsearch
from elasticsearch.helpers import bulk

from catalog.indexed import IndexedDataset
from search.datasets.elastic_client import ElasticsearchAccess
from search.datasets.elastic_index import ElasticsearchIndex, IndexShape
from search.datasets.lexicon import Lexicon, LexiconOf
from search.datasets.lexicon_building import build_lexicon
from search.datasets.tantivy_index import TantivyIndex
from tests.benchmarks.figures import Figure
from tests.elasticsearch_server import run_node
from tests.search.published_keywords import FAR, Ask, Marks, PublishedCatalogue, asking, mark, read_catalogues

EACH_OF_ELASTICSEARCH = 4
"""Of the questions over the largest catalogue each fourth goes to Elasticsearch, for time."""

FEW_DATASETS = 1_000
_HEAP_BYTES = 100_000_000
_PLAIN = "plain-keywords"
_MARKS = {
    "ndcg": "nDCG@10", "success": "success@10", "precision": "precision@10", "recall": "recall@100",
    "found": "share with an answer",
}  # fmt: skip
_MARKS_OF_FEW = ("ndcg", "recall")


def measure(folder: Path) -> Iterator[Figure]:
    known = build_lexicon()

    def lexicon() -> Lexicon:
        return known

    catalogues = tuple(read_catalogues())
    if not catalogues:
        sys.stderr.write("Keywords of publishers are not asked: ../shared/data/catalogs is not there\n")
    for place, catalogue in enumerate(catalogues):
        for number, indexed in enumerate((catalogue, catalogue.without_keywords())):
            index = TantivyIndex(folder / f"{place}-{number}", lexicon=lexicon)
            index.rebuild(indexed.datasets)
            questions = catalogue.questions()
            plain = {name: mark(ask, questions) for name, ask in _plain_tantivy(indexed.datasets).items()}
            yield from _figures("tantivy", catalogue, number == 0, mark(asking(index), questions), plain)
    if catalogues:
        yield from _on_elasticsearch(catalogues[0], lexicon)


def _on_elasticsearch(catalogue: PublishedCatalogue, lexicon: LexiconOf) -> Iterator[Figure]:
    with ExitStack() as ending:
        try:
            node = run_node(ending, quick=False)
        except OSError as error:
            sys.stderr.write(f"Elasticsearch is not measured: {error}\n")
            return
        client = ending.enter_context(Elasticsearch(node.url, request_timeout=60))
        questions = dict(islice(catalogue.questions().items(), 0, None, EACH_OF_ELASTICSEARCH))
        for number, indexed in enumerate((catalogue, catalogue.without_keywords())):
            access = ElasticsearchAccess((node.url,), f"keywords-{number}", search_seconds=60)
            index = ElasticsearchIndex(access, lexicon=lexicon, shape=IndexShape(durable=False))
            index.rebuild(indexed.datasets)
            plain = {name: mark(ask, questions) for name, ask in _plain_elastic(client, indexed.datasets).items()}
            yield from _figures("Elasticsearch", catalogue, number == 0, mark(asking(index), questions), plain)


def _figures(
    engine: str, catalogue: PublishedCatalogue, with_keywords: bool, ours: Marks, plain: Mapping[str, Marks]
) -> Iterator[Figure]:
    setting = "indexed" if with_keywords else "left out"
    for measured in _MARKS if len(catalogue.datasets) > FEW_DATASETS else _MARKS_OF_FEW:
        name, reference = max(((name, getattr(marks, measured)) for name, marks in plain.items()), key=lambda p: p[1])
        yield Figure(
            f"{_MARKS[measured]} of publishers' keywords, {setting}, on {engine}",
            getattr(ours, measured),
            reference,
            "",
            f"the engine's plain ranking, {name}",
            catalogue.name,
        )


# --- plain rankings --------------------------------------------------------------------------------------------------


def _texts(dataset: IndexedDataset) -> dict[str, str]:
    return {
        "title": dataset.title,
        "description": dataset.description,
        "keywords": "; ".join(dataset.keywords),
        "theme": dataset.theme_title,
        "organization": dataset.organization_title,
        "columns": "; ".join(dataset.columns),
    }


def _plain_tantivy(datasets: tuple[IndexedDataset, ...]) -> dict[str, Ask]:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field("text")
    index = tantivy.Index(builder.build())
    writer = index.writer(_HEAP_BYTES, 1)
    for dataset in datasets:
        writer.add_document(tantivy.Document(id=dataset.id, text=" ".join(_texts(dataset).values())))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def asked(question: str, *, all_words: bool) -> list[str]:
        words = " ".join(re.findall(r"\w+", question))  # else its query language would read signs as its own
        query, _ = index.parse_query_lenient(words, ["text"], conjunction_by_default=all_words)
        return [searcher.doc(address)["id"][0] for _, address in searcher.search(query, FAR).hits]

    return {
        "any word": lambda question: asked(question, all_words=False),
        "all words": lambda question: asked(question, all_words=True),
    }


def _plain_elastic(client: Elasticsearch, datasets: tuple[IndexedDataset, ...]) -> dict[str, Ask]:
    client.options(ignore_status=404).indices.delete(index=_PLAIN)
    client.indices.create(index=_PLAIN, settings={"number_of_replicas": 0})
    bulk(client, ({"_index": _PLAIN, "_id": dataset.id, **_texts(dataset)} for dataset in datasets), refresh=True)

    def asked(question: str, operator: str) -> list[str]:
        query = {"multi_match": {"query": question, "type": "best_fields", "operator": operator}}
        answer = client.search(index=_PLAIN, query=query, size=FAR, source=False)
        return [hit["_id"] for hit in answer["hits"]["hits"]]

    return {"any word": lambda question: asked(question, "or"), "all words": lambda question: asked(question, "and")}
