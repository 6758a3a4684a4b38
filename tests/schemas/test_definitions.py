"""Every definition that comes with the program can be used, by us and by Frictionless."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from pathlib import Path

import frictionless
import pytest

from catalog.dictionary import TableSchema
from portal.demo.communes import COMMUNE_LIST, commune_code_list
from schemas.check import CODE_LIST_COLUMNS, foreign_keys
from schemas.definitions_loader import code_list_from, shipped_code_lists, shipped_schemas
from schemas.frictionless_schema import cell_readers, judging_descriptor, public_descriptor
from schemas.rules import verify_rules

SCHEMAS = (*shipped_schemas().values(), *shipped_schemas("thanh-hoa").values())
CODE_LISTS = {**shipped_code_lists(), COMMUNE_LIST: commune_code_list()}
"""The lists of our own, and the communes, which a package of the open world keeps up to date."""


def test_every_definition_bears_the_name_of_its_file() -> None:
    definitions = Path(str(files("schemas"))) / "definitions"
    named = {
        "": shipped_schemas(),
        "thanh-hoa": shipped_schemas("thanh-hoa"),
        "code-lists": shipped_code_lists(),
    }
    assert {path.name for path in definitions.iterdir() if path.is_dir()} == named.keys() - {""}
    for folder, found in named.items():
        assert list(found) == sorted(path.stem for path in (definitions / folder).glob("*.json")) != []
    assert not shipped_schemas().keys() & shipped_schemas("thanh-hoa").keys()


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.name)
def test_a_shipped_schema_can_judge_and_be_published(schema: TableSchema) -> None:
    verify_rules(schema)
    assert len(cell_readers(judging_descriptor(schema))) == len(schema.fields)
    assert list(frictionless.Schema.metadata_validate(public_descriptor(schema))) == []
    assert set(schema.primary_key) <= set(schema.field_names)


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.name)
def test_what_a_shipped_schema_refers_to_is_shipped_too(schema: TableSchema) -> None:
    tables = {other.name: other for other in SCHEMAS}
    for key in foreign_keys(schema):
        assert set(key.fields) <= set(schema.field_names)
        if key.reference in CODE_LISTS:
            assert set(key.reference_fields) <= CODE_LIST_COLUMNS.keys()
        else:
            assert set(key.reference_fields) <= set(tables[key.reference or schema.name].field_names)
    for rule in schema.rules:
        assert rule.name != "coverage" or rule.options["codeList"] in CODE_LISTS


def test_codes_are_text_and_unique() -> None:
    for code_list in CODE_LISTS.values():
        listed = [code.code for code in code_list.codes]
        assert len(set(listed)) == len(listed), code_list.name


def test_a_code_list_is_read_with_its_dates_and_zeros() -> None:
    described = {
        "name": "xa",
        "version": "1.0.0",
        "title": "Xã",
        "codes": [{"code": "00384", "title": "Bá Thước", "parent": "38", "validTo": "2025-06-30", "titleEn": None}],
    }
    (code,) = code_list_from(described).codes
    assert (code.code, code.parent, code.valid_from, code.valid_to) == ("00384", "38", None, date(2025, 6, 30))


def test_a_code_that_is_a_number_is_no_code() -> None:
    with pytest.raises(TypeError, match="must be text"):
        code_list_from({"name": "xa", "version": "1", "title": "Xã", "codes": [{"code": 384, "title": "Bá Thước"}]})
