"""Keywords find the datasets that their publishers gave them to; beside the project lie genuine catalogues to ask."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.datasets.lexicon_building import build_lexicon
from search.datasets.tantivy_index import TantivyIndex
from tests.search.published_keywords import CATALOGS, Marks, PublishedCatalogue, asking, mark, read_catalogues

pytestmark = pytest.mark.skipif(not CATALOGS.is_dir(), reason="needs ../shared/data/catalogs")
LEXICON = build_lexicon()


def marks(catalogue: PublishedCatalogue, indexed: PublishedCatalogue, folder: Path) -> Marks:
    index = TantivyIndex(folder / "index", lexicon=lambda: LEXICON)
    index.rebuild(indexed.datasets)
    return mark(asking(index), catalogue.questions())


@pytest.mark.parametrize("number", range(3))
def test_what_carries_a_keyword_is_found_by_it_first(number: int, tmp_path: Path) -> None:
    catalogue = tuple(read_catalogues())[number]
    got = marks(catalogue, catalogue, tmp_path)
    assert got.ndcg >= 0.98
    assert got.success >= 0.99
    assert got.recall >= 0.99


@pytest.mark.parametrize(("number", "ndcg", "found"), [(0, 0.43, 0.97), (1, 0.5, 0.95), (2, 0.33, 0.85)])
def test_titles_descriptions_and_columns_answer_where_keywords_are_hidden(
    number: int, ndcg: float, found: float, tmp_path: Path
) -> None:
    catalogue = tuple(read_catalogues())[number]
    got = marks(catalogue, catalogue.without_keywords(), tmp_path)
    assert got.ndcg >= ndcg
    assert got.found >= found
