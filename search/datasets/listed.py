"""What a list shows of a dataset, as an index keeps it."""

from __future__ import annotations

import json
from datetime import datetime

from catalog.indexed import IndexedDataset
from catalog.listed import ListedDataset
from catalog.model import AccessLevel, DatasetId, Frequency
from catalog.vietnamese import nfc

MAX_STORED_CHARACTERS = 20_000


def listed_json(dataset: IndexedDataset) -> str:
    """What a list shows of a dataset, as an index keeps it so that a page of hits needs no other source."""
    said = (
        *(dataset.id, dataset.revision, dataset.name, nfc(dataset.title), dataset.title_en),
        *(nfc(dataset.description)[:MAX_STORED_CHARACTERS], dataset.description_en[:MAX_STORED_CHARACTERS]),
        *(dataset.organization, dataset.organization_title, dataset.organization_title_en, dataset.theme),
        *(dataset.keywords, dataset.license, dataset.level, dataset.frequency, dataset.formats, dataset.row_count),
        *(dataset.simulated, _written(dataset.issued), _written(dataset.modified), _written(dataset.recorded)),
    )
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def listed_from(stored: str | bytes) -> ListedDataset:
    """What :func:`listed_json` was given."""
    *texts, keywords, license_id, level, frequency, formats, rows, simulated, issued, modified, recorded = json.loads(
        stored
    )
    dataset_id, revision, name, title, title_en, description, description_en, *owner, theme = texts
    organization, organization_title, organization_title_en = owner
    return ListedDataset(
        id=DatasetId(dataset_id),
        revision=revision,
        name=name,
        title=title,
        title_en=title_en,
        description=description,
        description_en=description_en,
        organization=organization,
        organization_title=organization_title,
        organization_title_en=organization_title_en,
        theme=theme,
        keywords=tuple(keywords),
        license=license_id,
        access_level=AccessLevel(level),
        frequency=Frequency(frequency),
        formats=tuple(formats),
        row_count=rows,
        simulated=simulated,
        issued=_read_moment(issued),
        modified=_read_moment(modified),
        recorded=_read_moment(recorded),
    )


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _read_moment(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)
