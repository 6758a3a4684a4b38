"""The personal data gate: what it finds, how little of it it keeps, and what it must not mistake."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from catalog.issues import Severity
from catalog.layout import LooseText
from schemas.personal_data import find_personal_data, mask, mask_inside
from tests.schemas.personal_corpus import Persons
from tests.schemas.tables import codes, judge, only, schema_of, stage

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


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("038 099 001234", "cccd"),
        ("Số 038.099.001.234 cấp năm 2021", "cccd"),
        ("ĐT: 01682345678", "phone"),
        ("STK 0123456789012 Vietcombank", "bank"),
        ("số tài khoản: 1903 2222 333 014", "bank"),
    ],
)
def test_personal_values_are_found_however_they_are_spaced(tmp_path: Path, cell: str, kind: str) -> None:
    report = judge(tmp_path, schema_of({"name": "ghi_chu"}), ["ghi_chu"], [["không có gì"], [cell]]).report
    found = next(issue for issue in report.issues if issue.code == f"personal-data-{kind}")
    assert found.severity is Severity.HOLD
    assert found.examples[0].row == 3
    assert cell not in str(report)


@pytest.mark.parametrize(
    "cell",
    [
        "1.004616.000.00.00.H56",
        "Số 123/QĐ-UBND ngày 02/01/2026",
        "19001900",
        "105.7768, 19.8067",
        "8934563138165",
        "12.345.678",
    ],
)
def test_numbers_that_only_look_personal_are_left_alone(tmp_path: Path, cell: str) -> None:
    report = judge(tmp_path, schema_of({"name": "ghi_chu"}), ["ghi_chu"], [[cell]] * 5).report
    assert [issue.code for issue in report.issues if issue.code.startswith("personal")] == []


def test_a_column_of_names_of_persons_is_held_and_one_of_streets_is_not(tmp_path: Path) -> None:
    names = [["Nguyễn Văn An"], ["Trần Thị Bình"], ["Lê Hoàng Minh Đức"], ["Phạm Thị Mai"]]
    held = judge(tmp_path, schema_of({"name": "doi_tuong"}), ["doi_tuong"], names).report
    assert [issue.code for issue in held.issues if issue.code.startswith("personal")] == ["personal-data-name"]
    assert "Nguyễn Văn An" not in str(held)
    streets = [["Trần Hưng Đạo"], ["Lê Thánh Tông"], ["Nguyễn Công Trứ"]]
    free = judge(tmp_path, schema_of({"name": "ten_duong"}), ["ten_duong"], streets).report
    assert [issue.code for issue in free.issues if issue.code.startswith("personal")] == []


@pytest.mark.parametrize("sensitivity", ["personal", "sensitive"])
def test_a_column_that_the_dictionary_calls_personal_is_always_held(tmp_path: Path, sensitivity: str) -> None:
    schema = schema_of({"name": "benh", "sensitivity": sensitivity}, {"name": "so"})
    report = judge(tmp_path, schema, ["benh", "so"], [["cúm", "1"]]).report
    assert [issue.code for issue in report.issues if issue.severity is Severity.HOLD] == ["personal-data-declared"]


def test_what_lies_beside_the_table_is_looked_at_too(tmp_path: Path) -> None:
    schema = schema_of({"name": "so"})
    table = replace(stage(tmp_path, ["so"], [["1"]]), around=(LooseText("ghi chú ô C4", "gọi 0912345678 để hỏi"),))
    (found,) = find_personal_data(table, schema)
    assert (found.code, found.severity) == ("personal-data-phone", Severity.HOLD)
    assert "ghi chú ô C4" in found.message
    assert "0912345678" not in str(found)


def personal(folder: Path, header: list[str], rows: list[list[str]]) -> dict[str, set[str | None]]:
    """The kinds found in a table whose dictionary knows no column, each with the columns it was found in."""
    found: dict[str, set[str | None]] = {}
    for issue in find_personal_data(stage(folder, header, rows), schema_of({"name": "khac"})):
        found.setdefault(issue.code.removeprefix("personal-data-"), set()).add(issue.field)
    return found


def test_twelve_digits_that_contradict_the_years_of_birth_beside_them_are_no_identity_cards(tmp_path: Path) -> None:
    cards = [f"03809{year % 10}{number:06d}" for number, year in enumerate(range(1990, 2000))]
    right = [[card, str(1990 + place)] for place, card in enumerate(cards)]
    wrong = [[card, str(1960 + place)] for place, card in enumerate(cards)]
    assert "cccd" in personal(tmp_path, ["so", "nam_sinh"], right)
    assert "cccd" not in personal(tmp_path, ["so", "nam_sinh"], wrong)
    assert "cccd" in personal(tmp_path, ["so cccd", "nam_sinh"], wrong)


def test_codes_of_parcels_are_no_identity_cards_however_well_they_fit(tmp_path: Path) -> None:
    parcels = [[f"03814812{number:04d}"] for number in range(30)]
    assert personal(tmp_path, ["ma_thua_dat"], parcels) == {}
    assert "cccd" in personal(tmp_path, ["ghi chu"], parcels)


def test_most_numbers_of_a_column_must_have_the_form_of_a_card(tmp_path: Path) -> None:
    codes_of_things = [[f"{number}12345678901"[:12]] for number in range(10, 40)]
    assert personal(tmp_path, ["so"], [*codes_of_things, ["038099001234"]]) == {}
    assert "cccd" in personal(tmp_path, ["so"], [["038099001234"], ["xem văn bản"], [""]])


def test_cards_that_a_spreadsheet_took_for_numbers_are_found(tmp_path: Path) -> None:
    assert "cccd" in personal(tmp_path, ["cot"], [[f"380990{number:05d}"] for number in range(1, 9)])


def test_numbers_with_the_check_digit_of_enterprises_are_no_telephones(tmp_path: Path) -> None:
    enterprises = [["0301234565"], ["0312345676"], ["0301442379"], ["0309532909"], ["0304741634"], ["0303490096"]]
    assert "phone" in personal(tmp_path, ["cot"], [["0912345678"], *enterprises[:1]])
    assert personal(tmp_path, ["mst"], enterprises) == {}


def test_an_address_is_personal_beside_a_person_and_not_beside_an_enterprise(tmp_path: Path) -> None:
    persons = Persons(3)
    rows = [[persons.name(), "thôn Đông, xã Hà Trung"] for _ in range(6)]
    assert personal(tmp_path, ["ten", "o dau"], rows)["address"] == {"o dau"}
    shops = [[f"Cửa hàng số {place}", "thôn Đông, xã Hà Trung"] for place in range(6)]
    assert personal(tmp_path, ["ten", "dia diem"], shops) == {}


def test_parts_of_an_address_in_columns_of_their_own_are_personal_beside_a_person(tmp_path: Path) -> None:
    persons = Persons(4)
    rows = [[persons.name(), "Đông", "Xã Hà Trung"] for _ in range(6)]
    assert personal(tmp_path, ["ten", "thon", "ten_xa"], rows)["address"] == {"thon"}


def test_days_beside_persons_are_births_unless_the_column_says_otherwise(tmp_path: Path) -> None:
    persons = Persons(5)
    rows = [[persons.name(), persons.day()] for _ in range(8)]
    assert personal(tmp_path, ["a", "b"], rows)["birth"] == {"b"}
    assert "birth" not in personal(tmp_path, ["a", "ngay_cap"], rows)
    assert "birth" not in personal(tmp_path, ["a", "b"], [[row[0], "2026-03-05"] for row in rows])
    assert "birth" not in personal(tmp_path, ["a", "b"], [[row[0], "1815-03-05"] for row in rows])


def test_a_birth_typed_by_the_dictionary_is_seen_beside_a_person(tmp_path: Path) -> None:
    persons = Persons(6)
    schema = schema_of({"name": "doi_tuong"}, {"name": "moc", "type": "date"})
    rows = [[persons.name(), persons.born().isoformat()] for _ in range(8)]
    found = find_personal_data(stage(tmp_path, ["doi_tuong", "moc"], rows), schema)
    assert {(issue.code, issue.field) for issue in found} == {
        ("personal-data-name", "doi_tuong"),
        ("personal-data-birth", "moc"),
    }


def test_reservoirs_are_no_households(tmp_path: Path) -> None:
    rows = [["Hồ Cửa Đạt", "19.87123", "105.28456"], ["Hồ Yên Mỹ", "19.51234", "105.67891"]]
    assert personal(tmp_path, ["Tên hồ", "Vĩ độ", "Kinh độ"], rows) == {}


def test_a_list_laid_on_its_side_is_found_by_its_header(tmp_path: Path) -> None:
    found = find_personal_data(
        stage(tmp_path, ["Môn", "Nguyễn Văn An", "Trần Thị Bình"], [["Toán", "8", "9"]]), schema_of({"name": "khac"})
    )
    assert {issue.code for issue in found} == {"personal-data-name"}
    assert "Nguyễn Văn An" not in str(found)
    assert personal(tmp_path, ["Chỉ tiêu", "Nguyễn Văn An"], [["Dài", "8"]]) == {}


def test_names_in_hidden_parts_are_found_and_signatures_are_not(tmp_path: Path) -> None:
    table = stage(tmp_path, ["so"], [["1"]])
    hidden = replace(table, around=(LooseText("cột ẩn ở trang “A”, ô C4", "Nguyễn Văn An"),))
    signed = replace(table, around=(LooseText("trang “A”, dòng 40, cột 3", "Nguyễn Văn An"),))
    assert [issue.code for issue in find_personal_data(hidden, schema_of({"name": "so"}))] == ["personal-data-name"]
    assert find_personal_data(signed, schema_of({"name": "so"})) == []


def test_ragged_and_quoted_rows_are_looked_at_too_with_their_numbers(tmp_path: Path) -> None:
    rows = [["1", "a\nb"], ["2"], ["3", "x", "y"], ["4", '0912345678 "máy bàn"'], ["5", "z", "", "038099001234"]]
    found = find_personal_data(stage(tmp_path, ["tt", "ghi"], rows), schema_of({"name": "khac"}))
    places = {(issue.code, issue.field): [example.row for example in issue.examples] for issue in found}
    assert places == {("personal-data-phone", "ghi"): [5], ("personal-data-cccd", "(cột 4)"): [6]}


@pytest.mark.parametrize(
    "cell", ["MULTIPOLYGON" * 20_000, "0" * 300_000, "a@" * 50_000, "ông Lê " * 40_000, "(" * 90_000]
)
def test_no_cell_takes_long(tmp_path: Path, cell: str) -> None:
    personal(tmp_path, ["a", "so cccd"], [[cell, cell]])


def test_plates_are_found_among_other_cells_but_not_in_a_column_of_codes(tmp_path: Path) -> None:
    cells = [["không"], ["36A12345"], ["36B1-12345"], ["36A-123.45"], [""], ["không"], ["không"]]
    found = find_personal_data(stage(tmp_path, ["ghi"], cells), schema_of({"name": "khac"}))
    assert [(issue.code, issue.count) for issue in found] == [("personal-data-plate", 3)]
    assert personal(tmp_path, ["ma_lo"], [["24B00125"], ["24B00126"]]) == {}
    assert personal(tmp_path, ["lop"], [["10A 2025"], ["chung"], ["chung"]]) == {}


def test_a_column_of_streets_with_some_namesakes_is_no_list_of_persons(tmp_path: Path) -> None:
    streets = ["Trần Xuân Soạn", "Lê Phụng Hiểu", "Hạc Thành", "Nguyễn Trãi", "Đại lộ Lê Lợi", "Phan Bội Châu"]
    assert personal(tmp_path, ["ten_duong"], [[street] for street in streets]) == {}
    persons = Persons(8)
    assert "name" in personal(tmp_path, ["truong"], [[persons.name()] for _ in range(30)])


@pytest.mark.parametrize(
    "cell", ["0912345678/0987654321", "0912345678,0987654321", "0380 9900 1234", "038 0 99 001234"]
)
def test_numbers_side_by_side_or_spaced_otherwise_are_found(tmp_path: Path, cell: str) -> None:
    assert personal(tmp_path, ["ghi"], [[cell]]).keys() & {"phone", "cccd"}


def test_a_number_with_a_unit_counts_persons_and_cards(tmp_path: Path) -> None:
    count = {"type": "integer", "unit": "người"}
    schema = schema_of({"name": "so_the_bhyt", **count}, {"name": "nguoi_cao_tuoi", **count}, {"name": "gioi_tinh"})
    assert judge(tmp_path, schema, schema.field_names, [["120", "45", "nam"]]).report.issues == ()


@pytest.mark.parametrize(
    ("label", "cells"),
    [
        ("Điện thoại", ["0237 3852 117", "1900 1001", ""]),
        ("Email", ["snv@thanhhoa.gov.vn"]),
        ("Số thẻ BHYT", ["1204", "12.345"]),
        ("Số tài khoản", ["1.234.567", "98.765"]),
    ],
)
def test_what_a_column_holds_may_clear_its_suspect_name(tmp_path: Path, label: str, cells: list[str]) -> None:
    assert personal(tmp_path, ["tt", label], [["1", cell] for cell in cells]) == {}
    assert "column" in personal(tmp_path, ["tt", label], [["1", ""]])


def test_stretches_of_streets_are_no_persons(tmp_path: Path) -> None:
    rows = [["Nguyễn Văn Siêu: từ số nhà 12 đến hết đường"], ["Trần Quang Diệu, đoạn từ thôn 3, xã Hà Trung"]]
    assert personal(tmp_path, ["noi dung"], rows) == {}
