"""Formulas of the dictionary: arithmetic on columns, and nothing that is more than arithmetic."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemas.formulas import LONGEST, Formula

COLUMNS = {"ha": np.array([2.0, 3.5, np.nan, 0.0]), "ta_ha": np.array([60.0, 0.0, 5.0, -1.0])}


def worked_out(text: str) -> list[float]:
    return [float(value) for value in Formula.of(text).evaluate(COLUMNS.__getitem__)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("ha * ta_ha / 10", [12.0, 0.0, None, 0.0]),
        ("-(ha - 1) + 0.5", [-0.5, -2.0, None, 1.5]),
        ("ta_ha / ha", [30.0, 0.0, None, None]),
        ("max(ha, ta_ha, 1)", [60.0, 3.5, None, 1.0]),
        ("round(ta_ha / 8, 1)", [7.5, 0.0, 0.6, -0.1]),
        ("round(ha)", [2.0, 4.0, None, 0.0]),
        ("abs(ta_ha)", [60.0, 0.0, 5.0, 1.0]),
    ],
)
def test_a_formula_is_worked_out_on_whole_columns(text: str, values: list[float | None]) -> None:
    assert [None if math.isnan(value) else round(value, 9) for value in worked_out(text)] == values


def test_a_formula_knows_its_fields() -> None:
    assert Formula.of("b / (a + b) * 100").fields == ("b", "a")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ha +",
        "__import__('os')",
        "ha.real",
        "ha ** 9",
        "ha if ha else 1",
        "[ha]",
        "'x'",
        "True",
        "ha < 1",
        "lambda: 1",
        "ha[0]",
        "open(ha)",
        "max(ha)",
        "round(ha, ha)",
        "round(ha, 99)",
        "max(ha, key=ha)",
        "(ha := 1)",
        "1j",
        "(" * 400 + "1" + ")" * 400,
        "1+" * LONGEST + "1",
    ],
)
def test_what_is_no_arithmetic_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"formula|takes"):
        Formula.of(text)


@example("(ha / (ha / (ha - ha)))")
@given(
    st.recursive(
        st.sampled_from(["ha", "2", "0.5"]),
        lambda s: st.tuples(s, st.sampled_from("+-*/"), s).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        max_leaves=8,
    )
)
def test_a_formula_means_what_python_means(text: str) -> None:
    value = float(Formula.of(text).evaluate(lambda name: np.array([3.0]))[()].reshape(-1)[0])
    try:
        expected = float(eval(text, {"ha": 3.0}))  # noqa: S307 - the text is ours: numbers, a field, the four operations
    except ZeroDivisionError:
        expected = math.nan
    assert math.isnan(value) if math.isnan(expected) else value == pytest.approx(expected)
