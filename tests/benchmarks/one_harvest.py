"""One harvest of the permits, alone in a process that tells what it took: ``python -m tests.benchmarks.one_harvest``.

Prints JSON: ``rows``, ``seconds`` of the whole harvest, ``steps`` in seconds, ``cpu`` seconds of this process in all
and in some steps, ``peak`` memory in MB.
"""

from __future__ import annotations

import importlib
import json
import resource
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from catalog.checking import make_ready
from catalog.editing import register
from catalog.harvesting import harvest
from catalog.sources import Outcome
from portal.settings import Settings
from portal.wiring import Parts, open_harvester, open_parts
from tests.benchmarks.building_permits import SCHEMA, permits_dataset, permits_source
from tests.catalog.examples import COMMUNES, HEALTH

_INNER_STEPS = (
    ("schemas.gate", "look_for_personal_data"),
    ("schemas.gate", "normalise"),
    ("schemas.gate", "check_table"),
    ("publishers.tables", "write_table"),
    ("catalog.publishing", "store_file"),
    ("search.rows.duckdb_rows", "copy_rows"),
)

_LIBRARIES = ("harvesters.sql_copy", "psycopg", "sqlalchemy.dialects.postgresql", "pyarrow.parquet", "duckdb", "re2",
              "schemas.gate", "frictionless.resources")  # fmt: skip
"""A worker has loaded them long before."""


def main(home: str, url: str) -> None:
    parts = open_parts(Settings(home=Path(home)))
    make_ready(parts.indexing)
    _describe(parts, url)
    spent, cpu = _timed_steps()
    harvester = open_harvester(parts)
    for name in _LIBRARIES:
        importlib.import_module(name)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started, busy = time.perf_counter(), time.process_time()
    run = harvest(harvester, permits_source(url).id, trigger="bench")
    seconds = time.perf_counter() - started
    cpu["all"] = time.process_time() - busy
    with parts.store.read() as reader:
        (outcome,) = reader.outcomes(run.id)
    if outcome.outcome is not Outcome.PUBLISHED:
        raise RuntimeError(f"the harvest did not publish what was read: {outcome}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = {"rows": outcome.row_count, "seconds": seconds, "peak": peak / 1024, "before": before / 1024}
    print(json.dumps({**told, "steps": {**outcome.steps, **spent}, "cpu": cpu}))
    parts.store.close()


def _describe(parts: Parts, url: str) -> None:
    with parts.store.write() as transaction:
        register(
            transaction,
            organizations=(HEALTH,),
            table_schemas=(SCHEMA,),
            code_lists=(COMMUNES,),
            datasets=(permits_dataset(),),
            sources=(permits_source(url),),
            actor="bench",
            at=parts.clock(),
        )


Seconds = dict[str, float]


def _timed_steps() -> tuple[Seconds, Seconds]:
    """Lets the functions that the steps consist of add up the seconds spent in them, and those of the processor."""
    spent, cpu = defaultdict[str, float](float), defaultdict[str, float](float)
    for module_name, name in _INNER_STEPS:
        module = importlib.import_module(module_name)
        setattr(module, name, _timed(getattr(module, name), name, spent, cpu))
    return spent, cpu


def _timed(function: Any, name: str, spent: Seconds, cpu: Seconds) -> Any:
    def call(*arguments: Any, **named: Any) -> Any:
        started, busy = time.perf_counter(), time.process_time()
        try:
            return function(*arguments, **named)
        finally:
            spent[name] += time.perf_counter() - started
            cpu[name] += time.process_time() - busy

    return call


if __name__ == "__main__":
    main(*sys.argv[1:])
