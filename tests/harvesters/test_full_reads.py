"""Tables that are as they were are left alone, for seven days at most."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy

from catalog.local_time import LOCAL_TIME
from catalog.ports import Fetched, Unchanged
from catalog.sources import HarvestSource
from harvesters import fetch, full_reads
from tests.harvesters.sources import outside, request, source, staged
from tests.harvesters.web_server import Asked, Line, reply, serving

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC).timestamp()


def fetched(origin: HarvestSource, folder: Path, locator: str, known: str = "") -> Fetched:
    folder.mkdir(parents=True)
    ((_, outcome),) = fetch(origin, [request(locator, known=known)], folder, lambda *_: None)
    return outcome


def settled(*files: Path) -> None:
    """Let the files have been written long ago."""
    for file in files:
        os.utime(file, (LONG_AGO, LONG_AGO))


@pytest.fixture(params=["file", "database"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[HarvestSource, str, Path]:
    """A source that is one file, the locator of its table, and the file; written long ago."""
    if request.param == "file":
        file = tmp_path / "nguon" / "xa.csv"
        file.parent.mkdir()
        file.write_text("ma,ten\n1,Xã A\n", encoding="utf-8")
        settled(file)
        return source("files", {"path": str(file.parent)}), "xa.csv", file
    file = tmp_path / "nguon.sqlite"
    with closing(sqlite3.connect(file)) as database, database:
        database.executescript("CREATE TABLE xa (ma TEXT, ten TEXT); INSERT INTO xa VALUES ('1', 'Xã A');")
    settled(file)
    return source("sql", {"url": f"sqlite:///{file}"}), "xa", file


Place = tuple[HarvestSource, str, Path]


def test_a_file_that_is_as_it_was_is_not_read_again(place: Place, tmp_path: Path) -> None:
    origin, locator, _ = place
    mark = staged(fetched(origin, tmp_path / "a", locator)).fingerprint
    assert mark
    assert fetched(origin, tmp_path / "b", locator, mark) == Unchanged(mark)
    assert list((tmp_path / "b").iterdir()) == []


def test_a_file_written_to_is_read_even_if_its_size_and_time_are_as_before(place: Place, tmp_path: Path) -> None:
    origin, locator, file = place
    mark = staged(fetched(origin, tmp_path / "a", locator)).fingerprint
    file.write_bytes(file.read_bytes().replace("Xã A".encode(), "Xã B".encode()))
    settled(file)
    again = staged(fetched(origin, tmp_path / "b", locator, mark))
    assert "Xã B" in again.path.read_text(encoding="utf-8")
    assert again.fingerprint != mark


def test_a_file_just_written_is_not_recognised_by(place: Place, tmp_path: Path) -> None:
    origin, locator, file = place
    os.utime(file)
    assert staged(fetched(origin, tmp_path / "a", locator)).fingerprint == ""


def test_every_table_is_read_in_full_once_in_seven_days(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    origin, locator, _ = place
    mark = staged(fetched(origin, tmp_path / "a", locator)).fingerprint
    now = datetime.now(LOCAL_TIME)
    read_in_full = 0
    for day in range(1, 15):
        monkeypatch.setattr(full_reads, "_now", lambda day=day: now + timedelta(days=day))
        outcome = fetched(origin, tmp_path / str(day), locator, mark)
        if not isinstance(outcome, Unchanged):
            read_in_full += 1
            mark = staged(outcome).fingerprint
    assert read_in_full == 2


def test_what_stands_beside_a_database_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "nguon.sqlite"
    with closing(sqlite3.connect(file)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.executescript("CREATE TABLE xa (ma TEXT); INSERT INTO xa VALUES ('1'); PRAGMA wal_checkpoint(TRUNCATE);")
        settled(file)
        origin = source("sql", {"url": f"sqlite:///{file}"})
        mark = staged(fetched(origin, tmp_path / "a", "xa")).fingerprint
        assert fetched(origin, tmp_path / "b", "xa", mark) == Unchanged(mark)
        with writer:
            writer.execute("INSERT INTO xa VALUES ('2')")  # into the file beside it
        settled(file)
        assert staged(fetched(origin, tmp_path / "c", "xa", mark)).row_count == 2


def test_a_column_that_moves_lets_a_table_of_a_server_be_left_alone(empty_postgresql_url: str, tmp_path: Path) -> None:
    engine = sqlalchemy.create_engine(empty_postgresql_url, poolclass=sqlalchemy.NullPool)

    def run(statement: str) -> None:
        with engine.begin() as connection:
            connection.exec_driver_sql(statement)

    run("CREATE TABLE xa AS SELECT '1' AS ma, 'Xã A' AS ten, timestamp '2026-01-01' AS \"Sửa\"")
    origin = source("sql", {"url": empty_postgresql_url, "incremental_column": "sửa"})
    mark = staged(fetched(origin, tmp_path / "0", "xa")).fingerprint
    assert fetched(origin, tmp_path / "1", "xa", mark) == Unchanged(mark)
    for number, change in enumerate(
        [
            "UPDATE xa SET ten = 'Xã B', \"Sửa\" = '2026-02-01'",
            "INSERT INTO xa VALUES ('2', 'Xã C', '2025-01-01')",
            "DELETE FROM xa WHERE ma = '2'",
            "ALTER TABLE xa ADD COLUMN moi text",
            'UPDATE xa SET "Sửa" = NULL',
        ]
    ):
        run(change)
        latest = staged(fetched(origin, tmp_path / f"sau-{number}", "xa", mark)).fingerprint
        assert latest != mark
        mark = latest
    assert mark == "", "a column that holds nothing says nothing"


def test_a_table_without_the_column_is_read_each_time(empty_postgresql_url: str, tmp_path: Path) -> None:
    origin = source("sql", {"url": empty_postgresql_url, "incremental_column": "sua"})
    assert staged(fetched(origin, tmp_path / "a", "SELECT '1' AS ma")).fingerprint == ""


@pytest.mark.parametrize("kind", ["files", "rest_json"])
def test_a_server_that_says_unchanged_of_what_changed_is_not_asked_after_seven_days(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {"files": ["ma,ten\n1,Xã A\n", "ma,ten\n1,Xã B\n"], "rest_json": ['[{"ma": "1"}]', '[{"ma": "2"}]']}[kind]

    def page(asked: Asked, line: Line) -> None:
        lie = reply(b"", "304 Not Modified", Connection="close")
        line.send(lie if "if-none-match" in asked.headers else reply(said[0].encode(), ETag="v1", Connection="close"))

    with serving({"/xa.csv": page}) as site:
        origin = source(kind, {("base_url" if kind == "files" else "url"): site.url})

        def asked_again(folder: str, known: str) -> Fetched:
            (tmp_path / folder).mkdir()
            wanted = [request("xa.csv", known=known)]
            ((_, outcome),) = fetch(origin, wanted, tmp_path / folder, lambda *_: None, outside())
            return outcome

        mark = staged(asked_again("a", "")).fingerprint
        del said[0]
        assert asked_again("b", mark) == Unchanged(mark)
        later = datetime.now(LOCAL_TIME) + timedelta(days=7)
        monkeypatch.setattr(full_reads, "_now", lambda: later)
        assert staged(asked_again("c", mark)).row_count == 1
