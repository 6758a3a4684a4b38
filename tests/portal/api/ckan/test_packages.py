"""Datasets as packages, and what of them is not for everyone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from catalog.model import stable_id
from portal.app import create_app
from publishers.links import resource_id
from tests.catalog.examples import HEALTH
from tests.portal.api.ckan.conftest import Ask
from tests.portal.sample import publish_sample

CLINICS = "co-so-kham-chua-benh"
TABLE = stable_id("distribution", CLINICS, "bang")
INTERNAL_TABLE = stable_id("distribution", "kiem-tra-noi-bo", "bang")
SHARED_TABLE = stable_id("distribution", "nhan-luc-y-te", "bang")


def test_names_of_all_public_datasets_in_order(ask: Ask) -> None:
    assert ask("package_list") == ["co-so-ban-le-thuoc", CLINICS, "nhan-luc-y-te"]
    assert ask("package_list", limit=1, offset=1, include_private=True) == [CLINICS]


def test_a_package_by_name_and_by_id(ask: Ask) -> None:
    package = ask("package_show", id=CLINICS)
    assert ask("package_show", id=package["id"]) == package
    assert [resource["id"] for resource in package["resources"]] == [
        resource_id(TABLE, name) for name in ("csv", "xlsx", "json", "parquet")
    ]


def test_current_packages_newest_first(ask: Ask) -> None:
    names = [item["name"] for item in ask("current_package_list_with_resources", limit=2)]
    assert names == ["nhan-luc-y-te", CLINICS]
    assert [item["name"] for item in ask("current_package_list_with_resources", limit=2, page=2)] == [
        "co-so-ban-le-thuoc"
    ]


def test_autocomplete_by_title_and_name(ask: Ask) -> None:
    assert {item["name"] for item in ask("package_autocomplete", q="cơ sở")} == {CLINICS, "co-so-ban-le-thuoc"}
    [by_name] = ask("package_autocomplete", q="nhan-luc")
    assert (by_name["match_field"], by_name["match_displayed"]) == ("name", "nhan-luc-y-te")


def test_a_resource_by_its_id(ask: Ask) -> None:
    resource = ask("resource_show", id=resource_id(TABLE, "xlsx"))
    assert resource["format"] == "XLSX"
    assert resource["url"] == f"http://du-lieu.test/download/{CLINICS}/{CLINICS}-bang.xlsx"
    assert ask("resource_view_list", id=resource["id"]) == []


def test_resources_are_found_by_their_fields(ask: Ask) -> None:
    assert ask("resource_search", query="format:csv")["count"] == 1
    assert ask("resource_search", query=["format:csv", "name:khám"])["count"] == 1
    assert ask("resource_search", query=["format:csv", "name:khác"])["count"] == 0
    assert ask("resource_search", query="format:", limit=2)["count"] == 4


def test_a_field_that_resources_do_not_have_is_refused_as_ckan_refuses_it(refuse: Ask) -> None:
    assert refuse("resource_search", query="mau:x") == (
        409,
        {"__type": "Validation Error", "query": 'Field "mau" not recognised in resource_search.'},
    )


@pytest.mark.parametrize("key", ["kiem-tra-noi-bo", stable_id("dataset", "kiem-tra-noi-bo")])
def test_an_internal_dataset_is_refused_without_a_word_about_it(refuse: Ask, key: str) -> None:
    assert refuse("package_show", id=key) == (403, {"__type": "Authorization Error", "message": "Access denied"})


@pytest.mark.parametrize("table", [INTERNAL_TABLE, SHARED_TABLE])
@pytest.mark.parametrize("action", ["resource_show", "datastore_search", "datastore_info", "resource_view_list"])
def test_content_that_is_not_open_is_refused(refuse: Ask, action: str, table: str) -> None:
    assert refuse(action, id=resource_id(table, "csv"))[0] == 403


@pytest.mark.parametrize("action", ["package_show", "resource_show", "organization_show", "group_show", "tag_show"])
def test_what_is_not_there(refuse: Ask, action: str) -> None:
    status, error = refuse(action, id="khong-co")
    assert (status, error["__type"]) == (404, "Not Found Error")


def test_a_table_not_published_yet_has_no_resources(refuse: Ask) -> None:
    never_published = resource_id(stable_id("distribution", "co-so-ban-le-thuoc", "bang"), "csv")
    for action in ("resource_show", "datastore_search", "datastore_info"):
        assert refuse(action, id=never_published)[0] == 404


def test_nothing_public_tells_of_an_internal_dataset(client: FlaskClient) -> None:
    actions = (
        "package_list", "current_package_list_with_resources", "package_search?rows=1000", "tag_list",
        "package_autocomplete?q=ki", "organization_list?all_fields=true", "group_package_show?id=y-te",
        "organization_show?id=so-y-te&include_datasets=true", "resource_search?query=name:",
        "package_search?q=name:kiem-tra-noi-bo", "package_search?fq=private:true&include_private=true",
        "package_search?fq=%2Bstate:draft&include_drafts=true", "datastore_search?id=_table_metadata",
    )  # fmt: skip
    for action in actions:
        response = client.get(f"/api/3/action/{action}")
        assert response.status_code == 200
        text = response.get_data(as_text=True)
        assert "noi-bo" not in text
        assert "nội bộ" not in text
        assert INTERNAL_TABLE not in text
        assert resource_id(INTERNAL_TABLE, "csv") not in text


def test_a_shared_dataset_is_described_without_files(ask: Ask) -> None:
    package = ask("package_show", id="nhan-luc-y-te")
    assert package["resources"] == []
    assert {"key": "access_level", "value": "shared"} in package["extras"]


def test_organizations(ask: Ask, refuse: Ask) -> None:
    assert ask("organization_list") == ["so-thong-tin-va-truyen-thong", "so-y-te"]
    assert ask("organization_list", sort="package_count desc", limit=1) == ["so-y-te"]
    assert ask("organization_list", sort="package_count", limit=1) == ["so-y-te"]
    assert ask("organization_list", sort="package_count asc", limit=1) != ["so-y-te"]
    assert ask("organization_list", organizations=["so-y-te"]) == ["so-y-te"]
    assert ask("organization_list", q="y te") == ["so-y-te"]
    [full] = ask("organization_list", all_fields=True, organizations="so-y-te")
    assert full["package_count"] == 3
    shown = ask("organization_show", id=full["id"], include_datasets=True)
    assert (shown["name"], len(shown["packages"])) == ("so-y-te", 3)
    assert "package_count" not in ask("organization_show", id="so-y-te", include_dataset_count=False)
    assert refuse("organization_list", sort="mau")[0] == 409


def test_organizations_are_found_by_their_description_too(tmp_path: Path) -> None:
    parts = publish_sample(tmp_path)
    with parts.store.write() as transaction:
        transaction.put_organization(replace(HEALTH, description="Quản lý bệnh viện công"))
    found = create_app(parts).test_client().get("/api/3/action/organization_list?q=benh+vien").get_json()
    assert found["result"] == ["so-y-te"]
    parts.store.close()


def test_groups_are_themes(ask: Ask, refuse: Ask) -> None:
    assert "y-te" in ask("group_list")
    shown = ask("group_show", id="y-te")
    assert (shown["title"], shown["package_count"], shown["is_organization"]) == ("Y tế", 3, False)
    assert ask("group_show", id=shown["id"]) == shown
    assert [item["name"] for item in ask("group_package_show", id="y-te", limit=1)] == ["nhan-luc-y-te"]
    assert refuse("group_show", id="so-y-te")[0] == 404
    assert refuse("organization_show", id="y-te")[0] == 404


def test_tags_are_keywords(ask: Ask) -> None:
    assert ask("tag_list") == ["bệnh viện", "dược", "giường bệnh", "nhà thuốc"]
    assert ask("tag_list", query="nha thuoc") == ["nhà thuốc"]
    shown = ask("tag_show", id="nhà thuốc", include_datasets=True)
    assert [package["name"] for package in shown["packages"]] == ["co-so-ban-le-thuoc"]
    assert ask("tag_show", id=shown["id"])["name"] == "nhà thuốc"


def test_licences_and_users(ask: Ask) -> None:
    ids = [item["id"] for item in ask("license_list")]
    assert ids[0] == "dieu-khoan-du-lieu-mo"
    assert {"cc-by", "notspecified", "odc-odbl", "uk-ogl"} < set(ids)
    assert ask("user_list", all_fields=False) == []


def test_tags_organizations_themes_and_formats_are_found_by_a_piece_of_them(ask: Ask) -> None:
    assert ask("tag_search", query="nha thuoc") == {
        "count": 1,
        "results": ask("tag_list", query="nhà", all_fields=True),
    }
    assert ask("tag_search")["count"] == 0
    assert ask("tag_autocomplete", q="thuốc") == ["nhà thuốc"]
    assert [item["name"] for item in ask("organization_autocomplete", q="Y tế")] == ["so-y-te"]
    assert [item["name"] for item in ask("group_autocomplete", q="giao duc")] == ["giao-duc"]
    assert ask("format_autocomplete", q="S") == ["csv", "json", "xlsx"]


def test_the_last_changes(ask: Ask, refuse: Ask) -> None:
    changes = ask("recently_changed_packages_activity_list", limit=2)
    assert [item["data"]["package"]["name"] for item in changes] == ["nhan-luc-y-te", CLINICS]
    assert changes[1] == ask("package_activity_list", id=CLINICS)[0]
    assert changes[1]["timestamp"] == ask("package_show", id=CLINICS)["metadata_modified"]
    assert {item["activity_type"] for item in changes} <= {"new package", "changed package"}
    assert len({item["id"] for item in changes}) == 2
    assert refuse("package_activity_list", id="kiem-tra-noi-bo")[0] == 403


@pytest.mark.parametrize("action", ["vocabulary_list", "organization_list_for_user", "group_list_authz"])
def test_what_the_public_has_none_of(ask: Ask, action: str) -> None:
    assert ask(action) == []
