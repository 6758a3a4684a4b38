"""Rows as CKAN's DataStore gives them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from catalog.model import stable_id
from publishers.links import resource_id
from tests.portal.api.ckan.conftest import Ask

TABLE = stable_id("distribution", "co-so-kham-chua-benh", "bang")
CSV = resource_id(TABLE, "csv")


def codes(result: dict[str, Any]) -> list[str]:
    return [record["ma"] for record in result["records"]]


def test_rows_in_published_order_with_types(ask: Ask) -> None:
    result = ask("datastore_search", resource_id=CSV)
    assert result["fields"] == [
        {"id": "_id", "type": "int"},
        {"id": "ma", "type": "text"},
        {"id": "ten", "type": "text"},
        {"id": "ma_xa", "type": "text"},
        {"id": "giuong", "type": "int"},
    ]
    assert result["records"][0] == {
        "_id": 1, "ma": "38001", "ten": "Bệnh viện Đa khoa tỉnh", "ma_xa": "14797", "giuong": 1200,
    }  # fmt: skip
    assert result["records"][2]["giuong"] is None
    assert (result["total"], result["limit"], result["include_total"]) == (3, 100, True)


@pytest.mark.parametrize("form", ["csv", "xlsx", "json", "parquet"])
def test_every_format_of_a_table_leads_to_its_rows(ask: Ask, form: str) -> None:
    assert ask("datastore_search", id=resource_id(TABLE, form))["total"] == 3


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ({"filters": {"ma": "38002"}}, ["38002"]),
        ({"filters": '{"ma": ["38001", "38003"]}'}, ["38001", "38003"]),
        ({"filters": {"giuong": 5}}, ["38002"]),
        ({"filters": {"giuong": {"gt": 5, "lte": 1200}}}, ["38001"]),
        ({"filters": {"giuong": None}}, ["38003"]),
        ({"filters": {"$and": [{"ma_xa": "15853"}, {"giuong": {"lt": 10}}]}}, ["38002"]),
        ({"filters": {"$or": [{"ma": "38001"}, {"ma": ["38003", "x"]}]}}, ["38001", "38003"]),
        ({"filters": {"$or": [{"ma": "38001"}, {"ma": "38002"}], "ma_xa": "15853"}}, ["38002"]),
        ({"q": {"giuong": "1200"}}, ["38001"]),
        ({"q": {"ten": "dong:* & tram:*"}, "plain": False}, []),
        ({"q": {"ten": "tram:*"}, "plain": False}, ["38002", "38003"]),
        ({"q": "benh:* & vien:*", "plain": False}, ["38001"]),
        ({"q": "dong tien"}, ["38002", "38003"]),
        ({"q": {"ten": "bệnh viện"}}, ["38001"]),
        ({"q": '{"ten": "benh vien"}'}, ["38001"]),
        ({"sort": "giuong desc nulls last, ma"}, ["38001", "38002", "38003"]),
        ({"sort": "giuong nulls first"}, ["38003", "38002", "38001"]),
        ({"sort": "giuong desc NULLS FIRST"}, ["38003", "38001", "38002"]),
        ({"q": "trạm | viện"}, []),
        ({"sort": ['"ma" desc']}, ["38003", "38002", "38001"]),
        ({"limit": 1, "offset": 1}, ["38002"]),
    ],
)
def test_questions(ask: Ask, arguments: dict[str, Any], found: list[str]) -> None:
    assert codes(ask("datastore_search", resource_id=CSV, **arguments)) == found


def test_fields_and_distinct(ask: Ask) -> None:
    result = ask("datastore_search", resource_id=CSV, fields="ten, ma", limit=1)
    assert result["records"] == [{"ten": "Bệnh viện Đa khoa tỉnh", "ma": "38001"}]
    assert ask("datastore_search", resource_id=CSV, fields=["ma_xa"], distinct=True)["total"] == 3


def test_record_formats(ask: Ask) -> None:
    lists = ask("datastore_search", resource_id=CSV, records_format="lists", fields="ma,giuong")
    assert lists["records"] == [["38001", 1200], ["38002", 5], ["38003", None]]
    text = ask("datastore_search", resource_id=CSV, records_format="csv", fields="ten,giuong", offset=1)["records"]
    assert text == 'Trạm y tế Đông Tiến,5\n"Trạm y tế Đồng Tiến, cơ sở 2",\n'
    assert ask("datastore_search", resource_id=CSV, records_format="tsv", fields="ma,giuong", limit=1)["records"] == (
        "38001\t1200\n"
    )


def test_the_links_walk_through_all_rows(client: FlaskClient) -> None:
    address = f"/api/3/action/datastore_search?resource_id={CSV}&limit=2&sort=ma desc"
    seen: list[str] = []
    for _ in range(3):
        result = client.get(address).get_json()["result"]
        if not result["records"]:
            break
        seen += codes(result)
        address = result["_links"]["next"]
        assert not urlsplit(address).netloc
    assert seen == ["38003", "38002", "38001"]
    assert "prev" in client.get(address).get_json()["result"]["_links"]


def test_the_total_may_be_left_out_and_the_limit_has_an_end(ask: Ask) -> None:
    result = ask("datastore_search", resource_id=CSV, include_total=False, limit="99999999")
    assert "total" not in result
    assert result["limit"] == 32000
    assert ask("datastore_search", resource_id=CSV, limit=0)["records"] == []


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"fields": "ma,khong_co"}, "fields"),
        ({"sort": "khong_co desc"}, "sort"),
        ({"sort": "ma; drop table"}, "sort"),
        ({"filters": {"khong_co": 1}}, "filters"),
        ({"filters": {"giuong": "nhiều"}}, "filters"),
        ({"filters": {"giuong": {"regex": "."}}}, "filters"),
        ({"filters": {"$or": [{"ma": "1"}, {"ten": "x"}]}}, "filters"),
        ({"filters": {"$or": [{"ma": "1", "ten": "x"}]}}, "filters"),
        ({"filters": {"$or": []}}, "filters"),
        ({"filters": {"$or": "x"}}, "filters"),
        ({"filters": {"$or": [{"khong_co": "1"}]}}, "filters"),
        ({"filters": "[1]"}, "filters"),
        ({"filters": "{"}, "filters"),
        ({"q": {"khong_co": "x"}}, "q"),
        ({"q": "tram | vien", "plain": False}, "q"),
        ({"q": {"ten": "!tram:*"}, "plain": "false"}, "q"),
        ({"q": "dong <-> tien", "plain": False}, "q"),
        ({"limit": -1}, "limit"),
        ({"limit": "nhiều"}, "limit"),
        ({"records_format": "xml"}, "records_format"),
    ],
)
def test_what_cannot_be_asked_is_a_validation_error_of_its_field(
    refuse: Ask, arguments: dict[str, Any], field: str
) -> None:
    status, error = refuse("datastore_search", resource_id=CSV, **arguments)
    assert (status, error["__type"]) == (409, "Validation Error")
    assert field in error


def test_an_unknown_column_is_named_as_ckan_names_it(refuse: Ask) -> None:
    assert refuse("datastore_search", resource_id=CSV, fields="sai")[1]["fields"] == ['invalid value "sai"']


def test_an_unknown_resource_is_named(refuse: Ask) -> None:
    status, error = refuse("datastore_search", resource_id="khong-co")
    assert status == 404
    assert error["message"] == 'Not found: Resource "khong-co" was not found.'


def test_the_list_of_tables(ask: Ask) -> None:
    result = ask("datastore_search", resource_id="_table_metadata")
    assert [record["name"] for record in result["records"]] == [CSV]


def test_columns_with_their_meaning(ask: Ask) -> None:
    described = ask("datastore_info", id=CSV)
    assert described["meta"]["count"] == 3
    by_name = {field["id"]: field for field in described["fields"]}
    assert by_name["ma"]["schema"]["uniquekey"] is True
    assert by_name["giuong"]["type"] == "int"
    assert by_name["giuong"]["info"] == {
        "label": "Giường bệnh",
        "notes": "Số giường bệnh kế hoạch.",
        "unit": "giường",
    }
