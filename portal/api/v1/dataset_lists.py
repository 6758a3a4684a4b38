"""Lists of datasets for programs: what a search found, page after page at any depth, and what somebody may mean who is
still typing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import Response, current_app, request

from catalog.errors import InvalidQuery
from catalog.questions import FACETS, SearchPage, SearchQuery
from portal.api.answers import conditional, json_response
from portal.api.v1.dataset_records import JSON_LD, json_ld_of
from portal.api.v1.descriptions import Json, dataset_summary
from portal.context import links, parts, viewer
from portal.corrections import corrected
from portal.listing import listed
from portal.questions import BOUNDS, LONGEST_TEXT, asked_from_args, read_bound
from portal.suggesting import KEPT_NAMES, Suggestion, SuggestionKind, suggest
from portal.usage import note_unanswered
from publishers.links import Links

Parameters = Mapping[str, Any]


def list_datasets(parameters: Parameters) -> Response:
    query = dataset_query(parameters)
    page = parts().index.search(query)
    unanswered = not page.degraded and (page.relaxed or not page.total)
    if unanswered:
        note_unanswered(query)
    following, previous = _following(page), _previous(query)
    if parameters["_format"] == "jsonld":
        response = json_response(json_ld_of(page, links(), _address(), following))
        response.content_type = JSON_LD
        return _with_ways(response, following, previous)
    body = {
        "total": page.total,
        "page": None if query.after else parameters["page"],
        "per_page": query.limit,
        "next": following,
        "previous": previous,
        "relaxed": page.relaxed,
        "degraded": page.degraded,
        "left_out": sorted(page.left_out),
        "corrections": list(corrected(parts().index, query)) if unanswered else [],
        "items": [dataset_summary(item, links()) for item in listed(parts().store, page.hits, viewer())],
        "facets": {
            name: [{"value": item.value, "count": item.count} for item in counts]
            for name, counts in page.facets.items()
        },
    }
    return _with_ways(json_response(body), following, previous)


def _with_ways(response: Response, following: str | None, previous: str | None) -> Response:
    ways = {"next": following, "prev": previous}
    if any(ways.values()):
        response.headers["Link"] = ", ".join(f'<{address}>; rel="{name}"' for name, address in ways.items() if address)
    return conditional(response)


def dataset_query(parameters: Parameters) -> SearchQuery:
    """Which datasets the parameters ask for. Raises ``InvalidQuery`` that names the parameter that cannot be read."""
    for name in BOUNDS:
        if parameters[name] is not None and not read_bound(parameters[name]):
            raise _wrong(name, "phải là năm, tháng hoặc ngày: 2026, 2026-01, 2026-01-31", "is a year, a month or a day")
    is_json_ld = parameters["_format"] == "jsonld"
    query = asked_from_args(
        request.args,
        viewer(),
        facets=() if is_json_ld else FACETS,
        page_size=parameters["per_page"],
        marked=False,
        facet_text=dict(_facet_text(text) for text in parameters["facet_text"]),
    ).query
    return replace(query, records=is_json_ld)


def _facet_text(given: str) -> tuple[str, str]:
    facet, colon, words = given.partition(":")
    if facet not in FACETS or not colon:
        known = ", ".join(FACETS)
        raise _wrong(
            "facet_text", f"viết dạng tên:chữ, với tên là một trong: {known}", f"is name:words; names: {known}"
        )
    return facet, words[:LONGEST_TEXT]


def _wrong(name: str, what: str, what_en: str) -> InvalidQuery:
    return InvalidQuery(f"Tham số “{name}” {what}.", f"Parameter “{name}” {what_en}.", parameter=name)


def _following(page: SearchPage) -> str | None:
    """The next page begins where this one ended, whatever was published meanwhile."""
    return _address(after=page.next) if page.next else None


def _previous(query: SearchQuery) -> str | None:
    number = query.offset // query.limit
    return _address(page=str(number)) if number and not query.after else None


def _address(**place: str) -> str:
    """The address of this question, with another place in it if one is given."""
    left_out = ("page", "after") if place else ()
    asked = [(name, value) for name, value in request.args.items(multi=True) if name not in left_out]
    return f"{links().home()}api/v1/datasets?{urlencode([*asked, *place.items()])}"


def list_suggestions(parameters: Parameters) -> Response:
    text = (parameters["q"] or "")[:LONGEST_TEXT]
    found = suggest(parts(), current_app.extensions[KEPT_NAMES], text, viewer())
    return conditional(json_response({"items": [suggestion_json(item, links()) for item in found]}))


def suggestion_json(item: Suggestion, links: Links) -> Json:
    owner = item.organization
    return {
        "kind": item.kind.value,
        "value": item.value,
        "title": item.title,
        "title_en": item.title_en,
        "organization": {"name": owner.name, "title": owner.title} if owner else None,
        "datasets": 1 if item.kind is SuggestionKind.DATASET else item.count,
        "url": _place(item, links),
    }


def _place(item: Suggestion, links: Links) -> str:
    if item.kind is SuggestionKind.DATASET:
        return links.dataset(item.value)
    return f"{links.home()}datasets?{urlencode({item.kind.value: item.value})}"
