"""The catalogue as DCAT-AP 3.0.1: what it must say, in every form, and nothing of what is not public."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import rdflib
from rdflib import DCAT, DCTERMS, FOAF, RDF, Literal, URIRef
from rdflib.compare import isomorphic

from catalog.model import stable_id
from catalog.quality import quality_of
from publishers.dcat import CatalogDescription, catalog_nodes, dataset_nodes
from publishers.links import resource_id
from publishers.rdf import RDF_FORMATS, serialize
from tests.catalog.examples import HEALTH
from tests.publishers.examples import CLINICS_PUBLISHED, LINKS, MODIFIED, NASTY_PUBLISHED, SHARED_PUBLISHED
from tests.publishers.graphs import read_graph

CATALOG = CatalogDescription("Cổng dữ liệu mở", "Open data portal", "Dữ liệu của tỉnh", "Data of the province", HEALTH)
DATASETS = (CLINICS_PUBLISHED, SHARED_PUBLISHED, NASTY_PUBLISHED)
STANDARDS = Path(os.environ.get("DULIEUMO_TEST_STANDARDS", Path(__file__).parents[3] / "shared" / "standards"))
SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")
VCARD = rdflib.Namespace("http://www.w3.org/2006/vcard/ns#")
EU = "http://publications.europa.eu/resource/authority/"


def catalog_graph(form: str = "ttl") -> rdflib.Graph:
    nodes = catalog_nodes(CATALOG, DATASETS, LINKS, MODIFIED, lambda item: quality_of(item, {}, MODIFIED))
    document = b"".join(serialize(nodes, RDF_FORMATS[form]))
    return read_graph(document, form)


CLINICS_IRI = URIRef("https://dulieu.example/dataset/co-so-kham-chua-benh")


@pytest.mark.parametrize("form", ["rdf", "jsonld", "nt"])
def test_each_form_is_the_same_graph_as_turtle(form: str) -> None:
    assert isomorphic(catalog_graph(), catalog_graph(form))


def test_a_dataset_says_everything_the_standard_and_the_province_ask_for() -> None:
    graph = catalog_graph()
    one = {name: graph.value(CLINICS_IRI, DCTERMS[name]) for name in ("issued", "modified", "accrualPeriodicity")}
    assert one["issued"] == Literal("2026-05-01T01:00:00+00:00", datatype=rdflib.XSD.dateTime)
    assert one["modified"] == Literal("2026-11-01T08:30:15+00:00", datatype=rdflib.XSD.dateTime)
    assert one["accrualPeriodicity"] == URIRef(EU + "frequency/ANNUAL_2")
    titles = set(graph.objects(CLINICS_IRI, DCTERMS.title))
    assert titles == {Literal("Cơ sở khám chữa bệnh, giường bệnh", lang="vi"), Literal("Health facilities", lang="en")}
    assert set(graph.objects(CLINICS_IRI, DCAT.theme)) == {
        URIRef(EU + "data-theme/HEAL"),
        URIRef("https://dulieu.example/datasets?theme=y-te"),
    }
    assert Literal("bệnh viện", lang="vi") in set(graph.objects(CLINICS_IRI, DCAT.keyword))
    publisher = graph.value(CLINICS_IRI, DCTERMS.publisher)
    assert graph.value(publisher, DCTERMS.identifier) == Literal("H56.08")
    assert (publisher, RDF.type, FOAF.Agent) in graph
    contact = graph.value(CLINICS_IRI, DCAT.contactPoint)
    assert graph.value(contact, VCARD.hasEmail) == URIRef("mailto:dulieu.soyte@thanhhoa.example")
    assert graph.value(CLINICS_IRI, DCTERMS.accessRights) == URIRef(EU + "access-right/PUBLIC")
    assert graph.value(CLINICS_IRI, DCTERMS.conformsTo) == URIRef(
        "https://dulieu.example/schemas/co-so-kham-chua-benh/1.0.0.json"
    )
    period = graph.value(CLINICS_IRI, DCTERMS.temporal)
    assert graph.value(period, DCAT.endDate) == Literal("2026-10-31", datatype=rdflib.XSD.date)


def test_a_file_can_be_fetched_and_checked() -> None:
    graph = catalog_graph()
    csv = URIRef(
        "https://dulieu.example/distribution/"
        + resource_id(stable_id("distribution", "co-so-kham-chua-benh", "bang"), "csv")
    )
    assert (CLINICS_IRI, DCAT.distribution, csv) in graph
    assert graph.value(csv, DCAT.downloadURL) == URIRef(
        "https://dulieu.example/download/co-so-kham-chua-benh/co-so-kham-chua-benh-bang.csv"
    )
    assert graph.value(csv, DCAT.accessURL) == CLINICS_IRI
    assert graph.value(csv, DCAT.mediaType) == URIRef("https://www.iana.org/assignments/media-types/text/csv")
    assert graph.value(csv, DCTERMS.format) == URIRef(EU + "file-type/CSV")
    assert graph.value(csv, DCAT.byteSize) == Literal("1234", datatype=rdflib.XSD.nonNegativeInteger)
    assert graph.value(csv, DCTERMS.license) == URIRef("https://creativecommons.org/licenses/by/4.0/")
    checksum = graph.value(csv, SPDX.checksum)
    assert str(graph.value(checksum, SPDX.checksumValue)).lower() == "ab" * 32
    service = graph.value(csv, DCAT.accessService)
    assert (URIRef("https://dulieu.example/#catalog"), DCAT.service, service) in graph
    assert graph.value(service, DCAT.servesDataset) == CLINICS_IRI


def test_shared_data_are_described_and_not_offered() -> None:
    graph = catalog_graph()
    shared = URIRef("https://dulieu.example/dataset/nhan-luc-y-te")
    assert graph.value(shared, DCTERMS.accessRights) == URIRef(EU + "access-right/RESTRICTED")
    assert list(graph.objects(shared, DCAT.distribution)) == []
    assert list(graph.subjects(DCAT.servesDataset, shared)) == []


def test_one_dataset_stands_by_itself() -> None:
    document = b"".join(serialize(dataset_nodes(CLINICS_PUBLISHED, LINKS), RDF_FORMATS["ttl"]))
    graph = read_graph(document, "ttl")
    assert list(graph.subjects(RDF.type, DCAT.Dataset)) == [CLINICS_IRI]
    assert len(list(graph.subjects(RDF.type, DCAT.Distribution))) == 4
    assert len(list(graph.subjects(RDF.type, FOAF.Agent))) == 1


@pytest.mark.parametrize("shapes", ["shapes.ttl", "range.ttl"])
def test_the_catalogue_has_the_shapes_of_dcat_ap(shapes: str) -> None:
    path = STANDARDS / "dcat-ap-3.0.1" / shapes
    if not path.exists():
        pytest.skip(f"DCAT-AP shapes not found at {path}; set DULIEUMO_TEST_STANDARDS")
    from pyshacl import validate

    conforms, _, text = validate(
        catalog_graph(), shacl_graph=rdflib.Graph().parse(path), do_owl_imports=False, allow_warnings=True
    )
    assert conforms, text
