"""The promise of :class:`catalog.remote.RemoteCatalog`, kept by every kind of source that is another catalogue."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from catalog.errors import SourceError
from catalog.harvesting import harvest
from catalog.listings import record_digest
from catalog.local_time import LOCAL_TIME
from catalog.remote import ListingNotice, RemoteCatalog, RemoteRecord
from catalog.sources import CATALOG_KEY, HarvestSource, Outcome, RunState, TableOutcome
from harvesters import KINDS, dcat, full_reads, kind_of
from harvesters.rdf_reading import RdfReader
from portal.wiring import Parts, open_harvester
from tests.catalog.examples import HEALTH
from tests.harvesters.catalogs import catalog_source
from tests.harvesters.ckan_server import Portal, portal_site
from tests.harvesters.sources import outside
from tests.harvesters.web_server import Asked, Line, Page, Site, reply, serving
from tests.portal.sample import open_sample_parts

TITLES = {f"bo-{number}": f"Bộ dữ liệu số {number}" for number in range(1, 8)}
"""What every catalogue lists, by identifier."""

Serve = Callable[[ExitStack, "Other"], tuple[Site, HarvestSource]]


@dataclass
class Other:
    """Another catalogue as it stands; a test may change it between two looks."""

    titles: dict[str, str]
    broken: bytes = b""
    """What is answered instead, if anything."""


def us_record(name: str, title: str) -> dict[str, Any]:
    return {
        "identifier": name,
        "title": title,
        "modified": "2025-01-31",
        "publisher": {"name": "Sở Y tế"},
        "distribution": [{"title": "Bảng", "downloadURL": f"https://so.example/{name}.csv", "mediaType": "text/csv"}],
    }


def ckan_package(name: str, title: str) -> dict[str, Any]:
    return {
        "id": name,
        "name": name,
        "title": title,
        "metadata_modified": "2025-01-31T00:00:00.000000",
        "organization": {"title": "Sở Y tế"},
        "resources": [{"id": f"r-{name}", "name": "Bảng", "url": f"https://so.example/{name}.csv", "format": "CSV"}],
    }


def turtle_record(name: str, title: str) -> str:
    return f"""<https://so.example/{name}> a dcat:Dataset ; dct:identifier "{name}" ; dct:title "{title}"@vi ;
        dct:modified "2025-01-31" ; dct:publisher [ foaf:name "Sở Y tế" ] ;
        dcat:distribution [ dct:title "Bảng" ; dcat:downloadURL <https://so.example/{name}.csv> ] ."""


PREFIXES = """@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix hydra: <http://www.w3.org/ns/hydra/core#> .
"""


def page_of(other: Other, answer: Callable[[Asked, Sequence[tuple[str, str]]], bytes]) -> Page:
    def page(asked: Asked, line: Line) -> None:
        sent = other.broken or answer(asked, list(other.titles.items()))
        line.send(sent.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))

    return page


def data_json(stack: ExitStack, other: Other) -> tuple[Site, HarvestSource]:
    def answer(asked: Asked, items: Sequence[tuple[str, str]]) -> bytes:
        return reply(json.dumps({"dataset": [us_record(*item) for item in items]}).encode())

    site = stack.enter_context(serving({"/data.json": page_of(other, answer)}))
    return site, catalog_source("dcat", {"url": site.url + "/data.json"})


def json_lines(stack: ExitStack, other: Other) -> tuple[Site, HarvestSource]:
    def answer(asked: Asked, items: Sequence[tuple[str, str]]) -> bytes:
        return reply("\n".join(json.dumps(us_record(*item)) for item in items).encode())

    site = stack.enter_context(serving({"/ban-ghi.jsonl": page_of(other, answer)}))
    return site, catalog_source("dcat", {"url": site.url + "/ban-ghi.jsonl"})


def turtle_in_pages(stack: ExitStack, other: Other) -> tuple[Site, HarvestSource]:
    def answer(asked: Asked, items: Sequence[tuple[str, str]]) -> bytes:
        start = int(asked.path.partition("tu=")[2] or 0)
        lines = [PREFIXES, *(turtle_record(*item) for item in items[start : start + 3])]
        if start + 3 < len(items):
            lines.append(f"<> a hydra:PartialCollectionView ; hydra:next </danh-muc.ttl?tu={start + 3}> .")
        return reply("\n".join(lines).encode(), Content_Type="text/turtle")

    site = stack.enter_context(serving({"/danh-muc.ttl": page_of(other, answer)}))
    return site, catalog_source("dcat", {"url": site.url + "/danh-muc.ttl"})


def ckan_portal(stack: ExitStack, other: Other) -> tuple[Site, HarvestSource]:
    def tamper(action: str, asked: Any, result: Any) -> Any:
        if action != "package_search":
            return result
        found = [ckan_package(*item) for item in other.titles.items()]
        start = int(asked["start"])
        return other.broken or {"count": len(found), "results": found[start : start + 3]}

    site = stack.enter_context(portal_site(Portal(tamper=tamper)))
    return site, catalog_source("ckan", {"url": site.url})


@pytest.fixture(params=[data_json, json_lines, turtle_in_pages, ckan_portal], ids=lambda serve: serve.__name__)
def serve(request: pytest.FixtureRequest) -> Serve:
    chosen: Serve = request.param
    return chosen


@pytest.fixture
def other() -> Other:
    return Other(dict(TITLES))


@pytest.fixture
def site(serve: Serve, other: Other) -> Iterator[tuple[Site, HarvestSource]]:
    with ExitStack() as stack:
        yield serve(stack, other)


@pytest.fixture
def source(site: tuple[Site, HarvestSource]) -> HarvestSource:
    return site[1]


@pytest.fixture(scope="module")
def child() -> Iterator[RdfReader]:
    with RdfReader() as reader:
        yield reader


@pytest.fixture(autouse=True)
def _one_child_for_all(child: RdfReader, monkeypatch: pytest.MonkeyPatch) -> None:
    """A child takes a second to start, which is nothing for a run and much for a test."""
    monkeypatch.setattr(dcat, "RdfReader", lambda: nullcontext(child))


def opened(source: HarvestSource) -> RemoteCatalog:
    return kind_of(source.kind).catalog(source, outside())


def read(source: HarvestSource, folder: Path) -> list[RemoteRecord]:
    folder.mkdir(exist_ok=True)
    found = list(opened(source).records(folder))
    assert not [item for item in found if isinstance(item, ListingNotice)]
    return [item for item in found if isinstance(item, RemoteRecord)]


def test_every_kind_that_reads_catalogues_is_here() -> None:
    tried = {"dcat", "ckan"}
    assert {name for name in KINDS if kind_of(name).reads_catalog} == tried


def test_records_come_once_in_order_with_their_own_identifiers(source: HarvestSource, tmp_path: Path) -> None:
    found = read(source, tmp_path)
    assert [record.identifier for record in found] == list(TITLES)
    assert [record.position for record in found] == list(range(1, len(TITLES) + 1))


def test_a_record_is_json_and_the_same_at_every_look(source: HarvestSource, tmp_path: Path) -> None:
    first, second = read(source, tmp_path / "a"), read(source, tmp_path / "b")
    assert [record_digest(record.raw, 1) for record in first] == [record_digest(record.raw, 1) for record in second]
    assert all(json.loads(json.dumps(record.raw)) == record.raw for record in first)


def test_a_record_says_what_its_dataset_is_whenever_it_is_asked(source: HarvestSource, tmp_path: Path) -> None:
    for record in read(source, tmp_path):
        kept = RemoteRecord(record.position, record.identifier, json.loads(json.dumps(record.raw)))
        said = opened(source).describe(kept)
        assert said.title == TITLES[record.identifier]
        assert said.publisher == "Sở Y tế"
        assert said.modified == datetime(2025, 1, 31, tzinfo=UTC)
        assert [item.url for item in said.distributions] == [f"https://so.example/{record.identifier}.csv"]


def test_nothing_is_left_of_the_reading(source: HarvestSource, tmp_path: Path) -> None:
    read(source, tmp_path)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    "broken",
    [
        reply(b"", "500 Internal Server Error"),
        reply(b"", "403 Forbidden"),
        reply(b"", "404 Not Found"),
        reply(b"<html>Trang b\xe1\xba\xa3o tr\xc3\xac</html>", Content_Type="text/html"),
        reply(b'{"success": true, "result": {"count": 9, "results": [{"id": "x"}, {', Content_Type="application/json"),
        reply(b"{", Content_Length="4000"),
        reply(b""),
    ],
    ids=["500", "403", "404", "web page", "cut off", "short", "empty"],
)
def test_a_listing_that_breaks_off_is_an_error_or_says_that_it_is_not_complete(
    source: HarvestSource, other: Other, broken: bytes, tmp_path: Path
) -> None:
    other.broken = broken
    try:
        found = list(opened(source).records(tmp_path))
    except SourceError:
        pass
    else:
        assert any(isinstance(item, ListingNotice) and not item.complete for item in found)
    steps = list(kind_of(source.kind).check(source, outside()))
    assert not steps[-1].is_well
    assert steps[-1].message
    assert steps[-1].message_en


@pytest.mark.parametrize("kind", ["dcat", "ckan"])
def test_a_catalogue_that_does_not_answer_is_told_without_secrets(kind: str, tmp_path: Path) -> None:
    options = {"url": "http://khong-co.invalid/bi-mat?khoa=bi-mat", "auth": "basic", "user": "a", "password": "bi-mat"}
    source = catalog_source(kind, {**options, "url": "http://khong-co.invalid/?khoa=bi-mat", "api_key": "bi-mat"})
    with pytest.raises(SourceError) as caught:
        read(source, tmp_path)
    (step,) = kind_of(kind).check(source, outside())
    assert "tên miền" in step.message
    shown = f"{caught.value.message} {caught.value.message_en} {dict(caught.value.details)} {step}"
    assert "bi-mat" not in shown


# --- a whole harvest -------------------------------------------------------------------------------------------------


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    opened_parts = open_sample_parts(tmp_path / "home")
    yield opened_parts
    opened_parts.store.close()


def harvested(parts: Parts, source: HarvestSource) -> tuple[RunState, TableOutcome]:
    harvester = replace(open_harvester(parts), open_catalog=opened)
    run = harvest(harvester, source.id, trigger="thu")
    with parts.store.read() as reader:
        (outcome,) = (item for item in reader.outcomes(run.id) if item.table_key == CATALOG_KEY)
    return run.state, outcome


def test_the_second_run_changes_nothing_and_the_third_only_what_changed(
    source: HarvestSource, other: Other, parts: Parts
) -> None:
    source = replace(source, organization_id=HEALTH.id)
    with parts.store.write() as transaction:
        transaction.put_organization(HEALTH)
        transaction.put_source(source)
    state, first = harvested(parts, source)
    assert (state, first.outcome, first.counts["added"]) == (RunState.SUCCESS, Outcome.PUBLISHED, len(TITLES))
    state, second = harvested(parts, source)
    assert (state, second.outcome, second.counts["unchanged"]) == (RunState.SUCCESS, Outcome.UNCHANGED, len(TITLES))
    other.titles["bo-1"] = "Tên mới"
    del other.titles["bo-7"]
    state, third = harvested(parts, source)
    assert (third.counts["changed"], third.counts["unchanged"], third.counts["missing"]) == (1, 5, 1)


def test_an_unchanged_listing_costs_one_question(serve: Serve, site: tuple[Site, HarvestSource], parts: Parts) -> None:
    """But for pages: that the first one is as it was says nothing of the others."""
    served, source = site[0], replace(site[1], organization_id=HEALTH.id)
    with parts.store.write() as transaction:
        transaction.put_organization(HEALTH)
        transaction.put_source(source)
    harvested(parts, source)
    before = len(served.asked)
    for _ in range(2):
        state, outcome = harvested(parts, source)
        assert (state, outcome.outcome, outcome.counts["unchanged"]) == (
            RunState.SUCCESS,
            Outcome.UNCHANGED,
            len(TITLES),
        )
    in_pages = serve is turtle_in_pages
    assert len(served.asked) - before == (6 if in_pages else 2)
    assert ("read" in outcome.counts) == in_pages


def test_a_server_that_says_unchanged_of_what_changed_is_read_in_full_within_seven_days(
    other: Other, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def page(asked: Asked, line: Line) -> None:
        document = json.dumps({"dataset": [us_record(*item) for item in other.titles.items()]}).encode()
        lie = reply(b"", "304 Not Modified", Connection="close")
        line.send(lie if "if-none-match" in asked.headers else reply(document, ETag="v1", Connection="close"))

    with serving({"/data.json": page}) as served:
        source = replace(catalog_source("dcat", {"url": served.url + "/data.json"}), organization_id=HEALTH.id)
        with parts.store.write() as transaction:
            transaction.put_organization(HEALTH)
            transaction.put_source(source)
        harvested(parts, source)
        other.titles["bo-1"] = "Tên mới"
        assert harvested(parts, source)[1].outcome is Outcome.UNCHANGED
        later = datetime.now(LOCAL_TIME) + timedelta(days=7)
        monkeypatch.setattr(full_reads, "_now", lambda: later)
        assert harvested(parts, source)[1].counts["changed"] == 1
    with parts.store.read() as reader:
        titles = {item.title for item in reader.datasets() if item.origin and item.origin.source_id == source.id}
    assert "Tên mới" in titles
