"""Cells that a workbook shows as percents hold fractions of one: the column says so, and the gate takes them so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from catalog.dictionary import TableSchema
from catalog.ports import GateContext
from harvesters.reading import read_file
from schemas.gate import judge_table
from tests.schemas.tables import TODAY


def schema(**share: Any) -> TableSchema:
    return TableSchema.from_descriptor(
        {
            "name": "ty-le",
            "version": "1.0.0",
            "title": "Tỷ lệ",
            "fields": [
                {"name": "xa", "type": "string", "title": "Xã"},
                {"name": "ty_le", "type": "number", "title": "Tỷ lệ", **share},
            ],
        }
    )


def workbook(folder: Path, values: list[float], formats: list[str], title: str = "") -> Path:
    path = folder / "ty-le.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Tỷ lệ")
        start = 0
        if title:
            sheet.write(0, 0, title)
            start = 2
        sheet.write_row(start, 0, ["Xã", "Tỷ lệ"])
        for number, (value, shown) in enumerate(zip(values, formats, strict=True), start + 1):
            sheet.write(number, 0, f"Xã số {number}")
            sheet.write_number(number, 1, value, book.add_format({"num_format": shown} if shown else {}))
    return path


def published(folder: Path, path: Path, wanted: TableSchema) -> list[str]:
    """The values that the gate would publish."""
    table = read_file(path, wanted, folder)
    judged = judge_table(table, wanted, GateContext({}, {}, None, TODAY), folder)
    return [line.rpartition(",")[2] for line in judged.table.path.read_text(encoding="utf-8").splitlines()[1:]]


VALUES = [0.125, 0.5, 1.0]


@pytest.mark.parametrize("title", ["", "BẢNG TỶ LỆ HỘ NGHÈO NĂM 2025"])
@pytest.mark.parametrize(
    ("share", "expected"),
    [
        ({"unit": "%"}, ["12.5", "50", "100"]),
        ({"percent": "percent"}, ["12.5", "50", "100"]),
        ({"percent": "fraction"}, ["0.125", "0.5", "1"]),
        ({}, ["0.125", "0.5", "1"]),
    ],
)
def test_what_is_shown_as_percent_is_taken_for_what_it_is(
    tmp_path: Path, share: dict[str, Any], expected: list[str], title: str
) -> None:
    path = workbook(tmp_path, VALUES, ["0.0%", "0%", "0.00%"], title)
    assert published(tmp_path, path, schema(**share)) == expected


def test_plain_numbers_stay_as_they_are(tmp_path: Path) -> None:
    path = workbook(tmp_path, [12.5, 50.0], ["", "0.00"])
    assert published(tmp_path, path, schema(unit="%")) == ["12.5", "50"]


def test_a_column_of_both_kinds_is_only_remarked_on(tmp_path: Path) -> None:
    path = workbook(tmp_path, [0.125, 50.0, 40.0], ["0.0%", "", ""])
    table = read_file(path, schema(unit="%"), tmp_path)
    assert "ty_le" not in table.units
    assert "Tỷ lệ" not in table.units
    assert any("phần trăm" in notice.message for notice in table.notices)
