"""What the search index holds of a dataset so that lists and exports need no database: its DCAT as JSON-LD.

Its links stand under the configured address of the portal, whichever process writes it and whatever a request claims;
who changes that address builds the index anew.
"""

from __future__ import annotations

from catalog.indexing import Describe
from catalog.quality_values import QualityScore
from catalog.reading import PublishedDataset
from publishers.dcat import dataset_nodes
from publishers.links import Links
from publishers.rdf import JSON_LD, serialize


def describe_under(site: str) -> Describe:
    """Writes the same document as ``/dataset/<name>.jsonld`` gives."""
    links = Links(site)

    def describe(published: PublishedDataset, score: QualityScore | None) -> bytes:
        return b"".join(serialize(dataset_nodes(published, links, score=score), JSON_LD))

    return describe
