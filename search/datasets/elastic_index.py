"""The dataset index of a province: an Elasticsearch cluster, asked and written by any number of processes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from elasticsearch import ApiError, NotFoundError, TransportError

from catalog.errors import IndexUnavailable
from catalog.indexed import IndexedDataset
from catalog.model import DatasetId
from catalog.ports import Clock
from catalog.questions import SearchPage, SearchQuery
from search.datasets.answering import answer
from search.datasets.document import LAYOUT
from search.datasets.elastic_client import Cluster, ElasticsearchAccess, engine_errors, unavailable
from search.datasets.elastic_engine import WINDOW, ElasticEngine
from search.datasets.elastic_generations import ElasticGenerations, Writable
from search.datasets.elastic_mapping import REMOVED, index_mappings
from search.datasets.elastic_writing import (
    Bulk,
    Change,
    IndexGone,
    in_chunks,
    put_of,
    removal_forgotten,
    removal_noted,
)
from search.datasets.lexicon import LexiconOf, no_lexicon

_SENDERS = 2
_TRIES = 5


@dataclass(frozen=True, slots=True)
class IndexShape:
    """How an index is laid out over the cluster; a rebuild brings a change into force.

    ``replicas`` ``None``: one where there is a second node. ``durable`` off: what was written in the last five seconds
    may be lost with the machine.
    """

    shards: int = 1
    replicas: int | None = None
    durable: bool = True

    def settings(self) -> dict[str, Any]:
        return {"number_of_shards": self.shards, **self.when_live()}

    def when_live(self) -> dict[str, Any]:
        """What may be set at any time."""
        durability = "request" if self.durable else "async"
        common = {"refresh_interval": "1s", "translog.durability": durability, "gc_deletes": "0s"}
        if self.replicas is None:
            return common | {"auto_expand_replicas": "0-1"}
        return common | {"auto_expand_replicas": False, "number_of_replicas": self.replicas}

    def when_built(self) -> dict[str, Any]:
        quick = {"refresh_interval": "-1", "translog.durability": "async", "auto_expand_replicas": False}
        return {"number_of_shards": self.shards, "number_of_replicas": 0, **quick}


class ElasticsearchIndex:
    """Opens no connection before it is asked something. May be shared by threads and, opened in each, by processes.

    While one process rebuilds, others search what was there and go on writing: a change goes to the index being built
    as well, and the newest revision stays whichever comes first. What they put or removed must lie in the catalogue
    before; ``datasets`` of a rebuild is read after the new index takes changes, so given lazily it misses none. Of two
    rebuilds at a time the later wins and the other is told. An index of another layout must be rebuilt. At most 1,000
    hits are given at a time.
    """

    def __init__(
        self,
        access: ElasticsearchAccess,
        *,
        lexicon: LexiconOf = no_lexicon,
        clock: Clock = lambda: datetime.now(UTC),
        shape: IndexShape | None = None,
    ) -> None:
        self._lexicon = lexicon
        self._clock = clock
        self._shape = shape or IndexShape()
        self._cluster = Cluster(access)
        self._patience = access.write_seconds * 800  # milliseconds; the client gives up later
        self._generations = ElasticGenerations(lambda: self._cluster.writing, access.alias, LAYOUT, index_mappings())
        self._engine = ElasticEngine(
            lambda: self._cluster.searching, self._generations.current, self._shape.shards, access.search_seconds
        )

    # --- reading ---

    def search(self, query: SearchQuery) -> SearchPage:
        with self._told_when_missing():
            return answer(self._engine, query, self._lexicon(), self._clock())

    def revisions(self) -> dict[DatasetId, int]:
        held: dict[DatasetId, int] = {}
        after: dict[str, Any] = {}
        with self._told_when_missing(), engine_errors():
            while True:
                hits = self._revisions_after(after)
                held.update((DatasetId(hit["_id"]), hit["_version"]) for hit in hits)
                if len(hits) < WINDOW:
                    return held
                after = {"search_after": hits[-1]["sort"]}

    def _revisions_after(self, after: dict[str, Any]) -> list[dict[str, Any]]:
        answered = self._cluster.writing.search(
            index=self._generations.current,
            query={"bool": {"must_not": [{"exists": {"field": REMOVED}}]}},
            sort=[{"id": "asc"}],
            size=WINDOW,
            version=True,
            source=False,
            track_total_hits=False,
            allow_partial_search_results=False,
            filter_path="hits.hits._id,hits.hits._version,hits.hits.sort",
            **after,
        )
        hits: list[dict[str, Any]] = answered.get("hits", {}).get("hits", [])
        return hits

    @contextmanager
    def _told_when_missing(self) -> Iterator[None]:
        """An index that is not there is told apart from a cluster that is not."""
        try:
            yield
        except IndexUnavailable as error:
            if not isinstance(error.__cause__, NotFoundError):
                raise
            with engine_errors():
                missing = self._generations.missing()
            raise missing from error

    # --- writing ---

    def put(self, datasets: Iterable[IndexedDataset]) -> None:
        """Starts an index where there was none. Of one dataset twice the newer revision counts."""
        held = list(datasets)
        if held:
            self._write(lambda where: self._put(held, where), start=True)

    def remove(self, ids: Collection[DatasetId]) -> None:
        """Ids that the index does not hold are no error, nor is an index that was never built: it holds none."""
        if ids:
            self._write(lambda where: self._remove(ids, where), start=False)

    def _write(self, change: Callable[[Writable], None], *, start: bool) -> None:
        """Makes a change where it is to be made, anew if indexes were replaced meanwhile."""
        with engine_errors():
            for _ in range(_TRIES):
                where = self._generations.writable()
                if where is None:
                    if not start:
                        return
                    self._generations.start(self._shape.settings())
                    continue
                with suppress(IndexGone, NotFoundError):
                    change(where)
                    return
        raise unavailable("đang được tạo lại chỉ mục; hãy thử lại sau", "is being rebuilt; try again later")

    def _put(self, datasets: list[IndexedDataset], where: Writable) -> None:
        building = self._bulk(where.building) if where.building else None
        current = self._bulk(where.current)
        for chunk in in_chunks(map(put_of, datasets)):
            if building:
                building.put(chunk)
            current.put(chunk)
        if building:
            for chunk in in_chunks(removal_forgotten(dataset.id) for dataset in datasets):
                building.send(chunk)
        current.refresh()

    def _remove(self, ids: Collection[DatasetId], where: Writable) -> None:
        """An index being built is told before it is taken from there: its builder looks at the end of its work, and
        either finds the note or has written before."""
        if where.building:
            building = self._bulk(where.building)
            for chunk in in_chunks(map(removal_noted, ids)):
                building.send(chunk)
            building.delete(ids)
        current = self._bulk(where.current)
        current.delete(ids)
        current.refresh()

    def _bulk(self, target: str, *, is_alias: bool = True) -> Bulk:
        return Bulk(lambda: self._cluster.writing, target, is_alias)

    # --- building anew ---

    def rebuild(self, datasets: Iterable[IndexedDataset]) -> int:
        with engine_errors():
            name = self._generations.begin(self._shape.when_built())
        try:
            self._fill(name, datasets)
            with engine_errors():
                count = self._finish(name)
                self._generations.finish(name)
        except BaseException:
            with suppress(ApiError, TransportError):
                self._generations.abandon(name)
            raise
        return count

    def _fill(self, name: str, datasets: Iterable[IndexedDataset]) -> None:
        """Documents are made here and sent by others meanwhile; no more than a few parts wait."""
        bulk = self._bulk(name, is_alias=False)
        with ThreadPoolExecutor(_SENDERS, "fills-the-index") as senders:
            waiting: list[Future[None]] = []
            for chunk in in_chunks(map(put_of, datasets)):
                if len(waiting) > _SENDERS:
                    waiting.pop(0).result()
                waiting.append(senders.submit(_sent, bulk, chunk))
            for future in waiting:
                future.result()

    def _finish(self, name: str) -> int:
        """Removals told meanwhile are made; then the index is as safe on disk as one that is not being built."""
        client, bulk = self._cluster.writing, self._bulk(name, is_alias=False)
        bulk.refresh()
        while removed := self._removed(name):
            bulk.delete(removed)
            for chunk in in_chunks(map(removal_forgotten, removed)):
                bulk.send(chunk)
            bulk.refresh()
        client.indices.put_settings(index=name, settings=self._shape.when_live())
        client.indices.flush(index=name)
        self._wait_for_copies(name)
        return int(client.count(index=name)["count"])

    def _wait_for_copies(self, name: str) -> None:
        """So that the death of a node takes no more with it than before; not for ever, for there may be no second one.

        The index is open already: this is the one call that waits for all shards and needs no right over the cluster.
        """
        self._cluster.writing.indices.open(index=name, wait_for_active_shards="all", timeout=f"{self._patience:.0f}ms")

    def _removed(self, name: str) -> list[DatasetId]:
        answered = self._cluster.writing.search(
            index=name,
            query={"exists": {"field": REMOVED}},
            docvalue_fields=[{"field": REMOVED}],
            source=False,
            size=WINDOW,
            allow_partial_search_results=False,
        )
        return [DatasetId(hit["fields"][REMOVED][0]) for hit in answered["hits"]["hits"]]


def _sent(bulk: Bulk, chunk: list[Change]) -> None:
    with engine_errors():
        try:
            bulk.put(chunk)
        except IndexGone as error:
            raise unavailable(
                "đang được tiến trình khác tạo lại chỉ mục", "is being rebuilt by another process"
            ) from error
