"""Which pieces of a text matched, for a page to mark. Pieces only, never HTML."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from catalog.questions import Fragment
from catalog.vietnamese import fold, nfc
from search.datasets.words import spellings

SNIPPET_CHARACTERS = 240
_ELLIPSIS = "…"
_LEAD = 40
_MATCHES_LOOKED_AT = 100

Span = tuple[int, int]


def highlight(text: str, folded_words: Collection[str]) -> tuple[Fragment, ...]:
    """``text`` in pieces; words that match the folded words, and blanks between two such, are marked. Words with blanks
    between them are marked where they stand in a row."""
    text = nfc(text)
    return _pieces(text, _matches(text, folded_words), 0, len(text))


def snippet(text: str, folded_words: Collection[str]) -> tuple[Fragment, ...]:
    """About 240 characters of ``text``, blanks collapsed: from where most different words match, else its beginning.
    Near the end of the text it may be half as long: a narrow page shows no more, and the match must be seen there."""
    text = " ".join(nfc(text).split())
    matches = _matches(text, folded_words)
    start = _best_start(text, matches)
    end = min(start + SNIPPET_CHARACTERS, len(text))
    if start > 0:
        start = text.find(" ", start - 1, end) + 1 or start
    if end < len(text):
        end = max(text.rfind(" ", start, end), start + SNIPPET_CHARACTERS // 2)
    before = (Fragment(_ELLIPSIS),) if start > 0 else ()
    after = (Fragment(_ELLIPSIS),) if end < len(text) else ()
    return (*before, *_pieces(text, matches, start, end), *after)


def stands_in(folded_text: str, folded_row: str) -> bool:
    """Whether the words, one or several with blanks between them, stand one after another in a text that is folded."""
    begun = any(form in folded_text for form in spellings(folded_row.split(" ", 1)[0]))
    return begun and _pattern(frozenset((folded_row,))).search(folded_text) is not None


fold_shown = lru_cache(maxsize=1_000)(fold)
"""Folds what hits show: the same texts again and again."""


def _matches(text: str, folded_words: Collection[str]) -> list[Span]:
    """Start and end of each run of matching words; folding keeps positions, so they hold for ``text`` itself."""
    if not folded_words:
        return []
    word = _pattern(frozenset(folded_words))
    return [match.span() for match in word.finditer(fold_shown(text))]


@lru_cache(maxsize=256)
def _pattern(folded_words: frozenset[str]) -> re.Pattern[str]:
    forms = "|".join(map(_form, sorted(folded_words, key=len, reverse=True)))
    word = rf"(?<![^\W_])(?:{forms})(?![^\W_])"
    return re.compile(rf"{word}(?: {word})*")


def _form(row: str) -> str:
    words = (sorted(spellings(word), key=len, reverse=True) for word in row.split(" "))
    return r"[\W_]+".join(f"(?:{'|'.join(map(re.escape, forms))})" for forms in words)


def _pieces(text: str, matches: Iterable[Span], start: int, end: int) -> tuple[Fragment, ...]:
    """The text from ``start`` to ``end``, cut at the matches that lie wholly inside."""
    pieces: list[Fragment] = []
    at = start
    for first, last in matches:
        if first < start or last > end:
            continue
        if first > at:
            pieces.append(Fragment(text[at:first]))
        pieces.append(Fragment(text[first:last], matched=True))
        at = last
    if at < end:
        pieces.append(Fragment(text[at:end]))
    return tuple(pieces)


def _best_start(text: str, matches: Sequence[Span]) -> int:
    """Where a window should begin so that it shows the most text of different matches."""
    best, most = 0, 0
    for position, (start, _) in enumerate(matches[:_MATCHES_LOOKED_AT]):
        reach = start + SNIPPET_CHARACTERS - _LEAD
        inside = {text[first:last] for first, last in matches[position : position + 20] if last <= reach}
        shown = sum(map(len, inside))
        if shown > most:
            best, most = start, shown
    return max(0, min(best - _LEAD, len(text) - SNIPPET_CHARACTERS // 2))
