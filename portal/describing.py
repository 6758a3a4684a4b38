"""What the search index holds of a dataset so that lists and exports need no database: its DCAT as JSON-LD.

Its links stand under the configured address of the portal, whichever process writes it and whatever a request claims;
who changes that address builds the index anew.
"""

from __future__ import annotations

from catalog.indexing import Describe
from catalog.reading import PublishedDataset
from publishers.dcat import dataset_record
from publishers.links import Links


def describe_under(site: str) -> Describe:
    """Writes what ``/dataset/<name>.jsonld`` says, without the score of the day."""
    links = Links(site)

    def describe(published: PublishedDataset) -> bytes:
        return dataset_record(published, links)

    return describe
