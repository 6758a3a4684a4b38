"""Files named .xls that are web pages or one XML file, as programs of offices export them."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.errors import SourceUnreadable
from harvesters.reading.grid import CellKind, Merge, Sheet
from harvesters.reading.open_file import open_file
from tests.harvesters.reading.test_ods import COMMON, HEADER, NAMES, STYLES, cell, row, table

PAGE = (
    '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head>'
    '<meta http-equiv=Content-Type content="text/html; charset={charset}"><title>Sổ</title>'
    '<style>.xl1 {{font-family:".VnTime", sans-serif;}} .xl2 {{mso-number-format:"0\\.0%";}}'
    ' .xl3 {{mso-number-format:"00000"; font-weight:700}}</style></head><body><p>Kính gửi: Sở Y tế</p>'
    "<table border=1>{rows}</table></body></html>"
)


def page(rows: str, charset: str = "utf-8") -> str:
    return PAGE.format(charset=charset, rows=rows)


def texts(sheet: Sheet) -> list[list[str]]:
    return [list(item.texts) for item in sheet.rows()]


def saved(tmp_path: Path, content: str | bytes, name: str = "so.xls") -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("charset", "codec"),
    [("utf-8", "utf-8"), ("utf-8", "utf-8-sig"), ("unicode", "utf-16")],
)
def test_the_tables_of_a_page_are_sheets(tmp_path: Path, charset: str, codec: str) -> None:
    rows = (
        "<tr><th>Mã<th>Tên</tr><tr><td>00123</td><td>Ba Vì &amp;<br> B</td></tr><tr><td> 2 <td></table><table><tr><td>x"
    )
    book = open_file(saved(tmp_path, page(rows, charset).encode(codec)))

    assert [sheet.name for sheet in book.sheets] == ["Bảng 1", "Bảng 2"]
    assert texts(book.sheets[0]) == [["Mã", "Tên"], ["00123", "Ba Vì &\n B"], ["2"]]
    assert texts(book.sheets[1]) == [["x"]]
    assert "Kính gửi: Sở Y tế" in [item.text for item in book.loose]
    assert any("trang web (HTML)" in message for message, _ in book.remarks)


def test_cells_across_columns_and_rows_stand_where_a_browser_shows_them(tmp_path: Path) -> None:
    rows = '<tr><td rowspan=2>a<td colspan="2">b<tr><td>c<td>d<tr style="display: none"><td>e'
    sheet = open_file(saved(tmp_path, page(rows))).sheets[0]

    assert [(item.number, list(item.texts), item.hidden) for item in sheet.rows()] == [
        (1, ["a", "b"], False),
        (2, ["", "c", "d"], False),
        (3, ["e"], True),
    ]
    assert sheet.merges == (Merge(1, 1, 2, 1), Merge(1, 2, 1, 3))


def test_a_page_of_excel_brings_its_fonts_and_numbers(tmp_path: Path) -> None:
    rows = (
        '<tr><td class=xl1>Qu¶ng X­¬ng</td><td class=xl2 x:num="0.125">12,5%</td><td class=xl3 x:num="42">00042</td>'
        '<td><font face="VNI-Times">Thaønh phoá</font><sup>1)</sup></td></tr>'
    )
    first = next(iter(open_file(saved(tmp_path, page(rows))).sheets[0].rows()))

    assert first.texts == ["Quảng Xương", "0.125", "00042", "Thành phố"]
    assert (first.cells[1].kind, first.cells[1].number_format) == (CellKind.NUMBER, "percent")
    assert first.cells[2].bold


def test_a_page_within_a_page_is_a_table_of_its_own(tmp_path: Path) -> None:
    rows = "<tr><td><table><tr><td>trong</td></tr></table>ngoài</td></tr>"
    assert [texts(sheet) for sheet in open_file(saved(tmp_path, page(rows))).sheets] == [[["ngoài"]], [["trong"]]]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (page("<tr><td colspan=1000 rowspan=65534>x" * 20), "quá lớn"),
        (page("<tr>" + "<td>x" * 17_000), "quá lớn"),
        ("<html><body>Đăng nhập</body></html>", "không có bảng nào"),
        (page('<tr><td x:num="mười">10'), "bị hỏng"),
        ("<table>" * 2_000, "trang tính"),
    ],
    ids=["spans", "columns", "no table", "no number", "tables"],
)
def test_a_page_that_is_no_table_is_refused(tmp_path: Path, content: str, told: str) -> None:
    with pytest.raises(SourceUnreadable, match=told):
        open_file(saved(tmp_path, content))


@pytest.mark.parametrize("name", ["so.csv", "so.json", "so.ods"])
def test_a_page_under_another_name_may_be_an_error_and_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceUnreadable, match="trang báo lỗi hoặc đăng nhập"):
        open_file(saved(tmp_path, page("<tr><td>ma<tr><td>1"), name))


SPREADSHEET = """<?xml version="1.0" encoding="{encoding}"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:o="urn:schemas-microsoft-com:office:office"
 xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:html="http://www.w3.org/TR/REC-html40">
<o:DocumentProperties><o:Author>Nguyễn Văn A</o:Author></o:DocumentProperties>
<Styles><Style ss:ID="Default" ss:Name="Normal"><Font ss:FontName="Arial"/></Style>
<Style ss:ID="cu"><Font ss:FontName=".VnTimeH" ss:Bold="1"/></Style>
<Style ss:ID="pt"><NumberFormat ss:Format="Percent"/></Style>
<Style ss:ID="ma"><NumberFormat ss:Format="00000"/></Style></Styles>
<Names><NamedRange ss:Name="vung" ss:RefersTo="=DS!R1C1"/></Names>
<Worksheet ss:Name="DS"><Table>{rows}</Table></Worksheet>
<Worksheet ss:Name="Ẩn"><Table><Row><Cell><Data ss:Type="String">mật</Data></Cell></Row></Table>
<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet></Workbook>"""


def data(said: str, text: str, attributes: str = "", more: str = "") -> str:
    return f'<Cell {attributes}><Data ss:Type="{said}">{text}</Data>{more}</Cell>'


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16"])
def test_an_xml_spreadsheet_is_read_with_its_styles_notes_and_hidden_parts(tmp_path: Path, encoding: str) -> None:
    note = '<Comment ss:Author="B"><ss:Data xmlns="http://www.w3.org/TR/REC-html40"><B>gọi</B> 0912</ss:Data></Comment>'
    rows = (
        '<Column ss:Index="3" ss:Hidden="1"/><Row>'
        + data("String", "qu¶ng", 'ss:StyleID="cu" ss:MergeAcross="1"', note)
        + data("Number", "0.5", 'ss:Index="3" ss:StyleID="pt"')
        + data("Number", "42", 'ss:StyleID="ma"')
        + '</Row><Row ss:Index="4" ss:Hidden="1">'
        + data("DateTime", "2026-03-05T00:00:00.000")
        + data("DateTime", "2026-03-05T07:30:00.000")
        + data("Boolean", "1")
        + data("Error", "#N/A")
        + '<Cell ss:Formula="=RC[-1]*2"/>'
        + data("String", "km<html:Sup>2</html:Sup>")
        + "</Row>"
    )
    book = open_file(saved(tmp_path, SPREADSHEET.format(encoding=encoding, rows=rows).encode(encoding)))
    sheet, secret = book.sheets
    first, last = (item for item in sheet.rows() if item.texts)
    beside = {item.place: item.text for item in book.loose}

    assert first.texts == ["QUẢNG", "", "0.5", "00042"]
    assert (first.cells[0].bold, first.cells[2].number_format) == (True, "percent")
    assert (last.number, last.hidden) == (4, True)
    assert last.texts == ["2026-03-05", "2026-03-05T07:30:00", "true", "#N/A", "#CHUA_TINH!", "km²"]
    assert sheet.merges == (Merge(1, 1, 1, 2),)
    assert (set(sheet.hidden_columns), secret.hidden) == ({3}, True)
    assert beside["ghi chú ô A1, trang “DS”"] == "gọi 0912"
    assert beside["thuộc tính tệp: tác giả"] == "Nguyễn Văn A"
    assert "mật" in beside.values()


@pytest.mark.parametrize(
    "rows",
    [
        '<Row ss:Index="9999999"><Cell/></Row>',
        '<Row><Cell ss:Index="99999"><Data ss:Type="Number">1</Data></Cell></Row>',
        "<Row>" + data("Number", "mười") + "</Row>",
        "<Row><Cell>",
        '<Row ss:Index="3"/><Row ss:Index="2"/>',
    ],
)
def test_a_damaged_xml_spreadsheet_is_refused(tmp_path: Path, rows: str) -> None:
    with pytest.raises(SourceUnreadable, match="bị hỏng"):
        open_file(saved(tmp_path, SPREADSHEET.format(encoding="UTF-8", rows=rows)))


def test_entities_of_an_xml_spreadsheet_are_refused(tmp_path: Path) -> None:
    content = SPREADSHEET.format(encoding="UTF-8", rows="").replace("?>", '?><!DOCTYPE x [<!ENTITY a "aa">]>', 1)
    with pytest.raises(SourceUnreadable, match="bị hỏng"):
        open_file(saved(tmp_path, content))


def test_a_flat_workbook_of_libreoffice_reads_like_a_packed_one(tmp_path: Path) -> None:
    old = cell("Qu¶ng X­¬ng", 'table:style-name="cu"')
    content = (
        f'<?xml version="1.0"?><office:document {NAMES}'
        ' office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:meta><dc:creator>A</dc:creator>'
        f"</office:meta>{COMMON}{STYLES}<office:body><office:spreadsheet>{table(HEADER, row(cell('1'), old))}"
        "</office:spreadsheet></office:body></office:document>"
    )
    book = open_file(saved(tmp_path, content, "so.fods"))

    assert texts(book.sheets[0]) == [["ma", "ten"], ["1", "Quảng Xương"]]
    assert {"A", "Sở Y tế"} <= {item.text for item in book.loose}


def test_text_of_excel_named_as_a_workbook_is_text(tmp_path: Path) -> None:
    book = open_file(saved(tmp_path, "ma\ttên\n01\tXã A\n".encode("utf-16")))
    assert texts(book.sheets[0]) == [["ma", "tên"], ["01", "Xã A"]]


def test_a_web_archive_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable, match="MHT"):
        open_file(saved(tmp_path, b"MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n"))
