"""What is particular to files: encodings, delimiters, headers, damaged files, and never leaving the folder."""

from __future__ import annotations

import unicodedata
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter

from catalog.errors import SourceMissing, SourceUnreadable
from catalog.ports import Fetched
from harvesters.reading.grid import column_letters
from tests.harvesters.sources import content, read, refusal, source, staged


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "nguon"
    folder.mkdir()
    return folder


def read_file(folder: Path, locator: str) -> Fetched:
    return read(source("files", {"path": str(folder)}), folder.parent / "dan-dung", locator)[0]


def fault(folder: Path, locator: str) -> str:
    """The Vietnamese sentence of the refusal to read this file."""
    error = refusal(read_file(folder, locator))
    assert isinstance(error, SourceUnreadable), error
    return error.message


def in_windows_1258(text: str) -> bytes:
    """Vietnamese as old Windows programs save it: base letter and tone as two characters."""
    pieces = []
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        tone = "".join(part for part in parts if part in "\u0300\u0301\u0303\u0309\u0323")
        base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in tone or not tone))
        pieces.append(base + tone)
    return "".join(pieces).encode("cp1258")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_delimiter_and_the_encoding_are_found_out(folder: Path, delimiter: str, encoding: str) -> None:
    text = f"ma{delimiter}ten\r\n01{delimiter}Xã Đông Tiến\r\n02{delimiter}Phường Hạc Thành\r\n"
    (folder / "xa.csv").write_bytes(text.encode(encoding))
    assert content(read_file(folder, "xa.csv")) == "ma,ten\n01,Xã Đông Tiến\n02,Phường Hạc Thành\n"


def test_names_of_the_dictionary_decide_between_delimiters(folder: Path) -> None:
    (folder / "xa.csv").write_text("ma;ten, cũ, mới\n1;a, b, c\n2;d, e, f\n", encoding="utf-8")
    assert staged(read_file(folder, "xa.csv")).columns == ("ma", "ten, cũ, mới")


def test_windows_1258_is_read_and_composed_by_the_gate(folder: Path) -> None:
    text = "ma,ten\n01,Phường Đông Tiến tỉnh Thanh Hóa\n02,Xã Ngọc Lặc ở phía tây của tỉnh\n"
    (folder / "xa.csv").write_bytes(in_windows_1258(text))
    assert unicodedata.normalize("NFC", content(read_file(folder, "xa.csv"))) == text


def test_old_fonts_are_read_where_only_they_give_vietnamese_words_and_it_is_told(folder: Path) -> None:
    (folder / "xa.csv").write_bytes("ma,ten\n1,Thanh Ho¸ tØnh ®«ng x· Ngäc LÆc\n".encode("cp1252"))
    table = read_file(folder, "xa.csv")
    assert content(table) == "ma,ten\n1,Thanh Hoá tỉnh đông xã Ngọc Lặc\n"
    assert "tcvn3" in staged(table).notices[0].message


def test_letters_that_no_encoding_makes_words_of_are_refused(folder: Path) -> None:
    (folder / "xa.csv").write_bytes(b"ma,ten\n1," + bytes(range(0x80, 0xFF)) + b"\n")
    assert "dòng 2" in fault(folder, "xa.csv")


def test_utf8_that_breaks_is_a_damaged_file_and_names_its_row(folder: Path) -> None:
    (folder / "xa.csv").write_bytes("ma,ten\n1,Đông Tiến\n2,x\n3,".encode() + b"\xff\xfe\n4,y\n")
    assert "dòng 4" in fault(folder, "xa.csv")


def test_a_quote_that_never_ends_names_its_row(folder: Path) -> None:
    (folder / "xa.csv").write_text('ma,ten\n1,a\n2,"b\n' + "3,c\n" * 1000, encoding="utf-8")
    assert "gần dòng 3" in fault(folder, "xa.csv")


def test_headers_are_composed_and_stripped(folder: Path) -> None:
    (folder / "xa.csv").write_text("\n" + unicodedata.normalize("NFD", " Mã xã ,Tên\n1,a\n"), encoding="utf-8")
    assert staged(read_file(folder, "xa.csv")).columns == ("Mã xã", "Tên")


def test_all_columns_of_a_file_are_kept_for_the_gate(folder: Path) -> None:
    (folder / "xa.csv").write_text("ma,cccd\n1,038099001234\n", encoding="utf-8")
    table = staged(read_file(folder, "xa.csv"))
    assert (table.columns, table.left_out) == (("ma", "cccd"), ())


@pytest.mark.parametrize(
    ("header", "named"),
    [("ma,ten,MA", "cột A và cột C"), ("ma,,ten", "cột B"), ("", "trống")],
)
def test_a_header_that_cannot_be_used_is_refused_with_its_place(folder: Path, header: str, named: str) -> None:
    (folder / "xa.csv").write_text(f"{header}\n" if header else "", encoding="utf-8")
    assert named in fault(folder, "xa.csv")


def test_ragged_rows_stay_ragged_and_empty_rows_at_the_end_go(folder: Path) -> None:
    (folder / "xa.csv").write_text("ma,ten\n1\n2,b,c\n3,d,,\n\n4,e\n,\n\n", encoding="utf-8")
    assert content(read_file(folder, "xa.csv")) == "ma,ten\n1\n2,b,c\n3,d\n,\n4,e\n"


def test_file_names_match_however_their_accents_are_stored(folder: Path) -> None:
    (folder / unicodedata.normalize("NFD", "Dân số.csv")).write_text("ma\n1\n", encoding="utf-8")
    assert content(read_file(folder, "Dân số.csv")) == "ma\n1\n"


@pytest.mark.parametrize(
    "locator", ["../mat.csv", "/etc/passwd", "a/../../mat.csv", "..\\mat.csv", "lien-ket.csv", "ngoai/mat.csv"]
)
def test_nothing_outside_the_folder_is_read(folder: Path, locator: str) -> None:
    (folder.parent / "mat.csv").write_text("ma\n1\n", encoding="utf-8")
    (folder / "lien-ket.csv").symlink_to(folder.parent / "mat.csv")
    (folder / "ngoai").symlink_to(folder.parent)
    assert fault(folder, locator)


def test_a_file_of_another_kind_is_refused(folder: Path) -> None:
    (folder / "xa.docx").write_bytes(b"PK")
    assert ".xlsx" in fault(folder, "xa.docx")


def test_a_folder_is_no_file(folder: Path) -> None:
    (folder / "xa.csv").mkdir()
    assert isinstance(read_file(folder, "xa.csv"), SourceMissing)


def workbook(path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        cover = book.add_worksheet("Bìa")
        cover.write(0, 0, "Sở Nội vụ")
        sheet = book.add_worksheet("Số liệu")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        sheet.write_row(2, 0, ["ma", "so", "ngay", "luc", "dung"])
        sheet.write_row(3, 0, ["00123", 12])
        sheet.write_datetime(3, 2, datetime(2026, 2, 28), day)  # noqa: DTZ001
        sheet.write_datetime(3, 3, datetime(2026, 2, 28, 7, 30), moment)  # noqa: DTZ001
        sheet.write_boolean(3, 4, True)
        sheet.write_row(5, 0, ["00124", 1.5])


def test_a_sheet_gives_plain_values_and_codes_keep_their_zeros(folder: Path) -> None:
    workbook(folder / "so-lieu.xlsx")
    assert content(read_file(folder, "so-lieu.xlsx#Số liệu")) == (
        "ma,so,ngay,luc,dung\n00123,12,2026-02-28,2026-02-28T07:30:00,true\n,,,,\n00124,1.5,,,\n"
    )


def test_without_a_name_the_sheet_that_fits_the_dictionary_is_read(folder: Path) -> None:
    workbook(folder / "so-lieu.xlsx")
    assert content(read_file(folder, "so-lieu.xlsx")).startswith("ma,so,ngay,luc,dung\n")


def test_a_sheet_that_is_not_there_is_refused_with_the_names_of_those_that_are(folder: Path) -> None:
    workbook(folder / "so-lieu.xlsx")
    assert "Bìa, Số liệu" in fault(folder, "so-lieu.xlsx#Quý I")


def test_an_empty_file_is_called_so(folder: Path) -> None:
    (folder / "hong.xlsx").write_bytes(b"")
    assert "trống" in fault(folder, "hong.xlsx")


@pytest.mark.parametrize("bytes_", [b"PK\x03\x04rac", b"<html></html>", b"\xd0\xcf\x11\xe0" + bytes(600)])
def test_what_is_no_workbook_is_refused(folder: Path, bytes_: bytes) -> None:
    (folder / "hong.xlsx").write_bytes(bytes_)
    assert "Excel" in fault(folder, "hong.xlsx")


def test_a_workbook_without_its_parts_is_refused(folder: Path) -> None:
    with zipfile.ZipFile(folder / "rong.xlsx", "w") as archive:
        archive.writestr("ghi-chu.txt", "không phải bảng tính")
    assert "Excel" in fault(folder, "rong.xlsx")


def test_a_far_corner_cell_does_not_take_the_memory(folder: Path) -> None:
    with xlsxwriter.Workbook(str(folder / "xa.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "ma")
        sheet.write(1_048_575, 16_383, "x")
    assert "quá lớn" in fault(folder, "xa.xlsx")


@pytest.mark.parametrize(("position", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_called_as_a_spreadsheet_calls_them(position: int, letters: str) -> None:
    assert column_letters(position) == letters
