"""Sở Xây dựng: building permits by month, and the road network that the province manages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

from portal.demo.communes import Commune, communes
from portal.demo.simulation import (
    Extra,
    Row,
    commune_table,
    commune_weights,
    log_table,
    months,
    published_table,
    random_day,
    seeded,
    user_table,
    write_database,
)

# Kind of building, how often it stands among a hundred permits, middle footprint (m²), most storeys.
BUILDINGS = (
    ("nhà ở riêng lẻ", 82, 110, 5),
    ("nhà ở nhiều tầng", 2, 900, 25),
    ("thương mại, dịch vụ", 7, 480, 12),
    ("công nghiệp", 4, 5200, 3),
    ("giáo dục, y tế", 3, 850, 5),
    ("tôn giáo, tín ngưỡng", 2, 260, 2),
)
NOTES = (
    *("",) * 6,
    "Điều chỉnh mẫu nhà so với hồ sơ lần đầu",
    "Có tầng hầm",
    "Nằm trong hành lang tuyến, đã có ý kiến cơ quan quản lý đường bộ",
)

ROADS = (
    "501", "502", "503", "504", "505", "506", "506B", "507", "508", "509", "510", "511", "512", "513", "514", "515",
    "516", "516B", "517", "518", "518B", "519", "519B", "520", "521", "522", "523", "524", "525", "526", "527", "528",
    "529", "530",
)  # fmt: skip

PERMIT_EXTRAS = (
    Extra("ho_ten_chu_dau_tu", "(mô phỏng)", "Họ tên chủ đầu tư"),
    Extra("can_bo_thu_ly", "chuyên viên", "Cán bộ thụ lý"),
)


def build(folder: Path, round_number: int) -> None:
    """Write ``so_xay_dung.db``. Round 2 adds the permits of October 2026, some notes among them with personal data."""
    periods = months("202507", "202609" if round_number == 1 else "202610")
    write_database(
        folder / "so_xay_dung.db",
        [
            commune_table(),
            user_table("Phòng Quản lý xây dựng"),
            log_table("Giấy phép xây dựng", periods),
            published_table(
                "giay_phep",
                "giay-phep-xay-dung",
                _permits(periods),
                extras=PERMIT_EXTRAS,
                references={"ma_xa": "dm_xa(ma)"},
            ),
            published_table(
                "doan_duong",
                "mang-luoi-duong-bo",
                _roads(),
                references={"ma_xa_dau": "dm_xa(ma)", "ma_xa_cuoi": "dm_xa(ma)"},
            ),
        ],
    )


def _permits(periods: list[str]) -> Iterator[Row]:
    weights = [commune_weights()[commune.code] ** 1.4 for commune in communes()]
    counted: dict[int, int] = {}
    for period in periods:
        year, month = int(period[:4]), int(period[4:])
        numbers = seeded("so_xay_dung", "giay phep", period)
        last = date(year + month // 12, month % 12 + 1, 1)
        count = numbers.randrange(150, 230)
        days = sorted(random_day(numbers, date(year, month, 1), last) for _ in range(count))
        for position, (day, commune) in enumerate(
            zip(days, numbers.choices(communes(), weights=weights, k=count), strict=True)
        ):
            counted[year] = counted.get(year, 0) + 1
            kind, _, footprint, most = numbers.choices(BUILDINGS, weights=[item[1] for item in BUILDINGS])[0]
            base = round(footprint * numbers.uniform(0.5, 1.9), 1)
            storeys = numbers.randrange(1, most + 1)
            note = _private_note(position) if period == "202610" else None
            yield (
                f"{counted[year]}/{year}/GPXD",
                min(day, date.fromordinal(last.toordinal() - 1)),
                numbers.choices(("xây dựng mới", "sửa chữa, cải tạo", "có thời hạn"), weights=(86, 11, 3))[0],
                kind,
                base,
                round(base * storeys * numbers.uniform(1.0, 1.08), 1),
                storeys,
                min(40, max(3, round(numbers.gauss(13, 4)))),
                commune.code,
                commune.name,
                note or numbers.choice(NOTES),
            )


def _private_note(position: int) -> str | None:
    """Planted fault: in October 2026 a clerk noted the owner's number, a mobile telephone or an identity number (CCCD),
    all simulated but of valid form. The personal data gate finds them in the free text and holds the table."""
    if position % 31 == 5:
        return f"Chủ nhà đề nghị gọi trước khi kiểm tra, số 09000{position:05d}"
    if position % 53 == 11:
        return f"Đã đối chiếu căn cước 038085{position:06d}"
    return None


def _roads() -> Iterator[Row]:
    for number in ROADS:
        numbers = seeded("so_xay_dung", "duong", number)
        places = _neighbours(numbers.choice(communes()), numbers.randrange(3, 7))
        road = f"{places[0].short_name} - {places[-1].short_name}"
        at = 0.0
        for position, (first, last) in enumerate(pairwise(places), start=1):
            length = round(numbers.uniform(2.5, 14), 2)
            grade = numbers.choices(("III", "IV", "V", "VI"), weights=(12, 38, 35, 15))[0]
            yield (
                f"DT{number}-{position:02d}",
                f"ĐT.{number}",
                road,
                round(at, 2),
                round(at + length, 2),
                length,
                {"III": 11.0, "IV": 7.0, "V": 5.5, "VI": 3.5}[grade],
                grade,
                numbers.choices(("bê tông nhựa", "bê tông xi măng", "láng nhựa", "cấp phối"), weights=(52, 22, 23, 3))[
                    0
                ],
                numbers.choices(("tốt", "trung bình", "xấu"), weights=(60, 31, 9))[0],
                first.code,
                last.code,
            )
            at += length


def _neighbours(start: Commune, count: int) -> list[Commune]:
    """A chain of communes, each the nearest to the one before that the road has not passed yet."""
    chain = [start]
    while len(chain) < count:
        here = chain[-1]
        chain.append(
            min(
                (commune for commune in communes() if commune not in chain),
                key=lambda other: (other.latitude - here.latitude) ** 2 + (other.longitude - here.longitude) ** 2,
            )
        )
    return chain
