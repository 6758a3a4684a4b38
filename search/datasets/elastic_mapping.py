"""How a document lies in an Elasticsearch index.

Words are looked for and never shown, so the engine keeps of a document only what a hit shows; an index is rebuilt from
the catalogue, never from itself.
"""

from __future__ import annotations

from typing import Any

from search.datasets.document import NUMBER_FIELDS, VALUE_FIELDS, WORD_FIELDS, IndexDocument, Shown

SHOWN = "shown"
RECORD = "record"
REMOVED = "removed"
"""Alone in a document: the id of a dataset that was removed while this index was being built."""

_WORDS = {"type": "text", "analyzer": "whitespace"}
_VALUES = {"type": "keyword"}
_NUMBER = {"type": "long"}
_KEPT = {"type": "object", "enabled": False}


def index_mappings() -> dict[str, Any]:
    """No field beside these is taken. Of ``_source`` only what is shown is kept."""
    fields: dict[str, Any] = dict.fromkeys((*VALUE_FIELDS, REMOVED), _VALUES)
    fields |= dict.fromkeys(WORD_FIELDS, _WORDS)
    fields |= dict.fromkeys(NUMBER_FIELDS, _NUMBER)
    fields |= {SHOWN: _KEPT, RECORD: _KEPT}
    return {"dynamic": "strict", "_source": {"includes": [SHOWN, RECORD]}, "properties": fields}


def source_of(document: IndexDocument) -> dict[str, Any]:
    """The document as it is sent."""
    source: dict[str, Any] = {**document.words, **document.values, **document.numbers}
    source[SHOWN] = document.shown.to_json().encode("utf-8", "replace").decode()
    source[RECORD] = document.shown.record.decode("utf-8", "replace")
    return source


def shown_of(source: dict[str, Any]) -> Shown:
    """What a hit shows, from what the engine kept."""
    return Shown.from_json(source[SHOWN], source[RECORD].encode())
