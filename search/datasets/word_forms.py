"""One and many: the other form of an English word. Vietnamese words have none."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from catalog.vietnamese_syllables import is_plain_syllable
from search.datasets.lexicon import Segment
from search.datasets.words import Word, as_word

_SHORTEST = 3
_IRREGULAR = {
    "child": "children", "man": "men", "woman": "women", "person": "people", "foot": "feet", "life": "lives",
    "leaf": "leaves", "analysis": "analyses", "crisis": "crises", "basis": "bases",
}  # fmt: skip
_BOTH_WAYS = _IRREGULAR | {many: one for one, many in _IRREGULAR.items()}
_HISSING = ("s", "x", "z", "ch", "sh")
_NO_PLURAL = ("ss", "us", "is")


def with_other_forms(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """Each English word of a question with its other form. A word that may be Vietnamese counts as English where it
    stands alone or with one that cannot be Vietnamese, *pet* as in *pet licenses*."""
    if len(segments) > 1 and not any(is_foreign(word) for segment in segments for word in segment.words):
        return tuple(segments)
    return tuple(map(_with_other_form, segments))


def _with_other_form(segment: Segment) -> Segment:
    if len(segment.words) > 1 or segment.rows or segment.communes:
        return segment
    return Segment(segment.words, tuple((form,) for form in other_forms(segment.words[0])))


def is_foreign(word: Word) -> bool:
    """Whether it cannot be Vietnamese, marks left out or not."""
    return word.is_plain and word.exact.isalpha() and not is_plain_syllable(word.exact)


@lru_cache(maxsize=20_000)
def other_forms(word: Word) -> tuple[Word, ...]:
    """What an English noun is called of which there are many, or one; for what is no noun a word that nobody uses."""
    written = word.exact
    if len(written) < _SHORTEST or not (written.isascii() and written.isalpha()):
        return ()
    if written in _BOTH_WAYS:
        return (as_word(_BOTH_WAYS[written]),)
    if written.endswith("ies") and len(written) > 4:
        return (as_word(written[:-3] + "y"), as_word(written[:-1]))
    if written.endswith("es") and written[:-2].endswith(_HISSING):
        return (as_word(written[:-2]), as_word(written[:-1]))
    if written.endswith("s") and not written.endswith(_NO_PLURAL):
        return (as_word(written[:-1]),) if len(written) > _SHORTEST else ()
    if written.endswith("y") and written[-2] not in "aeiou":
        return (as_word(written[:-1] + "ies"),)
    return (as_word(written + ("es" if written.endswith(_HISSING) else "s")),)
