"""Which of the words asked for a reader of the list cannot see: those that only the tables of a dataset hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from catalog.listed import ListedDataset
from catalog.vietnamese import nfc
from catalog.vocabularies import THEMES
from search.datasets.highlighting import fold_shown, highlight, stands_in
from search.datasets.lexicon import Segment
from search.datasets.words import words_of


def only_in_tables(text: str, segments: Sequence[Segment], listed: ListedDataset) -> tuple[str, ...]:
    """Of a dataset that holds all ``segments`` of ``text``, those that no text describing it holds, in any meaning, as
    they were typed: a table's title, a column or a value must. Left out are numbers, for years are no words, and single
    syllables with accents: too often it is another syllable, with other accents, that was found (*cho* for *chợ*)."""
    hidden = [segment for segment in segments if not all(word.exact.isdecimal() for word in segment.words)]
    for described in _described(listed):
        hidden = [segment for segment in hidden if not _stands(segment, described)]
        if not hidden:
            return ()
    typed = {word.folded for segment in hidden for word in segment.words}
    rows = dict.fromkeys(piece.text for piece in highlight(text, typed) if piece.matched)
    return tuple(row for row in rows if len(words := words_of(row)) > 1 or all(word.is_plain for word in words))


def _stands(segment: Segment, described: str) -> bool:
    if all(stands_in(described, word.folded) for word in segment.words):
        return True
    return any(stands_in(described, " ".join(word.folded for word in row)) for row in segment.rows)


def _described(listed: ListedDataset) -> Iterator[str]:
    """What a hit shows, and with it what else is said of the dataset: seldom needed."""
    shown = _folded((listed.title, listed.description))
    yield shown
    theme = THEMES.get(listed.theme)
    themes = (theme.title, theme.title_en) if theme else ()
    owner = (listed.organization_title, listed.organization_title_en)
    yield "\n".join(
        (
            shown,
            _folded((*listed.keywords, *owner, *themes, listed.title_en, listed.description_en, *listed.decisions)),
        )
    )


def _folded(texts: Iterable[str]) -> str:
    return "\n".join(fold_shown(" ".join(nfc(text).split())) for text in texts)
