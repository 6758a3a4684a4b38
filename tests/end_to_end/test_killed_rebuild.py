"""A rebuild of the search index that is killed in its middle: the old index serves, and the next one cleans up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.index_keeping import compare_index
from catalog.indexing import rebuild_index
from catalog.questions import SearchQuery
from portal.settings import Settings
from portal.wiring import Parts, open_parts
from tests.elasticsearch_server import ElasticsearchServer
from tests.portal.sample import publish_sample

KILLED = """
import os, signal
import catalog.indexing
from portal.cli import main

reading = catalog.indexing.indexed_datasets

def killed(*arguments):
    for number, dataset in enumerate(reading(*arguments)):
        yield dataset
        if number == 2:
            os.kill(os.getpid(), signal.SIGKILL)

catalog.indexing.indexed_datasets = killed
main(["search", "rebuild"])
"""


@pytest.fixture(params=["tantivy", "elasticsearch"])
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where the index is; empty: in a folder."""
    if request.param == "tantivy":
        yield ""
        return
    server: ElasticsearchServer = request.getfixturevalue("elasticsearch_server")
    with server.name() as name:
        yield f"{server.url.replace('http:', 'elasticsearch:')}/{name}"


@pytest.fixture
def parts(address: str, tmp_path: Path) -> Iterator[Parts]:
    publish_sample(tmp_path).store.close()
    opened = open_parts(Settings(home=tmp_path, index=address, elasticsearch_seconds=60))
    rebuild_index(opened.indexing)
    yield opened
    opened.store.close()


def run(parts: Parts, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {"DULIEUMO_HOME": str(parts.settings.folder), "DULIEUMO_INDEX": parts.settings.index}
    return subprocess.run(
        [sys.executable, *command],
        check=False,
        env=os.environ | environment | {"DULIEUMO_ELASTICSEARCH_SECONDS": "60"},
        capture_output=True,
        text=True,
    )


def places(parts: Parts, server_of: pytest.FixtureRequest) -> int:
    """How many indexes there are in folders and in the cluster."""
    folders = len(list(parts.settings.folder.glob("index*/layout*")))
    if not parts.settings.index:
        return folders
    server: ElasticsearchServer = server_of.getfixturevalue("elasticsearch_server")
    name = parts.settings.index.rpartition("/")[2]
    return folders + len(server.access.ask("GET", f"/{name}*"))


def test_a_rebuild_that_is_killed_harms_nobody(parts: Parts, request: pytest.FixtureRequest) -> None:
    rebuild_index(parts.indexing)
    before = places(parts, request)
    killed = run(parts, "-c", KILLED)
    assert killed.returncode == -9, killed.stderr
    assert places(parts, request) > before, "something half-built lies about"

    page = parts.index.search(SearchQuery("bệnh viện"))
    assert (page.total > 0, page.degraded) == (True, False)
    assert all(item.agrees for item in compare_index(parts.indexing))

    rebuilt = run(parts, "-m", "portal.cli", "search", "rebuild", "--json")
    assert (rebuilt.returncode, json.loads(rebuilt.stdout)["datasets"]) == (0, 4)
    assert places(parts, request) == before
    assert run(parts, "-m", "portal.cli", "search", "check").returncode == 0
