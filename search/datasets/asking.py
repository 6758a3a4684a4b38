"""What a person typed, as wishes. Any text has a reading.

Words, "phrases", a minus before what must not be there, ``OR`` or ``HOẶC`` in capitals between whole alternatives, and
``field:value`` for the fields of :mod:`search.datasets.asking_fields`. What is not well formed is read as words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from catalog.questions import Condition, Not
from catalog.vietnamese import clean
from search.datasets.asking_fields import LONGEST_VALUE, condition_for, known_value
from search.datasets.common_words import optional_places
from search.datasets.lexicon import Lexicon, no_lexicon
from search.datasets.words import Word, word_places, words_of

MAX_QUERY_WORDS = 30
MAX_QUERY_CHARACTERS = 4_000
OPERATORS = frozenset({"OR", "HOẶC", "HOAC"})

# "A phrase" or a word, after a field or not, left out with a minus or not; the minus of "2020 -2021" is a dash.
_PART = re.compile(
    r'(?P<minus>(?<!\S)-(?=["“”\w])(?!\d))?(?:(?P<field>[^\W\d][\w-]{1,29}):(?=["“”\w]))?'
    r'(?:["“”](?P<phrase>[^"“”]*)["“”]|(?P<words>[^\s"“”]+))'
)


@dataclass(frozen=True, slots=True)
class Wishes:
    """One of the alternatives that a person asked for: words that must all stand in the text except those at the
    ``optional`` places, phrases likewise (their words are among ``words``), what must not stand there, and
    conditions."""

    words: tuple[Word, ...] = ()
    phrases: tuple[tuple[Word, ...], ...] = ()
    unwanted: tuple[tuple[Word, ...], ...] = ()
    conditions: tuple[Condition, ...] = ()
    optional: frozenset[int] = frozenset()


@dataclass(slots=True)
class _Reading:
    words: list[Word] = field(default_factory=list)
    phrases: list[tuple[Word, ...]] = field(default_factory=list)
    unwanted: list[tuple[Word, ...]] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    quoted: set[int] = field(default_factory=set)

    @property
    def is_empty(self) -> bool:
        return not (self.words or self.unwanted or self.conditions)

    def add(self, found: tuple[Word, ...], *, quoted: bool) -> None:
        if quoted:
            self.quoted.update(range(len(self.words), len(self.words) + len(found)))
            if len(found) > 1:
                self.phrases.append(found)
        self.words.extend(found)

    def wishes(self, lexicon: Lexicon) -> Wishes:
        optional = optional_places(self.words, self.quoted, lexicon.generic)
        return Wishes(tuple(self.words), tuple(self.phrases), tuple(self.unwanted), tuple(self.conditions), optional)


def read_alternatives(text: str, lexicon: Lexicon | None = None) -> tuple[Wishes, ...]:
    """What any text asks for: at least one alternative, and no more than one unless ``OR`` stands between two.

    At most thirty words count; what follows is ignored. ``lexicon`` knows communes and organizations by name.
    """
    known = lexicon or no_lexicon()
    read = [reading for reading in _readings(text, known) if not reading.is_empty]
    return tuple(reading.wishes(known) for reading in read) or (Wishes(),)


def _readings(text: str, lexicon: Lexicon) -> Iterator[_Reading]:
    reading = _Reading()
    room = MAX_QUERY_WORDS
    parts = list(_PART.finditer(clean(text[:MAX_QUERY_CHARACTERS])))
    part_of_value = 0
    for place, part in enumerate(parts):
        if part_of_value:
            part_of_value -= 1
            continue
        if part[0] in OPERATORS and not reading.is_empty and place + 1 < len(parts):
            yield reading
            reading = _Reading()
            continue
        phrase = part["phrase"]
        value = part["words"] or "" if phrase is None else phrase
        if part["field"] and phrase is None:
            pieces = [value, *_words_after(parts, place)]
            part_of_value = known_value(part["field"], pieces, lexicon) - 1
            value = " ".join(pieces[: 1 + part_of_value])
        condition = condition_for(part["field"], value, lexicon, quoted=phrase is not None) if part["field"] else None
        unread = f"{part['field']} " if part["field"] and condition is None else ""
        found = words_of(unread + value)[:room]
        room -= len(found)
        if not found:
            continue
        if condition is not None:
            reading.conditions.append(Not(condition) if part["minus"] else condition)
        elif part["minus"]:
            reading.unwanted.append(found)
        else:
            reading.add(found, quoted=phrase is not None)
    yield reading


def _words_after(parts: Sequence[re.Match[str]], place: int) -> Iterator[str]:
    """The pieces that may go on with the value of a field."""
    for part in parts[place + 1 : place + LONGEST_VALUE]:
        if part["minus"] or part["field"] or part["phrase"] is not None or part[0] in OPERATORS:
            return
        yield part[0]


def plain_words(text: str) -> tuple[tuple[int, int, Word], ...]:
    """The words of ``text`` that must stand in a dataset, each with where it begins and ends; not those of a field or
    after a minus, and no operators. Positions are those of the text as given."""
    found: list[tuple[int, int, Word]] = []
    for part in _PART.finditer(text[:MAX_QUERY_CHARACTERS]):
        if part["minus"] or part["field"] or part[0] in OPERATORS:
            continue
        name = "words" if part["phrase"] is None else "phrase"
        for start, end in word_places(part[name]):
            words = words_of(part[name][start:end])
            if words:
                found.append((part.start(name) + start, part.start(name) + end, words[0]))
    return tuple(found)
