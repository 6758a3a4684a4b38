"""The quality of a dataset in the Data Quality Vocabulary, as rdflib reads it."""

from __future__ import annotations

import rdflib
from rdflib import RDF, XSD, Literal, URIRef

from catalog.issues import Dimension, Report
from catalog.quality import quality_of
from publishers.dcat import catalog_nodes, dataset_nodes
from publishers.rdf import RDF_FORMATS, serialize
from tests.publishers.examples import CLINICS_PUBLISHED, LINKS, MODIFIED, SHARED_PUBLISHED
from tests.publishers.graphs import read_graph
from tests.publishers.test_dcat import CATALOG, CLINICS_IRI

DQV = rdflib.Namespace("http://www.w3.org/ns/dqv#")
PROV = rdflib.Namespace("http://www.w3.org/ns/prov#")
HELP = "https://dulieu.example/help/hieu-so-lieu#"
REPORTS = {table.distribution.id: Report(3) for table in CLINICS_PUBLISHED.tables}
SCORE = quality_of(CLINICS_PUBLISHED, REPORTS, MODIFIED)


def dataset_graph(form: str = "ttl") -> rdflib.Graph:
    nodes = dataset_nodes(CLINICS_PUBLISHED, LINKS, score=SCORE)
    return read_graph(b"".join(serialize(nodes, RDF_FORMATS[form])), form)


def test_each_dimension_is_measured_once() -> None:
    assert SCORE is not None
    graph = dataset_graph()
    measured = {}
    for measurement in graph.objects(CLINICS_IRI, DQV.hasQualityMeasurement):
        assert (measurement, RDF.type, DQV.QualityMeasurement) in graph
        assert graph.value(measurement, DQV.computedOn) == CLINICS_IRI
        assert graph.value(measurement, PROV.generatedAtTime) == Literal(
            "2026-11-01T08:30:15+00:00", datatype=XSD.dateTime
        )
        value = graph.value(measurement, DQV.value)
        assert isinstance(value, Literal)
        assert value.datatype == XSD.decimal
        measured[graph.value(measurement, DQV.isMeasurementOf)] = float(value)
    assert measured == {URIRef(f"{HELP}diem-{item.dimension.value}"): item.share for item in SCORE.dimensions}
    assert measured[URIRef(HELP + "diem-du")] < 1


def test_metrics_and_dimensions_are_described() -> None:
    graph = dataset_graph()
    for dimension in Dimension:
        metric, quality = URIRef(f"{HELP}diem-{dimension.value}"), URIRef(HELP + dimension.value)
        assert (metric, RDF.type, DQV.Metric) in graph
        assert (metric, DQV.inDimension, quality) in graph
        assert graph.value(metric, DQV.expectedDataType) == XSD.decimal
        assert (quality, RDF.type, DQV.Dimension) in graph
        assert set(graph.objects(quality, rdflib.SKOS.prefLabel)) == {
            Literal(dimension.label, lang="vi"),
            Literal(dimension.label_en, lang="en"),
        }


def test_the_vocabulary_stands_once_in_a_catalogue_and_only_for_what_was_measured() -> None:
    nodes = list(
        catalog_nodes(
            CATALOG,
            [CLINICS_PUBLISHED, SHARED_PUBLISHED, CLINICS_PUBLISHED],
            LINKS,
            quality=lambda published: quality_of(published, REPORTS, MODIFIED),
        )
    )
    assert sum(node.types == ("dqv:Metric",) for node in nodes) == len(Dimension)
    graph = read_graph(b"".join(serialize(nodes, RDF_FORMATS["ttl"])), "ttl")
    assert set(graph.subjects(DQV.hasQualityMeasurement)) == {CLINICS_IRI}
