"""Rules of the dictionary: what each finds, and what it leaves alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from catalog.dictionary import TableSchema
from catalog.issues import Dimension, Issue, Severity
from catalog.periods import end_of_period
from catalog.ports import GateContext, StagedTable
from schemas.rules import apply_rules, verify_rules
from tests.schemas.tables import COMMUNES, TODAY, schema_of, stage

FIELDS = (
    {"name": "ky", "title": "Kỳ"},
    {"name": "xa", "title": "Mã xã"},
    {"name": "ha", "title": "Diện tích", "type": "number"},
    {"name": "ta_ha", "title": "Năng suất", "type": "number"},
    {"name": "tan", "title": "Sản lượng", "type": "number"},
    {"name": "ngay", "title": "Ngày", "type": "date"},
    {"name": "het", "title": "Hết hạn", "type": "date"},
)
NAMES = [field["name"] for field in FIELDS]


def schema_with(*rules: dict[str, Any]) -> TableSchema:
    return schema_of(*FIELDS, rules=list(rules))


def row(**cells: str) -> list[str]:
    return [cells.get(name, "") for name in NAMES]


def findings(folder: Path, rule: dict[str, Any], *rows: list[str], today: date = TODAY) -> list[Issue]:
    table: StagedTable = stage(folder, NAMES, rows)
    return list(apply_rules(table, schema_with(rule), GateContext({COMMUNES.name: COMMUNES}, {}, None, today)).issues)


COVERAGE = {"rule": "coverage", "field": "xa", "codeList": "xa-thanh-hoa"}


def test_coverage_names_the_codes_that_are_missing_but_not_the_expired_ones(tmp_path: Path) -> None:
    (issue,) = findings(tmp_path, COVERAGE, row(xa="14812"), row(xa="15853"))
    assert issue.message == "Thiếu 1/3 mục của danh mục “Xã, phường”: 15724 Xã Đồng Tiến."
    assert (issue.severity, issue.dimension, issue.count) == (Severity.HOLD, Dimension.COMPLETE, 1)


def test_coverage_is_asked_of_every_group(tmp_path: Path) -> None:
    rows = [row(ky=ky, xa=code.code) for ky in ("2025", "2026") for code in COMMUNES.codes[:3]]
    assert findings(tmp_path, {**COVERAGE, "per": ["ky"]}, *rows) == []
    (issue,) = findings(tmp_path, {**COVERAGE, "per": ["ky"]}, *rows[1:5])
    assert issue.count == 2
    assert "ở ky = 2025: 14812 Phường Hạc Thành. Còn 1 nhóm khác cũng thiếu." in issue.message
    assert issue.examples[1].value == "15853 Phường Đông Tiến (ky = 2026)"


def test_codes_too_many_are_named_with_what_became_of_them(tmp_path: Path) -> None:
    rows = [row(xa=code.code) for code in COMMUNES.codes] + [row(xa="99999"), row()]
    (issue,) = findings(tmp_path, COVERAGE, *rows)
    assert (issue.code, issue.severity, issue.count) == ("coverage-surplus", Severity.HOLD, 2)
    assert [example.value for example in issue.examples] == [
        "00384 (Huyện Bá Thước, hết hiệu lực ngày 30/06/2025)",
        "99999 (không có trong danh mục)",
    ]


def test_the_codes_asked_for_are_those_of_the_time_that_the_rows_tell_of(tmp_path: Path) -> None:
    rule = {**COVERAGE, "period": "ky"}
    current = [row(ky="2026", xa=code.code) for code in COMMUNES.codes[:3]]
    former = [row(ky="202503", xa=code.code) for code in COMMUNES.codes]
    assert findings(tmp_path, rule, *current, *former) == []
    (issue,) = findings(tmp_path, rule, *current, *former[:3])
    assert issue.message.endswith("Thiếu 1/4 mục của danh mục “Xã, phường” ở ky = 202503: 00384 Huyện Bá Thước.")


MAGNITUDE = {"rule": "magnitude", "field": "ha", "factor": 100}


def test_magnitude_finds_the_value_in_a_wrong_unit(tmp_path: Path) -> None:
    rows = [row(ha=str(100 + number)) for number in range(9)]
    assert findings(tmp_path, MAGNITUDE, *rows, row(ha="9000"), row(ha=""), row(ha="0"), row(ha="x")) == []
    (issue,) = findings(tmp_path, MAGNITUDE, *rows, row(ha="104000"))
    assert issue.severity is Severity.HOLD
    assert (
        "Diện tích): 1 giá trị lớn gấp tới 995 lần mức thường thấy, có thể sai đơn vị, ví dụ dòng 11" in issue.message
    )
    assert (issue.examples[0].row, issue.examples[0].value) == (11, "104000")


def test_rows_are_counted_in_the_vietnamese_way(tmp_path: Path) -> None:
    (issue,) = findings(tmp_path, MAGNITUDE, *[row(ha="100")] * 7035, row(ha="104000"))
    assert issue.message.endswith("ví dụ dòng 7.037: 104000.")


def test_magnitude_compares_within_the_group(tmp_path: Path) -> None:
    rows = [row(ky="a", ha="1")] * 3 + [row(ky="b", ha="1000")] * 3
    assert findings(tmp_path, {**MAGNITUDE, "groupBy": ["ky"]}, *rows) == []
    (issue,) = findings(tmp_path, {**MAGNITUDE, "groupBy": "ky"}, *rows, row(ky="a", ha="1000"))
    assert issue.examples[0].row == 8


@pytest.mark.parametrize(
    ("newest", "stale"),
    [
        ("2026-03-01", False),
        ("2025-10-01", True),
        ("202604", False),
        ("202509", True),
        ("2026Q1", False),
        ("2025", False),
    ],
)
def test_freshness_looks_at_the_end_of_the_newest_period(tmp_path: Path, newest: str, stale: bool) -> None:
    found = findings(tmp_path, {"rule": "freshness", "field": "ky", "maxAgeDays": 183}, row(ky="2020"), row(ky=newest))
    assert [issue.code for issue in found] == (["stale-data"] if stale else [])


def test_stale_data_say_how_old_they_are(tmp_path: Path) -> None:
    (issue,) = findings(tmp_path, {"rule": "freshness", "field": "ky", "maxAgeDays": 92}, row(ky="202512"))
    assert "kỳ mới nhất ở cột ky (Kỳ) là 202512, đã qua 121 ngày (cho phép 92 ngày)" in issue.message
    assert (issue.severity, issue.dimension) == (Severity.HOLD, Dimension.ALIVE)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("2026", date(2026, 12, 31)),
        ("202602", date(2026, 2, 28)),
        ("2024-02", date(2024, 2, 29)),
        ("202612", date(2026, 12, 31)),
        ("2026Q3", date(2026, 9, 30)),
        ("20264", date(2026, 12, 31)),
        ("2026-02-28", date(2026, 2, 28)),
        ("2026-02-28T07:00:00", date(2026, 2, 28)),
        ("2026-02-30", None),
        ("202613", None),
        ("quý 1", None),
        ("", None),
    ],
)
def test_periods_end(text: str, end: date | None) -> None:
    assert end_of_period(text) == end


def test_a_part_is_never_above_its_whole(tmp_path: Path) -> None:
    rule = {"rule": "not-above", "field": "ha", "limit": "tan"}
    (issue,) = findings(tmp_path, rule, row(ha="9", tan="10"), row(ha="11", tan="9"), row(ha="x", tan="1"), row(ha="5"))
    assert (issue.severity, issue.count, issue.examples[0].row) == (Severity.ERROR, 1, 3)
    assert "Cột ha (Diện tích) lớn hơn cột tan (Sản lượng) ở 1 dòng, ví dụ dòng 3: 11 > 9" in issue.message


def test_a_beginning_is_never_after_its_end(tmp_path: Path) -> None:
    rule = {"rule": "not-above", "field": "ngay", "limit": "het"}
    rows = [row(ngay="2026-02-01", het="2026-01-31"), row(ngay="2026-01-31", het="2026-02-01"), row(ngay="2026-01-01")]
    (issue,) = findings(tmp_path, rule, *rows)
    assert issue.examples[0].row == 2
    assert issue.count == 1


def test_a_product_may_differ_by_its_rounding(tmp_path: Path) -> None:
    rule = {"rule": "product", "field": "tan", "factors": ["ha", "ta_ha"], "divisor": 10, "tolerance": 0.02}
    good = [
        row(ha="100", ta_ha="60", tan="600"),
        row(ha="100", ta_ha="60", tan="611"),
        row(ha="1", ta_ha="0.4", tan="0"),
    ]
    assert findings(tmp_path, rule, *good, row(ha="1", tan="9")) == []
    (issue,) = findings(tmp_path, rule, *good, row(ha="100", ta_ha="60", tan="6000"))
    assert (issue.severity, issue.examples[0].row) == (Severity.WARNING, 5)
    assert issue.examples[0].value == "6000 (tính ra 600,0)"


def test_a_cumulative_number_that_falls_is_a_warning(tmp_path: Path) -> None:
    rule = {"rule": "decreasing", "field": "ha", "per": ["xa"], "order": "ky"}
    rows = [
        row(xa="b", ky="202603", ha="7"),
        row(xa="a", ky="202602", ha="20"),
        row(xa="a", ky="202601", ha="10"),
        row(xa="a", ky="202603", ha="15"),
        row(xa="b", ky="202602", ha="7"),
    ]
    (issue,) = findings(tmp_path, rule, *rows)
    assert (issue.severity, issue.count, issue.examples[0].row) == (Severity.WARNING, 1, 5)
    assert issue.examples[0].value == "20,0 → 15"


def test_an_empty_table_breaks_no_rule(tmp_path: Path) -> None:
    assert findings(tmp_path, MAGNITUDE) == []


@pytest.mark.parametrize(
    "rule",
    [
        {"rule": "khong-co"},
        {"rule": "magnitude", "field": "ha"},
        {"rule": "magnitude", "field": "khong_co", "factor": 100},
        {"rule": "not-above", "field": "ha", "limit": "khong_co"},
        {"rule": "product", "field": "tan", "factors": ["ha", "khong_co"]},
        {"rule": "product", "field": "tan", "factors": []},
        {"rule": "product", "field": "tan", "factors": ["ha"], "divisor": 0},
        {"rule": "magnitude", "field": "ha", "factor": 100, "fator": 1},
        {"rule": "magnitude", "field": "ha", "factor": "100"},
        {"rule": "magnitude", "field": "xa", "factor": 100},
        {"rule": "magnitude", "field": "ha", "factor": 100, "severity": "nặng"},
        {"rule": "formula", "field": "tan", "formula": "ha * khong_co"},
        {"rule": "formula", "field": "tan", "formula": "__import__('os')"},
        {"rule": "row-constraint", "formula": "ha > khong_co"},
        {"rule": "row-constraint", "formula": "ha >"},
        {"rule": "required-when", "field": "ha", "if": {"equals": "x"}},
        {"rule": "required-when", "field": "ha", "if": {"field": "xa", "equal": "x"}},
        {"rule": "combinations", "fields": ["ky", "xa"], "allowed": [["2025"]]},
        {"rule": "cross-table", "field": "ha", "table": "b"},
        {"rule": "cross-table", "field": "ha", "table": "b", "tableField": "c", "per": ["xa"], "tablePer": []},
        {"rule": "monotone", "field": "ha", "order": "ky", "direction": "ngang"},
        {"rule": "temporal-order", "earlier": "ngay", "later": "het", "strict": "có"},
    ],
)
def test_a_rule_that_makes_no_sense_is_a_fault_of_the_dictionary(rule: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"^bang: rules\[0\] “"):
        verify_rules(schema_with(rule))
