"""What things are worth in the ranking of a question, and the plans that say so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from search.datasets import document as fields
from search.datasets.document import folded, label
from search.datasets.plan import Both, Plan, Row, Span, Term, Weighed, Worth
from search.datasets.words import Word


class Worths:
    """What things are worth; a dataset's worth is the sum.

    Before all, of a question that is still being typed: that the words stand in what a dataset is called. Then
    1. the words as they were written, accents and all; 2. the words in a row, with their accents; 3. the words as a
    whole keyword or title, theme or owner; 4. all words in the title, in a row among the keywords, in what its tables
    are called, in the title, pairs of them there; 5. freshness, quality and use, which decide between datasets that
    answer equally well; 6. how often and how rare the words are and where they stand (BM25).
    """

    NAMED = 5_000.0
    ACCENTED_WORDS = 800.0
    PHRASE = 200.0
    EXACT_PHRASE = 250.0
    CALLED = 120.0
    FILED_UNDER = 100.0
    SAME_CALLED = 40.0
    IN_TITLE = 60.0
    SAME_IN_TITLE = 40.0
    IN_KEYWORDS = 40.0
    IN_TABLES = 30.0
    PHRASE_IN_TITLE = 20.0
    PAIRS = 20.0
    ALL_IN_TITLE = 10.0
    PLAIN_WORDS = 20.0
    COMMUNE = 10.0
    FRESH = ((timedelta(days=31), 6.0), (timedelta(days=183), 4.0), (timedelta(days=366), 2.0))
    QUALITY_GRADE = 1.0
    USE_GRADE = 1.0
    BM25 = 0.5
    RELAXED_SEGMENT = 2_000.0
    RELAXED_IN_TITLE = 50.0
    RELAXED_NUMBER = 200.0
    RELAXED_BM25 = 20.0


_WEIGHTS = {"title": 8.0, "keywords": 4.0, "description": 4.0}
"""What a word is worth in a field, compared with others."""


def one_of(plans: Sequence[Plan]) -> Plan:
    return plans[0] if len(plans) == 1 else Both(may=tuple(plans), enough=1)


def worth_of(steps: Iterable[tuple[Plan, float]]) -> Iterable[Plan]:
    """Each plan once, worth all that it is worth: in a short question many are the same, and each costs time."""
    worth: dict[Plan, float] = defaultdict(float)
    for plan, score in steps:
        worth[plan] += score
    return (Worth(plan, score) for plan, score in worth.items())


def weighed(words: Sequence[Word], worth: float = Worths.BM25) -> Iterable[Plan]:
    """In few fields: each more costs time and, as judged queries say, decides nothing."""
    share = worth / (sum(_WEIGHTS.values()) * len(words))
    for field, weight in _WEIGHTS.items():
        for word in dict.fromkeys(words):
            yield Weighed(Term(folded(field), word.folded), weight * share)


def signals(now: datetime) -> Iterable[Plan]:
    """Freshness by the day, so that a question asked twice is the same; quality and use by grade."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    until = None
    for age, score in Worths.FRESH:
        since = fields.microseconds(today - age)
        yield Worth(Span("modified", since, until), score)
        until = since - 1
    for grade in range(1, fields.QUALITY_GRADES + 1):
        yield Worth(Term(fields.QUALITY_GRADE, str(grade)), grade * Worths.QUALITY_GRADE)
    yield from uses()


def uses() -> Iterable[Plan]:
    for grade in range(1, fields.USE_GRADES + 1):
        yield Worth(Term(fields.USE_GRADE, str(grade)), grade * Worths.USE_GRADE)


def together(field: str, words: Sequence[str]) -> Plan:
    distinct = tuple(dict.fromkeys(words))
    return Term(field, distinct[0]) if len(distinct) == 1 else Both(must=tuple(Term(field, w) for w in distinct))


def nothing_but(field: str, rows: Iterable[Sequence[Word]]) -> Plan:
    """One of these rows, and nothing beside it."""
    labels = dict.fromkeys(label(" ".join(word.folded for word in row)) for row in rows)
    return one_of([Term(field, value) for value in labels])


def words_in_row(field: str, words: Sequence[str]) -> Plan:
    return Term(field, words[0]) if len(words) == 1 else Row(field, tuple(words))
