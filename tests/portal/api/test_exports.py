"""DCAT, Data Packages, schemas, feeds: what other catalogues and search engines fetch."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest
import rdflib
from flask.testing import FlaskClient
from rdflib import DCAT, DCTERMS, RDF
from rdflib.compare import isomorphic

from catalog.model import stable_id
from portal.app import create_app
from portal.wiring import Parts
from publishers.links import resource_id
from tests.publishers.graphs import read_graph

SITE = "http://du-lieu.test"
TABLE = stable_id("distribution", "co-so-kham-chua-benh", "bang")
_MEDIA_TYPES = {
    "ttl": "text/turtle; charset=utf-8",
    "rdf": "application/rdf+xml; charset=utf-8",
    "xml": "application/rdf+xml; charset=utf-8",
    "jsonld": "application/ld+json; charset=utf-8",
    "nt": "application/n-triples; charset=utf-8",
}


def graph(client: FlaskClient, address: str) -> rdflib.Graph:
    response = client.get(address)
    assert response.status_code == 200
    extension = address.partition("?")[0].rpartition(".")[2]
    assert response.headers["Content-Type"] == _MEDIA_TYPES[extension]
    return read_graph(response.get_data(), "rdf" if extension == "xml" else extension)


def test_the_whole_catalogue_in_every_form(client: FlaskClient) -> None:
    turtle = graph(client, "/catalog.ttl")
    datasets = {str(item).rpartition("/")[2] for item in turtle.subjects(RDF.type, DCAT.Dataset)}
    assert datasets == {"co-so-kham-chua-benh", "co-so-ban-le-thuoc", "nhan-luc-y-te"}
    for form in ("rdf", "xml", "jsonld", "nt"):
        assert isomorphic(graph(client, f"/catalog.{form}"), turtle)


def test_open_datasets_say_how_good_they_are(client: FlaskClient) -> None:
    measured = rdflib.URIRef("http://www.w3.org/ns/dqv#hasQualityMeasurement")
    one = graph(client, "/dataset/co-so-kham-chua-benh.ttl")
    assert len(list(one.objects(None, measured))) == 6
    whole = graph(client, "/catalog.ttl")
    names = {str(dataset).rpartition("/")[2] for dataset in whole.subjects(measured)}
    assert names == {"co-so-kham-chua-benh", "co-so-ban-le-thuoc"}


def test_nothing_internal_stands_in_the_catalogue(client: FlaskClient) -> None:
    for address in ("/catalog.ttl", "/catalog.jsonld", "/feed.atom", "/sitemap.xml"):
        text = client.get(address).get_data(as_text=True)
        assert "noi-bo" not in text
        assert "nội bộ" not in text


def test_only_what_was_stored_or_changed_since(client: FlaskClient) -> None:
    assert len(list(graph(client, "/catalog.ttl?modified_since=2026-10-01").subjects(RDF.type, DCAT.Dataset))) == 3
    later = "/catalog.ttl?modified_since=2027-01-01T00:00:00+07:00"
    assert len(list(graph(client, later).subjects(RDF.type, DCAT.Dataset))) == 0
    assert client.get("/catalog.ttl?modified_since=hôm qua").status_code == 400


def test_the_catalogue_is_sent_once_to_who_keeps_it(client: FlaskClient) -> None:
    etag = client.get("/catalog.ttl").headers["ETag"]
    assert client.get("/catalog.ttl", headers={"If-None-Match": etag}).status_code == 304
    assert client.get("/catalog.rdf", headers={"If-None-Match": etag}).status_code == 200


def test_the_catalogue_is_sent_again_when_the_portal_is_described_anew(client: FlaskClient, parts: Parts) -> None:
    etag = client.get("/catalog.ttl").headers["ETag"]
    renamed = replace(parts, settings=parts.settings.model_copy(update={"site_title": "Tên mới"}))
    assert create_app(renamed).test_client().get("/catalog.ttl", headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize(
    ("accepted", "address"),
    [
        ("text/turtle", f"{SITE}/catalog.ttl"),
        ("application/ld+json", f"{SITE}/catalog.jsonld"),
        ("text/html,*/*;q=0.8", f"{SITE}/"),
    ],
)
def test_the_catalogue_without_an_ending_leads_to_the_form_wanted(
    client: FlaskClient, accepted: str, address: str
) -> None:
    response = client.get("/catalog", headers={"Accept": accepted})
    assert (response.status_code, response.headers["Location"]) == (303, address)
    assert "Accept" in response.headers["Vary"]


def test_one_dataset_in_every_form(client: FlaskClient) -> None:
    turtle = graph(client, "/dataset/co-so-kham-chua-benh.ttl")
    iri = rdflib.URIRef(f"{SITE}/dataset/co-so-kham-chua-benh")
    assert turtle.value(iri, DCTERMS.identifier) == rdflib.Literal(stable_id("dataset", "co-so-kham-chua-benh"))
    for form in ("rdf", "xml", "jsonld", "nt"):
        assert isomorphic(graph(client, f"/dataset/co-so-kham-chua-benh.{form}"), turtle)


def test_iris_of_distributions_lead_to_their_dataset(client: FlaskClient) -> None:
    for form in ("csv", "rows"):
        response = client.get(f"/distribution/{resource_id(TABLE, form)}", headers={"Accept": "text/html"})
        assert (response.status_code, response.headers["Location"]) == (303, f"{SITE}/dataset/co-so-kham-chua-benh")
    as_rdf = client.get(f"/distribution/{resource_id(TABLE, 'csv')}", headers={"Accept": "text/turtle"})
    assert as_rdf.headers["Location"] == f"{SITE}/dataset/co-so-kham-chua-benh.ttl"


def test_the_data_package_has_the_schema_of_its_version(client: FlaskClient) -> None:
    package = client.get("/dataset/co-so-kham-chua-benh/datapackage.json").get_json()
    [resource] = package["resources"]
    assert resource["path"].endswith("/1/co-so-kham-chua-benh-bang.csv")
    content = client.get(resource["path"].removeprefix(SITE), buffered=True).get_data()
    assert len(content) == resource["bytes"]


def test_schemas_newest_and_by_version(client: FlaskClient) -> None:
    newest = client.get("/schemas/co-so-kham-chua-benh.json")
    first = client.get("/schemas/co-so-kham-chua-benh/1.0.0.json")
    assert newest.get_json() == first.get_json()
    assert [field["name"] for field in newest.get_json()["fields"]] == ["ma", "ten", "ma_xa", "giuong"]
    assert "immutable" in first.headers["Cache-Control"]
    assert "immutable" not in newest.headers["Cache-Control"]


@pytest.mark.parametrize(
    "address",
    [
        "/dataset/kiem-tra-noi-bo.ttl",
        "/dataset/kiem-tra-noi-bo/datapackage.json",
        "/dataset/nhan-luc-y-te/datapackage.json",
        "/dataset/kiem-tra-noi-bo/resource/x",
        f"/distribution/{resource_id(stable_id('distribution', 'kiem-tra-noi-bo', 'bang'), 'csv')}",
        "/distribution/khong-co",
        "/schemas/khong-co.json",
        "/schemas/co-so-kham-chua-benh/9.9.9.json",
        "/catalog.docx",
        "/sitemap-2.xml",
        "/sitemap-0.xml",
    ],
)
def test_what_is_hidden_is_not_there(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert stable_id("dataset", "kiem-tra-noi-bo") not in response.get_data(as_text=True)


def test_news_and_addresses(client: FlaskClient) -> None:
    feed = client.get("/feed.atom")
    assert feed.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    titles = [item.text for item in ElementTree.fromstring(feed.get_data()).iter("{http://www.w3.org/2005/Atom}title")]  # noqa: S314
    assert titles[1:] == ["Nhân lực y tế theo xã", "Cơ sở khám chữa bệnh, giường bệnh"]
    sitemap = client.get("/sitemap.xml").get_data(as_text=True)
    assert f"<loc>{SITE}/dataset/co-so-kham-chua-benh</loc>" in sitemap
    assert client.get("/sitemap-1.xml").status_code == 200
    assert client.get("/robots.txt").headers["Content-Type"] == "text/plain; charset=utf-8"
