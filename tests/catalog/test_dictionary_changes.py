"""What counts as a breaking change of the dictionary, and which number a new version must bear."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from catalog.dictionary import Code, CodeList, TableSchema
from catalog.dictionary_changes import Weight, code_list_diff, schema_diff, version_order

BASE: dict[str, Any] = {
    "name": "ho-ngheo",
    "version": "1.4.2",
    "title": "Hộ nghèo",
    "fields": [
        {"name": "nam", "type": "integer", "title": "Năm", "constraints": {"required": True, "minimum": 2015}},
        {"name": "ho", "type": "integer", "title": "Số hộ", "unit": "hộ", "constraints": {"minimum": 0}},
        {"name": "loai", "type": "string", "title": "Loại", "constraints": {"enum": ["nghèo", "cận nghèo"]}},
    ],
    "primaryKey": ["nam"],
    "rules": [{"rule": "freshness", "field": "nam", "maxAgeDays": 400}],
}


def changed(change: Callable[[dict[str, Any]], None], version: str = "1.4.2") -> TableSchema:
    import copy

    descriptor = copy.deepcopy(BASE) | {"version": version}
    change(descriptor)
    return TableSchema.from_descriptor(descriptor)


SCHEMA = TableSchema.from_descriptor(BASE)


@pytest.mark.parametrize(
    ("change", "weight"),
    [
        (lambda d: None, Weight.NONE),
        (lambda d: d["fields"].pop(1), Weight.MAJOR),
        (lambda d: d["fields"][1].update(type="number"), Weight.MAJOR),
        (lambda d: d["fields"][1].update(unit="nghìn hộ"), Weight.MAJOR),
        (lambda d: d["fields"][1].update(multiplier="nghìn"), Weight.MAJOR),
        (lambda d: d["fields"][1]["constraints"].update(minimum=1), Weight.MAJOR),
        (lambda d: d["fields"][1]["constraints"].update(required=True), Weight.MAJOR),
        (lambda d: d["fields"][2]["constraints"].update(enum=["nghèo"]), Weight.MAJOR),
        (lambda d: d.update(primaryKey=["nam", "loai"]), Weight.MAJOR),
        (lambda d: d["fields"].append({"name": "x", "title": "X", "constraints": {"required": True}}), Weight.MAJOR),
        (lambda d: d["fields"].append({"name": "x", "title": "X"}), Weight.MINOR),
        (lambda d: d["fields"][1]["constraints"].pop("minimum"), Weight.MINOR),
        (lambda d: d["fields"][0]["constraints"].update(minimum=2010), Weight.MINOR),
        (lambda d: d["fields"][2]["constraints"]["enum"].append("khác"), Weight.MINOR),
        (lambda d: d.update(rules=[]), Weight.MINOR),
        (lambda d: d["fields"][1].update(description="Số hộ cuối năm"), Weight.PATCH),
        (lambda d: d.update(sourceDecision="QĐ 1/2026"), Weight.PATCH),
    ],
)
def test_a_change_weighs_what_it_does_to_those_who_rely_on_the_schema(
    change: Callable[[dict[str, Any]], None], weight: Weight
) -> None:
    diff = schema_diff(SCHEMA, changed(change))
    assert diff.weight is weight
    assert diff.is_breaking is (weight is Weight.MAJOR)


@pytest.mark.parametrize(
    ("change", "least"),
    [
        (lambda d: d["fields"].pop(1), "2.0.0"),
        (lambda d: d["fields"].append({"name": "x", "title": "X"}), "1.5.0"),
        (lambda d: d.update(title="Hộ nghèo theo xã"), "1.4.3"),
        (lambda d: None, "1.4.2"),
    ],
)
def test_the_next_number_follows_from_the_heaviest_change(change: Callable[[dict[str, Any]], None], least: str) -> None:
    assert schema_diff(SCHEMA, changed(change)).least_version == least
    assert schema_diff(SCHEMA, changed(change, version=least)).is_numbered_rightly
    if least != "1.4.2":
        assert not schema_diff(SCHEMA, changed(change)).is_numbered_rightly


def test_a_change_says_where_and_what_in_both_languages() -> None:
    diff = schema_diff(SCHEMA, changed(lambda d: d["fields"][1].update(unit="nghìn hộ")))
    (change,) = diff.changes
    assert change.message == "ho: đơn vị: hộ → nghìn hộ"
    assert change.message_en == "ho: unit: hộ → nghìn hộ"


def test_versions_are_ordered_as_semver_says() -> None:
    ordered = ["nháp", "0.9.0", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta.2", "1.0.0-beta.11"]
    ordered += ["1.0.0-rc.1", "1.0.0", "1.2.0", "1.10.0", "2.0.0"]
    assert sorted([*ordered[6:], *ordered[:6]], key=version_order) == ordered


LIST = CodeList("xa", "2025.7.1", "Xã", "Communes", (Code("14797", "Hạc Thành"), Code("15724", "Đồng Tiến")))


@pytest.mark.parametrize(
    ("codes", "weight"),
    [
        ((Code("14797", "Hạc Thành"),), Weight.MAJOR),
        ((Code("14797", "Hạc Thành"), Code("15724", "Đồng Tiến", valid_to=date(2026, 1, 1))), Weight.MAJOR),
        ((*LIST.codes, Code("15853", "Đông Tiến")), Weight.MINOR),
        ((Code("14797", "Phường Hạc Thành"), LIST.codes[1]), Weight.MINOR),
        ((Code("14797", "Hạc Thành", "Hac Thanh"), LIST.codes[1]), Weight.PATCH),
    ],
)
def test_a_code_that_ends_breaks_and_a_new_one_does_not(codes: tuple[Code, ...], weight: Weight) -> None:
    assert code_list_diff(LIST, replace(LIST, codes=codes)).weight is weight
