"""What is true of the embedded row store alone: its files, its limits, what its SQL may touch."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from catalog.errors import InvalidQuery, StorageError
from catalog.model import Column, VersionId
from catalog.questions import RowFilter, RowOperator, RowQuery, RowSort
from catalog.vietnamese import fold
from search.rows.copied_table import open_copy
from search.rows.duckdb_rows import DuckdbRows
from tests.contracts.test_row_store import ask, version, write_parquet

VIETNAMESE = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ"
TEXT = (Column("chu", "string"),)


@pytest.fixture
def rows(tmp_path: Path) -> DuckdbRows:
    return DuckdbRows(tmp_path / "rows")


def write_texts(folder: Path, select: str, *values: object) -> Path:
    path = folder / "texts.parquet"
    duckdb.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)", list(values))
    return path


def test_folding_in_the_engine_agrees_with_ours_on_every_letter(rows: DuckdbRows, tmp_path: Path) -> None:
    letters = [*VIETNAMESE, *VIETNAMESE.upper(), *map(chr, range(0x20, 0x300))]
    composed = letters + [f"X{letter}-{letter} 1" for letter in letters]
    texts = composed + [unicodedata.normalize("NFD", text) for text in composed]
    rows.add(version(columns=TEXT), write_texts(tmp_path, "SELECT unnest(?) AS chu", texts))
    connection, columns = open_copy(tmp_path / "rows" / "v-1.duckdb")
    held = connection.execute(f"SELECT c0, {columns['chu'].folded} FROM copy.rows ORDER BY _id").fetchall()
    assert [text for text, _ in held] == texts
    assert [(text, folded) for text, folded in held if folded != fold(text)] == []


def test_opening_touches_nothing(tmp_path: Path, rows: DuckdbRows) -> None:
    assert rows.versions() == frozenset()
    assert list(tmp_path.iterdir()) == []


def test_the_store_can_only_read_the_one_copy(rows: DuckdbRows, tmp_path: Path) -> None:
    parquet = write_parquet(tmp_path)
    rows.add(version(), parquet)
    connection, _ = open_copy(tmp_path / "rows" / "v-1.duckdb")
    for forbidden in (
        f"SELECT * FROM read_parquet('{parquet}')",
        "SELECT * FROM read_text('/etc/passwd')",
        f"ATTACH '{tmp_path}/other.duckdb'",
        f"COPY copy.rows TO '{tmp_path}/out.csv'",
        "DELETE FROM copy.rows",
        "SET enable_external_access = true",
        "SET memory_limit = '1TB'",
    ):
        with pytest.raises(duckdb.Error):
            connection.execute(forbidden)
    assert {path.name for path in tmp_path.iterdir()} == {"rows", "table.parquet"}


def test_a_folder_that_cannot_be_made_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "taken").write_bytes(b"")
    with pytest.raises(StorageError):
        DuckdbRows(tmp_path / "taken" / "rows").add(version(), write_parquet(tmp_path))


def test_a_question_that_runs_too_long_is_ended(tmp_path: Path) -> None:
    rows = DuckdbRows(tmp_path / "rows", time_limit=0)
    texts = write_texts(tmp_path, "SELECT 'Xã Đông Tiến ' || hash(i) AS chu FROM range(300_000) r(i)")
    rows.add(version(columns=TEXT), texts)
    everywhere = tuple(RowFilter("chu", RowOperator.CONTAINS, ("tien",)) for _ in range(60))
    question = ask(filters=everywhere, sort=(RowSort("chu"),))
    with pytest.raises(InvalidQuery, match="quá lâu") as refused:
        rows.rows(question)
    assert "quá lâu" in refused.value.message
    patient = DuckdbRows(tmp_path / "rows", time_limit=600)
    assert patient.rows(question).total == 300_000


def test_a_copy_made_anew_by_another_process_is_seen(tmp_path: Path) -> None:
    writer, reader = DuckdbRows(tmp_path / "rows"), DuckdbRows(tmp_path / "rows")
    writer.add(version(columns=TEXT), write_texts(tmp_path, "SELECT 'cũ' AS chu"))
    assert reader.rows(ask()).rows == ((1, "cũ"),)
    writer.add(version(columns=TEXT), write_texts(tmp_path, "SELECT 'mới' AS chu"))
    assert reader.rows(ask()).rows == ((1, "mới"),)


def test_more_copies_than_are_kept_open_can_be_asked(tmp_path: Path) -> None:
    rows = DuckdbRows(tmp_path / "rows", kept_open=2)
    for number in range(5):
        rows.add(version(f"v-{number}", TEXT), write_texts(tmp_path, f"SELECT '{number}' AS chu"))
    for number in (0, 1, 2, 3, 4, 0, 4):
        assert rows.rows(RowQuery(VersionId(f"v-{number}"))).rows == ((1, str(number)),)


def test_nothing_unfinished_is_left_or_listed(rows: DuckdbRows, tmp_path: Path) -> None:
    rows.add(version(), write_parquet(tmp_path))
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"")
    with pytest.raises(StorageError):
        rows.add(version("v-2"), broken)
    assert [path.name for path in (tmp_path / "rows").iterdir()] == ["v-1.duckdb"]


def test_a_broken_copy_is_told_and_can_be_made_again(rows: DuckdbRows, tmp_path: Path) -> None:
    parquet = write_parquet(tmp_path)
    rows.add(version(), parquet)
    (tmp_path / "rows" / "v-1.duckdb").write_bytes(b"not a database")
    with pytest.raises(StorageError, match="tạo lại"):
        rows.rows(ask())
    rows.add(version(), parquet)
    assert rows.rows(ask()).total == 5


def test_published_order_is_kept_for_many_rows(rows: DuckdbRows, tmp_path: Path) -> None:
    texts = write_texts(tmp_path, "SELECT i::TEXT AS chu FROM range(300_000) r(i)")
    rows.add(version(columns=TEXT), texts)
    for number in (0, 122_880, 250_000, 299_999):
        assert rows.rows(ask(offset=number, limit=1)).rows == ((number + 1, str(number)),)


def test_what_a_killed_process_left_half_written_is_swept_when_it_is_old(rows: DuckdbRows, tmp_path: Path) -> None:
    folder = tmp_path / "rows"
    killed = f"""
import os, signal
from pathlib import Path
import search.rows.duckdb_rows as module
from tests.contracts.test_row_store import version, write_parquet

module._flush = lambda path: os.kill(os.getpid(), signal.SIGKILL)
module.DuckdbRows(Path({str(folder)!r})).add(version(), write_parquet(Path({str(tmp_path)!r})))
"""
    subprocess.run([sys.executable, "-c", killed], check=False, cwd=Path(__file__).parents[2])
    (left,) = folder.iterdir()
    beside = folder / f"{left.name}.tmp"
    beside.mkdir()
    (beside / "khoi").write_bytes(b"0912 345 678")
    now = datetime.fromtimestamp(left.stat().st_mtime, UTC)

    assert rows.sweep(now - timedelta(hours=1)) == 0
    assert left.exists()
    assert rows.sweep(now + timedelta(hours=1)) == 1
    assert list(folder.iterdir()) == []
