"""Sở Giáo dục và Đào tạo: a folder of CSV files as clerks save them: schools, and admissions to grade 10."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from portal.demo.communes import Commune, communes
from portal.demo.place_names import HONOURED
from portal.demo.simulation import Row, commune_weights, point_in, seeded, write_csv
from schemas.definitions_loader import shipped_schemas

SCHOOL_YEAR = "2026-2027"
SECONDARY = "trung học phổ thông"

# Level, first digit of the school's number, short name, schools in an average commune, classes, pupils in a class,
# teachers in a class.
LEVELS = (
    ("mầm non", 1, "Trường Mầm non", 4.0, 13, 27, 1.9),
    ("tiểu học", 2, "Trường Tiểu học", 3.6, 19, 31, 1.4),
    ("trung học cơ sở", 3, "Trường THCS", 3.6, 12, 36, 1.9),
    (SECONDARY, 4, "Trường THPT", 0.62, 29, 41, 2.2),
    ("giáo dục thường xuyên", 5, "Trung tâm GDNN-GDTX", 0.15, 11, 34, 1.8),
)


def build(folder: Path, round_number: int) -> None:
    """Write ``so_giao_duc/truong_hoc.csv`` and ``tuyen_sinh_lop_10.csv``. Round 2 sends the schools again with identity
    numbers among them."""
    target = folder / "so_giao_duc"
    header = shipped_schemas()["truong-hoc"].field_names
    schools = _schools()
    if round_number == 2:
        write_csv(target / "truong_hoc.csv", (*header, "so_cccd_hieu_truong"), _with_identity_numbers(schools))
    else:
        write_csv(target / "truong_hoc.csv", header, schools)
    titles = [field.title for field in shipped_schemas()["tuyen-sinh-lop-10"].fields]
    # As a Vietnamese spreadsheet saves it: titles for names, semicolons, decimal commas, day/month/year.
    write_csv(target / "tuyen_sinh_lop_10.csv", titles, _admissions(schools), delimiter=";")


def _with_identity_numbers(schools: list[Row]) -> Iterator[Row]:
    """Planted fault: a clerk added a column with the identity number (CCCD) of each school's head, and copied some of
    them into the notes. The numbers are simulated, of valid form. The gate holds the table for a person."""
    for number, school in enumerate(schools):
        identity = f"0380{70 + number % 20}{number:06d}"
        note = f"Hiệu trưởng mới, căn cước {identity}" if number % 200 == 7 else school[-1]
        yield (*school[:-1], note, identity)


def _schools() -> list[Row]:
    return [school for commune in communes() for school in _schools_of(commune)]


def _schools_of(commune: Commune) -> Iterator[Row]:
    numbers = seeded("so_giao_duc", commune.code)
    weight = commune_weights()[commune.code]
    position = communes().index(commune)
    for level, digit, short, usual, classes, pupils, teachers in LEVELS:
        count = usual * weight**0.5
        sites = int(count) + (numbers.random() < count % 1)
        names = numbers.sample(HONOURED, sites)
        for site in range(sites):
            size = max(4, round(classes * weight**0.4 * numbers.uniform(0.6, 1.4)))
            private = level in ("mầm non", SECONDARY) and numbers.random() < 0.08
            yield (
                SCHOOL_YEAR,
                f"38{digit}{position:03d}{site + 1:02d}",
                f"{short} {names[site] if site else commune.short_name}" + (" (tư thục)" if private else ""),
                level,
                "tư thục" if private else "công lập",
                numbers.choices((0, 1, 2), weights=(14, 62, 24))[0],
                size,
                round(size * pupils * numbers.uniform(0.8, 1.12)),
                round(size * teachers * numbers.uniform(0.85, 1.1)),
                f"02370{digit}{position:03d}{site:02d}",
                commune.code,
                commune.name,
                *point_in(commune, numbers),
                "Có hai điểm trường" if numbers.random() < 0.06 else "",
            )


def _admissions(schools: list[Row]) -> Iterator[Row]:
    """Three summers of the public upper secondary schools; mountain schools admit by records, without a score."""
    weights = commune_weights()
    for year, day in ((2024, "22/06/2024"), (2025, "20/06/2025"), (2026, "19/06/2026")):
        for school in schools:
            code, name, level, ownership, commune_code, commune_name = (school[i] for i in (1, 2, 3, 4, 10, 11))
            if level != SECONDARY or ownership != "công lập":
                continue
            numbers = seeded("so_giao_duc", "lop 10", year, code)
            strength = seeded("so_giao_duc", "suc hut", code).uniform(0.75, 1.25) * weights[commune_code] ** 0.3
            quota = numbers.randrange(6, 15) * 42
            score = None if weights[commune_code] < 0.4 else min(46.0, max(11.0, 25 * strength + numbers.gauss(0, 1.2)))
            yield (
                year,
                code,
                name,
                commune_code,
                commune_name,
                quota,
                round(quota * strength * numbers.uniform(0.95, 1.2)),
                f"{score:.2f}".replace(".", ",") if score is not None else "",
                day,
            )
