"""Actions about what changed lately, which CKAN calls activities."""

from __future__ import annotations

from typing import Any

from catalog.model import stable_id
from catalog.questions import SearchQuery, SearchSort
from catalog.reading import PublishedDataset
from portal.api.ckan.arguments import Arguments
from portal.api.ckan.packages import FURTHEST, found_datasets, visible_dataset
from portal.context import links, parts, viewer
from publishers.ckan import package

ITEMS = 31
MOST_ITEMS = 100


def recently_changed_packages_activity_list(arguments: Arguments) -> list[dict[str, Any]]:
    """List the last change of every dataset, the newest first. ``limit`` (31, at most 100), ``offset``."""
    limit = arguments.natural("limit", ITEMS, MOST_ITEMS)
    offset = arguments.natural("offset", 0, FURTHEST)
    query = SearchQuery(sort=SearchSort.RECORDED, limit=limit, offset=offset, viewer=viewer())
    return [_activity(published) for published in found_datasets(query)]


def package_activity_list(arguments: Arguments) -> list[dict[str, Any]]:
    """Tell the last change of a dataset. ``id``: its name or id; ``limit``, ``offset``."""
    key = arguments.required("id")
    limit = arguments.natural("limit", ITEMS, MOST_ITEMS)
    offset = arguments.natural("offset", 0)
    with parts().store.read() as reader:
        published = visible_dataset(reader, key)
    return [_activity(published)][offset : offset + limit]


def _activity(published: PublishedDataset) -> dict[str, Any]:
    """The id belongs to the dataset and the moment, so that a reader who comes again knows what it has seen."""
    described = package(published, links())
    moment = described["metadata_modified"]
    is_new = published.dataset.modified == published.dataset.issued
    return {
        "id": stable_id("activity", described["id"], moment),
        "timestamp": moment,
        "user_id": described["creator_user_id"],
        "object_id": described["id"],
        "activity_type": "new package" if is_new else "changed package",
        "data": {"package": described},
    }
