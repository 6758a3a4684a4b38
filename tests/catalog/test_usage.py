"""Which searches are kept, how they are told of, and when a dataset is indexed again for its use."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from catalog.model import DatasetId
from catalog.storage.database import SqlCatalogStore
from catalog.usage import (
    LONGEST_DEMAND,
    SearchDemand,
    UseKind,
    demand_text,
    local_day,
    most_wanted,
    renew_use_grades,
)
from tests.catalog.examples import CLINICS, HEALTH, NOW

TODAY = local_day(NOW)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Giá   VÀNG ", "giá vàng"),
        ("gia\u0301 va\u0300ng", "giá vàng"),
        ("quyết định 4216", "quyết định 4216"),
        ("từ 2020 đến 2025", "từ 2020 đến 2025"),
        ("0912 345 678", ""),
        ("so cccd 038.084.001.234", ""),
        ("lan@example.org", ""),
        ("?!", ""),
        ("", ""),
    ],
)
def test_a_search_is_kept_as_words_that_name_nobody(typed: str, kept: str) -> None:
    assert demand_text(typed) == kept


def test_a_long_search_is_cut() -> None:
    assert demand_text("lúa " * 100) == ("lúa " * 100)[:LONGEST_DEMAND].strip()


def test_writings_that_differ_in_accents_are_one_wish() -> None:
    day, before = date(2026, 11, 24), date(2026, 11, 20)
    demand = [
        SearchDemand("gia vang", 2, day),
        SearchDemand("giá vàng", 3, before),
        SearchDemand("bảng lương", 4, before),
        SearchDemand("lịch cúp điện", 4, day),
    ]
    assert most_wanted(demand) == (
        SearchDemand("giá vàng", 5, day),
        SearchDemand("lịch cúp điện", 4, day),
        SearchDemand("bảng lương", 4, before),
    )


def test_a_dataset_is_indexed_again_when_its_grade_of_use_changes(store: SqlCatalogStore) -> None:
    with store.write() as transaction:
        transaction.put_organization(HEALTH)
        transaction.put_dataset(CLINICS, NOW)
        transaction.add_uses(TODAY, {(CLINICS.id, UseKind.VIEW): 9})
    assert renew_use_grades(store, NOW) == 0
    with store.write() as transaction:
        transaction.add_uses(TODAY, {(CLINICS.id, UseKind.API): 1, (DatasetId("gone"), UseKind.VIEW): 500})
        before = len(transaction.outbox())
    assert renew_use_grades(store, NOW) == 2
    with store.read() as reader:
        assert [event.key for event in reader.outbox()[before:]] == [CLINICS.id]
    assert renew_use_grades(store, NOW) == 0
    assert renew_use_grades(store, NOW + timedelta(days=100)) == 2
