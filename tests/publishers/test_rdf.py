"""The four written forms of RDF say the same, whatever the texts hold, as two independent parsers read them."""

from __future__ import annotations

import pyoxigraph
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib.compare import isomorphic, to_isomorphic

from publishers.rdf import RDF_FORMATS, Iri, Node, Text, Typed, serialize
from tests.publishers.examples import NASTY
from tests.publishers.graphs import read_graph


def written(nodes: list[Node], form: str) -> bytes:
    return b"".join(serialize(nodes, RDF_FORMATS[form], block=1))


def graph(nodes: list[Node], form: str) -> rdflib.Graph:
    return read_graph(written(nodes, form), form)


def example(text: str) -> list[Node]:
    place = Node(None, ("dct:Location",), (("rdfs:label", Text(text, "vi")),))
    properties = (
        ("dct:title", Text(text, "vi")),
        ("dct:title", Text(text)),
        ("dct:issued", Typed("2026-11-01", "xsd:date")),
        ("dct:spatial", place),
        ("dcat:landingPage", Iri("https://dulieu.example/x?q=" + text)),
    )
    return [
        Node("https://dulieu.example/a", ("dcat:Dataset", "dcat:Resource"), properties),
        Node("https://dulieu.example/b", (), (("dct:relation", Iri("https://dulieu.example/a")),)),
        Node("https://dulieu.example/nothing", (), ()),
    ]


@pytest.mark.parametrize("form", ["rdf", "jsonld", "nt"])
def test_each_form_is_the_same_graph_as_turtle(form: str) -> None:
    assert isomorphic(graph(example(NASTY), "ttl"), graph(example(NASTY), form))


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30))
def test_no_text_breaks_any_form(text: str) -> None:
    nodes = example(text)
    expected = to_isomorphic(graph(nodes, "nt"))
    assert len(expected) == 10
    for form in ("ttl", "rdf", "jsonld"):
        assert to_isomorphic(graph(nodes, form)) == expected


@pytest.mark.parametrize(
    ("form", "oxigraph"),
    [
        ("ttl", pyoxigraph.RdfFormat.TURTLE),
        ("rdf", pyoxigraph.RdfFormat.RDF_XML),
        ("nt", pyoxigraph.RdfFormat.N_TRIPLES),
        ("jsonld", pyoxigraph.RdfFormat.JSON_LD),
    ],
)
def test_a_strict_parser_accepts_each_form(form: str, oxigraph: pyoxigraph.RdfFormat) -> None:
    assert len(list(pyoxigraph.parse(written(example(NASTY), form), format=oxigraph))) == 10


def test_a_literal_keeps_its_text_but_for_what_xml_cannot_hold() -> None:
    expected = NASTY.replace("\x00", "").replace("\x0b", "").replace("\ufffe", "")
    titles = set(graph(example(NASTY), "rdf").objects(None, rdflib.DCTERMS.title))
    assert titles == {rdflib.Literal(expected, lang="vi"), rdflib.Literal(expected)}


def test_a_document_without_nodes_is_a_document() -> None:
    for form in ("ttl", "rdf", "jsonld", "nt"):
        assert len(graph([], form)) == 0
