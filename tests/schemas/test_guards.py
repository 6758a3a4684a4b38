"""Numbers against the version before: small changes pass, large ones are told, larger ones hold the table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from catalog.ports import GateContext
from schemas.guards import find_jumps
from tests.schemas.rule_findings import schema_for
from tests.schemas.tables import TODAY, stage

COLUMNS = "nam:integer xa so:number dem:integer"


def jumps(
    folder: Path, before: dict[str, list[Any]], rows: list[str], *rules: dict[str, Any]
) -> list[tuple[str | None, str, str]]:
    schema = schema_for(COLUMNS, *rules, primaryKey=["nam", "xa"])
    path = folder / "truoc.parquet"
    pyarrow.parquet.write_table(pyarrow.table(before), path)
    table = stage(folder, schema.field_names, [row.split("|") for row in rows])
    found = find_jumps(table, schema, GateContext({}, {}, path, TODAY))
    assert sum(issue.count for issue in found.issues) == len(found.faults)
    return [(issue.field, issue.severity.value, issue.examples[0].value) for issue in found.issues]


def before(so: float | None, dem: int = 5) -> dict[str, list[Any]]:
    return {"xa": ["b", "a"], "nam": [2025, 2025], "so": [1.0, so], "dem": [5, dem]}


@pytest.mark.parametrize(
    ("old", "new", "severity"),
    [
        (2.0, "19", None),
        (2.0, "20", "warning"),
        (2.0, "200", "hold"),
        (2000.0, "200", "warning"),
        (2000.0, "2", "hold"),
        (2000.0, "-2000000", "hold"),
        (0.0, "500", None),
        (None, "500", None),
        (2.0, "", None),
    ],
)
def test_a_jump_weighs_by_its_factor(tmp_path: Path, old: float | None, new: str, severity: str | None) -> None:
    found = jumps(tmp_path, before(old), [f"2025|a|{new}|5", "2026|a|9999|5"])
    assert [weight for _, weight, _ in found] == ([severity] if severity else [])


@pytest.mark.parametrize(("new", "severity"), [("400", []), ("999", []), ("5000", ["hold"])])
def test_small_counts_may_jump(tmp_path: Path, new: str, severity: list[str]) -> None:
    assert [weight for _, weight, _ in jumps(tmp_path, before(1.0), [f"2025|a|1|{new}"])] == severity


def test_factors_may_be_declared(tmp_path: Path) -> None:
    strict = {"rule": "jump", "field": "so", "warnAt": 2, "holdAt": 5}
    assert jumps(tmp_path, before(1.0), ["2025|b|3|5", "2025|a|6|5"], strict) == [
        ("so", "hold", "1 → 6"),
        ("so", "warning", "1 → 3"),
    ]


def test_an_empty_version_before_is_compared_with_nothing(tmp_path: Path) -> None:
    schema = schema_for(COLUMNS, primaryKey=["nam", "xa"])
    path = tmp_path / "truoc.parquet"
    types = pyarrow.schema([("nam", "int64"), ("xa", "string"), ("so", "float64"), ("dem", "int64")])
    pyarrow.parquet.write_table(types.empty_table(), path)
    table = stage(tmp_path, schema.field_names, [["2025", "a", "1", "1"]])
    assert find_jumps(table, schema, GateContext({}, {}, path, TODAY)).issues == ()
