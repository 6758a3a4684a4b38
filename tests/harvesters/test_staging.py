"""How values become text, and what happens when the disk is full."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from catalog.errors import StorageFull
from harvesters.staging import StagingFile, UnwritableValue, staging_path, text_of


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("00123", "00123"),
        (True, "true"),
        (False, "false"),
        (12, "12"),
        (12.0, "12"),
        (-0.5, "-0.5"),
        (1e-7, "0.0000001"),
        (1e22, "10000000000000000000000"),
        (float("nan"), "nan"),
        (Decimal("1E+5"), "100000"),
        (Decimal("1.50"), "1.50"),
        (date(2026, 2, 28), "2026-02-28"),
        (datetime(2026, 2, 28, 7, 0, 5), "2026-02-28T07:00:05"),  # noqa: DTZ001
        (datetime(2026, 2, 28, 0, 0, tzinfo=UTC), "2026-02-28T07:00:00+07:00"),
        (time(7, 30), "07:30:00"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (["Xã", 1], '["Xã", 1]'),
        ({"tuyến": Decimal("1.5")}, '{"tuyến": "1.5"}'),
    ],
)
def test_a_value_has_one_canonical_text(value: object, text: str) -> None:
    assert text_of(value) == text


def test_bytes_have_no_text() -> None:
    with pytest.raises(UnwritableValue):
        text_of(b"\x89PNG")


def test_line_ends_inside_cells_cannot_end_a_row(tmp_path: Path) -> None:
    with StagingFile(tmp_path / "a.csv", ("ma", "ten")) as staging:
        staging.write_rows([("1", "hai\r\ndòng"), ("2", "ba\rdòng")])
    assert (tmp_path / "a.csv").read_bytes().decode() == 'ma,ten\n1,"hai\ndòng"\n2,"ba\ndòng"\n'


def test_keys_that_look_alike_as_file_names_stay_apart(tmp_path: Path) -> None:
    assert staging_path(tmp_path, 0, "xã/../a") == tmp_path / "000-xa-a.csv"
    assert staging_path(tmp_path, 1, "xa a") == tmp_path / "001-xa-a.csv"
    assert staging_path(tmp_path, 2, "…") == tmp_path / "002-bang.csv"


@pytest.mark.parametrize("rows", [1, 50_000])
def test_a_full_disk_is_said_to_be_full_and_leaves_nothing(tmp_path: Path, rows: int) -> None:
    path = tmp_path / "day.csv"
    path.symlink_to("/dev/full")
    with pytest.raises(StorageFull, match="đầy"), StagingFile(path, ("ma",)) as staging:
        staging.write_rows([("x" * 50,)] * rows)
    assert list(tmp_path.iterdir()) == []


def test_a_table_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(UnwritableValue), StagingFile(tmp_path / "a.csv", ("ma",)) as staging:
        staging.write_rows([("1",), (b"",)])
    assert list(tmp_path.iterdir()) == []
