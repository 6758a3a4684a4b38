"""The promise of :class:`catalog.ports.Fetch`, kept by every kind of source."""

from __future__ import annotations

import csv
import hashlib
import json
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, closing
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy
import xlsxwriter

from catalog.errors import InvalidInput, SourceMissing, SourceUnreachable
from catalog.ports import Unchanged
from catalog.sources import HarvestSource
from harvesters import KINDS, fetch
from tests.harvesters.ckan_server import Portal, portal_site
from tests.harvesters.sources import COMMUNES, ROWS, STAGED, content, outside, read, refusal, request, source, staged
from tests.harvesters.web_server import Site, reply, serving

Communes = tuple[HarvestSource, str, str]
"""A source, the locator of the communes in it, and a locator of nothing."""


def sqlite_communes(folder: Path, asking: pytest.FixtureRequest) -> Communes:
    path = folder / "noi-vu.sqlite"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE xa (ma TEXT, ten TEXT, dan_so INTEGER, ngay TEXT)")
        database.executemany("INSERT INTO xa VALUES (?, ?, ?, ?)", reversed(ROWS))
    return source("sql", {"url": f"sqlite:///{path}"}), "xa", "huyen"


def postgresql_communes(folder: Path, asking: pytest.FixtureRequest) -> Communes:
    url: str = asking.getfixturevalue("empty_postgresql_url")
    engine = sqlalchemy.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE xa (ma text, ten text, dan_so numeric(12,0), ngay date)")
        insert = sqlalchemy.text("INSERT INTO xa VALUES (:ma, :ten, :dan_so, :ngay)")
        for row in reversed(ROWS):
            connection.execute(insert, dict(zip(COMMUNES.field_names, row, strict=True)))
    engine.dispose()
    return source("sql", {"url": url}), "xa", "huyen"


def mariadb_communes(folder: Path, asking: pytest.FixtureRequest) -> Communes:
    url: str = asking.getfixturevalue("empty_mariadb_url")
    engine = sqlalchemy.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE xa (ma varchar(5), ten varchar(100), dan_so decimal(12,0), ngay date)")
        insert = sqlalchemy.text("INSERT INTO xa VALUES (:ma, :ten, :dan_so, :ngay)")
        for row in reversed(ROWS):
            connection.execute(insert, dict(zip(COMMUNES.field_names, row, strict=True)))
    engine.dispose()
    return source("sql", {"url": url}), "xa", "huyen"


def csv_communes(folder: Path, asking: pytest.FixtureRequest) -> Communes:
    with (folder / "xa.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(COMMUNES.field_names)
        writer.writerows(ROWS)
    return source("files", {"path": str(folder)}), "xa.csv", "huyen.csv"


def workbook_communes(folder: Path, asking: pytest.FixtureRequest) -> Communes:
    with xlsxwriter.Workbook(str(folder / "noi-vu.xlsx"), {"default_date_format": "dd/mm/yyyy"}) as book:
        sheet = book.add_worksheet("Xã, phường")
        sheet.write_row(0, 0, COMMUNES.field_names)
        for number, row in enumerate(ROWS, 1):
            for column, value in enumerate(row):
                if column == 3 and value:
                    sheet.write_datetime(number, column, date.fromisoformat(str(value)))
                elif isinstance(value, str):
                    sheet.write_string(number, column, value)
                elif value is not None:
                    sheet.write(number, column, value)
    return source("files", {"path": str(folder)}), "noi-vu.xlsx#Xã, phường", "huyen.xlsx"


def served(asking: pytest.FixtureRequest, site: AbstractContextManager[Site]) -> str:
    """The address of a site that stands until the test is over."""
    stack = ExitStack()
    asking.addfinalizer(stack.close)
    return stack.enter_context(site).url


def web_communes(folder: Path, asking: pytest.FixtureRequest) -> Communes:
    page = reply(STAGED.encode(), ETag='"mot"', Content_Type="text/csv")
    return source("files", {"base_url": served(asking, serving({"/tep/xa.csv": page})) + "/tep"}), "xa.csv", "huyen.csv"


def service_communes(folder: Path, asking: pytest.FixtureRequest) -> Communes:
    records = [dict(zip(COMMUNES.field_names, row, strict=True)) for row in ROWS]
    page = reply(json.dumps({"data": records}).encode(), Content_Type="application/json")
    return source("rest_json", {"url": served(asking, serving({"/api/xa": page})) + "/api"}), "xa", "huyen"


def datastore_communes(folder: Path, asking: pytest.FixtureRequest) -> Communes:
    records = [dict(zip(COMMUNES.field_names, row, strict=True)) for row in ROWS]
    resources = [{"id": "xa", "datastore_active": True}]
    portal = Portal([{"id": "p", "resources": resources}], {"xa": records}, dict.fromkeys(COMMUNES.field_names, "text"))
    return source("ckan", {"url": served(asking, portal_site(portal))}), "xa", "huyen"


def resource_communes(folder: Path, asking: pytest.FixtureRequest) -> Communes:
    url = served(asking, serving({"/tai-ve/xa.csv": reply(STAGED.encode(), ETag='"mot"')}))
    portal = Portal([{"id": "p", "resources": [{"id": "xa", "url": f"{url}/tai-ve/xa.csv", "format": "CSV"}]}])
    return source("ckan", {"url": served(asking, portal_site(portal))}), "xa", "huyen"


@pytest.fixture(
    params=[
        sqlite_communes,
        postgresql_communes,
        mariadb_communes,
        csv_communes,
        workbook_communes,
        web_communes,
        service_communes,
        datastore_communes,
        resource_communes,
    ],
    ids=lambda make: make.__name__,
)
def communes(request: pytest.FixtureRequest, tmp_path: Path) -> Communes:
    make: Callable[[Path, pytest.FixtureRequest], Communes] = request.param
    folder = tmp_path / "nguon"
    folder.mkdir()
    return make(folder, request)


def test_the_same_rows_are_staged_in_the_same_bytes_whatever_the_source(communes: Communes, tmp_path: Path) -> None:
    origin, locator, _ = communes
    assert content(*read(origin, tmp_path / "a", locator)) == STAGED


def test_a_staged_table_says_what_its_file_holds(communes: Communes, tmp_path: Path) -> None:
    origin, locator, _ = communes
    table = staged(*read(origin, tmp_path / "a", locator))
    assert table.columns == COMMUNES.field_names
    assert table.row_count == len(ROWS)
    assert table.sha256 == hashlib.sha256(table.path.read_bytes()).hexdigest()
    assert table.path.parent == tmp_path / "a"


def test_an_unchanged_source_gives_the_same_hash_again(communes: Communes, tmp_path: Path) -> None:
    origin, locator, _ = communes
    first, second = (staged(*read(origin, tmp_path / folder, locator)) for folder in ("a", "b"))
    assert first.sha256 == second.sha256


def test_a_source_that_recognises_its_content_is_not_read_again(communes: Communes, tmp_path: Path) -> None:
    origin, locator, _ = communes
    first = staged(*read(origin, tmp_path / "a", locator))
    (tmp_path / "b").mkdir()
    asked = [request(locator, key=first.key, known=first.fingerprint)]
    ((_, again),) = fetch(origin, asked, tmp_path / "b", lambda key, rows: None, outside())
    if first.fingerprint:
        assert again == Unchanged(first.fingerprint)
        assert not [path for path in (tmp_path / "b").rglob("*") if path.is_file()]
    else:
        assert content(again) == STAGED


def test_a_missing_table_is_named_and_the_others_are_read(communes: Communes, tmp_path: Path) -> None:
    origin, locator, nothing = communes
    missing, found = read(origin, tmp_path / "a", nothing, locator)
    assert isinstance(missing, SourceMissing)
    assert "huyen" in refusal(missing).message
    assert content(found) == STAGED


def test_tables_come_in_the_order_asked_for_and_report_progress(communes: Communes, tmp_path: Path) -> None:
    origin, locator, _ = communes
    told: list[tuple[str, int]] = []
    requests = [request(locator, key="hai"), request(locator, key="mot")]
    keys = [
        asked.table.key for asked, _ in fetch(origin, requests, tmp_path, lambda *step: told.append(step), outside())
    ]
    assert keys == ["hai", "mot"]
    assert told == [("hai", len(ROWS)), ("mot", len(ROWS))]


@pytest.mark.parametrize(
    "unreachable",
    [
        source("sql", {"url": "sqlite:////khong/co/noi-nay.sqlite"}),
        source("sql", {"url": "postgresql://so:bi-mat@127.0.0.1:1/noi-vu"}),
        source("sql", {"url": "mysql+pymysql://so:bi-mat@127.0.0.1:1/noi-vu"}),
        source("sql", {"url": "mssql+pymssql://so:bi-mat@127.0.0.1:1/noi-vu"}),
        source("sql", {"url": "oracle+oracledb://so:bi-mat@127.0.0.1:1/?service_name=noi-vu"}),
        source("sql", {"url": "postgresql://so:bi-mat@[hong/noi-vu"}),
        source("sql", {"url": "khongbiet://so:bi-mat@may/noi-vu"}),
        source("sql", {}),
        source("files", {"path": "/khong/co/noi-nay"}),
        source("files", {}),
        source("files", {"base_url": "http://127.0.0.1:1/", "auth": "basic", "user": "so", "password": "bi-mat"}),
        source("rest_json", {"url": "http://127.0.0.1:1/", "auth": "basic", "user": "so", "password": "bi-mat"}),
        source("rest_json", {"url": "http://khong-co.invalid/", "auth": "api_key", "key": "bi-mat"}),
        source("rest_json", {}),
        source("ckan", {"url": "http://127.0.0.1:1/", "api_key": "bi-mat"}),
        source("ckan", {}),
    ],
    ids=lambda unreachable: str(unreachable.options),
)
def test_a_source_that_does_not_answer_is_raised_without_its_secrets(
    unreachable: HarvestSource, tmp_path: Path
) -> None:
    with pytest.raises(SourceUnreachable) as caught:
        read(unreachable, tmp_path, "xa")
    shown = f"{caught.value.message} {caught.value.message_en} {dict(caught.value.details)}"
    assert "so-noi-vu" in shown
    assert "bi-mat" not in shown
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_an_unknown_kind_of_source_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="ftp") as caught:
        fetch(source("ftp", {}), [], tmp_path, lambda key, rows: None)
    assert all(kind in caught.value.message for kind in KINDS)
