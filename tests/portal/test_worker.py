"""Background work goes on whatever fails, ends when it is told to, and is never done twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

import publishers.tables
from catalog.delivering import Deliveries
from catalog.dictionary import TableSchema
from catalog.errors import StorageError
from catalog.harvesting import harvest
from catalog.model import Dataset, Organization, Version
from catalog.ports import PreparedFile
from portal.settings import Settings
from portal.wiring import Parts, open_harvester, open_parts, utc_now
from portal.worker import deliver_outbox, work
from tests.catalog.examples import CLINICS, example_dataset, example_source
from tests.end_to_end.state import catalogue_state
from tests.portal.sample import CLINIC_ROWS, describe_source, open_sample_parts

DATASETS = (CLINICS, *(example_dataset(f"bang-{n}", f"Bảng số {n}") for n in range(3)))
PATIENCE = 60


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    opened = open_sample_parts(tmp_path / "home")
    yield opened
    opened.store.close()


def add_sources(parts: Parts, folder: Path, number: int = 1) -> None:
    for n in range(number):
        datasets = DATASETS if number == 1 else (DATASETS[n],)
        files = {f"{dataset.name}-bang.csv": CLINIC_ROWS for dataset in datasets}
        describe_source(parts, example_source(f"nguon-{n}", *datasets), *datasets, folder=folder / str(n), files=files)


def version_numbers(parts: Parts) -> list[int]:
    with parts.store.read() as reader:
        return [v.number for d in reader.datasets() for v in reader.versions(d.distributions[0].id)]


def start_worker(parts: Parts, **environment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "portal.cli", "worker"],
        env={**os.environ, "DULIEUMO_HOME": str(parts.settings.folder), **environment},
        stderr=subprocess.PIPE,
    )


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "waited in vain"
        os.sched_yield()


def is_running(parts: Parts) -> bool:
    with parts.store.read() as reader:
        return any(run.state == "running" for run in reader.runs())


def is_quiet(parts: Parts) -> bool:
    with parts.store.read() as reader:
        runs = reader.runs()
        return bool(runs) and all(run.state.is_over for run in runs) and not reader.outbox()


def test_an_event_that_fails_keeps_back_no_other(parts: Parts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_sources(parts, tmp_path / "nguon")
    derive = publishers.tables.derive_files

    def failing(
        version: Version, schema: TableSchema, dataset: Dataset, organization: Organization, parquet: Path, folder: Path
    ) -> Iterable[PreparedFile]:
        if dataset.id == CLINICS.id:
            raise OSError("no such device")
        return derive(version, schema, dataset, organization, parquet, folder)

    monkeypatch.setattr(publishers.tables, "derive_files", failing)
    with pytest.raises(StorageError, match="OSError"):
        work(parts, once=True)
    with parts.store.read() as reader:
        (left,) = reader.outbox()
        assert reader.version(left.key).dataset_id == CLINICS.id  # type: ignore[arg-type]
    assert len(parts.index.revisions()) == len(DATASETS)
    monkeypatch.setattr(publishers.tables, "derive_files", derive)
    assert deliver_outbox(parts) > 0
    assert catalogue_state(parts)["waiting"] == 0


def test_many_failing_events_keep_back_none_behind_them(parts: Parts, tmp_path: Path) -> None:
    add_sources(parts, tmp_path / "nguon")
    asked: list[str] = []

    def failing(
        version: Version, schema: TableSchema, dataset: Dataset, organization: Organization, parquet: Path, folder: Path
    ) -> Sequence[PreparedFile]:
        asked.append(dataset.name)
        raise OSError("no such device")

    with parts.store.read() as reader:
        (source,) = reader.sources()
    harvest(open_harvester(parts), source.id, trigger="test")
    deliveries = Deliveries(parts.indexing, parts.files, failing, at_once=1)
    assert deliveries.deliver() >= len(DATASETS), "the datasets are indexed"
    assert set(asked) == {dataset.name for dataset in DATASETS}
    assert {type(error) for error in deliveries.failures} == {OSError}


def test_a_source_that_fails_keeps_back_no_other(parts: Parts, tmp_path: Path) -> None:
    add_sources(parts, tmp_path / "nguon", number=2)
    with parts.store.write() as transaction:
        first = transaction.source("nguon-0")
        transaction.put_source(replace(first, kind="khong-co"))
    work(parts, once=True)
    assert version_numbers(parts) == [1]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_worker_in_the_middle_of_a_harvest_and_another_goes_on(
    parts: Parts, tmp_path: Path, number: int
) -> None:
    add_sources(parts, tmp_path / "nguon")
    hanging = tmp_path / "cham.py"
    hanging.write_text(HANGING, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, str(hanging)],
        env={**os.environ, "DULIEUMO_HOME": str(parts.settings.folder), "PYTHONPATH": str(Path.cwd())},
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"reading\n"
    assert is_running(parts)
    started = time.monotonic()
    process.send_signal(number)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert time.monotonic() - started < 5
    assert version_numbers(parts) == []
    work(replace(parts, clock=open_parts(parts.settings).clock), once=True)
    assert version_numbers(parts) == [1] * len(DATASETS)


HANGING = """
import threading
import portal.source_access
from portal.settings import Settings
from portal.wiring import open_parts
from portal.worker import work

def fetch(*arguments):
    print("reading", flush=True)
    threading.Event().wait(600)

portal.source_access.fetch = fetch
work(open_parts(Settings()))
"""


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_two_workers_on_one_database_publish_everything_once(
    tmp_path: Path, database: str, request: pytest.FixtureRequest
) -> None:
    url = str(request.getfixturevalue(f"{database}_url"))
    home = tmp_path / "home"
    parts = open_parts(Settings(home=home, catalog=url))
    parts.index.rebuild(())
    add_sources(parts, tmp_path / "nguon", number=4)
    workers = [start_worker(parts, DULIEUMO_CATALOG=url) for _ in range(2)]
    try:
        wait_until(lambda: len(version_numbers(parts)) == len(DATASETS) and is_quiet(parts))
    finally:
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
        said = [worker.communicate(timeout=PATIENCE)[1].decode() for worker in workers]
        published = version_numbers(parts)
        with parts.store.read() as reader:
            runs = reader.runs()
        parts.store.close()
    # One that was still starting when the other had done everything ends by the signal itself.
    assert {worker.returncode for worker in workers} <= {0, -signal.SIGTERM}, said
    assert published == [1] * len(DATASETS)
    assert {(run.attempt, run.state) for run in runs} == {(1, "success")}


def test_the_worker_sweeps_what_killed_processes_left(parts: Parts, tmp_path: Path) -> None:
    (tmp_path / "tam").mkdir()
    add_sources(parts, tmp_path / "nguon")
    work(parts, once=True)
    long_ago = time.time() - 7_200
    left = [
        parts.settings.folder / "files" / "incoming" / "nua-chung",
        parts.settings.folder / "rows" / ".ban.1.unfinished",
    ]
    killed = """
import os, signal, sys
from pathlib import Path
from catalog.working_folders import working_folder
with working_folder(), working_folder(Path(sys.argv[1])):
    os.kill(os.getpid(), signal.SIGKILL)
"""
    for path in left:
        path.touch()
        os.utime(path, (long_ago, long_ago))
    environment = {**os.environ, "TMPDIR": str(tmp_path / "tam")}
    subprocess.run([sys.executable, "-c", killed, str(parts.staging)], check=False, env=environment)
    left += [*parts.staging.iterdir(), *(tmp_path / "tam").iterdir()]
    assert len(left) == 4

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(tempfile, "tempdir", str(tmp_path / "tam"))
        work(replace(parts, clock=utc_now), once=True)
    assert [path for path in left if path.exists()] == []
