"""The public report on a version: the verdict, counts by quality, findings with place, rule and remedy."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from catalog.dictionary import TableSchema
from portal.app import create_app
from portal.pages.reports import without_places
from portal.wiring import Parts
from tests.catalog.examples import CLINICS, clinic_descriptor, example_source
from tests.portal.pages.page import get
from tests.portal.sample import describe_source, harvest_and_deliver, open_sample_parts

ROWS = """ma,ten,ma_xa,giuong,cap_cuu
38001,Bệnh viện Đa khoa tỉnh,14797,1200,Có
38002,Trạm y tế Đông Tiến,15853,5,
38003,Trạm y tế Đồng Tiến,15724,6,
"""
EMERGENCY = {"name": "cap_cuu", "type": "boolean", "title": "Có cấp cứu", "trueValues": ["true", "có", "Có"]}
RULE = {"rule": "formula", "field": "giuong", "formula": "giuong * 0 + 5", "tolerance": 0.5, "severity": "warning"}
ADDRESS = "/dataset/co-so-kham-chua-benh/versions/co-so-kham-chua-benh-bang/1/report"


@pytest.fixture(scope="module")
def remarked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    """One table published with a remark (a number off its formula) and a normalised cell."""
    home = tmp_path_factory.mktemp("bao-cao")
    parts = open_sample_parts(home)
    fields = [*clinic_descriptor()["fields"], EMERGENCY]
    schema = TableSchema.from_descriptor(clinic_descriptor(fields=fields, rules=[RULE]))
    files = {"co-so-kham-chua-benh-bang.csv": ROWS}
    source = example_source("nguon", CLINICS)
    source = describe_source(parts, source, CLINICS, schema=schema, folder=home / "departments" / "tep", files=files)
    harvest_and_deliver(parts, source)
    now = parts.clock()
    yield replace(parts, clock=lambda: now)
    parts.store.close()


@pytest.fixture
def client(remarked: Parts) -> FlaskClient:
    app = create_app(remarked)
    app.testing = True
    return app.test_client()


def test_the_verdict_stands_first_in_words(client: FlaskClient) -> None:
    page = get(client, ADDRESS)
    assert page.status == 200
    assert "Đạt, có điều cần lưu ý" in page.words
    assert page.one("h1").words().startswith("Báo cáo kiểm tra: ")


def test_the_six_qualities_are_counted_by_severity(client: FlaskClient) -> None:
    page = get(client, ADDRESS)
    labels = ("Đúng", "Đủ", "Sạch", "Sống", "Thống nhất", "Dùng chung")
    assert [item.words() for item in page.all("th", scope="row")] == list(labels)
    assert "Thống nhất 0 0 1 0" in page.words
    assert "Sạch 0 0 0 1" in page.words


def test_each_place_names_row_column_value_rule_and_remedy(client: FlaskClient) -> None:
    table = get(client, ADDRESS).all("table")[0].words()
    assert table.startswith("Từng chỗ được nêu Dòng Cột Giá trị Quy tắc Cách sửa 2 Giường bệnh giuong ")
    assert "1200" in table


def test_what_normalising_changed_is_folded_away_with_both_values(client: FlaskClient) -> None:
    page = get(client, ADDRESS)
    assert "Cổng đã chuẩn hóa cách viết của 1 ô" in [item.words() for item in page.all("summary")]
    assert "Đã chuẩn hóa 1 ô ở cột cap_cuu (Có cấp cứu)" in page.words
    assert "ví dụ dòng 2: Có → true." in page.words


def test_the_page_leads_to_both_other_forms(client: FlaskClient) -> None:
    links = get(client, ADDRESS).links
    book = client.get(links["Tải bảng có đánh dấu các ô được nêu · XLSX"], buffered=True)
    assert book.headers["Content-Disposition"].startswith('attachment; filename="co-so-kham-chua-benh-bang-v1-bao-cao')
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book.get_data())).get_sheet_by_name("Dữ liệu").to_python()
    assert [row[:3] for row in rows[1:]] == [["Lưu ý: giuong", 2, "38001"], ["", 3, "38002"], ["", 4, "38003"]]
    again = client.get(f"{ADDRESS}.xlsx", headers={"If-None-Match": book.headers["ETag"]})
    assert again.status_code == 304
    assert "immutable" in book.headers["Cache-Control"]
    assert "immutable" in again.headers["Cache-Control"]
    machine = client.get(links["Báo cáo cho chương trình · JSON, theo định dạng của Frictionless"]).get_json()
    assert (machine["valid"], machine["verdict"]) == (True, "warning")
    assert [item["rowNumber"] for item in machine["tasks"][0]["observations"]] == [2]


def test_the_workbook_is_made_once_and_the_same_again(
    remarked: Parts, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("made again")

    first = client.get(f"{ADDRESS}.xlsx", buffered=True).get_data()
    with monkeypatch.context() as patched:
        patched.setattr("portal.pages.reports.write_version_workbook", fail)
        assert client.get(f"{ADDRESS}.xlsx", buffered=True).get_data() == first
    kept = list((remarked.settings.folder / "made-reports").iterdir())
    for path in kept:
        path.unlink()

    assert len(kept) == 1
    assert client.get(f"{ADDRESS}.xlsx", buffered=True).get_data() == first


def test_the_dataset_leads_to_the_report_of_what_is_public(client: FlaskClient) -> None:
    assert get(client, "/dataset/co-so-kham-chua-benh").links["Báo cáo kiểm tra bản đang công bố"] == ADDRESS


def test_english_readers_get_an_english_page(client: FlaskClient) -> None:
    page = get(client, f"/en{ADDRESS}")
    assert "Passed, with remarks" in page.words
    assert "Row Column Value Rule Remedy" in page.words


@pytest.mark.parametrize("missing", [ADDRESS.replace("/1/", "/2/"), f"{ADDRESS.replace('/1/', '/2/')}.xlsx"])
def test_a_version_that_is_not_there_has_no_report(client: FlaskClient, missing: str) -> None:
    assert client.get(missing).status_code == 404


def test_a_long_table_is_cut_to_what_can_be_made_at_once(remarked: Parts, tmp_path: Path) -> None:
    from portal.pages.reports import write_version_workbook
    from portal.pages.versions import version_page

    app = create_app(remarked)
    with app.test_request_context(ADDRESS):
        write_version_workbook(version_page(CLINICS.name, CLINICS.distributions[0].name, 1), tmp_path / "x.xlsx", 4)
    rows = CalamineWorkbook.from_path(str(tmp_path / "x.xlsx")).get_sheet_by_name("Dữ liệu").to_python()
    assert [row[1] for row in rows[1:]] == [2]


@pytest.mark.parametrize(
    ("message", "rule"),
    [
        (
            "Cột giuong không khớp với công thức a * 2 ở 15 dòng, ví dụ dòng 10: 1.200.",
            "Cột giuong không khớp với công thức a * 2",
        ),
        (
            "Column giuong differs from the formula a * 2 in 15 rows, e.g. row 10: 1200.",
            "Column giuong differs from the formula a * 2",
        ),
        (
            "Cột ngay: 412 dòng sai định dạng ngày, ví dụ dòng 7: 31/02/2026, ở 2 dòng.",
            "Cột ngay: 412 dòng sai định dạng ngày",
        ),
        ("Thiếu cột ma_xa.", "Thiếu cột ma_xa"),
    ],
)
def test_the_rule_of_one_place_says_nothing_of_the_others(message: str, rule: str) -> None:
    assert without_places(message) == rule
