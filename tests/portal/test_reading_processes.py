"""Datasets read in other processes are those read here, and no process outlives the one that asked."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import catalog.indexing
from catalog.errors import StorageError
from catalog.indexing import indexed_datasets, rebuild_index
from catalog.questions import SearchQuery
from portal import reading_processes
from portal.reading_processes import read_many_from
from portal.wiring import Parts


@pytest.fixture(autouse=True)
def small_lots(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a small catalogue is read by several."""
    monkeypatch.setattr(reading_processes, "LOT", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 3)


def test_they_read_what_is_read_here(parts: Parts) -> None:
    read_many = parts.indexing.read_many
    assert read_many is not None
    with parts.store.read() as reader:
        ids = list(reader.dataset_revisions())
        here = list(indexed_datasets(reader, ids, parts.indexing.describe, parts.clock()))
    there = list(read_many(ids, parts.clock()))
    assert sorted(there, key=lambda item: item.id) == sorted(here, key=lambda item: item.id)
    assert not multiprocessing.active_children()


def test_a_large_catalogue_is_read_by_them(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog.indexing, "MANY", 1)
    with parts.store.read() as reader:
        count = len(reader.dataset_revisions())
    told: list[tuple[int, int]] = []
    assert rebuild_index(parts.indexing, progress=lambda done, of: told.append((done, of))) == count
    assert told[-1] == (count, count)
    assert parts.index.search(SearchQuery()).total == 3


def test_what_they_cannot_read_is_told_as_here(parts: Parts, tmp_path: Path) -> None:
    read_many = read_many_from(f"sqlite:///{tmp_path / 'khong-co.db'}", "http://du-lieu.test")
    with parts.store.read() as reader:
        ids = list(reader.dataset_revisions())
    with pytest.raises(StorageError):
        list(read_many(ids, parts.clock()))
    assert not multiprocessing.active_children()


def test_one_that_is_killed_is_missed(parts: Parts) -> None:
    assert parts.indexing.read_many is not None
    with parts.store.read() as reader:
        ids = list(reader.dataset_revisions())
    read = parts.indexing.read_many(ids * 200, parts.clock())
    next(read)
    first, *_ = multiprocessing.active_children()
    os.kill(first.pid or 0, signal.SIGKILL)
    with pytest.raises(StorageError, match="dừng giữa chừng"):
        list(read)
    assert not multiprocessing.active_children()


def test_who_stops_asking_leaves_none_behind(parts: Parts) -> None:
    assert parts.indexing.read_many is not None
    with parts.store.read() as reader:
        ids = list(reader.dataset_revisions())
    read = parts.indexing.read_many(ids * 200, parts.clock())
    next(read)
    assert multiprocessing.active_children()
    read.close()  # type: ignore[attr-defined]  # a generator
    assert not multiprocessing.active_children()


ASKS = """
import multiprocessing, sys
from datetime import UTC, datetime
from portal.reading_processes import read_many_from
if __name__ == "__main__":
    read = read_many_from(sys.argv[1], "http://du-lieu.test")(sys.argv[2].split() * 20_000, datetime.now(UTC))
    next(read)
    print(*(child.pid for child in multiprocessing.active_children()), flush=True)
    sys.stdin.read()
"""


def test_a_killed_process_leaves_none_behind(parts: Parts, tmp_path: Path) -> None:
    script = tmp_path / "asks.py"
    script.write_text(ASKS)
    with parts.store.read() as reader:
        ids = " ".join(reader.dataset_revisions())
    command = [sys.executable, str(script), parts.settings.catalog_url, ids]
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
