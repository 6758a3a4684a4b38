"""Datasets read in other processes are those read here, and no process outlives the one that asked."""

from __future__ import annotations

import multiprocessing
import multiprocessing.spawn
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from pathlib import Path

import pytest

import catalog.indexing
from catalog.errors import IndexUnavailable, StorageError
from catalog.indexing import indexed_datasets, rebuild_index
from catalog.questions import SearchQuery
from portal import reading_processes
from portal.reading_processes import read_many_from
from portal.wiring import Parts
from search.datasets import tantivy_index
from tests.benchmarks.many_datasets import open_many

DATASETS = 240
"""More than two readers send at once."""


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    opened = open_many(tmp_path_factory.mktemp("lon"), DATASETS)
    rebuild_index(opened.indexing)
    yield opened
    opened.store.close()


@pytest.fixture(autouse=True)
def two_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a catalogue that is too small for them, through pipes that take less than they send at once."""
    monkeypatch.setattr(catalog.indexing, "MANY", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    monkeypatch.setattr(reading_processes, "_PIPE_BYTES", 4096)


def test_they_read_what_is_read_here(parts: Parts) -> None:
    read_many, now = parts.indexing.read_many, parts.clock()
    assert read_many is not None
    with parts.store.read() as reader:
        here = list(indexed_datasets(reader, None, parts.indexing.describe, now))
    there = list(read_many(now))
    assert sorted(there, key=lambda item: item.id) == sorted(here, key=lambda item: item.id)
    assert not multiprocessing.active_children()


def test_a_large_catalogue_is_read_by_them(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog.indexing, "LOT", 100)
    told: list[tuple[int, int]] = []
    assert rebuild_index(parts.indexing, progress=lambda done, of: told.append((done, of))) == DATASETS
    assert told == [(0, DATASETS), (100, DATASETS), (200, DATASETS), (DATASETS, DATASETS)]
    assert parts.index.search(SearchQuery()).total > 0


def test_what_they_cannot_read_is_told_as_here(parts: Parts, tmp_path: Path) -> None:
    read_many = read_many_from(f"sqlite:///{tmp_path / 'khong-co.db'}", "http://du-lieu.test")
    with pytest.raises(StorageError, match="dulieumo"):
        list(read_many(parts.clock()))
    assert not multiprocessing.active_children()


@contextmanager
def a_rebuild_that_fails(parts: Parts) -> Iterator[None]:
    """It says why; the old index stays, and beside it there is neither half of a new one nor a process."""
    before = sorted(parts.settings.folder.glob("index/layout*"))
    with pytest.raises(StorageError, match="dừng giữa chừng"):
        yield
    assert not multiprocessing.active_children()
    assert sorted(parts.settings.folder.glob("index/layout*")) == before != []
    assert len(parts.index.revisions()) == DATASETS


def test_one_that_dies_while_it_starts_is_missed(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    resource_tracker.ensure_running()  # started as readers are
    monkeypatch.setattr(multiprocessing.spawn, "_python_exe", b"/bin/false")
    with a_rebuild_that_fails(parts):
        rebuild_index(parts.indexing)


def test_one_that_cannot_be_started_is_missed(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise OSError(12, "Cannot allocate memory")

    resource_tracker.ensure_running()
    monkeypatch.setattr(multiprocessing.util, "spawnv_passfds", refuse)
    with a_rebuild_that_fails(parts):
        rebuild_index(parts.indexing)


def test_one_that_is_killed_within_a_message_is_missed(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    def kill_who_sends(pipes: list[Connection]) -> list[object]:
        sending = wait(pipes)
        for reader in multiprocessing.active_children():
            os.kill(reader.pid or 0, signal.SIGKILL)
        return list(sending)

    monkeypatch.setattr(reading_processes, "wait", kill_who_sends)
    with a_rebuild_that_fails(parts):
        rebuild_index(parts.indexing)


def test_one_that_is_killed_between_messages_is_missed(parts: Parts) -> None:
    assert parts.indexing.read_many is not None
    read = parts.indexing.read_many(parts.clock())
    next(read)
    for reader in multiprocessing.active_children():
        os.kill(reader.pid or 0, signal.SIGKILL)
    with pytest.raises(StorageError, match="dừng giữa chừng"):
        list(read)
    assert not multiprocessing.active_children()


def test_where_the_engine_fails_they_end(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> None:
        raise ValueError("no such field")

    monkeypatch.setattr(tantivy_index, "tantivy_document", refuse)
    with pytest.raises(IndexUnavailable) as failure:
        rebuild_index(parts.indexing)
    assert "ValueError" in failure.value.message_en
    assert not multiprocessing.active_children()


def test_who_stops_asking_leaves_none_behind(parts: Parts) -> None:
    assert parts.indexing.read_many is not None
    read = parts.indexing.read_many(parts.clock())
    next(read)
    assert len(multiprocessing.active_children()) == 2
    read.close()  # type: ignore[attr-defined]  # a generator
    assert not multiprocessing.active_children()


ASKS = """
import multiprocessing, sys
from datetime import UTC, datetime
from portal import reading_processes
if __name__ == "__main__":
    reading_processes._PIPE_BYTES = 4096
    read = reading_processes.read_many_from(sys.argv[1], "http://du-lieu.test")(datetime.now(UTC))
    next(read)
    print(*(child.pid for child in multiprocessing.active_children()), flush=True)
    sys.stdin.read()
"""


def test_a_killed_process_leaves_none_behind(parts: Parts, tmp_path: Path) -> None:
    script = tmp_path / "asks.py"
    script.write_text(ASKS)
    command = [sys.executable, str(script), parts.settings.catalog_url]
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as asking:
        assert asking.stdout is not None
        readers = [int(pid) for pid in asking.stdout.readline().split()]
        assert readers
        assert all(map(is_running, readers))
        asking.kill()
        asking.wait()
    deadline = time.monotonic() + 30
    while any(map(is_running, readers)):
        assert time.monotonic() < deadline, "readers go on although nobody reads what they send"
        os.sched_yield()


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
