"""Killing `dulieumo harvest` at any moment and running it again ends in the same state as an unbroken run."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from portal.settings import Settings
from portal.wiring import Parts, open_parts
from tests.catalog.examples import CLINICS, example_dataset, example_source
from tests.end_to_end.state import broken_promises, catalogue_state
from tests.portal.sample import BAD_ROWS, CLINIC_ROWS, describe_source, open_sample_parts

DATASETS = (CLINICS, *(example_dataset(f"bang-{n}", f"Bảng số {n}") for n in range(5)))
KILLS = 12


def prepare(home: Path, departments: Path) -> Parts:
    """Two sources: one with five good tables, one with a table that the gate rejects."""
    parts = open_sample_parts(home)
    files = {f"bang-{n}-bang.csv": CLINIC_ROWS for n in range(5)}
    good = example_source("nguon-tot", *DATASETS[1:])
    describe_source(parts, good, *DATASETS[1:], folder=departments / "tot", files=files)
    bad = example_source("nguon-xau", CLINICS)
    describe_source(parts, bad, CLINICS, folder=departments / "xau", files={"co-so-kham-chua-benh-bang.csv": BAD_ROWS})
    return parts


def harvest(home: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "portal.cli", "harvest", "--all"]
    environment = {**os.environ, "DULIEUMO_HOME": str(home)}
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, object], float]:
    """The state after an unbroken run, and how long it took."""
    home = tmp_path_factory.mktemp("lien-mach")
    parts = prepare(home, home / "departments")
    started = time.monotonic()
    process = harvest(home)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 1, errors.decode()  # one table is rejected, as it should be
    state = catalogue_state(parts)
    parts.store.close()
    return state, time.monotonic() - started


@pytest.mark.parametrize("seed", range(KILLS))
def test_a_killed_harvest_run_again_ends_as_an_unbroken_one(
    tmp_path: Path, unbroken: tuple[dict[str, object], float], seed: int
) -> None:
    expected, seconds = unbroken
    parts = prepare(tmp_path, tmp_path / "departments")
    process = harvest(tmp_path)
    moment = random.Random(seed).uniform(0.2, 1.0) * seconds
    try:
        process.wait(timeout=moment)
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


def test_a_home_that_was_never_made_ready_says_what_to_do(tmp_path: Path) -> None:
    process = harvest(tmp_path)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 3
    assert "dulieumo db upgrade" in errors.decode()
    open_parts(Settings(home=tmp_path)).store.close()
