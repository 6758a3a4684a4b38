"""What the search index holds of each dataset, read from the catalogue lot by lot: memory does not grow with it.

Of data that are not open only the description is indexed: which codes, communes and periods their tables hold is
content.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from catalog.dictionary import TableSchema
from catalog.indexed import IndexedDataset
from catalog.indexed_columns import NO_CODES, IndexedCodes, IndexedColumns
from catalog.indexed_tables import table_texts
from catalog.model import AccessLevel, DatasetId, DatasetStatus, Organization, OrganizationId, organization_path
from catalog.periods import bounds_of_period
from catalog.ports import CatalogReader, CatalogStore, Clock, DatasetIndex, RowStore
from catalog.quality import ColumnFacts
from catalog.quality_points import quality_points
from catalog.questions import SearchQuery, Viewer
from catalog.reading import PublishedDataset, Surroundings
from catalog.usage import LOOKED_BACK, local_day
from catalog.version_codes import Codes, fill_codes

LOT = 500
"""Datasets read at a time."""

MANY = 5_000
"""From so many datasets on, processes of their own are worth starting."""

SELDOM = 70_000
"""Objects that Python makes, in a rebuild, before it looks for cycles among them; usually 700."""

EVERYTHING = SearchQuery(limit=0, viewer=Viewer.STAFF)
"""Asks how many datasets an index holds: what this costs does not grow with them."""

MOST_CODE_WORDS = 2_000
"""Words of code labels that a dataset is found by, at most."""

Describe = Callable[[PublishedDataset], bytes]
"""Writes the description of a dataset that a hit carries: DCAT as JSON-LD, the same whoever asks for it and on whatever
day. So it tells no score, which falls from day to day while the dataset stays the same."""


ReadMany = Callable[[datetime], Iterator[IndexedDataset]]
"""Reads all datasets as :func:`indexed_datasets` does, in any order; faster where they are very many."""

Progress = Callable[[int, int], None]
"""Told how many datasets have been written so far, and of how many, lot by lot."""


def untold(done: int, of: int) -> None:
    """The progress of what nobody waits for."""


def untrusted(trust: bool) -> None:
    """Of an index without a copy nobody needs to know."""


@dataclass(frozen=True, slots=True)
class Indexing:
    """The parts that keep the search index up to date.

    ``members`` are the indexes that ``index`` consists of, by name, each of which holds everything; none: it is one.
    ``trust`` tells those who search whether the index proper holds all that the copy does.
    """

    store: CatalogStore
    index: DatasetIndex
    rows: RowStore
    describe: Describe
    clock: Clock
    members: Mapping[str, DatasetIndex] = field(default_factory=dict)
    trust: Callable[[bool], None] = untrusted
    read_many: ReadMany | None = None

    @property
    def parts(self) -> Mapping[str, DatasetIndex]:
        """The members, or the index alone."""
        return self.members or {"index": self.index}


def rebuild_index(indexing: Indexing, member: DatasetIndex | None = None, progress: Progress = untold) -> int:
    """Make the whole search index, or one member, again from the database; returns how many datasets it holds. What it
    held is searched meanwhile."""
    fill_codes(indexing.store, indexing.rows)
    with collecting_seldom(), closing(_all_datasets(indexing, progress)) as datasets:
        return (member or indexing.index).rebuild(datasets)


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Datasets on their way into an index are many and have no cycles: looking for some takes a tenth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(SELDOM, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _all_datasets(indexing: Indexing, progress: Progress) -> Generator[IndexedDataset, None, None]:
    """Read when the first is asked for: an index that is ready for them misses no change that came before."""
    with indexing.store.read() as reader:
        count, now = reader.dataset_count(), indexing.clock()
        progress(0, count)
        if indexing.read_many is not None and count >= MANY:
            datasets = indexing.read_many(now)
        else:
            datasets = indexed_datasets(reader, None, indexing.describe, now)
        done = 0
        for dataset in datasets:
            yield dataset
            done += 1
            if done % LOT == 0:
                progress(done, max(done, count))  # more than were counted: some came meanwhile
        progress(done, done)


def update_index(indexing: Indexing, ids: Collection[DatasetId], member: DatasetIndex | None = None) -> None:
    """Bring what the whole index, or one member, holds of these datasets up to date; those that are no more go."""
    index = member or indexing.index
    with indexing.store.read() as reader:
        changed = tuple(indexed_datasets(reader, ids, indexing.describe, indexing.clock()))
    try:
        index.put(changed)
    finally:  # where a copy takes what the index proper cannot, it is to take both
        index.remove(set(ids) - {dataset.id for dataset in changed})


def indexed_datasets(
    reader: CatalogReader, ids: Collection[DatasetId] | None, describe: Describe, now: datetime
) -> Iterator[IndexedDataset]:
    """All datasets, or those asked for, of every status and level: the index filters by viewer. Quality is judged as of
    the beginning of the day, so that what is written stays the same all day long."""
    wanted = list(reader.dataset_revisions() if ids is None else ids)
    writer = _Writer(reader, describe, now.replace(hour=0, minute=0, second=0, microsecond=0))
    for start in range(0, len(wanted), LOT):
        yield from writer.lot(wanted[start : start + LOT])


def described(published: PublishedDataset, path: tuple[str, ...]) -> IndexedDataset:
    """What is indexed of the description alone; ``path`` names the owner and every organization above it."""
    dataset, organization = published.dataset, published.organization
    return IndexedDataset(
        id=dataset.id,
        revision=dataset.revision,
        name=dataset.name,
        title=dataset.title,
        title_en=dataset.title_en,
        description=dataset.description,
        description_en=dataset.description_en,
        decisions=dataset.decisions,
        organization=organization.name,
        organization_id=dataset.organization_id,
        organization_title=organization.title,
        organization_title_en=organization.title_en,
        organization_path=path,
        theme=dataset.theme,
        theme_title=published.theme.title if published.theme else "",
        keywords=dataset.keywords,
        license=dataset.license_id,
        formats=published.formats,
        frequency=dataset.frequency,
        level=dataset.access_level,
        published=dataset.status is DatasetStatus.PUBLISHED,
        simulated=dataset.simulated,
        columns=(),
        tables=table_texts(published),
        row_count=published.row_count,
        issued=dataset.issued,
        modified=dataset.modified,
        recorded=dataset.recorded,
    )


class _Writer:
    """Writes lots of datasets of one state of the catalogue. What many of them share is read and made once."""

    def __init__(self, reader: CatalogReader, describe: Describe, day: datetime) -> None:
        self._reader = reader
        self._describe = describe
        self._day = day
        self._since = local_day(day - LOOKED_BACK)
        self._surroundings = Surroundings(reader)
        self._uses: Mapping[DatasetId, int] = {}
        self._paths: dict[OrganizationId, tuple[str, ...]] = {}
        self._columns: dict[str, IndexedColumns] = {}
        self._lists = {code_list.name: IndexedCodes.of(code_list) for code_list in reader.code_lists()}

    def lot(self, ids: Sequence[DatasetId]) -> Iterator[IndexedDataset]:
        datasets = self._reader.datasets(ids)
        is_open = [dataset for dataset in datasets if dataset.access_level is AccessLevel.OPEN]
        others = [dataset for dataset in datasets if dataset.access_level is not AccessLevel.OPEN]
        published = self._surroundings.of(is_open, Viewer.STAFF, schemas=True)
        versions = [table.version.id for item in published for table in item.tables if table.version]
        reports = self._reader.version_reports(versions)
        codes = self._reader.version_codes(versions)
        self._uses = self._reader.uses(self._since, ids)
        for item in published:
            held = {t.distribution.id: reports[t.version.id] for t in item.tables if t.version}
            points = quality_points(item, held, self._day, self._facts_of)
            yield self._indexed(item, points, [codes.get(t.version.id) if t.version else None for t in item.tables])
        # The view of the public, whoever will look: the description, without content.
        for item in self._surroundings.of(others, Viewer.PUBLIC, schemas=True):
            yield self._indexed(item, None, [None] * len(item.tables))

    def _indexed(
        self, published: PublishedDataset, points: float | None, codes: Sequence[Codes | None]
    ) -> IndexedDataset:
        titles, titles_en = self._titles(published)
        labels, communes = self._found(published, codes)
        start, end = self._temporal(published)
        return replace(
            described(published, self._path(published.organization)),
            columns=titles,
            columns_en=titles_en,
            code_values=labels,
            communes=communes,
            temporal_start=start,
            temporal_end=end,
            quality=None if points is None else round(points),
            uses=self._uses.get(published.dataset.id, 0),
            record=self._describe(published),
        )

    def _path(self, organization: Organization) -> tuple[str, ...]:
        if organization.id not in self._paths:
            self._paths[organization.id] = organization_path(organization, self._surroundings.organizations)
        return self._paths[organization.id]

    def _titles(self, published: PublishedDataset) -> tuple[tuple[str, ...], tuple[str, ...]]:
        columns = [self._columns_of(table.schema) for table in published.tables if table.schema]
        if len(columns) == 1:
            return columns[0].titles, columns[0].titles_en
        titles = dict.fromkeys(title for item in columns for title in item.titles)
        return tuple(titles), tuple(dict.fromkeys(title for item in columns for title in item.titles_en))

    def _temporal(self, published: PublishedDataset) -> tuple[date | None, date | None]:
        """The period that the data speak of: as described, or else from the first period in its tables to the last."""
        dataset = published.dataset
        if dataset.temporal_start or dataset.temporal_end:
            return dataset.temporal_start, dataset.temporal_end
        spans = [
            bounds
            for table in published.tables
            if table.schema and table.version and (periods := self._columns_of(table.schema).periods)
            for column in table.version.columns
            if column.name in periods
            for text in (column.minimum, column.maximum)
            if (bounds := bounds_of_period(text)) is not None
        ]
        return min((first for first, _ in spans), default=None), max((last for _, last in spans), default=None)

    def _facts_of(self, schema: TableSchema) -> ColumnFacts:
        return self._columns_of(schema).facts

    def _columns_of(self, schema: TableSchema) -> IndexedColumns:
        if schema.name not in self._columns:
            self._columns[schema.name] = IndexedColumns.of(schema)
        return self._columns[schema.name]

    def _found(
        self, published: PublishedDataset, codes: Sequence[Codes | None]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The labels of the codes in its tables, as many as there is room for, and the communes. Where it is not known
        which codes a table holds, they are those that the dictionary allows in it."""
        labels: dict[str, None] = {}
        communes: set[str] = set()
        for table, held in zip(published.tables, codes, strict=True):
            coded = self._columns_of(table.schema).coded if table.schema else {}
            for column, allowed in coded.items():
                known = self._lists.get(allowed.code_list, NO_CODES)
                found = (allowed.values or known.labels) if held is None else held.get(column, ())
                for code in found:
                    if (successors := known.communes.get(code)) is not None:
                        communes.update(successors)
                    else:
                        labels.update(known.labels.get(code) or {code: None})
        return _within(labels, MOST_CODE_WORDS), tuple(sorted(communes))


def _within(labels: Iterable[str], most_words: int) -> tuple[str, ...]:
    kept: list[str] = []
    for label in labels:
        most_words -= len(label.split())
        if most_words < 0:
            break
        kept.append(label)
    return tuple(kept)
