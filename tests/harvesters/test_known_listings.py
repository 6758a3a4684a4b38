"""Catalogues that are as they were are recognised by one small question, for seven days at most."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from catalog.local_time import LOCAL_TIME
from catalog.remote import ListingMark, RemoteCatalog, RemoteRecord
from harvesters import ckan, ckan_api, full_reads
from harvesters.rdf_reading import RdfReader
from tests.harvesters.catalogs import opened, records
from tests.harvesters.ckan_server import Portal, portal_site
from tests.harvesters.web_server import Asked, Line, Site, reply, serving


def data_json(*names: str) -> bytes:
    return json.dumps({"dataset": [{"identifier": name, "title": f"Bộ {name}"} for name in names]}).encode()


TURTLE = b"""@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
<https://so.example/1> a dcat:Dataset ; dct:title "B\xe1\xbb\x99 1"@vi ."""


@dataclass
class Document:
    """A catalogue at one address; a test may change it between two looks."""

    body: bytes
    etag: str = '"v1"'
    modified: str = ""
    more: dict[str, str] = field(default_factory=dict)
    lies: bool = False
    """Whether it says that nothing changed, whatever it is asked."""

    def __call__(self, asked: Asked, line: Line) -> None:
        marks = {"ETag": self.etag, "Last-Modified": self.modified}
        heads = {name: value for name, value in marks.items() if value}
        known = asked.headers.get("if-none-match") or asked.headers.get("if-modified-since")
        if known and (self.lies or known in (self.etag, self.modified)):
            line.send(reply(b"", "304 Not Modified", Connection="close", **heads))
        else:
            line.send(reply(self.body, Connection="close", **heads, **self.more))


@dataclass
class Look:
    """What one look at a catalogue gave."""

    records: list[RemoteRecord]
    mark: str | None
    unchanged: bool


def look(remote: RemoteCatalog, folder: Path, known: str | None = "") -> Look:
    folder.mkdir(exist_ok=True)
    items = list(remote.records(folder, known))
    mark = next((item for item in items if isinstance(item, ListingMark)), None)
    assert list(folder.iterdir()) == []
    return Look(records(items), mark.fingerprint if mark else None, mark is not None and mark.unchanged)


@pytest.fixture
def document() -> Document:
    return Document(data_json("1", "2"))


@pytest.fixture
def site(document: Document) -> Iterator[Site]:
    with serving({"/data.json": document}) as served:
        yield served


@pytest.fixture
def remote(site: Site) -> RemoteCatalog:
    return opened("dcat", url=site.url + "/data.json")


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Lets days go by."""

    def go(days: int) -> None:
        moment = datetime.now(LOCAL_TIME) + timedelta(days=days)
        monkeypatch.setattr(full_reads, "_now", lambda: moment)

    return go


# --- one document ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("marks", [{"etag": '"v1"'}, {"etag": "", "modified": "Sat, 31 Jan 2026 00:00:00 GMT"}])
def test_a_document_that_its_server_calls_unchanged_is_not_fetched(
    marks: Mapping[str, str], document: Document, site: Site, remote: RemoteCatalog, tmp_path: Path
) -> None:
    document.etag, document.modified = marks["etag"], marks.get("modified", "")
    first = look(remote, tmp_path)
    assert len(first.records) == 2
    again = look(remote, tmp_path, first.mark)
    assert (again.records, again.mark, again.unchanged) == ([], first.mark, True)
    assert len(site.asked) == 2


def test_a_document_with_the_same_bytes_is_not_read_whatever_its_server_says(
    document: Document, remote: RemoteCatalog, tmp_path: Path
) -> None:
    first = look(remote, tmp_path)
    document.etag = '"v2"'
    again = look(remote, tmp_path, first.mark)
    assert (again.records, again.unchanged) == ([], True)
    assert again.mark != first.mark
    document.etag = ""
    assert look(remote, tmp_path, again.mark).unchanged


def test_a_document_with_other_bytes_is_read(document: Document, remote: RemoteCatalog, tmp_path: Path) -> None:
    first = look(remote, tmp_path)
    document.body, document.etag = data_json("1", "3"), '"v2"'
    again = look(remote, tmp_path, first.mark)
    assert [record.identifier for record in again.records] == ["1", "3"]
    assert not again.unchanged
    assert look(remote, tmp_path, again.mark).unchanged


def test_a_server_that_lies_is_found_out_within_seven_days(
    document: Document, remote: RemoteCatalog, tmp_path: Path, later: Callable[[int], None]
) -> None:
    first = look(remote, tmp_path)
    document.body, document.lies = data_json("1", "3"), True
    assert look(remote, tmp_path, first.mark).unchanged
    later(7)
    found = look(remote, tmp_path, first.mark)
    assert [record.identifier for record in found.records] == ["1", "3"]


def test_within_seven_days_everything_is_read_once_even_if_nothing_changed(
    remote: RemoteCatalog, tmp_path: Path, later: Callable[[int], None]
) -> None:
    mark, read = "", []
    for day in range(21):
        later(day)
        found = look(remote, tmp_path, mark)
        mark = found.mark or ""
        read.append(len(found.records))
    full = [day for day, count in enumerate(read) if count]
    assert full[0] == 0
    assert 1 <= full[1] <= 7
    assert {after - before for before, after in pairwise(full[1:])} == {7}


def test_who_remembers_nothing_is_given_no_mark_and_asks_without_conditions(
    site: Site, remote: RemoteCatalog, tmp_path: Path
) -> None:
    assert look(remote, tmp_path, None).mark is None
    assert "if-none-match" not in site.asked[0].headers


@pytest.mark.parametrize("known", ["", "|", "x", '["a"]|1', "[1, 2, 3]|", "[]"])
def test_no_mark_of_another_kind_is_taken_for_one(known: str, remote: RemoteCatalog, tmp_path: Path) -> None:
    assert len(look(remote, tmp_path, known).records) == 2


def test_a_packed_document_is_recognised(document: Document, remote: RemoteCatalog, tmp_path: Path) -> None:
    document.body, document.etag = gzip.compress(data_json("1", "2"), mtime=0), ""
    first = look(remote, tmp_path)
    assert len(first.records) == 2
    assert look(remote, tmp_path, first.mark).unchanged


def test_unchanged_rdf_is_not_parsed(
    document: Document, remote: RemoteCatalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document.body, document.etag = TURTLE, ""
    first = look(remote, tmp_path)
    assert len(first.records) == 1
    monkeypatch.delattr(RdfReader, "read")
    assert look(remote, tmp_path, first.mark).unchanged


def test_a_listing_in_pages_is_never_recognised(tmp_path: Path) -> None:
    first = Document(data_json("1"), more={"Link": '</2.json>; rel="next"'})
    with serving({"/data.json": first, "/2.json": Document(data_json("2"))}) as site:
        found = look(opened("dcat", url=site.url + "/data.json"), tmp_path)
    assert (len(found.records), found.mark) == (2, None)


def test_what_may_have_been_cut_off_is_not_recognised(tmp_path: Path) -> None:
    def page(asked: Asked, line: Line) -> None:
        line.send(b'HTTP/1.1 200 OK\r\nETag: "v1"\r\nConnection: close\r\n\r\n' + data_json("1"))

    with serving({"/data.json": page}) as site:
        found = look(opened("dcat", url=site.url + "/data.json"), tmp_path)
    assert (len(found.records), found.mark) == (1, None)


# --- CKAN ------------------------------------------------------------------------------------------------------------


def package(number: int, day: int = 1, agency: str = "Sở Y tế") -> dict[str, Any]:
    return {
        "id": f"id-{number:03d}",
        "name": f"bo-{number}",
        "title": f"Bộ {number}",
        "metadata_modified": f"2026-03-{day:02d}T08:00:00.000000",
        "organization": {"name": "so-y-te", "title": agency},
    }


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch) -> Portal:
    monkeypatch.setattr(ckan, "PAGE_ROWS", 10)
    monkeypatch.setattr(ckan_api, "PAGE_ROWS", 10)
    return Portal([package(number, day=1 + number % 20) for number in range(25)])


@pytest.fixture
def ckan_site(portal: Portal) -> Iterator[Site]:
    with portal_site(portal) as served:
        yield served


@pytest.fixture
def other(ckan_site: Site) -> RemoteCatalog:
    return opened("ckan", url=ckan_site.url)


def test_an_unchanged_portal_is_asked_one_question(ckan_site: Site, other: RemoteCatalog, tmp_path: Path) -> None:
    first = look(other, tmp_path)
    assert len(first.records) == 25
    ckan_site.asked.clear()
    again = look(other, tmp_path, first.mark)
    assert (again.records, again.mark, again.unchanged) == ([], first.mark, True)
    (path,) = ckan_site.paths()
    assert "rows=1&" in path


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda found: [*found, package(99, day=1)], id="added with an old date"),
        pytest.param(lambda found: found[1:], id="removed"),
        pytest.param(lambda found: [*found[1:], package(99, day=25)], id="one removed and one added"),
        pytest.param(lambda found: [package(0, day=25), *found[1:]], id="changed"),
        pytest.param(lambda found: [package(int(item["name"][3:]), 1, "Sở Y") for item in found], id="renamed agency"),
    ],
)
def test_a_changed_portal_is_read(
    change: Callable[[Any], Any], portal: Portal, other: RemoteCatalog, tmp_path: Path
) -> None:
    first = look(other, tmp_path)
    portal.packages = change(list(portal.packages))
    again = look(other, tmp_path, first.mark)
    assert len(again.records) == len(portal.packages)
    assert not again.unchanged


def test_a_change_without_a_new_date_is_found_within_seven_days(
    portal: Portal, other: RemoteCatalog, tmp_path: Path, later: Callable[[int], None]
) -> None:
    first = look(other, tmp_path)
    portal.packages = [{**portal.packages[0], "title": "Tên mới"}, *portal.packages[1:]]
    assert look(other, tmp_path, first.mark).unchanged
    later(7)
    assert look(other, tmp_path, first.mark).records[0].raw["title"] == "Tên mới"


def test_the_sign_is_narrowed_by_the_filters_of_the_source(ckan_site: Site, tmp_path: Path) -> None:
    look(opened("ckan", url=ckan_site.url, filter="groups:y-te"), tmp_path)
    assert all("fq=groups" in path for path in ckan_site.paths())


def by_id(portal: Portal) -> Callable[[str, Mapping[str, str], Any], Any]:
    def tamper(action: str, asked: Mapping[str, str], result: Any) -> Any:
        return portal.package_search({**asked, "sort": "id asc"})

    return tamper


TAMPERED: dict[str, Callable[[Portal], Callable[[str, Mapping[str, str], Any], Any]]] = {
    "does not sort": by_id,
    "refuses to sort by date": lambda portal: (
        lambda action, asked, result: reply(b"{}", "409 Conflict") if "metadata_modified" in asked["sort"] else result
    ),
    "answers something else": lambda portal: (
        lambda action, asked, result: "xong" if "metadata_modified" in asked["sort"] else result
    ),
    "counts otherwise than it lists": lambda portal: (
        lambda action, asked, result: {**result, "count": 26} if "metadata_modified" in asked["sort"] else result
    ),
    "dates nothing": lambda portal: (
        lambda action, asked, result: {
            **result,
            "results": [{**item, "metadata_modified": None} for item in result["results"]],
        }
    ),
}


@pytest.mark.parametrize("way", TAMPERED)
def test_a_portal_whose_answers_do_not_bear_it_out_is_read_every_time(
    way: str, portal: Portal, other: RemoteCatalog, tmp_path: Path
) -> None:
    portal.tamper = TAMPERED[way](portal)
    found = look(other, tmp_path)
    assert (len(found.records), found.mark) == (25, None)


def test_a_portal_that_cannot_search_is_read_every_time(portal: Portal, tmp_path: Path) -> None:
    portal.without = ("package_search",)
    with portal_site(portal) as site:
        found = look(opened("ckan", url=site.url), tmp_path)
    assert (len(found.records), found.mark) == (25, None)
