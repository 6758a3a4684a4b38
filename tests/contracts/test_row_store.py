"""What every :class:`catalog.ports.RowStore` promises. A new engine joins by a line in ``ENGINES``."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.errors import InvalidQuery, NotFound, StorageError
from catalog.model import Column, DatasetId, DistributionId, Version, VersionId
from catalog.ports import RowStore
from catalog.questions import RowColumn, RowFilter, RowOperator, RowQuery, RowSort
from search.rows.duckdb_rows import DuckdbRows

ENGINES: dict[str, Callable[[Path], RowStore]] = {"duckdb": lambda folder: DuckdbRows(folder / "rows")}

COLUMNS = (
    Column("ten", "string"),
    Column("Tên", "string"),
    Column('lạ "; DROP', "string"),
    Column("ma", "string"),
    Column("so_giuong", "integer"),
    Column("ty_le", "number"),
    Column("ngay", "date"),
    Column("luc", "datetime"),
    Column("cong_lap", "boolean"),
    Column("nam", "year"),
)
ROWS: tuple[tuple[Any, ...], ...] = (
    ("Bệnh viện Đông Tiến", "a", "x", "0012", 120, 0.5, date(2024, 1, 31), "2024-01-01T08:00", True, 2020),
    ("Trạm y tế Đồng Tiến", "b", "x", "012", 10, 1.5, date(2024, 2, 1), "2024-01-02T08:00", False, 2021),
    ("Ánh Dương", "c", "y", "13", None, None, None, None, None, None),
    (None, "d", "", "", 10, -2.25, date(2023, 5, 5), "2023-01-01", True, 2020),
    ("Đa khoa 100% _", "e", None, "15", 9_007_199_254_740_993, 1e10, date(1945, 9, 2), "1999-01-01", False, 1),
)
ROWS = tuple((*row[:7], row[7] and datetime.fromisoformat(row[7]), *row[8:]) for row in ROWS)


def version(key: str = "v-1", columns: tuple[Column, ...] = COLUMNS, row_count: int = len(ROWS)) -> Version:
    return Version(
        id=VersionId(key),
        dataset_id=DatasetId("d"),
        distribution_id=DistributionId("t"),
        number=1,
        published_at=datetime(2026, 1, 1, tzinfo=UTC),
        row_count=row_count,
        columns=columns,
        schema_name="co-so",
        schema_version="1.0.0",
        snapshot_sha256="0" * 64,
        run_id="r",
        files=(),
    )


def write_parquet(folder: Path, rows: tuple[tuple[Any, ...], ...] = ROWS) -> Path:
    kinds = [pa.string()] * 4 + [pa.int64(), pa.float64(), pa.date32(), pa.timestamp("us"), pa.bool_(), pa.int64()]
    arrays = [pa.array([row[i] for row in rows], kind) for i, kind in enumerate(kinds)]
    path = folder / "table.parquet"
    pq.write_table(pa.Table.from_arrays(arrays, names=[column.name for column in COLUMNS]), path)
    return path


@pytest.fixture(params=sorted(ENGINES))
def empty_store(request: pytest.FixtureRequest, tmp_path: Path) -> RowStore:
    return ENGINES[request.param](tmp_path)


@pytest.fixture(params=sorted(ENGINES), scope="module")
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> RowStore:
    """A store with the table above as ``v-1``, for tests that only ask."""
    folder = tmp_path_factory.mktemp("rows")
    made = ENGINES[request.param](folder)
    made.add(version(), write_parquet(folder))
    return made


def ask(**question: Any) -> RowQuery:
    return RowQuery(VersionId("v-1"), **question)


def numbers(store: RowStore, **question: Any) -> list[int]:
    """The row numbers of the answer, in order."""
    return [row[0] for row in store.rows(ask(fields=("_id",), **question)).rows]


def test_rows_come_in_published_order_numbered_from_1_with_their_types(store: RowStore) -> None:
    page = store.rows(ask())
    assert page.columns == (RowColumn("_id", "integer"), *(RowColumn(c.name, c.type) for c in COLUMNS))
    assert page.rows == tuple((number, *row) for number, row in enumerate(ROWS, 1))
    assert page.total == 5


def test_fields_are_chosen_in_the_order_asked_each_once(store: RowStore) -> None:
    page = store.rows(ask(fields=("so_giuong", "ten", "so_giuong"), limit=1))
    assert page.columns == (RowColumn("so_giuong", "integer"), RowColumn("ten", "string"))
    assert page.rows == ((120, "Bệnh viện Đông Tiến"),)


def test_a_column_may_have_any_name(store: RowStore) -> None:
    assert numbers(store, filters=(RowFilter('lạ "; DROP', RowOperator.EQ, ("y",)),)) == [3]
    assert store.rows(ask(fields=("Tên", "ten"), limit=1)).rows == (("a", "Bệnh viện Đông Tiến"),)
    decomposed = unicodedata.normalize("NFD", "Tên")
    assert store.rows(ask(fields=(decomposed,), limit=1)).columns == (RowColumn("Tên", "string"),)


@pytest.mark.parametrize(
    ("field", "operator", "values", "expected"),
    [
        ("ten", "eq", ("Ánh Dương",), [3]),
        ("ten", "eq", (unicodedata.normalize("NFD", "Ánh Dương"),), [3]),
        ("ten", "eq", ("anh duong",), []),
        ("ten", "ne", ("Ánh Dương",), [1, 2, 4, 5]),
        ("ma", "eq", ("012",), [2]),
        ("ma", "eq", ("12",), []),
        ("ma", "in", ("012", "13", "x"), [2, 3]),
        ("ma", "gte", ("13",), [3, 5]),
        ("ten", "contains", ("dong tien",), [1, 2]),
        ("ten", "contains", ("ĐÔNG TIẾN",), [1, 2]),
        ("ten", "contains", (unicodedata.normalize("NFD", "Đông"),), [1, 2]),
        ("ten", "contains", ("đa khoa",), [5]),
        ("ten", "contains", ("%",), [5]),
        ("ten", "contains", ("_",), [5]),
        ("ten", "contains", ("",), [1, 2, 3, 5]),
        ("ten", "empty", (), [4]),
        ("ma", "empty", (), [4]),
        ("ma", "filled", (), [1, 2, 3, 5]),
        ("so_giuong", "empty", (), [3]),
        ("so_giuong", "filled", (), [1, 2, 4, 5]),
        ("so_giuong", "eq", ("10",), [2, 4]),
        ("so_giuong", "eq", (" +10 ",), [2, 4]),
        ("so_giuong", "eq", ("9007199254740993",), [5]),
        ("so_giuong", "eq", ("9007199254740992",), []),
        ("so_giuong", "gt", ("10.5",), [1, 5]),
        ("so_giuong", "lte", ("10",), [2, 4]),
        ("so_giuong", "lt", ("99999999999999999999999",), [1, 2, 4, 5]),
        ("ty_le", "lt", ("0.6",), [1, 4]),
        ("ty_le", "eq", ("1e10",), [5]),
        ("ty_le", "ne", ("0.5",), [2, 3, 4, 5]),
        ("ngay", "gte", ("2024-01-31",), [1, 2]),
        ("ngay", "lt", ("2024-01-31T00:00:00",), [4, 5]),
        ("luc", "gt", ("2024-01-01T08:00:00",), [2]),
        ("luc", "eq", ("2024-01-01T01:00:00Z",), [1]),
        ("cong_lap", "eq", ("true",), [1, 4]),
        ("cong_lap", "eq", ("Không",), [2, 5]),
        ("nam", "in", ("2020", "1"), [1, 4, 5]),
        ("_id", "gt", ("3",), [4, 5]),
    ],
)
def test_filters(store: RowStore, field: str, operator: str, values: tuple[str, ...], expected: list[int]) -> None:
    row_filter = RowFilter(field, RowOperator(operator), values)
    page = store.rows(ask(fields=("_id",), filters=(row_filter,)))
    assert [row[0] for row in page.rows] == expected
    assert page.total == len(expected)


def test_all_filters_must_hold(store: RowStore) -> None:
    both = (RowFilter("so_giuong", RowOperator.EQ, ("10",)), RowFilter("cong_lap", RowOperator.EQ, ("true",)))
    assert numbers(store, filters=both) == [4]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("y te", [2]),
        ("tiến đông", [1, 2]),
        ("DONG x 0012", [1]),
        ("ánh", [3]),
        ("không có", []),
        ("  ", [1, 2, 3, 4, 5]),
    ],
)
def test_text_looks_for_every_word_in_all_text_columns(store: RowStore, text: str, expected: list[int]) -> None:
    assert numbers(store, text=text) == expected


def test_text_in_a_table_without_text_finds_nothing(empty_store: RowStore, tmp_path: Path) -> None:
    numbers_only = tuple(column for column in COLUMNS if column.name == "so_giuong")
    empty_store.add(version(columns=numbers_only), write_parquet(tmp_path))
    assert empty_store.rows(ask(text="10")).rows == ()
    assert empty_store.rows(ask(limit=1)).rows == ((1, 120),)


def test_sorts_by_type_with_empty_cells_last_and_ties_in_published_order(store: RowStore) -> None:
    assert numbers(store, sort=(RowSort("so_giuong"),)) == [2, 4, 1, 5, 3]
    assert numbers(store, sort=(RowSort("so_giuong", descending=True),)) == [5, 1, 2, 4, 3]
    assert numbers(store, sort=(RowSort("so_giuong", empty_first=True),)) == [3, 2, 4, 1, 5]
    assert numbers(store, sort=(RowSort("so_giuong", descending=True, empty_first=True),)) == [3, 5, 1, 2, 4]
    assert numbers(store, sort=(RowSort("cong_lap"), RowSort("ngay", descending=True))) == [2, 5, 1, 4, 3]


def test_sorts_text_as_a_vietnamese_dictionary_does(store: RowStore) -> None:
    assert numbers(store, sort=(RowSort("ten"),)) == [3, 1, 5, 2, 4]


def test_pages(store: RowStore) -> None:
    assert numbers(store, limit=2, offset=2) == [3, 4]
    assert numbers(store, limit=2, after=2) == [3, 4]
    assert numbers(store, limit=2, after=2, offset=1) == [4, 5]
    assert numbers(store, limit=2, offset=1, filters=(RowFilter("ten", RowOperator.FILLED),)) == [2, 3]
    assert numbers(store, limit=1, after=1, filters=(RowFilter("nam", RowOperator.EQ, ("2020",)),)) == [4]
    assert numbers(store, limit=1, after=3, sort=(RowSort("_id"),)) == [4]
    assert numbers(store, limit=0) == []
    assert numbers(store, offset=10**15) == []
    assert numbers(store, after=10**30) == []


def test_the_total_counts_every_matching_row_whatever_the_page_and_only_when_asked(store: RowStore) -> None:
    filled = (RowFilter("ten", RowOperator.FILLED),)
    assert store.rows(ask(limit=1, after=3, filters=filled)).total == 4
    assert store.rows(ask(limit=0, filters=filled)).total == 4
    assert store.rows(ask(include_total=False)).total is None


def test_distinct_rows(store: RowStore) -> None:
    page = store.rows(ask(fields=("nam", "cong_lap"), distinct=True, sort=(RowSort("nam"),)))
    assert page.rows == ((1, False), (2020, True), (2021, False), (None, None))
    assert page.total == 4
    assert len(store.rows(ask(distinct=True)).columns) == len(COLUMNS)


def test_at_most_32000_rows_are_given_at_a_time(empty_store: RowStore, tmp_path: Path) -> None:
    empty_store.add(version(), write_parquet(tmp_path, ROWS * 7_000))
    page = empty_store.rows(ask(fields=("_id",), limit=10**9))
    assert len(page.rows) == 32_000
    assert page.total == 35_000


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ({"fields": ("la",)}, "la"),
        ({"fields": ("c0",)}, "c0"),
        ({"sort": (RowSort("rowid"),)}, "rowid"),
        ({"filters": (RowFilter("f0", RowOperator.EQ, ("x",)),)}, "f0"),
        ({"filters": (RowFilter("so_giuong", RowOperator.EQ, ("mười",)),)}, "mười"),
        ({"filters": (RowFilter("so_giuong", RowOperator.EQ, ("nan",)),)}, "nan"),
        ({"filters": (RowFilter("so_giuong", RowOperator.EQ, ("1_0",)),)}, "1_0"),
        ({"filters": (RowFilter("ty_le", RowOperator.GT, ("1,5",)),)}, "ty_le"),
        ({"filters": (RowFilter("ty_le", RowOperator.GT, ("1e999",)),)}, "1e999"),
        ({"filters": (RowFilter("ngay", RowOperator.GT, ("31/02/2026",)),)}, "31/02/2026"),
        ({"filters": (RowFilter("luc", RowOperator.GT, ("9999-12-31T23:00:00-14:00",)),)}, "luc"),
        ({"filters": (RowFilter("cong_lap", RowOperator.EQ, ("có lẽ",)),)}, "có lẽ"),
        ({"filters": (RowFilter("so_giuong", RowOperator.CONTAINS, ("1",)),)}, "so_giuong"),
        ({"filters": (RowFilter("ten", RowOperator.EQ),)}, "ten"),
        ({"filters": (RowFilter("ten", RowOperator.EQ, ("a", "b")),)}, "ten"),
        ({"filters": (RowFilter("ten", RowOperator.IN),)}, "ten"),
        ({"limit": -1}, "limit"),
        ({"offset": -1}, "offset"),
        ({"after": -1}, "after"),
        ({"after": 1, "sort": (RowSort("ten"),)}, "after"),
        ({"offset": 10**9, "sort": (RowSort("ten"),)}, "offset"),
        ({"distinct": True, "fields": ("ten",), "sort": (RowSort("ma"),)}, "ma"),
    ],
)
def test_what_the_table_does_not_know_is_refused_by_name(store: RowStore, question: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidQuery) as refused:
        store.rows(ask(**question))
    assert named in refused.value.message
    assert named in refused.value.message_en


@given(
    field=st.sampled_from([column.name for column in COLUMNS]),
    operator=st.sampled_from(RowOperator),
    value=st.text(max_size=30),
    text=st.text(max_size=30),
)
@settings(max_examples=150, deadline=None)
def test_any_value_is_answered_or_refused(
    store: RowStore, field: str, operator: RowOperator, value: str, text: str
) -> None:
    question = ask(filters=(RowFilter(field, operator, (value,)),), text=text)
    try:
        assert store.rows(question).total in range(6)
    except InvalidQuery as refused:
        assert field in refused.message  # noqa: PT017 - to be answered is as good


def test_versions_are_added_replaced_and_removed(empty_store: RowStore, tmp_path: Path) -> None:
    assert empty_store.versions() == frozenset()
    empty_store.add(version("v-1"), write_parquet(tmp_path))
    empty_store.add(version("v-2"), write_parquet(tmp_path, ROWS[:2]))
    assert empty_store.versions() == {"v-1", "v-2"}
    assert empty_store.rows(ask()).total == 5
    empty_store.add(version("v-1"), write_parquet(tmp_path, ROWS[:3]))
    assert empty_store.rows(ask()).total == 3
    empty_store.remove(VersionId("v-1"))
    empty_store.remove(VersionId("v-1"))
    assert empty_store.versions() == {"v-2"}
    with pytest.raises(NotFound):
        empty_store.rows(ask())


def test_an_empty_table_has_its_columns(empty_store: RowStore, tmp_path: Path) -> None:
    empty_store.add(version(row_count=0), write_parquet(tmp_path, ()))
    page = empty_store.rows(ask())
    assert (page.total, page.rows, len(page.columns)) == (0, (), 11)


@pytest.mark.parametrize("key", ["none", "", "../../etc/passwd", "a/b", "\x00", "x" * 300])
def test_a_version_without_a_copy_is_not_found(store: RowStore, key: str) -> None:
    with pytest.raises(NotFound):
        store.rows(RowQuery(VersionId(key)))
    store.remove(VersionId(key))


def test_sweeping_leaves_what_was_added(empty_store: RowStore, tmp_path: Path) -> None:
    assert empty_store.sweep(datetime(2100, 1, 1, tzinfo=UTC)) == 0
    empty_store.add(version(), write_parquet(tmp_path))
    assert empty_store.sweep(datetime(2100, 1, 1, tzinfo=UTC)) == 0
    assert empty_store.rows(ask()).total == len(ROWS)


def test_an_addition_that_fails_leaves_what_was_there(empty_store: RowStore, tmp_path: Path) -> None:
    empty_store.add(version(), write_parquet(tmp_path))
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 not a table")
    more = replace(version(), columns=(*COLUMNS, Column("thiếu", "string")))
    for wrong, parquet in ((version(), broken), (more, write_parquet(tmp_path))):
        with pytest.raises(StorageError):
            empty_store.add(wrong, parquet)
    assert empty_store.versions() == {"v-1"}
    assert empty_store.rows(ask()).total == 5
