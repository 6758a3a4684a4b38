"""Runs a demo: describes the departments, builds their sources, and harvests them round by round.

What was done is known from the runs in the database, so that a demo which was killed goes on where it stopped and one
that is complete does nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from catalog.editing import register
from catalog.errors import StorageFull, reporting_full_disk
from catalog.index_keeping import IndexState, compare_index
from catalog.indexing import rebuild_index
from catalog.ports import CatalogReader
from catalog.sources import HarvestSource
from catalog.vietnamese import grouped
from portal.demo.profile import ROUNDS, DemoProfile, build_sources, load_profile
from portal.demo.thanh_hoa import load_thanh_hoa_profile
from portal.harvest_runs import harvest_sources
from portal.wiring import Parts
from portal.worker import deliver_outbox


def run_demo(parts: Parts, profile_name: str, data: Path | None) -> None:
    """Bring the demo to its end state and say what it holds."""
    _make_ready_once(parts)
    if profile_name == "thanh-hoa" and data is not None:
        profile = load_thanh_hoa_profile(data)
        _describe(parts, profile)
        _harvest_round(parts, profile, 1, lambda: None)
    else:
        profile = load_profile()
        departments = parts.settings.folder / "departments"
        _describe(parts, profile)
        for number in range(1, ROUNDS + 1):
            _harvest_round(parts, profile, number, partial(_build, departments, number))
    deliver_outbox(parts)
    with parts.store.read() as reader:
        versions = reader.latest_versions().values()
        rows = grouped(sum(version.row_count for version in versions))
        click.echo(f"Danh mục có {len(reader.datasets())} bộ dữ liệu, {len(versions)} bảng đã công bố, {rows} dòng.")


def _make_ready_once(parts: Parts) -> None:
    """A second demo finds the index in use, and leaves it alone."""
    parts.store.upgrade()
    if any(item.state is IndexState.MISSING for item in compare_index(parts.indexing)):
        rebuild_index(parts.indexing)


def _describe(parts: Parts, profile: DemoProfile) -> None:
    with parts.store.write() as transaction:
        register(
            transaction,
            organizations=profile.organizations,
            table_schemas=profile.table_schemas,
            code_lists=profile.code_lists,
            datasets=profile.datasets,
            sources=profile.sources,
            actor="demo",
            at=parts.clock(),
        )


def _build(departments: Path, number: int) -> None:
    try:
        with reporting_full_disk():
            build_sources(departments, number, lambda name, done, total: None)
    except sqlite3.OperationalError as error:
        raise StorageFull(
            f"Không dựng được cơ sở dữ liệu của các sở mẫu ({error}); kiểm tra chỗ trống trên đĩa rồi chạy lại.",
            f"The databases of the demo departments cannot be written ({error}); check the disk and run again.",
        ) from error


def _harvest_round(parts: Parts, profile: DemoProfile, number: int, build: Callable[[], None]) -> None:
    trigger = f"{profile.name}-{number}"
    with parts.store.read() as reader:
        waiting = tuple(source for source in profile.sources if not _is_done(reader, source, trigger))
    if not waiting:
        return
    click.echo(f"Đợt {number}: {len(waiting)} nguồn của các sở …")
    build()
    for _ in harvest_sources(parts, waiting, trigger=trigger, quiet=False):
        pass
    deliver_outbox(parts)


def _is_done(reader: CatalogReader, source: HarvestSource, trigger: str) -> bool:
    """Whether this round came to its end for the source; one that broke off, say on a full disk, is done again."""
    runs = reader.runs(source.id, limit=1000)
    return any(run.trigger == trigger and run.state.is_over and not run.error_code for run in runs)
