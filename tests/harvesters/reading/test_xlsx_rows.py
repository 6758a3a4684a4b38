"""Both ways of reading the rows of a workbook, by pattern and by parser, say the same."""

from __future__ import annotations

import random
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter

from harvesters.reading import xlsx_rows
from harvesters.reading.number_formats import number_text, shown_so
from harvesters.reading.packages import Damaged, Package, TooLarge
from harvesters.reading.sheet_survey import survey
from harvesters.reading.workbook_cells import NO_VALUE, NUMBER, STRING, CellMaker, Look, RawRow, RichText, Run
from harvesters.reading.xlsx_parts import open_xlsx
from harvesters.reading.xlsx_rows import XlsxRows
from harvesters.reading.xlsx_sheets import parse_rows

STRINGS: list[str | RichText] = ["không", "một", (Run("km"), Run("2", None, True)), "ba & bốn", ""]
LOOKS = (Look(), Look(encoding="tcvn3"), Look(bold=True))
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<worksheet xmlns="urn:x"><cols/><sheetData>'
TAIL = "</sheetData><pageMargins/></worksheet>"


def sheet(tmp_path: Path, inside: str, head: str = HEAD, encoding: str = "utf-8") -> XlsxRows:
    path = tmp_path / "so.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("sheet.xml", f"{head}{inside}{TAIL}".encode(encoding))
    return XlsxRows(Package(path), "sheet.xml", STRINGS, len(LOOKS))


def parsed(rows: XlsxRows) -> list[RawRow]:
    return list(parse_rows(rows.package.stream(rows.part).blocks(), STRINGS, len(LOOKS)))


def texts_of(rows: list[RawRow]) -> list[tuple[int, bool, list[str]]]:
    maker = CellMaker(LOOKS)
    return [(number, hidden, maker.texts(cells)) for number, hidden, cells in rows]


def without_ends(rows: list[tuple[int, bool, list[str]]]) -> list[tuple[int, bool, list[str]]]:
    found = []
    for number, hidden, texts in rows:
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            found.append((number, hidden, texts))
    return found


USUAL = '<row r="1"><c r="A1" s="1" t="s"><v>0</v></c><c r="B1"><v>12.5</v></c></row>'


@pytest.mark.parametrize(
    "inside",
    [
        USUAL,
        '<row r="2" spans="1:3" hidden="1"><c r="A2" t="s"><v>2</v></c><c r="C2" s="2"><v>1E-7</v></c></row>',
        '<row r="1"/><row r="3" ht="15"><c r="B3" t="str"><f>A1&amp;"x"</f><v>a &lt; b</v></c></row><row r="9"/>',
        '<row r="1"><c r="A1" t="inlineStr"><is><t xml:space="preserve"> hai _x000D_</t></is></c></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><r><t>m</t></r><r><t>x</t></r></is></c><c r="B1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><f>B1*2</f></c><c r="B1"><f>1</f><v></v></c><c r="C1" t="e"><v>#N/A</v></c></row>',
        '<row r="1"><c r="A1"><!-- <c r="A1"><v>7</v></c></row> --><v>5</v></c></row>' + USUAL.replace("1", "2"),
        '<row r="1"><c r="A1" t="str"><v><![CDATA[a</row>b]]></v></c></row><row r="2"><c r="A2"><v>4</v></c></row>',
        "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>",
        "<row r='1'><c r='A1'><v>1</v></c></row>" + USUAL.replace("1", "2"),
        '<row r="1"><c t="s" s="1" r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" s="99"><v> 7 </v></c><c r="B1" t="s"/><c r="D1" t="s"><v>3</v></c></row>',
        '<row r="1"><c r="A1" t="n"><is><t>9</t></is></c></row>',
        '<row r="1"><c r="A1"><v>00012</v></c><c r="B1"><v>-0.50</v></c><c r="C1"><v>0.30000000000000004</v></c></row>',
        "",
    ],
)
def test_a_row_reads_the_same_by_pattern_and_by_parser(tmp_path: Path, inside: str) -> None:
    rows = sheet(tmp_path, inside)
    expected = parsed(rows)

    assert list(rows.raw()) == expected
    assert without_ends(list(rows.texts(CellMaker(LOOKS)))) == without_ends(texts_of(expected))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_the_encoding_that_the_sheet_declares_is_kept(tmp_path: Path, encoding: str) -> None:
    head = HEAD.replace("UTF-8", encoding)
    rows = sheet(tmp_path, '<row r="1"><c r="A1" t="str"><v>é</v></c></row>', head, encoding)

    assert list(rows.raw()) == [(1, False, [(1, STRING, "é", 0)])]


def test_the_parser_is_asked_for_a_prefixed_sheet(tmp_path: Path) -> None:
    path = tmp_path / "so.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        inside = '<x:row r="1"><x:c r="A1"><x:v>5</x:v></x:c></x:row>'
        package.writestr("s.xml", f'<x:worksheet xmlns:x="u"><x:sheetData>{inside}</x:sheetData></x:worksheet>')

    assert list(XlsxRows(Package(path), "s.xml", [], 1).raw()) == [(1, False, [(1, NUMBER, "5", 0)])]


@pytest.mark.parametrize(
    "inside",
    [
        '<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
        '<row r="1"><c r="A2"><v>1</v></c></row>',
        '<row r="9999999"><c r="A9999999"><v>1</v></c></row>',
        '<row r="1"><c r="ZZZ1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="quux"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>-1</v></c></row>',
    ],
)
def test_what_is_no_sheet_is_refused_both_ways(tmp_path: Path, inside: str) -> None:
    rows = sheet(tmp_path, inside)
    for read in (lambda: list(rows.raw()), lambda: list(rows.texts(CellMaker(LOOKS))), lambda: parsed(rows)):
        with pytest.raises(Damaged):
            read()


@pytest.mark.parametrize("text", ["<v>mười</v>", "<v>1</v>\x01"])
def test_what_is_no_number_or_no_xml_is_refused(tmp_path: Path, text: str) -> None:
    rows = sheet(tmp_path, f'<row r="1"><c r="A1">{text}</c></row>')
    with pytest.raises(Exception, match=r"could not convert|not well-formed"):
        list(rows.raw())


def test_a_formula_that_was_never_calculated_is_told(tmp_path: Path) -> None:
    rows = sheet(tmp_path, '<row r="1"><c r="A1"><f>B1*2</f></c></row>')
    assert list(rows.raw()) == [(1, False, [(1, NO_VALUE, "", 0)])]


def test_rows_across_blocks_are_whole(tmp_path: Path) -> None:
    dice = random.Random(7)
    inside = "".join(
        f'<row r="{row}">' + "".join(f'<c r="{at}{row}"><v>{dice.random()}</v></c>' for at in "ABC") + "</row>"
        for row in range(1, 6_000)
    )
    rows = sheet(tmp_path, inside)
    assert list(rows.raw()) == parsed(rows)


def test_a_row_that_never_ends_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_rows, "_LONGEST_PIECE", 100_000)
    rows = sheet(tmp_path, '<row r="1"/>' * 50_000)
    with pytest.raises(TooLarge):
        list(rows.raw())


def test_cells_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_rows, "MAX_CELLS", 3)
    rows = sheet(tmp_path, USUAL + USUAL.replace("1", "2"))
    with pytest.raises(TooLarge):
        list(rows.texts(CellMaker(LOOKS)))


def test_a_number_that_is_taken_as_it_stands_is_what_would_be_written() -> None:
    dice = random.Random(3)
    drawn = [f"{dice.uniform(-1, 1) * 10 ** dice.randrange(-6, 17):.{dice.randrange(16)}f}" for _ in range(20_000)]
    taken = [text for text in (*drawn, "0", "-0.5", "0.00001", "0.0001", "1.50", "007", "-7", "1e5") if shown_so(text)]

    assert len(taken) > 5_000
    assert [number_text(float(text)) for text in taken] == taken


@pytest.mark.parametrize("font", ["Arial", ".VnTime"])
def test_looking_at_the_telling_cells_alone_finds_what_looking_at_all_finds(tmp_path: Path, font: str) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "so.xlsx")) as book:
        page = book.add_worksheet()
        old, share = book.add_format({"font_name": font}), book.add_format({"num_format": "0.0%"})
        raised = book.add_format({"font_script": 1})
        for row in range(3_000):
            page.write_row(row, 0, [f"{row:05d}", row, "chữ" if row == 2_500 else "a"])
            page.write_string(row, 3, f"X\u00b7 Qu\u00b6ng {row}", old)
        page.write_number(2_000, 4, 0.5, share)
        page.write_rich_string(2_001, 5, "km", raised, "1", old)
        page.write_formula(2_002, 6, "=1+1", value="")
        page.set_row(2_003, None, None, {"hidden": True})
    raw = open_xlsx(tmp_path / "so.xlsx")
    raw = replace(raw, watched=True)

    found = survey(raw, raw.sheets[0])

    assert found == survey(raw, replace(raw.sheets[0], telling=None))
    assert len(found.remarks) == (4 if font == "Arial" else 5)
    assert found.encodings == (set() if font == "Arial" else {"tcvn3"})
