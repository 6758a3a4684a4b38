"""Packages as strict clients read them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from catalog.vocabularies import THEMES
from publishers.ckan import group, license_list, organization, package, tag_names, timestamp
from publishers.links import resource_id
from tests.catalog.examples import CLINICS, HEALTH
from tests.publishers.examples import CLINICS_PUBLISHED, LINKS, NASTY_PUBLISHED, SHARED_PUBLISHED, published

PACKAGE = package(CLINICS_PUBLISHED, LINKS)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}")


def test_times_are_naive_utc_with_microseconds() -> None:
    here = datetime(2026, 11, 1, 15, 30, 15, 250, tzinfo=timezone(timedelta(hours=7)))
    assert timestamp(here) == "2026-11-01T08:30:15.000250"
    assert timestamp(None) == "1970-01-01T00:00:00.000000"
    assert PACKAGE["metadata_created"] == "2026-05-01T01:00:00.000000"
    assert PACKAGE["metadata_modified"] == "2026-11-03T02:00:00.000000"


def test_a_package_has_what_udata_demands() -> None:
    assert PACKAGE["type"] == "dataset"
    assert PACKAGE["private"] is False
    for name in ("name", "title", "state", "notes", "license_id", "license_title"):
        assert isinstance(PACKAGE[name], str)
    assert re.fullmatch(r"[a-z0-9_\-]{2,100}", PACKAGE["name"])
    for name in ("id", "description", "image_url", "title", "created", "state", "type", "approval_status"):
        assert isinstance(PACKAGE["organization"][name], str)
    assert all(isinstance(extra["value"], str) for extra in PACKAGE["extras"])
    assert len({extra["key"] for extra in PACKAGE["extras"]}) == len(PACKAGE["extras"])
    assert PACKAGE["maintainer_email"] == "dulieu.soyte@thanhhoa.example"


def test_each_format_of_a_table_is_a_resource() -> None:
    resources = PACKAGE["resources"]
    assert [item["position"] for item in resources] == [0, 1, 2, 3]
    assert [item["format"] for item in resources] == ["CSV", "XLSX", "JSON", "Parquet"]
    assert [item["datastore_active"] for item in resources] == [True, False, False, False]
    csv = resources[0]
    assert csv["id"] == resource_id(CLINICS.distributions[0].id, "csv")
    assert csv["package_id"] == PACKAGE["id"]
    assert csv["url"] == "https://dulieu.example/download/co-so-kham-chua-benh/co-so-kham-chua-benh-bang.csv"
    assert (csv["mimetype"], csv["size"], csv["hash"]) == ("text/csv", 1234, "ab" * 32)
    assert csv["resource_type"] == "file"
    for item in resources:
        assert _MOMENT.fullmatch(item["created"])
        assert _MOMENT.fullmatch(item["last_modified"])
        assert isinstance(item["description"], str)
    assert PACKAGE["num_resources"] == 4


def test_an_address_elsewhere_is_a_resource_and_gives_no_null_text() -> None:
    link = package(NASTY_PUBLISHED, LINKS)["resources"][-1]
    assert link["url"].startswith("https://nguồn.example/")
    assert (link["format"], link["datastore_active"]) == ("", False)
    assert _MOMENT.fullmatch(link["created"])


def test_shared_data_have_no_resources() -> None:
    assert package(SHARED_PUBLISHED, LINKS)["resources"] == []


def test_a_link_of_shared_data_stays_hidden() -> None:
    shared = replace(NASTY_PUBLISHED.dataset, access_level=SHARED_PUBLISHED.dataset.access_level)
    assert package(published(shared), LINKS)["resources"] == []


def test_keywords_become_tags_that_ckan_allows() -> None:
    names = tag_names(("y tế/công, tư", "a", "bệnh viện", "bê\u0323nh viê\u0323n", "x" * 200, "nuôi-trồng_1.5"))
    assert names == ["y tế công tư", "bệnh viện", "x" * 100, "nuôi-trồng_1.5"]
    for name in (tag["name"] for tag in package(NASTY_PUBLISHED, LINKS)["tags"]):
        assert re.fullmatch(r"[\w \-.]{2,100}", name)


def test_organizations_and_groups_have_no_null_text() -> None:
    described = organization(HEALTH, 3)
    assert described["package_count"] == 3
    assert described["is_organization"] is True
    theme = group(THEMES["y-te"], None)
    assert "package_count" not in theme
    assert (theme["name"], theme["title"], theme["is_organization"]) == ("y-te", "Y tế", False)
    for item in (described, theme):
        assert all(value is not None for value in item.values())


def test_licences_write_their_flags_as_text() -> None:
    licenses = {item["id"]: item for item in license_list()}
    assert {item["is_generic"] for item in licenses.values()} == {"True", "False"}
    assert licenses["cc-by"]["od_conformance"] == "approved"
    assert licenses["other-closed"]["od_conformance"] == "not reviewed"
    assert licenses["dieu-khoan-du-lieu-mo"]["title"].startswith("Điều khoản")
    assert len(licenses) == len(license_list()) == 16
