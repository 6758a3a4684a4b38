"""Data Packages by the standard's own profile, and plain Table Schemas."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from frictionless import Schema

from catalog.dictionary import TableSchema
from publishers.data_package import data_package, table_schema
from tests.catalog.examples import CLINIC_SCHEMA, clinic_descriptor
from tests.publishers.examples import CLINICS_PUBLISHED, LINKS, NASTY_PUBLISHED, SHARED_PUBLISHED

STANDARDS = Path(os.environ.get("DULIEUMO_TEST_STANDARDS", Path(__file__).parents[3] / "shared" / "standards"))
PACKAGE = data_package(CLINICS_PUBLISHED, LINKS)


def test_a_resource_names_bytes_that_never_change() -> None:
    [resource] = PACKAGE["resources"]
    table = "co-so-kham-chua-benh-bang"
    assert resource["path"] == f"https://dulieu.example/download/co-so-kham-chua-benh/{table}/2/{table}.csv"
    assert (resource["bytes"], resource["hash"]) == (1234, "sha256:" + "ab" * 32)
    assert [field["name"] for field in resource["schema"]["fields"]] == ["ma", "ten", "ma_xa", "giuong"]


def test_the_package_says_who_and_under_which_terms() -> None:
    assert PACKAGE["licenses"][0]["name"] == "dieu-khoan-du-lieu-mo"
    assert [item["role"] for item in PACKAGE["contributors"]] == ["publisher", "contact"]
    assert PACKAGE["sources"] == [{"title": "Hệ thống quản lý cơ sở khám chữa bệnh"}]


def test_nothing_public_no_resources() -> None:
    assert "resources" not in data_package(SHARED_PUBLISHED, LINKS)


@pytest.mark.parametrize("name", ["clinics", "nasty"])
def test_the_profile_of_the_standard_accepts_it(name: str) -> None:
    profiles = STANDARDS / "frictionless" / "profiles" / "1.0"
    if not profiles.exists():
        pytest.skip(f"Data Package profiles not found at {profiles}; set DULIEUMO_TEST_STANDARDS")
    descriptor = data_package({"clinics": CLINICS_PUBLISHED, "nasty": NASTY_PUBLISHED}[name], LINKS)
    validator = jsonschema.Draft4Validator(json.loads((profiles / "datapackage.json").read_text(encoding="utf-8")))
    assert [error.message for error in validator.iter_errors(descriptor)] == []
    schema = jsonschema.Draft4Validator(json.loads((profiles / "tableschema.json").read_text(encoding="utf-8")))
    assert [error.message for error in schema.iter_errors(descriptor["resources"][0]["schema"])] == []


def test_a_plain_schema_keeps_only_what_the_published_file_obeys() -> None:
    descriptor = clinic_descriptor()
    descriptor["fields"].append(
        {"name": "ngay", "type": "date", "format": "%d/%m/%Y", "title": "Ngày", "constraints": {"per": "day"}}
    )
    plain = table_schema(TableSchema.from_descriptor(descriptor))
    assert plain["fields"][-1] == {"name": "ngay", "type": "date", "title": "Ngày"}
    assert plain["fields"][3]["description"] == "Số giường bệnh kế hoạch. Đơn vị: giường."
    assert "foreignKeys" not in plain
    assert plain["primaryKey"] == ["ma"]
    assert Schema.from_descriptor(plain).field_names == ["ma", "ten", "ma_xa", "giuong", "ngay"]


def test_keys_into_tables_of_the_same_package_stay() -> None:
    schema = replace(CLINIC_SCHEMA)
    plain = table_schema(schema, {"xa-thanh-hoa": "bang-xa"})
    assert plain["foreignKeys"] == [{"fields": ["ma_xa"], "reference": {"resource": "bang-xa", "fields": ["ma"]}}]
