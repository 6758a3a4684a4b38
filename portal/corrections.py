"""“Có phải bạn tìm …”: what to offer somebody whose words no dataset holds."""

from __future__ import annotations

from flask import current_app

from catalog.errors import IndexUnavailable
from catalog.ports import DatasetIndex
from catalog.questions import SearchQuery
from search.datasets.known_words import Vocabulary
from search.datasets.spelling import corrections

VOCABULARY = "dulieumo.vocabulary"
"""Where an application keeps the words that its index knows."""


def corrected(index: DatasetIndex, query: SearchQuery) -> tuple[str, ...]:
    """Texts that find what ``query`` may have meant, the likeliest first; none where the index cannot say."""
    vocabulary: Vocabulary = current_app.extensions[VOCABULARY]
    if not query.text:
        return ()
    try:
        return corrections(index, query, vocabulary.of(query.viewer))
    except IndexUnavailable:
        return ()
