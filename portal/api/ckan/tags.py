"""Actions about keywords, which CKAN calls tags."""

from __future__ import annotations

from typing import Any

from catalog.questions import SearchQuery, SearchSort
from catalog.vietnamese import fold
from portal.api.ckan.arguments import Arguments
from portal.api.ckan.errors import not_found
from portal.api.ckan.packages import MOST_PACKAGES, found_packages
from portal.api.counts import dataset_counts
from portal.context import viewer
from publishers.ckan import tag, tag_id, tag_names


def tag_list(arguments: Arguments) -> list[Any]:
    """List the tags of all datasets. ``query``: only those that contain it; ``all_fields``: whole descriptions."""
    if arguments.text("vocabulary_id"):
        raise not_found("Not found: could not find vocabulary")
    text = fold(arguments.text("query"))
    names = sorted(name for name in _keywords_by_tag() if text in fold(name))
    return [tag(name) for name in names] if arguments.flag("all_fields") else names


def tag_search(arguments: Arguments) -> dict[str, Any]:
    """Find tags. ``query`` (or ``q``): what they contain, several of it if repeated; ``limit``, ``offset``."""
    if arguments.text("vocabulary_id"):
        raise not_found("Not found: could not find vocabulary")
    names = _matching(arguments)
    offset = arguments.natural("offset", 0)
    chosen = names[offset : offset + arguments.natural("limit", len(names))]
    return {"count": len(names), "results": [tag(name) for name in chosen]}


def tag_autocomplete(arguments: Arguments) -> list[str]:
    """Name the tags that contain a text. ``query`` (or ``q``): the text; ``limit``: 10; ``offset``."""
    if arguments.text("vocabulary_id"):
        raise not_found("Not found: could not find vocabulary")
    offset = arguments.natural("offset", 0)
    return _matching(arguments)[offset : offset + arguments.natural("limit", 10)]


def _matching(arguments: Arguments) -> list[str]:
    """Tags that contain any of the texts asked for; none where nothing is asked, as CKAN has it."""
    texts = [fold(text) for text in (*_texts(arguments, "query"), *_texts(arguments, "q")) if fold(text)]
    return sorted(name for name in _keywords_by_tag() if any(text in fold(name) for text in texts))


def _texts(arguments: Arguments, name: str) -> list[str]:
    value = arguments.values.get(name)
    return [str(item) for item in value] if isinstance(value, list) else [arguments.text(name)]


def tag_show(arguments: Arguments) -> dict[str, Any]:
    """Describe one tag. ``id``: its name or id; ``include_datasets``: also its datasets."""
    key = arguments.required("id")
    keywords = _keywords_by_tag()
    name = next((name for name in keywords if key in (name, tag_id(name))), None)
    if name is None:
        raise not_found()
    described = tag(name)
    if arguments.flag("include_datasets"):
        query = SearchQuery(
            filters={"keyword": tuple(keywords[name])},
            sort=SearchSort.RECORDED,
            limit=MOST_PACKAGES,
            viewer=viewer(),
        )
        described["packages"] = found_packages(query)
    return described


def _keywords_by_tag() -> dict[str, list[str]]:
    """Every tag with the keywords it stands for: signs that CKAN forbids may make two keywords one tag."""
    found: dict[str, list[str]] = {}
    for keyword in dataset_counts("keyword"):
        for name in tag_names((keyword,)):
            found.setdefault(name, []).append(keyword)
    return found
