"""What people and programs write after the question mark, as questions the domain understands. Pages and APIs read it
alike.

Tolerant on purpose: a link may be old or typed by hand, so unknown facets and orders are left out and never an error.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from werkzeug.datastructures import MultiDict

from catalog.local_time import LOCAL_TIME
from catalog.questions import (
    FACETS,
    AllOf,
    AnyOf,
    Between,
    Condition,
    Match,
    Not,
    SearchQuery,
    SearchSort,
    Viewer,
)
from catalog.vietnamese import clean

PAGE_SIZE = 20
LAST_PAGE = 500
LONGEST_TEXT = 200
LONGEST_CURSOR = 20_000
MOST_VALUES = 20
FACET_LIMIT = 60

EVERY_FACET = {facet: facet for facet in FACETS}

BOUNDS = ("period_from", "period_to", "modified_from", "modified_to")
"""From when and until when: the time that data speak of, and the days they were brought up to date on."""

_DAY = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?)?", re.ASCII)
_DAY_AS_SPOKEN = re.compile(r"(?:(?:(?P<day>\d{1,2})[/.-])?(?P<month>\d{1,2})[/.-])(?P<year>\d{4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and what its address says beside facets: ``bounds`` as :func:`read_bound` writes them. The bounds are
    part of ``query`` already."""

    query: SearchQuery
    bounds: Mapping[str, str] = field(default_factory=dict)


def asked_from_args(
    args: MultiDict[str, str],
    viewer: Viewer,
    *,
    facets: tuple[str, ...] = (),
    page_size: int = PAGE_SIZE,
    names: Mapping[str, str] = EVERY_FACET,
    facet_text: Mapping[str, str] | None = None,
    marked: bool = True,
) -> Asked:
    """Which datasets an address asks for: ``q``, facets by name (each may be repeated), :data:`BOUNDS`, ``sort`` and
    ``page``, or ``after``. ``names`` are the facets by the names that an address has for them.

    Without an order the newest come first, or the most relevant when there is text.
    """
    text = clean(args.get("q", ""))[:LONGEST_TEXT]
    bounds = {name: bound for name in BOUNDS if (bound := read_bound(args.get(name, "")))}
    query = SearchQuery(
        text=text,
        filters={facet: values for name, facet in names.items() if (values := _values(args, name))},
        where=within(bounds),
        sort=_sort(args.get("sort", ""), text),
        offset=(page_number(args) - 1) * page_size,
        limit=page_size,
        after=args.get("after", "")[:LONGEST_CURSOR],
        facets=facets,
        facet_limit=FACET_LIMIT,
        facet_text=facet_text or {},
        marked=marked,
        viewer=viewer,
    )
    return Asked(query, bounds)


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


# --- from when until when --------------------------------------------------------------------------------------------


def read_bound(text: str) -> str:
    """A year, a month or a day as ISO writes it (2026, 2026-01, 2026-01-31); read also as people write it (31/1/2026).
    Empty for anything else."""
    found = _DAY.fullmatch(text.strip()) or _DAY_AS_SPOKEN.fullmatch(text.strip())
    if not found:
        return ""
    year, month, day = (int(found[part]) if found[part] else None for part in ("year", "month", "day"))
    try:
        date(year or 0, month or 1, day or 1)
    except ValueError:
        return ""
    return f"{year:04}" + (f"-{month:02}" if month else "") + (f"-{day:02}" if day else "")


def first_day(bound: str) -> date:
    """The first day of what :func:`read_bound` gave."""
    year, month, day = _parts(bound)
    return date(year, month or 1, day or 1)


def last_day(bound: str) -> date:
    """The last day of what :func:`read_bound` gave."""
    year, month, day = _parts(bound)
    month = month or 12
    return date(year, month, day or calendar.monthrange(year, month)[1])


def _parts(bound: str) -> tuple[int, int, int]:
    year, month, day = (*map(int, bound.split("-")), 0, 0)[:3]
    return year, month, day


def within(bounds: Mapping[str, str]) -> Condition | None:
    """That a dataset lies within the bounds: its period overlaps with the one asked for, its last change is in it."""
    conditions: list[Condition] = []
    if start := bounds.get("period_from"):
        conditions.append(_period("temporal_end", "temporal_start", first_day(start).isoformat(), None))
    if end := bounds.get("period_to"):
        conditions.append(_period("temporal_start", "temporal_end", None, last_day(end).isoformat()))
    since, until = bounds.get("modified_from"), bounds.get("modified_to")
    if since or until:
        low = _midnight(first_day(since)).isoformat() if since else None
        high = _midnight(last_day(until), after=1).isoformat() if until else None
        conditions.append(Between("modified", low, high, include_high=False))
    return AllOf(tuple(conditions)) if conditions else None


def _period(end: str, other_end: str, low: str | None, high: str | None) -> Condition:
    """Data that name only one end speak of that day."""
    alone = AllOf((Not(Match(end, "*")), Between(other_end, low, high)))
    return AnyOf((Between(end, low, high), alone))


def _midnight(day: date, *, after: int = 0) -> datetime:
    """The beginning of a day in the province, or of a later one; the last day there is has none after it."""
    try:
        return datetime.combine(day + timedelta(days=after), time.min, LOCAL_TIME)
    except OverflowError:
        return datetime.combine(day, time.max, LOCAL_TIME)
