"""No personal value reaches a report: not in the finding itself, nor in any other finding about the same cells."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from catalog.issues import Dimension, Issue, Report, Severity
from catalog.layout import LooseText
from catalog.ports import GateContext
from schemas.gate import judge_table
from schemas.personal_data import find_personal_data
from tests.schemas.personal_corpus import Persons, planted
from tests.schemas.tables import COMMUNES, TODAY, codes, judge, schema_of, stage

NAME = "Nguyễn Thị Bích Ngọc"


def everything(report: Report) -> str:
    """All that a report says, as text and as JSON."""
    return f"{report} {json.dumps(asdict(report), ensure_ascii=False, default=str)}"


def leaked(report: Report, secrets: list[str]) -> list[str]:
    told = everything(report)
    return [secret for secret in secrets if secret in told]


STRICT = {"constraints": {"maxLength": 3, "unique": True, "pattern": "^x$", "enum": ["x"], "required": True}}


def test_no_rule_of_the_gate_repeats_a_planted_value(tmp_path: Path) -> None:
    for case in tuple(planted())[::2]:
        if case.name.startswith("tiêu đề"):
            continue  # here the name of the field would be the secret
        fields = [{"name": label, **STRICT} for label in case.header]
        rules = [
            {"rule": "unique-together", "fields": list(case.header)},
            {"rule": "row-constraint", "formula": "1 > 2"},
        ]
        schema = schema_of(*fields, primaryKey=list(case.header), rules=rules if len(case.header) > 1 else [])
        rows = [*case.rows, *case.rows, ("thừa",) * len(case.header) + case.rows[0]]
        report = judge(tmp_path, schema, case.header, rows).report
        assert {"constraint-error", "primary-key", "extra-cell"} <= codes(report), case.name
        assert leaked(report, list(case.secrets)) == [], case.name


PERSONAL = {"name": "ho_ten", "title": "Họ tên", "sensitivity": "personal"}


def personal_report(folder: Path, *rules: dict[str, Any], **more: Any) -> Report:
    schema = schema_of(
        {**PERSONAL, "constraints": {"maxLength": 3}},
        {"name": "luong", "type": "integer", "sensitivity": "sensitive"},
        {"name": "muc", "type": "integer"},
        {"name": "ten_xa"},
        rules=list(rules),
        **more,
    )
    rows = [
        [NAME, "7654321", "1234567", "Hà Trung"],
        [NAME, "7654321", "8888888", "Hà Trung"],
        [f"{NAME} ", "7654321", "x99", "Hà Trung"],
    ]
    return judge(folder, schema, schema.field_names, rows).report


@pytest.mark.parametrize(
    "rule",
    [
        {"rule": "not-above", "field": "luong", "limit": "muc"},
        {"rule": "not-above", "field": "muc", "limit": "luong"},
        {"rule": "unique-together", "fields": ["ho_ten", "ten_xa"]},
        {"rule": "unique-together", "fields": ["ten_xa", "luong"]},
        {"rule": "combinations", "fields": ["ten_xa", "ho_ten"], "allowed": [["a", "b"]]},
        {"rule": "row-constraint", "formula": "luong < 5"},
    ],
    ids=lambda rule: f"{rule['rule']} {rule.get('fields', rule.get('field', ''))}",
)
def test_a_declared_column_is_masked_wholly_by_rules(rule: dict[str, object], tmp_path: Path) -> None:
    report = personal_report(tmp_path, rule)
    assert str(rule["rule"]) in codes(report)
    assert leaked(report, [NAME, "7654321", "7.654.321", "7,654,321"]) == []


def test_a_declared_column_is_masked_wholly_by_every_check(tmp_path: Path) -> None:
    report = personal_report(tmp_path, primaryKey=["ho_ten", "luong"])
    assert {"constraint-error", "normalised", "primary-key", "type-error"} <= codes(report)
    assert leaked(report, [NAME, "Nguyễn", "Ngọc", "Bích"]) == []
    assert leaked(report, ["ho_ten"]) == ["ho_ten"]


def test_names_in_a_column_that_was_found_to_hold_them_are_masked_too(tmp_path: Path) -> None:
    schema = schema_of({"name": "doi_tuong", "constraints": {"maxLength": 3}}, {"name": "tt"})
    names = [f"{Persons(place).name()}" for place in range(8)]
    report = judge(tmp_path, schema, ["doi_tuong", "tt"], [[name, "1"] for name in names]).report
    assert {"personal-data-name", "constraint-error"} <= codes(report)
    assert leaked(report, names) == []


def test_other_columns_keep_what_a_clerk_needs_to_see(tmp_path: Path) -> None:
    report = personal_report(tmp_path)
    shown = [fault.value for fault in report.faults if fault.field == "muc"]
    assert shown == ["x99"]


def test_a_public_column_is_shown_as_it_is(tmp_path: Path) -> None:
    schema = schema_of({"name": "duong_day", "sensitivity": "public", "constraints": {"maxLength": 3}}, {"name": "tt"})
    report = judge(tmp_path, schema, ["duong_day", "tt"], [["0912345678", "1"]]).report
    (issue,) = [found for found in report.issues if found.code == "constraint-error"]
    assert issue.examples[0].value == "0912345678"


def test_a_value_in_the_name_of_a_column_is_masked_wherever_the_column_is_named(tmp_path: Path) -> None:
    report = judge(tmp_path, schema_of({"name": "ma"}), ["ma", "Số máy 0912345678"], [["1", "2"]]).report
    assert {"personal-data-phone", "extra-columns"} <= codes(report)
    assert leaked(report, ["0912345678"]) == []


def test_names_of_persons_as_names_of_columns_are_masked_wherever_they_are_told(tmp_path: Path) -> None:
    header = ["ma", "Nguyễn Văn An", "Trần Thị Bình"]
    report = judge(tmp_path, schema_of({"name": "ma"}, {"name": "nguyen_van_a"}), header, [["1", "8", "9"]]).report
    assert {"personal-data-name", "extra-columns", "missing-label"} <= codes(report)
    assert leaked(report, header[1:]) == []


def test_what_the_reader_says_of_a_file_is_masked_too(tmp_path: Path) -> None:
    notice = Issue(
        "layout-note",
        Severity.NOTE,
        Dimension.CLEAN,
        f"Đầu bảng ghi “CCCD 038099001234, ông {NAME}”.",
        "0912345678",
        "",
        "",
    )
    table = stage(tmp_path, ["ma"], [["1"]])
    table = replace(table, notices=(notice,))
    folder = tmp_path / "ra"
    folder.mkdir()
    context = GateContext({COMMUNES.name: COMMUNES}, {}, None, TODAY)
    report = judge_table(table, schema_of({"name": "ma"}), context, folder).report
    assert leaked(report, ["038099001234", NAME, "0912345678"]) == []


SENTENCES = (
    "{name}", "Ông {name}, CCCD {cccd}, ĐT {phone}", "bà {name} - {email} - thẻ {bhyt}", "BKS {plate}", "{cccd}",
    "STK {account} Vietcombank", "{phone}", "chủ hộ: {name}; trú tại {address}", "hộ chiếu {passport}",
)  # fmt: skip


@example(seed=62092, forms=["{name}"], label="ghi_chu", column_type="string")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10**6),
    forms=st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=6),
    label=st.sampled_from(("ghi_chu", "ho_ten", "cot", "Ghi chú")),
    column_type=st.sampled_from(("string", "integer", "date", "number", "any")),
)
def test_whatever_is_planted_and_whatever_goes_wrong_no_value_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], seed: int, forms: list[str], label: str, column_type: str
) -> None:
    persons = Persons(seed)
    cells, secrets = [], []
    for form in forms:
        made = {
            "name": persons.name(), "cccd": persons.cccd(), "phone": persons.phone(), "email": persons.email(),
            "bhyt": persons.bhyt(), "plate": persons.plate(), "account": persons.account(),
            "address": persons.address(), "passport": persons.passport(),
        }  # fmt: skip
        cells.append(form.format(**made))
        secrets += [value for key, value in made.items() if f"{{{key}}}" in form]
    field = {"name": label, "type": column_type}
    schema = schema_of(field, {"name": "tt", "constraints": {"enum": ["0"]}}, primaryKey="tt")
    report = judge(tmp_path, schema, [label, "tt"], [[f" {cell}", "1"] for cell in cells]).report
    assert leaked(report, secrets) == []
    assert [secret for secret in secrets if secret in "".join(capsys.readouterr())] == []


def test_nothing_that_is_found_beside_the_table_is_told(tmp_path: Path) -> None:
    table = replace(stage(tmp_path, ["so"], [["1"]]), around=(LooseText(f"trang “{NAME}”", f"Bà {NAME}, 0912345678"),))
    found = find_personal_data(table, schema_of({"name": "so"}))
    assert {issue.code for issue in found} == {"personal-data-phone", "personal-data-name"}
    assert "0912345678" not in str(found)
