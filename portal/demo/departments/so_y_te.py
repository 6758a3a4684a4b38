"""Sở Y tế: health facilities with beds and doctors, and pharmacies that keep good pharmacy practice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from portal.demo.communes import Commune, communes
from portal.demo.place_names import STREETS, street_address, village
from portal.demo.simulation import (
    Extra,
    Row,
    commune_table,
    commune_weights,
    log_table,
    point_in,
    published_table,
    random_day,
    seeded,
    user_table,
    write_database,
)

IN_COMMUNE = {"ma_xa": "dm_xa(ma)"}
WARD_OF_PROVINCE_HOSPITALS = "14797"
PHARMACIES = ("nhà thuốc", "quầy thuốc", "tủ thuốc trạm y tế")
CERTIFIED_FOR = timedelta(days=3 * 365)
CERTIFIED_BEFORE, CERTIFIED_NOW = 1180, 1224
BEFORE_AUTUMN = date(2023, 12, 1), date(2026, 6, 30)
AUTUMN = date(2026, 7, 1), date(2026, 9, 30)

# Hospitals of the province: name, kind, beds, doctors.
PROVINCE_HOSPITALS = (
    ("Bệnh viện Đa khoa tỉnh", "bệnh viện đa khoa", 1200, 330),
    ("Bệnh viện Phụ sản", "bệnh viện chuyên khoa", 620, 140),
    ("Bệnh viện Nhi", "bệnh viện chuyên khoa", 700, 165),
    ("Bệnh viện Phổi", "bệnh viện chuyên khoa", 320, 62),
    ("Bệnh viện Ung bướu", "bệnh viện chuyên khoa", 420, 88),
    ("Bệnh viện Mắt", "bệnh viện chuyên khoa", 160, 41),
    ("Bệnh viện Da liễu", "bệnh viện chuyên khoa", 150, 33),
    ("Bệnh viện Tâm thần", "bệnh viện chuyên khoa", 260, 38),
    ("Bệnh viện Nội tiết", "bệnh viện chuyên khoa", 240, 45),
    ("Bệnh viện Y dược cổ truyền", "bệnh viện chuyên khoa", 280, 52),
    ("Bệnh viện Phục hồi chức năng", "bệnh viện chuyên khoa", 200, 34),
)

# Communes with a general hospital that served a whole district before 2025.
AREA_HOSPITALS = (
    "14845", "14869", "15016", "14923", "15055", "15061", "15127", "15187", "15271", "15349", "15469", "15499", "15646",
    "15664", "15772", "15865", "16012", "16093", "16174", "16228", "16279", "16438", "16531", "14812", "16561", "16378",
)  # fmt: skip
DAY_AND_NIGHT = "24/24 giờ, tất cả các ngày"
OFFICE_HOURS = "7:00-11:30, 13:30-17:00, thứ Hai đến thứ Sáu"
EVENINGS_TOO = "7:00-11:30, 13:30-20:00, tất cả các ngày"


def build(folder: Path, round_number: int) -> None:
    """Write ``so_y_te.db``. Round 2 adds the pharmacies certified in the autumn of 2026."""
    write_database(
        folder / "so_y_te.db",
        [
            commune_table(),
            user_table("Phòng Nghiệp vụ y, dược"),
            log_table("Hành nghề y, dược", ["2026Q2", "2026Q3"][:round_number]),
            published_table("co_so_kcb", "co-so-kham-chua-benh", _facilities(), references=IN_COMMUNE),
            published_table(
                "co_so_gpp",
                "co-so-ban-le-thuoc",
                _pharmacies(CERTIFIED_BEFORE if round_number == 1 else CERTIFIED_NOW),
                extras=(Extra("phu_trach_chuyen_mon", "dược sĩ", "Người phụ trách chuyên môn"),),
                references=IN_COMMUNE,
            ),
        ],
    )


def _facilities() -> Iterator[Row]:
    """All facilities, numbered in the order given below."""
    by_code = {commune.code: commune for commune in communes()}
    centre = by_code[WARD_OF_PROVINCE_HOSPITALS]
    drafts = [
        (name, kind, "tỉnh", beds, doctors, DAY_AND_NIGHT, centre) for name, kind, beds, doctors in PROVINCE_HOSPITALS
    ]
    drafts += [draft for code in AREA_HOSPITALS for draft in _area_draft(by_code[code])]
    drafts += [draft for commune in communes() for draft in _station_drafts(commune)]
    drafts += list(_private_drafts())
    for number, (name, kind, level, beds, doctors, hours, commune) in enumerate(drafts, start=1):
        numbers = seeded("so_y_te", "cskcb", number)
        yield (
            f"38{number:03d}",
            name,
            kind,
            level,
            beds,
            doctors,
            hours,
            f"0237020{number:04d}",
            street_address(numbers, commune.name),
            commune.code,
            commune.name,
            *point_in(commune, numbers),
        )


Draft = tuple[str, str, str, int, int, str, Commune]


def _area_draft(commune: Commune) -> Iterator[Draft]:
    numbers = seeded("so_y_te", "khu vuc", commune.code)
    beds = numbers.randrange(11, 42) * 10
    yield (f"Bệnh viện Đa khoa khu vực {commune.short_name}", "bệnh viện đa khoa", "khu vực", beds,
           round(beds * numbers.uniform(0.16, 0.26)), DAY_AND_NIGHT, commune)  # fmt: skip


def _station_drafts(commune: Commune) -> Iterator[Draft]:
    """One health station in each commune, with a second site where people are many."""
    numbers = seeded("so_y_te", "tram", commune.code)
    for site in range(1 + (commune_weights()[commune.code] > 1.1)):
        name = f"Trạm Y tế {commune.name}" if site == 0 else f"Điểm Trạm Y tế {village(numbers)}, {commune.name}"
        yield name, "trạm y tế", "xã", numbers.randrange(5, 13), numbers.randrange(1, 5), OFFICE_HOURS, commune


def _private_drafts() -> Iterator[Draft]:
    numbers = seeded("so_y_te", "tu nhan")
    weights = [commune_weights()[commune.code] ** 2 for commune in communes()]
    for number, commune in enumerate(numbers.choices(communes(), weights=weights, k=110)):
        if number < 14:
            beds = numbers.randrange(6, 30) * 10
            yield (f"Bệnh viện Đa khoa tư nhân {village(numbers)}", "bệnh viện đa khoa", "tư nhân", beds,
                   round(beds * 0.2), DAY_AND_NIGHT, commune)  # fmt: skip
        else:
            kind = "phòng khám đa khoa" if number % 3 else "phòng khám chuyên khoa"
            name = f"{kind.capitalize()} {numbers.choice(STREETS)} {number}"
            yield name, kind, "tư nhân", 0, numbers.randrange(1, 9), EVENINGS_TOO, commune


def _pharmacies(count: int) -> Iterator[Row]:
    """Numbered in the order of certification; the newest come last, so that a later state adds to an earlier one."""
    weights = [commune_weights()[commune.code] for commune in communes()]
    for number in range(1, count + 1):
        numbers = seeded("so_y_te", "gpp", number)
        commune = numbers.choices(communes(), weights=weights)[0]
        urban = commune.kind == "phường"
        kind = numbers.choices(PHARMACIES, weights=(70, 25, 5) if urban else (15, 75, 10))[0]
        first, last = BEFORE_AUTUMN if number <= CERTIFIED_BEFORE else AUTUMN
        issued = random_day(numbers, first, last)
        name = (
            f"Tủ thuốc Trạm Y tế {commune.name}"
            if kind.startswith("tủ")
            else f"{kind.capitalize()} {village(numbers)} {number}"
        )
        yield (
            f"{number:04d}/GPP-TH",
            name,
            kind,
            street_address(numbers, commune.name),
            commune.code,
            commune.name,
            issued,
            issued + CERTIFIED_FOR,
            "tạm ngừng" if numbers.random() < 0.03 else "hoạt động",
        )
