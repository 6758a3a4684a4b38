"""Asks Elasticsearch: hits and facet counts of one question in one request."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from elasticsearch import ApiError, Elasticsearch, NotFoundError

from catalog.questions import FacetCount
from search.datasets.answering import read_cursor, unknown_cursor, write_cursor
from search.datasets.document import NUMBER_FIELDS
from search.datasets.elastic_client import engine_errors, unavailable
from search.datasets.elastic_mapping import LISTED, RECORD, REMOVED, found_of
from search.datasets.elastic_query import bare, scored
from search.datasets.plan import Answer, Ask, Found, Order

WINDOW = 10_000
"""How deep a page may lie for the engine; what lies deeper is walked to."""

MOST_BUCKETS = 60_000
"""Values counted in one request; the engine refuses more than 65,536."""

Body = dict[str, Any]


class ElasticEngine:
    """Asks the index behind ``alias``. ``shards`` is how many it was given, as far as is known; answers tell."""

    def __init__(self, client: Callable[[], Elasticsearch], alias: str, shards: int, seconds: float) -> None:
        self._client = client
        self._alias = alias
        self._is_whole = shards == 1
        self._seconds = seconds

    def ask(self, ask: Ask) -> Answer:
        was_whole = self._is_whole
        answer = self._ask(ask)
        return self._ask(ask) if was_whole and not self._is_whole else answer

    def _ask(self, ask: Ask) -> Answer:
        place = _Place.of(ask)
        groups = _facet_groups(ask)
        first, *others = groups or [()]
        with engine_errors():
            total, hits, counts = self._page(ask, place, first)
            for facets in others:
                counts.update(self._page(ask, _Place(place.order, 0), facets)[2])
        return Answer(total, tuple(map(place.found, hits)), counts, place.following(total, hits))

    def _page(self, ask: Ask, place: _Place, facets: tuple[str, ...]) -> tuple[int, list[Body], dict[str, Any]]:
        steps, rest = divmod(place.offset, WINDOW)
        if rest + place.limit > WINDOW:
            steps, rest = steps + 1, 0
        body = self._body(ask, place.order, facets)
        if not place.limit or not steps:
            page = {"size": place.limit, "from": place.offset if place.limit else 0}
            answered = self._search(body | page | place.after)
            return answered["hits"]["total"]["value"], answered["hits"]["hits"], _counts(answered, facets, ask)
        return self._deep_page(ask, place, facets, body)

    def _deep_page(
        self, ask: Ask, place: _Place, facets: tuple[str, ...], body: Body
    ) -> tuple[int, list[Body], dict[str, Any]]:
        """Walks there, 10,000 at a time, as far as there is anything."""
        answered = self._search(body | {"size": 0})
        total, counts = answered["hits"]["total"]["value"], _counts(answered, facets, ask)
        if place.offset >= total:
            return total, [], counts
        walk = {name: part for name, part in body.items() if name != "aggs"} | {"track_total_hits": False}
        after: Body = {}
        left = place.offset
        while left:
            step = min(left, WINDOW)
            passed = self._search(walk | {"size": step, "_source": False} | after, filter_path="hits.hits.sort")
            hits = passed.get("hits", {}).get("hits", [])
            if len(hits) < step:
                return total, [], counts
            after, left = {"search_after": hits[-1]["sort"]}, left - step
        return total, self._search(walk | {"size": place.limit} | after)["hits"]["hits"], counts

    def _body(self, ask: Ask, order: Order | None, facets: tuple[str, ...]) -> Body:
        """What is chosen narrows the hits afterwards where a facet is counted without it, else at once."""
        chosen = {facet: bare(plan) for facet, plan in ask.chosen.items()}
        later = {facet: query for facet, query in chosen.items() if facet in facets}
        at_once = [query for facet, query in chosen.items() if facet not in facets]
        base = scored(ask.base) if order is None else bare(ask.base)
        query = {"must" if order is None else "filter": [base], "must_not": [{"exists": {"field": REMOVED}}]}
        query["filter"] = query.get("filter", []) + at_once
        body: Body = {"query": {"bool": query}, "sort": _sort(order), "track_total_hits": True}
        body["_source"] = [LISTED, RECORD] if ask.records else [LISTED]
        if later:
            body["post_filter"] = {"bool": {"filter": list(later.values())}}
        if facets:
            body["aggs"] = {facet: self._aggregation(facet, later, ask.facet_limit) for facet in facets}
        return body

    def _aggregation(self, facet: str, chosen: Mapping[str, Body], limit: int) -> Body:
        """Every shard counts all its values, so that the sums are exact."""
        size = max(1, min(limit, MOST_BUCKETS))
        terms = {"field": facet, "size": size, "shard_size": size if self._is_whole else MOST_BUCKETS}
        others = [query for name, query in chosen.items() if name != facet]
        return {"filter": {"bool": {"filter": others}}, "aggs": {"values": {"terms": terms}}}

    def _search(self, body: Body, **options: Any) -> Any:
        """Questions that are asked alike go to the same copies of the shards: their scores differ by a little."""
        same = zlib.crc32(orjson.dumps(body["query"]))
        options |= {"index": self._alias, "allow_partial_search_results": False, "preference": f"q{same:x}"}
        if not self._is_whole:
            options["search_type"] = "dfs_query_then_fetch"
        answered = self._asked(body | {"timeout": f"{self._seconds * 1000:.0f}ms"}, options)
        if answered.get("timed_out"):
            raise unavailable("không trả lời kịp", "does not answer in time")
        if "_shards" in answered:
            self._is_whole = answered["_shards"]["total"] == 1
        return answered

    def _asked(self, body: Body, options: Mapping[str, Any]) -> Any:
        try:
            return self._client().search(**options, **_named(body))
        except NotFoundError:
            pass
        except ApiError as error:
            if "index_not_found" not in str(error.body) and "no such index" not in str(error.body):
                raise
        # The index was replaced while it was being asked.
        return self._client().search(**options, **_named(body))


_NAMES = {"from": "from_", "_source": "source"}


def _named(body: Body) -> Body:
    return {_NAMES.get(name, name): part for name, part in body.items()}


def _sort(order: Order | None) -> list[Body]:
    """By what was asked for, and where that is equal by id, so that every place in the order can be named."""
    if order is None:
        return [{"_score": "desc"}, {"id": "asc"}]
    return [{order.field: "desc" if order.descending else "asc"}, {"id": "asc"}]


def _facet_groups(ask: Ask) -> list[tuple[str, ...]]:
    """The facets in parts that the engine counts in one request."""
    together = max(1, MOST_BUCKETS // max(1, ask.facet_limit))
    return [ask.facets[start : start + together] for start in range(0, len(ask.facets), together)]


def _counts(answered: Any, facets: tuple[str, ...], ask: Ask) -> dict[str, tuple[FacetCount, ...]]:
    found = {}
    for facet in facets:
        buckets = answered["aggregations"][facet]["values"]["buckets"]
        counts = [FacetCount(bucket["key"], bucket["doc_count"]) for bucket in buckets]
        found[facet] = tuple(counts[: max(ask.facet_limit, 0)])
    return found


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page begins: at an ``offset``, or after a hit of which ``values`` are what it is ordered by."""

    order: Order | None
    limit: int
    offset: int = 0
    values: tuple[Any, ...] = ()
    before: int = 0

    @classmethod
    def of(cls, ask: Ask) -> _Place:
        if not ask.after:
            return cls(ask.order, ask.limit, ask.offset, before=ask.offset)
        match read_cursor(ask.after):
            case ["after", str(order), value, str(key), int(before)] if (
                order == _name(ask.order) and type(value) in _types(ask.order) and 0 <= before < 2**63
            ):
                return cls(ask.order, ask.limit, 0, (value, key), before)
        raise unknown_cursor(ask.after)

    @property
    def after(self) -> Body:
        return {"search_after": list(self.values)} if self.values else {}

    def found(self, hit: Body) -> Found:
        return found_of(hit["_source"], hit["sort"][0] if self.order is None else 0.0)

    def following(self, total: int, hits: list[Body]) -> str:
        seen = self.before + len(hits)
        if len(hits) < self.limit or not hits or seen >= total:
            return ""
        return write_cursor("after", _name(self.order), *hits[-1]["sort"], seen)


def _name(order: Order | None) -> str:
    return "" if order is None else f"{'-' if order.descending else ''}{order.field}"


def _types(order: Order | None) -> tuple[type, ...]:
    if order is None:
        return (int, float)
    return (int,) if order.field in NUMBER_FIELDS else (str,)
