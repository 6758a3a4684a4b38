"""A dictionary drafted from a database says what the database knows, and makes no number of a code."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy

from catalog.dictionary import DefinitionStatus, TableSchema
from catalog.errors import SourceMissing, SourceUnreachable
from harvesters.code_names import is_code_name
from harvesters.sql_dictionary import draft_schemas
from tests.harvesters.sources import source

TABLES = """
CREATE TABLE xa (ma_xa CHAR(5) PRIMARY KEY, "Tên xã" VARCHAR(80) NOT NULL, dan_so INTEGER, dien_tich NUMERIC(10,2));
CREATE TABLE truong (
  ma_truong INTEGER PRIMARY KEY, ten TEXT NOT NULL UNIQUE, dien_thoai INTEGER, ma_xa CHAR(5) REFERENCES xa (ma_xa),
  thanh_lap DATE, chuan BOOLEAN, cap_nhat TIMESTAMP, khong_kieu
);
INSERT INTO truong VALUES (1, 'A', 2373852001, NULL, NULL, NULL, NULL, 7), (2, 'B', NULL, NULL, NULL, NULL, NULL, 8);
CREATE VIEW truong_lon AS SELECT * FROM truong;
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "so.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(TABLES)
    return path


def drafts(url: str, *only: str) -> dict[str, dict[str, Any]]:
    return {item["name"]: item for item in draft_schemas(source("sql", {"url": url}), only)}


def test_tables_and_views_are_drafted_with_types_keys_and_limits(path: Path) -> None:
    before = path.read_bytes()
    found = drafts(f"sqlite:///{path}")
    assert list(found) == ["truong", "truong-lon", "xa"]
    school = {field["name"]: field for field in found["truong"]["fields"]}
    assert {name: field["type"] for name, field in school.items()} == {
        "ma_truong": "string",
        "ten": "string",
        "dien_thoai": "string",
        "ma_xa": "string",
        "thanh_lap": "date",
        "chuan": "boolean",
        "cap_nhat": "datetime",
        "khong_kieu": "integer",
    }
    assert school["ten"]["constraints"] == {"required": True, "unique": True}
    assert found["truong"]["primaryKey"] == ["ma_truong"]
    assert found["truong"]["foreignKeys"] == [
        {"fields": ["ma_xa"], "reference": {"resource": "xa", "fields": ["ma_xa"]}}
    ]
    commune = {field["name"]: field for field in found["xa"]["fields"]}
    assert commune["ten_xa"]["title"] == "Tên xã"
    assert commune["ma_xa"]["constraints"] == {"maxLength": 5}
    assert (commune["dan_so"]["type"], commune["dien_tich"]["type"]) == ("integer", "number")
    assert path.read_bytes() == before


def test_a_draft_is_a_schema_of_ours(path: Path) -> None:
    for descriptor in drafts(f"sqlite:///{path}").values():
        assert TableSchema.from_descriptor(descriptor).status is DefinitionStatus.DRAFT


def test_only_the_tables_asked_for_are_drafted(path: Path) -> None:
    assert list(drafts(f"sqlite:///{path}", "XA")) == ["xa"]
    with pytest.raises(SourceMissing, match="truong"):
        drafts(f"sqlite:///{path}", "huyen")


def test_a_database_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreachable):
        drafts(f"sqlite:///{tmp_path / 'khong.sqlite'}")


def test_comments_become_titles_and_definitions(postgresql_url: str) -> None:
    engine = sqlalchemy.create_engine(postgresql_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS nha_thuoc_nhap")
        connection.exec_driver_sql("CREATE TABLE nha_thuoc_nhap (so_gcn bigint PRIMARY KEY, von numeric)")
        connection.exec_driver_sql("COMMENT ON TABLE nha_thuoc_nhap IS 'Nhà thuốc. Mỗi dòng một cơ sở.'")
        connection.exec_driver_sql("COMMENT ON COLUMN nha_thuoc_nhap.von IS 'Vốn điều lệ. Tính bằng đồng.'")
    engine.dispose()
    draft = drafts(postgresql_url, "nha_thuoc_nhap")["nha-thuoc-nhap"]
    assert (draft["title"], draft["description"]) == ("Nhà thuốc", "Nhà thuốc. Mỗi dòng một cơ sở.")
    licence, capital = draft["fields"]
    assert (licence["type"], capital["type"]) == ("string", "number")
    assert (capital["title"], capital["description"]) == ("Vốn điều lệ", "Vốn điều lệ. Tính bằng đồng.")


@pytest.mark.parametrize("label", ["ma_xa", "Mã số thuế", "SĐT", "so_ky_hieu", "MST", "Số điện thoại", "cccd_chu_ho"])
def test_codes_are_known_by_their_names(label: str) -> None:
    assert is_code_name(label)


@pytest.mark.parametrize("label", ["dan_so", "Mật độ", "so_luong_ma", "Tổng số", "mau", "Nam", "diem", "macro"])
def test_numbers_are_not_taken_for_codes(label: str) -> None:
    assert not is_code_name(label)
