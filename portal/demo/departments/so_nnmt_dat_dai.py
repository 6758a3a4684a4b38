"""Sở Nông nghiệp và Môi trường, land and environment: land prices, land by type, facilities with discharges.

The same in both rounds: registers that change once a year, to show a harvest that finds nothing new.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from portal.demo.communes import Commune, communes
from portal.demo.place_names import STREETS, village
from portal.demo.simulation import (
    Row,
    commune_table,
    commune_weights,
    is_coastal,
    is_upland,
    log_table,
    point_in,
    published_table,
    seeded,
    user_table,
    write_database,
)
from schemas.definitions_loader import shipped_code_lists

IN_COMMUNE = {"ma_xa": "dm_xa(ma)"}
PRICED_FROM = date(2026, 1, 1)
POSITION_FACTORS = (1.0, 0.6, 0.42, 0.28)

# Shares of a commune's land by type, before each commune's own variation: lowland, coast, mountains.
LOWLAND = {
    "LUC": 46, "HNK": 8, "CLN": 4, "RSX": 3, "NTS": 3, "ONT": 14, "SKC": 2, "DGT": 9, "DTL": 5, "SON": 5, "CSD": 1,
}  # fmt: skip
COAST = {
    "LUC": 30, "HNK": 11, "CLN": 3, "RPH": 5, "RSX": 4, "NTS": 9, "ONT": 16, "SKC": 3, "DGT": 9, "DTL": 4, "SON": 5,
    "CSD": 1,
}  # fmt: skip
MOUNTAINS = {
    "LUC": 5, "HNK": 7, "CLN": 5, "RPH": 22, "RDD": 9, "RSX": 42, "NTS": 0.4, "ONT": 3, "DGT": 2, "SON": 2, "CSD": 2.6,
}  # fmt: skip

INDUSTRIES = {
    "Xi măng, vật liệu xây dựng": ("Nhà máy gạch tuynel", 140, "khí thải"),
    "Chế biến thủy sản": ("Nhà máy chế biến thủy sản", 420, "nước thải"),
    "Chế biến nông sản": ("Nhà máy tinh bột sắn", 900, "nước thải"),
    "Dệt may, da giày": ("Nhà máy may", 350, "nước thải"),
    "Giấy và bột giấy": ("Nhà máy giấy", 2600, "nước thải và khí thải"),
    "Nhiệt điện, năng lượng": ("Nhà máy nhiệt điện", 9800, "nước thải và khí thải"),
    "Hóa chất, phân bón": ("Nhà máy phân bón", 240, "nước thải và khí thải"),
    "Chăn nuôi tập trung": ("Trang trại chăn nuôi", 180, "nước thải"),
    "Xử lý chất thải": ("Khu xử lý chất thải rắn", 160, "nước thải và khí thải"),
    "Bệnh viện": ("Bệnh viện đa khoa tư nhân", 210, "nước thải"),
}


def build(folder: Path, round_number: int) -> None:
    """Write ``so_nnmt_dat_dai.db``, equal in every round."""
    write_database(
        folder / "so_nnmt_dat_dai.db",
        [
            commune_table(),
            user_table("Phòng Quản lý đất đai"),
            log_table("Đất đai và môi trường", ["2024", "2025", "2026"]),
            published_table("bang_gia_dat", "bang-gia-dat", _prices(), references=IN_COMMUNE),
            published_table("dien_tich_dat", "dien-tich-dat", _areas(), references=IN_COMMUNE),
            published_table("co_so_nguon_thai", "co-so-nguon-thai", _facilities(), references=IN_COMMUNE),
        ],
    )


def _prices() -> Iterator[Row]:
    """Three to six sections in a commune, two to four positions in a section; thousands of đồng per m²."""
    for commune in communes():
        numbers = seeded("so_nnmt_dat_dai", "gia", commune.code)
        top = _top_price(commune) * numbers.uniform(0.8, 1.25)
        urban = commune.kind == "phường"
        for section in range(1, numbers.randrange(4, 8)):
            street = (
                f"Đường {numbers.choice(STREETS)}" if urban or section == 1 else f"Đường liên thôn {village(numbers)}"
            )
            start, end = (f"{'phố' if urban else 'thôn'} {village(numbers)}" for _ in range(2))
            kind = "Đất thương mại, dịch vụ" if section == 3 else f"Đất ở tại {'đô thị' if urban else 'nông thôn'}"
            for position in range(1, (5 if urban else 4)):
                price = top * 0.78 ** (section - 1) * POSITION_FACTORS[position - 1]
                yield (
                    f"GD-{commune.code}-{section:02d}",
                    position,
                    commune.code,
                    commune.name,
                    street,
                    start,
                    end,
                    kind,
                    max(30, round(price, -1)),
                    PRICED_FROM,
                )


def _top_price(commune: Commune) -> int:
    if commune.name == "Phường Hạc Thành":
        return 52_000
    if commune.kind == "phường":
        return 16_000
    return 1_400 if is_upland(commune) else 6_500 if is_coastal(commune) else 4_800


def _areas() -> Iterator[Row]:
    """The types of a commune add up to its natural area; the largest type takes what rounding leaves."""
    titles = shipped_code_lists()["loai-dat"].titles()
    for year in (2024, 2025):
        for commune in communes():
            numbers = seeded("so_nnmt_dat_dai", "dien tich", commune.code)
            shares = {code: share * numbers.uniform(0.7, 1.3) for code, share in _usual_shares(commune).items()}
            if year == 2025:
                shares["DGT"] *= 1.015
            total = round(commune.area * 100, 2)
            hectares = {code: round(total * share / sum(shares.values()), 2) for code, share in shares.items()}
            largest = max(hectares, key=lambda code: hectares[code])
            hectares[largest] = round(hectares[largest] + total - sum(hectares.values()), 2)
            for code, area in hectares.items():
                yield year, commune.code, commune.name, code, titles[code], area


def _usual_shares(commune: Commune) -> dict[str, float]:
    shares: dict[str, float] = dict(MOUNTAINS if is_upland(commune) else COAST if is_coastal(commune) else LOWLAND)
    if commune.kind == "phường":
        shares["ODT"] = shares.pop("ONT") * 1.6
        shares["SKK"] = 4.0
    return shares


def _facilities() -> Iterator[Row]:
    numbers = seeded("so_nnmt_dat_dai", "nguon thai")
    places = numbers.choices(communes(), weights=[commune_weights()[commune.code] for commune in communes()], k=146)
    for number, commune in enumerate(places, start=1):
        industry = numbers.choice(tuple(INDUSTRIES))
        kind, flow, discharge = INDUSTRIES[industry]
        water = 0.0 if discharge == "khí thải" else round(flow * numbers.uniform(0.3, 2.2), 1)
        yield (
            f"NT-{number:04d}",
            f"{kind} {commune.short_name} {number}",
            industry,
            discharge,
            water,
            water > 500 or numbers.random() < 0.3,
            commune.code,
            commune.name,
            *point_in(commune, numbers),
        )
