"""Tables and schemas nobody thought of: the engine and Frictionless agree on all of them."""

from __future__ import annotations

import csv
import io
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from schemas.engine import RowCheck
from tests.schemas.engine.oracle import ours, theirs

CELLS = st.one_of(
    st.sampled_from(
        ["", " ", "0", "1", "2", "-1", " 1 ", "1.5", "1,5", "1.50", "true", "false", "x", "xã", "xa\u0303",
         "2020-01-05", "2020-1-5", "2020-02-30", "nan", "1e2", "\u00a0", "a,b", 'a"b', "a\nb", "\ta", "00384", "-", "٣"]
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r"), max_size=6),
    st.integers(-20, 20).map(str),
    st.decimals(-100, 100, places=2).map(str),
    st.dates().map(str),
)  # fmt: skip

NUMERIC = st.fixed_dictionaries({}, optional={"minimum": st.integers(-5, 5), "maximum": st.integers(-5, 50)})
TEXTUAL = st.fixed_dictionaries(
    {},
    optional={
        "minLength": st.integers(0, 3),
        "maxLength": st.integers(1, 5),
        "pattern": st.sampled_from([r"\d+", r"[a-zà-ỹ]*", r"x|1", r".{1,3}$", r"\S+", r"[^\w]*"]),
        "enum": st.lists(st.sampled_from(["x", "1", "xã", "true"]), min_size=1, unique=True),
    },
)
COMMON = st.fixed_dictionaries({}, optional={"required": st.booleans(), "unique": st.booleans()})


def field(kind: str, limits: st.SearchStrategy[dict[str, Any]], **more: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(COMMON, limits).map(lambda parts: {"type": kind, "constraints": parts[0] | parts[1], **more})


FIELDS = st.one_of(
    field("string", TEXTUAL),
    field("integer", NUMERIC),
    field("number", NUMERIC),
    field("number", st.just({}), decimalChar=",", groupChar="."),
    field("boolean", st.just({})),
    field("date", st.just({})),
    field("date", st.just({}), format="%d/%m/%Y"),
    field("year", st.just({})),
    field("any", st.just({})),
)


FORMULAS = [
    "c0 > 1", "c0 == c0", "c0 is None or c0 >= -2", "c0 < 5 and c0 != 1", "not c0 > 2", "c0 in (1, 'x')", "c1 == 'x'",
    "c0 <= c1", "c0 + 1 > c1", "True", "c0", "lạ > 1", "c0 >",
]  # fmt: skip
CHECKS = st.lists(
    st.one_of(st.just(RowCheck("duplicate-row")), st.sampled_from(FORMULAS).map(partial(RowCheck, "row-constraint"))),
    max_size=3,
)


@st.composite
def tables(draw: st.DrawFn) -> tuple[dict[str, Any], list[list[str]], dict[str, Any]]:
    """A schema, rows that more or less fit it, and how they are written."""
    width = draw(st.integers(1, 4))
    names = [f"c{place}" for place in range(width)]
    fields = [{"name": name, **draw(FIELDS)} for name in names]
    descriptor: dict[str, Any] = {"fields": fields}
    if draw(st.booleans()):
        descriptor["missingValues"] = draw(st.sampled_from([[""], ["", "-"], ["-"], ["x", "0"]]))
    if draw(st.booleans()):
        descriptor["primaryKey"] = draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True))
    if draw(st.booleans()):
        pair = draw(st.lists(st.tuples(*[st.sampled_from(names)] * 2), min_size=1, max_size=2))
        children, parents = [list(places) for places in zip(*pair, strict=True)]
        if len(set(children)) == len(children) and len(set(parents)) == len(parents):
            descriptor["foreignKeys"] = [{"fields": children, "reference": {"resource": "", "fields": parents}}]
    header = list(names)
    if draw(st.integers(0, 5)) == 0:
        header = draw(st.lists(st.sampled_from([*names, "", "C0", "lạ"]), min_size=1, max_size=width + 1))
    square = st.lists(CELLS, min_size=width, max_size=width)
    ragged = st.lists(CELLS, max_size=width + 2)
    rows = draw(st.lists(st.one_of(square, square, square, ragged), max_size=12))
    again = draw(st.lists(st.sampled_from(rows), max_size=4)) if rows else []
    writing = {
        "lineterminator": draw(st.sampled_from(["\n", "\r\n"])),
        "quoting": draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
    }
    return descriptor, [header, *rows, *again], writing


A_ROW_THAT_LEADS_TO_NO_NUMBER: tuple[dict[str, Any], list[list[str]], dict[str, Any]] = (
    {
        "fields": [
            {"name": "c0", "type": "string"},
            {"name": "c1", "type": "string"},
            {"name": "c2", "type": "number"},
        ],
        "foreignKeys": [{"fields": ["c0", "c2"], "reference": {"resource": "", "fields": ["c2", "c0"]}}],
    },
    [["c0", "c1", "c2"], ["", "", "nan"]],
    {"lineterminator": "\n", "quoting": 0},
)


@pytest.mark.parametrize("block_bytes", [48, 1 << 20])
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(table=A_ROW_THAT_LEADS_TO_NO_NUMBER, checks=[])
@given(table=tables(), checks=CHECKS)
def test_the_errors_are_the_same(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    block_bytes: int,
    table: tuple[dict[str, Any], list[list[str]], dict[str, Any]],
    checks: list[RowCheck],
) -> None:
    descriptor, rows, writing = table
    monkeypatch.setattr("schemas.engine.blocks.BLOCK_BYTES", block_bytes)
    buffer = io.StringIO(newline="")
    csv.writer(buffer, **writing).writerows(rows)
    path = tmp_path / "bang.csv"
    path.write_bytes(buffer.getvalue().encode())
    assert ours(path, descriptor, checks=checks)[1] == theirs(path, descriptor, checks=checks)
