"""Blocks of columns hold the very cells that Python's reader gives, at the same rows, whatever the file is like."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.ports import StagedTable
from schemas.personal_blocks import read_blocks
from tests.schemas.tables import stage

CELLS = st.sampled_from(("", "a", "Xã Đồng Tiến", "1,5", 'nói "có"', "hai\ndòng", "x" * 300, "\r", "038099001234", " "))
ROWS = st.lists(st.lists(CELLS, min_size=1, max_size=5), max_size=60)


def cells_of(table: StagedTable, positions: list[int]) -> dict[tuple[int, int], str]:
    """Every cell that is not empty, by the number of its row and its column."""
    found = {}
    for block in read_blocks(table, positions):
        for position, cells in block.columns.items():
            for row in range(block.count):
                found[block.number(row), position] = cells.text(row)
        for place, surplus in block.surplus.items():
            for offset, cell in enumerate(surplus):
                found[block.first_row + place, len(table.columns) + offset] = cell
    return {place: cell for place, cell in found.items() if cell}


def by_python(table: StagedTable, positions: list[int]) -> dict[tuple[int, int], str]:
    with table.path.open(encoding="utf-8", newline="") as text:
        rows = list(csv.reader(text))[1:]
    return {
        (number, place): cell
        for number, row in enumerate(rows, 2)
        for place, cell in enumerate(row)
        if cell and (place in positions or place >= len(table.columns))
    }


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, block_bytes=st.sampled_from((64, 200, 1 << 20)), positions=st.sampled_from(([0, 2], [1], [0, 1, 2])))
def test_cells_and_rows_are_those_of_pythons_reader(
    tmp_path: Path, rows: list[list[str]], block_bytes: int, positions: list[int]
) -> None:
    table = stage(tmp_path, ["mot", "hai", "ba"], rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("schemas.engine.blocks.BLOCK_BYTES", block_bytes)
        assert cells_of(table, positions) == by_python(table, positions)


def test_a_file_that_turns_irregular_midway_is_read_to_its_end_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schemas.engine.blocks.BLOCK_BYTES", 128)
    rows = [[str(number), f"ô {number}"] for number in range(200)] + [["x", "dở\rdang"], ["cuối", "cùng"]]
    table = stage(tmp_path, ["a", "b"], rows)
    assert cells_of(table, [0, 1]) == by_python(table, [0, 1])


def test_equal_cells_are_told_once_where_there_are_many(tmp_path: Path) -> None:
    rows = [[f"HS-{number:05d}", f"Xã {number % 7}"] for number in range(5_000)]
    (block,) = read_blocks(stage(tmp_path, ["ma", "xa"], rows), [0, 1])
    assert len(block.columns[0].values) == 5_000
    assert len(block.columns[1].values) == 7
    assert block.columns[1].rows(block.columns[1].matches("^Xã 3$")).tolist()[:3] == [3, 10, 17]
