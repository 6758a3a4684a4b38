"""The portal's own API: every answer fits the OpenAPI document, which is made from what reads the requests."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import frictionless
import jsonschema
import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator, validate
from rdflib import DCAT, RDF, Graph, URIRef

from catalog.errors import StorageError
from catalog.model import stable_id
from catalog.ports import CatalogReader
from catalog.storage.database import SqlCatalogStore

CLINICS = "co-so-kham-chua-benh"
TABLE = stable_id("distribution", CLINICS, "bang")
ROWS = f"/api/v1/tables/{TABLE}/rows"


def get(client: FlaskClient, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200, response.get_data(as_text=True)
    return response.get_json()


def codes(body: dict[str, Any]) -> list[str]:
    return [row["ma"] for row in body["rows"]]


def refused(client: FlaskClient, address: str) -> dict[str, Any]:
    response = client.get(address)
    assert response.status_code == 400
    error: dict[str, Any] = response.get_json()["error"]
    assert error["code"] == "invalid-query"
    assert error["message"] != error["message_en"]
    return error


def test_the_document_is_openapi_3_1(client: FlaskClient) -> None:
    document = get(client, "/api/v1/openapi.json")
    validate(document, cls=OpenAPIV31SpecValidator)
    assert document["servers"] == [{"url": "http://du-lieu.test/api/v1"}]
    rows = document["paths"]["/tables/{table_id}/rows"]["get"]
    assert {parameter["name"] for parameter in rows["parameters"]} >= {"table_id", "_limit", "_sort", "filters"}


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/datasets", "/datasets?q=benh+vien&organization=so-y-te&per_page=1"),
        ("/datasets", "/datasets?after={cursor}&per_page=1"),
        ("/datasets", "/datasets?q=benh+vien+khong+co+that&period_from=2020"),
        ("/suggest", "/suggest?q=co+so"),
        ("/suggest", "/suggest"),
        ("/datasets/{name}", f"/datasets/{CLINICS}"),
        ("/datasets/{name}", "/datasets/nhan-luc-y-te"),
        ("/datasets/{name}", "/datasets/co-so-ban-le-thuoc"),
        ("/tables/{table_id}", f"/tables/{TABLE}"),
        ("/tables/{table_id}/rows", f"/tables/{TABLE}/rows?_limit=2"),
        ("/versions/{version_id}/report", "/versions/{version}/report"),
        ("/organizations", "/organizations"),
        ("/themes", "/themes"),
        ("/schemas", "/schemas"),
        ("/code-lists", "/code-lists"),
        ("/code-lists/{name}", "/code-lists/xa-thanh-hoa"),
        ("/sources", "/sources"),
    ],
)
def test_every_answer_is_as_the_document_says(client: FlaskClient, path: str, address: str) -> None:
    document = get(client, "/api/v1/openapi.json")
    content = document["paths"][path]["get"]["responses"]["200"]["content"]
    schema = {**content["application/json"]["schema"], "components": document["components"]}
    version = get(client, f"/api/v1/tables/{TABLE}")["version"]["id"]
    cursor = get(client, "/api/v1/datasets?per_page=1")["next"].partition("after=")[2]
    body = get(client, f"/api/v1{address.replace('{version}', version).replace('{cursor}', cursor)}")
    checker = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    assert [error.message for error in checker.iter_errors(body)] == []


def test_datasets_are_found_and_counted(client: FlaskClient) -> None:
    body = get(client, "/api/v1/datasets?q=nha+thuoc")
    assert [item["name"] for item in body["items"]] == ["co-so-ban-le-thuoc"]
    everything = get(client, "/api/v1/datasets?per_page=2")
    assert everything["total"] == 3
    assert {"value": "so-y-te", "count": 3} in everything["facets"]["organization"]
    last = get(client, "/api/v1/datasets?per_page=2&page=2")
    assert (len(last["items"]), last["next"]) == (1, None)
    assert last["previous"].endswith("page=1")


@pytest.mark.parametrize("question", ["per_page=1", "per_page=1&sort=title", "per_page=2&q=y+te"])
def test_next_leads_through_all_datasets_once(client: FlaskClient, question: str) -> None:
    seen: list[str] = []
    address: str | None = f"/api/v1/datasets?{question}"
    while address:
        answer = client.get(address)
        body = answer.get_json()
        seen += [item["name"] for item in body["items"]]
        assert ('rel="next"' in answer.headers.get("Link", "")) == bool(body["next"])
        address = body["next"] and body["next"].removeprefix("http://du-lieu.test")
    assert len(seen) == len(set(seen)) == 3


@pytest.mark.parametrize("after", ["1", "x" * 30_000, "W10"])
def test_a_place_that_is_none_of_ours_is_refused(client: FlaskClient, after: str) -> None:
    refused(client, f"/api/v1/datasets?after={after}")


def test_values_of_a_facet_can_be_searched(client: FlaskClient) -> None:
    facets = get(client, "/api/v1/datasets?facet_text=keyword:nha")["facets"]
    assert facets["keyword"] == [{"value": "nhà thuốc", "count": 1}]
    assert len(facets["theme"]) == 1


@pytest.mark.parametrize(("bounds", "count"), [("modified_from=2026", 2), ("modified_to=2020-12", 0)])
def test_days_of_update_limit_what_is_found(client: FlaskClient, bounds: str, count: int) -> None:
    assert get(client, f"/api/v1/datasets?{bounds}")["total"] == count


def test_datasets_come_in_the_order_in_which_they_were_stored_here(client: FlaskClient) -> None:
    items = get(client, "/api/v1/datasets?sort=recorded")["items"]
    assert len(items) == 3
    assert [item["recorded"] for item in items] == sorted((item["recorded"] for item in items), reverse=True)


def test_what_has_only_most_of_the_words_is_said_to_be_that(client: FlaskClient) -> None:
    body = get(client, "/api/v1/datasets?q=ban+le+thuoc+xyzzy")
    assert (body["relaxed"], body["items"][0]["name"]) == (True, "co-so-ban-le-thuoc")
    assert get(client, "/api/v1/datasets?q=ban+le+thuoc")["relaxed"] is False


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own parser of JSON-LD
def test_datasets_as_dcat_come_from_the_index_alone(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.delattr(SqlCatalogStore, "read")
        answer = client.get("/api/v1/datasets?_format=jsonld&per_page=2")
    assert (answer.status_code, answer.content_type) == (200, "application/ld+json")
    graph = Graph().parse(data=answer.get_data(), format="json-ld")
    found = {str(dataset) for dataset in graph.subjects(RDF.type, DCAT.Dataset)}
    assert len(found) == 2
    assert all(name.startswith("http://du-lieu.test/dataset/") for name in found)
    hydra = "http://www.w3.org/ns/hydra/core#"
    assert [str(total) for total in graph.objects(None, URIRef(f"{hydra}totalItems"))] == ["3"]
    [following] = graph.objects(None, URIRef(f"{hydra}next"))
    rest = client.get(str(following).removeprefix("http://du-lieu.test"))
    graph = Graph().parse(data=rest.get_data(), format="json-ld")
    assert len(found | {str(dataset) for dataset in graph.subjects(RDF.type, DCAT.Dataset)}) == 3


def test_lists_are_answered_while_the_database_cannot_be_asked(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "/api/v1/datasets?q=y+te&per_page=2"
    before = get(client, address)

    def down(self: SqlCatalogStore) -> AbstractContextManager[CatalogReader]:
        raise StorageError("Không mở được cơ sở dữ liệu.", "The database cannot be opened.")

    monkeypatch.setattr(SqlCatalogStore, "read", down)
    assert get(client, address) == before


def test_suggestions_lead_to_pages(client: FlaskClient) -> None:
    items = get(client, "/api/v1/suggest?q=y+te")["items"]
    places = {(item["kind"], item["value"]): item["url"] for item in items}
    assert places["organization", "so-y-te"] == "http://du-lieu.test/datasets?organization=so-y-te"
    assert all(item["organization"]["name"] == "so-y-te" for item in items if item["kind"] == "dataset")


def test_a_dataset_leads_to_its_rows(client: FlaskClient) -> None:
    body = get(client, f"/api/v1/datasets/{CLINICS}")
    [table] = body["tables"]
    assert table["rows_url"] == f"http://du-lieu.test{ROWS}"
    assert table["columns"][3]["unit"] == "giường"
    assert [file["format"] for file in table["files"]] == ["csv", "xlsx", "json", "parquet"]
    assert body["freshness"] == "current"


def test_a_dataset_tells_its_quality_with_what_a_repair_would_bring(client: FlaskClient) -> None:
    quality = get(client, f"/api/v1/datasets/{CLINICS}")["quality"]
    assert quality["points"] == round(sum(item["points"] for item in quality["dimensions"]), 1)
    assert [item["dimension"] for item in quality["dimensions"]] == [
        "dung", "du", "sach", "song", "thong-nhat", "dung-chung",
    ]  # fmt: skip
    gains = [gain["fix"] for item in quality["dimensions"] for found in item["criteria"] for gain in found["gains"]]
    assert "Mô tả: thêm tên và mô tả tiếng Anh" in gains
    assert get(client, "/api/v1/datasets/nhan-luc-y-te")["quality"] is None


def test_frictionless_reads_the_report_of_a_version(client: FlaskClient) -> None:
    version = get(client, f"/api/v1/tables/{TABLE}")["version"]["id"]
    address = f"/api/v1/versions/{version}/report"
    answer = client.get(address)
    report = frictionless.Report.from_descriptor(answer.get_json())
    assert report.valid
    assert report.tasks[0].labels == ["ma", "ten", "ma_xa", "giuong"]
    assert report.tasks[0].stats["rows"] == 3
    with client.get(report.tasks[0].place.removeprefix("http://du-lieu.test")) as table:
        assert table.status_code == 200
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    assert client.get("/api/v1/versions/khong-co/report").status_code == 404


def test_rows_keep_their_types(client: FlaskClient) -> None:
    body = get(client, ROWS)
    assert body["rows"][0] == {
        "_id": 1, "ma": "38001", "ten": "Bệnh viện Đa khoa tỉnh", "ma_xa": "14797", "giuong": 1200,
    }  # fmt: skip
    assert body["rows"][2]["giuong"] is None
    assert (body["total"], body["next"], body["version"]["number"]) == (3, None, 1)
    assert body["fields"][4] == {"name": "giuong", "type": "integer"}


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("ma_xa=14797", ["38001"]),
        ("ma_xa=14797&ma_xa=15853", ["38001", "38002"]),
        ("ma_xa__in=14797,15724", ["38001", "38003"]),
        ("ma_xa__ne=14797", ["38002", "38003"]),
        ("giuong__gte=5&giuong__lt=100", ["38002"]),
        ("giuong__empty=true", ["38003"]),
        ("giuong__empty=false", ["38001", "38002"]),
        ("giuong__filled=true", ["38001", "38002"]),
        ("giuong=", ["38003"]),
        ("ten__contains=dong+tien", ["38002", "38003"]),
        ("_search=benh+vien", ["38001"]),
        ("_sort=-giuong", ["38001", "38002", "38003"]),
        ("_sort=-ma,ten&_limit=1", ["38003"]),
        ("_after=1", ["38002", "38003"]),
        ("_offset=2", ["38003"]),
        ("_limit=0", []),
    ],
)
def test_questions_about_rows(client: FlaskClient, question: str, found: list[str]) -> None:
    assert codes(get(client, f"{ROWS}?{question}")) == found


@pytest.mark.parametrize("question", ["_limit=2", "_limit=2&_sort=-ma", "_limit=2&_fields=ma", "_limit=1&ma__ne=38002"])
def test_next_leads_through_all_rows_once(client: FlaskClient, question: str) -> None:
    seen: list[str] = []
    address: str | None = f"{ROWS}?{question}"
    while address:
        body = get(client, address)
        seen += codes(body)
        address = body["next"] and body["next"].removeprefix("http://du-lieu.test")
    assert len(seen) == len(set(seen)) == (2 if "__ne" in question else 3)


def test_only_the_columns_asked_for(client: FlaskClient) -> None:
    assert get(client, f"{ROWS}?_fields=ten,ma&_limit=1")["rows"] == [{"ten": "Bệnh viện Đa khoa tỉnh", "ma": "38001"}]
    assert get(client, f"{ROWS}?_fields=_id,ma&_limit=1")["rows"] == [{"_id": 1, "ma": "38001"}]
    assert get(client, f"{ROWS}?_total=false")["total"] is None


def test_rows_as_csv(client: FlaskClient) -> None:
    response = client.get(f"{ROWS}?_format=csv&_fields=ten,giuong&_limit=2")
    assert response.content_type == "text/csv; charset=utf-8"
    assert response.get_data(as_text=True) == "ten,giuong\r\nBệnh viện Đa khoa tỉnh,1200\r\nTrạm y tế Đông Tiến,5\r\n"
    assert 'rel="next"' in response.headers["Link"]


def test_who_has_the_version_gets_304_before_anything_is_asked(client: FlaskClient) -> None:
    first = client.get(ROWS)
    etag = first.headers["ETag"]
    assert etag == f'"{first.get_json()["version"]["id"]}"'
    again = client.get(f"{ROWS}?cot_khong_co=1", headers={"If-None-Match": etag})
    assert (again.status_code, again.get_data()) == (304, b"")
    assert client.get(ROWS, headers={"If-None-Match": '"khac"'}).status_code == 200


@pytest.mark.parametrize(
    ("address", "named"),
    [
        (f"{ROWS}?dan_so=1", "dan_so"),
        (f"{ROWS}?ma__like=1", "ma__like"),
        (f"{ROWS}?limit=1", "limit"),
        (f"{ROWS}?_limit=10001", "_limit"),
        (f"{ROWS}?_limit=-1", "_limit"),
        (f"{ROWS}?_limit=1&_limit=2", "_limit"),
        (f"{ROWS}?_total=1", "_total"),
        (f"{ROWS}?_format=xml", "_format"),
        (f"{ROWS}?_sort=sai", "_sort"),
        (f"{ROWS}?_fields=sai", "_fields"),
        (f"{ROWS}?giuong__gt=1&giuong__gt=2", "giuong__gt"),
        (f"{ROWS}?giuong__empty=co", "giuong__empty"),
        (f"{ROWS}?_after=1&_sort=ma", "_after"),
        ("/api/v1/datasets?trang=2", "trang"),
        ("/api/v1/datasets?page=0", "page"),
        ("/api/v1/datasets?sort=mau", "sort"),
        ("/api/v1/datasets?period_from=xua", "period_from"),
        ("/api/v1/datasets?modified_to=2026-02-30", "modified_to"),
        ("/api/v1/datasets?facet_text=mau:do", "facet_text"),
        ("/api/v1/datasets?facet_text=keyword", "facet_text"),
        ("/api/v1/themes?x=1", "x"),
    ],
)
def test_a_wrong_parameter_is_named(client: FlaskClient, address: str, named: str) -> None:
    assert refused(client, address)["parameter"] == named


def test_a_value_of_the_wrong_type_is_named(client: FlaskClient) -> None:
    assert refused(client, f"{ROWS}?giuong=nhiều")["field"] == "giuong"


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/datasets/khong-co",
        "/api/v1/datasets/kiem-tra-noi-bo",
        f"/api/v1/datasets/{stable_id('dataset', 'kiem-tra-noi-bo')}",
        "/api/v1/tables/khong-co",
        f"/api/v1/tables/{stable_id('distribution', 'kiem-tra-noi-bo', 'bang')}/rows",
        f"/api/v1/tables/{stable_id('distribution', 'nhan-luc-y-te', 'bang')}/rows",
        f"/api/v1/tables/{stable_id('distribution', 'co-so-ban-le-thuoc', 'bang')}",
        "/api/v1/khong-co",
    ],
)
def test_what_is_hidden_is_not_there(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert response.get_json()["error"]["code"] == "not-found"
    assert "nội bộ" not in response.get_data(as_text=True)


def test_sources_tell_results_and_no_secrets(client: FlaskClient) -> None:
    response = client.get("/api/v1/sources")
    text = response.get_data(as_text=True)
    assert "noi-bo" not in text
    assert "options" not in text
    assert "/so-y-te" not in text
    [source] = response.get_json()["items"]
    outcomes = {table["key"]: table["outcome"]["outcome"] for table in source["tables"]}
    assert outcomes["co-so-kham-chua-benh-bang"] == "published"
    assert outcomes["co-so-ban-le-thuoc-bang"] == "rejected"
    assert source["last_run"]["state"] == "partial"


def test_an_address_without_parameters_says_so(client: FlaskClient) -> None:
    assert refused(client, "/api/v1/themes?x=1")["message"] == (
        "Tham số “x” không có; địa chỉ này không nhận tham số nào."
    )


def test_the_document_speaks_as_the_pages_do(client: FlaskClient) -> None:
    paths = client.get("/api/v1/openapi.json").get_json()["paths"]
    assert paths["/themes"]["get"]["summary"] == "Các chủ đề · Themes"
    filters = {item["name"]: item["description"] for item in paths["/datasets"]["get"]["parameters"]}
    assert filters["theme"].startswith("Lọc theo chủ đề")


def test_scripts_may_ask_conditionally_and_follow_links(client: FlaskClient) -> None:
    allowed = client.options(ROWS).headers
    assert "If-None-Match" in allowed["Access-Control-Allow-Headers"]
    assert "Link" in client.get(f"{ROWS}?_limit=1").headers["Access-Control-Expose-Headers"]


def test_any_site_may_read(client: FlaskClient) -> None:
    response = client.get("/api/v1/datasets")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cache-Control"] == "public, max-age=60"
    assert client.get("/api/v1/datasets", headers={"If-None-Match": response.headers["ETag"]}).status_code == 304
