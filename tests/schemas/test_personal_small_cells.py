"""Small counts: where they hold a table, where they say nothing of anybody, and how the dictionary decides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catalog.dictionary import TableSchema
from catalog.errors import InvalidInput
from catalog.issues import Severity
from schemas.gate import verify_schema
from tests.schemas.tables import codes, judge, only, schema_of

CASES = {"name": "so_ca", "type": "integer", "unit": "ca"}


def disease_table(*fields: dict[str, Any], **more: Any) -> TableSchema:
    return schema_of({"name": "ten_xa"}, *fields, **{"name": "benh-truyen-nhiem", **more})


def held(folder: Path, schema: TableSchema, *counts: str) -> bool:
    verify_schema(schema)
    rows = [[f"Xã {place}", count] for place, count in enumerate(counts)]
    return "small-cell" in codes(judge(folder, schema, schema.field_names, rows).report)


def test_cells_of_one_to_four_hold_a_table_about_health_and_zero_does_not(tmp_path: Path) -> None:
    rows = [["Xã A", "0"], ["Xã B", "4"], ["Xã C", "5"], ["Xã D", "1"], ["Xã E", ""], ["Xã F", "12"]]
    issue = only(judge(tmp_path, disease_table(CASES), ["ten_xa", "so_ca"], rows).report, "small-cell")
    assert (issue.severity, issue.field, issue.count) == (Severity.HOLD, "so_ca", 2)
    assert [example.row for example in issue.examples] == [3, 5]
    assert "Gộp nhóm" in issue.remedy


@pytest.mark.parametrize(
    "schema",
    [
        disease_table({**CASES, "unit": "%"}),
        disease_table({**CASES, "multiplier": "nghìn"}),
        disease_table({"name": "so_bac_si", "type": "integer", "unit": "người"}),
        disease_table({"name": "tram_y_te", "type": "integer", "unit": "trạm"}),
        disease_table({**CASES, "name": "so_ca", "smallCells": False}),
        disease_table(CASES, smallCells=False),
        schema_of({"name": "ten_xa"}, {"name": "so_nguoi", "type": "integer", "unit": "người"}, name="lang-nghe"),
        schema_of({"name": "nam"}, CASES, name="benh-truyen-nhiem"),
    ],
    ids=["rate", "thousands", "staff", "things", "field off", "table off", "other subject", "whole province"],
)  # fmt: skip
def test_other_small_numbers_do_not(schema: TableSchema, tmp_path: Path) -> None:
    assert not held(tmp_path, schema, "1", "2", "3")


@pytest.mark.parametrize(
    "schema",
    [
        disease_table(CASES),
        disease_table({**CASES, "type": "number"}),
        schema_of({"name": "ma_xa"}, {"name": "ho_ngheo", "type": "integer", "unit": "hộ"}),
        schema_of({"name": "nhom_tuoi"}, {"name": "so_nguoi", "type": "integer"}, name="bang", theme="y-te"),
        schema_of({"name": "thon"}, {"name": "nguoi_khuyet_tat", "type": "integer", "unit": "người"}),
    ],
    ids=["cases", "as numbers", "poor households", "theme", "delicate field"],
)
def test_counts_of_persons_by_area_or_group_do(schema: TableSchema, tmp_path: Path) -> None:
    assert held(tmp_path, schema, "3")
    assert held(tmp_path, schema, "3.0")
    assert not held(tmp_path, schema, "5", "0", "30", "")


def test_the_dictionary_sets_the_threshold(tmp_path: Path) -> None:
    assert held(tmp_path, disease_table({**CASES, "smallCells": 10}), "9")
    assert not held(tmp_path, disease_table({**CASES, "smallCells": 10}), "10")
    assert not held(tmp_path, disease_table({**CASES, "smallCells": 3}), "3")
    assert held(tmp_path, schema_of({"name": "cot"}, {"name": "so", "type": "integer", "smallCells": True}), "1")


@pytest.mark.parametrize("wrong", [0, 1, 101, "5", 2.5, [5]])
def test_a_threshold_that_makes_no_sense_is_refused(wrong: object) -> None:
    with pytest.raises(InvalidInput, match="smallCells"):
        verify_schema(disease_table({**CASES, "smallCells": wrong}))
