"""A list of datasets as DCAT in JSON-LD, made of the records that the index itself carries: no database is asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from catalog.questions import SearchHit, SearchPage
from publishers.links import Links

JSON_LD = "application/ld+json"
_HYDRA = "http://www.w3.org/ns/hydra/core#"

Node = dict[str, Any]


def json_ld_of(page: SearchPage, links: Links, address: str, following: str | None) -> Node:
    """The page as one graph: its datasets, and a node that says how many there are in all and what follows."""
    context: Node = {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"}
    graph: dict[str, Node] = {}
    datasets = []
    for hit in page.hits:
        record = orjson.loads(hit.record) if hit.record else _bare(hit, links)
        context |= record.get("@context", {})
        _add(graph, record["@graph"])
        datasets.append({"@id": links.dataset(hit.name)})
    view: Node = {
        "@id": address,
        "@type": "hydra:PartialCollectionView",
        "hydra:totalItems": page.total,
        "hydra:member": datasets,
    }
    if following:
        view["hydra:next"] = {"@id": following}
    return {"@context": {**context, "hydra": _HYDRA}, "@graph": [view, *graph.values()]}


def _add(graph: dict[str, Node], nodes: Iterable[Node]) -> None:
    """What several records say of the same thing is said once."""
    for node in nodes:
        graph.setdefault(node.get("@id") or f"_:{len(graph)}", node)


def _bare(hit: SearchHit, links: Links) -> Node:
    """What is known of a dataset whose record the index was not given."""
    title = "".join(piece.text for piece in hit.title)
    node = {"@id": links.dataset(hit.name), "@type": "dcat:Dataset", "dct:title": {"@value": title, "@language": "vi"}}
    return {"@graph": [node]}
