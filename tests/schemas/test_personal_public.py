"""Public values of the dictionary: what they let pass, how they are compared, and which are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catalog.errors import InvalidInput
from schemas.gate import verify_schema
from tests.schemas.tables import codes, judge, only, schema_of


def held(folder: Path, public: list[Any], *cells: str) -> set[str]:
    schema = schema_of({"name": "lien_he", "publicValues": public}, {"name": "tt"})
    verify_schema(schema)
    report = judge(folder, schema, ["lien_he", "tt"], [[cell, "1"] for cell in cells]).report
    return {code for code in codes(report) if code.startswith("personal-data")}


@pytest.mark.parametrize(
    ("public", "cell"),
    [
        (["0912345678"], "0912345678"),
        (["0912345678"], "0912 345 678"),
        (["0912.345.678"], "gọi 0912345678 giờ hành chính"),
        ([{"pattern": r"09123\d{5}"}], "0912.345.678"),
        (["duongdaynong@gmail.com"], "thư: duongdaynong@gmail.com"),
        ([{"pattern": r".*\(đường dây nóng\)"}], "0912345678 (đường dây nóng)"),
    ],
)
def test_a_value_that_is_declared_public_is_no_finding(tmp_path: Path, public: list[Any], cell: str) -> None:
    assert held(tmp_path, [], cell) != set()
    assert held(tmp_path, public, cell) == set()


def test_other_values_of_the_column_are_still_found(tmp_path: Path) -> None:
    schema = schema_of({"name": "lien_he", "publicValues": ["0912345678"]}, {"name": "tt"})
    cells = ("0912345678", "0987654321", "0912345678 và 0987654322")
    report = judge(tmp_path, schema, ["lien_he", "tt"], [[cell, "1"] for cell in cells]).report
    assert only(report, "personal-data-phone").count == 2


def test_a_pattern_must_match_the_whole_value(tmp_path: Path) -> None:
    assert held(tmp_path, [{"pattern": "0912"}], "0912345678") == {"personal-data-phone"}


@pytest.mark.parametrize(
    "public",
    ["0912345678", 912345678, [912345678], [""], [{"pattern": "("}], [{"pattern": 1}], [{"regex": "1"}], [None]],
)
def test_what_is_no_list_of_texts_and_patterns_is_refused(public: object) -> None:
    schema = schema_of({"name": "lien_he", "publicValues": public})
    with pytest.raises(InvalidInput, match="lien_he"):
        verify_schema(schema)
