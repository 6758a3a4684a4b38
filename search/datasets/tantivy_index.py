"""The embedded dataset index: tantivy in a folder, read by any number of processes, written by one at a time."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tantivy

from catalog.errors import IndexUnavailable
from catalog.model import DatasetId
from catalog.questions import FacetCount, IndexedDataset, SearchHit, SearchPage, SearchQuery, SearchSort
from search.datasets.generations import Generations
from search.datasets.highlighting import highlight, snippet
from search.datasets.tantivy_query import QueryBuilder, check_facet
from search.datasets.tantivy_schema import LAYOUT, TITLE_ORDER, Shown, build_schema, document_for
from search.datasets.words import read_wishes

MAX_LIMIT = 1_000
_BUCKETS = 65_000
_HEAP_BYTES = 30_000_000

_ORDERS = {
    SearchSort.MODIFIED: ("modified", tantivy.Order.Desc),
    SearchSort.MODIFIED_ASC: ("modified", tantivy.Order.Asc),
    SearchSort.ISSUED: ("issued", tantivy.Order.Desc),
    SearchSort.ISSUED_ASC: ("issued", tantivy.Order.Asc),
    SearchSort.TITLE: (TITLE_ORDER, tantivy.Order.Asc),
    SearchSort.TITLE_DESC: (TITLE_ORDER, tantivy.Order.Desc),
    SearchSort.NAME: ("name", tantivy.Order.Asc),
    SearchSort.NAME_DESC: ("name", tantivy.Order.Desc),
}


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
    """

    def __init__(self, folder: Path, *, patience: float = 10.0, reload_after: float = 0.5) -> None:
        self._generations = Generations(folder, LAYOUT)
        self._patience = patience
        self._reload_after = reload_after
        self._reader: _Reader | None = None
        self._lock = threading.Lock()

    # --- reading ---

    def search(self, query: SearchQuery) -> SearchPage:
        for facet in (*query.facets, *query.filters):
            check_facet(facet)
        reader = self._opened()
        with _engine_errors():
            builder = QueryBuilder(reader.index.schema, reader.searcher)
            base = builder.base(query)
            whole = builder.filtered(base, query)
            total, hits = _hits(reader.searcher, whole, query)
            facets: dict[str, tuple[FacetCount, ...]] = {}
            unfiltered = [facet for facet in query.facets if not query.filters.get(facet)]
            facets.update(_counts(reader.searcher, whole, unfiltered, query.facet_limit))
            for facet in query.facets:
                if facet not in facets:
                    within = builder.filtered(base, query, except_facet=facet)
                    facets.update(_counts(reader.searcher, within, [facet], query.facet_limit))
        return SearchPage(total=total, hits=hits, facets={facet: facets[facet] for facet in query.facets})

    def revisions(self) -> dict[DatasetId, int]:
        reader = self._opened()
        with _engine_errors():
            return {DatasetId(shown.id): shown.revision for shown in _all_shown(reader.searcher)}

    def _opened(self, *, fresh: bool = False) -> _Reader:
        """The newest state of the index, looked for now and then, or at once if ``fresh``."""
        with self._lock:
            held = self._reader
            now = time.monotonic()
            if held and not fresh and now - held.checked_at < self._reload_after:
                return held
            self._reader = None  # what cannot be read now is tried anew by the next search
            path = self._generations.current()
            with _engine_errors():
                if held and held.path == path:
                    index = held.index
                    index.reload()
                else:
                    index = tantivy.Index.open(str(path))
                self._reader = _Reader(path, index, index.searcher(), now)
            return self._reader

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
            with _engine_errors():
                held = _revisions_of(reader, newest)
                wanted = [dataset for dataset in newest.values() if dataset.revision >= held.get(dataset.id, 0)]
                with _writer(reader.index) as writer:
                    for dataset in wanted:
                        writer.delete_documents_by_term("id", dataset.id)
                        writer.add_document(document_for(dataset))
            self._opened(fresh=True)

    def remove(self, ids: Collection[DatasetId]) -> None:
        """Ids that the index does not hold are no error, nor is an index that was never built: it holds none."""
        if not ids:
            return
        with self._generations.lock(self._patience):
            if not self._generations.is_started():
                return
            reader = self._opened(fresh=True)
            with _engine_errors(), _writer(reader.index) as writer:
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
            with _engine_errors():
                index = tantivy.Index(build_schema(), path=str(path), reuse=False)
                revisions: dict[str, int] = {}
                with _writer(index) as writer:
                    for dataset in datasets:
                        held = revisions.get(dataset.id)
                        if held is not None and held > dataset.revision:
                            continue
                        if held is not None:
                            writer.delete_documents_by_term("id", dataset.id)
                        writer.add_document(document_for(dataset))
                        revisions[dataset.id] = dataset.revision
            self._generations.switch(path)
        except BaseException:
            shutil.rmtree(path, ignore_errors=True)
            raise
        return len(revisions)


def _hits(searcher: tantivy.Searcher, whole: tantivy.Query, query: SearchQuery) -> tuple[int, tuple[SearchHit, ...]]:
    limit = max(0, min(query.limit, MAX_LIMIT))
    offset = max(0, query.offset)
    if limit == 0 or offset >= searcher.num_docs:  # the engine refuses a limit of 0 and makes room for any offset
        return _total(searcher.search(whole, limit=1)), ()
    wishes = read_wishes(query.text)
    sort = query.sort
    if sort is SearchSort.RELEVANCE and not wishes.words:
        sort = SearchSort.MODIFIED
    if sort is SearchSort.RELEVANCE:
        result = searcher.search(whole, limit=limit, offset=offset)
    else:
        field, order = _ORDERS[sort]
        result = searcher.search(whole, limit=limit, offset=offset, order_by_field=field, order=order)
    hits = []
    for _, address in result.hits:
        shown = _shown(searcher, address)
        hits.append(
            SearchHit(
                dataset_id=DatasetId(shown.id),
                name=shown.name,
                title=highlight(shown.title, wishes.folded),
                snippet=snippet(shown.description, wishes.folded),
            )
        )
    return _total(result), tuple(hits)


def _counts(
    searcher: tantivy.Searcher, query: tantivy.Query, facets: Collection[str], limit: int
) -> dict[str, tuple[FacetCount, ...]]:
    """Facet counts in one pass. Every segment counts all its values, so that the sums are exact."""
    if not facets:
        return {}
    wanted = {
        facet: {"terms": {"field": facet, "size": max(1, min(limit, _BUCKETS)), "segment_size": _BUCKETS}}
        for facet in facets
    }
    counted = searcher.aggregate(query, wanted)
    found: dict[str, tuple[FacetCount, ...]] = {}
    for facet in facets:
        counts = [FacetCount(str(b["key"]), int(b["doc_count"])) for b in counted[facet]["buckets"]]
        counts.sort(key=lambda facet_count: (-facet_count.count, facet_count.value))
        found[facet] = tuple(counts[: max(limit, 0)])
    return found


def _all_shown(searcher: tantivy.Searcher) -> Iterator[Shown]:
    if searcher.num_docs:
        for _, address in searcher.search(tantivy.Query.all_query(), limit=searcher.num_docs, count=False).hits:
            yield _shown(searcher, address)


def _revisions_of(reader: _Reader, ids: Collection[DatasetId]) -> dict[str, int]:
    held: dict[str, int] = {}
    for dataset_id in ids:
        query = tantivy.Query.term_query(reader.index.schema, "id", dataset_id)
        for _, address in reader.searcher.search(query, limit=1, count=False).hits:
            held[dataset_id] = _shown(reader.searcher, address).revision
    return held


def _shown(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> Shown:
    stored: Any = searcher.doc(address).get_first("shown")
    return Shown.from_bytes(bytes(stored))


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
def _writer(index: tantivy.Index) -> Iterator[tantivy.IndexWriter]:
    """A writer whose work is committed at the end, or not at all. Merging is waited for: segments stay few."""
    writer = index.writer(heap_size=_HEAP_BYTES, num_threads=1)
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


@contextmanager
def _engine_errors() -> Iterator[None]:
    """Tell what the engine refuses as ``IndexUnavailable``; a panic of its is no ordinary ``Exception``."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise _unavailable(error) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise _unavailable(error) from error


def _unavailable(error: BaseException) -> IndexUnavailable:
    return IndexUnavailable(
        "Chỉ mục tìm kiếm không đọc hoặc ghi được; hãy tạo lại chỉ mục.",
        f"The search index cannot be read or written ({type(error).__name__}); rebuild it.",
        cause=str(error)[:300],
    )
