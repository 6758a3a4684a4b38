"""Repeated keys are found the same way whether they fit into memory or not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.engine.repeats import KeyRows

EMPTY = np.uint64(3)


@pytest.mark.parametrize("held", [1, 10, 1 << 20])
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(st.integers(0, 30) | st.integers(2**63, 2**63 + 9), max_size=20), max_size=8))
def test_rows_with_the_same_key_are_told_apart_into_the_first_and_the_others(
    monkeypatch: pytest.MonkeyPatch, held: int, batches: list[list[int]]
) -> None:
    monkeypatch.setattr("schemas.engine.repeats.HELD_ROWS", held)
    with KeyRows(empty=EMPTY) as keys:
        for batch in batches:
            keys.add(np.array(batch, dtype=np.uint64))
        found = keys.repeats()
    first, again = set[int](), set[int]()
    before: dict[int, int] = {}
    for row, key in enumerate(key for batch in batches for key in batch):
        if key in before and key != EMPTY:
            first.add(before[key])
            again.add(row)
        before.setdefault(key, row)
    assert sorted(found.first.tolist()) == sorted(first)
    assert sorted(found.again.tolist()) == sorted(again)


def test_without_rows_nothing_repeats() -> None:
    with KeyRows(empty=None) as keys:
        found = keys.repeats()
    assert (len(found.first), len(found.again)) == (0, 0)
