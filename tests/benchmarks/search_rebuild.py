"""How fast a search index is built from the database, against the bare engine fed with ready documents."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import tantivy

from catalog.indexed import IndexedDataset
from catalog.indexing import indexed_datasets, rebuild_index
from portal.wiring import Parts
from search.datasets.document import document_for
from search.datasets.elastic_index import ElasticsearchIndex
from search.datasets.elastic_mapping import index_mappings
from search.datasets.elastic_writing import in_chunks, put_of
from search.datasets.tantivy_index import REBUILD_HEAP_BYTES
from search.datasets.tantivy_schema import build_schema, tantivy_document
from tests.benchmarks.figures import Figure

MOST_READY = 20_000
"""Documents that the bare engine is fed with: more would not fit into memory, and its rate does not depend on it."""

_BARE = "dulieumo-bare"
_SENDERS = 2


def build(parts: Parts) -> tuple[int, float]:
    """Builds the index; how many datasets it holds, and the seconds that it took."""
    started = time.perf_counter()
    count = rebuild_index(parts.indexing)
    return count, time.perf_counter() - started


def figures(parts: Parts, database: str, count: int, seconds: float) -> Iterator[Figure]:
    """The rate of :func:`build` beside those of the engine alone. Tantivy with one thread, as our rebuild has it, and
    with as many as there are processors; Elasticsearch with as many senders as our rebuild has."""
    with parts.store.read() as reader:
        datasets = indexed_datasets(reader, None, parts.indexing.describe, parts.clock())
        ready = list(islice(datasets, MOST_READY))
    for engine, how, rate in _bare_rates(parts, ready):
        yield Figure(
            f"search rebuild on {engine}, {count} datasets, from {database}",
            count / seconds,
            rate,
            "datasets/s",
            f"bare {engine} fed with such documents, ready in memory, {how}",
        )


def _bare_rates(parts: Parts, datasets: list[IndexedDataset]) -> Iterator[tuple[str, str, float]]:
    if isinstance(parts.index, ElasticsearchIndex):
        yield "Elasticsearch", f"senders: {_SENDERS}", _elasticsearch_rate(parts.index, datasets)
        return
    documents = [tantivy_document(document_for(dataset)) for dataset in datasets]
    for threads in (1, os.cpu_count() or 1):
        yield "tantivy", f"threads: {threads}", _tantivy_rate(documents, threads)


def _tantivy_rate(documents: list[tantivy.Document], threads: int) -> float:
    """Documents that the engine takes in a second."""
    with TemporaryDirectory() as folder:
        index = tantivy.Index(build_schema(), path=str(Path(folder)))
        started = time.perf_counter()
        writer = index.writer(heap_size=REBUILD_HEAP_BYTES * threads, num_threads=threads)
        for document in documents:
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        return len(documents) / (time.perf_counter() - started)


def _elasticsearch_rate(index: ElasticsearchIndex, datasets: list[IndexedDataset]) -> float:
    """Documents that the engine takes in a second, with what our rebuild switches off switched off too."""
    client = index._cluster.writing
    settings = {"refresh_interval": "-1", "translog.durability": "async", "number_of_replicas": 0}
    client.indices.create(index=_BARE, mappings=index_mappings(), settings=settings)
    chunks = [[line for change in chunk for line in change.lines] for chunk in in_chunks(map(put_of, datasets))]
    started = time.perf_counter()
    with ThreadPoolExecutor(_SENDERS) as senders:
        refused = sum(senders.map(lambda lines: bool(client.bulk(index=_BARE, operations=lines)["errors"]), chunks))
    client.indices.refresh(index=_BARE)
    client.indices.flush(index=_BARE)
    rate = len(datasets) / (time.perf_counter() - started)
    client.indices.delete(index=_BARE)
    if refused:
        raise RuntimeError(f"Elasticsearch refused {refused} of {len(chunks)} parts")
    return rate
