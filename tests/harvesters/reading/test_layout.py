"""How a table lies in a sheet: known tables wrapped as offices wrap them are found again, or a person is asked."""

from __future__ import annotations

import csv
import os
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from catalog.dictionary import TableSchema
from catalog.layout import Confidence, LayoutProposal, LooseText
from harvesters.reading.grid import EMPTY_CELL, Book, Cell, CellKind, Merge, Row, Sheet
from harvesters.reading.layout import around, check_layout, propose, table_rows

DATA = Path(os.environ.get("DULIEUMO_TEST_DATA") or Path(__file__).parents[4] / "shared" / "data")
TABLES = sorted((DATA / "thanh_hoa").glob("*.csv"))
needs_real_tables = pytest.mark.skipif(not TABLES, reason=f"the real tables are not at {DATA} (DULIEUMO_TEST_DATA)")

LABELS = ["Tên xã", "Diện tích (ha)", "Năng suất (tạ/ha)", "Sản lượng (tấn)"]
VALUES = [["Xã Đồng Tiến", "120.5", "61", "735"], ["Xã Hậu Lộc", "98", "58.2", "570"], ["Xã Mường Lát", "", "40", "12"]]
SCHEMA = TableSchema.from_descriptor(
    {
        "name": "lua",
        "version": "1.0.0",
        "title": "Sản xuất lúa",
        "fields": [
            {"name": "ten_xa", "title": "Tên xã"},
            {"name": "dien_tich", "title": "Diện tích", "type": "number", "labels": ["Diện tích gieo trồng"]},
            {"name": "nang_suat", "title": "Năng suất", "type": "number"},
            {"name": "san_luong", "title": "Sản lượng", "type": "number"},
        ],
    }
)


def sheet_of(
    lines: Sequence[Sequence[str]], name: str = "", merges: tuple[Merge, ...] = (), hidden: bool = False
) -> Sheet:
    def rows() -> Iterator[Row]:
        for number, line in enumerate(lines, start=1):
            yield Row(number, tuple(Cell(text, CellKind.TEXT) if text.strip() else EMPTY_CELL for text in line))

    return Sheet(name, rows, merges, hidden)


def book_of(lines: Sequence[Sequence[str]], merges: tuple[Merge, ...] = ()) -> Book:
    return Book("csv", (sheet_of(lines, merges=merges),), delimiter=",")


def rows_of(book: Book, proposal: LayoutProposal) -> list[list[str]]:
    return [texts for _, texts in table_rows(book, proposal.layout)]


def test_a_plain_file_is_read_as_anybody_would_read_it() -> None:
    book = book_of([LABELS, *VALUES])
    proposal = propose(book, None)
    assert proposal.confidence is Confidence.PLAIN
    assert [column.label for column in proposal.layout.columns] == LABELS
    assert rows_of(book, proposal) == VALUES


def test_three_bare_numbers_below_a_header_are_data() -> None:
    book = book_of([["a", "b", "c"], ["1", "2", "3"]])
    assert rows_of(book, propose(book, None)) == [["1", "2", "3"]]


def test_letterhead_title_unit_column_numbers_and_footer_are_no_data() -> None:
    book = book_of(
        [
            ["UBND TỈNH THANH HÓA", "", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
            ["Số: 12/BC-UBND", "", "", "Độc lập - Tự do - Hạnh phúc"],
            [],
            ["DIỆN TÍCH, NĂNG SUẤT LÚA NĂM 2024"],
            ["", "", "", "Đơn vị tính: triệu đồng"],
            LABELS,
            ["A", "1", "2", "3=1x2"],
            *VALUES,
            ["Ghi chú: số liệu sơ bộ"],
            ["Người lập biểu", "", "", "Giám đốc"],
        ]
    )
    proposal = propose(book, SCHEMA)
    layout = proposal.layout
    assert (layout.header_rows, layout.first_row, layout.unit) == ((6,), 8, "triệu đồng")
    assert layout.end_mark.startswith("ghi chu")
    assert [column.field for column in layout.columns] == ["ten_xa", "dien_tich", "nang_suat", "san_luong"]
    assert [column.unit for column in layout.columns] == ["", "ha", "tạ/ha", "tấn"]
    assert rows_of(book, proposal) == VALUES
    assert proposal.confidence is Confidence.LIKELY
    assert check_layout(book, layout) == ()
    assert LooseText("trang “”, dòng 12, cột 4", "Giám đốc") in around(book, layout)


def test_a_spanning_label_is_joined_to_the_labels_below() -> None:
    book = book_of(
        [["Tên xã", "Dân số", ""], ["", "Nam", "Nữ"], ["Xã A", "10", "12"], ["Xã B", "9", "8"]],
        (Merge(1, 1, 2, 1), Merge(1, 2, 1, 3)),
    )
    proposal = propose(book, None)
    assert [column.label for column in proposal.layout.columns] == ["Tên xã", "Dân số / Nam", "Dân số / Nữ"]
    assert rows_of(book, proposal) == [["Xã A", "10", "12"], ["Xã B", "9", "8"]]


def test_years_and_late_labels_continue_a_header() -> None:
    lines = [["Stt", "", "Dự toán", "Quyết toán"], ["", "Chỉ tiêu", "2004", "2004"], ["No", "", "(Plan)", "(Final)"]]
    data_rows = [["1", "Thuế", "20", "21"], ["2", "Phí", "5", "6"], ["3", "Khác", "1", "2"]]
    book = book_of([["THU NGÂN SÁCH"], *lines, *data_rows])
    proposal = propose(book, None)
    labels = [column.label for column in proposal.layout.columns]
    assert labels == ["Stt / No", "Chỉ tiêu", "Dự toán / 2004 / (Plan)", "Quyết toán / 2004 / (Final)"]
    assert rows_of(book, proposal) == data_rows


def test_a_cover_holds_no_table() -> None:
    proposal = propose(book_of([["SỐ LIỆU 2002", "", ""], ["Đất đai"]], (Merge(1, 1, 1, 3),)), None)
    assert proposal.confidence is Confidence.UNSURE
    assert proposal.layout.columns == ()


def test_a_later_date_below_the_table_fits_and_another_footer_is_told() -> None:
    def signed(line: str) -> Book:
        return book_of([["Bảng lúa"], LABELS, *VALUES, [line]])

    layout = propose(signed("Thanh Hóa, ngày 2 tháng 3 năm 2025"), SCHEMA).layout
    assert check_layout(signed("Thanh Hóa, ngày 15 tháng 9 năm 2026"), layout) == ()
    assert [told.subject for told in check_layout(signed("Ghi chú: sơ bộ"), layout)] == ["footer"]


def test_data_below_the_footer_are_asked_about() -> None:
    book = book_of([["Bảng 1"], LABELS, *VALUES, ["Nguồn: Chi cục Thống kê"], LABELS, *VALUES])
    assert propose(book, SCHEMA).confidence is Confidence.UNSURE


def test_two_communes_that_differ_in_an_accent_alone_are_not_confused() -> None:
    schema = TableSchema.from_descriptor(
        {
            "name": "x",
            "version": "1.0.0",
            "title": "x",
            "fields": [{"name": "a", "title": "Đồng Tiến"}, {"name": "b", "title": "Đông Tiến"}],
        }
    )
    proposal = propose(book_of([["Dong Tien", "Ghi"], ["x", "y"]]), schema)
    assert proposal.confidence is Confidence.UNSURE
    assert [column.field for column in proposal.layout.columns] == ["", ""]
    exact = propose(book_of([["Đông Tiến", "Đồng Tiến"], ["x", "y"]]), schema)
    assert [column.field for column in exact.layout.columns] == ["b", "a"]


def test_quarters_are_told_apart_by_their_number() -> None:
    fields = [{"name": "q2", "title": "Quý 2", "type": "number"}]
    schema = TableSchema.from_descriptor({"name": "q", "version": "1.0.0", "title": "q", "fields": fields})
    proposal = propose(book_of([["Mã", "Quý 1"], ["x", "5"]]), schema)
    assert proposal.missing == ("q2",)


def test_words_do_not_feed_a_field_of_numbers() -> None:
    proposal = propose(book_of([["Tên xã", "Diện tíchs"], ["A", "rộng"], ["B", "hẹp"]]), SCHEMA)
    assert "dien_tich" in proposal.missing


def test_a_hidden_sheet_is_read_only_when_named() -> None:
    hidden = sheet_of([LABELS, *VALUES], "Ẩn", hidden=True)
    book = Book("xlsx", (hidden, sheet_of([["Ghi", "Số"], ["a", "1"]], "Bìa")))
    assert propose(book, SCHEMA).layout.sheet == "Bìa"
    assert propose(book, SCHEMA, "Ẩn").layout.sheet == "Ẩn"


def test_a_changed_layout_is_told_and_more_rows_are_not() -> None:
    book = book_of([LABELS, *VALUES])
    layout = propose(book, SCHEMA).layout
    assert check_layout(book_of([LABELS, *VALUES, *VALUES]), layout) == ()
    moved = check_layout(book_of([[LABELS[0], *LABELS[:0:-1]], *VALUES]), layout)
    assert {told.subject for told in moved} == {"columns"}
    assert {told.subject for told in check_layout(book_of([["Bảng"], LABELS, *VALUES]), layout)} == {"header"}


def test_a_second_table_below_without_a_footer_is_asked_about() -> None:
    book = book_of([["Bảng 1"], LABELS, *VALUES, [], LABELS, *VALUES])
    assert propose(book, SCHEMA).confidence is Confidence.UNSURE


def test_a_list_of_posts_is_not_cut_at_a_director() -> None:
    lines = [["Chức vụ", "Đơn vị"], ["Giám đốc", "Sở A"], ["Kế toán trưởng", "Sở B"], ["Nguồn vốn", ""]]
    book = book_of(lines)
    assert rows_of(book, propose(book, None)) == lines[1:]


@pytest.mark.parametrize("seed", range(150))
def test_a_wrapped_table_is_found_again_or_a_person_is_asked(seed: int) -> None:
    chance = random.Random(seed)
    values = [
        [f"Xã {name}", *(str(chance.randint(3, 9999)) for _ in range(3))]
        for name in "ABCDEFGHIK"[: chance.randint(3, 10)]
    ]
    lines: list[list[str]] = []
    if chance.random() < 0.5:
        lines.append(["UBND TỈNH", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"])
    lines += [["BÁO CÁO SẢN XUẤT"]] * chance.randint(0, 2) + [[]] * chance.randint(0, 2)
    if chance.random() < 0.5:
        lines.append(["", "", "", "ĐVT: tấn"])
    lines.append(LABELS)
    if chance.random() < 0.5:
        lines.append(["(1)", "(2)", "(3)", "(4)"])
    for place, line in enumerate(values):
        if chance.random() < 0.15:
            lines.append([f"{'I' * (place % 3 + 1)}. Khu vực miền núi", "", "", ""])
        lines.append(line)
    lines += [[]] * chance.randint(0, 1) + [["Nguồn: Sở Nông nghiệp"]] * chance.randint(0, 1)
    if chance.random() < 0.3:
        lines.append(["", "", "Thanh Hóa, ngày 2 tháng 3 năm 2025"])
    book = book_of(lines)
    proposal = propose(book, SCHEMA)
    if proposal.confidence is not Confidence.UNSURE:
        assert rows_of(book, proposal) == values
        assert [column.field for column in proposal.layout.columns] == list(SCHEMA.field_names)
    assert check_layout(book, proposal.layout) == ()


@needs_real_tables
@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_real_plain_tables_lose_nothing(path: Path) -> None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    book = book_of(lines)
    proposal = propose(book, None)
    assert proposal.confidence is Confidence.PLAIN
    assert [[column.label for column in proposal.layout.columns], *rows_of(book, proposal)] == lines
