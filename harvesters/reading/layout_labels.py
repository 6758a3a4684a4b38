"""Joins the labels of rows that are written on two lines: in two languages, or broken by their length.

Yearbooks write the Vietnamese label on one row and the English one below it, with the figures beside either. Of such a
pair one row of data is made, under its Vietnamese label.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from catalog.vietnamese import clean
from harvesters.reading.layout_language import is_english, is_translation, is_vietnamese
from harvesters.reading.layout_words import is_number, is_of_which

if TYPE_CHECKING:
    from harvesters.reading.layout_rows import Judged

_DATA, _SECTION, _LABEL = "data", "section", "label"
_MOST_LINES = 6


def joined_labels(rows: Iterator[Judged]) -> Iterator[Judged]:
    """The rows with ``label`` as the kind of those that only begin or translate another row's label."""
    waiting: list[Judged] = []
    above = ""
    for judged in rows:
        place = label_alone(judged.texts) if judged.kind in (_DATA, _SECTION) else None
        if place is not None and len(waiting) < _MOST_LINES:
            text = judged.texts[place]
            if not waiting and above and is_translation(above, text) and is_english(text):
                above = f"{above} {text}"
                yield replace(judged, kind=_LABEL)
            else:
                waiting.append(judged)
            continue
        own = _label_place(judged.texts) if judged.kind not in ("outside", "blank", "repeated-header") else None
        *earlier, last = _groups(waiting) if waiting else [[]]
        if own is not None and last and _belongs(last, judged, own):
            yield from _apart(earlier)
            yield from (replace(part, kind=_LABEL) for part in last)
            judged = _labelled(judged, own, _written(last, judged.texts[own]))
        else:
            yield from _apart([group for group in (*earlier, last) if group])
        waiting = []
        above = judged.texts[own] if own is not None and not judged.left else ""
        yield judged
    yield from _apart(_groups(waiting))


def label_alone(texts: Sequence[str]) -> int | None:
    """The place of the one text of a row, if it is a label without any figure."""
    places = [place for place, text in enumerate(texts) if text.strip()]
    return places[0] if len(texts) > 1 and len(places) == 1 and not is_number(texts[places[0]]) else None


def _label_place(texts: Sequence[str]) -> int | None:
    return next((place for place, text in enumerate(texts) if text.strip() and not is_number(text)), None)


def _groups(waiting: Sequence[Judged]) -> list[list[Judged]]:
    """Labels alone that stand below each other, in groups of one label and what continues or translates it."""
    groups: list[list[Judged]] = []
    for judged in waiting:
        text = _text(judged)
        english = is_english(text) and groups and is_translation(_text(groups[-1][0]), text)
        if groups and (english or _continues(groups[-1], text)):
            groups[-1].append(judged)
        else:
            groups.append([judged])
    return groups


def _text(judged: Judged) -> str:
    place = label_alone(judged.texts)
    return clean(judged.texts[place]) if place is not None else ""


def _continues(group: Sequence[Judged], text: str) -> bool:
    """A line that begins in lower case continues the label above, in the same language."""
    before = _text(group[-1])
    return clean(text)[:1].islower() and is_vietnamese(before) and not is_english(text)


def _belongs(group: Sequence[Judged], judged: Judged, own: int) -> bool:
    """Whether the row with figures ends the label that the group begins: in the same column, as its English, or as its
    continuation in lower case."""
    text, first = judged.texts[own], _text(group[0])
    if label_alone(group[0].texts) != own or first.endswith(":") or is_of_which(first):
        return False
    if len(group) > 1 and any(is_english(_text(part)) for part in group):
        return not is_vietnamese(text) and clean(text)[:1].islower()
    return (is_translation(_text(group[0]), text) and is_english(text)) or _continues(group, text)


def _written(group: Sequence[Judged], last: str) -> str:
    """The Vietnamese lines as one label."""
    lines = [text for text in (*map(_text, group), clean(last)) if not is_english(text)]
    if not is_vietnamese(last) and is_translation(_text(group[0]), last):
        lines = [text for text in map(_text, group) if is_vietnamese(text)]
    return " ".join(" ".join(lines).split())


def _labelled(judged: Judged, place: int, label: str) -> Judged:
    texts = list(judged.texts)
    texts[place] = label
    return replace(judged, texts=texts, left=judged.texts[place])


def _apart(groups: Sequence[Sequence[Judged]]) -> Iterator[Judged]:
    """Labels that no row with figures ends: each stays what it was; with its translation it is a section."""
    for first, *more in groups:
        bilingual = any(is_translation(_text(first), _text(part)) for part in more)
        yield replace(first, kind=_SECTION) if bilingual else first
        yield from (replace(part, kind=_LABEL) for part in more) if bilingual else more
