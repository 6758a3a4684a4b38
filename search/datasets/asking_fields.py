"""``field:value`` in what a person typed: a documented few fields, by their Vietnamese and English names.

A value of several words stands in quotes, or is one that the field is known to have: *xa:Đông Tiến*.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from catalog.questions import AllOf, AnyOf, Between, Condition, Match
from catalog.vietnamese import fold, slug
from search.datasets.lexicon import Lexicon, Segment
from search.datasets.words import words_of

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

LONGEST_VALUE = 12
"""Pieces between blanks of which a value without quotes consists, at most."""

_Made = Callable[[str, Lexicon, bool], "Condition | None"]

_YEARS = re.compile(r"(?P<first>\d{4})(?:(?:-|–|\.\.)(?P<last>\d{4}))?")
_COMMUNE_CODE = re.compile(r"\d{5}")


def condition_for(name: str, value: str, lexicon: Lexicon, *, quoted: bool) -> Condition | None:
    """``None`` for an unknown field and for a value that the field cannot have: both are then read as words."""
    field = _FIELDS.get(_plain(name), "")
    return _MADE[field](value, lexicon, quoted) if field and words_of(value) else None


def known_value(name: str, pieces: Sequence[str], lexicon: Lexicon) -> int:
    """How many of the pieces, the first of which stands behind the field, make the longest value that the field is
    known to have; one where none of them do."""
    field = _FIELDS.get(_plain(name), "")
    for count in range(min(len(pieces), LONGEST_VALUE), 1, -1):
        words = words_of(" ".join(pieces[:count]))
        if lexicon.calls(field, words) or (field == "commune" and lexicon.meant(words).communes):
            return count
    return 1


def _plain(name: str) -> str:
    return slug(fold(name)).replace("-", "")


def _organization(value: str, lexicon: Lexicon, quoted: bool) -> Condition:
    return AnyOf((Match("organization_path", slug(value)), *_called("organization_title", value, lexicon)))


def _theme(value: str, lexicon: Lexicon, quoted: bool) -> Condition:
    return AnyOf((Match("theme", slug(value)), *_called("theme_title", value, lexicon)))


def _called(field: str, value: str, lexicon: Lexicon) -> tuple[Condition, ...]:
    """All words of the value, or what they mean: as a whole (a new name), or part by part (*Sở KH&CN*)."""
    words = words_of(value)
    parts = lexicon.segments(words)
    found: list[Condition] = [Match(field, value), *_same(field, lexicon.meant(words))]
    if len(parts) > 1 and any(part.rows for part in parts):
        written = (Match(field, " ".join(word.exact for word in part.words)) for part in parts)
        found.append(AllOf(tuple(AnyOf((own, *_same(field, part))) for own, part in zip(written, parts, strict=True))))
    return tuple(found)


def _same(field: str, meant: Segment) -> tuple[Match, ...]:
    written = (" ".join(word.exact for word in row) for row in meant.rows)
    return tuple(Match(field, row, phrase=True) for row in written)


def _format(value: str, lexicon: Lexicon, quoted: bool) -> Condition:
    return Match("format", value.lower())


def _keyword(value: str, lexicon: Lexicon, quoted: bool) -> Condition:
    return AnyOf((Match("keyword", value), Match("keywords", value, phrase=True)))


def _column(value: str, lexicon: Lexicon, quoted: bool) -> Condition:
    return AnyOf((Match("column", value), Match("columns", value, phrase=True)))


def _title(value: str, lexicon: Lexicon, quoted: bool) -> Condition:
    return Match("title", value, phrase=quoted)


def _year(value: str, lexicon: Lexicon, quoted: bool) -> Condition | None:
    years = _YEARS.fullmatch(value.strip())
    if years is None:
        return None
    return Between("year", years["first"], years["last"]) if years["last"] else Match("year", years["first"])


def _commune(value: str, lexicon: Lexicon, quoted: bool) -> Condition | None:
    meant = lexicon.meant(words_of(value))
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
_FIELDS = {_plain(name): field for field, names in FIELD_NAMES.items() for name in names}
