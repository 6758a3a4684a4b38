"""What a person typed, as wishes. Any text has a reading."""

from __future__ import annotations

import re
from dataclasses import dataclass

from catalog.vietnamese import clean
from search.datasets.words import Word, words_of

MAX_QUERY_WORDS = 30
MAX_QUERY_CHARACTERS = 4_000

# "A phrase" or a word, either left out with a minus; the minus of "2020 -2021" is a dash.
_WISH = re.compile(r'(?P<minus>(?<!\S)-(?=["“”\w])(?!\d))?(?:["“”](?P<phrase>[^"“”]*)["“”]|(?P<words>[^\s"“”]+))')


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person typed: words that must all stand in the text, phrases likewise, and what must not stand there."""

    words: tuple[Word, ...] = ()
    phrases: tuple[tuple[Word, ...], ...] = ()
    unwanted: tuple[tuple[Word, ...], ...] = ()

    @property
    def folded(self) -> frozenset[str]:
        """The folded words to mark in a text."""
        return frozenset(word.folded for word in self.words)


def read_wishes(text: str) -> Wishes:
    """Any text has a reading: quotes that pair make phrases, a minus before a letter leaves out, all else is words.

    At most thirty words count; what follows is ignored.
    """
    words: list[Word] = []
    phrases: list[tuple[Word, ...]] = []
    unwanted: list[tuple[Word, ...]] = []
    for match in _WISH.finditer(clean(text[:MAX_QUERY_CHARACTERS])):
        room = MAX_QUERY_WORDS - len(words) - sum(map(len, unwanted))
        if room <= 0:
            break
        found = words_of(match["phrase"] or match["words"] or "")[:room]
        if not found:
            continue
        if match["minus"]:
            unwanted.append(found)
            continue
        words.extend(found)
        if match["phrase"] and len(found) > 1:
            phrases.append(found)
    return Wishes(tuple(words), tuple(phrases), tuple(unwanted))
