"""What is counted of requests, and that nobody waits for it or is named by it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.errors import StorageError
from catalog.indexing import indexed_datasets
from catalog.storage.database import SqlCatalogStore
from catalog.usage import UseKind, local_day
from portal.app import create_app
from portal.usage import MOST_TEXTS_A_DAY, USAGE, UsageLog, names_a_person
from portal.wiring import Parts
from portal.worker import work
from publishers.links import resource_id
from tests.catalog.examples import CLINICS
from tests.portal.sample import publish_sample

BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
ROBOT = {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}


@pytest.fixture(scope="module")
def own_parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    published = publish_sample(tmp_path_factory.mktemp("dem"))
    now = published.clock()
    yield replace(published, clock=lambda: now)
    published.store.close()


@pytest.fixture
def app(own_parts: Parts) -> Flask:
    with own_parts.store.write() as transaction:
        transaction.prune_usage(local_day(own_parts.clock()).replace(year=9999))
    return create_app(own_parts)


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    return app.test_client()


def _demand(app: Flask, parts: Parts) -> dict[str, int]:
    assert app.extensions[USAGE].flush()
    with parts.store.read() as reader:
        return {item.text: item.count for item in reader.demand(local_day(parts.clock()))}


def _uses(app: Flask, parts: Parts) -> dict[str, int]:
    assert app.extensions[USAGE].flush()
    with parts.store.read() as reader:
        return {str(key): count for key, count in reader.uses(local_day(parts.clock())).items()}


def test_searches_without_an_answer_are_counted_for_people_and_programs(
    app: Flask, visitor: FlaskClient, own_parts: Parts
) -> None:
    visitor.get("/datasets?q=Xyzzy+quux", headers=BROWSER)
    visitor.get("/api/v1/datasets?q=xyzzy+quux", headers=BROWSER)
    visitor.get("/datasets?q=ban+le+thuoc+xyzzy", headers=BROWSER)  # found only in part
    visitor.get("/api/3/action/package_search?q=Xyzzy+quux", headers=BROWSER)
    assert _demand(app, own_parts) == {"xyzzy quux": 3, "ban le thuoc xyzzy": 1}


@pytest.mark.parametrize(
    "address",
    [
        "/datasets?q=y+te",
        "/datasets",
        "/datasets?q=xyzzy&theme=y-te",
        "/datasets?q=xyzzy&page=2",
        "/datasets?year=1900",
    ],
)
def test_other_searches_are_not(app: Flask, visitor: FlaskClient, own_parts: Parts, address: str) -> None:
    visitor.get(address, headers=BROWSER)
    assert _demand(app, own_parts) == {}


@pytest.mark.parametrize(
    "typed",
    ["nguyễn văn xyzzy", "Nguyễn Thị Bích", "tran van binh 1984", "cccd 038084001", "xyzzy 0912345678", "a@xyzzy.vn"],
)
def test_what_may_name_somebody_is_not_kept(app: Flask, visitor: FlaskClient, own_parts: Parts, typed: str) -> None:
    visitor.get("/datasets", query_string={"q": typed}, headers=BROWSER)
    assert _demand(app, own_parts) == {}


@pytest.mark.parametrize("typed", ["hồ sơ đất đai", "phạm vi quy hoạch", "lý lịch tư pháp", "giá đất phường Hạc Thành"])
def test_what_names_a_thing_is_kept(typed: str) -> None:
    assert not names_a_person(typed)


def test_looking_downloading_and_asking_count_as_use(app: Flask, visitor: FlaskClient, own_parts: Parts) -> None:
    table = CLINICS.distributions[0]
    visitor.get(f"/dataset/{CLINICS.name}", headers=BROWSER)
    with visitor.get(f"/download/{CLINICS.name}/{table.name}.csv", headers=BROWSER) as file:
        assert file.status_code == 200
    with visitor.get(f"/download/{CLINICS.name}/{table.name}.csv", headers={**BROWSER, "Range": "bytes=5-"}) as file:
        assert file.status_code == 206
    visitor.get(f"/api/v1/tables/{table.id}/rows")
    visitor.get(f"/api/v1/datasets/{CLINICS.name}")
    visitor.get(f"/api/3/action/datastore_search?resource_id={resource_id(table.id, 'csv')}")
    visitor.head(f"/dataset/{CLINICS.name}", headers=BROWSER)
    assert _uses(app, own_parts) == {CLINICS.id: 5}


def test_robots_are_not_counted(app: Flask, visitor: FlaskClient, own_parts: Parts) -> None:
    visitor.get(f"/dataset/{CLINICS.name}", headers=ROBOT)
    visitor.get("/datasets?q=xyzzy", headers=ROBOT)
    assert (_uses(app, own_parts), _demand(app, own_parts)) == ({}, {})


def test_what_the_database_refuses_is_written_later_and_disturbs_no_request(
    app: Flask, own_parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_store: SqlCatalogStore) -> None:
        raise StorageError("Đầy.", "Full.")

    with monkeypatch.context() as patch:
        patch.setattr(SqlCatalogStore, "write", refuse)
        assert app.test_client().get("/datasets?q=xyzzy", headers=BROWSER).status_code == 200
        assert not app.extensions[USAGE].flush()
    assert _demand(app, own_parts) == {"xyzzy": 1}


def test_a_program_that_tries_words_does_not_fill_the_database(app: Flask, own_parts: Parts) -> None:
    log: UsageLog = app.extensions[USAGE]
    for number in range(3 * MOST_TEXTS_A_DAY):
        log.note_demand(f"từ {number}")
        if number % 500 == 0:
            assert log.flush()
    assert len(_demand(app, own_parts)) == MOST_TEXTS_A_DAY


def test_a_worker_has_the_index_know_what_is_used_most(app: Flask, own_parts: Parts) -> None:
    with own_parts.store.write() as transaction:
        transaction.add_uses(local_day(own_parts.clock()), {(CLINICS.id, UseKind.DOWNLOAD): 150})
    work(own_parts, once=True)
    with own_parts.store.read() as reader:
        assert reader.use_grades() == {CLINICS.id: 2}
        assert reader.outbox() == ()
        (indexed,) = indexed_datasets(reader, [CLINICS.id], own_parts.indexing.describe, own_parts.clock())
    assert indexed.uses == 150
