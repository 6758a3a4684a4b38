"""Actions about datasets, which CKAN calls packages."""

from __future__ import annotations

from typing import Any

from catalog.errors import NotFound
from catalog.model import Dataset
from catalog.ports import CatalogReader
from catalog.questions import AnyOf, Match, SearchQuery, SearchSort
from catalog.reading import PublishedDataset, is_visible, published_dataset, published_datasets
from catalog.vietnamese import fold, slug
from portal.api.ckan.arguments import Arguments
from portal.api.ckan.errors import access_denied, not_found
from portal.context import links, parts, viewer
from publishers.ckan import package

MOST_PACKAGES = 1000
MOST_SUGGESTIONS = 100
FURTHEST = 1_000_000


def package_list(arguments: Arguments) -> list[str]:
    """List the names of all datasets, in order. ``limit``, ``offset``: a part of them; without a limit all."""
    with parts().store.read() as reader:
        names = sorted(dataset.name for dataset in reader.datasets() if is_visible(dataset, viewer()))
    offset = arguments.natural("offset", 0)
    return names[offset : offset + arguments.natural("limit", len(names))]


def current_package_list_with_resources(arguments: Arguments) -> list[dict[str, Any]]:
    """List datasets with their resources, the newest first. ``limit``, ``offset`` or ``page``."""
    limit = arguments.natural("limit", MOST_PACKAGES, MOST_PACKAGES)
    page = arguments.natural("page", 0, FURTHEST)
    offset = (page - 1) * limit if page else arguments.natural("offset", 0)
    return found_packages(
        SearchQuery(sort=SearchSort.RECORDED, limit=limit, offset=min(offset, FURTHEST), viewer=viewer())
    )


def package_show(arguments: Arguments) -> dict[str, Any]:
    """Describe one dataset. ``id``: its name or id."""
    key = arguments.required("id", "name_or_id")
    with parts().store.read() as reader:
        return package(visible_dataset(reader, key), links())


def package_autocomplete(arguments: Arguments) -> list[dict[str, str]]:
    """Find datasets whose name or title begins with a text, then those with the text in their title. ``q``: the text;
    ``limit``: 10."""
    text = arguments.required("q").strip()
    limit = arguments.natural("limit", 10, MOST_SUGGESTIONS)
    # Names are made of titles, so that most titles that begin with the text are found by their names.
    names = dict.fromkeys(name for name in (text.lower(), slug(text)) if name)
    named = AnyOf(tuple(Match("name", name, prefix=True) for name in names))
    found = found_datasets(SearchQuery(where=named, sort=SearchSort.NAME, limit=limit, viewer=viewer()))
    if len(found) < limit:
        titled = Match("title", text, prefix=True)
        query = SearchQuery(where=titled, sort=SearchSort.TITLE, limit=MOST_SUGGESTIONS, viewer=viewer())
        found += [item for item in found_datasets(query) if item not in found]
    found.sort(key=lambda item: not _begins(item.dataset, text))
    return [_suggestion(item.dataset, text) for item in found[:limit]]


def _begins(dataset: Dataset, text: str) -> bool:
    return dataset.name.startswith(text.lower()) or fold(dataset.title).startswith(fold(text))


def _suggestion(dataset: Dataset, text: str) -> dict[str, str]:
    by_name = dataset.name.startswith(text.lower())
    return {
        "name": dataset.name,
        "title": dataset.title,
        "match_field": "name" if by_name else "title",
        "match_displayed": dataset.name if by_name else f"{dataset.title} ({dataset.name})",
    }


def found_datasets(query: SearchQuery) -> list[PublishedDataset]:
    """The datasets that a search finds, in its order."""
    page = parts().index.search(query)
    with parts().store.read() as reader:
        return list(published_datasets(reader, [hit.dataset_id for hit in page.hits], viewer()))


def found_packages(query: SearchQuery) -> list[dict[str, Any]]:
    """The datasets that a search finds, as packages, in its order."""
    return [package(item, links()) for item in found_datasets(query)]


def visible_dataset(reader: CatalogReader, key: str) -> PublishedDataset:
    """A dataset by name or id. One that is there but not for the caller is refused (403) and not denied (404), as
    CKAN does and its harvesters expect."""
    try:
        dataset = reader.dataset(key)
    except NotFound:
        raise not_found() from None
    if not is_visible(dataset, viewer()):
        raise access_denied()
    return published_dataset(reader, dataset.id, viewer())
