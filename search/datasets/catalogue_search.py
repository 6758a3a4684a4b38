"""Answers from the catalogue itself while no index can: slower, by fewer words, and it says so.

It reads what the catalogue says of each dataset once (of very many, of the newest) and keeps it for as long as it is
asked; afterwards only what changed is read. What lies in tables is not: their columns, codes, communes and periods.
"""

from __future__ import annotations

import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import lru_cache

from catalog.errors import IndexUnavailable
from catalog.indexed import IndexedDataset
from catalog.indexing import Describe, described
from catalog.model import AccessLevel, DatasetId, organization_path
from catalog.ports import CatalogReader, CatalogStore, Clock
from catalog.questions import OLDER, VOCABULARY, FacetCount, SearchHit, SearchPage, SearchQuery, Viewer
from catalog.reading import Surroundings, published_datasets
from search.datasets.answering import answer, read_cursor, unknown_cursor, write_cursor
from search.datasets.document import (
    ABOUT,
    CALLED,
    FILED_UNDER,
    FILLED,
    NUMBER_FIELDS,
    TEXT,
    VALUE_FIELDS,
    document_for,
    exact,
    folded,
)
from search.datasets.lexicon import LexiconOf
from search.datasets.listed import listed_from, listed_json
from search.datasets.plan import Answer, Ask, Found, Order, Plan, Term
from search.datasets.plan_matching import KnownDocument, PlanMatcher
from search.datasets.words import words_of

LEFT_OUT = frozenset({"commune", "column", "year", "columns", "code_values", "temporal_start", "temporal_end"})
"""Fields and facets that the catalogue cannot tell in time: they neither find nor hide a dataset."""

_LOT = 500
MOST = 15_000
"""Datasets looked at, the newest: each takes half a millisecond to read and some ten kilobytes to remember."""

_LONGEST_DESCRIPTION = 300

_BETWEEN_TEXTS = " · "
_WORDS = tuple(
    map(folded, ("title", "title_en", "keywords", "organization_title", "theme_title", "description", "tables"))
)
_ALL_FOLDED = (folded(TEXT), folded(ABOUT))
_ALL_EXACT = (exact(TEXT), exact(ABOUT))
_VALUES = frozenset(VALUE_FIELDS) - LEFT_OUT - {VOCABULARY, CALLED, FILED_UNDER}
_NUMBERS = frozenset(NUMBER_FIELDS) - LEFT_OUT
_MATCHER = PlanMatcher(
    words=frozenset((*_WORDS, *_ALL_FOLDED, *_ALL_EXACT)),
    values=_VALUES,
    numbers=_NUMBERS,
    untold=frozenset(Term(FILLED, name) for name in LEFT_OUT),
)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is remembered of a dataset: the document of an index, in part, and what a hit carries, compressed."""

    revision: int
    document: KnownDocument
    listed: bytes


@dataclass(slots=True)
class CatalogueSearch:
    """Asks ``store``, whose changes are looked for after ``fresh_for`` seconds. May be shared by threads.

    Of a very large catalogue the newest ``most`` datasets are looked at. Who asks first waits until they have been
    read, but no longer than ``patience`` seconds; where that takes longer ``IndexUnavailable`` is raised meanwhile.
    """

    store: CatalogStore
    lexicon: LexiconOf
    clock: Clock
    describe: Describe
    fresh_for: float = 2.0
    patience: float = 10.0
    most: int = MOST
    monotonic: Callable[[], float] = time.monotonic
    _kept: dict[DatasetId, Kept] = field(default_factory=dict)
    _has_older: bool = False
    _read_at: float = float("-inf")
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _reading: Future[None] | None = None
    _readers: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "reads-the-catalogue"))

    def search(self, query: SearchQuery) -> SearchPage:
        """An answer that says that it is degraded, and what it left out."""
        page = answer(CatalogueEngine(self._current()), query, self.lexicon(), self.clock())
        hits = self._with_records(page.hits, query.viewer) if query.records else page.hits
        return replace(
            page, hits=hits, degraded=True, left_out=LEFT_OUT | ({OLDER} if self._has_older else frozenset())
        )

    def forget(self) -> None:
        """Nobody needs it any more: what was read is given free."""
        if self._kept:
            with self._lock:
                self._kept, self._read_at = {}, float("-inf")

    def _with_records(self, hits: tuple[SearchHit, ...], viewer: Viewer) -> tuple[SearchHit, ...]:
        with self.store.read() as reader:
            published = published_datasets(reader, [hit.dataset_id for hit in hits], viewer, schemas=True)
        records = {item.dataset.id: self.describe(item) for item in published}
        return tuple(replace(hit, record=records.get(hit.dataset_id, b"")) for hit in hits)

    def _current(self) -> Collection[Kept]:
        if self.monotonic() - self._read_at >= self.fresh_for:
            try:
                self._begun().result(self.patience)
            except TimeoutError:
                if not self._kept:
                    raise IndexUnavailable(
                        "Chưa có chỉ mục tìm kiếm, và cơ sở dữ liệu lớn nên đang đọc; hãy thử lại sau một phút.",
                        "There is no search index, and the catalogue is large and still being read; try again in a"
                        " minute.",
                    ) from None
        return self._kept.values()

    def _begun(self) -> Future[None]:
        """The reading that is under way, or a new one."""
        with self._lock:
            if self._reading is None or self._reading.done():
                self._reading = self._readers.submit(self._renew)
            return self._reading

    def _renew(self) -> None:
        if self.monotonic() - self._read_at < self.fresh_for:
            return
        with self.store.read() as reader:
            kept = self._renewed(reader)
        with self._lock:
            self._kept, self._read_at = kept, self.monotonic()

    def _renewed(self, reader: CatalogReader) -> dict[DatasetId, Kept]:
        revisions = reader.dataset_revisions(reader.newest_datasets(self.most))
        self._has_older = reader.dataset_count() > len(revisions)
        kept = {key: item for key, item in self._kept.items() if revisions.get(key) == item.revision}
        changed = [key for key in revisions if key not in kept]
        return kept | dict(_read(reader, changed))


def _read(reader: CatalogReader, ids: list[DatasetId]) -> Iterator[tuple[DatasetId, Kept]]:
    surroundings = Surroundings(reader)
    paths: dict[str, tuple[str, ...]] = {}
    for start in range(0, len(ids), _LOT):
        datasets = reader.datasets(ids[start : start + _LOT])
        is_open = [dataset for dataset in datasets if dataset.access_level is AccessLevel.OPEN]
        others = [dataset for dataset in datasets if dataset.access_level is not AccessLevel.OPEN]
        published = (
            *surroundings.of(is_open, Viewer.STAFF, schemas=False),
            *surroundings.of(others, Viewer.PUBLIC, schemas=False),  # whoever looks: the description, without content
        )
        for item in published:
            owner = item.organization
            if owner.name not in paths:
                paths[owner.name] = organization_path(owner, surroundings.organizations)
            yield item.dataset.id, keep(described(item, paths[owner.name]))


def keep(indexed: IndexedDataset) -> Kept:
    document = document_for(replace(indexed, description=""))
    read = words_of(indexed.description[:_LONGEST_DESCRIPTION])
    description = " ".join(word.folded for word in read)
    written = [*document.words[exact(ABOUT)], " ".join(word.exact for word in read)]
    texts = {name: list(document.words[name]) for name in _WORDS}
    texts[folded("description")].insert(0, description)
    words = {name: _joined(held) for name, held in texts.items()}
    words |= dict.fromkeys(_ALL_FOLDED, _joined(text for held in texts.values() for text in held))
    words |= dict.fromkeys(_ALL_EXACT, _joined(written))
    held = {name: tuple(map(_shared, map(str, there))) for name, there in document.values.items() if name in _VALUES}
    held[FILLED] = _shared_row(tuple(sorted({*held[FILLED], "description"} if description else held[FILLED])))
    known = KnownDocument(words, _Values((name, there) for name, there in held.items() if there), document.numbers)
    return Kept(indexed.revision, known, zlib.compress(listed_json(indexed).encode(), 1))


class _Values(dict[str, tuple[str, ...]]):
    """Fields without a value take no room."""

    def __missing__(self, field: str) -> tuple[str, ...]:
        return ()


@lru_cache(maxsize=20_000)
def _shared(value: str) -> str:
    """The same value is kept once, however many datasets have it."""
    return value


@lru_cache(maxsize=1_000)
def _shared_row(values: tuple[str, ...]) -> tuple[str, ...]:
    return values


def _joined(texts: Iterable[str]) -> str:
    return f" {_BETWEEN_TEXTS.join(texts)} "


class CatalogueEngine:
    """Looks at every dataset. Cursors say how many lie before."""

    def __init__(self, kept: Collection[Kept]) -> None:
        self._kept = kept

    def ask(self, ask: Ask) -> Answer:
        offset = _offset_of(ask.after) if ask.after else ask.offset
        chosen = {facet: _MATCHER.matches(plan) for facet, plan in ask.chosen.items()}
        base = _MATCHER.matches(ask.base)
        found: list[Kept] = []
        counts: dict[str, Counter[str]] = {facet: Counter() for facet in ask.facets if facet not in LEFT_OUT}
        for item in self._kept:
            if not base(item.document):
                continue
            refused = [facet for facet, matches in chosen.items() if not matches(item.document)]
            if not refused:
                found.append(item)
            for facet, counter in counts.items():
                if not refused or refused == [facet]:
                    counter.update(item.document.values[facet])
        page = _ordered(found, ask)[offset : offset + ask.limit]
        seen = offset + len(page)
        return Answer(
            total=len(found),
            found=tuple(Found(listed_from(zlib.decompress(item.listed)), b"", score) for score, item in page),
            counts={facet: _most(counts.get(facet, Counter()), ask.facet_limit) for facet in ask.facets},
            next=write_cursor("at", seen) if page and seen < len(found) else "",
        )


def _ordered(found: list[Kept], ask: Ask) -> list[tuple[float, Kept]]:
    if ask.order is not None:
        return [(0.0, item) for item in sorted(found, key=_key_of(ask.order), reverse=ask.order.descending)]
    plans: list[Plan] = [ask.base, *ask.chosen.values()]
    scores = [_MATCHER.scores(plan) for plan in plans]
    scored = [(sum(score(item.document) for score in scores), item) for item in found]
    return sorted(scored, key=lambda pair: (-pair[0], *pair[1].document.values["id"]))


def _key_of(order: Order) -> Callable[[Kept], int | str]:
    if order.field in _NUMBERS:
        return lambda item: item.document.numbers[order.field]
    return lambda item: next(iter(item.document.values[order.field]))


def _most(counts: Counter[str], limit: int) -> tuple[FacetCount, ...]:
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(FacetCount(str(value), count) for value, count in ordered[: max(0, limit)])


def _offset_of(cursor: str) -> int:
    match read_cursor(cursor):
        case ["at", int(offset)] if 0 <= offset < 2**63:
            return offset
    raise unknown_cursor(cursor)
