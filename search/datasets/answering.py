"""From a question to a page of hits, with any engine. What engines do not decide is decided here, once for all."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from catalog.errors import InvalidQuery
from catalog.questions import FacetCount, Fragment, SearchHit, SearchPage, SearchQuery
from search.datasets.found_in_tables import only_in_tables
from search.datasets.highlighting import highlight, snippet
from search.datasets.lexicon import Lexicon
from search.datasets.plan import Answer, Ask, Found, Plan
from search.datasets.planning import Planned, plan_search
from search.datasets.words import words_of

MAX_LIMIT = 1_000
"""Hits given at a time, at most."""

MOST_VALUES = 50_000
"""Values of a facet looked at, at most."""


class Engine(Protocol):
    """Answers plans. Raises ``IndexUnavailable``, and ``InvalidQuery`` for an ``after`` that is none of its own."""

    def ask(self, ask: Ask) -> Answer: ...


def answer(engine: Engine, query: SearchQuery, lexicon: Lexicon, now: datetime) -> SearchPage:
    """Ask strictly; where hardly a dataset has all the words, ask for those that have most of them too, or some."""
    planned = plan_search(query, lexicon, now)
    ask = _ask(query, planned)
    answered = _strictly(engine, ask, planned)
    relaxed = False
    for plan in _wider(engine, ask, planned) if answered.total < planned.few else ():
        wider = engine.ask(replace(ask, base=plan))
        if wider.total > answered.total:
            answered, relaxed = wider, True
        if answered.total >= planned.few:
            break
    return SearchPage(
        total=answered.total,
        hits=tuple(_hit(found, query, planned, relaxed=relaxed) for found in answered.found),
        facets={facet: _narrowed(answered.counts[facet], query, facet) for facet in query.facets},
        next=answered.next,
        relaxed=relaxed,
        marks=planned.marks,
    )


def _ask(query: SearchQuery, planned: Planned) -> Ask:
    facet_limit = max(0, min(query.facet_limit, MOST_VALUES))
    return Ask(
        base=planned.base,
        chosen=planned.chosen,
        order=planned.order,
        offset=max(0, query.offset),
        limit=max(0, min(query.limit, MAX_LIMIT)),
        after=query.after,
        facets=tuple(dict.fromkeys(query.facets)),
        facet_limit=MOST_VALUES if query.facet_text else facet_limit,
        records=query.records,
    )


def _strictly(engine: Engine, ask: Ask, planned: Planned) -> Answer:
    if planned.names is not None:
        named = engine.ask(replace(ask, base=planned.names))
        if named.total >= ask.limit:
            return named
    return engine.ask(ask)


def _holds_it_whole(engine: Engine, ask: Ask, planned: Planned) -> bool:
    """Whether some dataset has the words of what may be a name in a row: others are not missed then."""
    return planned.whole is not None and engine.ask(Ask(base=planned.whole, chosen=ask.chosen, limit=0)).total > 0


def _wider(engine: Engine, ask: Ask, planned: Planned) -> Iterator[Plan]:
    """What to ask instead where it is the words that so few match, and not the filters."""
    if not (planned.wider or planned.some) or _holds_it_whole(engine, ask, planned):
        return
    held = engine.ask(Ask(base=ask.base, limit=0)).total if ask.chosen else 0
    if held < planned.few:
        yield from planned.wider
    if planned.some and not held:
        yield planned.some


def _hit(found: Found, query: SearchQuery, planned: Planned, *, relaxed: bool) -> SearchHit:
    listed = found.listed
    if not query.marked:
        return SearchHit(listed, (Fragment(listed.title),), score=found.score, record=found.record)
    return SearchHit(
        listed=listed,
        title=highlight(listed.title, planned.marks),
        snippet=snippet(listed.description, planned.marks),
        in_tables=() if relaxed else only_in_tables(query.text, planned.segments, listed),
        score=found.score,
        record=found.record,
    )


def _narrowed(counts: Iterable[FacetCount], query: SearchQuery, facet: str) -> tuple[FacetCount, ...]:
    wanted = [word.folded for word in words_of(query.facet_text.get(facet, ""))]
    kept = [item for item in counts if not wanted or _holds(item.value, wanted)]
    return tuple(kept[: max(query.facet_limit, 0)])


def _holds(value: str, wanted: Iterable[str]) -> bool:
    words = [word.folded for word in words_of(value)]
    return all(any(word.startswith(begun) for word in words) for begun in wanted)


# --- where a page ends -----------------------------------------------------------------------------------------------


def write_cursor(*place: Any) -> str:
    """Where the next page begins, in an engine's own terms, as text for an address."""
    return base64.urlsafe_b64encode(json.dumps(place, separators=(",", ":")).encode()).decode().rstrip("=")


def read_cursor(text: str) -> list[Any]:
    """What :func:`write_cursor` was given. Raises ``InvalidQuery``."""
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        place = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        raise unknown_cursor(text) from None
    if not isinstance(place, list):
        raise unknown_cursor(text)
    return place


def unknown_cursor(text: str) -> InvalidQuery:
    return InvalidQuery(
        "Dấu trang tiếp theo không đúng; hãy lấy lại từ trang trước, hoặc bỏ đi để xem từ đầu.",
        "This is no cursor of ours; take it from the page before, or leave it out to begin anew.",
        after=text[:100],
    )
