"""Errors say what happened, why, and what to do now; even when the database is gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from portal.app import create_app
from portal.wiring import Parts, open_store
from tests.portal.pages.page import get


@pytest.fixture
def client_without_database(parts: Parts, tmp_path: Path) -> Iterator[FlaskClient]:
    """The same portal over a database that was never made."""
    store = open_store(f"sqlite:///{tmp_path / 'none' / 'catalog.db'}")
    yield create_app(replace(parts, store=store)).test_client()
    store.close()


def test_a_missing_page_offers_search_and_ways_on(client: FlaskClient) -> None:
    page = get(client, "/dataset/khong-co")
    assert page.status == 404
    assert page.one("h1").words() == "Không có gì ở địa chỉ này"
    assert "Không tìm thấy bộ dữ liệu “khong-co”." in page.words
    assert page.all("form", role="search")
    assert page.links["Xem tất cả bộ dữ liệu"] == "/datasets"
    assert page.one("meta", name="robots").attributes["content"] == "noindex"


def test_errors_speak_the_language_of_the_page(client: FlaskClient) -> None:
    page = get(client, "/en/dataset/khong-co")
    assert page.one("h1").words() == "There is nothing at this address"


def test_without_the_database_pages_say_so_and_when_to_come_back(client_without_database: FlaskClient) -> None:
    for address in ("/", "/datasets", "/dataset/co-so-kham-chua-benh", "/organizations", "/en/sources"):
        answer = client_without_database.get(address)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "30"
    page = get(client_without_database, "/")
    assert page.one("h1").words() == "Cổng tạm thời không phục vụ được"
    assert "Chờ một phút rồi tải lại trang." in page.words
    assert "sqlite" not in page.html


def test_without_the_database_help_can_still_be_read(client_without_database: FlaskClient) -> None:
    assert client_without_database.get("/help/co-quan").status_code == 200


def test_a_method_that_a_page_does_not_take_is_told_with_those_it_takes(client: FlaskClient) -> None:
    answer = client.post("/datasets")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert "Địa chỉ này không nhận cách gọi đó" in answer.get_data(as_text=True)


def test_what_was_asked_for_is_escaped(client: FlaskClient) -> None:
    assert "<script>alert" not in client.get("/dataset/<script>alert(1)").get_data(as_text=True)
