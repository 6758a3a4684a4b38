"""Addresses and resource ids: stable, absolute, readable backwards."""

from __future__ import annotations

import pytest

from catalog.model import stable_id
from publishers.links import Links, resource_id, resource_origins

TABLE = stable_id("distribution", "ho-ngheo", "bang")


@pytest.mark.parametrize("form", ["csv", "xlsx", "json", "parquet", "link", "rows"])
def test_a_resource_id_tells_its_table_and_form(form: str) -> None:
    origins = resource_origins(resource_id(TABLE, form))
    assert {key: name for key, name in origins.items() if key == TABLE} == {TABLE: form}


def test_every_form_of_a_table_has_an_id_of_its_own() -> None:
    assert len({resource_id(TABLE, form) for form in ("csv", "xlsx", "json", "parquet", "link", "rows")}) == 6


@pytest.mark.parametrize("key", ["", "khong-phai-uuid", "_table_metadata", "38001"])
def test_a_key_that_is_no_uuid_stands_for_nothing(key: str) -> None:
    assert resource_origins(key) == {}


def test_parts_of_an_address_are_quoted() -> None:
    links = Links("https://dulieu.test")
    assert links.dataset("hộ nghèo/2026?") == "https://dulieu.test/dataset/h%E1%BB%99%20ngh%C3%A8o%2F2026%3F"
    assert links.download("ho-ngheo", "bang", "csv", 2) == "https://dulieu.test/download/ho-ngheo/bang/2/bang.csv"
