"""Every engine of search, and small datasets for them. A new engine joins by a line in :data:`ENGINES`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

import pytest

from catalog.indexed import IndexedDataset
from catalog.model import AccessLevel, DatasetId
from catalog.ports import DatasetIndex
from catalog.questions import Condition, SearchQuery
from search.datasets.elastic_client import ElasticsearchAccess
from search.datasets.elastic_index import ElasticsearchIndex, IndexShape
from search.datasets.lexicon import Lexicon, no_lexicon
from search.datasets.tantivy_index import TantivyIndex
from tests.elasticsearch_server import ElasticsearchServer

NO_LEXICON = no_lexicon()


@contextmanager
def a_tantivy_index(request: pytest.FixtureRequest, lexicon: Lexicon = NO_LEXICON) -> Iterator[DatasetIndex]:
    yield TantivyIndex(request.getfixturevalue("tmp_path_factory").mktemp("index") / "index", lexicon=lambda: lexicon)


@contextmanager
def an_elasticsearch_index(request: pytest.FixtureRequest, lexicon: Lexicon = NO_LEXICON) -> Iterator[DatasetIndex]:
    server: ElasticsearchServer = request.getfixturevalue("elasticsearch_server")
    with server.name() as name:
        access = ElasticsearchAccess((server.url,), name, search_seconds=60)
        yield ElasticsearchIndex(access, lexicon=lambda: lexicon, shape=IndexShape(durable=False))


ENGINES: dict[str, Callable[..., AbstractContextManager[DatasetIndex]]] = {
    "tantivy": a_tantivy_index,
    "elasticsearch": an_elasticsearch_index,
}


def described(key: str, title: str = "", **changes: object) -> IndexedDataset:
    plain = IndexedDataset(
        id=DatasetId(f"id-{key}"),
        revision=1,
        name=key,
        title=title or key,
        title_en="",
        description="",
        organization="so-y-te",
        organization_id="org-1",
        organization_title="",
        theme="y-te",
        theme_title="",
        keywords=(),
        license="cc-by",
        formats=("csv",),
        frequency="yearly",
        level=AccessLevel.OPEN,
        published=True,
        simulated=False,
        columns=(),
        issued=None,
        modified=None,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # the tests name real fields


def found(index: DatasetIndex, text: str = "", **question: object) -> list[str]:
    """The names of the hits, in order."""
    return [hit.name for hit in index.search(SearchQuery(text, **question)).hits]  # type: ignore[arg-type]


def where(index: DatasetIndex, condition: Condition) -> list[str]:
    return sorted(found(index, where=condition))
