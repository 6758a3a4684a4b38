"""A column of numbers read at once is what its cells are one by one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.number_columns import NumberColumn
from schemas.number_formats import number_reader
from tests.schemas.tables import schema_of

CELLS = st.one_of(
    st.from_regex(r"-?\d{1,3}(\.\d{3}){0,3}(,\d{1,4})?", fullmatch=True),
    st.from_regex(r"-?\d{1,7}([.,]\d{1,6})?", fullmatch=True),
    st.from_regex(r"[-0-9., ]{1,8}", fullmatch=True),
    st.sampled_from(["0", "-0", "0,0", "00", "1.000", "12,50", "1" * 19, "0,0000000000001"]),
)
FIELDS: tuple[dict[str, Any], ...] = (
    {"type": "number", "decimalChar": ",", "groupChar": "."},
    {"type": "integer", "groupChar": "."},
    {"type": "number", "decimalChar": ","},
    {"type": "number", "decimalChar": ",", "groupChar": " "},
    {"type": "number"},
    {"type": "integer"},
)


@given(
    cells=st.lists(CELLS, min_size=1, max_size=20),
    described=st.sampled_from(FIELDS),
    factor=st.sampled_from(["1", "1000", "100", "1000000", "0.001", "0.01", "0.000001"]),
)
def test_numbers_are_read_at_once_as_they_are_one_by_one(
    cells: list[str], described: dict[str, Any], factor: str
) -> None:
    field = schema_of({"name": "so", **described}).fields[0]
    column = NumberColumn.of(field, described, Decimal(factor))
    if column is None:
        assert factor == "1"
        return
    alone = number_reader(field, described, Decimal(factor))
    together = column.read(pyarrow.array(cells))
    for place, cell in enumerate(cells):
        if together.sure[place]:
            reading = alone(cell)
            assert reading.text == together.results[place].as_py()
            assert [reading.kinds] == ([kinds for kinds, bearers in together.kinds.items() if bearers[place]] or [()])
            assert set(reading.marks) == {mark for mark, bearers in together.marks.items() if bearers[place]}


@pytest.mark.parametrize(
    ("described", "factor"), [({"type": "number", "percent": "percent"}, "1"), ({"type": "number"}, "12")]
)
def test_what_is_not_a_matter_of_digits_is_read_cell_by_cell(described: dict[str, Any], factor: str) -> None:
    field = schema_of({"name": "so", **described}).fields[0]
    assert NumberColumn.of(field, described, Decimal(factor)) is None
