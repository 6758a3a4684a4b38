"""Harvest to published version, in rows a second, on the demo's largest table against the bare read of its source."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from catalog.checking import make_ready
from catalog.editing import register
from catalog.harvesting import harvest
from catalog.sources import HarvestSource, SourceTable
from portal.demo.profile import DemoProfile, build_sources, load_profile
from portal.settings import Settings
from portal.wiring import Parts, open_harvester, open_parts
from tests.benchmarks.figures import Figure

BIG_TABLE = "quan-trac-moi-truong"


def measure(home: Path) -> Iterator[Figure]:
    """The whole way (read, normalise, check, write CSV and Parquet, row copy, commit) and each step of it."""
    parts = open_parts(Settings(home=home))
    make_ready(parts.store, parts.index)
    profile = load_profile()
    build_sources(home / "departments", 1, lambda name, done, total: None)
    source = _only_the_big_table(profile)
    _describe(parts, profile, source)
    table = source.tables[0]
    bare_rows, bare_seconds = _bare_read(home, source, table)
    started = time.perf_counter()
    run = harvest(open_harvester(parts), source.id, trigger="bench")
    seconds = time.perf_counter() - started
    with parts.store.read() as reader:
        (outcome,) = reader.outcomes(run.id)
    if outcome.row_count != bare_rows or outcome.version_id is None:
        raise RuntimeError(f"the harvest did not publish what was read: {outcome}")
    reference = "sqlite3 cursor over the same SELECT"
    bare_rate = bare_rows / bare_seconds
    yield Figure(f"harvest-to-published, {bare_rows} rows", bare_rows / seconds, bare_rate, "rows/s", reference)
    for step, spent in outcome.steps.items():
        yield Figure(f"harvest step “{step}”", bare_rows / spent, bare_rate, "rows/s", reference)
    parts.store.close()


def _only_the_big_table(profile: DemoProfile) -> HarvestSource:
    for source in profile.sources:
        for table in source.tables:
            if table.schema_name == BIG_TABLE:
                return replace(source, tables=(table,))
    raise LookupError(BIG_TABLE)


def _describe(parts: Parts, profile: DemoProfile, source: HarvestSource) -> None:
    with parts.store.write() as transaction:
        register(
            transaction,
            organizations=profile.organizations,
            table_schemas=profile.table_schemas,
            code_lists=profile.code_lists,
            datasets=profile.datasets,
            sources=(source,),
            actor="bench",
            at=parts.clock(),
        )


def _bare_read(home: Path, source: HarvestSource, table: SourceTable) -> tuple[int, float]:
    path = source.options["url"].replace("${DULIEUMO_HOME}", str(home)).removeprefix("sqlite:///")
    with sqlite3.connect(path) as connection:
        started = time.perf_counter()
        rows = sum(1 for _ in connection.execute(table.locator))
        return rows, time.perf_counter() - started
