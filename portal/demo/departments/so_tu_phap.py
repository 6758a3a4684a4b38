"""Sở Tư pháp: notary organizations, and civil status events by commune and quarter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from portal.demo.communes import communes
from portal.demo.simulation import (
    Row,
    commune_table,
    commune_weights,
    log_table,
    point_in,
    published_table,
    quarters,
    seeded,
    user_table,
    write_database,
)

SMALLEST_SHOWN = 5
IN_COMMUNE = {"ma_xa": "dm_xa(ma)"}


def build(folder: Path, round_number: int) -> None:
    """Write ``so_tu_phap.db``. Round 2 adds the third quarter of 2026, with duplicate rows among it."""
    periods = quarters("2025Q3", "2026Q2" if round_number == 1 else "2026Q3")
    write_database(
        folder / "so_tu_phap.db",
        [
            commune_table(),
            user_table("Sở Tư pháp"),
            log_table("Sở Tư pháp", periods),
            published_table("to_chuc_cong_chung", "to-chuc-cong-chung", _notaries(), references=IN_COMMUNE),
            published_table(
                "ho_tich_xa",
                "ho-tich-theo-xa",
                [*_civil_status(periods), *(_imported_twice() if round_number == 2 else ())],
                references=IN_COMMUNE,
                keyed=round_number == 1,
            ),
        ],
    )


def _notaries() -> Iterator[Row]:
    random_numbers = seeded("so_tu_phap", "cong chung")
    busiest = sorted(communes(), key=lambda commune: -commune_weights()[commune.code])[:48]
    for number, commune in enumerate(busiest, start=1):
        kind = "phòng công chứng" if number <= 3 else "văn phòng công chứng"
        name = f"{kind.capitalize()} số {number} (mô phỏng)" if number <= 3 else f"{kind.capitalize()} mẫu {number:02d}"
        address = f"Số {random_numbers.randrange(1, 300)} đường mẫu, {commune.name}"
        telephone = f"0237000{number:04d}"
        notaries = random_numbers.randrange(2, 6)
        yield (
            f"CC{number:03d}",
            name,
            kind,
            address,
            commune.code,
            commune.name,
            telephone,
            notaries,
            *point_in(commune, random_numbers),
        )


def _civil_status(periods: list[str]) -> Iterator[Row]:
    for period in periods:
        for commune in communes():
            random_numbers = seeded("so_tu_phap", "ho tich", period, commune.code)
            weight = commune_weights()[commune.code]
            yield (
                period,
                commune.code,
                commune.name,
                *(_shown(weight * average * random_numbers.uniform(0.75, 1.25)) for average in (74, 41, 38)),
            )


def _shown(count: float) -> int | None:
    return round(count) if count >= SMALLEST_SHOWN else None


def _imported_twice() -> Iterator[Row]:
    """Planted fault: seven communes of the newest quarter were imported a second time, with other counts. The key
    (ky, ma_xa) is no longer unique, so the table is rejected and the version of round 1 stays public."""
    for commune in communes()[:7]:
        yield "2026Q3", commune.code, commune.name, 60, 35, 30
