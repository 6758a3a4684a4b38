"""How long after a change is committed a search finds it: through HTTP, delivered by a worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import requests

from catalog.index_keeping import compare_index
from catalog.ports import Topic
from portal.wiring import Parts
from tests.benchmarks.figures import Figure, percentile
from tests.benchmarks.search_engines import Place

CHANGES = 20
WARMING = 5
"""Changes before, which do not count: everything has just been started."""

PROMISED_MS = 1000.0
PATIENCE = 60


def figures(place: Place, count: int, address: str) -> Iterator[Figure]:
    with _worker(place.parts, place.environment):
        taken = [_seconds(place.parts, address, number) for number in range(WARMING + CHANGES)][WARMING:]
    yield Figure(
        f"change to one of {count} datasets found on {place.engine}, p95",
        percentile(taken, 0.95) * 1000,
        PROMISED_MS,
        "ms",
        "what is promised",
        f"p50 {percentile(taken, 0.5) * 1000:.0f}, longest {max(taken) * 1000:.0f}",
    )
    yield _compared(place.parts, place.engine, count)


def _seconds(parts: Parts, address: str, number: int) -> float:
    """From the end of the transaction to the first answer that has the change."""
    word = f"zzmoi{chr(ord('a') + number)}"
    with parts.store.write() as transaction:
        dataset = transaction.datasets([min(transaction.dataset_revisions())])[0]
        now = parts.clock()
        stored = transaction.put_dataset(replace(dataset, title=f"Bảng {word}"), now)
        transaction.add_event(Topic.DATASET, stored.id, now)
    committed = time.perf_counter()
    while True:
        answer = requests.get(f"{address}/api/v1/datasets?q={word}", timeout=PATIENCE).json()
        taken = time.perf_counter() - committed
        if any(item["name"] == stored.name for item in answer["items"]):
            return taken
        if taken > PATIENCE:
            raise RuntimeError(f"{stored.name} is not found a minute after its change")


def _compared(parts: Parts, engine: str, count: int) -> Figure:
    started = time.perf_counter()
    (found,) = compare_index(parts.indexing)
    compared = time.perf_counter() - started
    started = time.perf_counter()
    with parts.store.read() as reader:
        reader.dataset_revisions()
    return Figure(
        f"{count} revisions compared with {engine}, {found.state}",
        compared,
        time.perf_counter() - started,
        "s",
        "reading them from the catalogue",
    )


@contextmanager
def _worker(parts: Parts, environment: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", "portal.cli", "worker"],
        env={**os.environ, "DULIEUMO_HOME": str(parts.settings.folder), **environment},
    )
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)
