"""Words that mean the same: abbreviations, old and new names, and the names of communes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from types import MappingProxyType

from search.datasets.words import Word, words_of

MOST_ROWS = 24
"""Rows that are looked for beside some words, at most."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What ``words`` may mean beside themselves: ``rows`` of words that say the same, ``communes`` (five-digit codes)
    that are called so."""

    words: tuple[Word, ...]
    rows: tuple[tuple[Word, ...], ...] = ()
    communes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """Some words of a question that stand together, with what else they may mean."""

    words: tuple[Word, ...]
    rows: tuple[tuple[Word, ...], ...] = ()
    communes: tuple[str, ...] = ()


class Lexicon:
    """Looks words of a question up, the longest rows first.

    A word typed with accents means only what is written so (*Đông Tiến* is not *Đồng Tiến*); one typed without means
    all that it can. ``generic`` are further rows of words that say little here, such as the name of the province;
    ``titles`` what there is in a field is called, such as the organizations.
    """

    def __init__(
        self,
        meanings: Iterable[Meaning] = (),
        generic: Iterable[str] = (),
        titles: Mapping[str, Iterable[str]] = MappingProxyType({}),
    ) -> None:
        self._meanings: dict[tuple[str, ...], list[Meaning]] = defaultdict(list)
        for meaning in meanings:
            if meaning.words:
                self._meanings[tuple(word.folded for word in meaning.words)].append(meaning)
        self._longest = max(map(len, self._meanings), default=0)
        self.generic = frozenset(tuple(word.exact for word in words_of(row)) for row in generic)
        self._called = {
            field: frozenset(part for title in there for part in self._parts_of(title))
            for field, there in titles.items()
        }

    def calls(self, field: str, words: Sequence[Word]) -> bool:
        """Whether something in the field is called so, or so in part, abbreviations written out."""
        called = self._called.get(field, frozenset())
        return tuple(word.folded for word in words) in called or self._written_out(words) in called

    def _parts_of(self, title: str) -> Iterator[tuple[str, ...]]:
        words = words_of(title)
        yield self._written_out(words)
        written = tuple(word.folded for word in words)
        for start in range(len(written)):
            yield from (written[start:end] for end in range(start + 1, len(written) + 1))

    def _written_out(self, words: Sequence[Word]) -> tuple[str, ...]:
        parts = (
            max((segment.words, *segment.rows), key=len) if segment.rows else segment.words
            for segment in self.segments(words)
        )
        return tuple(word.folded for part in parts for word in part)

    def names_of(self, communes: Set[str]) -> Iterator[tuple[Word, ...]]:
        """What these communes (codes), and what became part of them, are or were called."""
        for meanings in self._meanings.values():
            yield from (meaning.words for meaning in meanings if not communes.isdisjoint(meaning.communes))

    def short_words(self) -> Iterator[str]:
        """Single words that mean something here, folded: mostly abbreviations."""
        return (words[0] for words in self._meanings if len(words) == 1)

    def segments(self, words: Sequence[Word]) -> tuple[Segment, ...]:
        """The words in order, cut so that the longest rows that the lexicon knows stay together."""
        found: list[Segment] = []
        at = 0
        while at < len(words):
            segment = self._longest_at(words, at)
            found.append(segment)
            at += len(segment.words)
        return tuple(found)

    def meant(self, words: Sequence[Word]) -> Segment:
        """What exactly these words may mean beside themselves."""
        typed = tuple(words)
        rows: dict[tuple[Word, ...], None] = {}
        communes: dict[str, None] = {}
        for meaning in self._meanings.get(tuple(word.folded for word in typed), ()):
            if all(map(_may_be, typed, meaning.words)):
                rows.update(dict.fromkeys(meaning.rows))
                communes.update(dict.fromkeys(meaning.communes))
        return Segment(typed, tuple(rows)[:MOST_ROWS], tuple(communes))

    def _longest_at(self, words: Sequence[Word], at: int) -> Segment:
        for length in range(min(self._longest, len(words) - at), 0, -1):
            segment = self.meant(words[at : at + length])
            if segment.rows or segment.communes:
                return segment
        return Segment((words[at],))


def _may_be(typed: Word, written: Word) -> bool:
    """Whether the one may stand for the other, of which it is known that they are the same when folded."""
    return typed.is_plain or _with_final_i(typed) == _with_final_i(written)


_Y_TO_I = str.maketrans("yỳýỷỹỵ", "iìíỉĩị")


def _with_final_i(word: Word) -> str:
    """*sỹ* and *sĩ* are one word, as their folded form says."""
    return word.exact.translate(_Y_TO_I) if word.folded.endswith("i") else word.exact


LexiconOf = Callable[[], Lexicon]
"""The lexicon as it is now: it may be edited while the program runs."""


def no_lexicon() -> Lexicon:
    return _EMPTY


_EMPTY = Lexicon()
