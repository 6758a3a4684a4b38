"""Tables as offices lay them out: each is read rightly, or a person is asked for a reason that is true."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.dictionary import TableSchema
from catalog.layout import Confidence, LayoutProposal
from harvesters.reading.grid import Book
from harvesters.reading.layout import around, check_layout, propose, table_rows
from harvesters.reading.open_file import open_file
from tests.harvesters.reading.loose_tables import LOOSE
from tests.harvesters.reading.made_tables import Made, made, sheet_book
from tests.harvesters.reading.numbered_tables import numbered
from tests.harvesters.reading.office_tables import TABLES, OfficeTable
from tests.harvesters.reading.report_tables import REPORTS
from tests.harvesters.reading.test_layout import DATA
from tests.harvesters.reading.trickier_office_tables import TRICKIER

ALL = [*TABLES, *TRICKIER, *REPORTS, *LOOSE]
YEARBOOKS = DATA / "messy" / "tcvn3_2002"
needs_yearbooks = pytest.mark.skipif(
    not YEARBOOKS.is_dir(), reason=f"the workbooks of 2002 are not at {YEARBOOKS} (DULIEUMO_TEST_DATA)"
)


def differences(table: OfficeTable, proposal: LayoutProposal) -> list[str]:
    """How the proposal differs from what a careful reader takes from the table."""
    layout = proposal.layout
    labels = [column.label for column in layout.columns]
    rows = [texts for _, texts in table_rows(table.book(), layout)]
    units = {column.label: column.unit for column in layout.columns if column.unit}
    pairs = {
        "labels": (labels, table.labels.split("|")),
        "columns": ([column.position for column in layout.columns], table.positions),
        "rows": (rows, table.rows()),
        "unit": (layout.unit, table.unit),
        "units": (units, table.units or units),
        "section": (layout.section_column, table.section),
    }
    return [f"{what}: {found} instead of {wanted}" for what, (found, wanted) in pairs.items() if found != wanted]


def schema_of(**fields: str) -> TableSchema:
    """A dictionary with a field for each name, called by the title; "#" before a title makes it a number."""
    described = [
        {"name": name, "title": title.lstrip("#"), "type": "number" if title.startswith("#") else "string"}
        for name, title in fields.items()
    ]
    return TableSchema.from_descriptor({"name": "x", "version": "1.0.0", "title": "x", "fields": described})


def told(proposal: LayoutProposal, subject: str = "") -> str:
    return " ".join(item.message for item in proposal.evidence if subject in ("", item.subject))


def table_named(name: str) -> OfficeTable:
    return next(table for table in ALL if table.name == name)


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.name)
def test_a_table_is_read_rightly_or_a_person_is_asked(table: OfficeTable) -> None:
    proposal = propose(table.book(), None)
    assert proposal.evidence
    assert proposal.confidence is (Confidence.UNSURE if table.asks else proposal.confidence)
    if proposal.confidence is not Confidence.UNSURE:
        assert differences(table, proposal) == []
    assert check_layout(table.book(), proposal.layout) == ()


def test_nobody_is_asked_about_a_table_that_reads_in_one_way() -> None:
    asked = [table.name for table in ALL if not table.asks and propose(table.book(), None).confidence.value == "unsure"]
    assert asked == []


@pytest.mark.parametrize("start", range(0, 240, 40))
@pytest.mark.parametrize("maker", [made, numbered])
def test_tables_made_at_random_are_found_again(maker: Callable[[int], Made], start: int) -> None:
    asked = 0
    for seed in range(start, start + 40):
        table = maker(seed)
        proposal = propose(table.book(), None)
        if proposal.confidence is Confidence.UNSURE:
            asked += 1
            continue
        rows = [texts for _, texts in table_rows(table.book(), proposal.layout)]
        labels = [column.label for column in proposal.layout.columns]
        assert (labels, rows, proposal.layout.unit) == (table.labels, table.rows, table.unit), f"seed {seed}"
    assert asked <= 2


WORDS = (
    "||STT|Tên xã|Tổng số|Total|I|I. Vùng|A|1|2|3|12.5|2020|%|Female|Đơn vị tính: tấn|Ghi chú: sơ bộ|(1) Sơ bộ"
    "|Trong đó:|Cộng|Nam|..|(Tiếp theo)|Nghìn người|dòng dưới|Thu 1|1 Ghi thêm"
)
CELLS = st.sampled_from(WORDS.split("|"))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=6), max_size=14))
def test_any_grid_gets_an_answer_and_no_text_of_it_is_lost(lines: list[list[str]]) -> None:
    book = sheet_book(lines)
    proposal = propose(book, schema_of(ten="Tên xã", so="#Tổng số"))
    rows = [texts for _, texts in table_rows(book, proposal.layout)]
    if proposal.layout.columns:
        assert check_layout(book, proposal.layout) == () or proposal.confidence is Confidence.UNSURE
        beside = [item.text for item in around(book, proposal.layout)]
        kept = {text for row in rows for text in row} | set(beside)
        joined = " ".join([*kept, proposal.layout.unit])
        assert all(text in kept or text in joined for line in lines for text in line if text)


def test_tables_side_by_side_are_named_and_never_pass_as_one() -> None:
    table = table_named("bảng trái phải khác tiêu đề")
    proposal = propose(table.book(), None)
    assert proposal.others == ("bảng ở cột E–G (dòng 2): Cơ sở y tế, Số giường, Số bác sĩ",)
    assert "cạnh nhau (cột A–C, E–G)" in told(proposal, "area")


def test_of_tables_side_by_side_the_one_that_has_all_fields_is_taken() -> None:
    book = table_named("bảng trái phải khác tiêu đề").book()
    right = propose(book, schema_of(co_so="Cơ sở y tế", giuong="#Số giường"))
    assert right.confidence is Confidence.LIKELY
    assert [column.field for column in right.layout.columns] == ["co_so", "giuong", ""]
    assert next(texts[0] for _, texts in table_rows(book, right.layout)) == "Trạm Hoằng Lộc"
    assert check_layout(book, right.layout) == ()
    spread = propose(book, schema_of(xa="Tên xã", truong="#Số trường", giuong="#Số giường"))
    assert spread.confidence is Confidence.UNSURE


def test_of_two_tables_with_the_same_labels_a_person_chooses() -> None:
    book = table_named("bảng trái phải cùng tiêu đề (in hai cột)").book()
    proposal = propose(book, schema_of(xa="Tên xã", tre="#Số trẻ"))
    assert proposal.confidence is Confidence.UNSURE
    assert "E–G" in proposal.others[0]


@pytest.mark.parametrize("title", ["Vùng", "Vùng kinh tế", "Nhóm địa bàn"])
def test_sections_feed_the_field_that_is_for_them(title: str) -> None:
    book = table_named("vùng làm dòng nhóm").book()
    proposal = propose(book, schema_of(vung=title, tong="#Tổng số", xa="#Xã", phuong="#Phường"))
    assert (proposal.layout.section_column, proposal.missing) == ("vung", ())
    assert proposal.confidence is not Confidence.PLAIN
    assert [texts[-1] for _, texts in table_rows(book, proposal.layout)] == ["Vùng đồng bằng"] * 2 + [
        "Vùng miền núi"
    ] * 2


def test_sections_without_a_field_are_told_of_and_asked_about_where_labels_come_again() -> None:
    schema = schema_of(huyen="Huyện", truong="#Số trường", lop="#Số lớp", hs="#Số học sinh")
    proposal = propose(table_named("trường lớp theo cấp học, cộng từng nhóm").book(), schema)
    assert proposal.layout.section_column == ""
    assert "không thành cột" in told(proposal, "columns")
    assert "“thọ xuân”" in told(proposal, "area")
    assert proposal.confidence is Confidence.UNSURE


def test_a_field_that_lists_the_sections_gets_them() -> None:
    fields = [
        {"name": "nam", "title": "Năm", "type": "year"},
        {"name": "loai", "title": "Phân tổ", "constraints": {"enum": ["Khu vực thành thị", "Khu vực nông thôn"]}},
    ]
    schema = TableSchema.from_descriptor({"name": "x", "version": "1.0.0", "title": "x", "fields": fields})
    proposal = propose(table_named("thành thị, nông thôn làm dòng nhóm không đánh số").book(), schema)
    assert proposal.layout.section_column == "loai"


def test_the_only_field_left_is_what_names_the_rows() -> None:
    book = table_named("năm làm tiêu đề, giữ bảng ngang").book()
    years = {f"nam_{year}": f"#{year}" for year in (2018, 2019, 2020, 2021)}
    proposal = propose(book, schema_of(huyen="Huyện", **years, so_bo="#Sơ bộ 2022"))
    assert proposal.layout.columns[0].field == "huyen"
    assert proposal.missing == ()


def test_where_a_unit_and_a_footnote_stand_is_told() -> None:
    proposal = propose(table_named("số chú thích sau dấu cách ở nhãn dòng").book(), None)
    assert "Tỷ đồng, ghi riêng một ô: “Tỷ đồng” (ô C2)" in told(proposal, "unit")
    assert "“Thu về vốn 1”" in told(proposal, "footer")
    assert "“1 Bao gồm thu từ bán nhà và tiền giao đất.”" in told(proposal, "footer")
    assert proposal.layout.footnotes == ("1", "2")


def test_what_a_joined_label_leaves_out_lies_beside_the_table() -> None:
    table = table_named("đơn vị hành chính, nhãn dòng Việt rồi Anh, số ở dòng Anh")
    beside = [item.text for item in around(table.book(), propose(table.book(), None).layout)]
    assert {"WHOLE COUNTRY", "Red River Delta"} <= set(beside)


def test_figures_merged_over_rows_are_asked_about() -> None:
    book = sheet_book([["B"], ["Tên", "Số", "Khác"], ["a", "5", "1"], ["b", "", "2"]], ((3, 2, 4, 2),))
    proposal = propose(book, None)
    assert proposal.confidence is Confidence.UNSURE
    assert [texts for _, texts in table_rows(book, proposal.layout)] == [["a", "5", "1"], ["b", "", "2"]]


def read(name: str, sheet: str) -> tuple[Book, LayoutProposal]:
    book = open_file(Path(YEARBOOKS / name))
    return book, propose(book, None, sheet)


@needs_yearbooks
def test_a_real_yearbook_in_two_languages_is_read_by_its_vietnamese_labels() -> None:
    book, proposal = read("1DSLD2002.xls", "dvhchinh02")
    assert proposal.confidence is Confidence.LIKELY
    rows = [texts for _, texts in table_rows(book, proposal.layout)]
    assert rows[0] == ["CẢ NƯỚC", "22", "34", "59", "518"]
    assert [texts[0] for texts in rows[1:3]] == ["Đồng bằng sông Hồng", "Đông Bắc - North East"]
    assert len(rows) == 9


@needs_yearbooks
def test_a_real_table_that_goes_on_over_pages_is_one() -> None:
    book, proposal = read("4CN2002.xls", "35")
    rows = [texts for _, texts in table_rows(book, proposal.layout)]
    assert proposal.confidence is Confidence.LIKELY
    assert (len(rows), rows[0][0], rows[-1]) == (
        37,
        "Than sạch - Triệu tấn",
        ["Điện phát ra - Tỷ kwh", "14.665", "26.7", "30.6", "35.6"],
    )


@needs_yearbooks
@pytest.mark.parametrize(
    ("name", "sheet", "why"),
    [
        ("1DSLD2002.xls", "DSGioiTinh", "Đơn vị tính đổi giữa các nhóm dòng"),
        ("3.2LNTS2002.xls", "28-29-30-31", "bảng khác cùng tiêu đề cột"),
        ("4CN2002.xls", "33-34", "không có tiêu đề"),
    ],
)
def test_a_real_table_that_can_be_read_in_two_ways_is_asked_about(name: str, sheet: str, why: str) -> None:
    _, proposal = read(name, sheet)
    assert proposal.confidence is Confidence.UNSURE
    assert why in told(proposal)


def test_of_several_sheets_with_tables_it_is_told_which_one_is_read() -> None:
    one, two = (table_named(name).book().sheets[0] for name in ("cột ghi chú có chữ", "chữ ký ba bên"))
    book = Book("xlsx", (replace(one, name="Một"), replace(two, name="Hai")))
    proposal = propose(book, None)
    assert proposal.confidence is Confidence.UNSURE
    assert "đang đọc trang “Một”, còn “Hai”" in told(proposal, "sheet")


def test_a_first_row_with_a_foreign_name_is_data() -> None:
    lines = [
        ["Tên khách sạn", "Địa điểm"],
        ["Vinpearl", "Central Park"],
        ["Phượng Hoàng", "Ba Đình"],
        ["Sao Mai", "Lam Sơn"],
    ]
    proposal = propose(sheet_book(lines), None)
    assert proposal.confidence is Confidence.PLAIN
    assert [texts for _, texts in table_rows(sheet_book(lines), proposal.layout)] == lines[1:]


def test_a_row_without_values_in_a_plain_file_is_no_half_of_a_label() -> None:
    lines = [["Tên", "Phòng", "Giường"], ["Phượng Hoàng", "", ""], ["Vinpearl", "200", "400"], ["Sao Mai", "50", "90"]]
    proposal = propose(sheet_book(lines), None)
    assert proposal.confidence is Confidence.PLAIN
    assert [texts for _, texts in table_rows(sheet_book(lines), proposal.layout)] == lines[1:]
