"""Small sources and requests for the tests of harvesters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from catalog.dictionary import TableSchema
from catalog.errors import SourceError
from catalog.model import DatasetId, DistributionId, OrganizationId
from catalog.ports import Fetched, StagedTable, TableRequest
from catalog.sources import HarvestSource, SourceId, SourceTable
from harvesters import fetch
from harvesters.http_client import ClientSettings, Politeness
from harvesters.outside import Outside

COMMUNES = TableSchema.from_descriptor(
    {
        "name": "xa",
        "version": "1.0.0",
        "title": "Xã, phường",
        "primaryKey": "ma",
        "fields": [
            {"name": "ma", "title": "Mã"},
            {"name": "ten", "title": "Tên"},
            {"name": "dan_so", "title": "Dân số", "type": "integer"},
            {"name": "ngay", "title": "Ngày lập", "type": "date"},
        ],
    }
)


def outside(**settings: Any) -> Outside:
    """The outside world with loopback open and nothing slow."""
    known = {"allow_loopback": True, "attempts": 1, "idle_seconds": 5, "total_seconds": 20, **settings}
    return Outside(ClientSettings(**known), Politeness(interval=0, at_once=50, patience=1_000))


def source(kind: str, options: Mapping[str, str]) -> HarvestSource:
    return HarvestSource(SourceId("nguon"), "so-noi-vu", "CSDL Sở Nội vụ", OrganizationId("so"), kind, options, ())


def request(locator: str, schema: TableSchema = COMMUNES, key: str = "xa", known: str = "") -> TableRequest:
    return TableRequest(SourceTable(key, locator, DatasetId("d"), DistributionId("p"), schema.name), schema, known)


def read(from_source: HarvestSource, folder: Path, *locators: str, schema: TableSchema = COMMUNES) -> list[Fetched]:
    """What fetching these locators gives, in order."""
    folder.mkdir(exist_ok=True)
    requests = [request(locator, schema, f"bang-{number}") for number, locator in enumerate(locators)]
    return [outcome for _, outcome in fetch(from_source, requests, folder, lambda key, rows: None, outside())]


def staged(outcome: Fetched) -> StagedTable:
    assert isinstance(outcome, StagedTable), outcome
    return outcome


def content(outcome: Fetched) -> str:
    return staged(outcome).path.read_bytes().decode()


def refusal(outcome: Fetched) -> SourceError:
    assert isinstance(outcome, SourceError), outcome
    return outcome


ROWS: Sequence[tuple[object, ...]] = (
    ("00016", "Xã Đông Tiến", 12000, "2026-01-31"),
    ("14812", 'Phường "Hạc Thành", mới', None, "2026-02-28"),
    ("15853", "Xã Ngọc Lặc", 9, None),
)
"""Communes: a code with leading zeros, quotes and a comma, empty cells; in the order of their code."""

STAGED = (
    "ma,ten,dan_so,ngay\n"
    "00016,Xã Đông Tiến,12000,2026-01-31\n"
    '14812,"Phường ""Hạc Thành"", mới",,2026-02-28\n'
    "15853,Xã Ngọc Lặc,9,\n"
)
"""What ROWS become in a staging file, whatever the source."""
