"""How a file would be read, from the command line: shown with its evidence, corrected by hand, and read so again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from click.testing import CliRunner, Result

from portal.cli import main

SCHEMA: dict[str, Any] = {
    "name": "lua",
    "version": "1.0.0",
    "title": "Lúa theo xã",
    "fields": [
        {"name": "ten_xa", "title": "Tên xã", "constraints": {"required": True}},
        {"name": "dien_tich", "title": "Diện tích", "type": "number", "unit": "ha"},
        {"name": "san_luong", "title": "Sản lượng thóc", "type": "number", "unit": "tấn"},
    ],
}
TABLE: list[list[Any]] = [
    ["UBND HUYỆN THỌ XUÂN"],
    ["SẢN XUẤT LÚA"],
    ["Tên xã", "Diện tích (ha)", "Thu hoạch (tấn)"],
    ["Xuân Lam", 120, 700],
    ["Xuân Bái", 98, 560],
    ["Xuân Hòa", 87, 510],
    ["Bản nháp", 1, 2],
]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DULIEUMO_HOME", str(tmp_path / "home"))
    (tmp_path / "lua.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    workbook(tmp_path / "lua.xlsx", TABLE)
    return tmp_path


def workbook(path: Path, lines: list[list[Any]], *more: list[list[Any]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        for number, sheet_lines in enumerate((lines, *more), start=1):
            sheet = book.add_worksheet(f"Trang {number}")
            for row, line in enumerate(sheet_lines):
                sheet.write_row(row, 0, line)
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["schema", *map(str, arguments)])


def test_the_proposal_is_shown_with_its_evidence_and_as_a_layout(home: Path) -> None:
    result = run("layout", home / "lua.xlsx", "--schema", home / "lua.json")
    assert result.exit_code == 0, result.output
    assert "Tiêu đề ở dòng 3; số liệu từ dòng 4." in result.output
    assert "B\tDiện tích (ha) [ha] → dien_tich" in result.output
    assert "Trường chưa có cột: san_luong" in result.output
    words, _, written = result.output.partition("\n{")
    assert "Căn cứ:" in words
    assert json.loads("{" + written)["first_row"] == 4


def test_what_is_corrected_by_hand_is_read_so_from_then_on(home: Path) -> None:
    out = home / "cach_doc.json"
    options = ["--schema", home / "lua.json", "--map", "Thu hoạch (tấn)=san_luong", "--last-row", 6, "--out", out]
    assert run("layout", home / "lua.xlsx", *options).exit_code == 0
    stored = json.loads(out.read_text(encoding="utf-8"))
    assert [column["field"] for column in stored["columns"]] == ["ten_xa", "dien_tich", "san_luong"]
    report = json.loads(
        run("check", home / "lua.xlsx", "--schema", home / "lua.json", "--layout", out, "--json").output
    )
    assert report["tasks"][0]["stats"]["rows"] == 3
    assert "layout-changed" not in json.dumps(report)
    grown = workbook(home / "moi.xlsx", [*TABLE[:6], ["Xuân Lập", 50, 300], TABLE[6]])
    again = run("check", grown, "--schema", home / "lua.json", "--layout", out)
    assert "bảng có thể đã dài thêm" in again.output
    relabelled = workbook(home / "khac.xlsx", [*TABLE[:2], ["Tên xã", "Diện tích (ha)", "Năng suất"], *TABLE[3:]])
    assert (
        "không còn đúng cách trình bày"
        in run("check", relabelled, "--schema", home / "lua.json", "--layout", out).output
    )


def test_a_person_points_at_rows_and_columns(home: Path) -> None:
    options = ["--header-rows", "3", "--first-row", 5, "--columns", "A,C", "--unit", "tấn", "--json"]
    layout = json.loads(run("layout", home / "lua.xlsx", *options).output)
    assert [(column["position"], column["label"]) for column in layout["columns"]] == [
        (1, "Tên xã"),
        (3, "Thu hoạch (tấn)"),
    ]
    assert (layout["header_rows"], layout["first_row"], layout["unit"]) == ([3], 5, "tấn")


def test_columns_are_named_by_their_letter_and_a_field_moves_to_the_column_named_last(home: Path) -> None:
    options = ["--schema", home / "lua.json", "--map", "C=dien_tich", "--json"]
    layout = json.loads(run("layout", home / "lua.xlsx", *options).output)
    assert [column["field"] for column in layout["columns"]] == ["ten_xa", "", "dien_tich"]
    assert layout["missing"] == ["san_luong"]


@pytest.mark.parametrize(
    ("options", "remedy"),
    [
        (["--header-rows", "ba"], "hãy viết 3, 3-4 hoặc 3,5"),
        (["--header-rows", "40"], "trang có 7 dòng"),
        (["--header-rows", "3", "--first-row", "2"], "sửa --first-row hoặc --header-rows"),
        (["--last-row", "1"], "sửa --last-row"),
        (["--columns", "?"], "hãy viết A-F, A,C-E hoặc 1-6"),
        (["--map", "Năng suất=dien_tich"], "các cột: A “Tên xã”; B “Diện tích (ha)”"),
        (["--map", "Tên xã=nang_suat"], "có: ten_xa, dien_tich, san_luong"),
        (["--map", "Tên xã"], "--map C=dien_tich"),
        (["--section-column", "vung"], "có: ten_xa, dien_tich, san_luong"),
        (["--sheet", "Không có"], "các trang có: Trang 1"),
    ],
)
def test_what_cannot_be_done_is_answered_with_the_remedy(home: Path, options: list[str], remedy: str) -> None:
    result = run("layout", home / "lua.xlsx", "--schema", home / "lua.json", *options)
    assert (result.exit_code, remedy in result.output) == (2, True), result.output


def test_a_field_cannot_be_named_without_a_schema(home: Path) -> None:
    result = run("layout", home / "lua.xlsx", "--map", "Tên xã=ten_xa", "--json")
    assert result.exit_code == 2
    assert "--schema" in json.loads(result.output)["error"]["message"]


def test_of_several_sheets_a_person_must_choose(home: Path) -> None:
    path = workbook(home / "hai.xlsx", TABLE, TABLE)
    assert run("layout", path).exit_code == 1
    assert run("layout", path, "--sheet", "Trang 2").exit_code == 0
    assert "Bảng khác trong tệp: Trang 2" in run("layout", path).output


def test_a_file_in_which_no_table_is_found_can_be_pointed_at(home: Path) -> None:
    path = workbook(home / "la.xlsx", [["Ghi"], ["Tên xã"], ["Xuân Lam"], ["Xuân Bái"]])
    layout = json.loads(run("layout", path, "--header-rows", "2", "--json").output)
    assert (layout["header_rows"], [column["label"] for column in layout["columns"]]) == ([2], ["Tên xã"])


@pytest.mark.parametrize("content", ["không phải JSON", "[]", "{}", '{"format": 3, "columns": [7]}', '{"format": ""}'])
def test_a_file_that_holds_no_layout_is_refused(home: Path, content: str) -> None:
    layout = home / "hong.json"
    layout.write_text(content, encoding="utf-8")
    result = run("check", home / "lua.xlsx", "--schema", home / "lua.json", "--layout", layout)
    assert result.exit_code == 2
    assert "dulieumo schema layout TỆP --out hong.json" in result.output


def test_a_draft_takes_the_unit_that_the_table_states(home: Path) -> None:
    rows: list[list[Any]] = [["Xã Một", 1, 2], ["Xã Hai", 3, 4]]
    lines: list[list[Any]] = [["SẢN LƯỢNG"], ["Đơn vị tính: tấn"], ["Tên xã", "Lúa", "Diện tích (ha)"], *rows]
    draft = json.loads(run("infer", workbook(home / "sl.xlsx", lines)).output)
    assert {field["title"]: field.get("unit") for field in draft["fields"]} == {
        "Tên xã": None,
        "Lúa": "tấn",
        "Diện tích (ha)": "ha",
    }
