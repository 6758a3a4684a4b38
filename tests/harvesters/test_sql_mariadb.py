"""What is particular to MySQL and MariaDB, on a real MariaDB: its types, its snapshot, its limits, its faults."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy.engine import make_url

from catalog.dictionary import TableSchema
from catalog.errors import SourceMissing, SourceUnreachable, SourceUnreadable
from catalog.ports import Fetched, Unchanged
from catalog.sources import HarvestSource
from harvesters import fetch
from tests.cutting import cutting
from tests.harvesters.sources import content, read, refusal, request, source, staged
from tests.mariadb import administer

VALUES = TableSchema.from_descriptor(
    {
        "name": "bang",
        "version": "1.0.0",
        "title": "Bảng",
        "primaryKey": "ma",
        "fields": [{"name": name, "title": name} for name in ("ma", "gia_tri")],
    }
)
TYPES = {
    "varchar(50)": [("'Xã Đắk Pơ, 𠀀'", '"Xã Đắk Pơ, 𠀀"'), ("''", ""), ("'a\\nb'", '"a\nb"')],
    "char(5)": [("'ab'", "ab")],
    "text": [("'xa\u0303'", "xa\u0303")],
    "varchar(20) character set latin1": [("'Huế é'", "Hu? é")],
    "bigint unsigned": [("18446744073709551615", "18446744073709551615")],
    "int(5) unsigned zerofill": [("384", "00384")],
    "tinyint(1)": [("true", "1"), ("false", "0")],
    "decimal(30, 10)": [("12345678901234567890.5", "12345678901234567890.5000000000"), ("-0.1", "-0.1000000000")],
    "double": [("0.1", "0.1"), ("1e20", "100000000000000000000"), ("5", "5")],
    "float": [("0.1", "0.1")],
    "bit(1)": [("b'1'", "1"), ("b'0'", "0")],
    "bit(10)": [("b'1000000001'", "513")],
    "date": [("'2026-01-05'", "2026-01-05"), ("'0000-00-00'", ""), ("'2026-00-00'", "2026-00-00")],
    "datetime": [("'2026-01-05 08:00'", "2026-01-05T08:00:00"), ("'0000-00-00 00:00:00'", "")],
    "datetime(6)": [
        ("'2026-01-05 08:00:00.5'", "2026-01-05T08:00:00.500000"),
        ("'2026-01-05 08:00'", "2026-01-05T08:00:00"),
    ],
    "time": [("'08:00'", "08:00:00"), ("'-838:59:59'", "-838:59:59")],
    "time(1)": [("'08:00:00.5'", "08:00:00.500000")],
    "year": [("2026", "2026")],
    "json": [('\'{"a": [1, "xã"]}\'', '"{""a"": [1, ""xã""]}"')],
    "enum('cao', 'thấp')": [("'thấp'", "thấp")],
    "set('a', 'b')": [("'a,b'", '"a,b"')],
    "uuid": [("'550e8400-e29b-41d4-a716-446655440000'", "550e8400-e29b-41d4-a716-446655440000")],
}


@pytest.fixture
def origin(empty_mariadb_url: str) -> HarvestSource:
    return source("sql", {"url": empty_mariadb_url})


@pytest.fixture
def communes(origin: HarvestSource) -> HarvestSource:
    """A source with 30,000 communes."""
    administer(
        origin.options["url"],
        "CREATE TABLE xa (ma char(6) PRIMARY KEY, ten varchar(100), dan_so int, sua datetime)",
        "INSERT INTO xa SELECT lpad(seq, 6, '0'), concat('Xã ', seq), seq, '2026-01-01' FROM seq_1_to_30000",
    )
    return origin


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_is_staged_as_the_server_writes_it(origin: HarvestSource, tmp_path: Path, kind: str) -> None:
    rows = ", ".join(f"({number}, {value})" for number, (value, _) in enumerate(TYPES[kind]))
    administer(
        origin.options["url"],
        "SET SESSION sql_mode = ''",
        f"CREATE TABLE bang (ma int, gia_tri {kind})",
        f"INSERT INTO bang VALUES {rows}, (9, NULL)",
    )
    (found,) = read(origin, tmp_path / "a", "bang", schema=VALUES)
    expected = [f"{number},{text}" for number, (_, text) in enumerate(TYPES[kind])]
    assert content(found) == "\n".join(["ma,gia_tri", *expected, "9,", ""])


def test_a_moment_kept_in_universal_time_is_told_in_that_of_vietnam(origin: HarvestSource, tmp_path: Path) -> None:
    administer(
        origin.options["url"],
        "CREATE TABLE bang (ma int, gia_tri timestamp NULL)",
        "SET SESSION time_zone = '+00:00'",
        "INSERT INTO bang VALUES (1, '2026-01-05 20:00:00')",
    )
    (found,) = read(origin, tmp_path / "a", "bang", schema=VALUES)
    assert content(found) == "ma,gia_tri\n1,2026-01-06T03:00:00\n"


def test_dates_that_are_none_are_counted_in_the_report(origin: HarvestSource, tmp_path: Path) -> None:
    administer(
        origin.options["url"],
        "SET SESSION sql_mode = ''",
        "CREATE TABLE bang (ma int, gia_tri date)",
        "INSERT INTO bang VALUES (1, '0000-00-00'), (2, '0000-00-00'), (3, '2026-01-01')",
        "CREATE TABLE tot AS SELECT * FROM bang WHERE ma = 3",
    )
    bad, good = read(origin, tmp_path / "a", "bang", "tot", schema=VALUES)
    assert [(issue.code, issue.count) for issue in staged(bad).notices] == [("zero-dates", 2)]
    assert staged(good).notices == ()


def test_bytes_have_no_form_as_text_and_their_row_is_named(origin: HarvestSource, tmp_path: Path) -> None:
    administer(
        origin.options["url"],
        "CREATE TABLE bang (ma int, gia_tri blob)",
        "INSERT INTO bang VALUES (1, NULL), (2, x'89504E47')",
    )
    (found,) = read(origin, tmp_path / "a", "bang", schema=VALUES)
    assert isinstance(refusal(found), SourceUnreadable)
    assert "dòng 2, cột “gia_tri”" in refusal(found).message
    assert list((tmp_path / "a").iterdir()) == []


def test_names_with_accents_blanks_and_marks_are_found(origin: HarvestSource, tmp_path: Path) -> None:
    administer(
        origin.options["url"],
        "CREATE TABLE `Dân số %%` (`Mã` int, `GIA_TRI` int, ma varchar(5))",
        "INSERT INTO `Dân số %%` VALUES (1, 2, '%%s:x')",
        "CREATE VIEW xem AS SELECT ma, `GIA_TRI` FROM `Dân số %%`",
    )
    table, view, select = read(
        origin,
        tmp_path / "a",
        "dân số %",
        "xem",
        "SELECT ma, gia_tri FROM `Dân số %` WHERE ma LIKE '%:x'",
        schema=VALUES,
    )
    assert content(table) == content(view) == content(select) == "ma,gia_tri\n%s:x,2\n"


def test_all_tables_come_from_one_state_of_the_database(communes: HarvestSource, tmp_path: Path) -> None:
    outcomes = fetch(communes, [request("xa", key="truoc"), request("xa", key="sau")], tmp_path, lambda *_: None)
    _, before = next(outcomes)
    administer(communes.options["url"], "INSERT INTO xa VALUES ('x', 'Xã mới', 1, now())")
    _, after = next(outcomes)
    outcomes.close()  # type: ignore[attr-defined]
    (now,) = read(communes, tmp_path / "nay", "xa")
    assert staged(before).sha256 == staged(after).sha256
    assert (staged(before).row_count, staged(now).row_count) == (30_000, 30_001)


def test_a_function_that_writes_is_stopped_by_the_server(communes: HarvestSource, tmp_path: Path) -> None:
    administer(
        communes.options["url"],
        "CREATE FUNCTION ghi() RETURNS int MODIFIES SQL DATA BEGIN DELETE FROM xa; RETURN 1; END",
    )
    writing, good = read(communes, tmp_path / "a", "SELECT ghi() AS ma", "xa")
    assert isinstance(refusal(writing), SourceUnreadable)
    assert staged(good).row_count == 30_000


def test_a_view_too_slow_for_the_server_concerns_only_itself(communes: HarvestSource, tmp_path: Path) -> None:
    patient = replace(communes, options={**communes.options, "statement_seconds": "1"})
    slow, good = read(
        patient, tmp_path / "a", "SELECT sum(a.seq + b.seq) AS ma FROM seq_1_to_1000000 a, seq_1_to_1000000 b", "xa"
    )
    assert "quá thời gian chờ" in refusal(slow).message
    assert staged(good).row_count == 30_000


def test_a_select_that_fails_concerns_only_its_table(communes: HarvestSource, tmp_path: Path) -> None:
    unknown, twice, absent, good = read(
        communes, tmp_path / "a", "SELECT khong_co FROM xa", "SELECT ma, ma FROM xa", "huyen", "xa"
    )
    assert isinstance(refusal(unknown), SourceUnreadable)
    assert isinstance(refusal(twice), SourceUnreadable)
    assert isinstance(refusal(absent), SourceMissing)
    assert staged(good).row_count == 30_000


def test_a_right_that_is_missing_is_named_and_a_wrong_password_stops_the_run(
    communes: HarvestSource, tmp_path: Path
) -> None:
    url = communes.options["url"]
    account = f"doc{make_url(url).database}"[-30:]
    administer(
        url,
        f"CREATE USER {account} IDENTIFIED BY 'dung-mat-khau'",
        f"GRANT SELECT ON xa TO {account}",
        f"GRANT SELECT (ma) ON xa TO {account}",
        "CREATE TABLE kin (ma char(6), ten varchar(100))",
        f"GRANT SELECT (ma) ON kin TO {account}",
    )
    try:
        address = make_url(url).set(username=account).render_as_string()
        asked = source("sql", {"url": address, "password": "dung-mat-khau"})
        good, secret = read(asked, tmp_path / "a", "xa", "SELECT ten FROM kin")
        assert staged(good).row_count == 30_000
        assert "không có quyền đọc" in refusal(secret).message
        with pytest.raises(SourceUnreachable, match="sai tài khoản hoặc mật khẩu") as caught:
            read(source("sql", {"url": address, "password": "sai-mat-khau"}), tmp_path / "b", "xa")
        assert "mat-khau" not in f"{caught.value.message}{caught.value.message_en}{dict(caught.value.details)}"
    finally:
        administer(url, f"DROP USER {account}")


def behind(port: int, url: str) -> HarvestSource:
    address = make_url(url)
    return source("sql", {"url": address.set(host="127.0.0.1", port=port, query={}).render_as_string(False)})


def place_of(url: str) -> str | tuple[str, int]:
    address = make_url(url)
    socket = address.query.get("unix_socket")
    return str(socket) if socket else (address.host or "localhost", address.port or 3306)


def test_a_network_cut_at_half_of_the_rows_fails_the_run_and_says_how_far_it_came(
    communes: HarvestSource, tmp_path: Path
) -> None:
    url = communes.options["url"]
    with cutting(place_of(url), after=500_000) as port, pytest.raises(SourceUnreachable) as caught:
        read(behind(port, url), tmp_path / "a", "xa")
    assert 5_000 < int(str(caught.value.details["rows"])) < 30_000
    assert " dòng)" in caught.value.message
    assert list((tmp_path / "a").iterdir()) == []


def test_a_connection_ended_by_an_administrator_fails_the_run(communes: HarvestSource, tmp_path: Path) -> None:
    url = communes.options["url"]

    def cut(key: str, rows: int) -> None:
        engine = sqlalchemy.create_engine(url)
        with engine.connect() as connection:
            others = "SELECT id FROM information_schema.processlist WHERE db = database() AND id <> connection_id()"
            for (number,) in connection.exec_driver_sql(others).fetchall():
                connection.exec_driver_sql(f"KILL {number}")
        engine.dispose()

    asked = [request("xa", key="mot"), request("xa", key="hai")]
    with pytest.raises(SourceUnreachable):
        list(fetch(communes, asked, tmp_path, cut))
    assert not list(tmp_path.glob("*hai*"))


def test_a_run_that_is_ended_in_the_middle_leaves_the_connection(communes: HarvestSource, tmp_path: Path) -> None:
    def end(key: str, rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(fetch(communes, [request("xa")], tmp_path, end))
    assert not list(tmp_path.iterdir())


def test_a_column_that_moves_lets_a_table_be_left_alone(communes: HarvestSource, tmp_path: Path) -> None:
    moving = replace(communes, options={**communes.options, "incremental_column": "SUA"})

    def again(folder: str, known: str) -> Fetched:
        (tmp_path / folder).mkdir()
        ((_, outcome),) = fetch(moving, [request("xa", known=known)], tmp_path / folder, lambda *_: None)
        return outcome

    mark = staged(again("a", "")).fingerprint
    assert again("b", mark) == Unchanged(mark)
    administer(communes.options["url"], "UPDATE xa SET dan_so = 0, sua = '2026-02-01' WHERE ma = '000001'")
    assert staged(again("c", mark)).fingerprint != mark
