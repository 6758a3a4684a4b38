"""Numbers and days as the dictionary declares them; what it does not declare is refused with a remedy."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from catalog.issues import Report, Severity
from catalog.ports import GateContext, Judgement
from schemas.gate import judge_table, verify_schema
from schemas.normalise import canonical_cell
from tests.schemas.tables import TODAY, codes, content, judge, only, schema_of, stage

VIETNAMESE = {"type": "number", "decimalChar": ",", "groupChar": "."}


def judged(folder: Path, field: dict[str, Any], *cells: str, unit: str = "", **more: Any) -> Judgement:
    """What the gate makes of one column of these cells, in a file that states this unit for it."""
    schema = schema_of({"name": "cot", **field}, {"name": "stt"}, **more)
    table = replace(stage(folder, ["cot", "stt"], [[cell, "1"] for cell in cells]), units={"cot": unit} if unit else {})
    (folder / "da-xet").mkdir(exist_ok=True)
    return judge_table(table, schema, GateContext({}, {}, None, TODAY), folder / "da-xet")


def column(judgement: Judgement) -> list[str]:
    return [row[0] for row in content(judgement.table)]


def kinds(report: Report) -> dict[str, int]:
    changes = only(report, "normalised").changes
    assert changes is not None
    return dict(changes.kinds)


@pytest.mark.parametrize(
    ("percent", "cell", "value"),
    [
        ("percent", "12,5%", "12.5"),
        ("percent", "12,5 %", "12.5"),
        ("percent", "-0,1%", "-0.1"),
        ("percent", "(3,5%)", "-3.5"),
        ("fraction", "12,5%", "0.125"),
        ("fraction", "1.250%", "12.5"),
        ("fraction", "0,1%", "0.001"),
        ("fraction", "33,333333333333333333333333333%", "0.33333333333333333333333333333"),
    ],
)
def test_a_percent_counts_as_the_field_declares(tmp_path: Path, percent: str, cell: str, value: str) -> None:
    judgement = judged(tmp_path, {**VIETNAMESE, "percent": percent}, cell)
    assert column(judgement) == [value]
    assert kinds(judgement.report) == {"percent": 1}


@pytest.mark.parametrize(
    ("percent", "bare", "readings"),
    [("percent", "0,125", "0,125% hoặc 0,125 × 100%"), ("fraction", "12,5", "12,5% hoặc 12,5 × 100%")],
)
def test_a_bare_number_beside_percents_is_refused_where_it_may_mean_either(
    tmp_path: Path, percent: str, bare: str, readings: str
) -> None:
    issue = only(judged(tmp_path, {**VIETNAMESE, "percent": percent}, "7,5%", bare).report, "percent-ambiguous")
    assert (issue.severity, issue.count, issue.examples[0].row) == (Severity.ERROR, 1, 3)
    assert readings in issue.message


def test_a_bare_number_that_can_be_but_one_thing_is_taken_as_declared(tmp_path: Path) -> None:
    percents = judged(tmp_path, {**VIETNAMESE, "percent": "percent"}, "7,5%", "12,5")
    assert column(percents) == ["7.5", "12.5"]
    assert percents.report.is_valid
    alone = judged(tmp_path, {**VIETNAMESE, "percent": "percent"}, "0,125", "0,5")
    assert column(alone) == ["0.125", "0.5"]
    assert alone.report.is_valid


def test_a_percent_that_nobody_declared_is_refused_with_a_remedy(tmp_path: Path) -> None:
    issue = only(judged(tmp_path, VIETNAMESE, "12,5%").report, "percent-undeclared")
    assert issue.severity is Severity.ERROR
    assert '"percent"' in issue.remedy


FOOTNOTED = ("1.234(*)", "1.234*", "1.234 (1)", "1.234 [1]", "1.234 2)", "1.234 ¹", "1.234²")


@pytest.mark.parametrize("cell", FOOTNOTED)
def test_a_declared_footnote_mark_goes(tmp_path: Path, cell: str) -> None:
    judgement = judged(tmp_path, {**VIETNAMESE, "footnotes": True}, cell)
    assert column(judgement) == ["1234"]
    assert kinds(judgement.report) == {"footnote": 1}
    of_schema = judged(tmp_path, VIETNAMESE, cell, footnotes=True)
    assert column(of_schema) == ["1234"]


@pytest.mark.parametrize("cell", ["1.234 (SB)", "Sơ bộ 1.234", "1.234p", "1.234 (p)", "Ước 1.234"])
def test_a_declared_mark_of_preliminary_figures_goes(tmp_path: Path, cell: str) -> None:
    judgement = judged(tmp_path, {**VIETNAMESE, "footnotes": True}, cell)
    assert column(judgement) == ["1234"]
    assert kinds(judgement.report) == {"preliminary": 1}
    assert only(judged(tmp_path, VIETNAMESE, cell).report, "preliminary-mark").severity is Severity.ERROR


@pytest.mark.parametrize("field", [VIETNAMESE, {"type": "integer"}])
def test_a_mark_that_nobody_declared_is_refused_but_for_superscripts(tmp_path: Path, field: dict[str, Any]) -> None:
    judgement = judged(tmp_path, field, "12(*)", "12 ¹")
    assert column(judgement) == ["12(*)", "12"]
    issue = only(judgement.report, "footnote-mark")
    assert (issue.count, issue.severity) == (1, Severity.ERROR)
    assert '"footnotes": true' in issue.remedy


@pytest.mark.parametrize("cell", ["10²", "5.10³", "(1)", "1.23 4)", "12345)"])
def test_what_may_be_part_of_the_number_is_no_footnote(tmp_path: Path, cell: str) -> None:
    assert column(judged(tmp_path, VIETNAMESE, cell)) == ["-1" if cell == "(1)" else cell]


@pytest.mark.parametrize(
    ("unit", "accepted", "stated", "cell", "value"),
    [
        ("triệu đồng", "nghìn đồng", "Nghìn đồng - Thous. VND", "1.234.567", "1234.567"),
        ("triệu đồng", "đồng", "đồng", "1", "0.000001"),
        ("km2", "ha", "Ha", "4.261,5", "42.615"),
        ("kg", "tấn", "1000 tấn", "1,5", "1500000"),
        ("tấn", "tạ", "tạ", "12,5", "1.25"),
        ("tấn/ha", "tạ/ha", "tạ/ha", "55,2", "5.52"),
    ],
)
def test_a_unit_of_the_file_is_converted_exactly_where_the_field_accepts_it(
    tmp_path: Path, unit: str, accepted: str, stated: str, cell: str, value: str
) -> None:
    accepts = [accepted, "nghìn tấn"] if accepted == "tấn" else [accepted]
    field = {**VIETNAMESE, "unit": unit, "acceptsUnits": [*accepts]}
    judgement = judged(tmp_path, field, cell, "", unit="1.000 tấn" if stated == "1000 tấn" else stated)
    assert column(judgement) == [value, ""]
    note = only(judgement.report, "unit-converted")
    assert note.severity is Severity.NOTE
    assert kinds(judgement.report) == {"unit": 1}


def test_a_file_that_counts_in_percents_means_them_in_a_column_of_fractions(tmp_path: Path) -> None:
    field = {**VIETNAMESE, "percent": "fraction"}
    judgement = judged(tmp_path, field, "12,5", "0,3", "7%", unit="%")
    assert column(judgement) == ["0.125", "0.003", "0.07"]
    assert "nhân với 0,01" in only(judgement.report, "unit-converted").message
    assert column(judged(tmp_path, {**field, "percent": "percent"}, "12,5", unit="%")) == ["12.5"]


def test_a_file_that_counts_in_fractions_means_them_in_a_column_of_percents(tmp_path: Path) -> None:
    for field in ({"type": "number", "percent": "percent"}, {"type": "number", "unit": "%"}):
        assert column(judged(tmp_path, field, "0.125", "1.2", "7%", unit="1")) == ["12.5", "120", "7"]
    assert column(judged(tmp_path, {"type": "number", "percent": "fraction"}, "0.125", unit="1")) == ["0.125"]


def test_the_factor_of_a_conversion_is_told(tmp_path: Path) -> None:
    field = {"type": "number", "unit": "triệu đồng", "acceptsUnits": ["nghìn đồng"]}
    note = only(judged(tmp_path, field, "1500", unit="nghìn đồng").report, "unit-converted")
    assert "“nghìn đồng” của tệp sang “triệu đồng” của từ điển, nhân với 0,001" in note.message
    assert "times 0.001" in note.message_en


@pytest.mark.parametrize("accepted", [[], ["đồng"]])
def test_a_unit_that_the_field_does_not_accept_holds_the_table(tmp_path: Path, accepted: list[str]) -> None:
    field = {"type": "number", "unit": "triệu đồng", "acceptsUnits": accepted}
    judgement = judged(tmp_path, field, "1500", unit="nghìn đồng")
    assert column(judgement) == ["1500"]
    assert '"acceptsUnits": ["nghìn đồng"]' in only(judgement.report, "unit-differs").remedy


def test_a_table_beside_is_read_in_the_unit_that_its_file_states(tmp_path: Path) -> None:
    schema = schema_of({"name": "cot", **VIETNAMESE, "unit": "triệu đồng", "acceptsUnits": ["nghìn đồng"]})
    table = replace(stage(tmp_path, ["cot"], [["1.500"]]), units={"cot": "nghìn đồng"})
    assert canonical_cell(schema.fields[0], schema, table=table)("1.500") == "1.5"
    assert canonical_cell(schema.fields[0], schema)("1.500") == "1500"


def test_a_count_that_would_be_no_whole_number_is_refused(tmp_path: Path) -> None:
    field = {"type": "integer", "unit": "nghìn người", "acceptsUnits": ["người"]}
    judgement = judged(tmp_path, field, "12000", "1500", unit="người")
    assert column(judgement) == ["12", "1500"]
    assert only(judgement.report, "unit-fraction").examples[0].row == 3


@pytest.mark.parametrize(
    "field",
    [
        {"type": "number", "percent": "per mille"},
        {"type": "integer", "percent": "fraction"},
        {"type": "number", "unit": "ha", "acceptsUnits": ["tấn"]},
        {"type": "number", "decimalChar": ",", "groupChar": ","},
        {"type": "date", "accepts": ["dd/mm/yyyy", "mm/dd/yyyy"]},
        {"type": "number", "accepts": ["year"]},
        {"type": "integer", "accepts": ["quarter"]},
    ],
)
def test_a_declaration_that_makes_no_sense_is_refused_before_it_is_used(field: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="cot"):
        verify_schema(schema_of({"name": "cot", **field}))


def test_groups_of_three_beside_decimal_points_are_refused_with_both_readings(tmp_path: Path) -> None:
    report = judged(tmp_path, VIETNAMESE, "28.717", "12.5").report
    found = only(report, "number-ambiguous")
    assert (found.severity, found.examples[0].row) == (Severity.ERROR, 2)
    assert "28,717 hoặc 28.717" in found.message
    assert "number-ambiguous" not in codes(judged(tmp_path, VIETNAMESE, "28.717", "12,5").report)


def test_a_round_thousand_is_not_taken_for_one(tmp_path: Path) -> None:
    assert column(judged(tmp_path, {"type": "integer"}, "1.000", "5.0")) == ["1.000", "5"]


def test_days_that_can_only_be_read_the_other_way_cast_doubt_on_those_that_can_be_read_both(tmp_path: Path) -> None:
    for field in ({"type": "date", "accepts": ["dd/mm/yyyy"]}, {"type": "date", "format": "%d/%m/%Y"}):
        found = only(judged(tmp_path, field, "05/06/2026", "02/13/2026", "07/07/2026").report, "date-ambiguous")
        assert (found.severity, found.count, found.examples[0].row) == (Severity.ERROR, 1, 2)
        assert "ngày 5 tháng 6 năm 2026 hoặc ngày 6 tháng 5 năm 2026" in found.message
        sure = judged(tmp_path, field, "05/06/2026", "13/02/2026").report
        assert sure.is_valid


def test_months_before_days_are_read_where_that_is_declared(tmp_path: Path) -> None:
    field = {"type": "date", "accepts": ["mm/dd/yyyy"]}
    assert column(judged(tmp_path, field, "02/13/2026")) == ["2026-02-13"]
    assert "date-ambiguous" in codes(judged(tmp_path, field, "05/06/2026", "13/02/2026").report)


@pytest.mark.parametrize("cell", ["Sơ bộ 2025", "Sơ bộ - Prel. 2025", "2025 (*)", "Ước 2025"])
def test_a_preliminary_year_is_a_year_where_such_marks_are_declared(tmp_path: Path, cell: str) -> None:
    field = {"type": "string", "accepts": ["year"]}
    assert column(judged(tmp_path, {**field, "footnotes": True}, cell)) == ["2025"]
    assert only(judged(tmp_path, field, cell).report, "preliminary-mark").severity is Severity.ERROR


@pytest.mark.parametrize("kind", ["year", "integer", "string"])
def test_a_year_may_be_called_one(tmp_path: Path, kind: str) -> None:
    judgement = judged(tmp_path, {"type": kind, "accepts": ["year"]}, "Năm 2025", "2024", "")
    assert column(judgement) == ["2025", "2024", ""]
    assert judgement.report.is_valid


def test_every_change_is_counted_by_kind_and_the_commonest_are_listed(tmp_path: Path) -> None:
    cells = ["1.234,5"] * 3 + ["1.234", "\uff17", " 8 ", "-"] + [f"{number},5" for number in range(20)]
    note = only(judged(tmp_path, VIETNAMESE, *cells).report, "normalised")
    changes = note.changes
    assert changes is not None
    assert dict(changes.kinds) == {"number": 24, "width": 1, "spaces": 1, "missing": 1}
    assert (changes.commonest[0].before, changes.commonest[0].after, changes.commonest[0].count) == (
        "1.234,5",
        "1234.5",
        3,
    )
    assert len(changes.commonest) == 10
    assert changes.other_cells == note.count - sum(change.count for change in changes.commonest) == 15
    assert "cách viết số 24" in note.message
    assert "1.234,5 → 1234.5 (3 ô)" in note.message
    assert "còn 22 cách đổi khác" in note.message
    assert "number format 24" in note.message_en


def test_personal_values_among_the_changes_are_masked(tmp_path: Path) -> None:
    note = only(
        judge(tmp_path, schema_of({"name": "a"}, {"name": "b"}), ["a", "b"], [["  ban@vidu.vn", "1"]]).report,
        "normalised",
    )
    assert note.changes is not None
    assert "ban@vidu.vn" not in note.changes.commonest[0].before + note.changes.commonest[0].after + note.message


def test_letters_in_doubt_are_named(tmp_path: Path) -> None:
    report = judged(tmp_path, {}, "\u0421\u0410", "Thanh H\ufffda", "\u041dà Nội").report
    assert only(report, "foreign-letters").severity is Severity.WARNING
    assert only(report, "lost-characters").severity is Severity.HOLD
    assert kinds(report) == {"homoglyph": 1}


def test_tones_are_moved_only_where_the_dictionary_asks(tmp_path: Path) -> None:
    judgement = judged(tmp_path, {"canonicalTones": True}, "Hoà", "thuỷ lợi", "Hòa")
    assert column(judgement) == ["Hòa", "thủy lợi", "Hòa"]
    assert kinds(judgement.report) == {"tone": 2}
    assert column(judged(tmp_path, {}, "Hoà")) == ["Hoà"]


def test_points_before_three_digits_are_doubted_beside_commas_where_nothing_is_declared(tmp_path: Path) -> None:
    report = judged(tmp_path, {"type": "number"}, "28.717", "28,717").report
    found = only(report, "number-ambiguous")
    assert (found.severity, found.count, found.examples[0].row) == (Severity.ERROR, 1, 2)
    assert "28,717 hoặc 28.717" in found.message


def test_a_column_whose_points_rather_part_thousands_is_warned_of(tmp_path: Path) -> None:
    warning = only(judged(tmp_path, {"type": "number"}, "1.250", "28.717", "900").report, "number-maybe-grouped")
    assert (warning.severity, warning.count, warning.examples[0].row) == (Severity.WARNING, 2, 2)
    assert '"groupChar"' in warning.remedy


@pytest.mark.parametrize(
    ("field", "cells"),
    [
        ({"type": "number", "decimalChar": "."}, ("1.250", "28.717")),
        ({"type": "number"}, ("1.250", "28.71")),
        ({"type": "number"}, ("1.250", "0.717")),
        ({"type": "number"}, ("1.250", "1234.717")),
        ({"type": "number"}, ("1.251", "28.717")),
        ({"type": "number"}, ("1250", "28717")),
    ],
)
def test_decimals_that_can_be_nothing_else_are_no_matter(
    tmp_path: Path, field: dict[str, Any], cells: tuple[str, ...]
) -> None:
    assert codes(judged(tmp_path, field, *cells).report) == set()


@pytest.mark.parametrize("mark", ["ĐANG CẬP NHẬT", "NULL", "chưa có số liệu", "#N/A", " … "])
def test_marks_for_nothing_are_known_in_any_case(tmp_path: Path, mark: str) -> None:
    assert column(judged(tmp_path, {"type": "number"}, mark)) == [""]


@pytest.mark.parametrize(("kind", "cell", "value"), [("number", "1.234,5", "1234.5"), ("integer", "1.234", "1234")])
def test_a_point_that_parts_thousands_parts_no_decimals(tmp_path: Path, kind: str, cell: str, value: str) -> None:
    assert column(judged(tmp_path, {"type": kind, "groupChar": "."}, cell)) == [value]
