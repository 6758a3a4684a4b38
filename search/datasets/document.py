"""How a dataset lies in an index, whichever engine keeps it: fields of words, of values and of whole numbers.

Words are cut and folded here, so that an engine only splits at blanks; values are composed here, so that an engine only
compares. Change :data:`LAYOUT` with anything that changes what is written: an index of another layout is built anew.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from itertools import chain

from catalog.indexed import IndexedDataset
from catalog.questions import PUBLIC_LEVELS, VOCABULARY
from catalog.usage import USE_STEPS
from catalog.vietnamese import nfc, sort_key
from catalog.vocabularies import THEMES
from search.datasets.cutting import Cut, cut, cut_shared
from search.datasets.listed import listed_json

LAYOUT = 11
MAX_VALUE_CHARACTERS = 1_000
"""Of a value what follows is not compared: engines take values of some 32,000 bytes at most."""
MOST_YEARS = 200

TEXTS = (
    "title", "title_en", "keywords", "organization_title", "theme_title", "description", "tables", "columns",
    "code_values",
)  # fmt: skip
"""The fields of words, as a condition may ask for them."""

TEXT = "text"
"""The words of all fields together: what a dataset is found by."""

ABOUT = "about"
"""The words of all fields but those of codes: what a dataset is about. A code says what a row of its tables may hold,
and a row of its words says less of the dataset than the same words in its description."""

WRITTEN = (TEXT, ABOUT)
"""The fields that hold their words as written too, beside without marks."""

NO_WORDS = "·"
"""Stands in a field that has no words. Engines count documents that have a field, some of them only those; so all
documents have all fields, and a word is as rare in one engine as in another."""

VALUES = (
    "id", "organization", "organization_id", "organization_path", "theme", "format", "keyword", "license", "frequency",
    "level", "name", "state", "simulated", "commune", "column", "year",
)  # fmt: skip
"""The fields of whole values that a condition may ask for."""

TIMES = ("issued", "modified", "recorded", "temporal_start", "temporal_end")
"""Microseconds since 1970 (UTC); of days their beginning."""

PUBLIC = "public"
"""``true`` where everyone may see the dataset."""

CALLED = "called"
FILED_UNDER = "filed_under"
"""Titles and keywords; theme and owner: each as a whole one value (:func:`label`)."""

FILLED = "filled"
"""Names of the fields that have a value: "any value" asks here."""

QUALITY_GRADE = "quality_grade"
USE_GRADE = "use_grade"
"""How good and how much used, in steps from 1; no value where there is nothing to praise."""

TITLE_ORDER = "title_order"
MODIFIED_ORDER, MODIFIED_ORDER_ASC = "modified_order", "modified_order_asc"
ISSUED_ORDER, ISSUED_ORDER_ASC = "issued_order", "issued_order_asc"
RECORDED_ORDER, RECORDED_ORDER_ASC = "recorded_order", "recorded_order_asc"

VALUE_FIELDS = (
    *VALUES, VOCABULARY, CALLED, FILED_UNDER, PUBLIC, FILLED, QUALITY_GRADE, USE_GRADE, TITLE_ORDER,
)  # fmt: skip
NUMBER_FIELDS = (
    *TIMES, MODIFIED_ORDER, MODIFIED_ORDER_ASC, ISSUED_ORDER, ISSUED_ORDER_ASC, RECORDED_ORDER, RECORDED_ORDER_ASC
)  # fmt: skip

_QUALITY_STEPS = (50, 65, 80, 90)
QUALITY_GRADES, USE_GRADES = len(_QUALITY_STEPS), len(USE_STEPS)
_TIE_BITS = 21
_LAST_MOMENT = (1 << 42) - 1  # milliseconds; in the year 2109


@cache
def exact(field: str) -> str:
    return f"{field}_exact"


@cache
def folded(field: str) -> str:
    return f"{field}_folded"


WORD_FIELDS = (*map(folded, (*TEXTS, TEXT, ABOUT)), *map(exact, WRITTEN))
"""All fields of words. Positions do not run from one text into the next."""


_AND = frozenset({"and", "va"})
_WITHOUT_CASE = frozenset({"format", "simulated", "state"})


def value_key(field: str, value: str) -> str:
    """A value as it is compared: formats without regard to case, all in NFC and fit for UTF-8."""
    value = value[:MAX_VALUE_CHARACTERS]
    composed = value if value.isascii() else _composed(value)
    return composed.lower() if field in _WITHOUT_CASE else composed


@lru_cache(maxsize=20_000)
def _composed(value: str) -> str:
    return nfc(value).encode("utf-8", "replace").decode()


def _value_keys(field: str, values: tuple[str, ...]) -> list[str]:
    """:func:`value_key` of each value there is, each once; mostly codes, of which there may be hundreds."""
    if field not in _WITHOUT_CASE and len(together := "".join(values)) <= MAX_VALUE_CHARACTERS and together.isascii():
        return [value for value in dict.fromkeys(values) if value]
    values = tuple([value[:MAX_VALUE_CHARACTERS] for value in values])
    if field in _WITHOUT_CASE:
        values = tuple([value.lower() for value in values])
    return list(dict.fromkeys([value if value.isascii() else _composed(value) for value in values if value]))


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class IndexDocument:
    """One dataset ready for an engine. ``words`` holds the texts of each field of words, cut and joined by blanks;
    ``values`` the values of each field of values, each once; a number field without a value is left out. ``listed`` and
    ``record`` are what a hit carries."""

    id: str
    revision: int
    words: dict[str, list[str]]
    values: dict[str, list[str]]
    numbers: dict[str, int]
    listed: str
    record: bytes


def document_for(dataset: IndexedDataset) -> IndexDocument:
    texts = _texts_of(dataset)
    words, vocabulary = _words_of(texts)
    held = _values_of(dataset)
    values = {field: _value_keys(field, there) for field, there in held.items()}
    numbers = _numbers_of(dataset)
    filled = {field for field, there in (*values.items(), *texts.items()) if any(there)}
    filled.update(field for field in TIMES if field in numbers)
    values[FILLED] = sorted({TEXT, *filled})
    values[VOCABULARY] = vocabulary
    values[CALLED] = _labels(words, "title", "title_en", "keywords")
    values[FILED_UNDER] = _labels(words, "theme_title", "organization_title")
    values[PUBLIC] = [str(dataset.published and dataset.level in PUBLIC_LEVELS).lower()]
    values[QUALITY_GRADE] = _grades(dataset.quality or 0, _QUALITY_STEPS)
    values[USE_GRADE] = _grades(dataset.uses, USE_STEPS)
    # The letters decide before the tones do, hence a mark between them that is less than any letter.
    values[TITLE_ORDER] = ["\x01".join((*sort_key(dataset.title[:MAX_VALUE_CHARACTERS]), dataset.id))]
    listed = listed_json(dataset)
    return IndexDocument(dataset.id, dataset.revision, words, values, numbers, listed, dataset.record)


def _values_of(dataset: IndexedDataset) -> dict[str, tuple[str, ...]]:
    return {
        "id": (dataset.id,),
        "organization": (dataset.organization,),
        "organization_id": (dataset.organization_id,),
        "organization_path": dataset.organization_path or (dataset.organization,),
        "theme": (dataset.theme,),
        "format": dataset.formats,
        "keyword": dataset.keywords,
        "license": (dataset.license,),
        "frequency": (dataset.frequency,),
        "level": (dataset.level.value,),
        "name": (dataset.name,),
        "state": ("active" if dataset.published else "draft",),
        "simulated": (str(dataset.simulated).lower(),),
        "commune": dataset.communes,
        "column": dataset.columns,
        "year": _years(dataset),
    }


def _years(dataset: IndexedDataset) -> tuple[str, ...]:
    first, last = dataset.temporal_start or dataset.temporal_end, dataset.temporal_end or dataset.temporal_start
    if first is None or last is None:
        return ()
    return tuple(f"{year:04}" for year in range(first.year, min(last.year, first.year + MOST_YEARS) + 1))


def _texts_of(dataset: IndexedDataset) -> dict[str, tuple[str, ...]]:
    return {
        "title": (dataset.title,),
        "title_en": (dataset.title_en,),
        "keywords": dataset.keywords,
        "organization_title": (dataset.organization_title, dataset.organization_title_en),
        "theme_title": (dataset.theme_title, _theme_in_english(dataset.theme)),
        "description": (dataset.description, dataset.description_en, *dataset.decisions),
        "tables": dataset.tables,
        "columns": (*dataset.columns, *dataset.columns_en),
        "code_values": dataset.code_values,
    }


def _theme_in_english(theme: str) -> str:
    return THEMES[theme].title_en if theme in THEMES else ""


_SPELLED = ("title", "title_en", "keywords", "organization_title", "theme_title", "columns")
_SHARED = ("keywords", "organization_title", "theme_title", "tables", "columns", "code_values")
"""Fields whose texts many datasets have in common: what was cut once need not be cut again."""


def _words_of(texts: dict[str, tuple[str, ...]]) -> tuple[dict[str, list[str]], list[str]]:
    """The fields of words, and the vocabulary: each word of the short texts once, as written."""
    found: dict[str, list[str]] = {}
    about: list[Cut] = []
    codes: list[Cut] = []
    spelled: list[str] = []
    for field, held in texts.items():
        cut_text = cut_shared if field in _SHARED else cut
        cuts = [part for made in map(cut_text, held) if made.exact for part in (made, *made.parts)]
        _write(found, field, cuts)
        if field == "code_values":
            codes = cuts
        elif field == "tables":  # the only table of a dataset is mostly called what the dataset is
            told = {made.exact for made in about}
            about += [made for made in cuts if made.exact not in told]
        else:
            about += cuts
        if field in _SPELLED:
            spelled += [made.exact for made in cuts]
    _write(found, ABOUT, about)
    _write(found, TEXT, [*about, *codes])
    return found, list(dict.fromkeys(chain.from_iterable(map(_words, spelled))))


@lru_cache(maxsize=20_000)
def _words(joined: str) -> tuple[str, ...]:
    return tuple(joined.split(" "))


def _write(found: dict[str, list[str]], field: str, cuts: list[Cut]) -> None:
    if field in WRITTEN:
        found[exact(field)] = [cut.exact for cut in cuts] or [NO_WORDS]
    found[folded(field)] = [cut.folded for cut in cuts] or [NO_WORDS]


@lru_cache(maxsize=20_000)
def label(folded_words: str) -> str:
    """Words, joined by blanks, as they are compared as a whole: *Parks & Recreation* is *parks and recreation*."""
    kept = [word for word in folded_words.split(" ") if word not in _AND]
    return " ".join(kept) if kept else folded_words


def _labels(words: dict[str, list[str]], *named: str) -> list[str]:
    held = [label(text)[:MAX_VALUE_CHARACTERS] for field in named for text in words[folded(field)]]
    return [value for value in dict.fromkeys(held) if value != NO_WORDS]


def _numbers_of(dataset: IndexedDataset) -> dict[str, int]:
    moments = {
        "issued": dataset.issued,
        "modified": dataset.modified,
        "recorded": dataset.recorded,
        "temporal_start": _beginning(dataset.temporal_start),
        "temporal_end": _beginning(dataset.temporal_end),
    }
    numbers = {field: microseconds(moment) for field, moment in moments.items() if moment is not None}
    tie = zlib.crc32(dataset.id.encode()) & (1 << _TIE_BITS) - 1
    for field, order, order_asc in _ORDERS:
        numbers[order] = _milliseconds(numbers.get(field), 0) << _TIE_BITS | tie
        numbers[order_asc] = _milliseconds(numbers.get(field), _LAST_MOMENT) << _TIE_BITS | tie
    return numbers


def _beginning(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time.min, UTC)


_ORDERS = (
    ("modified", MODIFIED_ORDER, MODIFIED_ORDER_ASC),
    ("issued", ISSUED_ORDER, ISSUED_ORDER_ASC),
    ("recorded", RECORDED_ORDER, RECORDED_ORDER_ASC),
)
"""Orders are milliseconds, and below them some bits of the id, so that hardly two datasets have the same."""


def _milliseconds(moment: int | None, undated: int) -> int:
    return undated if moment is None else min(max(moment // 1000, 0), _LAST_MOMENT)


def _grades(value: int, steps: Iterable[int]) -> list[str]:
    grade = sum(value >= step for step in steps)
    return [str(grade)] if grade else []
