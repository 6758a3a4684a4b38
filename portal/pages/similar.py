"""Datasets about the same matter as one that is looked at."""

from __future__ import annotations

from catalog.errors import IndexUnavailable
from catalog.questions import Likeness, SearchQuery, Viewer
from catalog.reading import PublishedDataset, published_datasets
from portal.wiring import Parts

SIMILAR = 4
NEAR = 0.5
"""What is not half as similar as the most similar one only shares some common word."""
_MOST_COLUMNS = 30


def similar_datasets(parts: Parts, published: PublishedDataset, viewer: Viewer) -> tuple[PublishedDataset, ...]:
    """The most similar that the viewer may see, most similar first; none where search is down."""
    dataset = published.dataset
    columns = [field.title for table in published.tables if table.schema for field in table.schema.fields]
    like = Likeness(
        id=dataset.id,
        title=dataset.title,
        keywords=dataset.keywords,
        theme=dataset.theme,
        organization=published.organization.name,
        columns=tuple(dict.fromkeys(columns))[:_MOST_COLUMNS],
    )
    try:
        found = parts.index.search(SearchQuery(like=like, limit=SIMILAR, marked=False, viewer=viewer))
    except IndexUnavailable:
        return ()
    enough = NEAR * found.hits[0].score if found.hits else 0.0
    near = [hit.dataset_id for hit in found.hits if hit.score >= enough]
    if not near:
        return ()
    with parts.store.read() as reader:
        return published_datasets(reader, near, viewer)
