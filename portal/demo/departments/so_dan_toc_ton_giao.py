"""Sở Dân tộc và Tôn giáo: support for upland communes, totals by commune and year."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from portal.demo.communes import communes
from portal.demo.simulation import (
    Row,
    commune_table,
    is_upland,
    log_table,
    published_table,
    seeded,
    user_table,
    write_database,
)

SMALLEST_SHOWN = 5


def build(folder: Path, round_number: int) -> None:
    """Write ``so_dan_toc_ton_giao.db``, the same in both rounds."""
    del round_number
    write_database(
        folder / "so_dan_toc_ton_giao.db",
        [
            commune_table(),
            user_table("Sở Dân tộc và Tôn giáo"),
            log_table("Sở Dân tộc và Tôn giáo", ["2025", "2026"]),
            published_table("ho_tro", "ho-tro-vung-dan-toc", _support(), references={"ma_xa": "dm_xa(ma)"}),
        ],
    )


def _support() -> Iterator[Row]:
    for year in (2025, 2026):
        for commune in filter(is_upland, communes()):
            random_numbers = seeded("so_dan_toc_ton_giao", year, commune.code)
            planned = random_numbers.randrange(2_000, 24_000, 50)
            households = random_numbers.randrange(0, 140)
            yield (
                year,
                commune.code,
                commune.name,
                random_numbers.randrange(1, 9),
                planned,
                round(planned * random_numbers.uniform(0.55, 1.0)),
                households if households >= SMALLEST_SHOWN else None,
            )
