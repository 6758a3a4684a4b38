"""``package_search``: Solr's question, answered by the dataset index."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from catalog.errors import InvalidQuery
from catalog.questions import AllOf, Condition, Enough, SearchQuery, SearchSort
from catalog.reading import published_datasets
from portal.api.ckan.arguments import Arguments
from portal.api.ckan.errors import search_error, search_query_error, validation_error
from portal.api.ckan.packages import FURTHEST, MOST_PACKAGES
from portal.api.ckan.search_answers import FACETS, MOST_FACET_VALUES, as_asked, facet_fields, facet_limit, search_facets
from portal.context import links, parts, viewer
from portal.usage import note_unanswered
from publishers.ckan import package
from search.datasets.ckan_query import parse_condition

DEFAULT_SORT = "score desc, metadata_modified desc"

_KNOWN = frozenset(
    {"q", "fq", "fq_list", "sort", "rows", "start", "fl", "extras"}
    | {"facet", "facet.field", "facet.limit", "facet.mincount"}
    | {"include_private", "include_drafts", "include_deleted", "use_default_schema"}
    | {"qf", "wt", "bf", "boost", "tie", "defType", "mm", "df"}
)
_OPERATORS = re.compile(r"(?<!\S)(?:AND|OR|NOT|&&|\|\|)(?!\S)")
_LOCAL_PARAMETERS = re.compile(r"\{!|_query_|_val_")
_SORTS = {
    "metadata_modified": (SearchSort.RECORDED_ASC, SearchSort.RECORDED),
    "last_modified": (SearchSort.RECORDED_ASC, SearchSort.RECORDED),
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
    unknown = sorted(name for name in arguments.values if name not in _KNOWN and not name.startswith("ext_"))
    if unknown:
        raise search_query_error(f"Invalid search parameters: {unknown}")
    fields = facet_fields(arguments)
    query = _search_query(arguments, fields)
    try:
        page = parts().index.search(query)
    except InvalidQuery as error:
        raise search_error(error.message_en) from error
    if not page.degraded and (page.relaxed or not page.total):
        note_unanswered(query)
    with parts().store.read() as reader:
        found = published_datasets(reader, [hit.dataset_id for hit in page.hits], viewer())
        facets = search_facets(arguments, fields, page, reader)
    packages = [package(item, links()) for item in found]
    wanted = arguments.names("fl")
    return {
        "count": page.total,
        "sort": arguments.text("sort") or DEFAULT_SORT,
        "facets": {name: {item["name"]: item["count"] for item in facet["items"]} for name, facet in facets.items()},
        "results": [as_asked(item, wanted) for item in packages],
        "search_facets": facets,
    }


# --- the question ----------------------------------------------------------------------------------------------------


def _search_query(arguments: Arguments, fields: list[str]) -> SearchQuery:
    now = parts().clock()
    text = arguments.text("q").strip()
    _refuse_local_parameters(text)
    conditions = _filters(arguments, now)
    if ":" in text or _OPERATORS.search(text):
        conditions.append(_parsed(text, now))
        text = ""
    elif text == "*":
        text = ""
    return SearchQuery(
        text=text,
        where=AllOf(tuple(conditions)) if conditions else None,
        sort=_sort(arguments.text("sort"), has_text=bool(text)),
        offset=arguments.natural("start", 0, FURTHEST),
        limit=arguments.natural("rows", 10, MOST_PACKAGES),
        facets=tuple(dict.fromkeys(FACETS[field] for field in fields if field in FACETS)),
        facet_limit=facet_limit(arguments) or MOST_FACET_VALUES,
        marked=False,
        enough=Enough.MOST,
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
        raise search_error(error.message_en) from error


def _sort(text: str, *, has_text: bool) -> SearchSort:
    """The first order of a comma list that the index knows; every one of them must say its direction."""
    chosen: SearchSort | None = None
    text = "score desc" if text.strip() == "rank" else text
    for item in filter(None, (part.strip() for part in text.split(","))):
        field, _, direction = item.partition(" ")
        direction = direction.strip().lower()
        if direction not in ("asc", "desc"):
            raise search_query_error('Invalid "sort" parameter')
        if chosen is None and field in ("score", "rank") and has_text:
            chosen = SearchSort.RELEVANCE
        elif chosen is None and field in _SORTS:
            chosen = _SORTS[field][direction == "desc"]
    if chosen is None:
        return SearchSort.RELEVANCE if has_text else SearchSort.RECORDED
    return chosen
