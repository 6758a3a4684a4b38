"""Sở Nội vụ: the communes and where the former ones went (real facts), and posts by body (simulated, internal)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from catalog.model import OrganizationKind
from portal.demo.communes import communes, unit_changes
from portal.demo.organizations import demo_organizations
from portal.demo.simulation import Row, log_table, published_table, seeded, user_table, write_database


def build(folder: Path, round_number: int) -> None:
    """Write ``so_noi_vu.db``, the same in both rounds: the list changes only when the units do."""
    del round_number
    write_database(
        folder / "so_noi_vu.db",
        [
            user_table("Sở Nội vụ"),
            log_table("Sở Nội vụ", ["202507"]),
            published_table("don_vi_hanh_chinh", "don-vi-hanh-chinh-cap-xa", _units()),
            published_table(
                "chuyen_doi",
                "chuyen-doi-don-vi-cap-xa",
                _changes(),
                references={"ma_xa": "don_vi_hanh_chinh(ma)"},
            ),
            published_table("bien_che", "bien-che-theo-co-quan", _posts()),
        ],
    )


def _units() -> Iterator[Row]:
    former = Counter(change.new_code for change in unit_changes())
    for commune in communes():
        yield (
            commune.code,
            commune.name,
            commune.short_name,
            commune.kind,
            commune.area,
            "; ".join(commune.former_districts),
            former[commune.code],
            commune.latitude,
            commune.longitude,
        )


def _changes() -> Iterator[Row]:
    for change in unit_changes():
        yield (
            change.old_code,
            change.old_name,
            change.old_district_code,
            change.old_district,
            change.new_code,
            change.new_name,
            int(change.divided),
        )


def _posts() -> Iterator[Row]:
    for year in (2025, 2026):
        for body in demo_organizations():
            if body.is_current and body.kind is not OrganizationKind.PROVINCE:
                random_numbers = seeded("so_noi_vu", "bien che", year, body.code)
                posts = random_numbers.randrange(38, 240)
                yield year, body.code, body.title, posts, posts - random_numbers.randrange(0, 9)
