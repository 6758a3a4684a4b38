"""``package_search``: Solr's question, answered by the dataset index."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from catalog.errors import InvalidQuery
from catalog.ports import CatalogReader
from catalog.questions import AllOf, Condition, FacetCount, SearchQuery, SearchSort
from catalog.reading import published_datasets
from catalog.vocabularies import LICENSES, THEMES, format_title
from portal.api.ckan.arguments import Arguments
from portal.api.ckan.errors import search_error, search_query_error, validation_error
from portal.api.ckan.packages import FURTHEST, MOST_PACKAGES
from portal.context import links, parts, viewer
from publishers.ckan import package, tag_names
from search.datasets.ckan_query import parse_condition

DEFAULT_SORT = "score desc, metadata_modified desc"
MOST_FACET_VALUES = 10_000

_KNOWN = frozenset(
    {"q", "fq", "fq_list", "sort", "rows", "start", "fl", "extras"}
    | {"facet", "facet.field", "facet.limit", "facet.mincount"}
    | {"include_private", "include_drafts", "include_deleted", "use_default_schema"}
    | {"qf", "wt", "bf", "boost", "tie", "defType", "mm", "df", "q.op"}
)
_LOCAL_PARAMETERS = re.compile(r"\{!|_query_|_val_")
_FACETS = {
    "organization": "organization",
    "groups": "theme",
    "tags": "keyword",
    "res_format": "format",
    "license_id": "license",
    "frequency": "frequency",
    "extras_frequency": "frequency",
    "access_level": "level",
    "extras_access_level": "level",
}
_SORTS = {
    "metadata_modified": (SearchSort.MODIFIED_ASC, SearchSort.MODIFIED),
    "last_modified": (SearchSort.MODIFIED_ASC, SearchSort.MODIFIED),
    "metadata_created": (SearchSort.ISSUED_ASC, SearchSort.ISSUED),
    "title": (SearchSort.TITLE, SearchSort.TITLE_DESC),
    "title_string": (SearchSort.TITLE, SearchSort.TITLE_DESC),
    "name": (SearchSort.NAME, SearchSort.NAME_DESC),
    # Who sorts by id wants pages that never overlap; names do as well.
    "id": (SearchSort.NAME, SearchSort.NAME_DESC),
}


def package_search(arguments: Arguments) -> dict[str, Any]:
    """Find datasets. ``q``: text or Solr syntax; ``fq``, ``fq_list``: filters; ``sort``; ``rows`` (10, at most 1000)
    and ``start``; ``facet``, ``facet.field``, ``facet.limit``, ``facet.mincount``; ``fl``: only these keys."""
    unknown = [name for name in arguments.values if name not in _KNOWN and not name.startswith("ext_")]
    if unknown:
        raise search_query_error(f"Invalid search parameters: {unknown}")
    fields = _facet_fields(arguments)
    query = _search_query(arguments, fields)
    try:
        page = parts().index.search(query)
    except InvalidQuery as error:
        raise search_query_error(error.message_en) from error
    with parts().store.read() as reader:
        found = published_datasets(reader, [hit.dataset_id for hit in page.hits], viewer())
        facets = _facets(arguments, fields, page.facets, reader)
    packages = [package(item, links()) for item in found]
    wanted = arguments.names("fl")
    return {
        "count": page.total,
        "sort": arguments.text("sort") or DEFAULT_SORT,
        "facets": {name: {item["name"]: item["count"] for item in facet["items"]} for name, facet in facets.items()},
        "results": [_only(item, wanted) for item in packages],
        "search_facets": facets,
    }


def _only(described: dict[str, Any], wanted: list[str]) -> dict[str, Any]:
    if not wanted or "*" in wanted:
        return described
    return {key: described[key] for key in wanted if key in described}


# --- the question ----------------------------------------------------------------------------------------------------


def _search_query(arguments: Arguments, fields: list[str]) -> SearchQuery:
    now = parts().clock()
    text = arguments.text("q").strip()
    _refuse_local_parameters(text)
    conditions = _filters(arguments, now)
    if ":" in text:
        conditions.append(_parsed(text, now))
        text = ""
    elif text == "*":
        text = ""
    limit = arguments.natural("facet.limit", 50) if arguments.text("facet.limit") != "-1" else MOST_FACET_VALUES
    return SearchQuery(
        text=text,
        where=AllOf(tuple(conditions)) if conditions else None,
        sort=_sort(arguments.text("sort"), has_text=bool(text)),
        offset=arguments.natural("start", 0, FURTHEST),
        limit=arguments.natural("rows", 10, MOST_PACKAGES),
        facets=tuple(dict.fromkeys(_FACETS[field] for field in fields if field in _FACETS)),
        facet_limit=min(limit or MOST_FACET_VALUES, MOST_FACET_VALUES),
        viewer=viewer(),
    )


def _filters(arguments: Arguments, now: datetime) -> list[Condition]:
    """All of ``fq``, even repeated, and of ``fq_list`` must hold; a query string may carry either as a JSON list."""
    conditions = []
    for name in ("fq", "fq_list"):
        given = arguments.values.get(name)
        if isinstance(given, str) and given.lstrip().startswith('["'):
            given = arguments.json(name)
        for item in given if isinstance(given, list) else [given]:
            if item in (None, ""):
                continue
            if not isinstance(item, str):
                raise validation_error(name, "Must be a string")
            _refuse_local_parameters(item)
            conditions.append(_parsed(item, now))
    return conditions


def _refuse_local_parameters(text: str) -> None:
    if _LOCAL_PARAMETERS.search(text):
        raise search_error("Local parameters are not supported.")


def _parsed(text: str, now: datetime) -> Condition:
    try:
        return parse_condition(text, now)
    except InvalidQuery as error:
        raise search_query_error(error.message_en) from error


def _sort(text: str, *, has_text: bool) -> SearchSort:
    """The first order of a comma list that the index knows; every one of them must say its direction."""
    chosen: SearchSort | None = None
    for item in filter(None, (part.strip() for part in text.split(","))):
        field, _, direction = item.partition(" ")
        direction = direction.strip().lower()
        if direction not in ("asc", "desc"):
            raise search_error(f"Can't determine a Sort Order (asc or desc) in sort spec '{item[:100]}'")
        if chosen is None and field in ("score", "rank") and has_text:
            chosen = SearchSort.RELEVANCE
        elif chosen is None and field in _SORTS:
            chosen = _SORTS[field][direction == "desc"]
    if chosen is None:
        return SearchSort.RELEVANCE if has_text else SearchSort.MODIFIED
    return chosen


# --- facets ----------------------------------------------------------------------------------------------------------


def _facet_fields(arguments: Arguments) -> list[str]:
    given = arguments.values.get("facet.field")
    if not arguments.flag("facet", default=True) or given in (None, ""):
        return []
    fields = arguments.json("facet.field") if isinstance(given, str) else given
    if not isinstance(fields, list) or not all(isinstance(field, str) for field in fields):
        raise validation_error("facet.field", "Not a list")
    return list(dict.fromkeys(fields))[:50]


def _facets(arguments: Arguments, fields: list[str], counted: Any, reader: CatalogReader) -> dict[str, dict[str, Any]]:
    """The counts under the caller's own field names; a field that is no facet here has no values. Items come in
    descending order of their display names, as CKAN gives them."""
    least = arguments.natural("facet.mincount", 1)
    found: dict[str, dict[str, Any]] = {}
    for field in fields:
        facet = _FACETS.get(field, "")
        name_of, title_of = _naming(facet, reader)
        counts: tuple[FacetCount, ...] = counted.get(facet, ())
        items = [
            {"name": name_of(item.value), "display_name": title_of(item.value), "count": item.count}
            for item in counts
            if item.count >= least and name_of(item.value)
        ]
        items.sort(key=lambda item: str(item["display_name"]), reverse=True)
        found[field] = {"title": field, "items": items}
    return found


def _naming(facet: str, reader: CatalogReader) -> tuple[Callable[[str], str], Callable[[str], str]]:
    """How a value of a facet is named in CKAN, and how it is shown."""
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
