"""The workbook a clerk corrects by: marked cells, words beside the colours, links, nothing that runs."""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from catalog.errors import InvalidInput
from catalog.issues import Dimension, Example, Fault, Issue, Report, Severity
from catalog.layout import RowNumbers
from catalog.working_folders import PREFIX
from publishers import annotated_workbook as module
from publishers.annotated_workbook import Written, annotated_workbook

COLUMNS = ("Mã", "Ngày cấp", "Số dân")
FIELDS = ("ma", "ngay_cap", "dan_so")
ROWS: tuple[tuple[object, ...], ...] = (
    ("00125", "31/02/2026", 12),
    ("=1+1", date(2026, 2, 28), 99_000),
    ("00127", None, None),
)
BAD_DAY = Issue(
    "type-error",
    Severity.ERROR,
    Dimension.CORRECT,
    "Cột ngay_cap: 1 dòng sai định dạng ngày.",
    "Column ngay_cap: 1 row is not a date.",
    "Ghi một ngày có thật.",
    field="ngay_cap",
    examples=(Example(2, "31/02/2026"),),
)
JUMP = Issue("outlier", Severity.WARNING, Dimension.CORRECT, "Tăng gấp 10.", "Ten times.", field="dan_so")
TOUCHED = Issue("normalised", Severity.NOTE, Dimension.CLEAN, "Đã chuẩn hóa.", "Normalised.", examples=(Example(4),))
REPORT = Report(
    3,
    (BAD_DAY, JUMP, TOUCHED),
    faults=(
        Fault("type-error", 2, "ngay_cap", 2, ("ngay_cap",), "31/02/2026"),
        Fault("outlier", 3, "dan_so", 3, ("dan_so",), "99000"),
    ),
)


def written(path: Path, report: Report = REPORT, rows: Sequence[Sequence[object]] = ROWS, **options: Any) -> Written:
    return annotated_workbook(COLUMNS, iter(rows), report, path, fields=FIELDS, **options)


def sheet(path: Path, name: str = "Dữ liệu") -> list[list[Any]]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name(name).to_python()


def part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as book:
        return book.read(name).decode()


def test_each_row_tells_its_state_in_words_and_its_number_in_the_source(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    assert written(path) == Written(3, 0)
    rows = sheet(path)
    assert rows[0] == ["Lỗi", "Dòng ở nguồn", *COLUMNS]
    assert [row[:2] for row in rows[1:]] == [["Lỗi: ngay_cap", 2], ["Lưu ý: dan_so", 3], ["", 4]]
    assert [row[2] for row in rows[1:]] == ["00125", "=1+1", "00127"]
    assert rows[2][3] == date(2026, 2, 28)


def test_the_faulty_cells_and_no_others_carry_a_note_with_the_remedy(tmp_path: Path) -> None:
    written(tmp_path / "x.xlsx")
    notes = part(tmp_path / "x.xlsx", "xl/comments1.xml")
    assert re.findall(r'<comment ref="(\w+)"', notes) == ["D2", "E3"]
    assert "Lỗi: Cột ngay_cap: 1 dòng sai định dạng ngày." in notes
    assert "Cách sửa: Ghi một ngày có thật." in notes
    cells = dict(re.findall(r'<c r="(\w+)" s="(\d+)"', part(tmp_path / "x.xlsx", "xl/worksheets/sheet1.xml")))
    assert cells["D2"] not in (cells["C2"], cells["D3"])


def test_nothing_is_run_as_a_formula_now_or_after_an_edit(tmp_path: Path) -> None:
    written(tmp_path / "x.xlsx")
    rows = part(tmp_path / "x.xlsx", "xl/worksheets/sheet1.xml")
    assert "<f>" not in rows
    styles = re.findall(r"<xf [^>]*>", part(tmp_path / "x.xlsx", "xl/styles.xml").split("<cellXfs")[1])
    of_cell = re.search(r'<c r="C3" s="(\d+)"', rows)
    assert of_cell
    assert 'quotePrefix="1"' in styles[int(of_cell[1])]
    assert 'numFmtId="49"' in styles[int(of_cell[1])]


def test_the_findings_lead_to_their_cells(tmp_path: Path) -> None:
    written(tmp_path / "x.xlsx")
    findings = sheet(tmp_path / "x.xlsx", "Báo cáo")
    told = [row[:6] for row in findings if row[0] in ("Lỗi", "Lưu ý", "Ghi chú")]
    assert [row[0] for row in told] == ["Lỗi", "Lưu ý", "Ghi chú"]
    assert told[0][1:3] == ["Đúng", "ngay_cap"]
    assert "location=\"'Dữ liệu'!D2\"" in part(tmp_path / "x.xlsx", "xl/worksheets/sheet2.xml")
    assert "Bảng có lỗi" in findings[1][0]
    assert sheet(tmp_path / "x.xlsx", "Hướng dẫn")


def test_rows_of_a_file_with_a_letterhead_keep_its_numbers(tmp_path: Path) -> None:
    report = Report(
        3,
        (BAD_DAY,),
        faults=(Fault("type-error", 12, "ngay_cap", 2, ("ngay_cap",)),),
        row_numbers=RowNumbers(((2, 8), (3, 12))),
    )
    written(tmp_path / "x.xlsx", report)
    assert [row[:2] for row in sheet(tmp_path / "x.xlsx")[1:]] == [["", 8], ["Lỗi: ngay_cap", 12], ["", 13]]


def test_of_a_long_table_the_rows_with_findings_are_kept(tmp_path: Path) -> None:
    rows = [("00125", "x", number) for number in range(50)]
    report = Report(50, (BAD_DAY,), faults=(Fault("type-error", 40, "ngay_cap", 2, ("ngay_cap",)),))
    assert written(tmp_path / "x.xlsx", report, rows, most_rows=10) == Written(11, 39)
    assert [row[1] for row in sheet(tmp_path / "x.xlsx")[1:]] == [*range(2, 12), 40]
    assert "39 dòng không có trong tệp này" in str(sheet(tmp_path / "x.xlsx", "Báo cáo"))


def test_what_a_sheet_cannot_hold_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "XLSX_ROWS", 2)
    assert written(tmp_path / "x.xlsx") == Written(2, 1)


def test_a_finding_about_a_column_the_table_lacks_stands_beside_the_row(tmp_path: Path) -> None:
    report = Report(3, (BAD_DAY,), faults=(Fault("blank-row", 3), Fault("type-error", 1, "khong_co")))
    written(tmp_path / "x.xlsx", report)
    assert sheet(tmp_path / "x.xlsx")[2][0] == "Lỗi: cả dòng"
    assert re.findall(r'<comment ref="(\w+)"', part(tmp_path / "x.xlsx", "xl/comments1.xml")) == ["A1", "D2", "A3"]


def test_the_same_table_gives_the_same_bytes(tmp_path: Path) -> None:
    written(tmp_path / "a.xlsx")
    written(tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_path_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="Không ghi được tệp"):
        written(tmp_path / "khong-co" / "x.xlsx")


def test_rows_lie_meanwhile_only_where_a_killed_process_is_cleared_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tam"))
    (tmp_path / "tam").mkdir()
    seen: list[Path] = []

    def rows() -> Iterator[Sequence[object]]:
        yield from ROWS
        seen.extend((tmp_path / "tam").iterdir())

    annotated_workbook(COLUMNS, rows(), REPORT, tmp_path / "bang.xlsx", fields=FIELDS)
    assert [path.name.startswith(PREFIX) for path in seen] == [True]
    assert list((tmp_path / "tam").iterdir()) == []
