"""How a document lies in a tantivy index."""

from __future__ import annotations

import tantivy

from search.datasets.document import NUMBER_FIELDS, VALUE_FIELDS, WORD_FIELDS, IndexDocument

LISTED = "listed"
RECORD = "record"
REVISION = "held_revision"
"""Id and revision in one value (:func:`held_revision`), so that all can be listed without reading documents."""


def build_schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for field in (*VALUE_FIELDS, REVISION):
        builder.add_text_field(field, stored=False, fast=True, tokenizer_name="raw", index_option="basic")
    for field in WORD_FIELDS:
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="position")
    for field in NUMBER_FIELDS:
        builder.add_integer_field(field, indexed=True, fast=True)
    for field in (LISTED, RECORD):
        builder.add_bytes_field(field, stored=True)
    return builder.build()


def tantivy_document(document: IndexDocument) -> tantivy.Document:
    made = tantivy.Document(**document.values, **document.words)
    for field, number in document.numbers.items():
        made.add_integer(field, number)
    made.add_text(REVISION, held_revision(document.id, document.revision))
    made.add_bytes(LISTED, document.listed.encode("utf-8", "replace"))
    made.add_bytes(RECORD, document.record)
    return made


def held_revision(dataset_id: str, revision: int) -> str:
    return f"{dataset_id} {revision}"
