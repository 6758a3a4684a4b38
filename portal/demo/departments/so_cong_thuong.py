"""Sở Công Thương: industrial zones and clusters, exports by month and commodity group, markets and supermarkets."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

from portal.demo.communes import communes
from portal.demo.place_names import STREETS, village
from portal.demo.simulation import (
    Row,
    commune_table,
    commune_weights,
    log_table,
    months,
    point_in,
    published_table,
    seeded,
    user_table,
    write_database,
)
from schemas.definitions_loader import shipped_code_lists

IN_COMMUNE = {"ma_xa": "dm_xa(ma)"}

# Name, commune code, hectares, whether waste water is treated in one plant.
ZONES = (
    ("Khu công nghiệp Lễ Môn", "16522", 87, True),
    ("Khu công nghiệp Đình Hương - Tây Bắc Ga", "14758", 172, True),
    ("Khu công nghiệp Hoàng Long", "15925", 286, True),
    ("Khu công nghiệp Bỉm Sơn", "14812", 566, True),
    ("Khu công nghiệp Lam Sơn - Sao Vàng", "15553", 537, False),
    ("Khu công nghiệp số 1 Nghi Sơn", "16645", 240, True),
    ("Khu công nghiệp số 3 Nghi Sơn", "16624", 247, True),
    ("Khu công nghiệp số 5 Nghi Sơn", "16636", 462, False),
)
CLUSTERS = 46

# Middle of a month in million USD, and growth in a year, by group.
EXPORTS = {
    "XK01": (265, 0.09), "XK02": (168, 0.10), "XK03": (21, -0.04), "XK04": (74, 0.06), "XK05": (13, 0.05),
    "XK06": (9.5, 0.11), "XK07": (7.2, 0.04), "XK08": (6.1, 0.01), "XK09": (3.4, 0.03), "XK10": (17, 0.15),
    "XK11": (38, 0.22), "XK12": (11, 0.05), "XK13": (8.8, 0.07), "XK14": (24, 0.08),
}  # fmt: skip


def build(folder: Path, round_number: int) -> None:
    """Write ``so_cong_thuong.db``. Round 2 adds the exports of October 2026, and three markets with old codes."""
    periods = months("202401", "202609" if round_number == 1 else "202610")
    markets = [*_outlets(), *(_with_old_codes() if round_number == 2 else ())]
    write_database(
        folder / "so_cong_thuong.db",
        [
            commune_table(),
            user_table("Phòng Quản lý thương mại"),
            log_table("Xuất nhập khẩu", periods),
            published_table("khu_cum_cn", "khu-cum-cong-nghiep", _zones(), references=IN_COMMUNE),
            published_table("xuat_khau_thang", "kim-ngach-xuat-khau", _exports(periods)),
            published_table("diem_ban_hang", "cho-sieu-thi", markets, references=IN_COMMUNE),
        ],
    )


def _zones() -> Iterator[Row]:
    by_code = {commune.code: commune for commune in communes()}
    numbers = seeded("so_cong_thuong", "khu cum")
    for number, (name, place, hectares, treated) in enumerate(ZONES, start=1):
        commune = by_code[place]
        capacity = round(hectares * numbers.uniform(12, 22), -2) if treated else None
        occupancy = round(numbers.uniform(38, 98), 1)
        projects = round(hectares / 5 * occupancy / 100)
        yield (f"KCN-{number:02d}", name, "khu công nghiệp", hectares, occupancy, projects, treated, capacity,
               place, commune.name, *point_in(commune, numbers))  # fmt: skip
    places = numbers.sample(
        [commune for commune in communes() if commune.code not in {zone[1] for zone in ZONES}], CLUSTERS
    )
    for number, commune in enumerate(sorted(places, key=lambda item: item.code), start=1):
        hectares = numbers.randrange(12, 75)
        treated = numbers.random() < 0.35
        occupancy = round(numbers.uniform(5, 100), 1)
        yield (f"CCN-{number:02d}", f"Cụm công nghiệp {commune.short_name}", "cụm công nghiệp", hectares, occupancy,
               round(hectares / 3 * occupancy / 100), treated, numbers.randrange(3, 25) * 100 if treated else None,
               commune.code, commune.name, *point_in(commune, numbers))  # fmt: skip


def _exports(periods: list[str]) -> Iterator[Row]:
    titles = shipped_code_lists()["nhom-hang-xuat-khau"].titles()
    values: dict[tuple[str, str], float] = {}
    for period in periods:
        year, month = int(period[:4]), int(period[4:])
        for group, (middle, growth) in EXPORTS.items():
            numbers = seeded("so_cong_thuong", "xuat khau", period, group)
            seasonal = 1 + 0.09 * math.sin((month - 4) * math.pi / 6) - (0.18 if month == 2 else 0)
            value = round(
                middle * (1 + growth) ** (year - 2024 + month / 12) * seasonal * numbers.uniform(0.93, 1.07), 2
            )
            values[period, group] = value
            before = values.get((f"{year - 1}{month:02d}", group))
            yield period, group, titles[group], value, round(value / before * 100, 1) if before else None


def _outlets() -> Iterator[Row]:
    number = 0
    for commune in communes():
        numbers = seeded("so_cong_thuong", "diem ban", commune.code)
        weight = commune_weights()[commune.code]
        kinds = ["chợ"] * max(1, round(weight * 2.1)) + ["điểm bán hàng Việt"] * (numbers.random() < 0.35)
        kinds += ["siêu thị"] * numbers.choices((0, 1, 2), weights=(6, 3 * weight, weight))[0]
        kinds += ["trung tâm thương mại"] * (commune.kind == "phường" and numbers.random() < 0.45)
        for kind in kinds:
            number += 1
            yield _outlet(number, kind, commune.code)


def _outlet(number: int, kind: str, place: str) -> Row:
    commune = next(commune for commune in communes() if commune.code == place)
    numbers = seeded("so_cong_thuong", "diem ban", place, number)
    if kind == "chợ":
        rank = numbers.choices((1, 2, 3), weights=(2, 10, 88))[0]
        name, area, stalls = (
            f"Chợ {village(numbers)}",
            numbers.randrange(9, 60) * 100 * (4 - rank),
            90 * (4 - rank) ** 2,
        )
        stalls = round(stalls * numbers.uniform(0.5, 1.6))
    elif kind == "siêu thị":
        rank = numbers.choices((1, 2, 3), weights=(1, 3, 6))[0]
        name, area, stalls = f"Siêu thị {numbers.choice(STREETS)} {commune.short_name}", (5500, 2200, 600)[rank - 1], 1
    else:
        rank = None
        large = kind == "trung tâm thương mại"
        name = f"{kind.capitalize() if large else 'Điểm bán hàng Việt'} {commune.short_name}"
        area, stalls = (
            (numbers.randrange(8, 32) * 1000, numbers.randrange(25, 140)) if large else (numbers.randrange(30, 160), 1)
        )
    opened = numbers.randrange(1975, 2024) if kind == "chợ" else numbers.randrange(2008, 2026)
    return (f"TM-{number:04d}", name, kind, rank, area, stalls, opened, commune.code, commune.name,
            *point_in(commune, numbers))  # fmt: skip


def _with_old_codes() -> Iterator[Row]:
    """Planted fault: three outlets entered from an old form, with codes of wards that ended on 1 July 2025 (Nam Ngạn,
    Đông Vệ, Quảng Hưng). They are in no list any more, so the foreign key rejects the table."""
    old_wards = (("14761", "Phường Nam Ngạn"), ("14782", "Phường Đông Vệ"), ("14800", "Phường Quảng Hưng"))
    for number, (code, name) in enumerate(old_wards, start=9001):
        yield f"TM-{number}", f"Chợ {name.removeprefix('Phường ')}", "chợ", 2, 3200, 180, 1998, code, name, 19.8, 105.78
