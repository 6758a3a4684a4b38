"""The embedded dataset index: tantivy in a folder, read by any number of processes, written by one at a time."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import tantivy

from catalog.errors import IndexUnavailable
from catalog.indexed import IndexedDataset
from catalog.listed import ListedDataset
from catalog.model import DatasetId
from catalog.ports import Clock
from catalog.questions import FacetCount, SearchPage, SearchQuery
from search.datasets.answering import answer, read_cursor, unknown_cursor, write_cursor
from search.datasets.document import LAYOUT, NUMBER_FIELDS, document_for
from search.datasets.generations import Generations
from search.datasets.lexicon import LexiconOf, no_lexicon
from search.datasets.listed import listed_from
from search.datasets.plan import Answer, Ask, Found, Order, Span
from search.datasets.tantivy_errors import damaged, engine_errors, may_be_damage
from search.datasets.tantivy_query import TantivyQueries
from search.datasets.tantivy_schema import LISTED, RECORD, REVISION, build_schema, tantivy_document
from search.datasets.wholeness import damage_of

logger = logging.getLogger(__name__)

_BUCKETS = 65_000
_HEAP_BYTES = 30_000_000

_DOUBTED_AGAIN_AFTER = 60.0

REBUILD_HEAP_BYTES = 150_000_000
"""What a rebuild collects before it writes a segment: few segments need no merging, which writes everything again."""


@dataclass(frozen=True, slots=True)
class _Reader:
    path: Path
    index: tantivy.Index
    searcher: tantivy.Searcher
    checked_at: float


class TantivyIndex:
    """Keeps the index in ``folder``, which is made by the first writing. May be shared by threads.

    A search sees what this process wrote, at once, and what others wrote, within ``reload_after`` seconds. Writers wait
    ``patience`` seconds for each other, then ``IndexUnavailable``. At most 1,000 hits are given at a time.

    What the engine cannot read is looked at byte by byte. Is the index damaged, it is given up for all processes, who
    are told ``IndexDamaged`` until it is rebuilt; trouble that may pass, a full disk, changes nothing.
    """

    def __init__(
        self,
        folder: Path,
        *,
        lexicon: LexiconOf = no_lexicon,
        clock: Clock = lambda: datetime.now(UTC),
        patience: float = 10.0,
        reload_after: float = 0.1,
    ) -> None:
        self._lexicon = lexicon
        self._clock = clock
        self._generations = Generations(folder, LAYOUT)
        self._patience = patience
        self._reload_after = reload_after
        self._reader: _Reader | None = None
        self._lock = threading.Lock()
        self._looking = threading.Lock()
        self._found_whole_at = float("-inf")

    # --- reading ---

    def search(self, query: SearchQuery) -> SearchPage:
        reader = self._opened()
        engine = _Engine(reader)
        with self._doubting(reader.path):
            return answer(engine, query, self._lexicon(), self._clock())

    def revisions(self) -> dict[DatasetId, int]:
        reader = self._opened()
        self._look_for_damage(reader.path)
        with self._doubting(reader.path), engine_errors():
            everything = tantivy.Query.all_query()
            held = reader.searcher.terms_with_prefix(REVISION, "", filter_query=everything)
        pairs = (value.rsplit(" ", 1) for value, count in held if count)
        return {DatasetId(dataset_id): int(revision) for dataset_id, revision in pairs}

    def _opened(self, *, fresh: bool = False) -> _Reader:
        """The newest state of the index, looked for now and then, or at once if ``fresh``: for who holds the lock."""
        with self._lock:
            held = self._reader
            now = time.monotonic()
            if held and not fresh and now - held.checked_at < self._reload_after:
                return held
            self._reader = None  # what cannot be read now is tried anew by the next search
            path = self._generations.current()
            try:
                with engine_errors():
                    if held and held.path == path:
                        index = held.index
                        index.reload()
                    else:
                        index = tantivy.Index.open(str(path))
                    self._reader = _Reader(path, index, index.searcher(), now)
            except IndexUnavailable as error:
                if may_be_damage(error.__cause__):
                    self._look_for_damage(path, is_locked=fresh)
                    raise damaged(str(error.__cause__)[:300]) from error
                raise
            return self._reader

    # --- damage ---

    @contextmanager
    def _doubting(self, path: Path, *, is_locked: bool = False) -> Iterator[None]:
        """Where the block fails to read or write ``path``, looks whether it is damaged; not again and again where it is
        not, for that reads all of it."""
        try:
            yield
        except IndexUnavailable as error:
            if not may_be_damage(error.__cause__) or not self._looking.acquire(blocking=False):
                raise
            try:
                if time.monotonic() - self._found_whole_at >= _DOUBTED_AGAIN_AFTER:
                    self._look_for_damage(path, is_locked=is_locked)
                    self._found_whole_at = time.monotonic()
            finally:
                self._looking.release()
            raise

    def _look_for_damage(self, path: Path, *, is_locked: bool = False) -> None:
        """Raises ``IndexDamaged`` when it has given the index up; ``IndexUnavailable`` where nothing can be told."""
        with engine_errors():
            damage = damage_of(path)
        if not damage:
            return
        logger.error("the search index in %s is damaged: %s", path, damage)
        with suppress(IndexUnavailable, OSError):  # another process writes it: whoever comes next gives it up
            if is_locked:
                self._generations.give_up(path)
            else:
                with self._generations.lock(0):
                    self._generations.give_up(path)
        raise damaged(damage)

    # --- writing ---

    def put(self, datasets: Iterable[IndexedDataset]) -> None:
        """Starts an index where there was none. Of one dataset twice the newer revision counts."""
        newest = _newest(datasets)
        if not newest:
            return
        with self._generations.lock(self._patience):
            if not self._generations.is_started():
                self._fill(())
            reader = self._opened(fresh=True)
            with self._doubting(reader.path, is_locked=True), engine_errors():
                held = _revisions_of(reader, newest)
                wanted = [dataset for dataset in newest.values() if dataset.revision >= held.get(dataset.id, 0)]
                with _writer(reader.index) as writer:
                    for dataset in wanted:
                        writer.delete_documents_by_term("id", dataset.id)
                        writer.add_document(tantivy_document(document_for(dataset)))
            self._opened(fresh=True)

    def remove(self, ids: Collection[DatasetId]) -> None:
        """Ids that the index does not hold are no error, nor is an index that was never built: it holds none."""
        if not ids:
            return
        with self._generations.lock(self._patience):
            if not self._generations.is_started():
                return
            reader = self._opened(fresh=True)
            with self._doubting(reader.path, is_locked=True), engine_errors(), _writer(reader.index) as writer:
                for dataset_id in ids:
                    writer.delete_documents_by_term("id", dataset_id)
            self._opened(fresh=True)

    def rebuild(self, datasets: Iterable[IndexedDataset]) -> int:
        """``datasets`` is read while other writers wait: given lazily, it cannot miss a change that they bring."""
        with self._generations.lock(self._patience):
            count = self._fill(datasets)
            self._opened(fresh=True)
            return count

    def _fill(self, datasets: Iterable[IndexedDataset]) -> int:
        path = self._generations.new()
        try:
            with engine_errors():
                index = tantivy.Index(build_schema(), path=str(path), reuse=False)
                revisions: dict[str, int] = {}
                with _writer(index, REBUILD_HEAP_BYTES) as writer:
                    for dataset in datasets:
                        held = revisions.get(dataset.id)
                        if held is not None and held > dataset.revision:
                            continue
                        if held is not None:
                            writer.delete_documents_by_term("id", dataset.id)
                        writer.add_document(tantivy_document(document_for(dataset)))
                        revisions[dataset.id] = dataset.revision
            self._generations.switch(path)
        except BaseException:
            shutil.rmtree(path, ignore_errors=True)
            raise
        return len(revisions)


class _Engine:
    """Asks one state of the index."""

    def __init__(self, reader: _Reader) -> None:
        self._searcher = reader.searcher
        self._queries = TantivyQueries(reader.index.schema, reader.searcher)

    def ask(self, ask: Ask) -> Answer:
        with engine_errors():
            base = self._queries.bare(ask.base)
            chosen = {facet: self._queries.bare(plan) for facet, plan in ask.chosen.items()}
            whole = _all_of(base, *chosen.values())
            page = _Page.of(ask)
            total, found, following = self._hits(whole, self._ranked(ask), page)
            counts = self._counts(whole, [facet for facet in ask.facets if facet not in chosen], ask.facet_limit)
            for facet in ask.facets:
                if facet in chosen:
                    others = _all_of(base, *(query for name, query in chosen.items() if name != facet))
                    counts.update(self._counts(others, [facet], ask.facet_limit))
        return Answer(total, found, counts, following)

    def _ranked(self, ask: Ask) -> tantivy.Query:
        """What is asked for with what it is worth."""
        return _all_of(*map(self._queries.query, (ask.base, *ask.chosen.values())))

    def _hits(self, whole: tantivy.Query, ranked: tantivy.Query, page: _Page) -> tuple[int, tuple[Found, ...], str]:
        if page.limit == 0 or page.offset >= self._searcher.num_docs:
            # The engine refuses a limit of 0 and makes room for any offset.
            return _total(self._searcher.search(whole, limit=1)), (), ""
        limit = page.limit + len(page.given)
        if page.order is None:
            result = self._searcher.search(ranked, limit=limit, offset=page.offset)
        else:
            within = whole if page.span is None else _all_of(whole, self._queries.bare(page.span))
            direction = tantivy.Order.Desc if page.order.descending else tantivy.Order.Asc
            result = self._searcher.search(
                within, limit=limit, offset=page.offset, order_by_field=page.order.field, order=direction
            )
        total = _total(result) if page.span is None else _total(self._searcher.search(whole, limit=1))
        rows = [(value, *_stored(self._searcher, address, page.records)) for value, address in result.hits]
        rows = [row for row in rows if row[1].id not in page.given][: page.limit]
        scored = page.order is None
        found = tuple(Found(listed, record, float(value) if scored else 0.0) for value, listed, record in rows)
        return total, found, page.following(total, rows)

    def _counts(self, query: tantivy.Query, facets: Collection[str], limit: int) -> dict[str, tuple[FacetCount, ...]]:
        """Facet counts in one pass. Every segment counts all its values, so that the sums are exact."""
        if not facets:
            return {}
        wanted = {
            facet: {"terms": {"field": facet, "size": max(1, min(limit, _BUCKETS)), "segment_size": _BUCKETS}}
            for facet in facets
        }
        counted = self._searcher.aggregate(query, wanted)
        found: dict[str, tuple[FacetCount, ...]] = {}
        for facet in facets:
            counts = [FacetCount(str(b["key"]), int(b["doc_count"])) for b in counted[facet]["buckets"]]
            counts.sort(key=lambda facet_count: (-facet_count.count, facet_count.value))
            found[facet] = tuple(counts[: max(limit, 0)])
        return found


_Row: TypeAlias = tuple[Any, ListedDataset, bytes]
"""What a hit is ordered by, and what it carries."""


@dataclass(frozen=True, slots=True)
class _Page:
    """Where a page begins. Ordered by a number it goes on from the last number (``span``), of which datasets may have
    been ``given`` already, at the same cost at any depth; by anything else it begins at an ``offset``."""

    order: Order | None
    limit: int
    offset: int = 0
    span: Span | None = None
    given: tuple[str, ...] = ()
    before: int = 0
    records: bool = False

    @classmethod
    def of(cls, ask: Ask) -> _Page:
        return replace(cls._beginning(ask), records=ask.records)

    @classmethod
    def _beginning(cls, ask: Ask) -> _Page:
        if not ask.after:
            return cls(ask.order, ask.limit, ask.offset, before=ask.offset)
        match read_cursor(ask.after):
            case ["at", int(offset)] if 0 <= offset < 2**63:
                return cls(ask.order, ask.limit, offset, before=offset)
            case ["from", str(field), int(number), list(given), int(before)] if (
                ask.order is not None and ask.order.field == field and abs(number) < 2**63
            ):
                downwards = ask.order.descending
                span = Span(field, None if downwards else number, number if downwards else None)
                return cls(ask.order, ask.limit, 0, span, tuple(map(str, given)), before)
        raise unknown_cursor(ask.after)

    def following(self, total: int, rows: list[_Row]) -> str:
        seen = self.before + len(rows)
        if not rows or seen >= total:
            return ""
        if self.order is None or self.order.field not in NUMBER_FIELDS:
            return write_cursor("at", seen)
        last = rows[-1][0]
        given: list[str] = [listed.id for value, listed, _ in rows if value == last]
        if self.span is not None and last in (self.span.low, self.span.high):
            given += self.given
        return write_cursor("from", self.order.field, last, given, seen)


def _all_of(*queries: tantivy.Query) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, query) for query in queries])


def _revisions_of(reader: _Reader, ids: Collection[DatasetId]) -> dict[str, int]:
    held: dict[str, int] = {}
    for dataset_id in ids:
        query = tantivy.Query.term_query(reader.index.schema, "id", dataset_id)
        for _, address in reader.searcher.search(query, limit=1, count=False).hits:
            held[dataset_id] = _stored(reader.searcher, address, records=False)[0].revision
    return held


def _stored(searcher: tantivy.Searcher, address: tantivy.DocAddress, records: bool) -> tuple[ListedDataset, bytes]:
    """What a hit carries; the record only if ``records`` are wanted."""
    stored = searcher.doc(address)
    listed: Any = stored.get_first(LISTED)
    record: Any = stored.get_first(RECORD) if records else b""
    return listed_from(bytes(listed)), bytes(record)


def _total(result: tantivy.SearchResult) -> int:
    return int(result.count)  # type: ignore[attr-defined]  # it is there; the library's type stub leaves it out


def _newest(datasets: Iterable[IndexedDataset]) -> dict[DatasetId, IndexedDataset]:
    newest: dict[DatasetId, IndexedDataset] = {}
    for dataset in datasets:
        held = newest.get(dataset.id)
        if held is None or held.revision <= dataset.revision:
            newest[dataset.id] = dataset
    return newest


@contextmanager
def _writer(index: tantivy.Index, heap_bytes: int = _HEAP_BYTES) -> Iterator[tantivy.IndexWriter]:
    """A writer whose work is committed at the end, or not at all. Merging is waited for: segments stay few."""
    writer = index.writer(heap_size=heap_bytes, num_threads=1)
    try:
        # A writer killed while committing leaves files whose names the next commit would want for its own.
        writer.garbage_collect_files()
        yield writer
        writer.commit()
    except BaseException:
        writer.rollback()
        raise
    finally:
        writer.wait_merging_threads()
