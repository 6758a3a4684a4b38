"""How a dataset lies in the tantivy index. Words are cut and folded here, so the engine only splits at blanks.

Change :data:`LAYOUT` with anything that changes what is written: an index of another layout asks to be rebuilt.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import tantivy

from catalog.questions import PUBLIC_LEVELS, IndexedDataset
from catalog.vietnamese import nfc, sort_key
from search.datasets.words import words_of

LAYOUT = 1
MAX_STORED_CHARACTERS = 20_000

WEIGHTS = {
    "title": 8.0,
    "title_en": 4.0,
    "keywords": 4.0,
    "organization_title": 2.0,
    "theme_title": 2.0,
    "description": 2.0,
    "columns": 1.0,
}
"""The fields of words, with what a match in each is worth."""

TEXT = "text"
"""The words of all fields together."""

VALUES = (
    "organization", "organization_id", "theme", "format", "keyword", "license", "frequency", "level", "name", "state",
    "simulated",
)  # fmt: skip
"""The fields of whole values; ``id`` is one too."""

TIMES = ("issued", "modified")
"""Microseconds since 1970 (UTC)."""

TITLE_ORDER = "title_order"
FILLED = "filled"
"""Names of the fields that have a value: "any value" asks here."""


def exact(field: str) -> str:
    return f"{field}_exact"


def folded(field: str) -> str:
    return f"{field}_folded"


def value_key(field: str, value: str) -> str:
    """A value as it is compared: formats without regard to case, all in NFC and fit for UTF-8."""
    composed = nfc(value).encode("utf-8", "replace").decode()
    return composed.lower() if field in ("format", "simulated", "state") else composed


def build_schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=False, fast=True, tokenizer_name="raw", index_option="basic")
    for field in (*VALUES, TITLE_ORDER, FILLED):
        builder.add_text_field(field, fast=True, tokenizer_name="raw", index_option="basic")
    for field in (*WEIGHTS, TEXT):
        builder.add_text_field(exact(field), tokenizer_name="whitespace", index_option="position")
        builder.add_text_field(folded(field), tokenizer_name="whitespace", index_option="position")
    for field in TIMES:
        builder.add_integer_field(field, indexed=True, fast=True)
    builder.add_boolean_field("public", indexed=True, fast=True)
    builder.add_bytes_field("shown", stored=True)
    return builder.build()


@dataclass(frozen=True, slots=True)
class Shown:
    """What a hit shows, kept in the index so that a page of hits needs no other source."""

    id: str
    name: str
    title: str
    description: str
    revision: int

    def to_bytes(self) -> bytes:
        parts = (self.id, self.name, self.title, self.description, self.revision)
        return json.dumps(parts, ensure_ascii=False).encode("utf-8", "replace")

    @classmethod
    def from_bytes(cls, stored: bytes) -> Shown:
        return cls(*json.loads(stored))


def document_for(dataset: IndexedDataset) -> tantivy.Document:
    document = tantivy.Document()
    document.add_text("id", dataset.id)
    values = _values_of(dataset)
    for field, held in values.items():
        for value in dict.fromkeys(value_key(field, value) for value in held if value):
            document.add_text(field, value)
    words = _texts_of(dataset)
    for field, texts in words.items():
        for text in texts:
            _add_words(document, field, text)
    for field, moment in (("issued", dataset.issued), ("modified", dataset.modified)):
        if moment is not None:
            document.add_integer(field, microseconds(moment))
    document.add_boolean("public", dataset.published and dataset.level in PUBLIC_LEVELS)
    # The letters decide before the tones do, hence a mark between them that is less than any letter.
    document.add_text(TITLE_ORDER, "\x01".join(sort_key(dataset.title)))
    filled = {field for field, held in (*values.items(), *words.items()) if any(held)}
    filled.update(field for field in TIMES if getattr(dataset, field) is not None)
    for field in sorted({"id", TEXT, *filled}):
        document.add_text(FILLED, field)
    shown = Shown(
        dataset.id, dataset.name, nfc(dataset.title), nfc(dataset.description)[:MAX_STORED_CHARACTERS], dataset.revision
    )
    document.add_bytes("shown", shown.to_bytes())
    return document


def _values_of(dataset: IndexedDataset) -> dict[str, tuple[str, ...]]:
    return {
        "organization": (dataset.organization,),
        "organization_id": (dataset.organization_id,),
        "theme": (dataset.theme,),
        "format": dataset.formats,
        "keyword": dataset.keywords,
        "license": (dataset.license,),
        "frequency": (dataset.frequency,),
        "level": (dataset.level.value,),
        "name": (dataset.name,),
        "state": ("active" if dataset.published else "draft",),
        "simulated": (str(dataset.simulated).lower(),),
    }


def _texts_of(dataset: IndexedDataset) -> dict[str, tuple[str, ...]]:
    return {
        "title": (dataset.title,),
        "title_en": (dataset.title_en,),
        "keywords": dataset.keywords,
        "organization_title": (dataset.organization_title,),
        "theme_title": (dataset.theme_title,),
        "description": (dataset.description,),
        "columns": tuple(_clauses(dataset.columns)),
    }


def _clauses(columns: str) -> Iterable[str]:
    """Column titles one by one, so that no phrase runs from one into the next."""
    return columns.split("·")


def _add_words(document: tantivy.Document, field: str, text: str) -> None:
    words = words_of(text)
    if not words:
        return
    exact_text = " ".join(word.exact for word in words)
    folded_text = " ".join(word.folded for word in words)
    for name in (field, TEXT):
        document.add_text(exact(name), exact_text)
        document.add_text(folded(name), folded_text)


def microseconds(moment: datetime) -> int:
    return round((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1_000_000)
