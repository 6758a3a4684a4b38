"""What is particular to databases: data minimisation, one snapshot, nothing but reading."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy

from catalog.errors import SourceMissing, SourceUnreachable, SourceUnreadable
from catalog.sources import HarvestSource
from catalog.vietnamese import grouped
from harvesters import fetch
from harvesters.select_only import single_select
from tests.harvesters.sources import content, read, refusal, request, source, staged

TABLES = """
CREATE TABLE "Dân số" (MA TEXT, Ten TEXT, cccd TEXT, "DAN_SO" REAL, ghi_chu TEXT);
INSERT INTO "Dân số" VALUES ('2', 'Xã B', '038099001234', 5.0, 'x'), ('1', 'Xã A', '038099001235', 2.5, NULL);
CREATE VIEW xa AS SELECT * FROM "Dân số";
CREATE TABLE anh (ma TEXT, ten BLOB);
INSERT INTO anh VALUES ('1', x'89504E47');
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "nguon.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(TABLES)
    return path


@pytest.fixture
def origin(path: Path) -> HarvestSource:
    return source("sql", {"url": f"sqlite:///{path}"})


def test_only_columns_of_the_dictionary_are_read_and_the_others_are_named(
    origin: HarvestSource, tmp_path: Path
) -> None:
    (outcome,) = read(origin, tmp_path / "a", "Dân số")
    assert content(outcome) == "ma,ten,dan_so\n1,Xã A,2.5\n2,Xã B,5\n"
    assert staged(outcome).left_out == ("cccd", "ghi_chu")


def test_tables_are_found_without_regard_to_case_and_views_are_tables(origin: HarvestSource, tmp_path: Path) -> None:
    upper, view = read(origin, tmp_path / "a", "DÂN SỐ", "XA")
    assert content(upper) == content(view)


def test_a_select_is_read_like_a_table(origin: HarvestSource, tmp_path: Path) -> None:
    sql = """SELECT ma, ten || ' 10:30 :x' AS ten, 'tự do; không' AS ghi_chu FROM "Dân số" WHERE ma <> '2';"""
    (outcome,) = read(origin, tmp_path / "a", sql)
    assert content(outcome) == "ma,ten\n1,Xã A 10:30 :x\n"
    assert staged(outcome).left_out == ("ghi_chu",)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM anh",
        "SELECT 1; DROP TABLE anh",
        "WITH x AS (SELECT 1) DELETE FROM anh",
        "SELECT * INTO ban_sao FROM anh",
        "PRAGMA journal_mode = WAL",
        "SELECT 1 /*! ; DROP TABLE anh */",
        "INSERT INTO anh VALUES ('2', NULL)",
        "ATTACH DATABASE 'moi.sqlite' AS moi",
    ],
)
def test_anything_but_one_select_is_refused(origin: HarvestSource, path: Path, tmp_path: Path, sql: str) -> None:
    before = path.read_bytes()
    (outcome,) = read(origin, tmp_path / "a", sql)
    assert isinstance(refusal(outcome), SourceUnreadable)
    assert "SELECT" in refusal(outcome).message
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "sql",
    [
        "select 'insert; delete' as ghi_chu",
        'SELECT "update" FROM t -- drop table t',
        "WITH a AS (SELECT 1) SELECT * FROM a",
        "(SELECT 1) UNION (SELECT 2)",
        "SELECT $$; drop$$",
    ],
)
def test_words_of_writing_in_text_names_and_comments_do_no_harm(sql: str) -> None:
    assert single_select(sql) == sql


def test_a_select_that_fails_concerns_only_its_table(origin: HarvestSource, tmp_path: Path) -> None:
    wrong, right = read(origin, tmp_path / "a", "SELECT khong_co FROM xa", "xa")
    assert isinstance(refusal(wrong), SourceUnreadable)
    assert staged(right).row_count == 2


def test_a_picture_has_no_form_as_text(origin: HarvestSource, tmp_path: Path) -> None:
    (outcome,) = read(origin, tmp_path / "a", "anh")
    assert isinstance(refusal(outcome), SourceUnreadable)
    assert "bytes" in refusal(outcome).message
    assert list((tmp_path / "a").iterdir()) == []


def test_a_database_file_that_is_not_there_is_never_made(tmp_path: Path) -> None:
    missing = tmp_path / "khong-co.sqlite"
    with pytest.raises(SourceUnreachable, match=r"khong-co\.sqlite"):
        read(source("sql", {"url": f"sqlite:///{missing}"}), tmp_path / "a", "xa")
    assert not missing.exists()


def test_a_damaged_database_file_is_said_to_be_damaged(tmp_path: Path) -> None:
    (tmp_path / "hong.sqlite").write_bytes(b"khong phai co so du lieu" * 100)
    with pytest.raises(SourceUnreachable, match="hỏng"):
        read(source("sql", {"url": f"sqlite:///{tmp_path / 'hong.sqlite'}"}), tmp_path / "a", "xa")


def test_all_tables_come_from_one_state_of_the_database(origin: HarvestSource, path: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        outcomes = fetch(
            origin, [request("xa", key="truoc"), request("xa", key="sau")], tmp_path, lambda key, rows: None
        )
        _, before = next(outcomes)
        with writer:
            writer.execute("""INSERT INTO "Dân số" (MA, Ten) VALUES ('3', 'Xã C')""")
        _, after = next(outcomes)
        outcomes.close()  # type: ignore[attr-defined]
    assert content(before) == content(after)


def test_a_long_table_is_streamed_with_progress(path: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE dai (ma TEXT)")
        database.executemany("INSERT INTO dai VALUES (?)", ((f"{number:06d}",) for number in range(25_000)))
    told: list[int] = []
    wide = source("sql", {"url": f"sqlite:///{path}"})
    ((_, outcome),) = fetch(wide, [request("dai")], tmp_path, lambda key, rows: told.append(rows))
    assert told == [10_000, 20_000, 25_000]
    assert staged(outcome).row_count == 25_000


@pytest.fixture
def postgresql(empty_postgresql_url: str) -> Iterator[sqlalchemy.Engine]:
    engine = sqlalchemy.create_engine(empty_postgresql_url, poolclass=sqlalchemy.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE xa (ma text, ten text, dan_so integer);"
            "INSERT INTO xa SELECT lpad(n::text, 6, '0'), 'Xã ' || n, n FROM generate_series(1, 30000) n;"
            "CREATE FUNCTION ghi() RETURNS text LANGUAGE sql AS $$INSERT INTO xa VALUES ('x') RETURNING ma$$;"
        )
    yield engine
    engine.dispose()


@pytest.fixture
def postgresql_source(empty_postgresql_url: str) -> HarvestSource:
    return source("sql", {"url": empty_postgresql_url})


def test_postgresql_goes_on_after_a_table_that_fails(
    postgresql: sqlalchemy.Engine, postgresql_source: HarvestSource, tmp_path: Path
) -> None:
    wrong, cast, right = read(
        postgresql_source, tmp_path / "a", "SELECT 1/0 AS ma", "SELECT ma::int AS ma FROM xa", "XA"
    )
    assert isinstance(refusal(wrong), SourceUnreadable)
    assert staged(cast).row_count == staged(right).row_count == 30_000


def test_a_function_that_writes_is_stopped_by_postgresql(
    postgresql: sqlalchemy.Engine, postgresql_source: HarvestSource, tmp_path: Path
) -> None:
    (outcome,) = read(postgresql_source, tmp_path / "a", "SELECT ghi() AS ma")
    assert isinstance(refusal(outcome), SourceUnreadable)
    with postgresql.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM xa").scalar_one() == 30_000


def test_a_connection_cut_off_in_the_middle_fails_the_run_and_says_how_far_it_came(
    postgresql: sqlalchemy.Engine, postgresql_source: HarvestSource, tmp_path: Path
) -> None:
    def cut(key: str, rows: int) -> None:
        with postgresql.connect() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    with pytest.raises(SourceUnreachable) as caught:
        list(fetch(postgresql_source, [request("xa")], tmp_path, cut))
    rows = int(str(caught.value.details["rows"]))
    assert 10_000 <= rows < 30_000
    assert f"{grouped(rows)} dòng" in caught.value.message
    assert list(tmp_path.glob("*.csv")) == []


def test_a_table_may_be_named_with_its_schema(
    postgresql: sqlalchemy.Engine, postgresql_source: HarvestSource, tmp_path: Path
) -> None:
    named, nowhere = read(postgresql_source, tmp_path / "a", "public.xa", "khac.xa")
    assert staged(named).row_count == 30_000
    assert isinstance(refusal(nowhere), SourceMissing)


def test_a_view_too_slow_for_postgresql_concerns_only_itself(
    postgresql: sqlalchemy.Engine, postgresql_source: HarvestSource, tmp_path: Path
) -> None:
    patient = replace(postgresql_source, options={**postgresql_source.options, "statement_seconds": "1"})
    slow, good = read(patient, tmp_path / "a", "SELECT '1' AS ma FROM pg_sleep(60)", "xa")
    assert "quá thời gian chờ" in refusal(slow).message
    assert staged(good).row_count
