"""What every ``CatalogStore`` promises about counts of use."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

from catalog.model import DatasetId
from catalog.ports import CatalogStore
from catalog.usage import SearchDemand, UseKind

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
SCHOOLS, CLINICS = DatasetId("d-truong"), DatasetId("d-kham")


def test_counts_of_a_day_are_added_up_and_days_told_together(catalog: CatalogStore) -> None:
    with catalog.write() as transaction:
        transaction.add_demand(MONDAY, {"giá vàng": 2, "bảng lương": 1})
    with catalog.write() as transaction:
        transaction.add_demand(MONDAY, {"giá vàng": 3})
        transaction.add_demand(TUESDAY, {"giá vàng": 1})
        transaction.add_demand(TUESDAY, {})
    with catalog.read() as reader:
        assert reader.demand(MONDAY) == (
            SearchDemand("giá vàng", 6, TUESDAY),
            SearchDemand("bảng lương", 1, MONDAY),
        )
        assert reader.demand(TUESDAY) == (SearchDemand("giá vàng", 1, TUESDAY),)


def test_uses_of_all_kinds_count_together(catalog: CatalogStore) -> None:
    with catalog.write() as transaction:
        transaction.add_uses(MONDAY, {(SCHOOLS, UseKind.VIEW): 5, (CLINICS, UseKind.API): 1})
        transaction.add_uses(TUESDAY, {(SCHOOLS, UseKind.DOWNLOAD): 2, (SCHOOLS, UseKind.VIEW): 1})
    with catalog.read() as reader:
        assert reader.uses(MONDAY) == {SCHOOLS: 8, CLINICS: 1}
        assert reader.uses(TUESDAY) == {SCHOOLS: 3}
        assert reader.uses(MONDAY, [CLINICS]) == {CLINICS: 1}
        assert reader.uses(MONDAY, []) == {}


def test_two_who_count_at_once_are_both_counted(catalog: CatalogStore) -> None:
    def count(_number: int) -> None:
        with catalog.write() as transaction:
            transaction.add_demand(MONDAY, {"giá vàng": 1, "bảng lương": 1})
            transaction.add_uses(MONDAY, {(SCHOOLS, UseKind.VIEW): 1, (CLINICS, UseKind.VIEW): 1})

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(count, range(12)))
    with catalog.read() as reader:
        assert {item.count for item in reader.demand(MONDAY)} == {12}
        assert reader.uses(MONDAY) == {SCHOOLS: 12, CLINICS: 12}


def test_grades_are_replaced_and_forgotten(catalog: CatalogStore) -> None:
    with catalog.write() as transaction:
        transaction.put_use_grades({SCHOOLS: 1, CLINICS: 2})
        transaction.put_use_grades({SCHOOLS: 3, CLINICS: 0})
        assert transaction.use_grades() == {SCHOOLS: 3}
        transaction.put_use_grades({SCHOOLS: 0})
        assert transaction.use_grades() == {}


def test_old_days_are_forgotten(catalog: CatalogStore) -> None:
    with catalog.write() as transaction:
        transaction.add_demand(MONDAY, {"giá vàng": 1})
        transaction.add_uses(TUESDAY, {(SCHOOLS, UseKind.VIEW): 1})
        assert transaction.has_usage_before(TUESDAY)
        transaction.prune_usage(TUESDAY)
        assert not transaction.has_usage_before(TUESDAY)
        assert transaction.demand(MONDAY) == ()
        assert transaction.uses(MONDAY) == {SCHOOLS: 1}
