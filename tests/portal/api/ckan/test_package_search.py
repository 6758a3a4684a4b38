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
        ({"q": "name:co-so*"}, {CLINICS, PHARMACIES}),
        ({"q": "organization:so-y-te AND -tags:dược"}, {CLINICS, STAFF}),
        ({"fq": "res_format:CSV title:khám"}, {CLINICS}),
        ({"fq": 'tags:"nhà thuốc"'}, {PHARMACIES}),
        ({"fq": ["tags:dược", "groups:y-te"]}, {PHARMACIES}),
        ({"fq_list": ["tags:dược", "groups:giao-duc"]}, set()),
        ({"fq": "organization:a OR organization:so-y-te metadata_modified:[NOW-1DAY TO *]"}, {CLINICS, STAFF}),
        ({"fq": "license_id:dieu-khoan-du-lieu-mo +capacity:public +state:active"}, {CLINICS, PHARMACIES, STAFF}),
        ({"fq": "truong_la:x"}, set()),
        ({"fq": "metadata_modified:{* TO NOW+1DAY}"}, {CLINICS, STAFF}),
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


def test_only_the_keys_asked_for(ask: Ask) -> None:
    assert ask("package_search", fl="name,title", rows=1, sort="name asc")["results"] == [
        {"name": PHARMACIES, "title": "Cơ sở bán lẻ thuốc ở phường Đông Tiến"}
    ]


@pytest.mark.parametrize(
    ("arguments", "status", "kind"),
    [
        ({"foo": "1"}, 400, "Search Query Error"),
        ({"q": 'title:"thiếu'}, 400, "Search Query Error"),
        ({"fq": "(tags:a"}, 400, "Search Query Error"),
        ({"q": "{!term f=name}x"}, 409, "Search Error"),
        ({"fq": "_query_:x"}, 409, "Search Error"),
        ({"sort": "name"}, 409, "Search Error"),
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
    assert refuse("package_search", foo=1)[1]["message"] == "Invalid search parameters: ['foo']"
