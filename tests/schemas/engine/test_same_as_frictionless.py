"""The engine finds what Frictionless finds: the same errors with the same words, in the same order."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from catalog.errors import InvalidInput
from schemas.engine import Reference, RowCheck, check_file
from schemas.engine.keys import NONE_KEY
from schemas.frictionless_schema import PROFILE
from tests.schemas.engine.oracle import ours, schema, theirs, written

NASTY = [
    "", " ", "0", "1", "-1", "+5", " 12 ", "007", "1_000", "1.0", "1e3", "1.", ".5", "-0", "nan", "NaN", "inf",
    "-Infinity", "99999999999999999999", "1,5", "1.234,5", "12%", "$5", "٣", "true", "True", "TRUE", "yes", "có",
    "false", "2020-01-05", "2020-1-5", "2020-02-30", "31/02/2026", "05/01/2020", "2020-01-05T10:00:00",
    "2020-01-05T10:00:00Z", "2020-01-05T10:00:00+07:00", "10:30:00", "10:30", "2020", "20", "-2020", "2020-13",
    "2020-12", "P1Y", "PT5M", "P", "10.5,20.1", "200,10", "[1, 2]", '{"a": 1}',
    '{"type": "Point", "coordinates": [1, 2]}',
    "null", "a@b.vn", "khong phai thu", "https://thanhhoa.gov.vn/a?b=1", "vi-du",
    "550e8400-e29b-41d4-a716-446655440000",
    "YWJj", "x", "xã", "xa\u0303", "a\u00a0b", "\u200b", "Đông Tiến", "dài" * 40, "hai\ndòng",
    'nháy "kép"', "a,b", "n/a", "-", "..",
    "0001-01-01", "0000-01-01", "9999-12-31", "1e400", "-1e-400", "0x10", "１２", "12\n",
]  # fmt: skip

FIELDS: list[dict[str, Any]] = [
    {"type": "string"},
    {"type": "string", "constraints": {"required": True, "minLength": 2, "maxLength": 5}},
    {"type": "string", "constraints": {"enum": ["x", "1", "Đông Tiến"]}},
    {"type": "string", "constraints": {"pattern": r"\d+"}},
    {"type": "string", "constraints": {"pattern": r"a|x$|\w{2,3}"}},
    {"type": "string", "constraints": {"pattern": r"[^\d\s]+"}},
    {"type": "string", "constraints": {"pattern": r"(?!1)\S*"}},
    {"type": "string", "constraints": {"pattern": r"^[A-Za-zÀ-ỹ ]*$"}},
    {"type": "string", "format": "email"},
    {"type": "string", "format": "uri"},
    {"type": "string", "format": "uuid"},
    {"type": "string", "format": "binary"},
    {"type": "integer"},
    {"type": "integer", "constraints": {"minimum": 0, "maximum": 12}},
    {"type": "integer", "constraints": {"enum": [1, 12], "required": True}},
    {"type": "integer", "bareNumber": False},
    {"type": "number"},
    {"type": "number", "constraints": {"minimum": 0, "maximum": 1000}},
    {"type": "number", "decimalChar": ",", "groupChar": "."},
    {"type": "number", "decimalChar": ","},
    {"type": "number", "groupChar": ","},
    {"type": "number", "bareNumber": False},
    {"type": "boolean"},
    {"type": "boolean", "trueValues": ["có", "x"], "falseValues": ["không", "-"]},
    {"type": "date"},
    {"type": "date", "constraints": {"minimum": "2020-01-05", "maximum": "2025-01-01"}},
    {"type": "date", "format": "%d/%m/%Y"},
    {"type": "date", "format": "any"},
    {"type": "datetime"},
    {"type": "datetime", "format": "any"},
    {"type": "time"},
    {"type": "time", "format": "%H:%M"},
    {"type": "year"},
    {"type": "year", "constraints": {"minimum": 1000}},
    {"type": "yearmonth"},
    {"type": "duration"},
    {"type": "geopoint"},
    {"type": "geojson"},
    {"type": "object"},
    {"type": "array"},
    {"type": "any"},
    {"type": "any", "constraints": {"required": True, "enum": ["x", 1]}},
]


@pytest.mark.parametrize("field", FIELDS, ids=str)
@pytest.mark.parametrize("missing", [None, ["", "-", "n/a"], []], ids=str)
def test_every_type_and_constraint(tmp_path: Path, field: dict[str, Any], missing: list[str] | None) -> None:
    more = {} if missing is None else {"missingValues": missing}
    descriptor = schema({"name": "stt", "type": "string"}, {"name": "o", **field}, **more)
    path = written(tmp_path / "bang.csv", [["stt", "o"], *([str(row), cell] for row, cell in enumerate(NASTY))])
    findings, found = ours(path, descriptor)
    assert found == theirs(path, descriptor)
    assert findings.path_taken.startswith("columns")
    assert findings.rows == len(NASTY)


UNIQUE_TYPES = [item for item in FIELDS if item["type"] not in ("object", "array", "geojson", "geopoint")]


@pytest.mark.parametrize("field", UNIQUE_TYPES, ids=str)
def test_repeated_values_and_keys_of_every_type(tmp_path: Path, field: dict[str, Any]) -> None:
    cells = [cell for cell in NASTY if cell.casefold() not in ("nan",)]
    constraints = {**field.get("constraints", {}), "unique": True}
    descriptor = schema({"name": "stt"}, {"name": "o", **field, "constraints": constraints}, primaryKey=["o"])
    rows = [[str(row), cell] for row, cell in enumerate([*cells, *cells[::3], *cells[::2]])]
    path = written(tmp_path / "bang.csv", [["stt", "o"], *rows])
    assert ours(path, descriptor)[1] == theirs(path, descriptor)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "a,b,c",
        "a,b,c\n",
        "a,b\n1,2\n",
        "a,b,c,d\n1,2,3,4\n",
        "a,a,c\n1,2,3\n",
        "b,a,c\n1,2,3\n",
        ",b,c\n1,2,3\n",
        ",,\n1,2,3\n",
        "A,b,c\n1,2,3\n",
        " a,b ,c\n1,2,3\n",
        "a,b,c\n1,2\n1,2,3,4,5\n\n,,\n   \n1\n",
        "a,b,c\r\n1,2,3\r\nx,,\r\n",
        "a,b,c\r1,2,3\rx,,\r",
        'a,b,c\n1,"hai\ndòng",3\nx,"có ""nháy""",\n',
        'a,b,c\n1,nháy" giữa,3\nx,"sau"nháy,\n',
        'a,b,c\n1,"không đóng,3\nx,y,z\n',
        "a,b,c\n1,2,3\nx,y,z",
        "a,b,c\n1,2,3\n\n\n",
        "a;b;c\n1;2;3\nx;;\n",
        "a\tb\tc\n1\t2\t3\nx\t\t\n",
        "a|b|c\n1|2|3\nx||\n",
        "a, b, c\n1, 2, 3\nx, , \n",
        "'a','b','c'\n'1','2','3'\n",
        "\ufeffa,b,c\n1,2,3\nx,y,z\n",
        "a,b,c\n1,\x00,3\nx,y,z\n",
        "a,b,c\n1,2,3\n" * 3,
        "một cột\n1\n\n2\n",
    ],
)
def test_headers_and_shapes(tmp_path: Path, text: str) -> None:
    descriptor = schema(
        {"name": "a", "type": "integer", "constraints": {"required": True}}, {"name": "b"}, {"name": "c"},
        primaryKey=["a"],
    )  # fmt: skip
    path = tmp_path / "bang.csv"
    path.write_bytes(text.encode())
    assert ours(path, descriptor)[1] == theirs(path, descriptor)


def test_keys_of_several_columns_and_keys_into_tables(tmp_path: Path) -> None:
    descriptor = schema(
        {"name": "ky", "type": "integer"},
        {"name": "xa"},
        {"name": "cha"},
        primaryKey=["ky", "xa"],
        foreignKeys=[
            {"fields": ["xa"], "reference": {"resource": "dvhc", "fields": ["ma"]}},
            {"fields": ["cha"], "reference": {"resource": "", "fields": ["xa"]}},
            {"fields": ["ky", "xa"], "reference": {"resource": "ky-xa", "fields": ["ky", "xa"]}},
        ],
    )
    rows = [
        ["2025", "01", ""], [" 2025", "01", "02"], ["2026", "01", "01"], ["", "", "01"], ["x", "03", "99"],
        ["2026", "", "01"], ["2026", "", "01"], ["2025", "02"], ["", "", ""], ["2027", "02", "03", "thừa"],
    ]  # fmt: skip
    references = [
        Reference(("xa",), "dvhc", ("ma",), frozenset({("01",), ("02",)})),
        Reference(("ky", "xa"), "ky-xa", ("ky", "xa"), frozenset({(2025, "01"), (2026, "01"), (2026, None)})),
    ]
    path = written(tmp_path / "bang.csv", [["ky", "xa", "cha"], *rows])
    found = ours(path, descriptor, references)[1]
    assert found == theirs(path, descriptor, references)
    assert {error["type"] for error in found} >= {"primary-key", "foreign-key", "extra-cell", "missing-cell"}


@pytest.mark.parametrize("cell", ["0x1F", "0X10", "1e2", "١"])
def test_numbers_that_another_program_would_read(tmp_path: Path, cell: str) -> None:
    descriptor = schema({"name": "a", "type": "integer"}, {"name": "b", "type": "number"})
    path = written(tmp_path / "bang.csv", [["a", "b"], ["1", "1"], [cell, cell], ["3", "3"]])
    assert ours(path, descriptor)[1] == theirs(path, descriptor)


def test_very_long_texts_in_a_key_across_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schemas.engine.blocks.BLOCK_BYTES", 1 << 17)
    long = "x" * 70_000
    rows = [["1", long], ["2", "y"], ["3", "z" * 70_000], ["4", "y"], ["5", long], ["6", "w"]]
    descriptor = schema({"name": "a"}, {"name": "b", "constraints": {"unique": True}})
    path = written(tmp_path / "bang.csv", [["a", "b"], *rows])
    found = ours(path, descriptor)[1]
    assert found == theirs(path, descriptor)
    assert [error["rowNumber"] for error in found] == [5, 6]


def test_repeated_rows(tmp_path: Path) -> None:
    descriptor = schema({"name": "a", "type": "number"}, {"name": "b"})
    rows = [["1", "x"], ["1.0", "x"], ["1", "x"], ["", ""], ["", ""], ["1", "y"], ["1", "x"]]
    path = written(tmp_path / "bang.csv", [["a", "b"], *rows])
    found = ours(path, descriptor, checks=[RowCheck("duplicate-row")])[1]
    assert found == theirs(path, descriptor, checks=[RowCheck("duplicate-row")])
    assert [error["rowNumber"] for error in found if error["type"] == "duplicate-row"] == [4, 6, 8]


def test_rows_that_only_look_the_same_when_joined(tmp_path: Path) -> None:
    descriptor = schema({"name": "a"}, {"name": "b"}, {"name": "c", "type": "number"})
    rows = [["x,y", "z", "1"], ["x", "y,z", "1"], ["None", "", "1.0"], ["", "None", "1.0"], ["", "", "0.0000001"],
            ["", "", "1E-7"], ["x", "y"], ["x", "y", "", "thừa"]]  # fmt: skip
    path = written(tmp_path / "bang.csv", [["a", "b", "c"], *rows])
    found = ours(path, descriptor, checks=[RowCheck("duplicate-row")])[1]
    assert found == theirs(path, descriptor, checks=[RowCheck("duplicate-row")])
    assert [error["rowNumber"] for error in found if error["type"] == "duplicate-row"] == [3, 5, 7, 9]


@pytest.mark.parametrize("checks", [["a > 1"], ["a > 1", "", "c == 'x'"], ["", "a <= b"], ["a >", "x > 1"]], ids=str)
def test_checks_of_rows_in_their_order(tmp_path: Path, checks: list[str]) -> None:
    descriptor = schema(
        {"name": "a", "type": "integer", "constraints": {"unique": True}},
        {"name": "b", "type": "number"},
        {"name": "c"},
    )
    rows = [["1", "2", "x"], ["2", "1", "x"], ["1", "2", "x"], ["", "", ""], ["x", "1.5", "y"], ["3"],
            ["2", "1", "x", "thừa"], ["9007199254740993", "9007199254740992.5", "x"]]  # fmt: skip
    path = written(tmp_path / "bang.csv", [["a", "b", "c"], *rows])
    row_checks = [RowCheck("row-constraint", formula) if formula else RowCheck("duplicate-row") for formula in checks]
    found = ours(path, descriptor, checks=row_checks)[1]
    assert found == theirs(path, descriptor, checks=row_checks)
    assert {error["type"] for error in found} >= {"row-constraint"}


def test_checks_of_rows_that_frictionless_judges_alone(tmp_path: Path) -> None:
    descriptor = schema({"name": "a", "type": "integer"}, fieldsMatch="subset")
    path = written(tmp_path / "bang.csv", [["b", "a"], ["x", "1"], ["x", "1"]])
    checks = [RowCheck("duplicate-row"), RowCheck("row-constraint", "a > 1")]
    findings, found = ours(path, descriptor, checks=checks)
    assert found == theirs(path, descriptor, checks=checks)
    assert (findings.path_taken, findings.faulty_rows) == ("frictionless", 2)


# --- no two values are taken for the same -----------------------------------------------------------------------------


def test_keys_whose_numbers_collide_are_told_apart_by_their_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schemas.engine.columns.text_keys", lambda column: np.zeros(len(column), dtype=np.uint64))
    descriptor = schema(
        {"name": "a", "constraints": {"unique": True}}, {"name": "b"}, {"name": "c"},
        primaryKey=["a", "b"],
        foreignKeys=[
            {"fields": ["b"], "reference": {"resource": "dm", "fields": ["ma"]}},
            {"fields": ["b", "c"], "reference": {"resource": "", "fields": ["a", "b"]}},
        ],
    )  # fmt: skip
    rows = [["1", "x", ""], ["2", "y", "x"], ["3", "1", "x"], ["4", "1", "y"], ["2", "y", ""], ["5", "x", "x"]]
    references = [Reference(("b",), "dm", ("ma",), frozenset({("x",), ("1",)}))]
    path = written(tmp_path / "bang.csv", [["a", "b", "c"], *rows])
    found = ours(path, descriptor, references)[1]
    assert found == theirs(path, descriptor, references)
    assert {error["rowNumber"] for error in found if error["type"] == "foreign-key"} == {2, 3, 5, 6, 7}
    assert {error["rowNumber"] for error in found if error["type"] != "foreign-key"} == {6}


def test_numbers_beyond_what_a_float_can_tell_apart_are_different_keys(tmp_path: Path) -> None:
    field = {"name": "a", "type": "number"}
    references = [Reference(("a",), "dm", ("ma",), frozenset({(Decimal("0.1"),), (Decimal(3),)}))]
    descriptor = schema(
        field | {"constraints": {"unique": True}}, {"name": "b", "type": "integer"},
        foreignKeys=[
            {"fields": ["a"], "reference": {"resource": "dm", "fields": ["ma"]}},
            {"fields": ["b"], "reference": {"resource": "", "fields": ["a"]}},
        ],
    )  # fmt: skip
    rows = [["0.1", "3"], ["0.10000000000000001", "4"], ["3.0", ""], ["0.10", "3"]]
    path = written(tmp_path / "bang.csv", [["a", "b"], *rows])
    found = ours(path, descriptor, references)[1]
    assert found == theirs(path, descriptor, references)
    assert {error["rowNumber"] for error in found} == {3, 5}


def test_a_number_that_is_counted_like_an_empty_cell_repeats_all_the_same(tmp_path: Path) -> None:
    unlucky = str(int(NONE_KEY.view(np.int64)))
    descriptor = schema({"name": "a", "type": "integer", "constraints": {"unique": True}}, {"name": "b"})
    path = written(tmp_path / "bang.csv", [["a", "b"], [unlucky, ""], ["", "x"], [unlucky, ""], ["", "y"]])
    found = ours(path, descriptor)[1]
    assert found == theirs(path, descriptor)
    assert [error["rowNumber"] for error in found] == [4]


def test_a_number_that_python_cannot_look_up_is_equal_to_none(tmp_path: Path) -> None:
    field = {"name": "a", "type": "number", "constraints": {"unique": True}}
    references = [Reference(("a",), "dm", ("ma",), frozenset({(Decimal(1),)}))]
    path = written(tmp_path / "bang.csv", [["a"], ["sNaN"], ["1"], ["sNaN"]])
    found = ours(path, schema(field, primaryKey=["a"]), references)[1]
    assert [(error["rowNumber"], error["type"]) for error in found] == [(2, "foreign-key"), (4, "foreign-key")]


def test_a_key_of_lists_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "bang.csv", [["a"], ["[1]"], ["[1]"]])
    with pytest.raises(InvalidInput):
        ours(path, schema({"name": "a", "type": "array", "constraints": {"unique": True}}))


# --- however many faults there are ------------------------------------------------------------------------------------


def test_faults_of_countless_rows_are_told_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schemas.engine.blocks.BLOCK_BYTES", 64)
    monkeypatch.setattr("schemas.engine.columns.KEPT_TEXTS", 3)
    descriptor = schema({"name": "a", "type": "integer"}, {"name": "b", "constraints": {"unique": True}})
    rows = [[f"x{number % 19}", f"y{number % 250}"] for number in range(500)]
    path = written(tmp_path / "bang.csv", [["a", "b"], *rows, ["1", "z"]])
    findings, found = ours(path, descriptor)
    assert found == theirs(path, descriptor)
    assert (findings.rows, findings.faulty_rows) == (501, 500)


def test_values_that_are_repeated_only_far_below_are_found(tmp_path: Path) -> None:
    descriptor = schema({"name": "a", "constraints": {"unique": True}}, {"name": "b"})
    rows = [[str(number % 3_000), "x"] for number in range(6_000)]
    path = written(tmp_path / "bang.csv", [["a", "b"], *rows])
    findings = check_file(path, descriptor)
    assert next(findings.errors())["rowNumber"] == 3_002
    assert findings.faulty_rows == 3_000


def test_missing_values_of_single_fields(tmp_path: Path) -> None:
    descriptor = schema(
        {"name": "a", "type": "integer", "missingValues": ["-"], "constraints": {"required": True}},
        {"name": "b", "type": "integer"},
        missingValues=["", "x"],
    )
    path = written(tmp_path / "bang.csv", [["a", "b"], ["-", "x"], ["", ""], ["x", "-"], ["1", "1"], ["-", ""]])
    assert ours(path, descriptor)[1] == theirs(path, descriptor)


def test_a_file_of_many_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schemas.engine.blocks.BLOCK_BYTES", 64)
    descriptor = schema(
        {"name": "a", "type": "integer", "constraints": {"unique": True}},
        {"name": "b", "constraints": {"maxLength": 8}},
        primaryKey=["b"],
    )
    rows = [[str(number % 97), f"tên {number % 89}" + ("\ndài" if number % 7 == 0 else "")] for number in range(400)]
    rows[50], rows[200] = ["1"], ["x", "y", "z"]
    path = written(tmp_path / "bang.csv", [["a", "b"], *rows])
    findings, found = ours(path, descriptor)
    assert found == theirs(path, descriptor)
    assert (findings.path_taken, findings.rows) == ("columns", 400)


@pytest.mark.parametrize("kind", ["integer", "number"])
def test_exclusive_limits_of_the_newer_profile(tmp_path: Path, kind: str) -> None:
    import frictionless

    limits = {"exclusiveMinimum": 0, "exclusiveMaximum": 12}
    field = {"name": "o", "type": kind, "constraints": limits}
    descriptor = schema({"name": "stt"}, field) | {"$schema": PROFILE}
    path = written(tmp_path / "bang.csv", [["stt", "o"], *([str(row), cell] for row, cell in enumerate(NASTY))])
    reader = frictionless.Schema.from_descriptor(descriptor).fields[1].create_cell_reader()
    wanted = {row + 2 for row, cell in enumerate(NASTY) if reader(cell)[1]}
    assert {error["rowNumber"] for error in ours(path, descriptor)[1]} == wanted


def test_numbers_that_no_file_of_ours_can_hold_are_refused_only_if_wished(tmp_path: Path) -> None:
    path = written(tmp_path / "bang.csv", [["a", "b"], ["1", "nan"], ["99999999999999999999", "1"], ["2", "inf"]])
    descriptor = schema({"name": "a", "type": "integer"}, {"name": "b", "type": "number"})
    assert list(check_file(path, descriptor).errors()) == []
    strict = list(check_file(path, descriptor, storable_only=True).errors())
    assert [(error["rowNumber"], error["fieldName"]) for error in strict] == [(2, "b"), (3, "a"), (4, "b")]
