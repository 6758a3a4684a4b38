"""Killing the harvest of another catalogue at any moment and running it again ends as an unbroken one does."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.sources import HarvestSource
from portal.wiring import Parts
from tests.catalog.examples import HEALTH, example_source
from tests.end_to_end.state import broken_promises, catalogue_state
from tests.harvesters.web_server import Site, reply, serving
from tests.portal.sample import open_sample_parts

RECORDS = 1_200
KILLS = 6


def listing() -> bytes:
    """Records of another portal, one in a hundred of them malformed, some of one title."""
    records = [
        {
            "identifier": f"bo/{number}",
            "title": f"Bảng số {number // 2}" if number % 100 else "",
            "description": "Số liệu của bộ.",
            "keyword": ["bộ"],
            "distribution": [{"downloadURL": f"https://tep.example/{number}.csv", "mediaType": "text/csv"}],
        }
        for number in range(RECORDS)
    ]
    return json.dumps({"conformsTo": "https://project-open-data.cio.gov/v1.1/schema", "dataset": records}).encode()


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serving({"/data.json": reply(listing(), Content_Type="application/json")}) as served:
        yield served


def prepare(home: Path, site: Site) -> Parts:
    parts = open_sample_parts(home)
    source: HarvestSource = replace(
        example_source("danh-muc-bo"), kind="dcat", options={"url": f"{site.url}/data.json"}
    )
    with parts.store.write() as transaction:
        transaction.put_organization(HEALTH)
        transaction.put_source(source)
    return parts


def harvest(home: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "portal.cli", "harvest", "--all"]
    environment = {**os.environ, "DULIEUMO_HOME": str(home), "DULIEUMO_ALLOW_LOOPBACK": "1"}
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory, site: Site) -> tuple[dict[str, object], float]:
    home = tmp_path_factory.mktemp("lien-mach")
    parts = prepare(home, site)
    started = time.monotonic()
    process = harvest(home)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 1, errors.decode()  # some records are rejected, as they should be
    state = catalogue_state(parts)
    parts.store.close()
    return state, time.monotonic() - started


@pytest.mark.parametrize("seed", range(KILLS))
def test_a_killed_harvest_run_again_ends_as_an_unbroken_one(
    tmp_path: Path, site: Site, unbroken: tuple[dict[str, object], float], seed: int
) -> None:
    expected, seconds = unbroken
    parts = prepare(tmp_path, site)
    process = harvest(tmp_path)
    try:
        process.wait(timeout=random.Random(seed).uniform(0.3, 1.0) * seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    process.communicate()
    assert broken_promises(parts) == []
    again = harvest(tmp_path)
    _, errors = again.communicate(timeout=120)
    assert again.returncode == 1, errors.decode()
    assert catalogue_state(parts) == expected
    assert broken_promises(parts, settled=True) == []
    parts.store.close()
