"""The public dictionary: what changed between versions, which codes hold, what became of the former ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from catalog.dictionary import Code, CodeList, DefinitionStatus, TableSchema
from portal.app import create_app
from tests.catalog.examples import CLINIC_SCHEMA
from tests.portal.pages.page import get
from tests.portal.sample import open_sample_parts

LIST = CodeList(
    "loai-duong",
    "1.0.0",
    "Loại đường",
    "Kinds of road",
    (Code("01", "Quốc lộ"), Code("02", "Tỉnh lộ")),
    "QĐ 1/2025",
)
NEWER = replace(
    LIST,
    version="2.0.0",
    codes=(
        LIST.codes[0],
        Code("02", "Tỉnh lộ", valid_to=date(2020, 1, 1), replaced_by=("03",)),
        Code("03", "Đường tỉnh", aliases=("Tỉnh lộ",)),
    ),
)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    """A portal that holds nothing but a dictionary in several versions."""
    parts = open_sample_parts(tmp_path)
    descriptor = {**CLINIC_SCHEMA.descriptor, "version": "9.0.0", "title": "Cơ sở khám bệnh", "status": "draft"}
    with parts.store.write() as transaction:
        transaction.put_code_list(LIST)
        transaction.put_code_list(NEWER)
        transaction.put_table_schema(CLINIC_SCHEMA)
        transaction.put_table_schema(TableSchema.from_descriptor(descriptor))
    app = create_app(parts)
    app.testing = True
    yield app.test_client()
    parts.store.close()


def test_a_code_list_shows_what_holds_and_what_became_of_the_rest(client: FlaskClient) -> None:
    page = get(client, "/code-list/loai-duong")
    assert "2 mã đang có hiệu lực" in page.html
    assert "1 mã đã hết hiệu lực" in page.html
    rows = {element.attributes.get("id"): element.words() for element in page.all("tr")}
    assert "Đường tỉnh" in rows["cu-02"]
    assert "01/01/2020" in rows["cu-02"]
    assert "phá vỡ" in page.html
    assert get(client, "/code-list/khong-co").status == 404


def test_versions_of_a_code_list_have_addresses_of_their_own(client: FlaskClient) -> None:
    newest = client.get("/code-lists/loai-duong.json").get_json()
    first = client.get("/code-lists/loai-duong/1.0.0.json")
    assert newest["version"] == "2.0.0"
    assert newest["codes"][1] == {
        "code": "02",
        "title": "Tỉnh lộ",
        "title_en": "",
        "parent": "",
        "description": "",
        "valid_from": None,
        "valid_to": "2020-01-01",
        "aliases": [],
        "replaced_by": ["03"],
    }
    assert [code["code"] for code in first.get_json()["codes"]] == ["01", "02"]
    assert client.get("/code-lists/loai-duong/7.0.0.json").status_code == 404


def test_a_schema_page_tells_status_versions_and_changes(client: FlaskClient) -> None:
    page = get(client, f"/schema/{CLINIC_SCHEMA.name}")
    assert "bản thảo" in page.html
    assert CLINIC_SCHEMA.version in page.html
    assert "chỉ đổi lời" in page.html
    assert "words only" in get(client, f"/en/schema/{CLINIC_SCHEMA.name}").html


def test_the_dictionary_entry_keeps_what_the_plain_descriptor_leaves_out(client: FlaskClient) -> None:
    address = f"/dictionary/{CLINIC_SCHEMA.name}/{CLINIC_SCHEMA.version}.json"
    entry = TableSchema.from_descriptor(client.get(address).get_json())
    assert entry == CLINIC_SCHEMA
    newest = client.get(f"/dictionary/{CLINIC_SCHEMA.name}.json").get_json()
    assert newest["status"] == DefinitionStatus.DRAFT
