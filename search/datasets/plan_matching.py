"""Plans asked of documents in memory, one by one: for who has no index to ask.

What is not known of the documents neither finds nor hides: a condition on such a field holds, and its negation too,
but that where others would do as well these decide.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """``words`` holds the texts of each field of words, cut and joined by blanks, within blanks and with a sign between
    two texts, so that no row runs from one into the next."""

    words: Mapping[str, str]
    values: Mapping[str, Collection[str]]
    numbers: Mapping[str, int]


Matches = Callable[[KnownDocument], bool]
Scores = Callable[[KnownDocument], float]


@dataclass(frozen=True, slots=True)
class PlanMatcher:
    """``words``, ``values`` and ``numbers`` name the fields that are known; of these ``untold`` are conditions that
    cannot be told all the same."""

    words: Collection[str]
    values: Collection[str]
    numbers: Collection[str]
    untold: Collection[Term] = ()

    def matches(self, plan: Plan, unknown: bool = True) -> Matches:
        """Whether a document matches; ``unknown`` is the answer of what is not known."""
        match plan:
            case Everything():
                return lambda document: True
            case Nothing():
                return lambda document: False
            case Worth(inner, _) | Weighed(inner, _):
                return self.matches(inner, unknown)
            case Both():
                return self._both(plan, unknown)
            case Term() if plan in self.untold:
                return lambda document: unknown
            case Span(field, low, high):
                return self._span(field, low, high) if field in self.numbers else lambda document: unknown
            case _ if plan.field in self.words:
                return self._words(plan)
            case _ if plan.field in self.values:
                return self._values(plan)
            case _:
                return lambda document: unknown

    def scores(self, plan: Plan) -> Scores:
        """What a document that matches is worth; how rare a word is counts for nothing here."""
        match plan:
            case Worth(inner, score):
                return self._worth(inner, score)
            case Weighed(term, weight):
                return self._worth(term, weight)
            case Both(must, may):
                holds = self._both(plan, unknown=True)
                parts = [self.scores(part) for part in (*must, *may) if _is_worth_something(part)]
                return lambda document: sum(part(document) for part in parts) if holds(document) else 0.0
            case _:
                return lambda document: 0.0

    def _worth(self, plan: Plan, score: float) -> Scores:
        matches = self.matches(plan, unknown=False)
        return lambda document: score if matches(document) else 0.0

    def _is_untold(self, plan: Plan) -> bool:
        """Whether nothing of it can be told."""
        match plan:
            case Everything() | Nothing():
                return False
            case Worth(inner, _) | Weighed(inner, _):
                return self._is_untold(inner)
            case Both(must, may, never):
                parts = (*must, *may, *never)
                return bool(parts) and all(map(self._is_untold, parts))
            case Term() if plan in self.untold:
                return True
            case _:
                return not any(plan.field in known for known in (self.words, self.values, self.numbers))

    def _both(self, plan: Both, unknown: bool) -> Matches:
        if self._is_untold(plan):
            return lambda document: unknown
        told = [part for part in plan.may if not self._is_untold(part)] if plan.enough else []
        enough = min(plan.enough, len(told))
        must = [self.matches(part, unknown) for part in plan.must]
        may = [self.matches(part, unknown) for part in told]
        never = [self.matches(part, not unknown) for part in plan.never]

        def matches(document: KnownDocument) -> bool:
            return (
                all(part(document) for part in must)
                and not any(part(document) for part in never)
                and (not may or sum(part(document) for part in may) >= enough)
            )

        return matches

    @staticmethod
    def _words(plan: Plan) -> Matches:
        match plan:
            case Term(field, word):
                return lambda document: f" {word} " in document.words[field]
            case AnyTerm(field, words):
                return lambda document: any(f" {word} " in document.words[field] for word in words)
            case Row(field, words):
                row = f" {' '.join(words)} "
                return lambda document: row in document.words[field]
            case StartsWith(field, prefix):
                return lambda document: f" {prefix}" in document.words[field]
            case Fits(field, pattern):
                shape = re.compile(rf"(?<!\S){_regex(pattern)}(?!\S)")
                return lambda document: shape.search(document.words[field]) is not None
            case _:
                return lambda document: False

    @staticmethod
    def _values(plan: Plan) -> Matches:
        match plan:
            case Term(field, value):
                return lambda document: value in document.values[field]
            case AnyTerm(field, values):
                wanted = frozenset(values)
                return lambda document: not wanted.isdisjoint(document.values[field])
            case StartsWith(field, prefix):
                return lambda document: any(value.startswith(prefix) for value in document.values[field])
            case Fits(field, pattern):
                shape = re.compile(_regex(pattern).replace(r"\S", "."), re.DOTALL)
                return lambda document: any(shape.fullmatch(value) for value in document.values[field])
            case ValueSpan():
                return lambda document: any(is_inside(plan, value) for value in document.values[plan.field])
            case _:
                return lambda document: False

    @staticmethod
    def _span(field: str, low: int | None, high: int | None) -> Matches:
        def matches(document: KnownDocument) -> bool:
            number = document.numbers.get(field)
            return number is not None and (low is None or number >= low) and (high is None or number <= high)

        return matches


def is_inside(span: ValueSpan, value: str) -> bool:
    low, high = span.low, span.high
    above = low is None or value > low or (span.include_low and value == low)
    below = high is None or value < high or (span.include_high and value == high)
    return above and below


def _is_worth_something(plan: Plan) -> bool:
    if isinstance(plan, Both):
        return any(map(_is_worth_something, plan.must + plan.may))
    return isinstance(plan, Worth | Weighed)


def _regex(pattern: str) -> str:
    signs = {"*": r"\S*", "?": r"\S"}
    return "".join(signs.get(sign) or re.escape(sign) for sign in pattern)
