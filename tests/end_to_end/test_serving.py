"""`dulieumo serve` as its user meets it: from an empty folder to an answering portal, and to a clean end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from tests.portal.sample import publish_sample
from tests.serving import served


def test_an_empty_home_is_served_as_an_empty_portal(tmp_path: Path) -> None:
    with served(tmp_path / "moi") as address:
        assert requests.get(f"{address}/health", timeout=10).json()["status"] == "ok"
        assert requests.get(f"{address}/", timeout=10).status_code == 200
        assert requests.get(f"{address}/datasets", timeout=10).status_code == 200


def test_a_published_catalogue_is_served_by_several_processes(tmp_path: Path) -> None:
    publish_sample(tmp_path).store.close()
    with served(tmp_path, DULIEUMO_WORKERS="2") as address:
        listed = requests.get(f"{address}/api/3/action/package_list", timeout=10).json()["result"]
        assert listed == ["co-so-ban-le-thuoc", "co-so-kham-chua-benh", "nhan-luc-y-te"]
        csv = requests.get(f"{address}/download/co-so-kham-chua-benh/co-so-kham-chua-benh-bang.csv", timeout=10)
        assert csv.content.startswith(b"\xef\xbb\xbfma,ten,ma_xa,giuong\r\n")


def test_the_command_line_answers_before_anything_heavy_is_loaded() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "portal.cli", "--help"]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    loaded = {line.rpartition("|")[2].strip() for line in result.stderr.splitlines()}
    assert "click" in loaded
    assert not loaded & {"sqlalchemy", "flask", "rich", "pydantic", "duckdb", "tantivy", "pyarrow", "pandas"}


@pytest.mark.parametrize("ended_by", [signal.SIGKILL, signal.SIGBUS])
def test_a_portal_whose_process_was_ended_answers_again(tmp_path: Path, ended_by: signal.Signals) -> None:
    publish_sample(tmp_path).store.close()
    with served(tmp_path) as address:
        requests.get(f"{address}/datasets", timeout=10)
        for process in serving_processes(tmp_path):
            os.kill(process, ended_by)
        deadline = time.monotonic() + 60
        while not answers(f"{address}/datasets"):
            assert time.monotonic() < deadline, "the portal does not come back"


def serving_processes(home: Path) -> list[int]:
    """The processes that answer: children of the one that was started for this home."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            environment = Path(f"/proc/{parent}/environ").read_bytes()
            is_portal = b"serve" in Path(f"/proc/{parent}/cmdline").read_bytes()
            if is_portal and f"DULIEUMO_HOME={home}".encode() in environment.split(b"\0"):
                found.append(int(stat.parent.name))
    return found


def answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=10).status_code == 200
    except requests.ConnectionError:
        return False


def test_the_portal_ends_by_itself_when_asked_to(tmp_path: Path) -> None:
    with served(tmp_path) as address:
        pass
    started = time.monotonic()
    try:
        requests.get(address, timeout=2)
    except requests.ConnectionError:
        assert time.monotonic() - started < 2
    else:
        raise AssertionError("the portal still answers after SIGTERM")
