"""Two states of a table are compared by key and by type: counts are exact, examples true."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.dictionary import TableSchema
from catalog.ports import StagedTable
from catalog.table_diff import RowChange, RowChangeKind, TableDiff
from search.rows.comparing import compare_tables

FIELDS = ("ma", "ten", "dan_so", "ngay")
BEFORE: Sequence[Sequence[Any]] = (
    ("001", "Hạc Thành", 100, "2026-01-31"),
    ("002", "Đông Tiến", 200, None),
    ("003", 'Ngọc "Lặc"', None, "2026-03-01"),
)
SAME = (
    ("001", "Hạc Thành", "100", "2026-01-31"),
    ("002", "Đông Tiến", "200", ""),
    ("003", 'Ngọc "Lặc"', "", "2026-03-01"),
)


def schema(*key: str) -> TableSchema:
    return TableSchema("xa", "1.0.0", "Xã", "Communes", "", (), key)


def stage(folder: Path, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> StagedTable:
    path = folder / "moi's.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerows([columns, *rows])
    return StagedTable("xa", path, tuple(columns), len(rows), "")


def compared(
    folder: Path, now: Sequence[Sequence[str]], *, key: Sequence[str] = ("ma",), columns: Sequence[str] = FIELDS
) -> TableDiff:
    old = pa.table(
        {
            "ma": pa.array([row[0] for row in BEFORE]),
            "ten": pa.array([row[1] for row in BEFORE]),
            "dan_so": pa.array([row[2] for row in BEFORE], pa.int64()),
            "ngay": pa.array([row[3] for row in BEFORE]).cast(pa.date32()),
        }
    )
    parquet = folder / "cu.parquet"
    pq.write_table(old, parquet)
    return compare_tables(parquet, stage(folder, columns, now), schema(*key), folder)


@pytest.mark.parametrize("key", [("ma",), ()], ids=["by key", "by content"])
def test_equal_states_differ_in_nothing_whatever_the_order(tmp_path: Path, key: Sequence[str]) -> None:
    diff = compared(tmp_path, SAME[::-1], key=key)
    assert diff.counts() == {"added": 0, "removed": 0, "changed": 0, "unchanged": 3}
    assert diff.examples == ()


def test_rows_that_come_go_and_change_are_counted_and_shown(tmp_path: Path) -> None:
    now = [("002", "Đông Tiến", "250", "2026-02-01"), SAME[2], ("004", "Mới", "1", "")]
    diff = compared(tmp_path, now)
    assert diff.counts() == {"added": 1, "removed": 1, "changed": 1, "unchanged": 1}
    assert diff.changed_cells == {"dan_so": 1, "ngay": 1}
    gone = {"ten": ("Hạc Thành", None), "dan_so": ("100", None), "ngay": ("2026-01-31", None)}
    assert diff.examples == (
        RowChange(RowChangeKind.ADDED, {"ma": "004"}, {"ten": (None, "Mới"), "dan_so": (None, "1")}),
        RowChange(RowChangeKind.REMOVED, {"ma": "001"}, gone),
        RowChange(RowChangeKind.CHANGED, {"ma": "002"}, {"dan_so": ("200", "250"), "ngay": (None, "2026-02-01")}),
    )


def test_a_table_without_a_key_is_compared_row_by_row(tmp_path: Path) -> None:
    diff = compared(tmp_path, [SAME[0], SAME[0], SAME[1]], key=())
    assert not diff.has_key
    assert diff.counts() == {"added": 1, "removed": 1, "changed": 0, "unchanged": 2}


def test_values_that_are_no_values_of_their_type_are_compared_as_text(tmp_path: Path) -> None:
    diff = compared(tmp_path, [("001", "Hạc Thành", "một trăm", "31/01/2026"), *SAME[1:]])
    assert diff.changed_cells == {"dan_so": 1, "ngay": 1}
    assert diff.unchanged == 2


def test_a_column_that_is_new_or_gone_counts_as_empty_on_the_other_side(tmp_path: Path) -> None:
    rows = [(row[0], row[1], row[2], "ghi chú") for row in SAME]
    diff = compared(tmp_path, rows, columns=("ma", "ten", "dan_so", "ghi_chu"))
    assert diff.changed_cells == {"ngay": 2, "ghi_chu": 3}


def test_a_key_that_comes_twice_is_matched_in_the_order_of_the_file(tmp_path: Path) -> None:
    diff = compared(tmp_path, [*SAME, SAME[0]])
    assert diff.counts() == {"added": 1, "removed": 0, "changed": 0, "unchanged": 3}


KEYS = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["", "1", "2"]), min_size=1)


@settings(max_examples=30, deadline=None)
@given(KEYS, KEYS)
def test_counts_are_those_of_a_plain_comparison(
    tmp_path_factory: pytest.TempPathFactory, before: dict[str, str], now: dict[str, str]
) -> None:
    folder = tmp_path_factory.mktemp("so-sanh")
    old = pa.table({"k": list(before), "v": pa.array([value or None for value in before.values()], pa.string())})
    pq.write_table(old, folder / "cu.parquet")
    diff = compare_tables(folder / "cu.parquet", stage(folder, ("k", "v"), list(now.items())), schema("k"), folder)
    shared = before.keys() & now.keys()
    assert diff.counts() == {
        "added": len(now.keys() - before.keys()),
        "removed": len(before.keys() - now.keys()),
        "changed": sum(before[key] != now[key] for key in shared),
        "unchanged": sum(before[key] == now[key] for key in shared),
    }
