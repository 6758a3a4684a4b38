"""The profile is whole: everything one part names, another part holds, and every description is fit to be published."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from catalog.dictionary import CodeList, Field, TableSchema
from catalog.model import AccessLevel, Dataset, DatasetStatus, Frequency
from catalog.sources import HarvestSource
from catalog.vietnamese import canonical_tone, nfc
from catalog.vocabularies import LICENSES, PROVINCE_TERMS, THEMES
from portal.demo.profile import ROUNDS, build_sources, department_descriptions, load_profile
from schemas.frictionless_schema import public_descriptor
from schemas.rules import verify_rules

PROFILE = load_profile()
ORGANIZATIONS = {body.id: body for body in PROFILE.organizations}
SCHEMAS = {schema.name: schema for schema in PROFILE.table_schemas}
CODE_LISTS = {code_list.name: code_list for code_list in PROFILE.code_lists}
FIELD_TYPES = {"string", "integer", "number", "boolean", "date", "datetime", "year"}

every_dataset = pytest.mark.parametrize("dataset", PROFILE.datasets, ids=lambda dataset: dataset.name)
every_source = pytest.mark.parametrize("source", PROFILE.sources, ids=lambda source: source.name)
every_schema = pytest.mark.parametrize("schema", PROFILE.table_schemas, ids=lambda schema: schema.name)
every_code_list = pytest.mark.parametrize("code_list", PROFILE.code_lists, ids=lambda code_list: code_list.name)
every_field = pytest.mark.parametrize(
    ("schema", "field"),
    [
        pytest.param(schema, field, id=f"{schema.name}.{field.name}")
        for schema in SCHEMAS.values()
        for field in schema.fields
    ],
)


def test_loading_twice_gives_the_same_profile() -> None:
    assert load_profile() == PROFILE


def test_loading_reads_neither_rows_nor_heavy_libraries() -> None:
    heavy = "('frictionless', 'pandas', 'pyarrow', 'duckdb', 'rdflib', 'xlsxwriter', 'sqlalchemy')"
    load = "import sys; from portal.demo.profile import load_profile; load_profile()"
    program = f"{load}; print(set({heavy}) & set(sys.modules))"
    shown = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert shown.stdout.strip() == "set()"


def test_names_are_unique_within_their_kind() -> None:
    for names in (
        [dataset.name for dataset in PROFILE.datasets],
        [source.name for source in PROFILE.sources],
        [dataset.title for dataset in PROFILE.datasets],
        [dataset.register_item for dataset in PROFILE.datasets if dataset.register_item],
        [table.distribution_id for source in PROFILE.sources for table in source.tables],
    ):
        assert [name for name, count in Counter(names).items() if count > 1] == []


def test_every_body_but_the_province_itself_offers_an_open_dataset() -> None:
    offering = {dataset.organization_id for dataset in PROFILE.datasets if dataset.access_level is AccessLevel.OPEN}
    current = {body.id for body in PROFILE.organizations if body.is_current and body.parent_id}
    assert [ORGANIZATIONS[missing].name for missing in current - offering] == []


def test_all_access_levels_can_be_seen() -> None:
    assert {dataset.access_level for dataset in PROFILE.datasets} == set(AccessLevel)


@every_dataset
def test_a_dataset_belongs_to_a_current_body_a_theme_and_a_licence(dataset: Dataset) -> None:
    assert ORGANIZATIONS[dataset.organization_id].is_current
    assert dataset.theme in THEMES
    assert dataset.license_id in LICENSES
    if dataset.access_level is AccessLevel.OPEN:
        assert dataset.license_id == PROVINCE_TERMS
        assert re.fullmatch(r"DLM-[A-Z]+-\d\d", dataset.register_item)
    else:
        assert dataset.register_item == "", "only open data stand in the register of open data"
    assert dataset.status is DatasetStatus.PUBLISHED


@every_dataset
def test_a_dataset_is_described_in_two_languages_with_someone_to_ask(dataset: Dataset) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", dataset.name)
    assert dataset.title_en
    assert dataset.description_en
    assert 2 <= len(re.findall(r"\.(?:\s|$)", dataset.description)) <= 6
    assert dataset.keywords
    assert dataset.source_database
    assert dataset.contact.name
    assert re.fullmatch(r"[a-z.]+@thanhhoa\.example", dataset.contact.email)


@every_dataset
def test_simulated_content_says_so_and_real_facts_name_their_origin(dataset: Dataset) -> None:
    assert ("dữ liệu mô phỏng" in dataset.description) == dataset.simulated
    if not dataset.simulated:
        assert "Số liệu thật" in dataset.description


@every_dataset
def test_vietnamese_text_is_in_the_catalogues_form(dataset: Dataset) -> None:
    text = " ".join((dataset.title, dataset.description, dataset.contact.name, *dataset.keywords))
    assert nfc(text) == text
    assert canonical_tone(text) == text


@every_dataset
def test_the_period_covered_begins_before_it_ends(dataset: Dataset) -> None:
    assert (dataset.temporal_start is None) == (dataset.temporal_end is None)
    if dataset.temporal_start and dataset.temporal_end:
        assert dataset.temporal_start <= dataset.temporal_end


@every_dataset
def test_every_table_of_a_dataset_is_harvested_by_exactly_one_source(dataset: Dataset) -> None:
    wanted = {(item.id, item.schema_name) for item in dataset.distributions}
    harvested = [
        (table.distribution_id, table.schema_name)
        for source in PROFILE.sources
        for table in source.tables
        if table.dataset_id == dataset.id
    ]
    assert wanted
    assert sorted(harvested, key=str) == sorted(wanted, key=str)


@every_source
def test_a_source_is_of_a_known_kind_and_keeps_its_files_under_the_home(source: HarvestSource) -> None:
    home = "${DULIEUMO_HOME}/departments"
    if source.kind == "sql":
        assert source.options["url"].startswith(f"sqlite:///{home}/")
    else:
        assert source.kind == "files"
        assert source.options["path"].startswith(home)
    assert source.organization_id in ORGANIZATIONS
    assert source.frequency in Frequency
    assert source.description


@every_source
def test_table_keys_are_unique_within_a_source(source: HarvestSource) -> None:
    keys = [table.key for table in source.tables]
    assert len(set(keys)) == len(keys) > 0


def test_some_source_joins_tables_in_its_locator() -> None:
    assert any(" JOIN " in table.locator for source in PROFILE.sources for table in source.tables)


@every_schema
def test_a_schema_has_a_key_of_required_fields_and_known_rules(schema: TableSchema) -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", schema.version)
    assert schema.title
    assert schema.title_en
    assert schema.description
    assert schema.source_decision
    assert schema.primary_key
    keys = [schema.field(name) for name in schema.primary_key]
    assert all(field is not None and field.required for field in keys)
    verify_rules(schema)


@every_schema
def test_the_published_form_of_a_schema_is_a_table_schema(schema: TableSchema) -> None:
    from frictionless import Schema

    descriptor = public_descriptor(schema)
    assert Schema.metadata_validate(descriptor) is not None
    assert list(Schema.metadata_validate(descriptor)) == []


@every_schema
def test_foreign_keys_and_rules_refer_to_what_there_is(schema: TableSchema) -> None:
    siblings = {
        item.schema_name
        for dataset in PROFILE.datasets
        if schema.name in {item.schema_name for item in dataset.distributions}
        for item in dataset.distributions
    }
    for key in schema.foreign_keys:
        assert all(schema.field(name) is not None for name in key.fields)
        if key.reference in CODE_LISTS:
            assert key.reference_fields == ("ma",)
        else:
            assert key.reference in siblings
            target = SCHEMAS[key.reference]
            assert all(target.field(name) is not None for name in key.reference_fields)
    for rule in schema.rules:
        if "codeList" in rule.options:
            assert rule.options["codeList"] in CODE_LISTS


def test_only_the_stale_table_has_a_freshness_rule() -> None:
    fresh = [schema.name for schema in PROFILE.table_schemas if any(rule.name == "freshness" for rule in schema.rules)]
    assert fresh == ["muc-do-hai-long"]


@every_field
def test_a_field_is_defined_for_people_and_for_programs(schema: TableSchema, field: Field) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", field.name)
    assert field.type in FIELD_TYPES
    assert field.title
    assert field.title_en
    assert len(field.description) >= 12, "a business definition, not a repetition of the title"
    assert field.description != field.title
    assert nfc(field.description) == field.description
    if "pattern" in field.constraints:
        re.compile(field.constraints["pattern"])
    if field.code_list:
        assert field.type == "string"
        assert field.code_list in CODE_LISTS


@every_code_list
def test_a_code_list_has_unique_titled_codes(code_list: CodeList) -> None:
    codes = [code.code for code in code_list.codes]
    assert len(set(codes)) == len(codes) > 0
    assert all(code.title for code in code_list.codes)
    assert code_list.source_decision
    parents = {code.parent for code in code_list.codes} - {"", "38"}
    assert parents <= set(codes)


@pytest.mark.parametrize("round_number", [0, ROUNDS + 1])
def test_a_round_that_does_not_exist_is_refused(tmp_path: Path, round_number: int) -> None:
    with pytest.raises(ValueError, match="round_number"):
        build_sources(tmp_path, round_number, lambda *_: None)


def test_building_reports_each_department_once(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    build_sources(tmp_path, 1, lambda name, done, total: told.append((name, done, total)))
    names = list(department_descriptions())
    assert told == [(name, number, len(names)) for number, name in enumerate(names, start=1)]
    assert not list(tmp_path.rglob(".*")), "no temporary file is left"
