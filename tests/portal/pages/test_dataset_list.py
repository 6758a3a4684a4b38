"""The list: how many, by which facets, what is chosen; and what happens when search is down or finds nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from catalog.ports import DatasetIndex
from catalog.questions import SearchPage, SearchQuery
from portal.app import create_app
from portal.pages.writing import local_time
from portal.wiring import Parts, open_catalogue_search, open_index
from search.datasets.last_resort import LastResort
from tests.catalog.examples import NOW
from tests.portal.pages.page import get


@pytest.fixture
def client_without_index(parts: Parts, tmp_path: Path) -> FlaskClient:
    """The same catalogue beside an index that was never built."""
    none = open_index((tmp_path / "none").as_uri().replace("file:", "tantivy:"))
    catalogue = open_catalogue_search(parts.settings, parts.store, parts.lexicon)
    return create_app(replace(parts, index=LastResort(none, catalogue))).test_client()


def _titles(client: FlaskClient, address: str) -> list[str]:
    return [title.words() for title in get(client, address).all("h2", class_="card-title")]


def test_words_are_found_without_accents_and_marked(client: FlaskClient) -> None:
    page = get(client, "/datasets?q=ban+le+thuoc")
    assert [title.words() for title in page.all("h2", class_="card-title")] == ["Cơ sở bán lẻ thuốc ở phường Đông Tiến"]
    assert "bán lẻ thuốc" in " ".join(mark.words() for mark in page.all("mark"))


def test_words_that_only_the_tables_hold_are_said_to_stand_there(client: FlaskClient) -> None:
    page = get(client, "/datasets?q=kham+benh+Hac+Thanh")
    assert [where.words() for where in page.all("p", class_="card-found")] == ["Trong bảng có: Hac Thanh"]
    assert not get(client, "/datasets?q=kham+benh").all("p", class_="card-found")


def test_an_english_page_marks_the_words_in_english(client: FlaskClient) -> None:
    page = get(client, "/en/datasets?q=pharmacies")
    assert [mark.words() for mark in page.all("mark")] == ["Pharmacies"]
    assert not [piece for piece in page.all("span", lang="vi") if "Pharmacies" in piece.text]


@pytest.mark.parametrize("asked", ["Department of Health", "department health", "organization:health"])
def test_owners_and_themes_are_found_by_their_english_names_too(client: FlaskClient, asked: str) -> None:
    assert len(get(client, f"/en/datasets?{urlencode({'q': asked})}").all("h2", class_="card-title")) == 3


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


def test_the_title_says_what_was_chosen_and_which_page_it_is(client: FlaskClient) -> None:
    assert get(client, "/datasets").one("title").words().startswith("Bộ dữ liệu – ")
    chosen = get(client, "/datasets?q=thuoc&theme=y-te&period_from=2024")
    assert chosen.one("title").words().startswith("Tìm “thuoc”: Y tế, 2024 – ")
    many = get(client, "/datasets?theme=y-te&level=open&level=shared&organization=so-y-te&page=3")
    assert re.match(r"Bộ dữ liệu: [^,]+, [^,]+, [^,]+ … \(trang 3\) – ", many.one("title").words())


def test_giving_up_all_filters_keeps_the_question_and_its_order(client: FlaskClient) -> None:
    page = get(client, "/datasets?q=thuoc&theme=y-te&period_from=2020&sort=title&page=2")
    assert page.links["Bỏ tất cả"] == "/datasets?q=thuoc&sort=title"


def test_what_changed_lately_is_one_link_away(client: FlaskClient) -> None:
    page = get(client, "/datasets?theme=y-te&modified_from=2020&modified_to=2021&page=2")
    today = local_time(NOW).date()
    for days, words in ((7, "7 ngày qua"), (30, "30 ngày qua"), (183, "6 tháng qua")):
        assert page.links[words] == f"/datasets?theme=y-te&modified_from={today - timedelta(days)}"
    assert _titles(client, page.links["7 ngày qua"])


def test_no_hit_comes_with_ways_on(client: FlaskClient) -> None:
    page = get(client, "/datasets?q=xyzzy&theme=y-te")
    assert "Không có bộ dữ liệu nào khớp." in page.words
    assert page.links["Bỏ các bộ lọc"] == "/datasets?q=xyzzy"


def test_where_hardly_a_dataset_answers_it_says_so_and_how_to_ask_for_more(client: FlaskClient) -> None:
    page = get(client, "/datasets?q=ban+le+thuoc+xyzzy")
    assert page.all("h2", class_="card-title")
    [notice] = page.all("p", class_="relaxed")
    assert notice.words().startswith("Có rất ít hoặc không có bộ dữ liệu chứa đủ các từ")
    assert page.links["Cách đề nghị công bố"] == "/help/tim-va-tai"


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
    assert sorted(titles) == [
        "Cơ sở bán lẻ thuốc ở phường Đông Tiến",
        "Cơ sở khám chữa bệnh, giường bệnh",
        "Nhân lực y tế theo xã",
    ]
    assert {box.attributes["name"] for box in page.all("input", type="checkbox")}.isdisjoint(
        {"commune", "year", "column"}
    )


def test_without_search_filters_that_the_database_cannot_tell_hide_nothing_and_that_is_said(
    client_without_index: FlaskClient,
) -> None:
    page = get(client_without_index, "/datasets?commune=14797&year=1900&column=x&period_to=1900&theme=y-te")
    assert len(page.all("h2", class_="card-title")) == 3
    assert "lọc theo xã, cột, năm và thời gian của dữ liệu tạm thời không có" in page.words


def test_without_search_words_and_filters_still_narrow_the_list(client_without_index: FlaskClient) -> None:
    assert _titles(client_without_index, "/datasets?q=ban+le&theme=y-te") == ["Cơ sở bán lẻ thuốc ở phường Đông Tiến"]
    assert _titles(client_without_index, "/datasets?level=shared") == ["Nhân lực y tế theo xã"]
    assert _titles(client_without_index, "/datasets?organization=so-tai-chinh") == []


def test_without_search_the_home_page_stands_and_there_are_suggestions(client_without_index: FlaskClient) -> None:
    assert client_without_index.get("/").status_code == 200
    assert "Sở Y tế" in {item["title"] for item in client_without_index.get("/suggest?q=so+y+te").get_json()}


def test_a_commune_is_chosen_by_name_and_an_organization_with_all_below_it(client: FlaskClient) -> None:
    page = get(client, "/datasets?commune=15853&organization=so-y-te")
    assert page.links["Xã, phường: Phường Đông Tiến (bỏ lọc này)"] == "/datasets?organization=so-y-te"
    assert page.links["Cơ quan: Sở Y tế (bỏ lọc này)"] == "/datasets?commune=15853"
    assert [title.words() for title in page.all("h2", class_="card-title")] == ["Cơ sở khám chữa bệnh, giường bệnh"]
    names = [label.words() for label in page.all("label", class_="check")]
    assert names.index("Phường Đông Tiến 1") < names.index("Phường Hạc Thành 1")


def test_times_are_written_as_people_do_and_can_be_removed(client: FlaskClient) -> None:
    page = get(client, "/datasets?period_from=3%2F2024&modified_to=31-12-2026&modified_from=2020&q=y+te")
    fields = {box.attributes["name"]: box.attributes["value"] for box in page.all("input", type="text")}
    assert fields == {
        "period_from": "03/2024",
        "period_to": "",
        "modified_from": "2020",
        "modified_to": "31/12/2026",
    }
    assert page.links["Dữ liệu từ: 03/2024 (bỏ lọc này)"] == (
        "/datasets?q=y+te&modified_from=2020&modified_to=2026-12-31"
    )
    hidden = {(box.attributes["name"], box.attributes["value"]) for box in page.all("input", type="hidden")}
    assert ("modified_to", "2026-12-31") in hidden


def test_a_time_that_is_none_is_left_out(client: FlaskClient) -> None:
    page = get(client, "/datasets?period_from=xua&modified_to=2026-02-30")
    assert len(page.all("h2", class_="card-title")) == 3
    assert not page.all("ul", class_="choices")


def test_days_of_update_narrow_the_list(client: FlaskClient) -> None:
    assert len(_titles(client, "/datasets?modified_from=2026-01")) == 2
    assert _titles(client, "/datasets?modified_to=2020") == []


def test_a_question_whose_filters_leave_nothing_says_what_each_hides(client: FlaskClient) -> None:
    page = get(client, "/datasets?q=y+te&modified_to=2020&theme=giao-duc")
    assert "Bỏ lọc “Ngày cập nhật”" not in page.words
    page = get(client, "/datasets?q=y+te&theme=giao-duc&level=open")
    assert page.links["Bỏ lọc “Chủ đề”"] == "/datasets?q=y+te&level=open"
    assert "Bỏ lọc “Chủ đề” : 2 bộ dữ liệu" in page.words.replace("”:", "” :")
    assert "Bỏ lọc “Mức chia sẻ”" not in page.words
    assert page.links["Cách đề nghị công bố"] == "/help/tim-va-tai"


def test_what_holds_only_most_of_the_words_is_told_to(client: FlaskClient) -> None:
    notice = "Có rất ít hoặc không có bộ dữ liệu chứa đủ các từ"
    page = get(client, "/datasets?q=ban+le+thuoc+xyzzy")
    assert notice in page.words
    assert page.all("h2", class_="card-title")[0].words() == "Cơ sở bán lẻ thuốc ở phường Đông Tiến"
    assert notice not in get(client, "/datasets?q=ban+le+thuoc").words


def test_what_may_have_been_meant_is_offered_with_the_filters_kept(client: FlaskClient) -> None:
    page = get(client, "/datasets?q=nhaf+thuocs&level=open")
    assert "Có phải bạn tìm:" in page.words
    assert page.links["nhà thuốc"].startswith("/datasets?q=nh%C3%A0+thu%E1%BB%91c&level=open")


def test_an_answer_from_a_copy_says_so(parts: Parts) -> None:
    class Copy:
        def search(self, query: SearchQuery) -> SearchPage:
            return replace(parts.index.search(query), degraded=True)

    client = create_app(replace(parts, index=cast("DatasetIndex", Copy()))).test_client()
    page = get(client, "/datasets")
    assert "Tìm kiếm đang dùng bản sao" in page.words
    assert len(page.all("h2", class_="card-title")) == 3


def test_without_search_an_organization_stands_for_those_below_it(client_without_index: FlaskClient) -> None:
    assert len(_titles(client_without_index, "/datasets?organization=so-y-te")) == 3


def test_similar_datasets_are_offered_and_missing_where_search_is_down(
    client: FlaskClient, client_without_index: FlaskClient
) -> None:
    page = get(client, "/dataset/co-so-kham-chua-benh")
    similar = {link.words() for link in page.all("a")} & {
        "Cơ sở bán lẻ thuốc ở phường Đông Tiến",
        "Nhân lực y tế theo xã",
        "Cơ sở khám chữa bệnh, giường bệnh",
        "Kiểm tra nội bộ",
    }
    assert similar == {"Cơ sở bán lẻ thuốc ở phường Đông Tiến", "Nhân lực y tế theo xã"}
    assert "Bộ dữ liệu tương tự" in page.words
    without = get(client_without_index, "/dataset/co-so-kham-chua-benh")
    assert without.status == 200
    assert "Bộ dữ liệu tương tự" not in without.words
