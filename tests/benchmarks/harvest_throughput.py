"""Harvest to published version, in rows a second: 1,000,000 rows × 12 columns of a real PostgreSQL against the bare
read of that source, each step of it, and the memory that more rows need.

``DULIEUMO_BENCH_ROWS`` makes the table smaller while developing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from tests.benchmarks.building_permits import COLUMNS, SCHEMA, TABLE, make_table, plain_address
from tests.benchmarks.figures import Figure
from tests.postgresql import start_server

ROWS = int(os.environ.get("DULIEUMO_BENCH_ROWS", "1000000"))
MEMORY_ROWS = 3
"""How many times the rows are harvested once more, to see what memory that takes."""


def measure(home: Path) -> Iterator[Figure]:
    """The whole way: read, look for personal data, normalise, check, write CSV and Parquet with profile, row copy,
    commit."""
    with start_server() as server, server.database() as url, server.database() as larger:
        make_table(url, ROWS)
        bare = ROWS / _bare_read(url)
        told = _harvest(home / "mot", url)
        reference = "bare read of the source: COPY of the same SELECT"
        name = f"harvest PostgreSQL to published, {told['rows']} rows × {len(SCHEMA.fields)}"
        yield Figure(name, told["rows"] / told["seconds"], bare, "rows/s", reference)
        yield Figure("harvest, processor time", told["rows"] / told["cpu"]["all"], bare, "rows/s", reference)
        for step, seconds in told["steps"].items():
            yield Figure(f"harvest step {step}", told["rows"] / seconds, bare, "rows/s", reference)
        make_table(larger, MEMORY_ROWS * ROWS)
        more = _harvest(home / "nhieu", larger)
        yield Figure("harvest, peak memory", told["peak"], more["peak"], "MB", f"{MEMORY_ROWS} times the rows")


def _bare_read(url: str) -> float:
    with psycopg.connect(plain_address(url)) as connection, connection.cursor() as cursor:
        started = time.perf_counter()
        statement = f"COPY (SELECT {COLUMNS} FROM {TABLE} ORDER BY id) TO STDOUT"
        with cursor.copy(statement.encode()) as copy:
            rows = sum(1 for _ in copy)
        seconds = time.perf_counter() - started
    if rows != ROWS:
        raise RuntimeError(f"the source has {rows} rows")
    return seconds


def _harvest(home: Path, url: str) -> dict[str, Any]:
    """What a harvest measured of itself, alone in a process."""
    command = [sys.executable, "-m", "tests.benchmarks.one_harvest", str(home), url]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told
