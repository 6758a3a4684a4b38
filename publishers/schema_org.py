"""Datasets as schema.org JSON-LD, which search engines read from the pages (Google's Dataset structured data)."""

from __future__ import annotations

from typing import Any

import orjson

from catalog.model import AccessLevel, StoredFile
from catalog.reading import PublishedDataset, PublishedTable
from publishers.links import Links

_DESCRIPTION_LIMIT = 5000
"""Search engines refuse longer descriptions."""


def dataset_json_ld(published: PublishedDataset, links: Links, language: str = "vi") -> str:
    """The JSON to stand inside ``<script type="application/ld+json">`` as it is: ``<``, ``>`` and ``&`` are written
    as escapes, so nothing in it can end the element. Text in ``language`` where there is one."""
    text = orjson.dumps(_dataset(published, links, english=language == "en")).decode()
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _dataset(published: PublishedDataset, links: Links, *, english: bool) -> dict[str, Any]:
    dataset, organization = published.dataset, published.organization
    title, title_en = dataset.title, dataset.title_en or dataset.title
    description = (english and dataset.description_en) or dataset.description or title
    agency = {
        "@type": "GovernmentOrganization",
        "name": (english and organization.title_en) or organization.title,
        "identifier": organization.code,
        "url": links.organization(organization.name),
    }
    described: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": links.dataset(dataset.name),
        "name": title_en if english else title,
        "alternateName": title if english else title_en,
        "description": description[:_DESCRIPTION_LIMIT],
        "url": links.dataset(dataset.name),
        "identifier": dataset.id,
        "inLanguage": "vi",
        "keywords": list(dataset.keywords),
        "license": published.license.url,
        "isAccessibleForFree": dataset.access_level is AccessLevel.OPEN,
        "creator": agency,
        "publisher": agency,
        "includedInDataCatalog": {"@type": "DataCatalog", "url": links.home()},
        "datePublished": dataset.issued.isoformat(timespec="seconds") if dataset.issued else "",
        "dateModified": dataset.modified.isoformat(timespec="seconds") if dataset.modified else "",
        "temporalCoverage": _period(published),
        "spatialCoverage": {"@type": "Place", "name": dataset.spatial} if dataset.spatial else "",
        "distribution": [
            _download(published, table, file, links) for table in published.tables for file in table.files
        ],
        "variableMeasured": [variable for table in published.tables for variable in _variables(table, english=english)],
    }
    return {key: value for key, value in described.items() if value not in ("", [])}


def _period(published: PublishedDataset) -> str:
    """An ISO 8601 interval with ``..`` for an open end, or empty."""
    start, end = published.dataset.temporal_start, published.dataset.temporal_end
    if not (start or end):
        return ""
    return f"{start.isoformat() if start else '..'}/{end.isoformat() if end else '..'}"


def _download(published: PublishedDataset, table: PublishedTable, file: StoredFile, links: Links) -> dict[str, Any]:
    return {
        "@type": "DataDownload",
        "name": table.distribution.title,
        "contentUrl": links.download(published.dataset.name, table.distribution.name, file.format),
        "encodingFormat": file.media_type,
        "contentSize": f"{file.size} B",
        "sha256": file.sha256,
    }


def _variables(table: PublishedTable, *, english: bool) -> list[dict[str, str]]:
    if not (table.schema and table.version):
        return []
    return [
        {"@type": "PropertyValue", "name": (english and field.title_en) or field.title}
        | ({"unitText": field.unit} if field.unit else {})
        for field in table.schema.fields
    ]
