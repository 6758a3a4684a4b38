"""Normalising: declared habits become canonical values, everything else stays for the check to name."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from catalog.dictionary import Code, CodeList
from catalog.issues import Severity
from catalog.ports import GateContext
from schemas.gate import judge_table
from tests.schemas.tables import COMMUNES, TODAY, codes, content, judge, only, schema_of, stage


def canonical(folder: Path, field: dict[str, Any], *cells: str) -> list[str]:
    """What a column of these cells becomes."""
    field = {"name": "cot", **field}
    judged = judge(folder, schema_of(field, {"name": "stt"}), ["cot", "stt"], [[cell, "1"] for cell in cells])
    return [row[0] for row in content(judged.table)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (unicodedata.normalize("NFD", "Đông Tiến"), "Đông Tiến"),
        ("  Xã A ", "Xã A"),
        ("Xã\u00a0A", "Xã A"),
        ("Xã\u200b A\ufeff", "Xã A"),
        ("\x00Xã A\x07", "Xã A"),
        ("dòng một\ndòng hai", "dòng một\ndòng hai"),
        ("Hoà", "Hoà"),
    ],
)
def test_text_is_cleaned_and_otherwise_kept(tmp_path: Path, before: str, after: str) -> None:
    assert canonical(tmp_path, {}, before) == [after]


@pytest.mark.parametrize(
    ("field", "before", "after"),
    [
        ({"type": "date", "format": "%d/%m/%Y"}, "28/02/2026", "2026-02-28"),
        ({"type": "date", "format": "%d/%m/%Y"}, "8/2/2026", "2026-02-08"),
        ({"type": "date", "format": "%d/%m/%Y"}, "2026-02-28", "2026-02-28"),
        ({"type": "date", "format": "%d/%m/%Y"}, "31/02/2026", "31/02/2026"),
        ({"type": "date"}, "28/02/2026", "28/02/2026"),
        ({"type": "date"}, "2026-02-28T00:00:00", "2026-02-28"),
        ({"type": "date"}, "2026-02-28T07:00:00", "2026-02-28T07:00:00"),
        ({"type": "datetime"}, "2026-02-28 07:00:00", "2026-02-28T07:00:00"),
        ({"type": "datetime"}, "2026-02-28", "2026-02-28T00:00:00"),
        ({"type": "datetime", "format": "%d/%m/%Y %H:%M"}, "28/02/2026 07:00", "2026-02-28T07:00:00"),
        ({"type": "boolean", "trueValues": ["Có", "x"], "falseValues": ["Không"]}, "Có", "true"),
        ({"type": "boolean", "trueValues": ["Có", "x"], "falseValues": ["Không"]}, "Không", "false"),
        ({"type": "boolean", "trueValues": ["Có", "x"], "falseValues": ["Không"]}, "1", "1"),
        ({"type": "boolean"}, "1", "true"),
        ({"type": "integer"}, "007", "7"),
        ({"type": "integer"}, "+5", "5"),
        ({"type": "integer"}, "5.0", "5"),
        ({"type": "integer"}, "5.5", "5.5"),
        ({"type": "integer"}, "1.234", "1.234"),
        ({"type": "number"}, "1e3", "1000"),
        ({"type": "number"}, "1_000.5", "1000.5"),
        ({"type": "number"}, "1e999999", "1e999999"),
        ({"type": "number"}, "12,5", "12,5"),
        ({"type": "string"}, "00123", "00123"),
        ({"type": "string"}, "1e3", "1e3"),
    ],
)
def test_values_become_canonical_only_in_the_declared_way(
    tmp_path: Path, field: dict[str, Any], before: str, after: str
) -> None:
    assert canonical(tmp_path, field, before) == [after]


VIETNAMESE = {"type": "number", "decimalChar": ",", "groupChar": "."}


@pytest.mark.parametrize(
    ("before", "after"),
    [("1.234,5", "1234.5"), ("1.234", "1234"), ("1234,50", "1234.50"), ("-0,5", "-0.5"), ("12.5", "12.5"), ("7", "7")],
)
def test_vietnamese_numbers_are_read_as_declared(tmp_path: Path, before: str, after: str) -> None:
    assert canonical(tmp_path, VIETNAMESE, before) == [after]


@pytest.mark.parametrize("cell", ["3,750.5", "1.23.4", "1,234,5", "12.3456,7", "abc"])
def test_a_number_that_breaks_the_declared_way_is_refused_and_not_guessed(tmp_path: Path, cell: str) -> None:
    schema = schema_of({"name": "so", **VIETNAMESE}, {"name": "stt"})
    judged = judge(tmp_path, schema, ["so", "stt"], [["1.234,5", "1"], [cell, "2"]])
    issue = only(judged.report, "number-format")
    assert (issue.severity, issue.field, issue.count, issue.examples[0].row) == (Severity.ERROR, "so", 1, 3)
    assert content(judged.table)[1][0] == cell


def test_units_around_a_number_go_only_where_the_dictionary_says_so(tmp_path: Path) -> None:
    assert canonical(tmp_path, {**VIETNAMESE, "bareNumber": False}, "95,15%", "1.200 đồng") == ["95.15", "1200"]


def test_marks_for_nothing_become_empty_cells(tmp_path: Path) -> None:
    schema = schema_of({"name": "so", "type": "integer"}, {"name": "stt"}, missingValues=["", "-", "Không có"])
    judged = judge(tmp_path, schema, ["so", "stt"], [["-", "1"], [" Không có ", "2"], ["3", "-"]])
    assert content(judged.table) == [["", "1"], ["", "2"], ["3", ""]]
    assert judged.report.verdict is Severity.NOTE


def test_what_was_changed_is_noted_with_an_example(tmp_path: Path) -> None:
    schema = schema_of({"name": "ngay", "title": "Ngày cấp", "type": "date", "format": "%d/%m/%Y"}, {"name": "stt"})
    judged = judge(tmp_path, schema, ["ngay", "stt"], [["28/02/2026", "1"], ["2026-03-01", "2"], ["02/03/2026", "3"]])
    note = only(judged.report, "normalised")
    assert note.severity is Severity.NOTE
    assert (note.field, note.count) == ("ngay", 2)
    assert "Đã chuẩn hóa 2 ô ở cột ngay (Ngày cấp)" in note.message
    assert note.examples[0].value == "28/02/2026 → 2026-02-28"


def test_a_canonical_table_stays_the_same_file(tmp_path: Path) -> None:
    judged = judge(tmp_path, schema_of({"name": "ma"}, {"name": "ten"}), ["ma", "ten"], [["01", "Xã A"]])
    assert judged.table.path == tmp_path / "bang.csv"
    assert list((tmp_path / "da-xet").iterdir()) == []


def test_columns_take_the_order_and_the_spelling_of_the_dictionary(tmp_path: Path) -> None:
    schema = schema_of({"name": "ma"}, {"name": "ten", "title": "Tên xã"}, {"name": "dan_so"})
    judged = judge(tmp_path, schema, ["DAN_SO", "tên xã", "Ma"], [["9", "Xã A", "01"]])
    assert judged.table.columns == ("ma", "ten", "dan_so")
    assert content(judged.table) == [["01", "Xã A", "9"]]
    assert judged.report.issues == ()


def test_the_canonical_table_knows_its_own_hash(tmp_path: Path) -> None:
    judged = judge(tmp_path, schema_of({"name": "ma"}, {"name": "ten"}), ["ten", "ma"], [["Xã A", "01"]])
    assert judged.table.sha256 == hashlib.sha256(judged.table.path.read_bytes()).hexdigest()
    assert judged.table.row_count == 1


def test_rows_that_do_not_fit_the_header_are_named_and_made_to_fit(tmp_path: Path) -> None:
    schema = schema_of({"name": "ma"}, {"name": "ten"})
    judged = judge(tmp_path, schema, ["ma", "ten"], [["1", "a", "thừa", "nữa"], ["2"], ["3", "c"]])
    assert content(judged.table) == [["1", "a"], ["2", ""], ["3", "c"]]
    assert only(judged.report, "extra-cell").count == 2
    assert only(judged.report, "missing-cell").examples[0].row == 3
    assert codes(judged.report) == {"extra-cell", "missing-cell"}
    assert judged.report.verdict is Severity.ERROR


def test_decimals_of_three_digits_beside_grouped_numbers_are_refused_with_both_readings(tmp_path: Path) -> None:
    schema = schema_of({"name": "so", **VIETNAMESE}, {"name": "stt"})
    report = judge(tmp_path, schema, ["so", "stt"], [["28.717", "1"], ["28,717", "2"], ["1,5", "3"]]).report
    found = only(report, "number-ambiguous")
    assert (found.severity, found.count, found.examples[0].row) == (Severity.ERROR, 1, 3)
    assert "28,717 hoặc 28.717" in found.message
    alone = judge(tmp_path, schema, ["so", "stt"], [["28,717", "1"], ["1,5", "2"]]).report
    assert "number-ambiguous" not in codes(alone)


@pytest.mark.parametrize(
    ("unit", "cell", "canonical_text"),
    [
        ("tỷ đồng", "45.492 tỷ đồng", "45492"),
        ("tỷ đồng", "1,5 triệu đồng", "0.0015"),
        ("triệu đồng", "1,5 tỷ", "1500"),
        ("đồng", "1.200 đ", "1200"),
        ("%", "12,5 %", "12.5"),
    ],
)
def test_a_unit_beside_a_number_is_converted_by_the_dictionary(
    tmp_path: Path, unit: str, cell: str, canonical_text: str
) -> None:
    assert canonical(tmp_path, {**VIETNAMESE, "bareNumber": False, "unit": unit}, cell) == [canonical_text]


@pytest.mark.parametrize(("unit", "cell"), [("tấn", "5 ha"), ("tỷ đồng", "12 %"), ("", "1,5 triệu")])
def test_a_unit_that_is_not_the_columns_own_is_never_thrown_away(tmp_path: Path, unit: str, cell: str) -> None:
    schema = schema_of({"name": "so", **VIETNAMESE, "bareNumber": False, "unit": unit}, {"name": "stt"})
    report = judge(tmp_path, schema, ["so", "stt"], [[cell, "1"]]).report
    assert only(report, "number-format").severity is Severity.ERROR


def test_brackets_are_the_accountants_minus(tmp_path: Path) -> None:
    assert canonical(tmp_path, VIETNAMESE, "(1.234,5)", "\u2212" + "7") == ["-1234.5", "-7"]


def test_marks_for_nothing_are_empty_where_they_can_be_nothing_else(tmp_path: Path) -> None:
    assert canonical(tmp_path, {"type": "integer"}, "..", "đang cập nhật", "-", "5") == ["", "", "", "5"]
    assert canonical(tmp_path, {"type": "string"}, "..", "đang cập nhật") == ["..", "đang cập nhật"]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("Xã Đồng Tiến", "15724"),
        ("phường  đông tiến", "15853"),
        ("Đông Tiến", "15853"),
        ("Phường Hạc Thành", "14812"),
        ("Dong Tien", "Dong Tien"),
        ("Xã Đông Tiến", "Xã Đông Tiến"),
    ],
)
def test_names_stand_for_their_codes_only_if_they_can_mean_no_other(tmp_path: Path, cell: str, code: str) -> None:
    schema = schema_of({"name": "xa", "codeList": "xa-thanh-hoa"}, {"name": "stt"})
    judged = judge(tmp_path, schema, ["xa", "stt"], [[cell, "1"]], code_lists={"xa-thanh-hoa": COMMUNES})
    assert judged.table.path.read_text(encoding="utf-8").splitlines()[1] == f"{code},1"


def test_a_code_that_lost_its_zeros_gets_them_back_if_the_list_knows_it(tmp_path: Path) -> None:
    lists = {"ma": CodeList("ma", "1.0.0", "Mã", "Codes", (Code("00384", "A"), Code("14797", "B")))}
    field = {"name": "ma", "codeList": "ma", "constraints": {"pattern": r"^\d{5}$"}}
    rows = [["384", "1"], ["99", "2"]]
    judged = judge(tmp_path, schema_of(field, {"name": "stt"}), ["ma", "stt"], rows, code_lists=lists)
    assert judged.table.path.read_text(encoding="utf-8").splitlines()[1:] == ["00384,1", "99,2"]


def test_a_value_of_an_enumeration_is_brought_to_its_spelling(tmp_path: Path) -> None:
    field = {"type": "string", "constraints": {"enum": ["hóa chất", "Xã"]}}
    assert canonical(tmp_path, field, "Hoá chất", "xã", "hoa chat") == ["hóa chất", "Xã", "hoa chat"]


def test_a_file_that_counts_in_another_unit_is_held(tmp_path: Path) -> None:
    schema = schema_of({"name": "von", "type": "number", "unit": "tỷ đồng"}, {"name": "stt"})
    table = replace(stage(tmp_path, ["von", "stt"], [["1", "1"]]), units={"von": "Triệu đồng - Mill. VND"})
    context = GateContext({}, {}, None, TODAY)
    assert only(judge_table(table, schema, context, tmp_path).report, "unit-differs").severity is Severity.HOLD
    same = replace(table, units={"von": ["Đơn vị tính", "tỷ đồng"][1]})
    assert "unit-differs" not in codes(judge_table(same, schema, context, tmp_path).report)


@pytest.mark.parametrize(
    ("accepts", "cell", "day"),
    [
        ("dd/mm/yyyy", "5/1/2026", "2026-01-05"),
        ("dd-mm-yyyy", "05-01-2026", "2026-01-05"),
        ("dd.mm.yyyy", "28.02.2026", "2026-02-28"),
        ("ngày tháng năm", "Ngày 15 tháng 01 năm 2026", "2026-01-15"),
        ("excel-serial", "45292", "2024-01-01"),
        ("excel-serial", "59", "1900-02-28"),
        ("excel-serial", "61", "1900-03-01"),
        ("dd/mm/yyyy", "2026-01-05", "2026-01-05"),
        ("dd-mm-yyyy", "05/01/2026", "05/01/2026"),
    ],
)
def test_days_are_read_as_the_dictionary_accepts_them(tmp_path: Path, accepts: str, cell: str, day: str) -> None:
    assert canonical(tmp_path, {"type": "date", "accepts": [accepts]}, cell) == [day]


@pytest.mark.parametrize("cell", ["31/02/2026", "01/13/2026", "60"])
def test_days_that_never_were_are_refused(tmp_path: Path, cell: str) -> None:
    schema = schema_of({"name": "ngay", "type": "date", "accepts": ["dd/mm/yyyy", "excel-serial"]}, {"name": "stt"})
    report = judge(tmp_path, schema, ["ngay", "stt"], [[cell, "1"]]).report
    assert {issue.severity for issue in report.issues if issue.field == "ngay"} == {Severity.ERROR}


@pytest.mark.parametrize(
    ("accepts", "cell", "period"),
    [
        ("quarter", "Quý II/2026", "2026Q2"),
        ("quarter", "Q4/2026", "2026Q4"),
        ("quarter", "quý 3 năm 2026", "2026Q3"),
        ("half-year", "6 tháng đầu năm 2026", "2026H1"),
        ("half-year", "6T/2026", "2026H1"),
        ("half-year", "6 tháng cuối năm 2026", "2026H2"),
        ("nine-months", "9 tháng năm 2026", "2026N9"),
        ("school-year", "Năm học 2025-2026", "2025-2026"),
        ("school-year", "2025 – 2026", "2025-2026"),
        ("month", "tháng 3/2026", "202603"),
        ("month", "03/2026", "202603"),
        ("month", "2026-03", "202603"),
        ("year", "Năm 2026", "2026"),
        ("month", "202603", "202603"),
    ],
)
def test_periods_are_read_as_the_dictionary_accepts_them(tmp_path: Path, accepts: str, cell: str, period: str) -> None:
    once = canonical(tmp_path, {"type": "string", "accepts": [accepts]}, cell)
    assert once == [period]
    assert canonical(tmp_path, {"type": "string", "accepts": [accepts]}, *once) == once


def test_quarters_follow_the_pattern_of_their_field(tmp_path: Path) -> None:
    field = {"type": "string", "accepts": ["quarter"], "constraints": {"pattern": r"^\d{4}[1-4]$"}}
    assert canonical(tmp_path, field, "Quý IV/2026") == ["20264"]


def test_yes_and_no_are_read_in_vietnamese(tmp_path: Path) -> None:
    assert canonical(tmp_path, {"type": "boolean"}, "có", "Không", "1") == ["true", "false", "true"]
