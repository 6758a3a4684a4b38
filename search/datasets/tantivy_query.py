"""Plans as tantivy query objects. Nothing of a question's text reaches the engine's query parser."""

from __future__ import annotations

import re
from collections.abc import Callable

import tantivy

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

_ALL = tantivy.Occur.Must
_ANY = tantivy.Occur.Should
_NONE = tantivy.Occur.MustNot


class TantivyQueries:
    """Makes queries for one state of the index; ``searcher`` answers which values a field holds."""

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher) -> None:
        self._schema = schema
        self._searcher = searcher

    def query(self, plan: Plan) -> tantivy.Query:
        """The plan with what it is worth."""
        match plan:
            case Worth(inner, score):
                return tantivy.Query.const_score_query(self.bare(inner), score)
            case Weighed(term, weight):
                return tantivy.Query.boost_query(self.bare(term), weight)
            case Both():
                return self._both(plan, self.query, plan.may)
            case _:
                return tantivy.Query.const_score_query(self.bare(plan), 0.0)

    def bare(self, plan: Plan) -> tantivy.Query:
        """The plan, whatever its parts may be worth: to count what matches, in a fraction of the time."""
        match plan:
            case Everything():
                return tantivy.Query.all_query()
            case Nothing():
                return tantivy.Query.empty_query()
            case Term(field, value):
                return tantivy.Query.term_query(self._schema, field, value)
            case AnyTerm(field, values):
                return tantivy.Query.term_set_query(self._schema, field, list(values))
            case Row(field, words):
                return tantivy.Query.phrase_query(self._schema, field, list(words))
            case StartsWith(field, prefix):
                return self._values(field, prefix, lambda _: True)
            case Fits(field, pattern):
                return tantivy.Query.regex_query(self._schema, field, _regex(pattern))
            case Span(field, low, high):
                return tantivy.Query.range_query(self._schema, field, tantivy.FieldType.Integer, low, high)
            case ValueSpan():
                return self._values(plan.field, "", lambda value: _inside(plan, value))
            case Worth(inner, _):
                return self.bare(inner)
            case Weighed(term, _):
                return self.bare(term)
            case Both():
                return self._both(plan, self.bare, plan.may if plan.enough else ())

    def _both(self, plan: Both, made: Callable[[Plan], tantivy.Query], may: tuple[Plan, ...]) -> tantivy.Query:
        parts = [(_ALL, made(part)) for part in plan.must]
        parts += [(_ANY, made(part)) for part in may]
        parts += [(_NONE, self.bare(part)) for part in plan.never]
        if not plan.must and not plan.enough:
            parts.append((_ALL, made(Everything())))
        return tantivy.Query.boolean_query(parts, minimum_number_should_match=plan.enough or None)

    def _values(self, field: str, prefix: str, wanted: Callable[[str], bool]) -> tantivy.Query:
        """Any of the values of a field that begin with ``prefix`` and are wanted."""
        values = [value for value, _ in self._searcher.terms_with_prefix(field, prefix) if wanted(value)]
        return tantivy.Query.term_set_query(self._schema, field, values)


def _regex(pattern: str) -> str:
    signs = {"*": ".*", "?": "."}
    return "(?s)" + "".join(signs.get(sign) or re.escape(sign) for sign in pattern)


def _inside(span: ValueSpan, value: str) -> bool:
    low, high = span.low, span.high
    above = low is None or value > low or (span.include_low and value == low)
    below = high is None or value < high or (span.include_high and value == high)
    return above and below
