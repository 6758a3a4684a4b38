"""Numbers that follow from others: sums, shares, formulas, ratios."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.issues import Dimension, Severity
from tests.schemas.rule_findings import found_in, only_issue, rows_of


def test_a_total_column_is_the_sum_of_its_parts(tmp_path: Path) -> None:
    rule = {"rule": "parts-sum", "field": "tong", "parts": ["a", "b"]}
    rows = ["3|1|2", "4|1|2", "5||5", "x|1|1", "|1|1"]
    found = found_in(tmp_path, "tong:integer a:integer b:integer", rule, rows)
    issue = only_issue(found)
    assert issue.message == "Cột tong (TONG) không khớp với tổng của a, b ở 1 dòng, ví dụ dòng 3: 4 (tính ra 3,00)."
    assert (issue.severity, issue.dimension) == (Severity.HOLD, Dimension.CONSISTENT)
    assert (rows_of(found), found.faults[0].fields) == ([3], ("tong", "a", "b"))


def test_an_empty_part_may_count_nothing(tmp_path: Path) -> None:
    rule = {"rule": "parts-sum", "field": "tong", "parts": ["a", "b"], "emptyAsZero": True}
    assert rows_of(found_in(tmp_path, "tong:integer a:integer b:integer", rule, ["5||5", "6||5", "7|x|7"])) == [3]


def test_a_sum_of_rounded_parts_may_be_off_by_their_rounding(tmp_path: Path) -> None:
    rule = {"rule": "parts-sum", "field": "tong", "parts": ["a", "b"]}
    rows = ["10.1|5.0|5.0", "10.2|5.0|5.0", "0.3|0.1|0.2"]
    assert rows_of(found_in(tmp_path, "tong:number a:number b:number", rule, rows)) == [3]


def test_a_total_row_is_the_sum_of_its_group(tmp_path: Path) -> None:
    rule = {"rule": "total-row", "field": "n", "per": ["ky"], "totalWhere": {"field": "xa", "equals": "Tổng số"}}
    rows = ["1|a|2", "1|b|3", "1|Tổng số|5", "2|Tổng số|9", "2|a|4", "2|b|4", "3|Tổng số|7"]
    found = found_in(tmp_path, "ky xa n:integer", rule, rows)
    assert only_issue(found).code == "total-row"
    assert (rows_of(found), found.faults[0].value) == ([5], "9 (tính ra 8,00)")


@pytest.mark.parametrize(("last", "broken"), [("49.6", []), ("49.4", [2])])
def test_shares_of_a_group_add_up_to_a_hundred(tmp_path: Path, last: str, broken: list[int]) -> None:
    rule = {"rule": "shares", "field": "ty_le", "per": ["ky"]}
    rows = ["1|30", "2|100", "1|20", f"1|{last}"]
    found = found_in(tmp_path, "ky ty_le:number", rule, rows)
    assert rows_of(found) == broken
    if broken:
        assert "không cộng thành 100, ví dụ dòng 2: 99,40 (ky = 1)." in only_issue(found).message


def test_a_formula_may_differ_by_its_rounding(tmp_path: Path) -> None:
    rule = {"rule": "formula", "field": "tan", "formula": "ha * ta_ha / 10", "tolerance": 0.02}
    rows = ["600|100|60", "611|100|60", "6000|100|60", "9|1|", "0|0.01|0.4"]
    found = found_in(tmp_path, "tan:number ha:number ta_ha:number", rule, rows)
    assert "không khớp với công thức ha * ta_ha / 10 ở 1 dòng, ví dụ dòng 4" in only_issue(found).message
    assert found.faults[0].value == "6000 (tính ra 600,0)"


@pytest.mark.parametrize(("shown", "broken"), [("66.7", []), ("66.67", []), ("66.9", [2]), ("0.667", [2]), ("", [])])
def test_a_percentage_is_what_part_and_whole_make(tmp_path: Path, shown: str, broken: list[int]) -> None:
    rule = {"rule": "ratio", "field": "ty_le", "part": "dung", "whole": ["dung", "qua"]}
    rows = [f"{shown}|2|1", "5|0|0"]
    assert rows_of(found_in(tmp_path, "ty_le:number dung:integer qua:integer", rule, rows)) == broken


def test_only_the_rows_that_a_condition_picks_are_looked_at(tmp_path: Path) -> None:
    rule = {"rule": "formula", "field": "b", "formula": "a", "when": {"field": "loai", "equals": ["x", "y"]}}
    assert rows_of(found_in(tmp_path, "loai a:integer b:integer", rule, ["x|1|2", "z|1|2", "y|1|2"])) == [2, 4]


def test_the_dictionary_may_make_a_rule_weigh_more(tmp_path: Path) -> None:
    rule = {"rule": "formula", "field": "b", "formula": "a", "severity": "error"}
    assert only_issue(found_in(tmp_path, "a:integer b:integer", rule, ["1|2"])).severity is Severity.ERROR
