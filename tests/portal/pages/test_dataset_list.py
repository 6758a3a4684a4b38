"""The list: how many, by which facets, what is chosen; and what happens when search is down or finds nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from portal.app import create_app
from portal.wiring import Parts, open_index
from tests.portal.pages.page import get


@pytest.fixture
def client_without_index(parts: Parts, tmp_path: Path) -> FlaskClient:
    """The same catalogue beside an index that was never built."""
    return create_app(
        replace(parts, index=open_index((tmp_path / "none").as_uri().replace("file:", "tantivy:")))
    ).test_client()


def _titles(client: FlaskClient, address: str) -> list[str]:
    return [title.words() for title in get(client, address).all("h2", class_="card-title")]


def test_words_are_found_without_accents_and_marked(client: FlaskClient) -> None:
    page = get(client, "/datasets?q=ban+le+thuoc")
    assert [title.words() for title in page.all("h2", class_="card-title")] == ["Cơ sở bán lẻ thuốc ở phường Đông Tiến"]
    assert "bán lẻ thuốc" in " ".join(mark.words() for mark in page.all("mark"))


def test_facets_count_and_several_values_can_be_chosen(client: FlaskClient) -> None:
    page = get(client, "/datasets?level=open&level=shared&keyword=d%C6%B0%E1%BB%A3c")
    chosen = {
        (box.attributes["name"], box.attributes["value"]) for box in page.all("input") if "checked" in box.attributes
    }
    assert chosen == {("level", "open"), ("level", "shared"), ("keyword", "dược")}


def test_an_active_filter_can_be_removed_alone(client: FlaskClient) -> None:
    page = get(client, "/datasets?theme=y-te&level=open&q=thuoc")
    assert page.links["Chủ đề: Y tế (bỏ lọc này)"] == "/datasets?q=thuoc&level=open"
    assert page.links["Bỏ tất cả"] == "/datasets?q=thuoc"


def test_a_filter_keeps_the_question_and_a_question_keeps_the_filter(client: FlaskClient) -> None:
    page = get(client, "/datasets?theme=y-te&q=thuoc")
    hidden = {(box.attributes["name"], box.attributes["value"]) for box in page.all("input", type="hidden")}
    assert {("q", "thuoc"), ("theme", "y-te")} <= hidden


def test_the_order_can_be_chosen(client: FlaskClient) -> None:
    page = get(client, "/datasets?q=y+te")
    assert page.links["Tên A–Z"] == "/datasets?q=y+te&sort=title"
    titles = _titles(client, "/datasets?sort=title")
    assert titles == [
        "Cơ sở bán lẻ thuốc ở phường Đông Tiến",
        "Cơ sở khám chữa bệnh, giường bệnh",
        "Nhân lực y tế theo xã",
    ]


def test_no_hit_comes_with_ways_on(client: FlaskClient) -> None:
    page = get(client, "/datasets?q=xyzzy&theme=y-te")
    assert "Không có bộ dữ liệu nào khớp." in page.words
    assert page.links["Bỏ các bộ lọc"] == "/datasets?q=xyzzy"


def test_a_page_beyond_the_last_leads_back(client: FlaskClient) -> None:
    page = get(client, "/datasets?page=400")
    assert page.status == 200
    assert page.links["Về trang đầu"] == "/datasets"


@pytest.mark.parametrize(
    "query",
    [
        "q=%00%FF%C0",
        "theme=%27%22%3Cscript%3E",
        "sort=%5B",
        "page=1e9",
        "q=" + "a" * 5000,
        "q=(%22AND+*:*",
        "q=%3Cb%3E",
    ],
)
def test_strange_questions_are_answered_and_escaped(client: FlaskClient, query: str) -> None:
    page = get(client, f"/datasets?{query}")
    assert page.status == 200
    assert "<script>" not in page.html
    assert "<b></b>" not in page.html


def test_without_search_the_list_comes_from_the_database_and_says_so(client_without_index: FlaskClient) -> None:
    page = get(client_without_index, "/datasets")
    assert page.status == 200
    assert "Tìm kiếm đang gián đoạn" in page.words
    titles = [title.words() for title in page.all("h2", class_="card-title")]
    assert titles == [
        "Cơ sở bán lẻ thuốc ở phường Đông Tiến",
        "Cơ sở khám chữa bệnh, giường bệnh",
        "Nhân lực y tế theo xã",
    ]
    assert not page.all("fieldset")


def test_without_search_words_and_filters_still_narrow_the_list(client_without_index: FlaskClient) -> None:
    assert _titles(client_without_index, "/datasets?q=ban+le&theme=y-te") == ["Cơ sở bán lẻ thuốc ở phường Đông Tiến"]
    assert _titles(client_without_index, "/datasets?level=shared") == ["Nhân lực y tế theo xã"]
    assert _titles(client_without_index, "/datasets?organization=so-tai-chinh") == []


def test_without_search_the_home_page_stands_and_suggestions_are_empty(client_without_index: FlaskClient) -> None:
    assert client_without_index.get("/").status_code == 200
    assert client_without_index.get("/suggest?q=y+te").get_json() == []
