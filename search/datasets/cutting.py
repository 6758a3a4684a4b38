"""Texts cut into words for an index, made for very many of them."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from search.datasets.joined_words import parts_of
from search.datasets.words import words_of


class Cut(NamedTuple):
    """A text in words, joined by blanks, as each of the two forms of a field holds it; empty if it has none. ``parts``
    are words of it that were written together, each as a text of its own."""

    exact: str
    folded: str
    parts: tuple[Cut, ...] = ()


def cut(text: str) -> Cut:
    """The words of :func:`search.datasets.words.words_of`. What stands between two blanks is cut by itself: no word
    reaches over a blank, and nearly always it is one of some thousand syllables, with or without a comma."""
    pieces = list(filter(None, map(_piece, text.split(" "))))
    if not pieces:
        return Cut("", "")
    exact, folded, parts = zip(*pieces, strict=True)
    together = dict.fromkeys(chain.from_iterable(filter(None, parts)))
    return Cut(" ".join(exact), " ".join(folded), tuple(map(cut, together)))


cut_shared = lru_cache(maxsize=20_000)(cut)
"""For texts that many datasets have in common."""


@lru_cache(maxsize=50_000)
def _piece(text: str) -> tuple[str, str, tuple[str, ...]] | None:
    """Its words in both forms, and the parts of those that were written together."""
    words = words_of(text)
    if not words:
        return None
    return " ".join([word.exact for word in words]), " ".join([word.folded for word in words]), parts_of(text)
