"""Words that mean the same: abbreviations, old and new names, and the names of communes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from search.datasets.words import Word


@dataclass(frozen=True, slots=True)
class Segment:
    """Some words of a question that stand together, with what else they may mean: ``rows`` of words that say the same,
    ``communes`` (five-digit codes) that are called so."""

    words: tuple[Word, ...]
    rows: tuple[tuple[Word, ...], ...] = ()
    communes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a row of words may mean beside itself."""

    rows: tuple[tuple[Word, ...], ...] = ()
    communes: tuple[str, ...] = ()


class Lexicon:
    """Looks words of a question up, the longest rows first. Keys are rows of folded words."""

    def __init__(self, meanings: Mapping[tuple[str, ...], Meaning] | None = None) -> None:
        self._meanings = dict(meanings or {})
        self._longest = max(map(len, self._meanings), default=0)

    def segments(self, words: Sequence[Word]) -> tuple[Segment, ...]:
        """The words in order, cut so that the longest rows that the lexicon knows stay together."""
        found: list[Segment] = []
        at = 0
        while at < len(words):
            length, meaning = self._longest_at(words, at)
            found.append(Segment(tuple(words[at : at + length]), meaning.rows, meaning.communes))
            at += length
        return tuple(found)

    def _longest_at(self, words: Sequence[Word], at: int) -> tuple[int, Meaning]:
        for length in range(min(self._longest, len(words) - at), 0, -1):
            meaning = self._meanings.get(tuple(word.folded for word in words[at : at + length]))
            if meaning is not None:
                return length, meaning
        return 1, Meaning()


LexiconOf = Callable[[], Lexicon]
"""The lexicon as it is now: it may be edited while the program runs."""


def no_lexicon() -> Lexicon:
    return _EMPTY


_EMPTY = Lexicon()
