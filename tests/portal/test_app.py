"""What every answer has, whatever its view: safe headers, a language, one way to tell errors."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize("address", ["/", "/datasets", "/api/3/action/package_list", "/khong-co", "/health"])
def test_every_answer_carries_the_safe_headers(client: FlaskClient, address: str) -> None:
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in headers


def test_an_address_exists_in_both_languages(client: FlaskClient) -> None:
    assert 'lang="vi"' in client.get("/datasets").text
    assert 'lang="vi"' in client.get("/vi/datasets").text
    assert 'lang="en"' in client.get("/en/datasets").text
    assert client.get("/vi/api/3/action/status_show").json["success"] is True  # type: ignore[index]  # JSON of ours


def test_links_stay_in_the_language_being_read(client: FlaskClient) -> None:
    page = client.get("/en/datasets").text
    assert 'href="/en/dataset/co-so-kham-chua-benh"' in page


def test_errors_are_pages_for_people_and_json_for_programs(client: FlaskClient) -> None:
    page = client.get("/dataset/khong-co")
    assert (page.status_code, page.mimetype) == (404, "text/html")
    answer = client.get("/api/v1/datasets/khong-co")
    assert (answer.status_code, answer.mimetype) == (404, "application/json")
    assert answer.json["error"]["code"] == "not-found"  # type: ignore[index]  # JSON of ours


def test_a_fault_of_ours_is_told_without_its_details(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> str:
        raise ZeroDivisionError("secret detail")

    client.application.config["PROPAGATE_EXCEPTIONS"] = False
    client.application.testing = False
    client.application._got_first_request = False  # a view added only for this test
    client.application.add_url_rule("/hong", view_func=broken)
    answer = client.get("/hong")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "secret detail" in caplog.text


def test_a_request_cannot_choose_the_address_that_links_carry(client: FlaskClient) -> None:
    body = client.get("/sitemap.xml", headers={"Host": "evil.test", "X-Forwarded-Host": "evil.test"}).text
    assert "evil.test" not in body
    assert "http://du-lieu.test/dataset/" in body


def test_any_locale_before_the_api_is_accepted_as_ckan_clients_send_it(client: FlaskClient) -> None:
    assert client.get("/zh_Hant_TW/api/3/action/status_show").status_code == 200
    assert client.get("/zh_Hant_TW/datasets").status_code == 404


def test_a_missing_file_is_told_as_json_to_programs_and_as_a_page_to_browsers(client: FlaskClient) -> None:
    address = "/download/khong-co/bang.csv"
    assert client.get(address).mimetype == "application/json"
    assert client.get(address, headers={"Accept": "text/html,*/*;q=0.8"}).mimetype == "text/html"
