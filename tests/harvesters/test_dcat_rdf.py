"""DCAT as RDF: every syntax says the same, pages are followed, and no document reaches out of its child process."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import rdflib

from catalog.errors import SourceError, SourceUnreadable
from catalog.remote import InvalidRecord, RemoteCatalog, RemoteDataset, RemoteDistribution
from harvesters import dcat, kind_of, rdf_reading
from harvesters.dcat_forms import form_of
from harvesters.rdf_reading import RdfReader
from tests.harvesters.catalogs import catalog_source, listed, notices, opened, records
from tests.harvesters.sources import outside
from tests.harvesters.web_server import Asked, Line, Page, Site, reply, serving

TURTLE = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix adms: <http://www.w3.org/ns/adms#> .
@prefix theme: <http://publications.europa.eu/resource/authority/data-theme/> .
@prefix access: <http://publications.europa.eu/resource/authority/access-right/> .
@prefix frequency: <http://publications.europa.eu/resource/authority/frequency/> .
@prefix format: <http://publications.europa.eu/resource/authority/file-type/> .
@prefix licence: <http://publications.europa.eu/resource/authority/licence/> .
@prefix own: <https://cong.example/> .

<https://cong.example/> a dcat:Catalog ; dcat:dataset <https://cong.example/bo/tre-em>, <https://cong.example/bo/khac> .
<https://cong.example/bo/tre-em> a dcat:Dataset ;
    dct:identifier "tre-em-2025" ; adms:identifier [ skos:notation "khác" ] ;
    dct:title "Children"@en, "Trẻ em được tiêm chủng"@vi ;
    dct:description "By commune"@en, "Theo xã"@vi ;
    dcat:keyword "y tế"@vi, "trẻ em"@vi ;
    dcat:theme theme:HEAL, <https://cong.example/chu-de/y-te> ;
    dct:publisher <https://cong.example/so-y-te> ;
    dcat:contactPoint [ a vcard:Kind ; vcard:fn "Phòng Nghiệp vụ" ; vcard:hasEmail <mailto:nghiep-vu@soyte.example> ] ;
    dct:accessRights access:PUBLIC ;
    dct:accrualPeriodicity frequency:ANNUAL ;
    dct:issued "2025-01-31"^^xsd:date ; dct:modified "2025-02-28T10:00:00+07:00"^^xsd:dateTime ;
    dct:temporal [ a dct:PeriodOfTime ; dcat:startDate "2024-01-01"^^xsd:date ; dcat:endDate "2024-12-31"^^xsd:date ] ;
    dct:spatial [ a dct:Location ; rdfs:label "Thanh Hóa"@vi ] ;
    dcat:landingPage <https://cong.example/trang/tre-em> ;
    dcat:distribution <https://cong.example/tep/1>, [ a dcat:Distribution ; dcat:accessURL own:api ] .
<https://cong.example/chu-de/y-te> a skos:Concept ; skos:prefLabel "Y tế"@vi ; skos:broader theme:HEAL .
<https://cong.example/so-y-te> a foaf:Agent ; foaf:name "Sở Y tế"@vi, "Department of Health"@en .
<https://cong.example/tep/1> a dcat:Distribution ;
    dct:title "Bảng"@vi, "Table"@en ; dct:description "Một dòng mỗi xã"@vi ;
    dcat:downloadURL <https://soyte.example/tre-em.csv> ; dcat:accessURL <https://soyte.example/> ;
    dct:format format:CSV ; dcat:mediaType <https://www.iana.org/assignments/media-types/text/csv> ;
    dct:license licence:CC_BY_4_0 ; dcat:byteSize "1024"^^xsd:nonNegativeInteger .
<https://cong.example/bo/khac> a dcat:Dataset ; dct:title "Khác" .
"""
DESCRIBED = RemoteDataset(
    title="Trẻ em được tiêm chủng",
    description="Theo xã",
    keywords=("trẻ em", "y tế"),
    themes=("HEAL", "Y tế", "https://cong.example/chu-de/y-te"),
    publisher="Sở Y tế",
    license="CC_BY_4_0",
    frequency="ANNUAL",
    access="PUBLIC",
    url="https://cong.example/trang/tre-em",
    spatial="Thanh Hóa",
    contact_name="Phòng Nghiệp vụ",
    contact_email="nghiep-vu@soyte.example",
    issued=datetime(2025, 1, 31, tzinfo=UTC),
    modified=datetime(2025, 2, 28, 3, tzinfo=UTC),
    temporal_start=date(2024, 1, 1),
    temporal_end=date(2024, 12, 31),
    distributions=(
        RemoteDistribution(
            "Bảng",
            "https://soyte.example/tre-em.csv",
            identifier="https://cong.example/tep/1",
            description="Một dòng mỗi xã",
            format="CSV",
            media_type="text/csv",
            size=1024,
        ),
        RemoteDistribution("", "https://cong.example/api"),
    ),
    title_en="Children",
    description_en="By commune",
)
SYNTAXES = {
    "xml": "application/rdf+xml",
    "pretty-xml": "text/xml",
    "turtle": "text/turtle; charset=utf-8",
    "nt": "application/n-triples",
    "json-ld": "application/ld+json",
}


def written(syntax: str, turtle: str = TURTLE) -> bytes:
    return rdflib.Graph().parse(data=turtle, format="turtle").serialize(format=syntax, encoding="utf-8")


@pytest.fixture(scope="module")
def child() -> Iterator[RdfReader]:
    with RdfReader() as reader:
        yield reader


@pytest.fixture(autouse=True)
def _one_child_for_all(child: RdfReader, monkeypatch: pytest.MonkeyPatch) -> None:
    """A child takes a second to start, which is nothing for a run and much for a test."""
    monkeypatch.setattr(dcat, "RdfReader", lambda: nullcontext(child))


@contextmanager
def catalogue(page: Page) -> Iterator[RemoteCatalog]:
    with serving({"/danh-muc": page}) as site:
        yield opened("dcat", url=site.url + "/danh-muc")


# --- one document ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize("syntax", list(SYNTAXES))
def test_every_syntax_says_the_same_whatever_it_is_declared_as(syntax: str, declared: bool, tmp_path: Path) -> None:
    page = reply(written(syntax), Content_Type=SYNTAXES[syntax] if declared else "text/plain")
    with catalogue(page) as remote:
        other, children = records(listed(remote, tmp_path))
    assert (other.position, other.identifier) == (1, "https://cong.example/bo/khac")
    assert (children.position, children.identifier) == (2, "tre-em-2025")
    described = remote.describe(children)
    assert set(described.distributions) == set(DESCRIBED.distributions)
    assert RemoteDataset(**{**as_fields(described), "distributions": DESCRIBED.distributions}) == DESCRIBED
    assert not [path for path in tmp_path.iterdir() if path.is_file()]


def as_fields(described: RemoteDataset) -> dict[str, Any]:
    return {name: getattr(described, name) for name in RemoteDataset.__slots__}


def test_equal_data_give_equal_records_however_they_are_written(tmp_path: Path) -> None:
    raw = []
    for number, syntax in enumerate(["xml", "turtle", "nt", "json-ld"]):
        with catalogue(reply(written(syntax), Content_Type=SYNTAXES[syntax])) as remote:
            raw.append([record.raw for record in records(listed(remote, tmp_path / str(number)))])
    assert all(found == raw[0] for found in raw)


def test_schema_org_is_read_without_asking_for_its_context(tmp_path: Path) -> None:
    dataset = {
        "@context": "https://schema.org/",
        "@graph": [
            {
                "@type": "Dataset",
                "@id": "https://a.example/1",
                "name": [{"@value": "Trẻ em", "@language": "vi"}],
                "description": "Theo xã",
                "keywords": "y tế, trẻ em",
                "license": "https://creativecommons.org/licenses/by/4.0/",
                "creator": {"@type": "Organization", "name": "Sở Y tế"},
                "temporalCoverage": "2024-01-01/2024-12-31",
                "spatialCoverage": {"@type": "Place", "name": "Thanh Hóa"},
                "dateModified": "2025-02-28",
                "distribution": {
                    "@type": "DataDownload",
                    "contentUrl": "https://a.example/1.csv",
                    "encodingFormat": "text/csv",
                },
            }
        ],
    }
    with catalogue(reply(json.dumps(dataset).encode(), Content_Type="application/ld+json")) as remote:
        (record,) = records(listed(remote, tmp_path))
    described = remote.describe(record)
    assert (record.identifier, described.title) == ("https://a.example/1", "Trẻ em")
    assert described.keywords == ("y tế", "trẻ em")
    assert described.publisher == "Sở Y tế"
    assert described.temporal_end == date(2024, 12, 31)
    assert described.spatial == "Thanh Hóa"
    assert described.distributions[0].media_type == "text/csv"


def test_a_dataset_without_a_name_of_its_own_has_no_identifier(tmp_path: Path) -> None:
    turtle = "@prefix dcat: <http://www.w3.org/ns/dcat#> . [ a dcat:Dataset ; dcat:keyword 'a' ] ."
    with catalogue(reply(turtle.encode(), Content_Type="text/turtle")) as remote:
        (record,) = records(listed(remote, tmp_path))
    assert record.identifier == ""
    assert "_:" not in json.dumps(record.raw)


def test_a_dataset_that_everything_belongs_to_is_rejected_alone(tmp_path: Path) -> None:
    keywords = ", ".join(f"'{number}'" for number in range(6_000))
    turtle = f"""@prefix dcat: <http://www.w3.org/ns/dcat#> . <http://a.example/1> a dcat:Dataset ; dcat:keyword 'a' .
        <http://a.example/2> a dcat:Dataset ; dcat:keyword {keywords} ."""
    with catalogue(reply(turtle.encode(), Content_Type="text/turtle")) as remote:
        good, large = records(listed(remote, tmp_path))
    assert good.identifier == "http://a.example/1"
    assert large.identifier == "http://a.example/2"
    with pytest.raises(InvalidRecord):
        remote.describe(large)


def test_circles_are_gone_round_once(tmp_path: Path) -> None:
    turtle = """@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
        <http://a.example/1> a dcat:Dataset ; dct:publisher _:a . _:a dct:publisher _:b . _:b dct:publisher _:a ."""
    with catalogue(reply(turtle.encode(), Content_Type="text/turtle")) as remote:
        (record,) = records(listed(remote, tmp_path))
    assert record.identifier == "http://a.example/1"


# --- pages -----------------------------------------------------------------------------------------------------------


def hydra(page: int, pages: int, *, total: int | None = None, following: str | None = None) -> bytes:
    """A page of two datasets."""
    following = following or (f"/danh-muc?trang={page + 1}" if page < pages else "")
    lines = [
        "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix hydra: <http://www.w3.org/ns/hydra/core#> .",
        *(f"<http://a.example/{page}/{number}> a dcat:Dataset ; dcat:keyword 'a' ." for number in (1, 2)),
        f"<http://a.example/> hydra:totalItems {2 * pages if total is None else total} ." if total != -1 else "",
        f"<http://a.example/trang> a hydra:PartialCollectionView ; hydra:next <{following}> ." if following else "",
    ]
    return "\n".join(lines).encode()


@contextmanager
def paged(answer: Any) -> Iterator[tuple[Site, RemoteCatalog]]:
    def page(asked: Asked, line: Line) -> None:
        number = int(asked.path.partition("trang=")[2] or 1)
        line.send(answer(number).replace(b"\r\n", b"\r\nConnection: close\r\n", 1))

    with serving({"/danh-muc": page}) as site:
        yield site, opened("dcat", url=site.url + "/danh-muc")


def turtle_reply(body: bytes, **headers: str) -> bytes:
    return reply(body, Content_Type="text/turtle", **headers)


def test_pages_that_hydra_names_are_followed(tmp_path: Path) -> None:
    with paged(lambda number: turtle_reply(hydra(number, 4))) as (site, remote):
        found = listed(remote, tmp_path)
    assert [record.position for record in records(found)] == list(range(1, 9))
    assert not notices(found)
    assert len(site.paths()) == 4


def test_pages_that_a_header_names_are_followed(tmp_path: Path) -> None:
    def answer(number: int) -> bytes:
        more = {"Link": f'</danh-muc?trang={number + 1}>; rel="next"'} if number < 3 else {}
        return reply(json.dumps({"dataset": [{"identifier": f"{number}"}]}).encode(), **more)

    with paged(answer) as (_, remote):
        found = listed(remote, tmp_path)
    assert [record.identifier for record in records(found)] == ["1", "2", "3"]
    assert not notices(found)


@pytest.mark.parametrize(
    ("answer", "code", "read"),
    [
        (lambda number: hydra(1, 4, following="/danh-muc?trang=1"), "listing-repeats", 2),
        (lambda number: hydra(1, 4), "listing-repeats", 2),
        (lambda number: hydra(number, 4, following="/danh-muc"), "listing-repeats", 2),
        (lambda number: hydra(number, 3, total=9), "listing-total", 6),
        (lambda number: hydra(number, 3, total=5), "listing-total", 6),
        (lambda number: hydra(number, 3, total=5 + number), "listing-moved", 6),
        (lambda number: b"", "", 0),
    ],
    ids=["the same records", "the same page", "back to the first", "too large", "too small", "changing", "empty"],
)
def test_after_pages_that_repeat_or_lie_no_absence_proves_anything(
    answer: Any, code: str, read: int, tmp_path: Path
) -> None:
    with paged(lambda number: turtle_reply(answer(number))) as (_, remote):
        if not code:
            with pytest.raises(SourceUnreadable):
                listed(remote, tmp_path)
            return
        found = listed(remote, tmp_path)
    (notice,) = notices(found)
    assert (notice.issue.code, notice.complete) == (code, False)
    assert len(records(found)) == read


@pytest.mark.parametrize("page", [reply(b"", "500 Oops"), reply(b"", "404 Not Found"), turtle_reply(b"<a> <b")])
def test_a_page_that_breaks_off_breaks_the_listing(page: bytes, tmp_path: Path) -> None:
    with (
        paged(lambda number: page if number == 3 else turtle_reply(hydra(number, 4))) as (_, remote),
        pytest.raises(SourceError),
    ):
        listed(remote, tmp_path)


# --- documents that are no catalogue, or worse ------------------------------------------------------------------------

RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + RDF.encode() + b"/>",
            "DOCTYPE",
        ),
        (b"<!-- x --><!DOCTYPE r>" + RDF.encode() + b"/>", "DOCTYPE"),
        (RDF.encode() + b"><a", "dòng 1"),
        (b"@prefix a: <http://a.example/> .\na:b a:c .\n", "dòng"),
        (b"@prefix a: <http://a.example/> . a:b a:c " + b"[" * 50_000, "danh-muc"),
        (b'{"@context": "http://127.0.0.1:9/x", "@graph": []}', "@context"),
        (b'{"@context": {"a": {"@id": "b:c", "@context": "http://127.0.0.1:9/x"}}, "@graph": []}', "@context"),
        (b'{"@context": {"@import": "http://127.0.0.1:9/x"}, "@graph": []}', "@import"),
        (b'{"@context": [{}, "file:///etc/passwd"], "@graph": []}', "@context"),
        (b'{"@graph": [' + b"[" * 50_000, "danh-muc"),
        (b'{"@context": {}, "@graph": [', "sai"),
        (b"\x00\x01\x02", "Turtle"),
        (b"<html><body>x</body></html>", "trang web"),
    ],
)
def test_a_document_that_cannot_be_read_is_refused_with_the_reason(body: bytes, told: str, tmp_path: Path) -> None:
    with catalogue(reply(body)) as remote, pytest.raises(SourceUnreadable) as caught:
        listed(remote, tmp_path)
    assert told in caught.value.message


ATTEMPTS = """
import os, socket, subprocess, sys, urllib.request
from harvesters.rdf_child import close_doors
close_doors({sys.argv[1]})
attempts = {
    "call": lambda: socket.create_connection(("127.0.0.1", int(sys.argv[3]))),
    "look up": lambda: socket.getaddrinfo("localhost", 80),
    "fetch": lambda: urllib.request.urlopen("http://127.0.0.1:" + sys.argv[3]),
    "fetch a file": lambda: urllib.request.urlopen("file://" + sys.argv[2]),
    "read": lambda: open(sys.argv[2]),
    "write": lambda: open(sys.argv[2] + ".moi", "w"),
    "write among ours": lambda: open(sys.prefix + "/moi", "w"),
    "start": lambda: subprocess.run(["true"]),
    "system": lambda: os.system("true"),
}
for name, attempt in attempts.items():
    try:
        attempt()
    except PermissionError:
        continue
    print(name)
print(open(sys.argv[1]).read())
"""


def test_the_child_can_neither_call_out_nor_touch_other_files(tmp_path: Path) -> None:
    secret, allowed = tmp_path / "bi-mat", tmp_path / "danh-muc"
    secret.write_text("bí mật")
    allowed.write_text("đọc được")
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = str(listener.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-c", ATTEMPTS, str(allowed), str(secret), port],
            capture_output=True,
            check=False,
            encoding="utf-8",
            env={"PYTHONUTF8": "1", "PYTHONPATH": str(Path.cwd())},
        )
    assert (done.stdout, done.stderr) == ("đọc được\n", "")


def test_a_child_that_takes_too_long_costs_its_document_alone(tmp_path: Path) -> None:
    with RdfReader(seconds=0.01) as reader:
        path = tmp_path / "a.ttl"
        path.write_text("<a:b> <a:c> 'd' .")
        with pytest.raises(SourceUnreadable, match="quá phức tạp"):
            reader.read(path, "turtle", "http://a.example/", tmp_path / "ra", shown="x")
        reader._seconds = rdf_reading.WALL_SECONDS
        assert reader.read(path, "turtle", "http://a.example/", tmp_path / "ra-2", shown="x").total is None


def test_a_catalogue_is_tried_out() -> None:
    with serving({"/danh-muc": reply(written("turtle"), Content_Type="text/turtle")}) as site:
        read, understood = kind_of("dcat").check(catalog_source("dcat", {"url": site.url + "/danh-muc"}), outside())
    assert "2 bản ghi" in read.message
    assert understood.is_well


@pytest.mark.parametrize(
    ("head", "media_type", "form"),
    [
        ('{"dataset": [', "application/ld+json", "data.json"),
        ('{"@context": "https://x.example/context.jsonld", "dataset": [', "", "data.json"),
        ('{"@context": {"dct": "x"}, "@graph": [', "application/json", "json-ld"),
        ('{"dcat:dataset": [', "", "json-ld"),
        ('[{"@id": "x", "http://www.w3.org/ns/dcat#keyword": []}]', "", "json-ld"),
        ('[{"identifier": "x", "@type": "dcat:Dataset"}]', "", "data.json"),
        ('{"a": 1}\n{"b": 2}', "", "lines"),
        ('{"a": 1', "application/x-ndjson", "lines"),
        ("# chú thích\n@prefix a: <b:c> .", "text/html", "turtle"),
        ("PREFIX a: <b:c>", "", "turtle"),
        ("<a:b> <a:c> <a:d> .", "application/n-triples", "nt"),
        ("[ a <a:b> ] .", "text/turtle", "turtle"),
        ("a:b a:c a:d .", "text/turtle", "turtle"),
        ("\ufeff<?xml version='1.0'?><rdf:RDF>", "text/turtle", "xml"),
    ],
)
def test_a_document_is_what_it_begins_like(head: str, media_type: str, form: str, tmp_path: Path) -> None:
    path = tmp_path / "danh-muc"
    path.write_text(head)
    assert form_of(path, media_type, "https://a.example/danh-muc") == form
