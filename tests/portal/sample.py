"""A small published catalogue, made the way a real one is: described, harvested from CSV files, delivered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from catalog.checking import make_ready
from catalog.dictionary import TableSchema
from catalog.editing import register
from catalog.harvesting import harvest
from catalog.model import AccessLevel, Dataset, Frequency, Organization, OrganizationId, OrganizationKind, stable_id
from catalog.sources import HarvestRun, HarvestSource
from portal.settings import Settings
from portal.wiring import Parts, open_harvester, open_parts
from portal.worker import deliver_outbox
from tests.catalog.examples import CLINIC_SCHEMA, CLINICS, COMMUNES, HEALTH, NOW, example_dataset, example_source

OFFICE = Organization(
    id=OrganizationId(stable_id("organization", "so-thong-tin-va-truyen-thong")),
    name="so-thong-tin-va-truyen-thong",
    code="H56.09",
    title="Sở Thông tin và Truyền thông",
    title_en="Department of Information and Communications",
    kind=OrganizationKind.DEPARTMENT,
    valid_to=date(2025, 2, 28),
    successor_id=HEALTH.id,
)

PHARMACIES = example_dataset(
    "co-so-ban-le-thuoc",
    "Cơ sở bán lẻ thuốc ở phường Đông Tiến",
    title_en="Pharmacies",
    keywords=("nhà thuốc", "dược"),
    frequency=Frequency.QUARTERLY,
)
SHARED = example_dataset("nhan-luc-y-te", "Nhân lực y tế theo xã", access_level=AccessLevel.SHARED)
INTERNAL = example_dataset("kiem-tra-noi-bo", "Kiểm tra nội bộ", access_level=AccessLevel.INTERNAL)

CLINIC_ROWS = """ma,ten,ma_xa,giuong
38001,Bệnh viện Đa khoa tỉnh,14797,1200
38002,Trạm y tế Đông Tiến,15853,5
38003,"Trạm y tế Đồng Tiến, cơ sở 2",15724,
"""
BAD_ROWS = """ma,ten,ma_xa,giuong
38001,Nhà thuốc Hạc Thành,14797,ba
38001,Nhà thuốc số 2,99999,2
"""


class Ticking:
    """A clock that moves one second at each look, from a fixed time."""

    def __init__(self, start: datetime = NOW) -> None:
        self._now = start.astimezone(UTC)

    def __call__(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now


def open_sample_parts(home: Path) -> Parts:
    """Empty parts under ``home``, at the usual test address, with a clock of their own."""
    parts = replace(open_parts(Settings(home=home, site_url="http://du-lieu.test")), clock=Ticking())
    make_ready(parts.indexing)
    return parts


def describe_source(
    parts: Parts,
    source: HarvestSource,
    *datasets: Dataset,
    schema: TableSchema = CLINIC_SCHEMA,
    folder: Path,
    files: Mapping[str, str],
) -> HarvestSource:
    """Register datasets and one source whose folder holds ``files`` (name to content)."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    source = replace(source, options={"path": str(folder)})
    with parts.store.write() as transaction:
        register(
            transaction,
            organizations=(HEALTH, OFFICE),
            table_schemas=(schema,),
            code_lists=(COMMUNES,),
            datasets=datasets,
            sources=(source,),
            actor="test",
            at=parts.clock(),
        )
    return source


def harvest_and_deliver(parts: Parts, source: HarvestSource) -> HarvestRun:
    run = harvest(open_harvester(parts), source.id, trigger="test")
    deliver_outbox(parts)
    return run


def publish_sample(home: Path) -> Parts:
    """Four datasets of every level: clinics, shared and internal ones published, pharmacies rejected by the gate."""
    parts = open_sample_parts(home)
    datasets = (CLINICS, PHARMACIES, SHARED, INTERNAL)
    files = {f"{d.distributions[0].name}.csv": BAD_ROWS if d is PHARMACIES else CLINIC_ROWS for d in datasets}
    source = example_source("csdl-so-y-te", *datasets)
    source = describe_source(parts, source, *datasets, folder=home / "departments" / "so-y-te", files=files)
    harvest_and_deliver(parts, source)
    return parts
