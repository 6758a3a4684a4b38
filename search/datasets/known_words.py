"""The words that datasets have, and which of them somebody may have meant by one that none has."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from catalog.errors import IndexUnavailable
from catalog.ports import DatasetIndex
from catalog.questions import VOCABULARY, SearchQuery, Viewer
from catalog.vietnamese_syllables import is_syllable
from search.datasets.words import Word, as_word

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
    and ready to be looked up without accents."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = dict(counts)
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
        self, index: DatasetIndex, *, keep: float = 300.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._index = index
        self._keep = keep
        self._clock = clock
        self._lock = threading.Lock()
        self._held: dict[Viewer, tuple[float, KnownWords]] = {}

    def of(self, viewer: Viewer) -> KnownWords:
        """The words of the datasets that the viewer may see; none while the index is unavailable."""
        with self._lock:
            now = self._clock()
            read_at, words = self._held.get(viewer, (float("-inf"), KnownWords({})))
            if now - read_at < self._keep:
                return words
            query = SearchQuery(limit=0, facets=(VOCABULARY,), facet_limit=MOST_WORDS, viewer=viewer)
            try:
                counts = self._index.search(query).facets[VOCABULARY]
            except IndexUnavailable:
                return words
            words = KnownWords({item.value: item.count for item in counts})
            self._held[viewer] = (now, words)
            return words
