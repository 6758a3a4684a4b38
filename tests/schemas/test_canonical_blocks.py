"""Columns are read in blocks and each different text once; what comes out is what reading cell by cell would give."""

from __future__ import annotations

import csv
import hashlib
import io
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.ports import StagedTable
from schemas.column_work import ColumnWork
from schemas.engine import blocks
from schemas.normalise import Normalised, normalise
from schemas.spellings import spelling_of
from tests.schemas.tables import COMMUNES, TODAY, content, schema_of

CODE_LISTS = {COMMUNES.name: COMMUNES}

FIELDS: dict[str, dict[str, Any]] = {
    "chu": {"name": "chu"},
    "so": {"name": "so", "type": "number", "decimalChar": ",", "groupChar": ".", "footnotes": True},
    "nguyen": {"name": "nguyen", "type": "integer"},
    "ty_le": {"name": "ty_le", "type": "number", "percent": "fraction"},
    "ngay": {"name": "ngay", "type": "date", "accepts": ["dd/mm/yyyy"]},
    "xa": {"name": "xa", "codeList": COMMUNES.name},
    "co": {"name": "co", "type": "boolean"},
}
CELLS = (
    "", " ", "  \u00a0", "Đo\u0302\u0300ng  Tie\u0302\u0301n", "Hoa\u0300", "-",
    "..", "a", "Xã A", "Xã  A", "Xã\u00a0A", "НÀ Nội", "СА", "a,b", 'nói "vậy"', "hai\ndòng", "a\r\nb",
    "=1", "1.234,5", "1.234", "28,717", "1234", "007", "-0,5", "12.5", "3,750.5", "12,5%", "0.5", "12%", "1.234 ¹",
    "1.234(*)", "28/02/2026", "02/13/2026", "05/06/2026", "2026-02-28", "31/02/2026", "Phường Hạc Thành", "đồng tiến",
    "384", "14812", "có", "Không", "true", "x\ufffdy", "\u202e1", "９９", "5 °C", "Ðông",
)  # fmt: skip


def staged(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> StagedTable:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerows([header, *rows])
    path.write_bytes(buffer.getvalue().encode())
    return StagedTable("bang", path, tuple(header), len(rows), hashlib.sha256(path.read_bytes()).hexdigest())


def counted_cell_by_cell(
    rows: Sequence[Sequence[str]], header: Sequence[str]
) -> tuple[list[list[str]], dict[str, Any]]:
    """Canonical rows, and for every column the changed cells by kind, the refused ones, and the changes one by one."""
    schema = schema_of(*FIELDS.values())
    square = [[*row, *[""] * len(header)][: len(header)] for row in rows]
    canonical = [[""] * len(schema.fields) for _ in square]
    counts: dict[str, Any] = {}
    for place, field in enumerate(schema.fields):
        work = ColumnWork(field, schema, spelling_of(field, CODE_LISTS, TODAY))
        kinds: Counter[Any] = Counter()
        pairs: Counter[tuple[str, str]] = Counter()
        refused: Counter[Any] = Counter()
        for number, row in enumerate(square):
            cell = row[header.index(field.name)] if field.name in header else ""
            reading = work.reading(cell)
            canonical[number][place] = cell if reading.text is None else reading.text
            if reading.text is None:
                refused[reading.kinds[0]] += 1
            else:
                kinds.update(reading.kinds)
                pairs.update([(cell, reading.text)] if reading.kinds else [])
        counts[field.name] = (kinds, pairs, refused)
    return canonical, counts


def counted(result: Normalised) -> dict[str, Any]:
    return {
        name: (
            changes.kinds,
            Counter({(before, pair.after): pair.count for before, pair in changes.pairs.items()}),
            Counter({kind: places.count for kind, places in changes.refused.items()}),
        )
        for name, changes in result.changes.items()
    }


row = st.lists(st.sampled_from(CELLS), min_size=1, max_size=len(FIELDS) + 1)


@given(
    rows=st.lists(row, max_size=30),
    header=st.permutations(list(FIELDS)).flatmap(
        lambda names: st.integers(2, len(names)).map(lambda width: names[:width])
    ),
    ragged=st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_blocks_give_what_single_cells_give(rows: list[list[str]], header: list[str], *, ragged: bool) -> None:
    if not ragged:
        rows = [[*row, *[""] * len(header)][: len(header)] for row in rows]
    expected, counts = counted_cell_by_cell(rows, header)
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BLOCK_BYTES", 200)
        table = staged(Path(folder) / "bang.csv", header, rows)
        result = normalise(table, schema_of(*FIELDS.values()), Path(folder), CODE_LISTS, TODAY)
        assert content(result.table) == expected
        assert result.table.sha256 == hashlib.sha256(result.table.path.read_bytes()).hexdigest()
        assert result.table.row_count == len(rows)
    found = counted(result)
    assert {name: found.get(name, (Counter(), Counter(), Counter())) for name in counts} == counts


CANONICAL = ("", "a", "Xã A", "a,b", 'nói "vậy"', "hai\ndòng", "5 °C", "“x” – y")


@given(rows=st.lists(st.lists(st.sampled_from(CANONICAL), min_size=2, max_size=2), max_size=40))
@settings(max_examples=100, deadline=None)
def test_a_table_of_canonical_text_is_not_written_again(rows: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BLOCK_BYTES", 64)
        table = staged(Path(folder) / "bang.csv", ["a", "b"], rows)
        result = normalise(table, schema_of({"name": "a"}, {"name": "b"}), Path(folder))
        assert result.table is table
        assert [path.name for path in Path(folder).iterdir()] == ["bang.csv"]


@pytest.mark.parametrize("changed", [0, 57, 199])
def test_one_changed_cell_leaves_every_other_byte_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: int
) -> None:
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 256)
    rows = [[f"Xã {number}", 'a "b", c', ""] for number in range(200)]
    table = staged(tmp_path / "bang.csv", ["a", "b", "c"], rows)
    before = table.path.read_text(encoding="utf-8")
    damaged = [list(row) for row in rows]
    damaged[changed][0] += "  "
    table = staged(tmp_path / "bang.csv", ["a", "b", "c"], damaged)
    result = normalise(table, schema_of({"name": "a"}, {"name": "b"}, {"name": "c"}), tmp_path)
    assert result.table.path.read_text(encoding="utf-8") == before
    assert result.changes["a"].changed.examples[0].row == changed + 2


def test_a_quotation_mark_out_of_place_is_read_as_python_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "bang.csv"
    path.write_bytes('a,b\nmột, hai\nba "bốn",năm\n"sáu" bảy,tám\n\nchín,mười\n'.encode())
    table = StagedTable("bang", path, ("a", "b"), 5, "")
    result = normalise(table, schema_of({"name": "a"}, {"name": "b"}), tmp_path)
    assert content(result.table) == [
        ["một", "hai"],
        ['ba "bốn"', "năm"],
        ["sáu bảy", "tám"],
        ["", ""],
        ["chín", "mười"],
    ]
    assert [(name, places.count) for name, places in result.missing_cells.items()] == [("a", 1), ("b", 1)]


def test_changes_beyond_those_told_apart_are_counted_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schemas.changes.PAIRS_COUNTED", 3)
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 64)
    rows = [[f"{number % 5}  x", "1"] for number in range(100)]
    table = staged(tmp_path / "bang.csv", ["a", "b"], rows)
    changes = normalise(table, schema_of({"name": "a"}, {"name": "b"}), tmp_path).changes["a"]
    assert {before: pair.count for before, pair in changes.pairs.items()} == {"0  x": 20, "1  x": 20, "2  x": 20}
    assert (changes.changed.count, changes.uncounted) == (100, 40)
