"""The answer of ``package_search``: facets under CKAN's names, and datasets cut down to the fields asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from catalog.ports import CatalogReader
from catalog.questions import FacetCount, SearchPage, Viewer
from catalog.vocabularies import LICENSES, THEMES, format_title
from portal.api.ckan.arguments import Arguments
from portal.api.ckan.errors import validation_error
from portal.context import viewer
from publishers.ckan import tag_names

MOST_FACET_VALUES = 10_000

FACETS = {
    "organization": "organization",
    "owner_org": "organization",
    "groups": "theme",
    "tags": "keyword",
    "res_format": "format",
    "license_id": "license",
    "frequency": "frequency",
    "extras_frequency": "frequency",
    "access_level": "level",
    "extras_access_level": "level",
}
"""Our facets by CKAN's names."""

_CONSTANTS = {
    "dataset_type": "dataset",
    "entity_type": "package",
    "state": "active",
    "capacity": "public",
    "private": "false",
}
"""What every dataset that the public sees says."""


def facet_fields(arguments: Arguments) -> list[str]:
    """The facets asked for, each once."""
    given = arguments.values.get("facet.field")
    if not arguments.flag("facet", default=True) or given in (None, ""):
        return []
    fields = arguments.json("facet.field") if isinstance(given, str) else given
    if not isinstance(fields, list) or not all(isinstance(field, str) for field in fields):
        raise validation_error("facet.field", "Not a list")
    return list(dict.fromkeys(fields))[:50]


def facet_limit(arguments: Arguments) -> int:
    """How many values of a facet are told at most; 50 unless said, any number below 0 means all."""
    if arguments.text("facet.limit").strip().removeprefix("-").isdecimal() and arguments.text("facet.limit")[0] == "-":
        return MOST_FACET_VALUES
    return arguments.natural("facet.limit", 50, MOST_FACET_VALUES)


def search_facets(
    arguments: Arguments, fields: list[str], page: SearchPage, reader: CatalogReader
) -> dict[str, dict[str, Any]]:
    """The counts under the caller's own field names; a field that is no facet here has no values. Items come in
    descending order of their display names, as CKAN gives them."""
    least, most = arguments.natural("facet.mincount", 1), facet_limit(arguments)
    found: dict[str, dict[str, Any]] = {}
    for field in fields:
        name_of, title_of = _naming(field, reader)
        items = [
            {"name": name_of(item.value), "display_name": title_of(item.value), "count": item.count}
            for item in _counts(field, page)
            if item.count >= least and name_of(item.value)
        ][:most]
        items.sort(key=lambda item: str(item["display_name"]), reverse=True)
        found[field] = {"title": field, "items": items}
    return found


def _counts(field: str, page: SearchPage) -> tuple[FacetCount, ...]:
    if field in _CONSTANTS and viewer() is Viewer.PUBLIC:
        return (FacetCount(_CONSTANTS[field], page.total),) if page.total else ()
    return page.facets.get(FACETS.get(field, ""), ())


def _naming(field: str, reader: CatalogReader) -> tuple[Callable[[str], str], Callable[[str], str]]:
    """How a value of a facet is named in CKAN, and how it is shown."""
    if field == "owner_org":
        ids = {organization.name: str(organization.id) for organization in reader.organizations()}
        return lambda value: ids.get(value, ""), lambda value: ids.get(value, "")
    facet = FACETS.get(field, "")
    if facet == "organization":
        titles = {organization.name: organization.title for organization in reader.organizations()}
        return str, lambda value: titles.get(value, value)
    if facet == "theme":
        return str, lambda value: THEMES[value].title if value in THEMES else value
    if facet == "license":
        return str, lambda value: LICENSES[value].title if value in LICENSES else value
    if facet == "format":
        return format_title, format_title
    if facet == "keyword":
        return _tag_name, _tag_name
    return str, str


def _tag_name(keyword: str) -> str:
    return next(iter(tag_names((keyword,))), "")


def as_asked(described: dict[str, Any], wanted: list[str]) -> dict[str, Any]:
    """The package, or only the ``wanted`` fields of it (``fl``), which CKAN gives as its search engine keeps them:
    organization, groups and tags by name, times with Z, formats and names of resources as lists."""
    if not wanted or "*" in wanted:
        return described
    resources = described["resources"]
    kept = {
        **{name: extra["value"] for extra in described["extras"] for name in (extra["key"], f"extras_{extra['key']}")},
        **described,
        "organization": described["organization"]["name"],
        "groups": [group["name"] for group in described["groups"]],
        "tags": [tag["name"] for tag in described["tags"]],
        "metadata_created": _instant(described["metadata_created"]),
        "metadata_modified": _instant(described["metadata_modified"]),
        "dataset_type": described["type"],
        "entity_type": "package",
        "capacity": "private" if described["private"] else "public",
        **{f"res_{name}": [resource[name] for resource in resources] for name in ("name", "format", "url")},
        "res_description": [resource["description"] for resource in resources],
    }
    return {key: kept[key] for key in wanted if kept.get(key) not in (None, [])}


def _instant(timestamp: str) -> str:
    """CKAN's time of a package as Solr writes it: to the millisecond, in UTC."""
    return timestamp[:-3].removesuffix(".000") + "Z"
