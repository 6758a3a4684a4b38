"""Actions about organizations, and about themes, which CKAN calls groups."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from catalog.questions import SearchQuery, SearchSort
from catalog.vietnamese import fold, sort_key
from catalog.vocabularies import THEMES, Theme
from portal.api.ckan.arguments import Arguments
from portal.api.ckan.errors import not_found, validation_error
from portal.api.ckan.packages import MOST_PACKAGES, found_packages
from portal.api.counts import dataset_counts
from portal.context import parts, viewer
from publishers.ckan import group, group_id, organization

MOST_NAMES = 1000
MOST_WITH_ALL_FIELDS = 25
PACKAGES_SHOWN = 10


def organization_list(arguments: Arguments) -> list[Any]:
    """List organizations. ``all_fields``; ``sort``: name, title or package_count with asc or desc; ``organizations``:
    only these names; ``q``: what name, title or description contains; ``limit``, ``offset``;
    ``include_dataset_count``."""
    with parts().store.read() as reader:
        organizations = reader.organizations()
    counts = dataset_counts("organization")
    described = (organization(item, counts.get(item.name, 0)) for item in organizations)
    return _listed(arguments, "organizations", described)


def organization_show(arguments: Arguments) -> dict[str, Any]:
    """Describe one organization. ``id``: its name or id; ``include_datasets``: also its first ten datasets."""
    key = arguments.required("id")
    with parts().store.read() as reader:
        item = next((item for item in reader.organizations() if key in (item.id, item.name)), None)
    if item is None:
        raise not_found()
    described = organization(item, dataset_counts("organization").get(item.name, 0))
    return _shown(arguments, described, "organization", item.name)


def group_list(arguments: Arguments) -> list[Any]:
    """List themes. Takes what ``organization_list`` takes, with ``groups`` for the names."""
    counts = dataset_counts("theme")
    return _listed(arguments, "groups", (group(theme, counts.get(theme.id, 0)) for theme in THEMES.values()))


def group_show(arguments: Arguments) -> dict[str, Any]:
    """Describe one theme. ``id``: its name or id; ``include_datasets``: also its first ten datasets."""
    theme = _theme(arguments.required("id"))
    described = group(theme, dataset_counts("theme").get(theme.id, 0))
    return _shown(arguments, described, "theme", theme.id)


def organization_autocomplete(arguments: Arguments) -> list[dict[str, str]]:
    """Find organizations whose name or title contains a text. ``q``: the text; ``limit``: 20."""
    with parts().store.read() as reader:
        organizations = reader.organizations()
    return _suggested(arguments, (organization(item, None) for item in organizations))


def group_autocomplete(arguments: Arguments) -> list[dict[str, str]]:
    """Find themes whose name or title contains a text. ``q``: the text; ``limit``: 20."""
    return _suggested(arguments, (group(theme, None) for theme in THEMES.values()))


def _suggested(arguments: Arguments, described: Iterable[dict[str, Any]]) -> list[dict[str, str]]:
    text = fold(arguments.text("q"))
    found = [item for item in described if text in item["name"] or text in fold(item["title"])]
    found.sort(key=lambda item: sort_key(item["title"]))
    return [{key: item[key] for key in ("id", "name", "title")} for item in found[: arguments.natural("limit", 20)]]


def group_package_show(arguments: Arguments) -> list[dict[str, Any]]:
    """List the datasets of a theme. ``id``: its name or id; ``limit``."""
    theme = _theme(arguments.required("id"))
    limit = arguments.natural("limit", MOST_PACKAGES, MOST_PACKAGES)
    return _packages("theme", theme.id, limit)


def _theme(key: str) -> Theme:
    for theme in THEMES.values():
        if key in (theme.id, group_id(theme)):
            return theme
    raise not_found()


def _packages(facet: str, value: str, limit: int) -> list[dict[str, Any]]:
    query = SearchQuery(filters={facet: (value,)}, sort=SearchSort.RECORDED, limit=limit, viewer=viewer())
    return found_packages(query)


def _shown(arguments: Arguments, described: dict[str, Any], facet: str, value: str) -> dict[str, Any]:
    if not arguments.flag("include_dataset_count", default=True):
        described.pop("package_count")
    if arguments.flag("include_datasets"):
        described["packages"] = _packages(facet, value, PACKAGES_SHOWN)
    return described


_SORT_KEYS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "name": lambda item: item["name"],
    "title": lambda item: sort_key(item["title"]),
    "package_count": lambda item: item["package_count"],
    "packages": lambda item: item["package_count"],
}


def _listed(arguments: Arguments, chosen: str, described: Iterable[dict[str, Any]]) -> list[Any]:
    """Names, or whole descriptions with ``all_fields``, of which CKAN gives fewer at a time."""
    field, _, direction = (arguments.text("sort") or arguments.text("order_by") or "title asc").strip().partition(" ")
    if field not in _SORT_KEYS or direction.strip().lower() not in ("", "asc", "desc"):
        raise validation_error("message", f"Cannot sort by field `{field[:100]}`")
    names = set(arguments.names(chosen))
    text = fold(arguments.text("q"))
    items = [
        item
        for item in described
        if (not names or item["name"] in names)
        and text in fold(f"{item['name']}\n{item['title']}\n{item['description']}")
    ]
    # As in CKAN, those with the most datasets come first unless a direction is said.
    direction = direction.strip().lower() or ("desc" if field.startswith("package") else "asc")
    items.sort(key=_SORT_KEYS[field], reverse=direction == "desc")
    all_fields = arguments.flag("all_fields")
    most = MOST_WITH_ALL_FIELDS if all_fields else MOST_NAMES
    offset = arguments.natural("offset", 0)
    items = items[offset : offset + arguments.natural("limit", most, most)]
    if not all_fields:
        return [item["name"] for item in items]
    if not arguments.flag("include_dataset_count", default=True):
        for item in items:
            item.pop("package_count")
    return items
