"""Workbooks made to burst or mislead their reader: each is read rightly or refused with its remedy."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from catalog.errors import SourceUnreadable
from harvesters.reading import workbooks
from harvesters.reading.open_file import open_file
from harvesters.reading.staged import stage

TABLE = (
    '<row r="1"><c r="A1" t="str"><v>ma</v></c><c r="B1" t="str"><v>ten</v></c></row>'
    '<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="str"><v>x</v></c></row>'
)


def workbook(
    path: Path,
    rows: str = TABLE,
    *,
    sheets: int = 1,
    after: str = "",
    before: str = "",
    parts: Mapping[str, str] | None = None,
) -> Path:
    names = "".join(f'<sheet name="S{number}" r:id="r{number}"/>' for number in range(sheets))
    targets = "".join(f'<Relationship Id="r{number}" Type="x/worksheet" Target="s.xml"/>' for number in range(sheets))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", f'<workbook xmlns:r="r"><sheets>{names}</sheets></workbook>')
        shared = '<Relationship Id="s" Type="x/sharedStrings" Target="sharedStrings.xml"/>'
        package.writestr("xl/_rels/workbook.xml.rels", f"<Relationships>{targets}{shared}</Relationships>")
        package.writestr("xl/s.xml", f"<worksheet>{before}<sheetData>{rows}</sheetData>{after}</worksheet>")
        for name, text in (parts or {}).items():
            package.writestr(f"xl/{name}.xml", text)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(SourceUnreadable) as refused:
        sum(1 for sheet in open_file(path).sheets for _ in sheet.rows())
    return refused.value.message


def test_ten_thousand_sheets_are_refused_with_their_number(tmp_path: Path) -> None:
    assert "có 10000 trang tính" in refusal(workbook(tmp_path / "so.xlsx", sheets=10_000))


def test_a_million_declared_columns_and_rows_are_not_believed(tmp_path: Path) -> None:
    before = '<dimension ref="A1:ZZZ99999999"/><cols><col min="3" max="1000000" hidden="1"/></cols>'
    [sheet] = open_file(workbook(tmp_path / "so.xlsx", before=before)).sheets

    assert [row.texts for row in sheet.rows()] == [["ma", "ten"], ["1", "x"]]


def test_merged_cells_upon_each_other_are_refused_at_once(tmp_path: Path) -> None:
    merges = "<mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * 50_000 + "</mergeCells>"
    assert "bị hỏng" in refusal(workbook(tmp_path / "so.xlsx", after=merges))


def test_one_merged_cell_over_a_whole_sheet_is_read(tmp_path: Path) -> None:
    path = workbook(tmp_path / "so.xlsx", after='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')
    assert len(open_file(path).sheets[0].merges) == 1


def test_one_long_text_in_every_cell_does_not_fill_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MAX_CHARACTERS", 1_000_000)
    rows = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 100))
    path = workbook(tmp_path / "so.xlsx", rows, parts={"sharedStrings": f"<sst><si><t>{'x' * 32_000}</t></si></sst>"})
    assert "quá lớn" in refusal(path)


@pytest.mark.parametrize("part", ["sharedStrings", "styles"])
def test_entities_in_any_part_are_refused(tmp_path: Path, part: str) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><sst><si><t>&b;</t></si></sst>'
    assert "bị hỏng" in refusal(workbook(tmp_path / "so.xlsx", parts={part: bomb}))


def test_links_to_other_files_are_told_and_the_saved_value_is_used(tmp_path: Path) -> None:
    rows = TABLE.replace("<v>1</v>", '<f>[1]Sheet1!A1+WEBSERVICE("http://x")</f><v>7</v>')
    book = open_file(workbook(tmp_path / "so.xlsx", rows, parts={"externalLinks/externalLink1": "<x/>"}))

    assert [row.texts for row in book.sheets[0].rows()][1] == ["7", "x"]
    assert any("không mở theo" in message for message, _ in book.remarks)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le"), "đặt mật khẩu"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 40, "bị hỏng"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "bị hỏng"),
        (b"\x09\x08\x10\x00\x00\x06\x05\x00" + b"\xff" * 600, "bị hỏng"),
        (b"PK\x03\x04" + bytes(100), "bị hỏng"),
    ],
    ids=["encrypted", "broken", "empty", "bare", "zip"],
)
def test_a_locked_or_broken_workbook_is_refused_with_its_remedy(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "so.xls").write_bytes(content)
    message = refusal(tmp_path / "so.xls")

    assert told in message
    assert ".xlsx" in message or "bỏ mật khẩu" in message


def test_a_sheet_that_is_read_twice_is_the_same_both_times(tmp_path: Path) -> None:
    rows = "".join(
        f'<row r="{row}"><c r="A{row}"><v>{row}</v></c><c r="C{row}" t="str"><v>Xã {row}</v></c></row>'
        for row in range(1, 9_000, 2)
    )
    [sheet] = open_file(workbook(tmp_path / "so.xlsx", rows)).sheets
    first = [(row.number, row.texts, row.hidden) for row in sheet.rows()]

    assert first == [(row.number, row.texts, row.hidden) for row in sheet.rows()]
    assert first[8_998] == (8_999, ["8999", "", "Xã 8999"], False)
    assert next(iter(sheet.rows())).cells[0].kind == "number"
    assert len(first) == 8_999


def test_the_rows_of_a_long_sheet_are_staged_whole(tmp_path: Path) -> None:
    rows = TABLE + "".join(
        f'<row r="{row}"><c r="A{row}"><v>{row}</v></c><c r="B{row}" t="str"><v>y</v></c></row>'
        for row in range(3, 6_000)
    )
    reading = stage(open_file(workbook(tmp_path / "so.xlsx", rows)), None, tmp_path / "ban.csv")

    assert reading.row_count == 5_998
    assert (tmp_path / "ban.csv").read_text(encoding="utf-8").splitlines()[-1] == "5999,y"
