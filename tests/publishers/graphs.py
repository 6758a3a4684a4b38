"""Reading written RDF back, for comparison."""

from __future__ import annotations

import pyoxigraph
import rdflib


def read_graph(document: bytes, form: str) -> rdflib.Graph:
    """``document`` (ttl, rdf, nt, jsonld) as a graph. JSON-LD goes through another parser, for rdflib's own uses parts
    of rdflib that are deprecated."""
    if form == "jsonld":
        triples = pyoxigraph.serialize(
            (quad.triple for quad in pyoxigraph.parse(document, format=pyoxigraph.RdfFormat.JSON_LD)),
            format=pyoxigraph.RdfFormat.N_TRIPLES,
        )
        return rdflib.Graph().parse(data=triples or b"", format="nt")
    return rdflib.Graph().parse(data=document, format={"ttl": "turtle", "rdf": "xml", "nt": "nt"}[form])
