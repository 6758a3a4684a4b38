"""How many datasets there are of each kind, as the caller may see them."""

from __future__ import annotations

from catalog.questions import SearchQuery
from portal.context import parts, viewer

_ALL_VALUES = 10_000


def dataset_counts(facet: str) -> dict[str, int]:
    """How many visible datasets each value of a facet has; values without any are left out."""
    page = parts().index.search(SearchQuery(limit=0, facets=(facet,), facet_limit=_ALL_VALUES, viewer=viewer()))
    return {item.value: item.count for item in page.facets.get(facet, ())}
