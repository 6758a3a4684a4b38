"""How fast the search index is built again from the database, against the bare engine fed with ready documents.

The number of datasets is ``BENCH_REBUILD_DATASETS``, or 100,000.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import tantivy

from catalog.indexing import indexed_datasets, rebuild_index
from portal.wiring import Parts
from search.datasets.document import document_for
from search.datasets.tantivy_index import REBUILD_HEAP_BYTES
from search.datasets.tantivy_schema import build_schema, tantivy_document
from tests.benchmarks.figures import Figure
from tests.benchmarks.many_datasets import open_many
from tests.postgresql import start_server

DATASETS = int(os.environ.get("BENCH_REBUILD_DATASETS", "100000"))

MOST_READY = 20_000
"""Documents that the bare engine is fed with: more would not fit into memory, and its rate does not depend on it."""


def measure(home: Path) -> Iterator[Figure]:
    """With one thread of the engine, as our rebuild has it, and with as many as there are processors."""
    parts = open_many(home / "sqlite", DATASETS)
    bare = {threads: _bare_rate(parts, home / f"bare-{threads}", threads) for threads in (1, os.cpu_count() or 1)}
    yield from _figures(parts, "SQLite", bare)
    parts.store.close()
    with start_server() as server, server.database() as url:
        parts = open_many(home / "postgresql", DATASETS, url.replace("+psycopg", ""))
        yield from _figures(parts, "PostgreSQL", bare)
        parts.store.close()


def _figures(parts: Parts, database: str, bare: dict[int, float]) -> Iterator[Figure]:
    started = time.perf_counter()
    count = rebuild_index(parts.indexing)
    ours = count / (time.perf_counter() - started)
    for threads, rate in bare.items():
        name = f"bare tantivy fed with such documents, ready in memory, threads: {threads}"
        yield Figure(f"search rebuild, {count} datasets, from {database}", ours, rate, "datasets/s", name)


def _bare_rate(parts: Parts, folder: Path, threads: int) -> float:
    """Documents that the engine alone takes in a second, all of them made ready before."""
    folder.mkdir()
    with parts.store.read() as reader:
        datasets = indexed_datasets(reader, None, parts.indexing.describe, parts.clock())
        ready = [tantivy_document(document_for(dataset)) for dataset in islice(datasets, MOST_READY)]
    index = tantivy.Index(build_schema(), path=str(folder))
    started = time.perf_counter()
    writer = index.writer(heap_size=REBUILD_HEAP_BYTES * threads, num_threads=threads)
    for document in ready:
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    return len(ready) / (time.perf_counter() - started)
