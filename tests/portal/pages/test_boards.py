"""The pages of organizations, sources and the dictionary."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.portal.pages.page import get


def test_the_board_says_what_every_organization_owes(client: FlaskClient) -> None:
    board = get(client, "/organizations").one("table", class_="standings").words()
    assert "Sở Y tế 2" in board
    assert "1 bộ chưa công bố" in board
    assert "1 bảng chưa đạt" in board


def test_an_organization_shows_datasets_with_due_dates_and_its_contact(client: FlaskClient) -> None:
    page = get(client, "/organization/so-y-te")
    assert "Cơ sở khám chữa bệnh, giường bệnh Còn hạn 03/05/2027 6 tháng một lần 01/11/2026 3" in page.words
    assert "Văn phòng Sở Y tế" in page.words
    assert page.links["Tìm trong các bộ dữ liệu này"] == "/datasets?organization=so-y-te"


def test_a_former_organization_keeps_its_address_and_names_its_successor(client: FlaskClient) -> None:
    page = get(client, "/organization/so-thong-tin-va-truyen-thong")
    assert page.status == 200
    assert "không còn hoạt động dưới tên này từ sau ngày 28/02/2025" in page.words
    assert page.links["Sở Y tế"] == "/organization/so-y-te"
    assert "Sở Thông tin và Truyền thông" in get(client, "/organization/so-y-te").words


def test_sources_are_listed_with_their_last_result(client: FlaskClient) -> None:
    page = get(client, "/sources")
    assert "Một phần 2/3 1 bị loại" in page.words


def test_a_source_tells_its_clerk_what_is_wrong_where_and_what_to_do(client: FlaskClient) -> None:
    page = get(client, "/source/csdl-so-y-te")
    stuck = page.one("article", class_="stuck").words()
    assert "Bị loại vì sai" in stuck
    assert "Cách sửa:" in stuck
    assert "dòng" in stuck
    assert "99999" in stuck
    assert page.all("li", class_="issue")


def test_a_source_lists_its_runs(client: FlaskClient) -> None:
    assert "3 bảng, 1 chưa đạt" in get(client, "/source/csdl-so-y-te").one("ol", class_="timeline").words()


def test_the_dictionary_explains_a_table_and_offers_it_to_machines(client: FlaskClient) -> None:
    listed = get(client, "/schemas")
    assert listed.links["Cơ sở khám chữa bệnh"]
    page = get(client, "/schema/co-so-kham-chua-benh")
    assert "Mã cơ sở ma khóa" in page.words
    assert "15853 Phường Đông Tiến" in page.words
    assert page.links["Tải Table Schema (JSON)"] == "/schemas/co-so-kham-chua-benh.json"
    assert client.get(page.links["Tải Table Schema (JSON)"]).status_code == 200


def test_what_is_unknown_is_not_found(client: FlaskClient) -> None:
    for address in ("/organization/khong-co", "/source/khong-co", "/schema/khong-co", "/help/khong-co", "/khong-co"):
        assert get(client, address).status == 404, address
