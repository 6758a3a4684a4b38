"""What people write after the question mark, as questions the domain understands. Pages and APIs read it alike.

Tolerant on purpose: a link may be old or typed by hand, so unknown facets and orders are left out and never an error.
"""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from catalog.questions import FACETS, SearchQuery, SearchSort, Viewer
from catalog.vietnamese import clean

PAGE_SIZE = 20
LAST_PAGE = 500
LONGEST_TEXT = 200
MOST_VALUES = 20
FACET_LIMIT = 60


def search_query_from_args(
    args: MultiDict[str, str], viewer: Viewer, *, facets: tuple[str, ...] = (), page_size: int = PAGE_SIZE
) -> SearchQuery:
    """Which datasets an address asks for: ``q``, facets by name (each may be repeated), ``sort`` and ``page``.

    Without an order the newest come first, or the most relevant when there is text.
    """
    text = clean(args.get("q", ""))[:LONGEST_TEXT]
    return SearchQuery(
        text=text,
        filters={facet: values for facet in FACETS if (values := _values(args, facet))},
        sort=_sort(args.get("sort", ""), text),
        offset=(page_number(args) - 1) * page_size,
        limit=page_size,
        facets=facets,
        facet_limit=FACET_LIMIT,
        viewer=viewer,
    )


def page_number(args: MultiDict[str, str], last: int = LAST_PAGE) -> int:
    """The page asked for, from 1 to ``last``; anything that is no number is page 1."""
    text = args.get("page", "")
    return min(max(int(text), 1), last) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def _values(args: MultiDict[str, str], facet: str) -> tuple[str, ...]:
    chosen = (clean(value)[:LONGEST_TEXT] for value in args.getlist(facet))
    return tuple(dict.fromkeys(value for value in chosen if value))[:MOST_VALUES]


def _sort(name: str, text: str) -> SearchSort:
    if name in set(SearchSort) and (text or name != SearchSort.RELEVANCE):
        return SearchSort(name)
    return SearchSort.RELEVANCE if text else SearchSort.MODIFIED
