"""`dulieumo serve` as its user meets it: from an empty folder to an answering portal, and to a clean end."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

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
