"""What people type over the demo catalogue, slips and all, and who of them is helped.

``judged/typed.tsv`` holds what was judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from catalog.ports import DatasetIndex
from catalog.questions import SearchQuery
from search.datasets.known_words import Vocabulary
from search.datasets.lexicon import LexiconOf
from search.datasets.spelling import corrections

FIRST = 3
_FILE = Path(__file__).parent / "judged" / "typed.tsv"


@dataclass(frozen=True, slots=True)
class TypedQuery:
    """``offered``: helped by the first of what is offered instead, not by what is found. Without ``names`` any dataset
    is meant, as for the name of a commune that two dozen tables hold."""

    text: str
    names: frozenset[str]
    offered: bool


def read_typed() -> tuple[TypedQuery, ...]:
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return tuple(
        TypedQuery(text, frozenset(names.split()) - {"*"}, helped == "offered") for helped, text, names in rows
    )


def not_helped(index: DatasetIndex, lexicon: LexiconOf) -> list[str]:
    """Who typed what does not lead to one of the datasets that were meant."""
    vocabulary = Vocabulary(index, lexicon)
    return [typed.text for typed in read_typed() if not _helps(index, vocabulary, typed)]


def _helps(index: DatasetIndex, vocabulary: Vocabulary, typed: TypedQuery) -> bool:
    text = typed.text
    if typed.offered:
        query = SearchQuery(text)
        page = index.search(query)
        if page.total and not page.relaxed:
            return False  # nothing would be offered
        text = next(iter(corrections(index, query, vocabulary.of(query.viewer))), "")
    page = index.search(SearchQuery(text, limit=FIRST))
    return not typed.names.isdisjoint(hit.name for hit in page.hits) if typed.names else bool(page.total)
