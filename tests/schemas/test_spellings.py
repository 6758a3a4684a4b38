"""Names of units stand for codes: of today, of before, with the kind of unit short or long."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from catalog.dictionary import Code, CodeList
from schemas.spellings import Spelling, spelling_of
from tests.schemas.tables import TODAY, schema_of

ENDED = date(2025, 6, 30)
UNITS = CodeList(
    "xa",
    "1.0.0",
    "Xã, phường",
    "Communes",
    (
        Code("14797", "Phường Hạc Thành", aliases=("Thành phố Thanh Hóa",)),
        Code("15853", "Phường Đông Tiến"),
        Code("16012", "Xã Hoằng Hóa"),
        Code("16500", "Xã Quảng Chính"),
        Code("00384", "Xã Hải Ninh"),
        Code("14800", "Phường Đông Vệ", valid_to=ENDED, replaced_by=("14797",)),
        Code("15850", "Thị trấn Bút Sơn", valid_to=ENDED, replaced_by=("16012",)),
        Code("15999", "Xã Chia Đôi", valid_to=ENDED, replaced_by=("15853", "16012")),
        Code("16501", "Xã Hạc Thành", valid_to=ENDED, replaced_by=("15853",)),
        Code("16502", "Xã Mất", valid_to=ENDED, replaced_by=("16503",)),
        Code("16503", "Xã Mất Sau", valid_to=ENDED),
    ),
)


def spelling(**constraints: Any) -> Spelling:
    field = schema_of({"name": "xa", "codeList": "xa", "constraints": constraints}).fields[0]
    found = spelling_of(field, {"xa": UNITS}, TODAY)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("cell", "code", "kind"),
    [
        ("14797", "14797", None),
        ("Phường Hạc Thành", "14797", "code"),
        ("P. Hạc Thành", "14797", "code"),
        ("P.Hạc Thành", "14797", "code"),
        ("hạc  thành", "14797", "code"),
        ("X. Hoằng Hoá", "16012", "code"),
        ("Thành phố Thanh Hoá", "14797", "code"),
        ("Phường Đông Vệ", "14797", "code"),
        ("TT. Bút Sơn", "16012", "code"),
        ("Bút Sơn", "16012", "code"),
        ("384", "00384", "zeros"),
        ("14797.0", "14797", "spelling"),
    ],
)
def test_a_name_that_can_mean_one_unit_is_its_code(cell: str, code: str, kind: str | None) -> None:
    reading = spelling().read(cell)
    assert reading.text == code
    assert [str(found) for found in reading.kinds] == ([kind] if kind else [])


@pytest.mark.parametrize(
    "cell", ["Xã Chia Đôi", "Xã Mất", "Xã Đông Tiến", "Phường Đồng Tiến", "Dong Tien", "99", "14800", "Hoằng"]
)
def test_a_name_of_several_units_or_of_none_stays(cell: str) -> None:
    reading = spelling().read(cell)
    assert (reading.text, reading.kinds) == (cell, ())


def test_the_pattern_of_a_field_says_how_many_digits_a_code_has() -> None:
    assert spelling(pattern="^[0-9]{5}$").read("384").text == "00384"
    assert spelling(pattern=r"^\d{6}$").read("384").text == "384"
