"""Search through HTTP against the bare index call, p50 and p95, same questions in the same run."""

from __future__ import annotations

import http.client
import random
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from catalog.editing import register
from catalog.indexing import rebuild_index
from catalog.model import Dataset, DatasetId, stable_id
from catalog.questions import FACETS, SearchQuery
from portal.demo.profile import DemoProfile, load_profile
from portal.questions import FACET_LIMIT
from portal.settings import Settings
from portal.wiring import Parts, open_parts
from tests.benchmarks.figures import Figure, percentile
from tests.serving import served

COPIES = 80
"""How often each demo dataset is repeated under another name, so that the index has a believable size."""

QUESTIONS = (
    "giáo dục", "giao duc", "bệnh viện", "benh vien", "đất đai", "dat dai", "thủ tục hành chính", "hộ nghèo",
    "ngân sách", "thủy sản", "doanh nghiệp", "môi trường nước", "lúa", "xuất khẩu", "trạm BTS", "công chứng",
)  # fmt: skip
REPEATS = 25


def measure(home: Path) -> Iterator[Figure]:
    parts = _many_datasets(home)
    with served(home) as address:
        bare, through_http = _both(parts, address.removeprefix("http://"))
    count = len(parts.index.revisions())
    parts.store.close()
    for share, name in ((0.5, "p50"), (0.95, "p95")):
        yield Figure(
            f"search through GET /api/v1/datasets, {count} datasets, 20 hits, {len(FACETS)} facets, {name}",
            percentile(through_http, share) * 1000,
            percentile(bare, share) * 1000,
            "ms",
            "bare DatasetIndex.search in one process",
        )


def _both(parts: Parts, host: str) -> tuple[list[float], list[float]]:
    connection = http.client.HTTPConnection(host)
    bare: list[float] = []
    through_http: list[float] = []
    questions = list(QUESTIONS) * REPEATS
    random.Random(7).shuffle(questions)
    for question in questions:
        started = time.perf_counter()
        page = parts.index.search(SearchQuery(text=question, facets=FACETS, facet_limit=FACET_LIMIT))
        bare.append(time.perf_counter() - started)
        started = time.perf_counter()
        connection.request("GET", f"/api/v1/datasets?q={quote(question)}")
        answer = connection.getresponse()
        body = answer.read()
        through_http.append(time.perf_counter() - started)
        if answer.status != 200 or not page.total:
            raise RuntimeError(f"{question}: {answer.status} {body[:200]!r}, {page.total} hits")
    connection.close()
    return bare, through_http


def _many_datasets(home: Path) -> Parts:
    parts = open_parts(Settings(home=home))
    parts.store.upgrade()
    profile: DemoProfile = load_profile()
    copies = tuple(_copy(dataset, number) for dataset in profile.datasets for number in range(COPIES))
    with parts.store.write() as transaction:
        register(
            transaction,
            organizations=profile.organizations,
            table_schemas=profile.table_schemas,
            code_lists=profile.code_lists,
            datasets=copies,
            actor="bench",
            at=parts.clock(),
        )
    rebuild_index(parts.indexing)
    return parts


def _copy(dataset: Dataset, number: int) -> Dataset:
    name = f"{dataset.name}-{number}"
    return replace(
        dataset,
        id=DatasetId(stable_id("dataset", name)),
        name=name,
        title=f"{dataset.title} ({number})",
        distributions=(),
    )
