"""The personal data gate: what it finds, how little of it it keeps, and what it must not mistake."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catalog.issues import Severity
from schemas.personal_data import mask, mask_inside
from tests.schemas.tables import codes, judge, only, schema_of

CCCD = "038099001234"


def found(folder: Path, field: dict[str, Any], *cells: str) -> set[str]:
    """The kinds of personal data found in a column of these cells."""
    schema = schema_of({"name": "cot", **field}, {"name": "stt"})
    report = judge(folder, schema, ["cot", "stt"], [[cell, "1"] for cell in cells]).report
    return {code for code in codes(report) if code.startswith("personal-data")}


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        (CCCD, "cccd"),
        (f"Liên hệ ông A, CCCD {CCCD}.", "cccd"),
        ("0912345678", "phone"),
        ("gọi 0912 345 678 giờ hành chính", "phone"),
        ("091.234.5678", "phone"),
        ("+84 912 345 678", "phone"),
        ("+84912345678", "phone"),
        ("nguyen.van.a@gmail.com", "email"),
        ("thẻ GD4383812345678 còn hạn", "bhyt"),
        ("36A-123.45", "plate"),
        ("36B1 12345", "plate"),
        ("171234567", "cmnd"),
        ("C1234567", "passport"),
    ],
)
def test_personal_values_are_found(tmp_path: Path, cell: str, kind: str) -> None:
    assert found(tmp_path, {}, cell) == {f"personal-data-{kind}"}


@pytest.mark.parametrize(
    ("field", "cell"),
    [
        ({"type": "integer"}, "912345678"),
        ({"type": "integer"}, "171234567"),
        ({"type": "number"}, "0.0912345678"),
        ({"codeList": "xa-thanh-hoa"}, "15853"),
        ({}, "15853"),
        ({}, "1.000123.000.00.00.H56"),
        ({}, "0.038099001234"),
        ({}, "03-05-2026 10:30"),
        ({}, "2026-05-03 10:30:00"),
        ({}, "0237 385 2345"),
        ({}, "sonoivu@thanhhoa.gov.vn"),
        ({}, "Quyết định số 1234/QĐ-UBND ngày 12/3/2026"),
        ({}, "19.80768 105.77764"),
        ({}, "099199001234567"),
        ({}, "1900 1001"),
        ({"sensitivity": "public"}, "0912345678"),
        ({"name": "cot", "sensitivity": "public"}, "0312345678"),
    ],
)
def test_what_only_looks_personal_is_left_alone(tmp_path: Path, field: dict[str, Any], cell: str) -> None:
    assert found(tmp_path, field, cell) == set()


def test_nine_digits_are_an_identity_card_only_where_most_cells_have_them(tmp_path: Path) -> None:
    assert found(tmp_path, {}, "171234567", "a", "b") == set()
    assert found(tmp_path, {}, "171234567", "171234568", "b", "") == {"personal-data-cmnd"}


def test_a_finding_holds_the_table_and_keeps_only_masked_samples(tmp_path: Path) -> None:
    schema = schema_of({"name": "ghi_chu", "title": "Ghi chú"}, {"name": "stt"})
    report = judge(tmp_path, schema, ["ghi_chu", "stt"], [["", "1"], [f"ông A {CCCD}", "2"]]).report
    issue = only(report, "personal-data-cccd")
    assert (issue.severity, issue.field, issue.examples[0].row) == (Severity.HOLD, "ghi_chu", 3)
    assert issue.examples[0].value == "038•••••••34"
    assert "038•••••••34" in issue.message
    assert CCCD not in str(report)


def test_no_other_finding_repeats_a_personal_value(tmp_path: Path) -> None:
    schema = schema_of(
        {"name": "ma", "constraints": {"maxLength": 5}}, {"name": "so", "type": "integer"}, primaryKey="ma"
    )
    rows = [[f" {CCCD}", "0912345678x"], [CCCD, "a@b.com"], ["1", "2", f"thừa {CCCD}"]]
    report = judge(tmp_path, schema, ["ma", "so"], rows).report
    assert {"constraint-error", "primary-key", "normalised", "type-error", "extra-cell"} <= codes(report)
    assert CCCD not in str(report)
    assert "a@b.com" not in str(report)


def test_columns_that_the_dictionary_does_not_know_are_looked_at_too(tmp_path: Path) -> None:
    report = judge(tmp_path, schema_of({"name": "ma"}), ["ma", "so giay"], [["1", CCCD]]).report
    assert only(report, "personal-data-cccd").field == "so giay"


def test_cells_beyond_the_last_header_are_looked_at_too(tmp_path: Path) -> None:
    report = judge(tmp_path, schema_of({"name": "ma"}), ["ma"], [["1", CCCD]]).report
    assert only(report, "personal-data-cccd").field == "(cột 2)"


@pytest.mark.parametrize(
    "label", ["cccd", "Số CCCD", "so_tai_khoan", "Ngày sinh", "giới tính", "Địa chỉ thường trú", "sdt"]
)
def test_an_unknown_column_may_be_personal_by_its_name_alone(tmp_path: Path, label: str) -> None:
    report = judge(tmp_path, schema_of({"name": "ma"}), ["ma", label], [["1", ""]]).report
    assert label in only(report, "personal-data-column").message


@pytest.mark.parametrize("name", ["dan_toc", "gioi_tinh", "dia_chi", "dien_thoai"])
def test_a_column_of_the_dictionary_is_not_personal_by_a_harmless_name(tmp_path: Path, name: str) -> None:
    assert judge(tmp_path, schema_of({"name": "ma"}, {"name": name}), ["ma", name], [["1", "x"]]).report.issues == ()


def test_names_together_with_birthdays_are_persons_even_in_the_dictionary(tmp_path: Path) -> None:
    schema = schema_of({"name": "ho_ten"}, {"name": "ngay_sinh", "type": "date"})
    report = judge(tmp_path, schema, ["ho_ten", "ngay_sinh"], [["Nguyễn Văn A", "2000-01-01"]]).report
    assert "ho_ten, ngay_sinh" in only(report, "personal-data-person").message


@pytest.mark.parametrize(
    ("value", "masked"),
    [(CCCD, "038•••••••34"), ("0912345678", "091•••••78"), ("nam@gmail.com", "n•••@gmail.com"), ("C123", "C••3")],
)
def test_masks(value: str, masked: str) -> None:
    assert mask(value) == masked


def test_everything_inside_a_text_is_masked() -> None:
    assert mask_inside(f"{CCCD}, 0912345678 và a@b.com") == "038•••••••34, 091•••••78 và a•••@b.com"
