"""Workbooks of LibreOffice: their fonts, notes, merged and hidden cells, and what would burst."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from catalog.errors import SourceUnreadable
from harvesters.reading.grid import Book, CellKind, Merge, Sheet
from harvesters.reading.workbooks import open_workbook

NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in {
        "office": "office",
        "style": "style",
        "table": "table",
        "text": "text",
        "number": "datastyle",
        "draw": "drawing",
        "fo": "xsl-fo-compatible",
        "svg": "svg-compatible",
        "meta": "meta",
    }.items()
)
NAMES += ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
NAMES += ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
COMMON = (
    '<office:styles><style:style style:name="Default" style:family="table-cell"><style:text-properties'
    ' style:font-name="Arial"/></style:style><style:style style:name="Đậm" style:family="table-cell"'
    ' style:parent-style-name="Default"><style:text-properties fo:font-weight="bold"/></style:style></office:styles>'
    "<office:master-styles><style:master-page><style:header><text:p>Sở Y tế</text:p></style:header></style:master-page>"
    "</office:master-styles>"
)
STYLES = """
<office:font-face-decls><style:font-face style:name="F1" svg:font-family="'.VnTime'"/>
<style:font-face style:name="F2" svg:font-family="VNI-Times"/></office:font-face-decls>
<office:automatic-styles>
<number:number-style style:name="N1"><number:number number:decimal-places="0" number:min-integer-digits="5"/>
</number:number-style>
<number:number-style style:name="N2"><number:text>0</number:text><number:number number:min-integer-digits="9"/>
</number:number-style>
<number:percentage-style style:name="N3"><number:number number:decimal-places="1" number:min-integer-digits="1"/>
<number:text>%</number:text></number:percentage-style>
<style:style style:name="cu" style:family="table-cell"><style:text-properties style:font-name="F1"/></style:style>
<style:style style:name="dam" style:family="table-cell" style:parent-style-name="Đậm"/>
<style:style style:name="ma" style:family="table-cell" style:data-style-name="N1"/>
<style:style style:name="dt" style:family="table-cell" style:data-style-name="N2"/>
<style:style style:name="pt" style:family="table-cell" style:data-style-name="N3"/>
<style:style style:name="cao" style:family="text"><style:text-properties style:text-position="super 58%"/></style:style>
<style:style style:name="vni" style:family="text"><style:text-properties fo:font-family="VNI-Times"/></style:style>
<style:style style:name="an" style:family="table"><style:table-properties table:display="false"/></style:style>
</office:automatic-styles>"""
META = (
    "<office:meta><dc:creator>Nguyễn Văn A</dc:creator><meta:user-defined"
    ' meta:name="Phòng">Kế hoạch</meta:user-defined></office:meta>'
)


def write(path: Path, tables: str, *, styles: str = STYLES, **more: str) -> Path:
    def part(name: str, inside: str) -> str:
        return f'<?xml version="1.0" encoding="UTF-8"?><office:{name} {NAMES}>{inside}</office:{name}>'

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        package.writestr("content.xml", part("document-content", styles + body))
        package.writestr("styles.xml", part("document-styles", COMMON))
        package.writestr("meta.xml", part("document-meta", META))
        for name, text in more.items():
            package.writestr(name.replace("__", "/"), text)
    return path


def cell(text: str = "", attributes: str = "", inside: str = "") -> str:
    told = f"<text:p>{text}</text:p>" if text else ""
    return f'<table:table-cell office:value-type="string" {attributes}>{inside}{told}</table:table-cell>'


def value(said: str, number: str, style: str = "", name: str = "value") -> str:
    styled = f' table:style-name="{style}"' if style else ""
    shown = "<text:p>như hiện ra</text:p>"
    return f'<table:table-cell{styled} office:value-type="{said}" office:{name}="{number}">{shown}</table:table-cell>'


def row(*cells: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def table(*rows: str, name: str = "Bảng", attributes: str = "", columns: str = "") -> str:
    return f'<table:table table:name="{name}" {attributes}>{columns}{"".join(rows)}</table:table>'


HEADER = row(cell("ma"), cell("ten"))


def opened(tmp_path: Path, tables: str, **more: str) -> Book:
    return open_workbook(write(tmp_path / "so.ods", tables, **more))


def texts(sheet: Sheet) -> list[list[str]]:
    return [list(item.texts) for item in sheet.rows()]


def test_texts_in_the_fonts_of_old_are_decoded_by_the_name_of_the_font(tmp_path: Path) -> None:
    old = cell("Qu¶ng X­¬ng", 'table:style-name="cu"')
    mixed = cell('Xã <text:span text:style-name="vni">Quaûng Phuù</text:span>')
    book = opened(tmp_path, table(HEADER, row(cell("01"), old), row(cell("02"), mixed)))

    assert texts(book.sheets[0]) == [["ma", "ten"], ["01", "Quảng Xương"], ["02", "Xã Quảng Phú"]]
    assert any("TCVN3" in message for message, _ in book.remarks)
    assert book.format == "ods"


def test_a_column_gives_its_style_to_cells_without_one(tmp_path: Path) -> None:
    columns = '<table:table-column/><table:table-column table:default-cell-style-name="cu"/>'
    book = opened(tmp_path, table(HEADER, row(cell("01"), cell("Thä Xu©n")), columns=columns))

    assert texts(book.sheets[0])[1] == ["01", "Thọ Xuân"]


def test_numbers_dates_codes_and_shares_are_values_and_not_what_is_shown(tmp_path: Path) -> None:
    cells = (
        value("float", "123", "ma"),
        value("float", "912345678", "dt"),
        value("percentage", "0.125", "pt"),
        value("currency", "1500000.5"),
        value("date", "2026-03-05", name="date-value"),
        value("date", "2026-03-05T07:30:00", name="date-value"),
        value("time", "PT07H05M09S", name="time-value"),
        value("boolean", "true", name="boolean-value"),
    )
    sheet = opened(tmp_path, table(row(*cells))).sheets[0]
    first = next(iter(sheet.rows()))

    assert [item.text for item in first.cells] == [
        "00123", "0912345678", "0.125", "1500000.5", "2026-03-05", "2026-03-05T07:30:00", "07:05:09", "true",
    ]  # fmt: skip
    assert [item.kind for item in first.cells[:5]] == [
        CellKind.TEXT, CellKind.TEXT, CellKind.NUMBER, CellKind.NUMBER, CellKind.DATE,
    ]  # fmt: skip
    assert first.cells[2].number_format == "percent"


def test_bold_letters_come_from_the_parent_of_a_style(tmp_path: Path) -> None:
    first = next(iter(opened(tmp_path, table(row(cell("a", 'table:style-name="dam"'), cell("b")))).sheets[0].rows()))

    assert [item.bold for item in first.cells] == [True, False]


def test_spaces_lines_and_footnote_marks(tmp_path: Path) -> None:
    told = 'Dân số<text:span text:style-name="cao">1)</text:span>'
    long = 'a<text:s text:c="3"/>b<text:line-break/>c</text:p><text:p>d\n   e'
    rows = texts(opened(tmp_path, table(row(cell(told), cell(long)))).sheets[0])

    assert rows == [["Dân số", "a   b\nc\nd e"]]


def test_merged_hidden_and_covered_cells_are_told(tmp_path: Path) -> None:
    wide = cell("Dân số", 'table:number-columns-spanned="2" table:number-rows-spanned="1"')
    covered = "<table:covered-table-cell><text:p>0912 345 678</text:p></table:covered-table-cell>"
    columns = '<table:table-column table:number-columns-repeated="2"/><table:table-column table:visibility="collapse"/>'
    hidden = row(cell("x"), cell("y"), cell("z"), attributes='table:visibility="filter"')
    book = opened(
        tmp_path,
        table(row(wide, covered, cell("c")), hidden, columns=columns)
        + table(row(cell("mật")), name="Ẩn", attributes='table:style-name="an"'),
    )
    sheet, secret = book.sheets

    assert sheet.merges == (Merge(1, 1, 1, 2),)
    assert set(sheet.hidden_columns) == {3}
    assert [item.hidden for item in sheet.rows()] == [False, True]
    assert (sheet.hidden, secret.hidden) == (False, True)
    assert {"0912 345 678", "mật", "z"} <= {item.text for item in book.loose}


def test_notes_names_drawings_and_properties_lie_beside_the_table(tmp_path: Path) -> None:
    note = (
        "<office:annotation><dc:creator>Trần Thị B</dc:creator><dc:date>2026-01-01</dc:date>"
        "<text:p>gọi 0912</text:p><text:p>345 678</text:p></office:annotation>"
    )
    drawn = (
        "<table:shapes><draw:frame><draw:text-box><text:p>đóng dấu</text:p></draw:text-box></draw:frame></table:shapes>"
    )
    names = '<table:named-expressions><table:named-range table:name="vung" table:cell-range-address="$A$1"/>'
    book = opened(
        tmp_path, table(row(cell("ma", inside=note), cell("ten")), columns=drawn) + names + "</table:named-expressions>"
    )
    beside = {item.place: item.text for item in book.loose}

    assert texts(book.sheets[0]) == [["ma", "ten"]]
    assert beside["ghi chú ô A1, trang “Bảng”"] == "gọi 0912\n345 678"
    assert beside["người viết ghi chú, trang “Bảng”"] == "Trần Thị B"
    assert beside["hộp chữ, hình vẽ"] == "đóng dấu"
    assert beside["tên vùng “vung”"] == "$A$1"
    assert beside["thuộc tính tệp: người sửa cuối"] == "Nguyễn Văn A"
    assert beside["thuộc tính tệp: Phòng"] == "Kế hoạch"
    assert beside["đầu trang, chân trang"] == "Sở Y tế"


def test_repeated_cells_and_rows_are_as_many_as_they_are(tmp_path: Path) -> None:
    filler = '<table:table-cell table:number-columns-repeated="16380"/>'
    rows = (
        row(cell("a"), cell("b", 'table:number-columns-repeated="2"'), filler),
        row(filler, attributes='table:number-rows-repeated="2"'),
        row(cell("1"), attributes='table:number-rows-repeated="3"'),
        row(filler, attributes='table:number-rows-repeated="1048000"'),
    )
    sheet = opened(tmp_path, table(*rows)).sheets[0]

    assert [(item.number, list(item.texts)) for item in sheet.rows()] == [
        (1, ["a", "b", "b"]), (2, []), (3, []), (4, ["1"]), (5, ["1"]), (6, ["1"]),
    ]  # fmt: skip
    assert texts(sheet) == texts(sheet)


def test_formulas_without_a_result_errors_and_links_are_told(tmp_path: Path) -> None:
    unsaved = '<table:table-cell table:formula="of:=[.A1]*2"/>'
    broken = cell("#DIV/0!", 'table:formula="of:=1/0" calcext:value-type="error"')
    linked = (
        '<table:table-cell table:formula="of:=[\'file:///x.ods\'#$A.A1]" office:value-type="float" office:value="7"/>'
    )
    outside = table(row(cell("kín")), name="'file:///x.ods'#$A", columns='<table:table-source xlink:href="x.ods"/>')
    book = opened(tmp_path, table(row(unsaved, broken, linked)) + outside.replace("xlink:", "table:"))
    first = next(iter(book.sheets[0].rows()))

    assert [item.kind for item in first.cells] == [CellKind.ERROR, CellKind.ERROR, CellKind.NUMBER]
    assert len(book.sheets) == 1
    assert any("liên kết tới tệp khác" in message for message, _ in book.remarks)


@pytest.mark.parametrize(
    "tables",
    [
        table(row(cell("x", 'table:number-columns-repeated="20000"'))),
        table(row(cell("x"), attributes='table:number-rows-repeated="1000000000"')),
        table(row(cell("x", 'table:number-columns-repeated="16000"'), attributes='table:number-rows-repeated="60000"')),
        table(row(attributes='table:number-rows-repeated="2000000"'), row(cell("x"))),
        table(row(cell("x" * 30_000), attributes='table:number-rows-repeated="1000000"')),
    ],
    ids=["columns", "rows", "cells", "far row", "long texts"],
)
def test_what_would_burst_is_refused(tmp_path: Path, tables: str) -> None:
    with pytest.raises(SourceUnreadable, match="quá lớn"):
        opened(tmp_path, tables)


def test_thousands_of_sheets_are_refused_with_their_number(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable, match="có 1001 trang tính"):
        opened(tmp_path, table(HEADER) * 1_001)


@pytest.mark.parametrize("number", ["mười", "0", "-3"])
def test_what_is_no_workbook_is_refused(tmp_path: Path, number: str) -> None:
    with pytest.raises(SourceUnreadable, match="LibreOffice đọc được"):
        opened(tmp_path, table(row(cell("x", f'table:number-columns-repeated="{number}"'))))


def test_a_password_is_named_with_its_remedy(tmp_path: Path) -> None:
    manifest = '<m:manifest xmlns:m="urn:x"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'
    with pytest.raises(SourceUnreadable, match=r"\(LibreOffice\) đặt mật khẩu"):
        opened(tmp_path, table(HEADER), **{"META-INF__manifest.xml": manifest})


def test_entities_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "so.ods", table(HEADER))
    with zipfile.ZipFile(path) as package:
        content = package.read("content.xml").decode()
    with zipfile.ZipFile(path, "w") as package:
        bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
        package.writestr("content.xml", content.replace("?>", "?>" + bomb, 1))
    with pytest.raises(SourceUnreadable, match="LibreOffice"):
        open_workbook(path)
