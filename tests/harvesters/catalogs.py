"""Catalogues on loopback, and how the tests read them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from catalog.model import OrganizationId
from catalog.remote import ListedItem, ListingNotice, RemoteCatalog, RemoteRecord
from catalog.sources import HarvestSource, SourceId
from harvesters import kind_of
from tests.harvesters.sources import outside
from tests.harvesters.web_server import reply

Listed = list[ListedItem]


def catalog_source(kind: str, options: Mapping[str, str]) -> HarvestSource:
    return HarvestSource(SourceId("nguon"), "cong-khac", "Cổng khác", OrganizationId("so"), kind, options, ())


def opened(kind: str, **options: str) -> RemoteCatalog:
    """Another catalogue, as a run opens it."""
    return kind_of(kind).catalog(catalog_source(kind, options), outside())


def listed(remote: RemoteCatalog, folder: Path) -> Listed:
    """Everything that the catalogue lists."""
    folder.mkdir(exist_ok=True)
    return list(remote.records(folder))


def records(found: Listed) -> list[RemoteRecord]:
    return [item for item in found if isinstance(item, RemoteRecord)]


def notices(found: Listed) -> list[ListingNotice]:
    return [item for item in found if isinstance(item, ListingNotice)]


def json_reply(value: object, **headers: str) -> bytes:
    return reply(json.dumps(value, ensure_ascii=False).encode(), Content_Type="application/json", **headers)
