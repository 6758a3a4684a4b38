"""Suggestions while one types: of every kind, by how words begin, and nothing that is hidden."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from tests.catalog.examples import CLINICS


def _suggested(client: FlaskClient, text: str, prefix: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"{prefix}/suggest", query_string={"q": text}).get_json()
    return found


def test_datasets_come_with_their_owner(client: FlaskClient) -> None:
    assert _suggested(client, "kham chua")[0] == {
        "kind": "dataset",
        "group": "Bộ dữ liệu",
        "title": CLINICS.title,
        "detail": "Sở Y tế",
        "url": "/dataset/co-so-kham-chua-benh",
    }


def test_the_last_word_may_be_unfinished(client: FlaskClient) -> None:
    assert _suggested(client, "co so kha")[0]["title"] == CLINICS.title


def test_organizations_themes_and_columns_are_suggested_by_their_names(client: FlaskClient) -> None:
    found = {(item["kind"], item["title"]): item["url"] for item in _suggested(client, "y t")}
    assert found["organization", "Sở Y tế"] == "/datasets?organization=so-y-te"
    assert found["theme", "Y tế"] == "/datasets?theme=y-te"
    [column] = [item for item in _suggested(client, "giuong") if item["kind"] == "column"]
    assert column["title"].startswith("Giường")
    page = client.get(column["url"]).get_data(as_text=True)
    assert CLINICS.title in page


def test_a_commune_leads_to_the_datasets_whose_tables_hold_it(client: FlaskClient) -> None:
    [commune] = [item for item in _suggested(client, "hac th") if item["kind"] == "commune"]
    assert (commune["group"], commune["title"]) == ("Xã, phường", "Phường Hạc Thành")
    assert commune["url"] == "/datasets?commune=14797"
    assert commune["detail"] == "1 bộ dữ liệu"
    assert CLINICS.title in client.get(commune["url"]).get_data(as_text=True)


def test_kinds_stand_together_and_say_how_many_datasets_there_are(client: FlaskClient) -> None:
    found = _suggested(client, "y te")
    kinds = [item["kind"] for item in found]
    assert kinds == sorted(kinds, key=["dataset", "commune", "organization", "theme", "column"].index)
    assert {item["detail"] for item in found if item["kind"] == "theme"} == {"3 bộ dữ liệu"}


def test_an_english_page_suggests_in_english(client: FlaskClient) -> None:
    found = _suggested(client, "health", "/en")
    assert ("Organizations", "Department of Health", "/en/datasets?organization=so-y-te") in {
        (item["group"], item["title"], item["url"]) for item in found
    }


def test_little_or_nothing_typed_suggests_nothing(client: FlaskClient) -> None:
    assert _suggested(client, "") == _suggested(client, "y") == _suggested(client, "  \x00 ") == []


def test_what_is_hidden_is_not_suggested(client: FlaskClient) -> None:
    assert _suggested(client, "kiem tra noi bo") == []
