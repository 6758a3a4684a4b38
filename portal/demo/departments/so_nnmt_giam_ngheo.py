"""Sở Nông nghiệp và Môi trường, poverty: the yearly review of poor and near-poor households by commune."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from portal.demo.communes import Commune, communes
from portal.demo.simulation import (
    Extra,
    Row,
    commune_table,
    commune_weights,
    is_coastal,
    is_upland,
    log_table,
    published_table,
    seeded,
    user_table,
    write_database,
)

FIRST_YEAR, LAST_YEAR = 2022, 2025
AVERAGE_HOUSEHOLDS = 6_100
SMALLEST_COUNT = 6

# Planted fault: these six communes had not sent their review when the year 2026 was first closed. The coverage rule
# finds 160 of 166, the table is held, and the version with the years to 2025 stays public.
NOT_YET_SENT = frozenset({"14845", "14857", "15013", "15607", "16213", "16273"})


def build(folder: Path, round_number: int) -> None:
    """Write ``so_nnmt_giam_ngheo.db``. Round 2 adds the review of 2026, incomplete."""
    years = [*range(FIRST_YEAR, LAST_YEAR + 1), *([LAST_YEAR + 1] if round_number == 2 else [])]
    write_database(
        folder / "so_nnmt_giam_ngheo.db",
        [
            commune_table(),
            user_table("Chi cục Phát triển nông thôn"),
            log_table("Giảm nghèo", [str(year) for year in years]),
            published_table(
                "ra_soat_ho_ngheo",
                "ho-ngheo",
                _reviews(years),
                extras=(Extra("nguoi_ra_soat", "tổ rà soát thôn", "Người rà soát"),),
                references={"ma_xa": "dm_xa(ma)"},
            ),
        ],
    )


def _reviews(years: list[int]) -> Iterator[Row]:
    for year in years:
        for commune in communes():
            if year > LAST_YEAR and commune.code in NOT_YET_SENT:
                continue
            yield _review(year, commune)


def _review(year: int, commune: Commune) -> Row:
    """The rate falls every year; mountains are far above the rest. No count is so small that it points at a family."""
    fixed = seeded("so_nnmt_giam_ngheo", commune.code)
    yearly = seeded("so_nnmt_giam_ngheo", commune.code, year)
    households = round(AVERAGE_HOUSEHOLDS * commune_weights()[commune.code] * 1.008 ** (year - FIRST_YEAR))
    lowest, highest = _usual_rates(commune)
    rate = fixed.uniform(lowest, highest) * 0.80 ** (year - FIRST_YEAR) * yearly.uniform(0.95, 1.05)
    poor = max(SMALLEST_COUNT, round(households * rate / 100))
    near_poor = max(SMALLEST_COUNT, round(poor * fixed.uniform(1.1, 2.0)))
    return (
        year,
        commune.code,
        commune.name,
        "miền núi" if is_upland(commune) else "ven biển" if is_coastal(commune) else "đồng bằng",
        households,
        poor,
        near_poor,
        round(poor / households * 100, 2),
        round(near_poor / households * 100, 2),
    )


def _usual_rates(commune: Commune) -> tuple[float, float]:
    """Between which percentages the poverty rate of the first year lies."""
    if is_upland(commune):
        return 9, 26
    return (0.4, 1.3) if commune.kind == "phường" else (1.6, 4.6)
