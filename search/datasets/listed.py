"""What a list shows of a dataset, as an index keeps it so that a page of hits needs no other source."""

from __future__ import annotations

import json
from datetime import datetime

from catalog.indexed import IndexedDataset
from catalog.listed import ListedDataset
from catalog.model import AccessLevel, DatasetId, Frequency
from catalog.vietnamese import nfc

MAX_STORED_CHARACTERS = 20_000


def listed_json(dataset: IndexedDataset) -> str:
    times = (dataset.issued, dataset.modified, dataset.recorded)
    said = (
        (dataset.id, dataset.revision, dataset.name, nfc(dataset.title), dataset.title_en),
        (nfc(dataset.description)[:MAX_STORED_CHARACTERS], dataset.description_en[:MAX_STORED_CHARACTERS]),
        (dataset.organization, dataset.organization_title, dataset.organization_title_en),
        (dataset.theme, dataset.license, dataset.level, dataset.frequency, dataset.row_count, dataset.simulated),
        (dataset.keywords, dataset.formats, dataset.decisions),
        [None if moment is None else moment.isoformat() for moment in times],
    )
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def listed_from(stored: str | bytes) -> ListedDataset:
    """What :func:`listed_json` was given."""
    names, descriptions, owner, values, rows, times = json.loads(stored)
    dataset_id, revision, name, title, title_en = names
    description, description_en = descriptions
    organization, organization_title, organization_title_en = owner
    theme, license_id, level, frequency, row_count, simulated = values
    keywords, formats, decisions = map(tuple, rows)
    issued, modified, recorded = (None if written is None else datetime.fromisoformat(written) for written in times)
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
        keywords=keywords,
        license=license_id,
        access_level=AccessLevel(level),
        frequency=Frequency(frequency),
        formats=formats,
        row_count=row_count,
        simulated=simulated,
        issued=issued,
        modified=modified,
        recorded=recorded,
        decisions=decisions,
    )
