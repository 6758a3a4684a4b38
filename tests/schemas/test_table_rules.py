"""Two tables of one dataset agree, whatever is asked of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catalog.issues import Severity
from catalog.ports import StagedTable
from tests.schemas.rule_findings import found_in, rows_of
from tests.schemas.tables import stage

RULE = {"rule": "cross-table", "field": "tong", "per": ["xa"], "table": "chi-tiet", "tableField": "so"}


def details(folder: Path, *rows: str) -> dict[str, StagedTable]:
    beside = folder / "kia"
    beside.mkdir()
    return {"chi-tiet": stage(beside, ["XA", "so", "loai"], [row.split("|") for row in rows])}


def test_the_sum_of_each_key_is_that_of_the_other_table(tmp_path: Path) -> None:
    siblings = details(tmp_path, "1|2|a", "1|3|b", "2|7|a", "2||a", "3|1|a")
    found = found_in(tmp_path, "xa tong:integer", RULE, ["1|5", "2|8", "4|1"], siblings=siblings)
    assert [fault.value for fault in found.faults if fault.row] == [
        "8 (bảng kia: 7, xa = 2)",
        "1 (bảng kia: không có, xa = 4)",
    ]
    assert [issue.message for issue in found.issues] == [
        "Cột tong (TONG): tổng ở 2 nhóm không khớp với bảng “chi-tiet”, ví dụ dòng 3: 8 (bảng kia: 7, xa = 2).",
        "Thiếu 1 nhóm có trong bảng “chi-tiet”: 3.",
    ]


@pytest.mark.parametrize(
    ("more", "rows"),
    [
        ({"tableWhen": {"field": "loai", "equals": "a"}}, ["1|2", "2|7"]),
        ({"aggregate": "count"}, ["1|2", "2|1"]),
        ({"tolerance": 0.3}, ["1|6", "2|7"]),
    ],
)
def test_conditions_counts_and_tolerances(tmp_path: Path, more: dict[str, Any], rows: list[str]) -> None:
    siblings = details(tmp_path, "1|2|a", "1|3|b", "2|7|a")
    assert found_in(tmp_path, "xa tong:integer", {**RULE, **more}, rows, siblings=siblings).issues == ()


def test_the_whole_tables_may_be_compared(tmp_path: Path) -> None:
    rule = {"rule": "cross-table", "field": "tong", "table": "chi-tiet", "tableField": "so"}
    siblings = details(tmp_path, "1|2|a", "1|3|b")
    assert rows_of(found_in(tmp_path, "xa tong:integer", rule, ["1|4", "2|2"], siblings=siblings)) == [2]


def test_a_table_that_is_not_there_is_said(tmp_path: Path) -> None:
    (issue,) = found_in(tmp_path, "xa tong:integer", RULE, ["1|5"]).issues
    assert (issue.code, issue.severity) == ("reference-missing", Severity.HOLD)
