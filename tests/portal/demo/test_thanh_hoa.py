"""The profile of real tables: its dictionary is whole, its datasets say where they come from, the files obey it."""

from __future__ import annotations

import csv
import json
import os
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from catalog.dictionary import TableSchema
from catalog.errors import InvalidInput, SourceMissing, SourceUnreadable
from catalog.issues import Severity
from catalog.model import AccessLevel, Frequency
from catalog.ports import GateContext, StagedTable, TableRequest
from catalog.vietnamese import clean
from catalog.vocabularies import LICENSES, THEMES
from harvesters import fetch
from portal.demo.communes import COMMUNE_LIST
from portal.demo.profile import DemoProfile, load_profile
from portal.demo.thanh_hoa import DEFINITIONS, FOLDER, SUBJECTS, DescribedTable, load_thanh_hoa_profile
from schemas.definitions_loader import shipped_schemas
from schemas.gate import judge_table
from schemas.rules import verify_rules

DATA = Path(os.environ.get("DULIEUMO_TEST_DATA") or Path(__file__).parents[4] / "shared" / "data")
REAL = DATA / FOLDER

SCHEMAS = tuple(shipped_schemas(DEFINITIONS).values())

needs_real_tables = pytest.mark.skipif(
    not (REAL / "datapackage.json").is_file(), reason=f"the real tables are not at {REAL} (DULIEUMO_TEST_DATA)"
)
every_schema = pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.name)

RICE = {
    "name": "san_xuat_lua",
    "path": "san_xuat_lua.csv",
    "title": "Diện tích, năng suất, sản lượng lúa theo vụ",
    "so_chu_quan": "Sở Nông nghiệp và Môi trường",
    "nguon": "NSO/GSO PX-Web (tải 09/2018)",
    "giay_phep": "Gói R: GPL-3; số liệu thống kê nhà nước",
    "mo_ta": "",
}


def described(data: Path, *resources: dict[str, Any]) -> Path:
    """A data folder whose tables are described so; the tables themselves are not there."""
    (data / FOLDER).mkdir()
    text = json.dumps({"resources": resources}, ensure_ascii=False)
    (data / FOLDER / "datapackage.json").write_text(text, encoding="utf-8")
    return data


def file_of(schema: TableSchema) -> Path:
    return REAL / f"{schema.name.removeprefix('thanh-hoa-').replace('-', '_')}.csv"


def rows_of(name: str) -> list[dict[str, str]]:
    with (REAL / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- the dictionary ---------------------------------------------------------------------------------------------------


def test_there_is_one_schema_for_each_of_the_seventeen_subjects() -> None:
    assert [schema.name for schema in SCHEMAS] == sorted("thanh-hoa-" + name.replace("_", "-") for name in SUBJECTS)
    assert len(SUBJECTS) == 17


@every_schema
def test_a_schema_is_valid_frictionless(schema: TableSchema) -> None:
    assert frictionless_schema(schema).to_dict()["fields"]


@every_schema
def test_every_column_is_defined_in_two_languages(schema: TableSchema) -> None:
    assert schema.title
    assert schema.title_en
    assert schema.description
    for column in schema.fields:
        assert column.title, column.name
        assert column.title_en, column.name
        assert column.description.endswith("."), column.name


@every_schema
def test_every_measure_names_its_unit_and_its_bounds(schema: TableSchema) -> None:
    for column in schema.fields:
        if column.type == "number" or (column.type == "integer" and column.name not in ("nam", "thang")):
            assert column.unit, column.name
            assert "minimum" in column.constraints or column.name == "bo_sung_rong_trieu_dong", column.name


@every_schema
def test_keys_and_rules_name_columns_of_the_table(schema: TableSchema) -> None:
    names = set(schema.field_names)
    assert len(names) == len(schema.fields)
    assert schema.primary_key
    for key in schema.primary_key:
        column = schema.field(key)
        assert column is not None
        assert column.required
    for foreign_key in schema.foreign_keys:
        assert (foreign_key.reference, foreign_key.reference_fields) == (COMMUNE_LIST, ("ma",))
        assert set(foreign_key.fields) <= names
    verify_rules(schema)


@every_schema
def test_a_text_of_the_dictionary_is_in_canonical_form(schema: TableSchema) -> None:
    text = json.dumps(schema.descriptor, ensure_ascii=False)
    assert text == clean(text)


def test_current_commune_codes_refer_to_the_code_list_and_former_ones_do_not() -> None:
    refer = {key.fields for schema in SCHEMAS for key in schema.foreign_keys}
    assert refer == {("ma_xa",), ("ma_xa_moi",), ("ma_xa_thanh_hoa",)}


def test_codes_are_text() -> None:
    codes = [column for schema in SCHEMAS for column in schema.fields if column.name.startswith("ma")]
    assert {column.type for column in codes if column.name != "mat_nuoc_nuoi_nghin_ha"} == {"string"}


def test_a_simulated_dataset_never_has_the_name_of_a_real_one() -> None:
    simulated = load_profile()
    taken = {item.name for item in simulated.datasets} | {item.name for item in simulated.table_schemas}
    assert not taken & {schema.name for schema in SCHEMAS}


# --- reading the description ------------------------------------------------------------------------------------------


def test_a_described_table_becomes_a_dataset_of_its_owner_that_states_source_and_period(tmp_path: Path) -> None:
    profile = load_thanh_hoa_profile(described(tmp_path, RICE))
    (dataset,) = profile.datasets
    owner = next(item for item in profile.organizations if item.title == RICE["so_chu_quan"])
    assert (dataset.name, dataset.title) == ("thanh-hoa-san-xuat-lua", RICE["title"])
    assert dataset.organization_id == owner.id
    assert dataset.contact == owner.contact
    assert not dataset.simulated
    assert "Kỳ số liệu: 1995-2016." in dataset.description
    assert f"Nguồn: {RICE['nguon']}." in dataset.description
    assert f"Giấy phép nguồn ghi: {RICE['giay_phep']}." in dataset.description
    assert "mô phỏng" not in dataset.description


def test_the_source_reads_the_given_folder_where_it_lies(tmp_path: Path) -> None:
    profile = load_thanh_hoa_profile(described(tmp_path, RICE))
    (source,) = profile.sources
    (table,) = source.tables
    (dataset,) = profile.datasets
    assert (source.kind, source.options) == ("files", {"path": str((tmp_path / FOLDER).resolve())})
    assert (table.locator, table.schema_name) == ("san_xuat_lua.csv", profile.table_schemas[0].name)
    assert (table.dataset_id, table.distribution_id) == (dataset.id, dataset.distributions[0].id)


@pytest.mark.parametrize(
    ("declared", "license_id"),
    [
        ("MIT", "other-open"),
        ("MIT (2 kho)", "other-open"),
        ("CC0", "cc-zero"),
        ("CC0 (kho)", "cc-zero"),
        ("CC BY 4.0", "cc-by"),
        ("CC BY-NC 4.0", "notspecified"),
        ("Gói R: GPL-3; số liệu thống kê nhà nước - xem Điều 15.3 Luật SHTT", "notspecified"),
        ("", "notspecified"),
    ],
)
def test_a_licence_is_open_only_where_one_was_granted(declared: str, license_id: str) -> None:
    table = DescribedTable("van_tai", "van_tai.csv", "Vận tải", "Sở Xây dựng", "PX-Web", declared, "")
    assert table.license_id == license_id


def test_figures_without_a_grant_say_so(tmp_path: Path) -> None:
    (dataset,) = load_thanh_hoa_profile(described(tmp_path, RICE)).datasets
    assert dataset.license_id == "notspecified"
    assert "khoản 3 Điều 15 Luật Sở hữu trí tuệ" in dataset.description


def test_a_folder_without_description_names_the_place_and_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(SourceMissing) as caught:
        load_thanh_hoa_profile(tmp_path)
    assert str(tmp_path / FOLDER / "datapackage.json") in caught.value.message
    assert "--data" in caught.value.message


@pytest.mark.parametrize(
    "content",
    [b"{", b"[]", b"{}", b'{"resources": [{"name": "van_tai"}]}', b'{"resources": 5}', b"\xff\xfe"],
)
def test_a_malformed_description_is_refused(tmp_path: Path, content: bytes) -> None:
    described(tmp_path)
    (tmp_path / FOLDER / "datapackage.json").write_bytes(content)
    with pytest.raises(SourceUnreadable, match="so_chu_quan"):
        load_thanh_hoa_profile(tmp_path)


@pytest.mark.parametrize(
    ("change", "named"),
    [({"name": "san_xuat_ngo"}, "san_xuat_ngo"), ({"so_chu_quan": "Sở Nông vận"}, "Sở Nông vận")],
)
def test_an_unknown_table_or_owner_is_refused_by_name(tmp_path: Path, change: dict[str, str], named: str) -> None:
    with pytest.raises(InvalidInput, match=named):
        load_thanh_hoa_profile(described(tmp_path, RICE | change))


# --- the real tables --------------------------------------------------------------------------------------------------


@needs_real_tables
def test_all_seventeen_tables_load_with_their_eleven_owners() -> None:
    profile = load_thanh_hoa_profile(DATA)
    titles = {organization.id: organization.title for organization in profile.organizations}
    assert len(profile.datasets) == len(profile.table_schemas) == 17
    assert Counter(titles[source.organization_id] for source in profile.sources for _ in source.tables) == {
        "Sở Nội vụ": 3,
        "Sở Nông nghiệp và Môi trường": 3,
        "Sở Tài chính": 2,
        "Sở Công Thương": 2,
        "Sở Y tế": 1,
        "Sở Giáo dục và Đào tạo": 1,
        "Sở Dân tộc và Tôn giáo": 1,
        "Thanh tra tỉnh": 1,
        "Sở Xây dựng": 1,
        "Sở Văn hóa, Thể thao và Du lịch": 1,
        "Sở Tư pháp": 1,
    }
    assert len(profile.sources) == 11


@needs_real_tables
def test_every_dataset_is_described_from_known_vocabularies() -> None:
    for dataset in load_thanh_hoa_profile(DATA).datasets:
        assert dataset.theme in THEMES
        assert dataset.license_id in LICENSES
        assert dataset.access_level is AccessLevel.OPEN
        assert dataset.frequency in (Frequency.YEARLY, Frequency.AS_NEEDED)
        assert len(dataset.keywords) >= 3
        assert "Nguồn: " in dataset.description


@needs_real_tables
@pytest.mark.parametrize("name", sorted(SUBJECTS))
def test_the_stated_period_is_that_of_the_rows(name: str) -> None:
    subject = SUBJECTS[name]
    years = {int(row["nam"]) for row in rows_of(name) if "nam" in row}
    stated = {day.year for day in (subject.start, subject.end) if day} if subject.end else set()
    assert stated == ({min(years), max(years)} if years else set())


@needs_real_tables
def test_every_file_is_read_with_the_columns_and_rows_that_are_declared(tmp_path: Path) -> None:
    declared = json.loads((REAL / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    read: dict[str, int] = {}
    for request, staged in staged_tables(load_thanh_hoa_profile(DATA), tmp_path):
        assert staged.columns == request.schema.field_names
        read[request.table.locator] = staged.row_count
    assert read == {item["path"]: item["rows"] for item in declared}


@needs_real_tables
@every_schema
def test_a_file_obeys_its_schema(schema: TableSchema) -> None:
    from frictionless import Resource, system

    with system.use_context(trusted=True):
        report = Resource(path=str(file_of(schema)), schema=frictionless_schema(schema)).validate()
    assert report.flatten(["rowNumber", "fieldName", "message"]) == []


@needs_real_tables
@every_schema
def test_the_types_are_those_the_folder_declares(schema: TableSchema) -> None:
    resources = json.loads((REAL / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    declared = next(item["schema"]["fields"] for item in resources if item["path"] == file_of(schema).name)
    assert [(column.name, column.type) for column in schema.fields] == [
        (item["name"], item["type"]) for item in declared
    ]


@needs_real_tables
def test_the_gate_lets_every_table_pass_and_warns_of_the_rice_of_2008_only(tmp_path: Path) -> None:
    profile = load_thanh_hoa_profile(DATA)
    code_lists = {code_list.name: code_list for code_list in profile.code_lists}
    context = GateContext(code_lists, siblings={}, previous=None, today=date(2026, 10, 31))
    issues = {
        request.table.locator: [
            (issue.code, issue.severity, [(example.row, example.value) for example in issue.examples])
            for issue in judge_table(staged, request.schema, context, tmp_path).report.issues
            if issue.severity is not Severity.NOTE
        ]
        for request, staged in staged_tables(profile, tmp_path)
    }
    assert issues.pop("san_xuat_lua.csv") == [("product", Severity.WARNING, [(15, "1404.3 (tính ra 1.424,7)")])]
    assert len(issues) == 16
    assert not any(issues.values())


def staged_tables(profile: DemoProfile, folder: Path) -> Iterator[tuple[TableRequest, StagedTable]]:
    """All tables of all sources, read as a harvest reads them."""
    schemas = {schema.name: schema for schema in profile.table_schemas}
    for source in profile.sources:
        requests = [TableRequest(table, schemas[table.schema_name]) for table in source.tables]
        for request, staged in fetch(source, requests, folder, lambda key, rows: None):
            assert isinstance(staged, StagedTable), staged
            yield request, staged


def frictionless_schema(schema: TableSchema) -> Any:
    """The published descriptor as Frictionless reads it, without the references to tables that are not beside it."""
    from frictionless import Schema

    return Schema.from_descriptor({key: value for key, value in schema.descriptor.items() if key != "foreignKeys"})
