"""The front page: true figures that lead to what is behind them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from flask.testing import FlaskClient

from catalog.editing import register
from portal.app import create_app
from portal.wiring import Parts
from tests.catalog.examples import NOW, example_dataset
from tests.portal.pages.page import get
from tests.portal.sample import publish_sample


def test_every_figure_leads_to_what_it_counts(client: FlaskClient) -> None:
    page = get(client, "/")
    figures = page.one("dl", class_="figures").words()
    assert "bộ dữ liệu mở 2 3 dòng số liệu" in figures
    assert "sở, ngành đã mở dữ liệu 1/1" in figures
    assert "nguồn của các sở thu thập tốt 0/1 1 bảng chưa công bố được" in figures
    assert page.links["bộ dữ liệu mở"] == "/datasets?level=open"
    assert page.links["sở, ngành đã mở dữ liệu"] == "/organizations"
    assert page.links["nguồn của các sở thu thập tốt"] == "/sources"
    assert "2 bộ dữ liệu" in get(client, page.links["bộ dữ liệu mở"]).words


def test_simulated_data_are_called_so_on_the_first_page(client: FlaskClient) -> None:
    assert "3 bộ dữ liệu ở đây là dữ liệu mô phỏng" in get(client, "/").words


def test_themes_have_counts_and_the_missing_ones_are_named(client: FlaskClient) -> None:
    page = get(client, "/")
    assert page.links["Y tế 3"] == "/datasets?theme=y-te"
    assert "Chưa có dữ liệu mở về:" in page.words


def test_what_could_not_be_published_is_told_with_its_reason(client: FlaskClient) -> None:
    page = get(client, "/")
    held = page.one("ul", class_="held-list").words()
    assert "Cơ sở bán lẻ thuốc ở phường Đông Tiến Bị loại vì sai" in held
    assert page.links["Cơ sở bán lẻ thuốc ở phường Đông Tiến"].startswith("/source/csdl-so-y-te#bang-")


def test_internal_datasets_show_nowhere(client: FlaskClient) -> None:
    for address in ("/", "/datasets", "/datasets?q=kiem+tra+noi+bo", "/organization/so-y-te", "/suggest?q=kiem+tra"):
        assert "Kiểm tra nội bộ" not in client.get(address).get_data(as_text=True), address
        assert "Ki\\u1ec3m" not in client.get(address).get_data(as_text=True), address


def test_a_source_names_tables_of_hidden_datasets_by_key_only(client: FlaskClient) -> None:
    page = get(client, "/source/csdl-so-y-te")
    assert "Kiểm tra nội bộ" not in page.words
    assert "/dataset/kiem-tra-noi-bo" not in page.html


def test_what_is_overdue_is_told_on_the_same_day(parts: Parts) -> None:
    day_after = create_app(replace(parts, clock=lambda: NOW + timedelta(days=185))).test_client()
    page = get(day_after, "/")
    assert "bộ còn trong hạn cập nhật 0/2 2 bộ quá hạn" in page.words
    assert "Quá hạn" in page.one("ol", class_="agenda").words()
    assert "2 bộ quá hạn" in get(day_after, "/organizations").words
    assert "Quá hạn" in get(day_after, "/dataset/co-so-kham-chua-benh").one("p", class_="badges").words()


def test_what_is_due_soon_is_told_with_the_days_left(parts: Parts) -> None:
    week_before = create_app(replace(parts, clock=lambda: NOW + timedelta(days=176))).test_client()
    assert "3 tháng 5 còn 7 ngày" in get(week_before, "/").one("ol", class_="agenda").words()


def test_a_change_of_the_catalogue_shows_at_the_next_look(tmp_path: Path) -> None:
    parts = publish_sample(tmp_path)
    client = create_app(parts).test_client()
    assert "Trạm cấp cứu" not in get(client, "/organization/so-y-te").words
    with parts.store.write() as transaction:
        stations = example_dataset("tram-cap-cuu", "Trạm cấp cứu")
        register(transaction, datasets=(stations,), actor="test", at=parts.clock())
    assert "Trạm cấp cứu" in get(client, "/organization/so-y-te").words
    parts.store.close()
