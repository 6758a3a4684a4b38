"""How requests are read and answers wrapped, for every kind of client."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

SHOW = "/api/3/action/package_show"
CLINICS = "co-so-kham-chua-benh"


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param({"query_string": {"id": CLINICS}}, id="get"),
        pytest.param({"method": "POST", "json": {"id": CLINICS}}, id="json"),
        pytest.param({"method": "POST", "data": {"id": CLINICS}}, id="form"),
        pytest.param({"method": "POST", "data": {json.dumps({"id": CLINICS}): ""}}, id="curl-without-content-type"),
        pytest.param({"method": "POST", "data": {json.dumps({"id": CLINICS}): "1"}}, id="curl-older"),
        pytest.param(
            {
                "method": "POST",
                "data": json.dumps({"id": CLINICS, "ghi_chu": "a=b&c=d"}),
                "content_type": "application/x-www-form-urlencoded",
            },
            id="curl-with-signs-of-a-form",
        ),
        pytest.param(
            {"method": "POST", "data": {"id": CLINICS}, "content_type": "multipart/form-data"}, id="multipart"
        ),
        pytest.param({"method": "POST", "query_string": {"id": CLINICS}}, id="post-with-query-string"),
        pytest.param(
            {"method": "POST", "query_string": {"id": CLINICS}, "json": {"id": "khac"}}, id="query-string-wins"
        ),
        pytest.param({"method": "POST", "json": {"name_or_id": CLINICS}}, id="old-name"),
    ],
)
def test_arguments_are_read_wherever_a_client_puts_them(client: FlaskClient, request_: dict[str, Any]) -> None:
    response = client.open(SHOW, **request_)
    assert response.get_json()["result"]["name"] == CLINICS


@pytest.mark.parametrize("path", ["/api/action/", "/api/3/action/", "/vi/api/3/action/", "/en/api/action/"])
def test_every_prefix_answers_without_redirection(client: FlaskClient, path: str) -> None:
    response = client.post(path + "status_show", json={})
    assert response.status_code == 200
    assert response.get_json()["result"]["ckan_version"].startswith("2.11.")
    assert response.get_json()["result"]["site_url"] == "http://du-lieu.test"


def test_the_envelope_names_the_help(client: FlaskClient) -> None:
    response = client.get("/api/3/action/site_read")
    assert response.headers["Content-Type"] == "application/json;charset=utf-8"
    assert response.get_json() == {
        "help": "http://du-lieu.test/api/3/action/help_show?name=site_read",
        "success": True,
        "result": True,
    }
    explained = client.get("/api/3/action/help_show?name=package_search").get_json()["result"]
    assert "facet.field" in explained
    assert client.get("/api/3/action/help_show?name=khong-co").status_code == 404


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/3", "/api/3/"])
def test_the_version_of_the_api(client: FlaskClient, path: str) -> None:
    assert client.get(path).get_json() == {"version": 3}


def test_an_unknown_action_is_a_bare_string(client: FlaskClient) -> None:
    response = client.get("/api/3/action/lam-gi-do")
    assert (response.status_code, response.get_json()) == (400, "Bad request: Action name not known: lam-gi-do")


@pytest.mark.parametrize("body", ["{", "[1]", '"chữ"', "1", "NaN", '{"id": "\\ud800"}', "[" * 5000])
def test_a_body_that_is_no_json_object_is_a_bad_request(client: FlaskClient, body: str) -> None:
    response = client.post(SHOW, data=body, content_type="application/json")
    assert response.status_code == 400
    assert response.get_json().startswith("Bad request: JSON Error")
    as_form = client.post(SHOW, data={body: ""})
    assert as_form.status_code == 400


def test_plain_text_is_not_taken(client: FlaskClient) -> None:
    assert client.post(SHOW, data='{"id": "x"}', content_type="text/plain").status_code == 415


def test_put_is_not_allowed(client: FlaskClient) -> None:
    response = client.put(SHOW, json={"id": CLINICS})
    assert response.status_code == 405
    assert "POST" in response.headers["Allow"]


@pytest.mark.parametrize("action", ["package_create", "resource_patch", "organization_delete", "datastore_upsert"])
def test_whoever_wants_to_write_is_told_that_it_takes_an_account(client: FlaskClient, action: str) -> None:
    response = client.post(f"/api/3/action/{action}", json={})
    assert response.status_code == 403
    assert response.get_json()["error"] == {
        "__type": "Authorization Error",
        "message": f"Access denied: Action {action} requires an authenticated user",
    }
    by_get = client.get(f"/api/3/action/{action}")
    assert by_get.status_code == 400
    assert by_get.get_json().endswith("Please use POST method for your request")


def test_scripts_of_other_sites_may_post_json(client: FlaskClient) -> None:
    asked = {
        "Origin": "https://noi-khac.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    allowed = client.options(SHOW, headers=asked).headers
    assert allowed["Access-Control-Allow-Origin"] == "*"
    assert "POST" in allowed["Access-Control-Allow-Methods"]
    assert "Content-Type" in allowed["Access-Control-Allow-Headers"]
    assert client.post(SHOW, json={"id": CLINICS}).headers["Access-Control-Allow-Origin"] == "*"
    assert client.post(SHOW, json={"id": "khong-co"}).headers["Access-Control-Allow-Origin"] == "*"


def test_jsonp_on_get_for_answers_only(client: FlaskClient) -> None:
    response = client.get("/api/3/action/site_read?callback=app.nhan_1")
    assert response.headers["Content-Type"].startswith("application/javascript")
    text = response.get_data(as_text=True)
    assert text.startswith("app.nhan_1({")
    assert text.endswith("});")
    assert client.get("/api/3/action/package_show?id=khong-co&callback=cb").is_json
    assert client.post("/api/3/action/site_read?callback=cb", json={}).is_json
    assert client.get("/api/3/action/site_read?callback=alert(1)//").is_json


def test_a_missing_argument_names_itself(client: FlaskClient) -> None:
    response = client.get(SHOW)
    assert response.status_code == 409
    assert response.get_json()["error"] == {"__type": "Validation Error", "id": ["Missing value"]}


def test_a_wrong_token_is_nobody_special(client: FlaskClient) -> None:
    headers = {"Authorization": "sai", "X-CKAN-API-Key": "sai"}
    assert client.post(SHOW, json={"id": CLINICS}, headers=headers).status_code == 200
