"""Plans as Elasticsearch queries. Nothing of a question's text is read by the engine's query language.

What is worth nothing stands where the engine keeps no score (``filter``), and of what is worth a fixed score only
whether it matches is asked (``constant_score``). The engine's BM25 has the factor k1 + 1, unlike Lucene's own.
"""

from __future__ import annotations

from typing import Any

from search.datasets.plan import (
    AnyTerm,
    Both,
    Everything,
    Fits,
    Nothing,
    Plan,
    Row,
    Span,
    StartsWith,
    Term,
    ValueSpan,
    Weighed,
    Worth,
)

Query = dict[str, Any]

MOST_TERMS = 65_536
"""Of one ``terms`` query; the engine's ``index.max_terms_count``."""


def scored(plan: Plan) -> Query:
    """The plan with what it is worth."""
    match plan:
        case Worth(inner, score):
            return {"constant_score": {"filter": bare(inner), "boost": score}}
        case Weighed(Term(field, value), weight):
            return {"term": {field: {"value": value, "boost": weight}}}
        case Both():
            return _scored_both(plan)
        case _:
            return {"constant_score": {"filter": bare(plan), "boost": 0.0}}


def bare(plan: Plan) -> Query:
    """The plan, whatever its parts may be worth; to be asked where the engine keeps no score."""
    match plan:
        case Everything():
            return {"match_all": {}}
        case Nothing():
            return {"match_none": {}}
        case Term(field, value):
            return {"term": {field: value}}
        case AnyTerm(field, values):
            return _any_term(field, values)
        case Row(field, words):
            return {"match_phrase": {field: " ".join(words)}}
        case StartsWith(field, prefix):
            return {"prefix": {field: prefix}}
        case Fits(field, pattern):
            return {"wildcard": {field: pattern.replace("\\", "\\\\")}}
        case Span(field, low, high):
            return {"range": {field: _ends(low, high)}}
        case ValueSpan(field, low, high, include_low, include_high):
            return {"range": {field: _ends(low, high, include_low, include_high)}}
        case Worth(inner, _):
            return bare(inner)
        case Weighed(term, _):
            return bare(term)
        case Both():
            return _bare_both(plan)


def _scored_both(both: Both) -> Query:
    if _is_worthless(both):
        return {"bool": {"filter": [bare(both)]}}
    filters = [bare(part) for part in both.must if _is_worthless(part)]
    if not both.must and not both.enough:
        filters.append({"match_all": {}})
    return _bool(
        must=[scored(part) for part in both.must if not _is_worthless(part)],
        filter=filters,
        should=[scored(part) for part in both.may if both.enough or not _is_worthless(part)],
        must_not=[bare(part) for part in both.never],
        minimum_should_match=both.enough,
    )


def _bare_both(both: Both) -> Query:
    may = both.may if both.enough else ()
    if not both.never and not may and len(both.must) == 1:
        return bare(both.must[0])
    filters = [bare(part) for part in both.must]
    if not both.must and not may:
        filters.append({"match_all": {}})
    return _bool(
        filter=filters,
        should=[bare(part) for part in (_merged(may) if both.enough == 1 else may)],
        must_not=[bare(part) for part in both.never],
        minimum_should_match=both.enough,
    )


def _merged(parts: tuple[Plan, ...]) -> list[Plan]:
    """The terms of each field as one: an engine bounds how many parts a question has, and looks values up at once."""
    values: dict[str, list[str]] = {}
    for part in parts:
        if isinstance(part, Term):
            values.setdefault(part.field, []).append(part.value)
    others: list[Plan] = [part for part in parts if not isinstance(part, Term)]
    return [*others, *(AnyTerm(field, tuple(held)) for field, held in values.items())]


def _bool(**parts: Any) -> Query:
    enough = parts.pop("minimum_should_match")
    kept = {name: queries for name, queries in parts.items() if queries}
    if "should" in kept:
        kept["minimum_should_match"] = enough
    return {"bool": kept}


def _is_worthless(plan: Plan) -> bool:
    match plan:
        case Worth() | Weighed():
            return False
        case Both(must, may):
            return all(map(_is_worthless, must)) and all(map(_is_worthless, may))
        case _:
            return True


def _any_term(field: str, values: tuple[str, ...]) -> Query:
    if len(values) <= MOST_TERMS:
        return {"terms": {field: list(values)}}
    starts = range(0, len(values), MOST_TERMS)
    parts = [{"terms": {field: list(values[start : start + MOST_TERMS])}} for start in starts]
    return {"bool": {"should": parts, "minimum_should_match": 1}}


def _ends(low: object, high: object, include_low: bool = True, include_high: bool = True) -> Query:
    ends = {"gte" if include_low else "gt": low, "lte" if include_high else "lt": high}
    return {name: end for name, end in ends.items() if end is not None}
