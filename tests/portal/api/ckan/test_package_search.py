"""``package_search``: Solr's parameters, limits and errors."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.portal.api.ckan.conftest import Ask

CLINICS, PHARMACIES, STAFF = "co-so-kham-chua-benh", "co-so-ban-le-thuoc", "nhan-luc-y-te"


def names(result: dict[str, Any]) -> list[str]:
    return [package["name"] for package in result["results"]]


def test_everything_newest_first(ask: Ask) -> None:
    result = ask("package_search")
    assert (result["count"], names(result)) == (3, [STAFF, CLINICS, PHARMACIES])
    assert result["sort"] == "score desc, metadata_modified desc"
    assert result["facets"] == result["search_facets"] == {}


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ({"q": "*:*"}, {CLINICS, PHARMACIES, STAFF}),
        ({"q": "nhà thuốc"}, {PHARMACIES}),
        ({"q": "nha thuoc"}, {PHARMACIES}),
        ({"q": "khongcogi OR nhà"}, {PHARMACIES}),
        ({"q": "y tế NOT thuốc"}, {CLINICS, STAFF}),
        ({"fq": "tags:(dược giường)"}, {PHARMACIES}),
        ({"q": "name:co-so*"}, {CLINICS, PHARMACIES}),
        ({"q": "organization:so-y-te AND -tags:dược"}, {CLINICS, STAFF}),
        ({"fq": "res_format:CSV title:khám"}, {CLINICS}),
        ({"fq": 'tags:"nhà thuốc"'}, {PHARMACIES}),
        ({"fq": ["tags:dược", "groups:y-te"]}, {PHARMACIES}),
        ({"fq_list": ["tags:dược", "groups:giao-duc"]}, set()),
        (
            {"fq": "organization:a OR organization:so-y-te metadata_modified:[NOW-1DAY TO *]"},
            {CLINICS, PHARMACIES, STAFF},
        ),
        ({"fq": "license_id:dieu-khoan-du-lieu-mo +capacity:public +state:active"}, {CLINICS, PHARMACIES, STAFF}),
        ({"fq": "truong_la:x"}, set()),
        ({"fq": "res_name:thuốc"}, {PHARMACIES}),
        ({"fq": "author:sở author:tế"}, {CLINICS, PHARMACIES, STAFF}),
        ({"fq": "title:khongco~"}, set()),
        ({"fq": "title:bna~"}, {PHARMACIES}),
        ({"q": 'title:"thuốc sở"~5'}, {PHARMACIES}),
        ({"fq": "metadata_modified:{* TO NOW+1DAY}"}, {CLINICS, PHARMACIES, STAFF}),
        ({"fq": "metadata_modified:[NOW+1DAY TO *]"}, set()),
        ({"fq": "metadata_created:{* TO NOW+1DAY}"}, {CLINICS, STAFF}),
        ({"fq": "extras_access_level:shared"}, {STAFF}),
        ({"fq_list": '["tags:dược", "groups:y-te"]'}, {PHARMACIES}),
        ({"fq": "-dataset_type:harvest", "ext_bbox": "1,2,3,4"}, {CLINICS, PHARMACIES, STAFF}),
    ],
)
def test_questions(ask: Ask, arguments: dict[str, Any], found: set[str]) -> None:
    result = ask("package_search", **arguments)
    assert set(names(result)) == found
    assert result["count"] == len(found)


def test_a_filter_repeated_in_an_address_means_both(client: FlaskClient) -> None:
    result = client.get("/api/3/action/package_search?fq=tags:dược&fq=groups:y-te").get_json()["result"]
    assert names(result) == [PHARMACIES]


def test_pages(ask: Ask) -> None:
    assert names(ask("package_search", rows=1, start=1, sort="name asc")) == [CLINICS]
    beyond = ask("package_search", rows="300000", start=10**9)
    assert (beyond["count"], beyond["results"]) == (3, [])
    assert ask("package_search", rows=0)["count"] == 3


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("name asc", [PHARMACIES, CLINICS, STAFF]),
        ("name desc", [STAFF, CLINICS, PHARMACIES]),
        ("title_string asc", [PHARMACIES, CLINICS, STAFF]),
        ("metadata_modified asc", [CLINICS, STAFF]),
        ("id asc", [PHARMACIES, CLINICS, STAFF]),
        ("score desc, name desc", [STAFF, CLINICS, PHARMACIES]),
        ("rank", [STAFF, CLINICS, PHARMACIES]),
    ],
)
def test_orders(ask: Ask, sort: str, order: list[str]) -> None:
    found = names(ask("package_search", sort=sort))
    assert [name for name in found if name in order] == order


def test_facets_carry_names_titles_and_counts(ask: Ask) -> None:
    fields = ["organization", "groups", "tags", "license_id", "khong_co"]
    result = ask("package_search", **{"facet.field": fields, "rows": 0})
    assert result["search_facets"]["organization"] == {
        "title": "organization",
        "items": [{"name": "so-y-te", "display_name": "Sở Y tế", "count": 3}],
    }
    assert result["search_facets"]["groups"]["items"][0]["display_name"] == "Y tế"
    shown = [item["display_name"] for item in result["search_facets"]["tags"]["items"]]
    assert shown == sorted(shown, reverse=True)
    assert result["facets"]["tags"] == {"bệnh viện": 2, "giường bệnh": 2, "nhà thuốc": 1, "dược": 1}
    assert result["search_facets"]["khong_co"] == {"title": "khong_co", "items": []}
    few = ask("package_search", **{"facet.field": json.dumps(["tags"]), "facet.mincount": 2, "facet.limit": -1})
    assert set(few["facets"]["tags"]) == {"bệnh viện", "giường bệnh"}
    assert ask("package_search", **{"facet": "false", "facet.field": ["tags"]})["search_facets"] == {}


def test_facets_of_what_all_public_datasets_have_in_common(ask: Ask) -> None:
    fields = ["dataset_type", "state", "private", "capacity", "entity_type"]
    facets = ask("package_search", **{"facet.field": fields, "rows": 0})["facets"]
    assert facets == {
        "dataset_type": {"dataset": 3},
        "state": {"active": 3},
        "private": {"false": 3},
        "capacity": {"public": 3},
        "entity_type": {"package": 3},
    }
    assert ask("package_search", q="khongcogi", **{"facet.field": ["state"]})["facets"] == {"state": {}}


def test_organizations_are_counted_by_id_too(ask: Ask) -> None:
    owner = ask("organization_show", id="so-y-te")["id"]
    assert ask("package_search", **{"facet.field": ["owner_org"]})["facets"] == {"owner_org": {owner: 3}}


@pytest.mark.parametrize(("limit", "values"), [(0, 0), (1, 1), ("3", 3), (-1, 4), ("-5", 4), (None, 4)])
def test_how_many_values_a_facet_tells(ask: Ask, limit: object, values: int) -> None:
    given = {"facet.field": ["tags"], "rows": 0, "facet.limit": limit}
    assert len(ask("package_search", **given)["facets"]["tags"]) == values


def test_fields_asked_for_come_as_the_search_engine_of_ckan_keeps_them(ask: Ask) -> None:
    fields = [
        "organization",
        "groups",
        "tags",
        "metadata_modified",
        "res_format",
        "dataset_type",
        "frequency",
        "version",
    ]
    found = ask("package_search", fl=fields, fq=f"name:{CLINICS}")["results"]
    whole = ask("package_show", id=CLINICS)
    assert found == [
        {
            "organization": "so-y-te",
            "groups": ["y-te"],
            "tags": [tag["name"] for tag in whole["tags"]],
            "metadata_modified": whole["metadata_modified"][:-3].removesuffix(".000") + "Z",
            "res_format": [resource["format"] for resource in whole["resources"]],
            "dataset_type": "dataset",
            "frequency": next(extra["value"] for extra in whole["extras"] if extra["key"] == "frequency"),
        }
    ]


def test_only_the_keys_asked_for(ask: Ask) -> None:
    assert ask("package_search", fl="name,title", rows=1, sort="name asc")["results"] == [
        {"name": PHARMACIES, "title": "Cơ sở bán lẻ thuốc ở phường Đông Tiến"}
    ]


@pytest.mark.parametrize(
    ("arguments", "status", "kind"),
    [
        ({"foo": "1"}, 400, "Search Query Error"),
        ({"q.op": "OR"}, 400, "Search Query Error"),
        ({"q": 'title:"thiếu'}, 409, "Search Error"),
        ({"q": "thuốc AND"}, 409, "Search Error"),
        ({"fq": "(tags:a"}, 409, "Search Error"),
        ({"fq": "metadata_modified:[x TO *]"}, 409, "Search Error"),
        ({"q": "{!term f=name}x"}, 409, "Search Error"),
        ({"fq": "_query_:x"}, 409, "Search Error"),
        ({"sort": "name"}, 400, "Search Query Error"),
        ({"rows": "mười"}, 409, "Validation Error"),
        ({"rows": -1}, 409, "Validation Error"),
        ({"start": "-5"}, 409, "Validation Error"),
        ({"facet.field": "tags"}, 409, "Validation Error"),
        ({"fq": [{"a": 1}]}, 409, "Validation Error"),
        ({"q": ["a", "b"]}, 409, "Validation Error"),
    ],
)
def test_what_cannot_be_asked(refuse: Ask, arguments: dict[str, Any], status: int, kind: str) -> None:
    got, error = refuse("package_search", **arguments)
    assert (got, error["__type"]) == (status, kind)


def test_an_unknown_parameter_is_named_as_ckan_names_it(refuse: Ask) -> None:
    message = refuse("package_search", foo=1, bar=2)[1]["message"]
    assert message == "Search Query is invalid: \"Invalid search parameters: ['bar', 'foo']\""
