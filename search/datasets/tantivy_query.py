"""Questions as tantivy query objects. Nothing of a question's text reaches the engine's query parser."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import tantivy

from catalog.errors import InvalidQuery
from catalog.questions import FACETS, AllOf, AnyOf, Between, Condition, Match, Not, SearchQuery, Viewer
from search.datasets.tantivy_schema import (
    FILLED,
    TEXT,
    TIMES,
    VALUES,
    WEIGHTS,
    exact,
    folded,
    microseconds,
    value_key,
)
from search.datasets.words import Wishes, Word, read_wishes, words_of

MAX_CONDITIONS = 5_000
MAX_DEPTH = 50

_ALL = tantivy.Occur.Must
_ANY = tantivy.Occur.Should
_NONE = tantivy.Occur.MustNot

# Ranking is in steps, each worth more than all below it together: the right accents; the words in a row, with their
# accents; all words in the title; then how often and where (BM25, kept below the smallest step by its weight).
_ACCENTED_WORDS = 400.0
_PHRASE = 200.0
_EXACT_PHRASE = 100.0
_IN_TITLE = 60.0
_PHRASE_IN_TITLE = 20.0
_PAIRS = 20.0
_PLAIN_WORDS = 20.0
_BM25 = 0.5
_PAIRS_LOOKED_AT = 8


class QueryBuilder:
    """Builds queries for one state of the index; ``searcher`` answers which values of a field begin with a text."""

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher) -> None:
        self._schema = schema
        self._searcher = searcher

    def base(self, query: SearchQuery) -> tantivy.Query:
        """Everything but the filters: viewer, text and further condition."""
        parts = [(_ALL, self.wishes(read_wishes(query.text)))]
        if query.viewer is Viewer.PUBLIC:
            parts.append((_ALL, _unscored(tantivy.Query.term_query(self._schema, "public", True))))
        if query.where is not None:
            _check_size(query.where)
            parts.append((_ALL, _unscored(self.condition(query.where))))
        return tantivy.Query.boolean_query(parts)

    def filtered(self, base: tantivy.Query, query: SearchQuery, except_facet: str | None = None) -> tantivy.Query:
        """``base`` within the chosen facet values, those of ``except_facet`` left out."""
        parts = [(_ALL, base)]
        for facet, values in query.filters.items():
            check_facet(facet)
            if values and facet != except_facet:
                chosen = [value_key(facet, value) for value in values]
                parts.append((_ALL, _unscored(tantivy.Query.term_set_query(self._schema, facet, chosen))))
        return tantivy.Query.boolean_query(parts)

    # --- what a person typed ---

    def wishes(self, wishes: Wishes) -> tantivy.Query:
        parts = [(_ALL, self._term(folded(TEXT), word)) for word in sorted(wishes.folded)]
        parts += [(_ALL, self._row(folded(TEXT), [word.folded for word in phrase])) for phrase in wishes.phrases]
        parts = [(occur, _unscored(part)) for occur, part in parts]
        parts += [(_NONE, self._row(folded(TEXT), [word.folded for word in row])) for row in wishes.unwanted]
        parts += [(_ANY, part) for part in self._ranking(wishes.words)]
        if not wishes.words:
            parts.append((_ALL, tantivy.Query.all_query()))
        return tantivy.Query.boolean_query(parts)

    def _ranking(self, words: Sequence[Word]) -> list[tantivy.Query]:
        if not words:
            return []
        plain = [word.folded for word in words]
        written = [word.exact for word in words]
        steps = [
            (self._row(folded(TEXT), plain), _PHRASE),
            (self._row(exact(TEXT), written), _EXACT_PHRASE),
            (self._together(folded("title"), plain), _IN_TITLE),
            (self._row(folded("title"), plain), _PHRASE_IN_TITLE),
        ]
        # Words typed without accents do not say that none are meant, so they weigh little.
        steps.append((self._together(exact(TEXT), written), _PLAIN_WORDS))
        accented = [word.exact for word in words if not word.is_plain]
        if accented:
            steps.append((self._together(exact(TEXT), accented), _ACCENTED_WORDS))
        pairs = list(pairwise(plain))[:_PAIRS_LOOKED_AT]
        steps += [(self._row(folded(TEXT), pair), _PAIRS / len(pairs)) for pair in pairs]
        ranking = [tantivy.Query.const_score_query(query, score) for query, score in steps]
        share = _BM25 / (sum(WEIGHTS.values()) * len(words))
        for field, weight in WEIGHTS.items():
            for word in dict.fromkeys(words):
                terms = (self._term(folded(field), word.folded), self._term(exact(field), word.exact))
                ranking.extend(tantivy.Query.boost_query(term, weight * share) for term in terms)
        return ranking

    def _term(self, field: str, value: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, field, value)

    def _together(self, field: str, words: Sequence[str]) -> tantivy.Query:
        return tantivy.Query.boolean_query([(_ALL, self._term(field, word)) for word in dict.fromkeys(words)])

    def _row(self, field: str, words: Sequence[str]) -> tantivy.Query:
        if len(words) == 1:  # the engine knows no phrase of one word
            return self._term(field, words[0])
        return tantivy.Query.phrase_query(self._schema, field, list(words))

    # --- what a program asks ---

    def condition(self, condition: Condition) -> tantivy.Query:
        match condition:
            case AllOf(conditions):
                parts = [(_ALL, self.condition(part)) for part in conditions]
                return tantivy.Query.boolean_query(parts) if parts else tantivy.Query.all_query()
            case AnyOf(conditions):
                return tantivy.Query.boolean_query([(_ANY, self.condition(part)) for part in conditions])
            case Not(negated):
                return tantivy.Query.boolean_query(
                    [(_ALL, tantivy.Query.all_query()), (_NONE, self.condition(negated))]
                )
            case Match():
                return self._match(condition)
            case Between():
                return self._between(condition)

    def _match(self, match: Match) -> tantivy.Query:
        if match.value == "*" or (match.prefix and not match.value):
            return self._term(FILLED, value_key(FILLED, match.field))
        if match.field in TIMES:
            return self._between(Between(match.field, match.value, match.value))
        if match.field in (*VALUES, "id"):
            value = value_key(match.field, match.value)
            if match.prefix:
                return self._values(match.field, lambda held: held.startswith(value), value)
            return self._term(match.field, value)
        if match.field in (TEXT, "title", "description"):
            return self._match_words(match)
        return tantivy.Query.empty_query()

    def _match_words(self, match: Match) -> tantivy.Query:
        field = folded(match.field)
        words = [word.folded for word in words_of(match.value)]
        if not words:
            return tantivy.Query.empty_query()
        if match.phrase:
            return self._row(field, words)
        whole = words[:-1] if match.prefix else words
        parts = [(_ALL, self._term(field, word)) for word in whole]
        if match.prefix:
            parts.append((_ALL, self._values(field, lambda _: True, words[-1])))
        return tantivy.Query.boolean_query(parts)

    def _values(self, field: str, wanted: Callable[[str], bool], prefix: str = "") -> tantivy.Query:
        """Any of the values of a field that begin with ``prefix`` and are wanted."""
        values = [value for value, _ in self._searcher.terms_with_prefix(field, prefix) if wanted(value)]
        return tantivy.Query.term_set_query(self._schema, field, values)

    def _between(self, between: Between) -> tantivy.Query:
        low, high = between.low, between.high
        if low is None and high is None:
            return self._term(FILLED, value_key(FILLED, between.field))
        if between.field in TIMES:
            return self._between_times(between)
        if between.field not in (*VALUES, "id"):
            return tantivy.Query.empty_query()

        def inside(value: str) -> bool:
            above = low is None or value > low or (between.include_low and value == low)
            below = high is None or value < high or (between.include_high and value == high)
            return above and below

        return self._values(between.field, inside)

    def _between_times(self, between: Between) -> tantivy.Query:
        low = None if between.low is None else read_time(between.low, end=not between.include_low)
        high = None if between.high is None else read_time(between.high, end=between.include_high)
        return tantivy.Query.range_query(
            self._schema,
            between.field,
            tantivy.FieldType.Integer,
            None if low is None else microseconds(low),
            None if high is None else microseconds(high),
            between.include_low,
            between.include_high,
        )


def check_facet(facet: str) -> None:
    if facet not in FACETS:
        raise InvalidQuery(
            f"Không có bộ lọc “{facet[:100]}”; các bộ lọc: {', '.join(FACETS)}.",
            f"No facet “{facet[:100]}”; facets: {', '.join(FACETS)}.",
            facet=facet[:100],
        )


def read_time(text: str, *, end: bool) -> datetime:
    """ISO text as a time in UTC; a day without a time is its beginning, or its last moment if ``end``."""
    try:
        moment = datetime.fromisoformat(text)
        if end and len(text) == len("2026-01-31"):
            moment = datetime.combine(moment, time.min) + timedelta(days=1, microseconds=-1)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise InvalidQuery(
            f"“{text[:100]}” không phải ngày giờ; hãy viết dạng 2026-01-31 hoặc 2026-01-31T08:00:00Z.",
            f"“{text[:100]}” is not a time; write 2026-01-31 or 2026-01-31T08:00:00Z.",
            value=text[:100],
        ) from None


def _check_size(condition: Condition) -> None:
    """Refuse what would exhaust the stack or the engine."""
    level: list[Condition] = [condition]
    count = 0
    for _ in range(MAX_DEPTH):
        count += len(level)
        below: list[Condition] = []
        for part in level:
            if isinstance(part, AllOf | AnyOf):
                below.extend(part.conditions)
            elif isinstance(part, Not):
                below.append(part.condition)
        if not below:
            break
        level = below
    else:
        count = MAX_CONDITIONS + 1
    if count > MAX_CONDITIONS:
        raise InvalidQuery(
            "Điều kiện tìm kiếm quá dài hoặc lồng nhau quá sâu; hãy tách thành nhiều câu hỏi.",
            "The condition is too long or nested too deeply; ask several questions.",
        )


def _unscored(query: tantivy.Query) -> tantivy.Query:
    return tantivy.Query.const_score_query(query, 0.0)
