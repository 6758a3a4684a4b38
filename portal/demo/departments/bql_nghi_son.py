"""Ban Quản lý Khu kinh tế Nghi Sơn và các khu công nghiệp: investment projects in its zones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from portal.demo.communes import communes
from portal.demo.place_names import village
from portal.demo.simulation import (
    REFERENCE_DATE,
    Extra,
    Row,
    commune_table,
    log_table,
    published_table,
    random_day,
    seeded,
    user_table,
    write_database,
)

# Zone, commune codes it lies in, how many of a hundred projects it takes.
ZONES = (
    ("Khu kinh tế Nghi Sơn", ("16654", "16645", "16636", "16624", "16561"), 52),
    ("Khu công nghiệp Bỉm Sơn", ("14812", "14818"), 14),
    ("Khu công nghiệp Lễ Môn", ("16522",), 11),
    ("Khu công nghiệp Đình Hương - Tây Bắc Ga", ("14758",), 12),
    ("Khu công nghiệp Hoàng Long", ("15925",), 7),
    ("Khu công nghiệp Lam Sơn - Sao Vàng", ("15553",), 4),
)

# Sector, what a project of it is called, middle capital (tỷ đồng), middle hectares, workers for each tỷ đồng.
SECTORS = (
    ("chế biến, chế tạo", "Nhà máy sản xuất linh kiện", 620, 7, 0.8),
    ("dệt may, da giày", "Nhà máy may xuất khẩu", 280, 5, 5.5),
    ("vật liệu xây dựng", "Nhà máy sản xuất vật liệu xây dựng", 450, 11, 0.6),
    ("năng lượng", "Nhà máy điện", 5200, 32, 0.06),
    ("logistics, cảng biển", "Bến cảng, kho bãi tổng hợp", 1400, 18, 0.2),
    ("hạ tầng khu công nghiệp", "Hạ tầng kỹ thuật khu công nghiệp", 1900, 180, 0.02),
    ("thương mại, dịch vụ", "Khu dịch vụ tổng hợp", 140, 2, 0.7),
)
COUNTRIES = ("Việt Nam", "Hàn Quốc", "Nhật Bản", "Đài Loan", "Trung Quốc", "Xin-ga-po", "Thái Lan")
PROJECTS_BEFORE, PROJECTS_NOW = 214, 219
BEFORE = date(2007, 3, 1), date(2026, 6, 30)
RECENTLY = date(2026, 7, 1), date(2026, 10, 20)


def build(folder: Path, round_number: int) -> None:
    """Write ``bql_nghi_son.db``. Round 2 adds the five projects of the last months."""
    count = PROJECTS_BEFORE if round_number == 1 else PROJECTS_NOW
    write_database(
        folder / "bql_nghi_son.db",
        [
            commune_table(),
            user_table("Phòng Quản lý đầu tư"),
            log_table("Đầu tư", ["202606", "202610"][:round_number]),
            published_table(
                "du_an",
                "du-an-dau-tu",
                _projects(count),
                extras=(Extra("so_ho_so", "lưu tại phòng", "Số hồ sơ giấy"),),
                references={"ma_xa": "dm_xa(ma)"},
            ),
        ],
    )


def _projects(count: int) -> Iterator[Row]:
    """Each project draws from its own number, so that the first ones are the same in both rounds."""
    names = {commune.code: commune.name for commune in communes()}
    for number in range(1, count + 1):
        numbers = seeded("bql_nghi_son", number)
        zone, places, _ = numbers.choices(ZONES, weights=[item[2] for item in ZONES])[0]
        sector, work, capital, hectares, workers = numbers.choices(SECTORS, weights=(34, 24, 14, 4, 9, 4, 11))[0]
        registered = round(capital * numbers.lognormvariate(0, 0.7), 1)
        recent = number > PROJECTS_BEFORE
        issued = random_day(numbers, *(RECENTLY if recent else BEFORE))
        age = (REFERENCE_DATE - issued).days / 365
        state = "chưa triển khai" if recent or age < 0.4 else "đang xây dựng" if age < 3 else "đang hoạt động"
        done = 0.0 if state == "chưa triển khai" else min(1.0, age / 5 * numbers.uniform(0.7, 1.3))
        country = numbers.choices(COUNTRIES, weights=(70, 9, 6, 5, 5, 3, 2))[0]
        place = numbers.choice(places)
        owner = village(numbers)
        yield (
            f"99{number:08d}",
            f"{work} {owner} {number}",
            f"Công ty {'Cổ phần' if country == 'Việt Nam' else 'TNHH'} {owner} (mô phỏng {number})",
            country,
            zone,
            sector,
            registered,
            round(registered * done, 1),
            round(hectares * numbers.uniform(0.4, 1.8), 2),
            round(registered * workers * numbers.uniform(0.5, 1.5)) if state == "đang hoạt động" else 0,
            issued,
            state,
            place,
            names[place],
        )
