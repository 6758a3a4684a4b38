"""What an engine itself is asked for one search, taken down and asked again with the same ready-made objects."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from catalog.ports import DatasetIndex
from catalog.questions import SearchQuery
from portal.wiring import Parts
from search.datasets.answering import Engine, answer
from search.datasets.elastic_engine import ElasticEngine
from search.datasets.elastic_index import ElasticsearchIndex
from search.datasets.tantivy_index import TantivyIndex

Call = Callable[[], object]


class _Recorder:
    """Stands before an engine's own client and takes down what is asked of it."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.calls: list[Call] = []

    def __getattr__(self, name: str) -> Any:
        asked = getattr(self._client, name)
        if not callable(asked):
            return asked

        def call(*args: Any, **options: Any) -> Any:
            self.calls.append(lambda: asked(*args, **options))
            return asked(*args, **options)

        return call


def bare_calls(parts: Parts, query: SearchQuery) -> tuple[Call, ...]:
    """The calls to the engine that answering ``query`` takes, hits read and facets counted; nothing of ours in them."""
    recorder, engine = _recorded(parts.indexing.index)
    page = answer(engine, query, parts.lexicon(), datetime.now(UTC))
    if not page.total or page.relaxed:
        raise RuntimeError(f"nothing is found for {query.text!r}")
    return tuple(recorder.calls)


def _recorded(index: DatasetIndex) -> tuple[_Recorder, Engine]:
    match index:
        case TantivyIndex():
            from search.datasets.tantivy_index import _Engine, _Reader

            opened = index._opened()
            recorder = _Recorder(opened.searcher)
            reader = _Reader(opened.path, opened.index, recorder, time.monotonic())  # type: ignore[arg-type]
            return recorder, _Engine(reader)
        case ElasticsearchIndex():
            recorder = _Recorder(index._cluster.searching)
            client: Any = recorder
            return recorder, ElasticEngine(lambda: client, index._generations.current, 1, 60.0)
    raise TypeError(f"not known: {type(index).__name__}")
