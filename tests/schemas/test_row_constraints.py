"""Row constraints mean what Frictionless's own check means, row by row."""

from __future__ import annotations

from pathlib import Path

import frictionless
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.ports import GateContext
from schemas.frictionless_schema import judging_descriptor
from schemas.rules import apply_rules
from tests.schemas.tables import TODAY, schema_of, stage

FIELDS = (
    {"name": "a", "type": "integer"},
    {"name": "b", "type": "number"},
    {"name": "c"},
    {"name": "d", "type": "date"},
)
NAMES = [field["name"] for field in FIELDS]
FORMULAS = [
    "a > 1",
    "a <= b",
    "0 < a < 10",
    "a == 3 or b == 0.1",
    "a is None or a >= -2",
    "not a > 2 and b != 1",
    "b > 0.1",
    "b >= -0.3",
    "c == 'x'",
    "c in ('x', 'y')",
    "len(c) > 1",
    "a + 1 > b",
    "b * 2 > 1",
    "b * 0.5 > 1",
    "a",
    "a and c",
    "a > 'x'",
    "d < d",
    "True",
    "a > 10 ** 9999999",
    "a / 0 == 1",
]
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["", "1", "2", "3", "10", "-5", "x", "9007199254740993", "+1", "007"]),
        st.sampled_from(["", "0.1", "0.10000000000000001", "0", "1", "3.0", "-0.3", "1e3", "x", "9007199254740992.5"]),
        st.sampled_from(["", "x", "xy", "y"]),
        st.sampled_from(["2026-01-01", "", "2026-02-30"]),
    ).map(list),
    min_size=1,
    max_size=12,
)


def frictionless_rows(path: Path, formula: str, descriptor: dict[str, object]) -> list[tuple[int, str]]:
    resource = frictionless.Resource(
        path=path.name,
        basepath=str(path.parent),
        schema=frictionless.Schema.from_descriptor(descriptor),
        encoding="utf-8",
        detector=frictionless.Detector(schema_sync=False),
    )
    checklist = frictionless.Checklist(
        checks=[frictionless.Check.from_descriptor({"type": "row-constraint", "formula": formula})]
    )
    report = resource.validate(checklist, limit_errors=10_000)
    found = report.flatten(["type", "rowNumber", "note"])
    return [(row, note) for kind, row, note in found if kind == "row-constraint"]


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, formula=st.sampled_from(FORMULAS))
def test_the_same_rows_break_it_as_in_frictionless(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], formula: str
) -> None:
    folder = tmp_path_factory.mktemp("bang")
    schema = schema_of(*FIELDS, rules=[{"rule": "row-constraint", "formula": formula}])
    table = stage(folder, NAMES, rows)
    found = apply_rules(table, schema, GateContext({}, {}, None, TODAY))
    expected = frictionless_rows(table.path, formula, judging_descriptor(schema))
    assert [(fault.row, fault.note) for fault in found.faults] == expected
    assert sum(issue.count for issue in found.issues) == len(expected)


def test_a_broken_constraint_tells_the_clerk_what_to_look_at(tmp_path: Path) -> None:
    schema = schema_of(*FIELDS, rules=[{"rule": "row-constraint", "formula": "a <= b"}])
    table = stage(tmp_path, NAMES, [["1", "2", "", ""], ["3", "2", "", ""]])
    found = apply_rules(table, schema, GateContext({}, {}, None, TODAY))
    assert found.issues[0].message == "1 dòng không thỏa điều kiện a <= b, ví dụ dòng 3: a = 3, b = 2."
    assert (found.faults[0].code, found.faults[0].row) == ("row-constraint", 3)
