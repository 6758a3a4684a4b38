"""The page of a dataset and those of its versions."""

from __future__ import annotations

import json
import re

from flask.testing import FlaskClient

from portal.wiring import Parts
from tests.catalog.examples import CLINICS
from tests.portal.pages.page import get

CLINIC_PAGE = "/dataset/co-so-kham-chua-benh"
TABLE = CLINICS.distributions[0].name


def test_anybody_reads_it_without_a_cookie(client: FlaskClient) -> None:
    answer = client.get(CLINIC_PAGE)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


def test_it_says_how_fresh_it_is_and_that_it_is_simulated(client: FlaskClient) -> None:
    words = get(client, CLINIC_PAGE).words
    assert "Cập nhật 01/11/2026" in words
    assert "Hạn cập nhật tới 03/05/2027 (6 tháng một lần)" in words
    assert "Dữ liệu mô phỏng" in words
    assert "Còn hạn" in words


def test_rows_are_shown_with_codes_as_text_and_gaps_as_gaps(client: FlaskClient) -> None:
    page = get(client, CLINIC_PAGE)
    table = page.one("table", class_="rows").words()
    assert "38001 Bệnh viện Đa khoa tỉnh 14797 1.200" in table
    assert page.one("span", class_="missing").attributes["title"] == "chưa có số liệu"
    assert "Dòng 1–3 trong 3" in page.words


def test_rows_are_sorted_and_found_by_links_and_forms(client: FlaskClient) -> None:
    page = get(client, f"{CLINIC_PAGE}?sort=giuong&desc=1")
    table = page.one("table", class_="rows")
    assert table.words().index("Bệnh viện Đa khoa") < table.words().index("Trạm y tế Đông Tiến")
    assert [
        head.attributes.get("aria-sort") for head in page.all("th", scope="col") if "aria-sort" in head.attributes
    ] == ["descending"]
    found = get(client, f"{CLINIC_PAGE}?find=dong+tien").one("table", class_="rows").words()
    assert "Đông Tiến" in found
    assert "Bệnh viện Đa khoa" not in found
    assert "Không có dòng nào khớp." in get(client, f"{CLINIC_PAGE}?find=khongco").words


def test_an_old_link_to_a_column_or_table_that_is_gone_still_shows_the_rows(client: FlaskClient) -> None:
    page = get(client, f"{CLINIC_PAGE}?table=xyz&sort=cot_cu&desc=1&page=abc")
    assert "38001" in page.one("table", class_="rows").words()


def test_every_file_is_offered_with_format_size_and_hash(client: FlaskClient, parts: Parts) -> None:
    page = get(client, CLINIC_PAGE)
    with parts.store.read() as reader:
        version = reader.versions(CLINICS.distributions[0].id)[0]
    csv = version.file("csv")
    assert csv is not None
    assert csv.sha256 in page.one("ul", class_="files").words()
    offered = [link.attributes["href"] for link in page.all("a") if "download" in link.attributes]
    assert f"/download/co-so-kham-chua-benh/{TABLE}.csv" in offered
    for address in offered:
        with client.get(address) as answer:
            assert answer.status_code == 200


def test_commands_carry_real_addresses_and_keep_leading_zeros(client: FlaskClient) -> None:
    page = get(client, CLINIC_PAGE)
    commands = [block.text for block in page.all("pre")]
    rows = f"http://du-lieu.test/api/v1/tables/{CLINICS.distributions[0].id}/rows?_limit=5"
    assert any(rows in command for command in commands)
    assert any('dtype={"ma": str, "ma_xa": str}' in command for command in commands)


def test_columns_are_explained(client: FlaskClient) -> None:
    words = get(client, CLINIC_PAGE).one("table", class_="dictionary").words()
    assert "Giường bệnh giuong Số giường bệnh kế hoạch. số nguyên giường không nhỏ hơn 0" in words
    assert "theo danh mục xa-thanh-hoa" in words


def test_all_six_qualities_are_answered(client: FlaskClient) -> None:
    words = get(client, CLINIC_PAGE).one("dl", class_="quality").words()
    for quality in ("Đúng", "Đủ", "Sạch", "Sống", "Thống nhất", "Dùng chung"):
        assert quality in words


def test_points_are_shown_with_what_was_counted_and_what_a_repair_would_bring(client: FlaskClient) -> None:
    page = get(client, CLINIC_PAGE)
    total = page.one("p", class_="quality-total").words()
    assert re.match(r"\d+(,\d)? ?/100 điểm tính ngày ", total)
    words = page.one("dl", class_="quality").words()
    assert "Báo cáo phiên bản 1: 0 chỗ trong" in words
    assert re.search(r"Thêm \d+(,\d)? điểm nếu: Mô tả:", words)
    english = get(client, "/en" + CLINIC_PAGE).one("dl", class_="quality").words()
    assert "Report of version 1: 0 places in" in english
    assert re.search(r"\d+(\.\d)? more points if: Description:", english)


def test_what_was_rejected_is_told_honestly(client: FlaskClient) -> None:
    page = get(client, "/dataset/co-so-ban-le-thuoc")
    alert = page.one("div", class_="alert").words()
    assert alert.startswith("Bản mới nhất từ nguồn bị loại")
    assert "Vì vậy bảng này chưa có số liệu công bố." in alert
    assert "Chưa có số liệu nào được công bố." in page.words
    assert page.links["Xem chi tiết và cách sửa"].startswith("/source/csdl-so-y-te#bang-")


def test_shared_data_show_their_description_but_no_rows_and_no_files(client: FlaskClient) -> None:
    page = get(client, "/dataset/nhan-luc-y-te")
    assert "Bộ này không mở nội dung cho công chúng." in page.words
    assert not page.all("table", class_="rows")
    assert not page.all("p", class_="quality-total")
    assert "/download/" not in page.html
    assert get(client, f"/dataset/nhan-luc-y-te/versions/{TABLE}/1").status == 404
    assert get(client, "/dataset/nhan-luc-y-te/versions/nhan-luc-y-te-bang/1").status == 404


def test_internal_datasets_do_not_exist_for_the_public(client: FlaskClient) -> None:
    hidden, unknown = get(client, "/dataset/kiem-tra-noi-bo"), get(client, "/dataset/kiem-tra-khong-co")
    assert (hidden.status, unknown.status) == (404, 404)
    assert hidden.html.replace("kiem-tra-noi-bo", "x") == unknown.html.replace("kiem-tra-khong-co", "x")


def test_an_id_leads_to_the_name(client: FlaskClient) -> None:
    answer = client.get(f"/dataset/{CLINICS.id}")
    assert (answer.status_code, answer.headers["Location"]) == (301, CLINIC_PAGE)


def test_search_engines_read_a_description(client: FlaskClient) -> None:
    page = get(client, CLINIC_PAGE)
    described = json.loads(page.one("script", type="application/ld+json").text)
    assert described["@type"] == "Dataset"
    assert described["name"] == CLINICS.title
    assert page.one("link", rel="canonical").attributes["href"] == f"http://du-lieu.test{CLINIC_PAGE}"


def test_a_version_has_a_page_with_its_own_lasting_files(client: FlaskClient) -> None:
    page = get(client, f"{CLINIC_PAGE}/versions/{TABLE}/1")
    assert page.one("h1").words() == f"{CLINICS.title}: phiên bản 1"
    assert "3 dòng đã được kiểm tra." in page.words
    offered = [link.attributes["href"] for link in page.all("a") if "download" in link.attributes]
    assert f"/download/co-so-kham-chua-benh/{TABLE}/1/{TABLE}.csv" in offered
    for address in offered:
        with client.get(address) as answer:
            assert answer.status_code == 200


def test_a_version_that_was_never_published_is_not_found(client: FlaskClient) -> None:
    assert get(client, f"{CLINIC_PAGE}/versions/{TABLE}/2").status == 404
    assert get(client, f"{CLINIC_PAGE}/versions/khong-co/1").status == 404


def test_a_version_offers_words_to_cite_it_by(client: FlaskClient) -> None:
    version = f"{CLINIC_PAGE}/versions/{TABLE}/1"
    assert "Câu ghi nguồn: Sở Y tế, “Cơ sở khám chữa bệnh, giường bệnh”, phiên bản 1 công bố ngày 01/11/2026" in (
        get(client, version).words
    )
    assert "version 1, published 1 Nov 2026, Thanh Hóa Open Data Portal" in get(client, f"/en{version}").words
