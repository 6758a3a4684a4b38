"""Checking against the schema: what is found, how it is said, and that Frictionless would find the same."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import frictionless
import pytest

from catalog.dictionary import TableSchema
from catalog.issues import Dimension, Severity
from schemas.check import check_table
from schemas.frictionless_schema import judging_descriptor
from tests.schemas.tables import COMMUNES, TODAY, codes, judge, only, schema_of, stage

COMMUNE_KEY = {"fields": "xa", "reference": {"resource": "xa-thanh-hoa", "fields": "ma"}}


def test_a_type_error_says_column_count_place_and_remedy(tmp_path: Path) -> None:
    schema = schema_of({"name": "ngay_cap", "title": "Ngày cấp", "type": "date", "format": "%d/%m/%Y"}, {"name": "stt"})
    rows = [["28/02/2026", "1"]] * 5 + [["31/02/2026", "6"]] * 412
    issue = only(judge(tmp_path, schema, ["ngay_cap", "stt"], rows).report, "type-error")
    assert issue.message == "Cột ngay_cap (Ngày cấp): 412 dòng không đúng kiểu ngày, ví dụ dòng 7: 31/02/2026."
    assert "2026-02-28" in issue.remedy
    assert issue.message_en.startswith("Column ngay_cap: 412 rows are not a date")
    assert (issue.severity, issue.dimension, issue.field) == (Severity.ERROR, Dimension.CORRECT, "ngay_cap")
    assert (issue.count, len(issue.examples)) == (412, 5)
    assert (issue.examples[0].row, issue.examples[0].value) == (7, "31/02/2026")


@pytest.mark.parametrize(
    ("field", "bad", "dimension", "said"),
    [
        ({"constraints": {"required": True}}, "", Dimension.COMPLETE, "để trống ô bắt buộc"),
        ({"type": "integer", "constraints": {"minimum": 0}}, "-1", Dimension.CORRECT, "nhỏ hơn mức thấp nhất 0"),
        ({"type": "number", "constraints": {"maximum": 100}}, "101.5", Dimension.CORRECT, "lớn hơn mức cao nhất 100"),
        ({"constraints": {"pattern": r"\d{5}"}}, "123", Dimension.CORRECT, r"không đúng mẫu \d{5}"),
        ({"constraints": {"enum": ["xã", "phường"]}}, "huyện", Dimension.CORRECT, "giá trị cho phép"),
        ({"constraints": {"maxLength": 3}}, "dài quá", Dimension.CORRECT, "dài hơn 3 ký tự"),
        ({"constraints": {"minLength": 3}}, "a", Dimension.CORRECT, "ngắn hơn 3 ký tự"),
    ],
)
def test_each_constraint_has_its_own_words(
    tmp_path: Path, field: dict[str, Any], bad: str, dimension: Dimension, said: str
) -> None:
    schema = schema_of({"name": "cot", "title": "Cột", **field}, {"name": "stt"})
    issue = only(judge(tmp_path, schema, ["cot", "stt"], [[bad, "1"]]).report, "constraint-error")
    assert said in issue.message
    assert issue.dimension is dimension
    assert issue.remedy


def test_two_broken_constraints_of_one_column_are_two_issues(tmp_path: Path) -> None:
    schema = schema_of({"name": "so", "type": "integer", "constraints": {"minimum": 0, "maximum": 9}}, {"name": "stt"})
    report = judge(tmp_path, schema, ["so", "stt"], [["-1", "1"], ["10", "2"], ["11", "3"]]).report
    assert sorted(issue.count for issue in report.issues) == [1, 2]


@pytest.mark.parametrize("cell", ["nan", "NaN", "inf", "-Infinity", "99999999999999999999"])
def test_numbers_that_no_file_can_hold_are_no_numbers(tmp_path: Path, cell: str) -> None:
    kind = "integer" if cell.isdigit() else "number"
    report = judge(
        tmp_path, schema_of({"name": "so", "type": kind}, {"name": "stt"}), ["so", "stt"], [[cell, "1"]]
    ).report
    assert only(report, "type-error").count == 1


def test_duplicate_keys_are_found(tmp_path: Path) -> None:
    schema = schema_of({"name": "ky"}, {"name": "xa", "title": "Xã"}, primaryKey=["ky", "xa"])
    rows = [["2026", "a"], ["2026", "b"], ["2025", "a"], ["2026", "a"], ["2026", "a"], ["", ""]]
    issue = only(judge(tmp_path, schema, ["ky", "xa"], rows).report, "primary-key")
    assert (issue.count, issue.dimension) == (3, Dimension.CLEAN)
    assert "ví dụ dòng 5: 2026, a" in issue.message


def test_a_code_outside_the_list_is_found_by_the_field_that_names_the_list(tmp_path: Path) -> None:
    schema = schema_of({"name": "xa", "title": "Mã xã", "codeList": "xa-thanh-hoa"}, {"name": "stt"})
    issue = only(
        judge(tmp_path, schema, ["xa", "stt"], [["14812", "1"], ["99999", "2"], ["", "3"]]).report, "foreign-key"
    )
    assert "Cột xa (Mã xã): 1 dòng có mã không có trong danh mục “Xã, phường”, ví dụ dòng 3: 99999" in issue.message
    assert (issue.dimension, issue.field) == (Dimension.CONSISTENT, "xa")


def test_a_code_no_longer_valid_is_refused_and_said_to_be_old(tmp_path: Path) -> None:
    schema = schema_of({"name": "xa", "codeList": "xa-thanh-hoa"}, {"name": "stt"})
    issue = only(judge(tmp_path, schema, ["xa", "stt"], [["00384", "1"]]).report, "foreign-key")
    assert "Huyện Bá Thước, hết hiệu lực ngày 30/06/2025" in issue.message


def test_a_declared_key_to_the_same_list_is_not_checked_twice(tmp_path: Path) -> None:
    schema = schema_of({"name": "xa", "codeList": "xa-thanh-hoa"}, {"name": "stt"}, foreignKeys=[COMMUNE_KEY])
    assert only(judge(tmp_path, schema, ["xa", "stt"], [["1", "1"]]).report, "foreign-key").count == 1


def test_a_key_may_refer_to_the_parent_of_a_code(tmp_path: Path) -> None:
    key = {"fields": ["xa", "ten"], "reference": {"resource": "xa-thanh-hoa", "fields": ["ma", "ten"]}}
    schema = schema_of({"name": "xa"}, {"name": "ten"}, foreignKeys=[key])
    report = judge(tmp_path, schema, ["xa", "ten"], [["15724", "Xã Đồng Tiến"], ["15724", "Phường Đông Tiến"]]).report
    assert only(report, "foreign-key").examples[0].row == 3


def test_a_sibling_table_is_looked_up_as_it_came(tmp_path: Path) -> None:
    (tmp_path / "anh-em").mkdir()
    routes = stage(tmp_path / "anh-em", ["TEN", "Ma_Tuyen"], [["Tuyến 1", " 01 "], ["Tuyến 2", "2"]])
    key = {"fields": "tuyen", "reference": {"resource": "tuyen-xe", "fields": "ma_tuyen"}}
    schema = schema_of({"name": "tuyen"}, {"name": "stt"}, foreignKeys=[key])
    report = judge(tmp_path, schema, ["tuyen", "stt"], [["01", "1"], ["3", "2"]], siblings={"tuyen-xe": routes}).report
    assert "bảng “tuyen-xe”" in only(report, "foreign-key").message


def test_a_sibling_table_is_read_by_its_own_dictionary(tmp_path: Path) -> None:
    (tmp_path / "anh-em").mkdir()
    routes = stage(tmp_path / "anh-em", ["Tên", "Ngày mở tuyến"], [["Tuyến 1", "28/02/2026"], ["Tuyến 2", "-"]])
    described = schema_of(
        {"name": "ten"},
        {"name": "ngay_mo", "title": "Ngày mở tuyến", "type": "date", "format": "%d/%m/%Y"},
        name="tuyen-xe",
        missingValues=["", "-"],
    )
    key = {"fields": "ngay", "reference": {"resource": "tuyen-xe", "fields": "ngay_mo"}}
    schema = schema_of({"name": "ngay", "type": "date"}, {"name": "stt"}, foreignKeys=[key])
    rows = [["2026-02-28", "1"], ["2026-03-01", "2"]]
    report = judge(
        tmp_path,
        schema,
        ["ngay", "stt"],
        rows,
        siblings={"tuyen-xe": routes},
        sibling_schemas={"tuyen-xe": described},
    ).report
    found = only(report, "foreign-key")
    assert (found.count, found.examples[0].row) == (1, 3)


def test_a_reference_that_is_not_there_holds_the_table(tmp_path: Path) -> None:
    key = {"fields": "tuyen", "reference": {"resource": "tuyen-xe", "fields": "ma"}}
    schema = schema_of({"name": "tuyen"}, {"name": "stt"}, foreignKeys=[key])
    report = judge(tmp_path, schema, ["tuyen", "stt"], [["01", "1"]]).report
    assert only(report, "reference-missing").severity is Severity.HOLD


def test_a_missing_column_names_what_it_may_be_called_now(tmp_path: Path) -> None:
    schema = schema_of(
        {"name": "ma", "constraints": {"required": True}}, {"name": "dan_so", "title": "Dân số", "type": "integer"}
    )
    report = judge(tmp_path, schema, ["ma"], [["1"]], left_out=["so_dan", "dan_so_tb", "ghi_chu"]).report
    issue = only(report, "missing-label")
    assert (issue.severity, issue.dimension, issue.field) == (Severity.HOLD, Dimension.COMPLETE, "dan_so")
    assert "Thiếu cột dan_so (Dân số)" in issue.message
    assert "dan_so_tb" in issue.message
    assert "ghi_chu" not in issue.message


def test_a_missing_required_column_rejects_the_table_and_is_said_once(tmp_path: Path) -> None:
    schema = schema_of({"name": "ma"}, {"name": "ten", "constraints": {"required": True}}, primaryKey=["ma", "ten"])
    report = judge(tmp_path, schema, ["ma"], [["1"], ["1"], ["3"]]).report
    assert only(report, "missing-label").severity is Severity.ERROR
    assert codes(report) == {"missing-label"}


def test_a_column_that_the_dictionary_does_not_know_holds_the_table(tmp_path: Path) -> None:
    report = judge(tmp_path, schema_of({"name": "ma"}), ["ma", "ghi chú riêng"], [["1", "x"]]).report
    issue = only(report, "extra-columns")
    assert issue.severity is Severity.HOLD
    assert "ghi chú riêng" in issue.message


def test_columns_that_were_not_read_are_only_noted(tmp_path: Path) -> None:
    report = judge(tmp_path, schema_of({"name": "ma"}), ["ma"], [["1"]], left_out=["ghi_chu"]).report
    assert only(report, "columns-left-out").severity is report.verdict is Severity.NOTE


def test_a_good_table_has_nothing_to_say(tmp_path: Path) -> None:
    schema = schema_of(
        {"name": "ma", "constraints": {"required": True}}, {"name": "so", "type": "number"}, primaryKey="ma"
    )
    report = judge(tmp_path, schema, ["ma", "so"], [["1", "1.5"], ["2", ""]]).report
    assert (report.rows, report.issues, report.verdict, report.truncated) == (2, (), Severity.NOTE, False)


def test_a_table_full_of_faults_is_given_up_and_says_so(tmp_path: Path) -> None:
    schema = schema_of({"name": "ma", "type": "integer"}, {"name": "so", "type": "integer"})
    report = judge(tmp_path, schema, ["ma", "so"], [["x", "y"]] * 60_000).report
    assert report.truncated
    more = only(report, "more-faults")
    assert sum(issue.count for issue in report.issues if issue is not more) == 100_000
    assert more.count == 60_000
    assert "60.000 dòng có lỗi" in more.message
    assert "từ dòng 50002" in more.message


# --- Frictionless is the oracle ---------------------------------------------------------------------------------------

ALL_KINDS = schema_of(
    {"name": "ma", "constraints": {"required": True, "pattern": "[0-9]{4}"}},
    {"name": "ten", "constraints": {"required": True, "minLength": 2, "maxLength": 20}},
    {"name": "xa"},
    {"name": "nguyen", "type": "integer", "constraints": {"minimum": 0, "maximum": 500}},
    {"name": "thuc", "type": "number", "constraints": {"exclusiveMinimum": 0}},
    {"name": "ngay", "type": "date", "constraints": {"minimum": "2020-01-01"}},
    {"name": "luc", "type": "datetime"},
    {"name": "dung", "type": "boolean", "constraints": {"required": True}},
    {"name": "nam", "type": "year"},
    {"name": "thu", "format": "email"},
    {"name": "loai", "constraints": {"enum": ["a", "b"]}},
    {"name": "rieng", "constraints": {"unique": True}},
    primaryKey=["ma"],
    foreignKeys=[COMMUNE_KEY],
)
CANDIDATES: dict[str, list[str]] = {
    "ma": ["0001", "0002", "12", "", "9999"],
    "ten": ["Xã A", "B", "", "Một cái tên thật là dài dòng"],
    "xa": ["14812", "15724", "1", ""],
    "nguyen": ["1", "-1", "501", "x", "", " 3", "1.5"],
    "thuc": ["1.5", "0", "-2", "1,5", "", "1e3"],
    "ngay": ["2026-01-31", "2019-12-31", "31/01/2026", "2026-02-30", ""],
    "luc": ["2026-01-31T07:00:00", "2026-01-31", "07:00", ""],
    "dung": ["true", "false", "có", "", "1"],
    "nam": ["2026", "26", "năm", ""],
    "thu": ["a@b.vn", "a b", ""],
    "loai": ["a", "c", ""],
    "rieng": ["1", "2", "3", ""],
}


def frictionless_counts(path: Path, schema: TableSchema) -> Counter[tuple[str, str | None]]:
    """How many errors of each kind Frictionless itself reports for each field."""
    descriptor = judging_descriptor(schema)
    descriptor["foreignKeys"] = [COMMUNE_KEY]
    valid = [code for code in COMMUNES.codes if code.valid_to is None or code.valid_to >= TODAY]
    code_list = [["ma", "ten"], *([code.code, code.title] for code in valid)]
    texts = {"fields": [{"name": "ma", "type": "string"}, {"name": "ten", "type": "string"}]}
    described = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "goi",
        "resources": [
            {"name": "bang", "type": "table", "path": path.name, "schema": descriptor, "encoding": "utf-8"},
            {"name": "xa-thanh-hoa", "type": "table", "data": code_list, "schema": texts},
        ],
    }
    package = frictionless.Package.from_descriptor(described, basepath=str(path.parent))
    report = package.validate(limit_errors=1_000_000)
    assert report.tasks, report.errors
    return Counter((code, field) for code, field in report.tasks[0].flatten(["type", "fieldName"]))


@pytest.mark.parametrize("seed", range(5))
def test_the_same_faults_are_counted_as_by_frictionless_itself(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    rows = [[chance.choice(CANDIDATES[name]) for name in ALL_KINDS.field_names] for _ in range(400)]
    rows[100:100] = [[""] * len(CANDIDATES)] * 2
    table = stage(tmp_path, ALL_KINDS.field_names, rows)
    report = check_table(table, ALL_KINDS, {COMMUNES.name: COMMUNES}, {}, TODAY)
    ours: Counter[tuple[str, str | None]] = Counter()
    for issue in report.issues:
        per_row = issue.code in ("primary-key", "foreign-key", "blank-row")
        ours[issue.code, None if per_row else issue.field] += issue.count
    theirs = frictionless_counts(table.path, ALL_KINDS)
    assert ours == theirs
    assert len(ours) > 15


def test_today_decides_which_codes_are_valid(tmp_path: Path) -> None:
    schema = schema_of({"name": "xa", "codeList": "xa-thanh-hoa"}, {"name": "stt"})
    table = stage(tmp_path, ["xa", "stt"], [["00384", "1"]])
    lists = {COMMUNES.name: COMMUNES}
    assert check_table(table, schema, lists, {}, date(2025, 6, 30)).issues == ()
    assert check_table(table, schema, lists, {}, date(2025, 7, 1)).issues != ()
