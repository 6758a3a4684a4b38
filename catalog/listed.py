"""What a list shows of a dataset. A value only: read from the catalogue, or carried by the search index."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from catalog.duties import Duty, duty
from catalog.model import AccessLevel, DatasetId, Frequency


@dataclass(frozen=True, slots=True)
class ListedDataset:
    """``organization`` is the owner's name in addresses; ``row_count`` is that of all tables together, 0 of data that
    are not open; ``decisions`` the numbers of the documents that the data rest on."""

    id: DatasetId
    revision: int
    name: str
    title: str
    title_en: str
    description: str
    description_en: str
    organization: str
    organization_title: str
    organization_title_en: str
    theme: str
    keywords: tuple[str, ...]
    license: str
    access_level: AccessLevel
    frequency: Frequency
    formats: tuple[str, ...]
    row_count: int
    simulated: bool
    issued: datetime | None
    modified: datetime | None
    recorded: datetime | None
    decisions: tuple[str, ...] = ()

    def duty(self, now: datetime) -> Duty:
        return duty(self, now)
