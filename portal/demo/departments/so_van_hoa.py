"""Sở Văn hóa, Thể thao và Du lịch: one workbook with listed monuments, visits by quarter, and this year's festivals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from portal.demo.communes import communes
from portal.demo.place_names import village
from portal.demo.simulation import Row, point_in, quarters, random_day, replacement, seeded
from schemas.definitions_loader import shipped_schemas

WORLD, SPECIAL, NATIONAL, PROVINCIAL = "di sản thế giới", "quốc gia đặc biệt", "quốc gia", "tỉnh"
HISTORY, BUILDING, DIGGING, LANDSCAPE = "lịch sử", "kiến trúc nghệ thuật", "khảo cổ", "danh lam thắng cảnh"

# Well-known places: name, kind, listing, year, entrance fee, commune code, visits in a usual quarter (thousands).
# Names and places are real; years and visits are simulated.
KNOWN = (
    ("Thành Nhà Hồ", BUILDING, WORLD, 2011, True, "15361", 48),
    ("Khu di tích Lam Kinh", HISTORY, SPECIAL, 2012, True, "15544", 62),
    ("Đền Bà Triệu", HISTORY, SPECIAL, 2014, False, "16021", 33),
    ("Đền thờ Lê Hoàn", HISTORY, SPECIAL, 2018, False, "15592", 14),
    ("Hang Con Moong", DIGGING, SPECIAL, 2015, False, "15229", 4),
    ("Khu danh thắng Sầm Sơn", LANDSCAPE, SPECIAL, 2019, False, "16531", 410),
    ("Khu di tích Hàm Rồng", HISTORY, NATIONAL, 1962, False, "14758", 55),
    ("Suối cá thần Cẩm Lương", LANDSCAPE, NATIONAL, 2011, True, "15148", 46),
    ("Đền Nưa - Am Tiên", HISTORY, NATIONAL, 2009, False, "15715", 58),
    ("Phủ Trịnh - Nghè Vẹt", HISTORY, NATIONAL, 1995, False, "15382", 6),
    ("Thái miếu nhà Hậu Lê", HISTORY, NATIONAL, 1995, False, "14797", 9),
    ("Chiến khu Ngọc Trạo", HISTORY, NATIONAL, 1999, False, "15250", 5),
    ("Căn cứ khởi nghĩa Ba Đình", HISTORY, NATIONAL, 1998, False, "16171", 4),
    ("Động Từ Thức", LANDSCAPE, NATIONAL, 1992, True, "16171", 11),
    ("Bảng Môn Đình", BUILDING, NATIONAL, 1990, False, "15961", 5),
    ("Đền Sòng Sơn", HISTORY, NATIONAL, 1993, False, "14818", 37),
    ("Thắng cảnh Bến En", LANDSCAPE, NATIONAL, 2007, True, "16258", 16),
    ("Thắng cảnh Pù Luông", LANDSCAPE, PROVINCIAL, 2018, False, "14956", 44),
    ("Đền Cửa Đạt", HISTORY, PROVINCIAL, 2006, False, "15622", 21),
    ("Lạch Trường", LANDSCAPE, PROVINCIAL, 2015, False, "15991", 72),
)
OTHERS = 230
FIRST_QUARTER, LAST_QUARTER = "2024Q1", "2026Q3"
SEASONS = (1.35, 1.2, 1.15, 0.5)


def build(folder: Path, round_number: int) -> None:
    """Write ``so_van_hoa/di_tich_va_le_hoi.xlsx``, byte for byte the same in every round."""
    # Two sheets come from the department's program, with its names of columns; the third is kept by hand, with titles.
    sheets: dict[str, tuple[Sequence[str], list[Row]]] = {
        "Di tích": (shipped_schemas()["di-tich"].field_names, list(_monuments())),
        "Lượt khách": (shipped_schemas()["luot-khach-di-tich"].field_names, list(_visits())),
        "Lễ hội": ([field.title for field in shipped_schemas()["le-hoi"].fields], list(_festivals())),
    }
    _write_workbook(folder / "so_van_hoa" / "di_tich_va_le_hoi.xlsx", sheets)


def _monuments() -> Iterator[Row]:
    by_code = {commune.code: commune for commune in communes()}
    numbers = seeded("so_van_hoa", "di tich")
    for number, (name, kind, listing, year, fee, code, _) in enumerate(KNOWN, start=1):
        yield (
            f"DT-{number:04d}",
            name,
            kind,
            listing,
            year,
            fee,
            code,
            by_code[code].name,
            *point_in(by_code[code], numbers),
        )
    kinds = {
        "Đình làng": BUILDING,
        "Đền thờ": HISTORY,
        "Chùa": BUILDING,
        "Nghè": BUILDING,
        "Từ đường": HISTORY,
        "Hang": DIGGING,
    }
    for number in range(len(KNOWN) + 1, len(KNOWN) + OTHERS + 1):
        commune = numbers.choice(communes())
        kind = numbers.choices(tuple(kinds), weights=(30, 28, 18, 14, 8, 2))[0]
        listing = PROVINCIAL if numbers.random() < 0.8 else NATIONAL
        name = f"{kind} {village(numbers)}"
        yield (f"DT-{number:04d}", name, kinds[kind], listing, numbers.randrange(1990, 2025), False,
               commune.code, commune.name, *point_in(commune, numbers))  # fmt: skip


def _visits() -> Iterator[Row]:
    for period in quarters(FIRST_QUARTER, LAST_QUARTER):
        for number, (_, kind, _, _, _, _, thousands) in enumerate(KNOWN, start=1):
            numbers = seeded("so_van_hoa", "luot khach", period, number)
            season = (0.25, 1.7, 1.8, 0.2)[int(period[5]) - 1] if kind == LANDSCAPE else SEASONS[int(period[5]) - 1]
            visits = round(thousands * 1000 * season * 1.06 ** (int(period[:4]) - 2024) * numbers.uniform(0.85, 1.15))
            yield period, f"DT-{number:04d}", visits, round(visits * numbers.uniform(0.004, 0.05))


def _festivals() -> Iterator[Row]:
    """Planted fault, from the start: two festivals end on days that no calendar has (31/02/2026, 31/04/2026). Days that
    cannot be read reject the table, so this dataset has never been published until the department corrects them."""
    numbers = seeded("so_van_hoa", "le hoi")
    impossible = {17: "31/02/2026", 41: "31/04/2026"}
    for number in range(1, 65):
        commune = numbers.choice(communes())
        start = random_day(numbers, date(2026, 2, 17), date(2026, 4, 25))
        end = start + timedelta(days=numbers.randrange(0, 3))
        yield (
            f"LH-{number:03d}",
            f"Lễ hội {numbers.choice(('đền', 'chùa', 'đình làng'))} {village(numbers)}",
            numbers.choices(("xã", "liên xã", "tỉnh"), weights=(75, 20, 5))[0],
            f"{start:%d/%m/%Y}",
            impossible.get(number, f"{end:%d/%m/%Y}"),
            numbers.randrange(5, 160) * 100,
            commune.code,
            commune.name,
        )


def _write_workbook(path: Path, sheets: dict[str, tuple[Sequence[str], list[Row]]]) -> None:
    """Codes stay text; the properties are fixed, so that equal content gives equal bytes."""
    import xlsxwriter

    with replacement(path) as temporary:
        book = xlsxwriter.Workbook(temporary, {"strings_to_numbers": False})
        book.set_properties(
            {"author": "Sở Văn hóa, Thể thao và Du lịch", "created": datetime(2026, 10, 31, tzinfo=UTC)}
        )
        for name, (header, rows) in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, header, book.add_format({"bold": True}))
            for position, row in enumerate(rows, start=1):
                sheet.write_row(position, 0, row)
            sheet.freeze_panes(1, 0)
            sheet.autofit()
        book.close()
