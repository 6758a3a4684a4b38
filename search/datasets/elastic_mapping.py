"""How a document lies in an Elasticsearch index.

Words are looked for and never shown, so the engine keeps of a document only what a hit carries; an index is rebuilt
from the catalogue, never from itself.
"""

from __future__ import annotations

from typing import Any

from search.datasets.document import NUMBER_FIELDS, VALUE_FIELDS, WORD_FIELDS, IndexDocument
from search.datasets.listed import listed_from
from search.datasets.plan import Found

LISTED = "listed"
RECORD = "record"
REMOVED = "removed"
"""Alone in a document: the id of a dataset that was removed while this index was being built."""

_WORDS = {"type": "text", "analyzer": "whitespace"}
_VALUES = {"type": "keyword"}
_NUMBER = {"type": "long"}
_KEPT = {"type": "object", "enabled": False}


def index_mappings() -> dict[str, Any]:
    """No field beside these is taken. Of ``_source`` only what a hit carries is kept."""
    fields: dict[str, Any] = dict.fromkeys((*VALUE_FIELDS, REMOVED), _VALUES)
    fields |= dict.fromkeys(WORD_FIELDS, _WORDS)
    fields |= dict.fromkeys(NUMBER_FIELDS, _NUMBER)
    fields |= {LISTED: _KEPT, RECORD: _KEPT}
    return {"dynamic": "strict", "_source": {"includes": [LISTED, RECORD]}, "properties": fields}


def source_of(document: IndexDocument) -> dict[str, Any]:
    """The document as it is sent."""
    source: dict[str, Any] = {**document.words, **document.values, **document.numbers}
    source[LISTED] = document.listed.encode("utf-8", "replace").decode()
    source[RECORD] = document.record.decode("utf-8", "replace")
    return source


def found_of(source: dict[str, Any], score: float) -> Found:
    """A hit, from what the engine kept."""
    return Found(listed_from(source[LISTED]), source.get(RECORD, "").encode(), score)
