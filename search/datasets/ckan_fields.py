"""What the fields of CKAN's search index are called here, and what their values mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase

from catalog.questions import FIELDS, AllOf, AnyOf, Between, Condition, Match, Not
from catalog.vocabularies import LICENSES
from search.datasets.ckan_dates import next_period, resolve_time
from search.datasets.conditions import WORD_CONDITIONS
from search.datasets.word_forms import is_foreign, other_forms
from search.datasets.words import Word, words_of

LEAST_NEARLY = 3
"""Letters of a word, from which on a letter may be wrong: of fewer too little would be left."""

_FIELDS = {
    "owner_org": "organization_id",
    "groups": "theme",
    "tags": "keyword",
    "res_format": "format",
    "license_id": "license",
    "metadata_modified": "recorded",
    "metadata_created": "issued",
    "notes": "description",
    "res_name": "tables",
    "res_description": "tables",
    "author": "organization_title",
    "title_string": "title",
    "access_level": "level",
}
_TIMES = frozenset({"issued", "modified", "recorded", "temporal_start", "temporal_end"})
_WORDS = frozenset(WORD_CONDITIONS)

# Here every record is a dataset, and what CKAN calls private is the level internal.
_CONSTANTS = {"dataset_type": "dataset", "type": "dataset", "entity_type": "package"}
_PRIVATE = Match("level", "internal")
_OPENLY_LICENSED = AnyOf(tuple(Match("license", license_.id) for license_ in LICENSES.values() if license_.is_open))
_PRIVACY: dict[tuple[str, str], Condition] = {
    ("private", "true"): _PRIVATE,
    ("private", "false"): Not(_PRIVATE),
    ("capacity", "private"): _PRIVATE,
    ("capacity", "public"): Not(_PRIVATE),
    ("isopen", "true"): _OPENLY_LICENSED,
    ("isopen", "false"): Not(_OPENLY_LICENSED),
}
_EVERYTHING: Condition = AllOf(())
_NOTHING: Condition = AnyOf(())


@dataclass(frozen=True, slots=True)
class Value:
    """A value as it was asked for: ``begins`` stands for ``foo*``; in a ``pattern`` every ``*`` stands for any
    characters and every ``?`` for one; ``nearly`` allows that a letter is wrong."""

    text: str
    phrase: bool = False
    anything: bool = False
    begins: bool = False
    pattern: bool = False
    nearly: bool = False


def field_here(field: str) -> str:
    """Our name of a CKAN field; an extra or a field unknown here keeps its name and matches nothing."""
    name = _FIELDS.get(field, field)
    extra = name.removeprefix("extras_")
    return _FIELDS.get(extra, extra) if extra in FIELDS or extra in _FIELDS else name


def holds_whole_values(field: str) -> bool:
    """Whether the field is compared as it stands, neither word by word nor as a time."""
    return field_here(field) not in _WORDS | _TIMES


def value_condition(field: str | None, value: Value, now: datetime) -> Condition:
    """A field that holds the value; no ``field`` means the text of the whole dataset."""
    if value.anything:
        always_there = (None, "*", *_CONSTANTS, "private", "capacity", "isopen", "author", "url")
        return _EVERYTHING if field in always_there else Match(field_here(field or "text"), "*")
    if value.text == "*":  # the character itself, which no field holds alone; to an index it means any value
        return _NOTHING
    if field in _CONSTANTS:
        held = _CONSTANTS[field]
        return _EVERYTHING if _is_held(held, value) else _NOTHING
    if field in ("private", "capacity", "isopen"):
        return _PRIVACY.get((field, value.text.lower()), _NOTHING)
    name = field_here(field or "text")
    if name in _TIMES:
        return _time_condition(name, value, now)
    if value.pattern:
        return Match(name, value.text, wildcard=True)
    if value.nearly:
        return _nearly(name, value.text)
    if name in _WORDS:
        return _words_condition(name, value)
    return Match(name, value.text, prefix=value.begins)


def _words_condition(name: str, value: Value) -> Condition:
    """The words; an English one that stands alone, or with others in no order, in one and in many."""
    words = words_of(value.text)
    is_row = value.phrase and len(words) > 1
    if is_row or value.begins or not any(map(_forms, words)):
        return Match(name, value.text, phrase=value.phrase, prefix=value.begins)
    each = tuple(_any_of([Match(name, form.exact) for form in (word, *_forms(word))]) for word in words)
    return each[0] if len(each) == 1 else AllOf(each)


def _forms(word: Word) -> tuple[Word, ...]:
    return other_forms(word) if is_foreign(word) else ()


def _any_of(conditions: Sequence[Condition]) -> Condition:
    return conditions[0] if len(conditions) == 1 else AnyOf(tuple(conditions))


def _nearly(name: str, text: str) -> Condition:
    """The text, or one with a letter wrong; in a field of words each of its words."""
    words = [word.folded for word in words_of(text)] if name in _WORDS else [text]
    each = tuple(_one_letter_off(name, word) for word in words)
    return each[0] if len(each) == 1 else AllOf(each) if each else _NOTHING


def _one_letter_off(name: str, word: str) -> Condition:
    """The word, one with another letter in place of one, one more, one less, or two neighbours changed."""
    if len(word) < LEAST_NEARLY:
        return Match(name, word)
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    less = (before + after[1:] for before, after in cuts if after)
    changed = (before + after[1] + after[0] + after[2:] for before, after in cuts if len(after) > 1)
    other = (f"{before}?{after[1:]}" for before, after in cuts if after)
    more = (f"{before}?{after}" for before, after in cuts)
    whole = [Match(name, written) for written in dict.fromkeys((word, *less, *changed))]
    return AnyOf((*whole, *(Match(name, shape, wildcard=True) for shape in dict.fromkeys((*other, *more)))))


def _is_held(held: str, value: Value) -> bool:
    if value.pattern:
        return fnmatchcase(held, value.text)
    return held.startswith(value.text) if value.begins else held == value.text


def between_condition(
    field: str, low: str | None, high: str | None, include_low: bool, include_high: bool, now: datetime
) -> Condition:
    if low is None and high is None:
        return value_condition(field, Value("*", anything=True), now)
    name = field_here(field)
    # An open end has no value that the bracket could leave out.
    include_low, include_high = include_low or low is None, include_high or high is None
    if name in _TIMES:
        low = None if low is None else _iso(low, now)
        high = None if high is None else _iso(high, now)
    return Between(name, low, high, include_low, include_high)


def _time_condition(name: str, value: Value, now: datetime) -> Condition:
    """A year, month or day means all of it."""
    following = next_period(value.text.rstrip("-"))
    if following:
        return Between(name, _iso(value.text.rstrip("-"), now), _iso(following, now), include_high=False)
    moment = _iso(value.text, now)
    return Between(name, moment, moment)


def _iso(text: str, now: datetime) -> str:
    return resolve_time(text, now).isoformat()
