"""The words that datasets have, and which of them somebody may have meant by one that none has."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from catalog.errors import IndexUnavailable
from catalog.ports import DatasetIndex
from catalog.questions import VOCABULARY, SearchQuery, Viewer
from catalog.vietnamese_syllables import is_syllable
from search.datasets.lexicon import LexiconOf, no_lexicon
from search.datasets.words import Word, as_word

COMMUNE = "commune"
MOST_WORDS = 50_000
_NEIGHBOURS = 8
_NEAR, _LONG = 3, 6
"""Letters of a word from which on one mistake is looked for, and two."""

_SAID_ALIKE = {
    "s": ("x",), "x": ("s",), "ch": ("tr",), "tr": ("ch",), "d": ("gi", "r", "v"), "gi": ("d", "r"), "r": ("d", "gi"),
    "v": ("d",), "l": ("n",), "n": ("l",), "k": ("c",), "c": ("k",), "g": ("gh",), "ng": ("ngh",), "f": ("ph",),
    "j": ("gi",), "z": ("d",), "w": ("qu",),
}  # fmt: skip
_ENDED_ALIKE = (("n", "ng"), ("ng", "n"), ("t", "c"), ("c", "t"), ("nh", "ng"), ("ng", "nh"), ("y", "i"), ("i", "y"))


class KnownWords(Mapping[str, int]):
    """The words of titles, keywords, organizations, themes and columns as written, with how many datasets have each;
    and ready to be looked up without accents.

    ``names`` are rows of words that are known too, each as rare as can be; ``meant`` are folded words that need no
    dataset to be right."""

    def __init__(
        self, counts: Mapping[str, int], names: Iterable[Sequence[Word]] = (), meant: Iterable[str] = ()
    ) -> None:
        self._counts = dict(counts)
        self._meant = frozenset(meant)
        self._names: dict[tuple[str, ...], dict[tuple[str, ...], None]] = defaultdict(dict)
        for name in names:
            self._names[tuple(word.folded for word in name)][tuple(word.exact for word in name)] = None
            for word in name:
                self._counts.setdefault(word.exact, 1)
        self._pairs = {pair for row in self._names for pair in pairwise(row)}
        self._forms: dict[str, list[str]] = defaultdict(list)
        self._totals: dict[str, int] = defaultdict(int)
        for exact, count in self._counts.items():
            word = as_word(exact)
            self._forms[word.folded].append(word.exact)
            self._totals[word.folded] += count
        self._spelled = [word for word in self._forms if word.isalpha()]

    def __getitem__(self, word: str) -> int:
        return self._counts[word]

    def __iter__(self) -> Iterator[str]:
        return iter(self._counts)

    def __len__(self) -> int:
        return len(self._counts)

    def knows(self, folded: str) -> bool:
        return folded in self._forms

    def is_right(self, folded: str) -> bool:
        """Whether there is nothing to correct: it is known, or needs no dataset."""
        return folded in self._forms or folded in self._meant

    def stand_in_a_name(self, pair: tuple[str, str]) -> bool:
        """Whether the two folded words do, one after the other."""
        return pair in self._pairs

    def names(self, row: Sequence[Word]) -> tuple[tuple[str, ...], ...]:
        """The names that are called so but for accents, as they are written."""
        return tuple(self._names.get(tuple(word.folded for word in row), ()))

    def how_often(self, folded: str) -> int:
        return self._totals.get(folded, 0)

    def form_of(self, folded: str, typed: str = "") -> str:
        """How a word is written: as near to what was typed as can be, else as most often."""
        forms = self._forms[folded]
        return min(
            forms, key=lambda form: (OSA.distance(form, typed) if typed else 0, -self._counts.get(form, 0), form)
        )

    def near(self, word: Word) -> list[str]:
        """Other words that sound like it or differ by a letter or two, without accents; the likeliest first."""
        if not word.folded.isalpha():
            return []
        others = self._misspelt(word) | {other: 0 for other in self._sounding_like(word) if self.knows(other)}
        others.pop(word.folded, None)
        typed = "" if word.is_plain else word.exact

        def likelihood(other: str) -> tuple[int, bool, int, int, str]:
            accents = OSA.distance(self.form_of(other, typed), typed) if typed else 0
            return others[other], other[0] != word.folded[0], accents, -self.how_often(other), other

        return sorted(others, key=likelihood)[:_NEIGHBOURS]

    def _misspelt(self, word: Word) -> dict[str, int]:
        length = len(word.folded)
        if length < _NEAR:
            return {}
        mistakes = 2 if length >= _LONG and not is_syllable(word.exact) else 1
        found = extract(word.folded, self._spelled, scorer=OSA.distance, score_cutoff=mistakes, limit=None)
        return {other: int(distance) for other, distance, _ in found if len(other) > 1}

    def _sounding_like(self, word: Word) -> Iterator[str]:
        """*sa* and *xa*, *chồng* and *trồng*: said alike in some part of the country."""
        for one, others in _SAID_ALIKE.items():
            if word.folded.startswith(one):
                yield from (other + word.folded[len(one) :] for other in others)
        for one, other in _ENDED_ALIKE:
            if word.folded.endswith(one):
                yield word.folded.removesuffix(one) + other


class Vocabulary:
    """Known words by viewer, kept for ``keep`` seconds. May be shared by threads."""

    def __init__(
        self,
        index: DatasetIndex,
        lexicon: LexiconOf = no_lexicon,
        *,
        keep: float = 300.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._index = index
        self._lexicon = lexicon
        self._keep = keep
        self._clock = clock
        self._lock = threading.Lock()
        self._held: dict[Viewer, tuple[float, KnownWords]] = {}

    def of(self, viewer: Viewer) -> KnownWords:
        """The words of the datasets that the viewer may see, and of the names of communes that their tables hold; none
        while the index is unavailable."""
        with self._lock:
            now = self._clock()
            read_at, words = self._held.get(viewer, (float("-inf"), KnownWords({})))
            if now - read_at < self._keep:
                return words
            query = SearchQuery(limit=0, facets=(VOCABULARY, COMMUNE), facet_limit=MOST_WORDS, viewer=viewer)
            try:
                counted = self._index.search(query).facets
            except IndexUnavailable:
                return words
            lexicon = self._lexicon()
            names = lexicon.names_of({item.value for item in counted[COMMUNE]})
            words = KnownWords({item.value: item.count for item in counted[VOCABULARY]}, names, lexicon.short_words())
            self._held[viewer] = (now, words)
            return words
