"""Sở Nông nghiệp và Môi trường, farming and fishery: rice by commune, growing areas, OCOP products, fishing ports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from portal.demo.communes import Commune, communes
from portal.demo.place_names import village
from portal.demo.simulation import (
    REFERENCE_DATE,
    Row,
    commune_table,
    is_upland,
    log_table,
    published_table,
    quarters,
    random_day,
    seeded,
    user_table,
    write_database,
)

IN_COMMUNE = {"ma_xa": "dm_xa(ma)"}
SPRING, AUTUMN = "đông xuân", "thu mùa"

# Crop, middle size of an area (ha), markets it is sold to, whether it is a crop of the mountains.
CROPS = (
    ("Lúa chất lượng cao", 55, ("nội địa",), False),
    ("Ngô ngọt", 24, ("nội địa", "Nhật Bản"), False),
    ("Ớt", 18, ("Trung Quốc", "Hàn Quốc"), False),
    ("Khoai tây", 20, ("nội địa",), False),
    ("Rau an toàn", 9, ("nội địa",), False),
    ("Bưởi", 14, ("nội địa", "EU"), True),
    ("Cam", 16, ("nội địa",), True),
    ("Dứa", 62, ("nội địa", "EU"), True),
    ("Mía", 80, ("nội địa",), True),
    ("Chuối", 25, ("Trung Quốc",), True),
    ("Vải", 12, ("nội địa", "Trung Quốc"), True),
)

OCOP_PRODUCTS = {
    "thực phẩm": ("Nem chua", "Nước mắm cốt", "Mắm tôm", "Bánh gai", "Bánh lá răng bừa", "Gạo nếp",
                  "Miến dong", "Chả tôm", "Mật ong rừng", "Cam sành", "Bưởi da xanh", "Moi khô", "Giò lụa", "Măng khô",
                  "Thịt trâu gác bếp"),
    "đồ uống": ("Rượu gạo nếp", "Trà giảo cổ lam", "Nước yến", "Trà hoa vàng", "Rượu cần"),
    "dược liệu": ("Tinh bột nghệ", "Cao cà gai leo", "Đông trùng hạ thảo", "Tinh dầu sả"),
    "thủ công mỹ nghệ": ("Chiếu cói", "Làn cói", "Đồ đồng đúc", "Thổ cẩm", "Nón lá", "Nhiễu tơ tằm", "Hương trầm"),
    "du lịch nông thôn": ("Điểm du lịch cộng đồng",),
}  # fmt: skip

# Code, name, commune code, vessels, share of vessels of 15 m or more, tonnes landed in a usual quarter.
PORTS = (
    ("CC-01", "Cảng cá Lạch Hới", "16531", 760, 0.34, 5600),
    ("CC-02", "Cảng cá Lạch Bạng", "16645", 820, 0.40, 6400),
    ("CC-03", "Cảng cá Hòa Lộc", "16072", 540, 0.46, 4900),
    ("CC-04", "Bến cá Ngư Lộc", "16078", 410, 0.38, 3100),
    ("CC-05", "Bến cá Hoằng Trường", "15991", 330, 0.21, 1900),
    ("CC-06", "Bến cá Hải Thanh", "16561", 460, 0.33, 3300),
    ("CC-07", "Bến cá Nghi Sơn", "16654", 290, 0.15, 1500),
)


def build(folder: Path, round_number: int) -> None:
    """Write ``so_nnmt_nong_nghiep.db``. Round 2 adds the autumn crop and the third quarter of 2026."""
    seasons = [(2024, SPRING), (2024, AUTUMN), (2025, SPRING), (2025, AUTUMN), (2026, SPRING)]
    periods = quarters("2024Q1", "2026Q2")
    if round_number > 1:
        seasons.append((2026, AUTUMN))
        periods = quarters("2024Q1", "2026Q3")
    write_database(
        folder / "so_nnmt_nong_nghiep.db",
        [
            commune_table(),
            user_table("Chi cục Trồng trọt và Bảo vệ thực vật"),
            log_table("Nông nghiệp", periods),
            published_table("san_xuat_lua", "san-xuat-lua", _rice(seasons), references=IN_COMMUNE),
            published_table("vung_trong", "ma-so-vung-trong", _growing_areas(), references=IN_COMMUNE),
            published_table("san_pham_ocop", "san-pham-ocop", _products(), references=IN_COMMUNE),
            published_table("cang_ca_quy", "tau-ca-theo-cang", _ports(periods), references=IN_COMMUNE),
        ],
    )


def _rice(seasons: list[tuple[int, str]]) -> Iterator[Row]:
    """Output is area times yield over ten, rounded like the department rounds it."""
    for year, season in seasons:
        for commune in communes():
            numbers = seeded("so_nnmt_nong_nghiep", "lua", year, season, commune.code)
            area = round(_rice_land(commune) * (1.0 if season == SPRING else 0.96) * numbers.uniform(0.97, 1.02), 1)
            middle = 67 if season == SPRING else 57
            per_hectare = round((middle - (9 if is_upland(commune) else 0)) * numbers.uniform(0.93, 1.06), 1)
            yield year, season, commune.code, commune.name, area, per_hectare, round(area * per_hectare / 10, 1)


def _rice_land(commune: Commune) -> float:
    """Hectares of rice in one season: about 115,000 in the province."""
    share = 0.032 if is_upland(commune) else 0.14 if commune.kind == "phường" else 0.37
    return commune.area * 100 * share * seeded("so_nnmt_nong_nghiep", "dat lua", commune.code).uniform(0.8, 1.2)


def _growing_areas() -> Iterator[Row]:
    numbers = seeded("so_nnmt_nong_nghiep", "vung trong")
    for number in range(1, 186):
        crop, size, markets, mountains = numbers.choice(CROPS)
        places = [place for place in communes() if place.kind == "xã" and is_upland(place) == mountains]
        commune = numbers.choice(places)
        hectares = round(size * numbers.uniform(0.4, 1.9), 1)
        yield (
            f"TH-VT-{number:04d}",
            f"Vùng trồng {crop.lower()} {village(numbers)}, {commune.name}",
            crop,
            hectares,
            max(3, round(hectares * numbers.uniform(0.8, 2.4))),
            f"Hợp tác xã nông nghiệp {commune.short_name}",
            numbers.choice(markets),
            random_day(numbers, date(2020, 1, 6), date(2026, 6, 30)),
            numbers.choices(("hiệu lực", "tạm dừng", "thu hồi"), weights=(90, 7, 3))[0],
            commune.code,
            commune.name,
        )


def _products() -> Iterator[Row]:
    numbers = seeded("so_nnmt_nong_nghiep", "ocop")
    groups = tuple(OCOP_PRODUCTS)
    for number in range(1, 641):
        group = numbers.choices(groups, weights=(70, 10, 7, 11, 2))[0]
        commune = numbers.choice(communes())
        owner = numbers.choices(("Hợp tác xã", "Công ty TNHH", "Cơ sở sản xuất"), weights=(45, 25, 30))[0]
        yield (
            f"OCOP-38-{number:04d}",
            f"{numbers.choice(OCOP_PRODUCTS[group])} {commune.short_name}",
            group,
            f"{owner} {village(numbers)} {commune.short_name}",
            numbers.choices((3, 4, 5), weights=(86, 13, 1))[0],
            numbers.choices((2022, 2023, 2024, 2025, 2026), weights=(8, 15, 25, 30, 22))[0],
            commune.code,
            commune.name,
        )


def _ports(periods: list[str]) -> Iterator[Row]:
    names = {commune.code: commune.name for commune in communes()}
    for code, name, place, vessels, large_share, landed in PORTS:
        for period in periods:
            numbers = seeded("so_nnmt_nong_nghiep", code, period)
            years = int(period[:4]) - REFERENCE_DATE.year
            fleet = round(vessels * 0.985**years * numbers.uniform(0.99, 1.01))
            large = round(fleet * large_share)
            equipped = round(large * min(1.0, 0.985 + 0.006 * years + numbers.uniform(0, 0.01)))
            season = (0.8, 1.15, 1.2, 0.85)[int(period[5]) - 1]
            tonnes = round(landed * season * numbers.uniform(0.9, 1.1), 1)
            yield period, code, name, place, names[place], fleet, large, equipped, tonnes
