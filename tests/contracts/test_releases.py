"""The promise of ``CatalogStore`` about releases of held tables, on every database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog.errors import AlreadyExists, EditConflict, NotFound
from catalog.ports import CatalogStore
from catalog.releases import AcceptedFinding, Release, ReleaseId, ReleaseState
from catalog.sources import SourceId
from tests.contracts.records import MINUTE, NOW, department, health_source

SOURCE = SourceId("src-y-te")


def release(number: int = 1, table_key: str = "nha_thuoc", source_id: SourceId = SOURCE) -> Release:
    return Release(
        id=ReleaseId(f"duyet-{number}"),
        source_id=source_id,
        table_key=table_key,
        snapshot_sha256="12" * 32,
        schema_digest="34" * 32,
        findings=(AcceptedFinding("personal-data-phone", "ghi_chu", 3), AcceptedFinding("empty-table", "", 1)),
        reason="Số đường dây nóng của cơ quan",
        requested_by="Chuyên viên Một",
        requested_at=NOW,
    )


@pytest.fixture
def described(catalog: CatalogStore) -> CatalogStore:
    with catalog.write() as transaction:
        transaction.put_organization(department())
        transaction.put_source(health_source())
    return catalog


def add(catalog: CatalogStore, item: Release) -> Release:
    with catalog.write() as transaction:
        transaction.add_release(item)
    return item


def decide(catalog: CatalogStore, item: Release) -> Release:
    with catalog.write() as transaction:
        transaction.decide_release(item)
    return item


def approved(item: Release) -> Release:
    return replace(item, state=ReleaseState.APPROVED, decided_by="Trưởng phòng Hai", decided_at=NOW + MINUTE)


def test_a_request_comes_back_as_it_was_given(described: CatalogStore) -> None:
    asked = add(described, release())
    with described.read() as reader:
        assert reader.releases(SOURCE) == reader.releases(SOURCE, "nha_thuoc") == (asked,)
        assert reader.releases(SOURCE, "khac") == reader.releases(SourceId("khac")) == ()


def test_a_table_has_one_open_request(described: CatalogStore) -> None:
    add(described, release())
    with pytest.raises(AlreadyExists):
        add(described, release(2))
    other = add(described, release(3, "khac"))
    with described.read() as reader:
        assert reader.releases(SOURCE, "khac") == (other,)


def test_a_decision_replaces_the_request_and_makes_room_for_the_next(described: CatalogStore) -> None:
    first = decide(described, approved(add(described, release())))
    second = add(described, release(2))
    with described.read() as reader:
        assert reader.releases(SOURCE) == (second, first)


def test_a_request_is_decided_once(described: CatalogStore) -> None:
    asked = add(described, release())
    agreed = decide(described, approved(asked))
    with pytest.raises(EditConflict):
        decide(described, replace(asked, state=ReleaseState.REFUSED, decided_by="Ba", decided_at=NOW))
    with described.read() as reader:
        assert reader.releases(SOURCE) == (agreed,)


def test_a_refused_request_leaves_the_transaction_usable(described: CatalogStore) -> None:
    asked = add(described, release())
    with described.write() as transaction:
        with pytest.raises(AlreadyExists):
            transaction.add_release(release(2))
        assert transaction.releases(SOURCE) == (asked,)


def test_an_unknown_source_has_no_releases(catalog: CatalogStore) -> None:
    with pytest.raises(NotFound):
        add(catalog, release(source_id=SourceId("khong-co")))
