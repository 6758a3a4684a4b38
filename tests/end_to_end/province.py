"""A portal with its index in Elasticsearch, as a province runs it: worker, pages, searches and publications at once."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from catalog.checking import make_ready
from catalog.editing import register
from catalog.index_keeping import IndexComparison, compare_index
from catalog.ports import Topic
from catalog.questions import SearchQuery
from portal.app import create_app
from portal.settings import Settings
from portal.wiring import Parts, open_parts
from tests.catalog.examples import CLINIC_SCHEMA, COMMUNES, HEALTH, example_dataset
from tests.elasticsearch_node import ElasticsearchNode

ALIAS = "cong"
PATIENCE = 120
"""Seconds that anything may take on a machine that is busy with something else."""

SLOWEST = 15.0
"""Seconds for any page, faults or not: one time-out of the index and much work besides."""

_FIRST = 60


@dataclass(frozen=True)
class Answered:
    path: str
    status: int
    seconds: float


@dataclass
class Province:
    """``published`` are the names of all datasets in the order in which they became public."""

    parts: Parts
    node: ElasticsearchNode
    published: list[str] = field(default_factory=list)
    answers: list[Answered] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)
    _publishing: threading.Lock = field(default_factory=threading.Lock)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self._app = create_app(self.parts)

    # --- what goes on all the time ---

    @contextmanager
    def load(self) -> Iterator[None]:
        """Searches, pages and publications, until the end of the block."""
        ended = threading.Event()
        acts = (self._search, self._search, self._open_page, self.publish)
        threads = [threading.Thread(target=self._repeat, args=(act, ended), daemon=True) for act in acts]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            ended.set()
            for thread in threads:
                thread.join(PATIENCE)

    def _repeat(self, act: Callable[[], object], ended: threading.Event) -> None:
        while not ended.wait(0.1):
            try:
                act()
            except BaseException as error:  # told by the test that looks for it
                self.errors.append(error)

    def publish(self) -> str:
        """One more dataset, whose title has a word of its own."""
        with self._publishing:
            number = next(self._numbers)
            dataset = example_dataset(f"bang-{number}", f"Bảng {word_of(f'bang-{number}')} của các xã")
            now = self.parts.clock()
            with self.parts.store.write() as transaction:
                stored = transaction.put_dataset(replace(dataset, issued=now), now)
                transaction.add_event(Topic.DATASET, stored.id, now)
            self.published.append(stored.name)
            return stored.name

    def _search(self) -> None:
        name = self.published[-1 - len(self.answers) % 20]
        self._ask(f"/datasets?q={word_of(name)}")
        self._ask("/api/v1/datasets?q=cac+xa&organization=so-y-te")

    def _open_page(self) -> None:
        self._ask(f"/dataset/{self.published[-1]}")

    def _ask(self, path: str) -> None:
        begun = time.monotonic()
        response = self._app.test_client().get(path)
        self.answers.append(Answered(path, response.status_code, time.monotonic() - begun))

    # --- what is looked for ---

    def finds(self, name: str, *, degraded: bool | None = None) -> bool:
        """Whether a search finds the dataset by its own word; ``degraded`` also whether it comes from the copy."""
        page = self.parts.index.search(SearchQuery(word_of(name)))
        return [hit.name for hit in page.hits] == [name] and degraded in (None, page.degraded)

    def settle(self) -> None:
        """Publishes nothing more until everything published is found in the index proper, and index and copy agree with
        the catalogue, without a person."""
        with self._publishing:
            wait_until(lambda: self.finds(self.published[-1], degraded=False) and not self.drift())

    def drift(self) -> list[IndexComparison]:
        return [found for found in compare_index(self.parts.indexing) if not found.agrees or found.waiting]

    def bad_answers(self) -> list[Answered]:
        """Since the last time that they were looked for."""
        answers, self.answers[:] = list(self.answers), []
        assert answers, "nobody asked anything"
        return [answer for answer in answers if answer.status != 200 or answer.seconds > SLOWEST]


def word_of(name: str) -> str:
    """A word of letters that no other dataset has."""
    return "zz" + name.removeprefix("bang-").translate(str.maketrans("0123456789", "abcdeghikm"))


def wait_until(true: Callable[[], bool], patience: float = PATIENCE) -> None:
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end, "waited in vain"
        threading.Event().wait(0.2)


@contextmanager
def open_province(node: ElasticsearchNode, home: Path) -> Iterator[Province]:
    """Made ready and published into; a worker runs until the end of the block."""
    address = f"{node.url.replace('http', 'elasticsearch')}/{ALIAS}"
    settings = Settings(home=home, index=address, elasticsearch_seconds=1.0, site_url="http://du-lieu.test")
    with ExitStack() as ending:
        parts = open_parts(settings)
        ending.callback(parts.store.close)
        make_ready(parts.indexing)
        with parts.store.write() as transaction:
            register(
                transaction,
                organizations=(HEALTH,),
                table_schemas=(CLINIC_SCHEMA,),
                code_lists=(COMMUNES,),
                datasets=(),
                sources=(),
                actor="test",
                at=parts.clock(),
            )
        province = Province(parts, node)
        for _ in range(_FIRST):
            province.publish()
        ending.enter_context(_worker(settings))
        yield province


@contextmanager
def _worker(settings: Settings) -> Iterator[None]:
    environment = {
        "DULIEUMO_HOME": str(settings.folder),
        "DULIEUMO_INDEX": settings.index,
        "DULIEUMO_ELASTICSEARCH_SECONDS": str(settings.elasticsearch_seconds),
        "DULIEUMO_SITE_URL": settings.site_url,
    }
    process = subprocess.Popen([sys.executable, "-m", "portal.cli", "worker"], env={**os.environ, **environment})
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
