"""Thanh tra tỉnh: inspections and complaints, totals by field and quarter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from portal.demo.simulation import Row, log_table, published_table, quarters, seeded, user_table, write_database

# field, average cases in a quarter
_FIELDS = (
    ("thanh tra hành chính", 24),
    ("thanh tra chuyên ngành", 86),
    ("tiếp công dân", 940),
    ("giải quyết khiếu nại, tố cáo", 120),
)


def build(folder: Path, round_number: int) -> None:
    """Write ``thanh_tra_tinh.db``, the same in both rounds: no quarter ends between them."""
    del round_number
    periods = quarters("2024Q1", "2026Q3")
    write_database(
        folder / "thanh_tra_tinh.db",
        [
            user_table("Thanh tra tỉnh"),
            log_table("Thanh tra tỉnh", periods),
            published_table("ket_qua", "ket-qua-thanh-tra", _results(periods)),
        ],
    )


def _results(periods: list[str]) -> Iterator[Row]:
    for period in periods:
        for field, average in _FIELDS:
            random_numbers = seeded("thanh_tra_tinh", period, field)
            cases = round(average * random_numbers.uniform(0.7, 1.3))
            closed = round(cases * random_numbers.uniform(0.75, 0.98))
            recommended = round(closed * random_numbers.uniform(0.5, 1.6))
            yield period, field, cases, closed, recommended, round(recommended * random_numbers.uniform(0.6, 0.95))
