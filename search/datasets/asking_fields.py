"""``field:value`` in what a person typed: a documented few fields, by their Vietnamese and English names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from catalog.questions import AnyOf, Between, Condition, Match
from catalog.vietnamese import fold, slug
from search.datasets.lexicon import Lexicon, Segment
from search.datasets.words import Word, words_of

FIELD_NAMES: Mapping[str, tuple[str, str]] = {
    "organization": ("co-quan", "organization"),
    "theme": ("chu-de", "theme"),
    "format": ("dinh-dang", "format"),
    "keyword": ("tu-khoa", "keyword"),
    "year": ("nam", "year"),
    "column": ("cot", "column"),
    "commune": ("xa", "commune"),
    "title": ("tieu-de", "title"),
}
"""What each field is called in Vietnamese and in English; accents and the hyphen may be given or left out."""

_Made = Callable[[str, Segment, bool], "Condition | None"]

_YEARS = re.compile(r"(?P<first>\d{4})(?:(?:-|–|\.\.)(?P<last>\d{4}))?")
_COMMUNE_CODE = re.compile(r"\d{5}")


def condition_for(name: str, value: str, lexicon: Lexicon, *, quoted: bool) -> Condition | None:
    """``None`` for an unknown field and for a value that the field cannot have: both are then read as words."""
    made = _FIELDS.get(_plain(name))
    words = words_of(value)
    return made(value, lexicon.meant(words), quoted) if made and words else None


def _plain(name: str) -> str:
    return slug(fold(name)).replace("-", "")


def _organization(value: str, meant: Segment, quoted: bool) -> Condition:
    return AnyOf((Match("organization_path", slug(value)), *_called("organization_title", value, meant.rows)))


def _theme(value: str, meant: Segment, quoted: bool) -> Condition:
    return AnyOf((Match("theme", slug(value)), *_called("theme_title", value, meant.rows)))


def _called(field: str, value: str, same: tuple[tuple[Word, ...], ...]) -> tuple[Match, ...]:
    written = (" ".join(word.exact for word in row) for row in same)
    return (Match(field, value), *(Match(field, row, phrase=True) for row in written))


def _format(value: str, meant: Segment, quoted: bool) -> Condition:
    return Match("format", value.lower())


def _keyword(value: str, meant: Segment, quoted: bool) -> Condition:
    return AnyOf((Match("keyword", value), Match("keywords", value, phrase=True)))


def _column(value: str, meant: Segment, quoted: bool) -> Condition:
    return AnyOf((Match("column", value), Match("columns", value, phrase=True)))


def _title(value: str, meant: Segment, quoted: bool) -> Condition:
    return Match("title", value, phrase=quoted)


def _year(value: str, meant: Segment, quoted: bool) -> Condition | None:
    years = _YEARS.fullmatch(value.strip())
    if years is None:
        return None
    return Between("year", years["first"], years["last"]) if years["last"] else Match("year", years["first"])


def _commune(value: str, meant: Segment, quoted: bool) -> Condition | None:
    if _COMMUNE_CODE.fullmatch(value.strip()):
        return Match("commune", value.strip())
    return AnyOf(tuple(Match("commune", code) for code in meant.communes)) if meant.communes else None


_MADE: Mapping[str, _Made] = {
    "organization": _organization,
    "theme": _theme,
    "format": _format,
    "keyword": _keyword,
    "year": _year,
    "column": _column,
    "commune": _commune,
    "title": _title,
}
_FIELDS = {_plain(name): _MADE[field] for field, names in FIELD_NAMES.items() for name in names}
