"""An older state of a table than the public one is held: its newest period went back."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from catalog.ports import GateContext
from schemas.period_guard import find_lost_periods
from tests.schemas.rule_findings import schema_for
from tests.schemas.tables import TODAY, stage


def found(folder: Path, columns: str, before: list[Any], now: list[str], key: str = "ky") -> list[str]:
    schema = schema_for(columns, primaryKey=[key])
    path = folder / "truoc.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"ky": before, "so": [1] * len(before)}), path)
    table = stage(folder, schema.field_names, [[period, "1"] for period in now])
    return [issue.message for issue in find_lost_periods(table, schema, GateContext({}, {}, path, TODAY))]


@pytest.mark.parametrize(
    ("kind", "before", "now", "is_older"),
    [
        ("year", [2024, 2025], ["2025"], False),
        ("year", [2024, 2025], ["2024", "2023"], True),
        ("year", [2025], ["2026"], False),
        ("date", [date(2026, 3, 31)], ["2026-02-28"], True),
        ("date", [date(2026, 3, 31)], ["2026-03-31", "2026-02-28"], False),
        ("yearmonth", ["2026-03"], ["2026-02"], True),
        ("year", [2025], [""], False),
        ("year", [None], ["2020"], False),
    ],
)
def test_the_newest_periods_are_compared(
    tmp_path: Path, kind: str, before: list[Any], now: list[str], is_older: bool
) -> None:
    assert bool(found(tmp_path, f"ky:{kind} so:integer", before, now)) is is_older


def test_the_message_names_both_periods(tmp_path: Path) -> None:
    (message,) = found(tmp_path, "ky:year so:integer", [2025], ["2023"])
    assert "2023" in message
    assert "2025" in message


def test_a_time_that_is_no_part_of_the_key_may_go_back(tmp_path: Path) -> None:
    assert found(tmp_path, "ky:year so:integer", [2025], ["2023"], key="so") == []


def test_a_first_version_has_nothing_to_go_back_to(tmp_path: Path) -> None:
    schema = schema_for("ky:year", primaryKey=["ky"])
    table = stage(tmp_path, schema.field_names, [["2023"]])
    assert list(find_lost_periods(table, schema, GateContext({}, {}, None, TODAY))) == []
