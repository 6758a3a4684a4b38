"""Text as the index sees it: words in two forms, as written and folded.

Every adapter of :class:`catalog.ports.DatasetIndex` and the highlighting share these, so that what is marked in a
title is what was found.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from catalog.vietnamese import canonical_tone, clean, fold

MAX_WORD_CHARACTERS = 64

# A word is letters and digits with any marks that did not compose; a pictograph is a word of its own.
_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*|[\u2600-\u27bf\U0001f000-\U0001faff]")

# Bác sĩ and bác sỹ, kĩ thuật and kỹ thuật, quí and quý are the same words: folded, both end in i.
_FINAL_Y = {"hy": "hi", "ky": "ki", "ly": "li", "my": "mi", "quy": "qui", "sy": "si", "ty": "ti", "vy": "vi"}
_FINAL_I = {i: y for y, i in _FINAL_Y.items()}


@dataclass(frozen=True, slots=True)
class Word:
    """One word: ``exact`` in lower case with its marks, tones in one style; ``folded`` without any."""

    exact: str
    folded: str

    @property
    def is_plain(self) -> bool:
        """Whether it was written without marks, so that its writer may or may not have meant them."""
        return self.exact.isascii()


def words_of(text: str) -> tuple[Word, ...]:
    """The words of ``text`` in order. NFC and NFD, upper and lower case, *hoá* and *hóa* give the same words."""
    return tuple(map(_word, _WORD.findall(clean(text).lower())))


def word_places(text: str) -> list[tuple[int, int]]:
    """Where the words of a text begin and end in it, the text taken as it is."""
    return [match.span() for match in _WORD.finditer(text)]


def as_word(exact: str) -> Word:
    """The word of which this is the exact form."""
    return _word(exact)


@lru_cache(maxsize=100_000)  # there are some 7,000 Vietnamese syllables
def _word(written: str) -> Word:
    """A word as it is compared: cut to 64 characters, its tone in one style, lone marks left out, final *y* as *i*
    where both are written."""
    written = canonical_tone(written[:MAX_WORD_CHARACTERS])
    plain = "".join(character for character in fold(written) if not unicodedata.combining(character))
    return Word(written, _FINAL_Y.get(plain, plain))


def spellings(folded_word: str) -> tuple[str, ...]:
    """The forms a folded word of the index can have in a text that is merely folded."""
    other = _FINAL_I.get(folded_word)
    return (folded_word, other) if other else (folded_word,)
