"""Which table and format a resource id stands for."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.model import DatasetId, DistributionId
from catalog.ports import CatalogReader
from publishers.links import resource_origins


@dataclass(frozen=True, slots=True)
class ResourcePlace:
    """``form`` is a file format, ``link`` for an address elsewhere, or ``rows`` for the row API."""

    dataset_id: DatasetId
    distribution_id: DistributionId
    form: str


def place_of(reader: CatalogReader, key: str) -> ResourcePlace | None:
    """What a resource id was made from; ``None`` if no distribution has such an id."""
    origins = resource_origins(key)
    for distribution_id, dataset_id in reader.datasets_of(origins).items():
        return ResourcePlace(dataset_id, distribution_id, origins[distribution_id])
    return None
