"""What may stand together in a row, and times and cumulative numbers in their order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catalog.issues import Dimension, Severity
from catalog.layout import RowNumbers
from schemas.rules import RuleFindings
from tests.schemas.rule_findings import found_in, only_issue, rows_of


def test_a_cell_is_required_where_the_condition_holds(tmp_path: Path) -> None:
    rule = {"rule": "required-when", "field": "ly_do", "if": {"field": "ket_qua", "equals": "từ chối"}}
    found = found_in(tmp_path, "ket_qua ly_do", rule, ["từ chối|thiếu hồ sơ", "từ chối|", "đồng ý|"])
    issue = only_issue(found)
    assert "Cột ly_do (LY_DO) phải có giá trị khi ket_qua = từ chối: 1 dòng chưa đúng, ví dụ dòng 3" in issue.message
    assert (issue.severity, issue.dimension, rows_of(found)) == (Severity.ERROR, Dimension.COMPLETE, [3])


def test_a_cell_may_have_to_be_empty(tmp_path: Path) -> None:
    rule = {"rule": "required-when", "field": "b", "if": {"field": "a", "filled": False}, "then": "empty"}
    assert rows_of(found_in(tmp_path, "a b", rule, ["|x", "|", "y|x"])) == [2]


def test_only_listed_combinations_are_allowed(tmp_path: Path) -> None:
    rule = {"rule": "combinations", "fields": ["cap", "loai"], "allowed": [["1", "xã"], ["2", "tỉnh"]]}
    found = found_in(tmp_path, "cap loai", rule, ["1|xã", "1|tỉnh", "2|", "2|xã"])
    assert rows_of(found) == [3, 5]
    assert only_issue(found).remedy == "Chỉ dùng các cặp: 1 + xã; 2 + tỉnh."


def test_columns_may_be_unique_together(tmp_path: Path) -> None:
    rule = {"rule": "unique-together", "fields": ["a", "b"]}
    found = found_in(tmp_path, "a b", rule, ["1|2", "1|3", "1|2", "|", "|", "1|2"])
    assert [(fault.row, fault.value) for fault in found.faults] == [
        (4, "1, 2 (trùng dòng 2)"),
        (7, "1, 2 (trùng dòng 2)"),
    ]


NAME = {"rule": "name-of-code", "field": "ten", "codeField": "ma", "codeList": "xa-thanh-hoa"}


@pytest.mark.parametrize(
    ("code", "name", "fits"),
    [
        ("15724", "Xã Đồng Tiến", True),
        ("15724", "đồng tiến", True),
        ("15724", "Phường Đồng Tiến", False),
        ("15724", "Đông Tiến", False),
        ("15853", "Đông Tiến", True),
        ("99999", "Đông Tiến", True),
        ("15853", "", True),
    ],
)
def test_a_name_is_that_of_its_code(tmp_path: Path, code: str, name: str, fits: bool) -> None:
    found = found_in(tmp_path, "ma ten", NAME, [f"{code}|{name}"])
    assert rows_of(found) == ([] if fits else [2])
    if not fits:
        assert "(15724 là Xã Đồng Tiến)" in only_issue(found).message


@pytest.mark.parametrize(
    ("earlier", "later", "strict", "fits"),
    [
        ("2026-02-01", "2026-01-31", False, False),
        ("2026-02-01", "2026-02-01", False, True),
        ("2026-02-01", "2026-02-01", True, False),
        ("2026-05-07", "2026", False, True),
        ("202605", "2026Q1", False, False),
        ("2026Q1", "202603", False, True),
        ("2026-05-07T10:00:00", "2026-05-07T09:00:00", False, False),
        ("2026", "2025", False, False),
        ("", "2025", False, True),
        ("sau Tết", "2025", False, True),
    ],
)
def test_two_times_keep_their_order(tmp_path: Path, earlier: str, later: str, strict: bool, fits: bool) -> None:
    rule = {"rule": "temporal-order", "earlier": "a", "later": "b", "strict": strict}
    assert rows_of(found_in(tmp_path, "a b", rule, [f"{earlier}|{later}"])) == ([] if fits else [2])


MONOTONE = {"rule": "monotone", "field": "n", "per": ["xa"], "order": "ky"}
SERIES = ["a|202511|5", "a|202512|8", "a|202601|2", "a|202603|2", "a|202602|", "b|202601|1"]


@pytest.mark.parametrize(
    ("options", "rows", "code"),
    [
        ({}, [4], "decreasing"),
        ({"resetsEachYear": True}, [], ""),
        ({"resetsEachYear": True, "strict": True}, [5], "decreasing"),
        ({"direction": "down"}, [3], "increasing"),
        ({"direction": "down", "strict": True}, [3, 5], "increasing"),
    ],
)
def test_a_cumulative_number_goes_one_way(tmp_path: Path, options: dict[str, Any], rows: list[int], code: str) -> None:
    found = found_in(tmp_path, "xa ky n:integer", {**MONOTONE, **options}, SERIES)
    assert rows_of(found) == rows
    assert [issue.code for issue in found.issues] == ([code] if code else [])


def test_an_outlier_is_far_from_its_group(tmp_path: Path) -> None:
    rule = {"rule": "outlier", "field": "n", "groupBy": "k"}
    rows = [f"a|{number}" for number in (10, 11, 12, 9, 10, 11, 12, 9)] + ["a|60", "b|60", "a|", "a|14"]
    found = found_in(tmp_path, "k n:number", rule, rows)
    assert rows_of(found) == [10]
    assert only_issue(found).severity is Severity.WARNING


def test_rows_are_numbered_as_their_owner_sees_them(tmp_path: Path) -> None:
    rule = {"rule": "not-above", "field": "a", "limit": "b"}
    found = found_in(tmp_path, "a:integer b:integer", rule, ["1|2", "3|2"], numbers=RowNumbers(((2, 9),)))
    assert rows_of(found) == [10]
    assert only_issue(found).examples[0].row == 10


def test_every_fault_can_be_had_and_all_are_counted(tmp_path: Path) -> None:
    rule = {"rule": "not-above", "field": "a", "limit": "b"}
    found: RuleFindings = found_in(tmp_path, "a:integer b:integer", rule, ["3|2"] * 1200)
    assert (only_issue(found).count, len(found.faults), len(only_issue(found).examples)) == (1200, 1000, 5)


def test_a_line_break_in_a_cell_does_not_shift_the_rows(tmp_path: Path) -> None:
    rule = {"rule": "required-when", "field": "b", "if": {"field": "a", "filled": True}}
    assert rows_of(found_in(tmp_path, "a b", rule, ["một hai|x", "ba|", "bốn\nnăm|x", "sáu|"])) == [3, 5]
