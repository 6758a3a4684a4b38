"""Datasets like another one, as a plan."""

from __future__ import annotations

from catalog.questions import Likeness
from search.datasets.document import folded, value_key
from search.datasets.plan import Both, Everything, Plan, Term, Weighed, Worth
from search.datasets.words import words_of

_LIKENESS = {"title": 4.0, "keywords": 6.0, "columns": 1.0, "description": 0.5}
_SAME_THEME = 12.0
_SAME_ORGANIZATION = 4.0
_MOST_LIKE_WORDS = 40


def plan_likeness(like: Likeness) -> Plan:
    """Shares words with it, rare ones above all; the same theme and organization count, but alone are no likeness."""
    texts = {"title": (like.title,), "keywords": like.keywords, "columns": like.columns, "description": (like.title,)}
    shared: list[Plan] = []
    for field, held in texts.items():
        words = dict.fromkeys(word.folded for text in held for word in words_of(text))
        share = _LIKENESS[field] / max(len(words), 1)
        shared += [Weighed(Term(folded(field), word), share) for word in list(words)[:_MOST_LIKE_WORDS]]
    same: list[Plan] = []
    if like.theme:
        same.append(Worth(Term("theme", value_key("theme", like.theme)), _SAME_THEME))
    if like.organization:
        same.append(Worth(Term("organization", value_key("organization", like.organization)), _SAME_ORGANIZATION))
    return Both(must=(Both(may=tuple(shared), enough=1),), may=tuple(same)) if shared else Everything()
