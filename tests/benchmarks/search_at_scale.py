"""Search over a large catalogue on both engines: building an index, asking it, changing what it holds. The catalogue
and each index are made once.

``DULIEUMO_BENCH_DATASETS`` says how many datasets there are, 100,000 if nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from tests.benchmarks import search_change, search_latency, search_rebuild
from tests.benchmarks.figures import Figure
from tests.benchmarks.many_datasets import open_many
from tests.benchmarks.search_engines import both_engines
from tests.postgresql import start_server
from tests.serving import served

DATASETS = int(os.environ.get("DULIEUMO_BENCH_DATASETS", "100000"))


def measure(home: Path) -> Iterator[Figure]:
    folder = home / "sqlite"
    parts = open_many(folder, DATASETS)
    with ExitStack() as ending:
        for place in both_engines(ending, parts, folder):
            count, seconds = search_rebuild.build(place.parts)
            yield from search_rebuild.figures(place.parts, "SQLite", count, seconds)
            yield place.size(count)
            with served(folder, **place.environment) as address:
                yield from search_latency.figures(place, count, address)
                yield from search_change.figures(place, count, address)
    parts.store.close()
    with start_server() as server, server.database() as url:
        parts = open_many(home / "postgresql", DATASETS, url.replace("+psycopg", ""))
        yield from search_rebuild.figures(parts, "PostgreSQL", *search_rebuild.build(parts))
        parts.store.close()
