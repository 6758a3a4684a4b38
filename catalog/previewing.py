"""The use case of a dry run: what a harvest would do, shown before anything is saved.

The source is read and judged as in a real harvest; no run, version, file or dataset comes of it.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from catalog.harvesting_tables import Assessment, ReadTable, assess, read_tables, siblings_of, table_requests
from catalog.issues import Issue, Report
from catalog.listings import described, read_listing, vanished
from catalog.model import Dataset
from catalog.ports import Progress, StagedTable, TableRequest
from catalog.publishing import local_copy
from catalog.remote import RemoteCatalog, RemoteRecord
from catalog.remote_datasets import dataset_of, name_of
from catalog.runs import Harvester
from catalog.sources import HarvestSource, Outcome, RunId, SourceTable
from catalog.table_diff import CompareTables, TableDiff
from catalog.working_folders import working_folder

SAMPLE_ROWS = 20
SAMPLE_RECORDS = 20


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A row as it was read and as it would be published, by column."""

    raw: Mapping[str, str]
    canonical: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TablePreview:
    """What would become of one table. ``diff`` against the public version where there is one."""

    table: SourceTable
    outcome: Outcome
    report: Report
    row_count: int | None = None
    columns: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    diff: TableDiff | None = None
    sample: tuple[SampleRow, ...] = ()


@dataclass(frozen=True, slots=True)
class SampleRecord:
    """A record as it came and the dataset that would be made of it, or why it would be rejected."""

    identifier: str
    raw: Mapping[str, Any]
    dataset: Dataset | None
    problems: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class CatalogPreview:
    """What would become of another catalogue's listing. ``hold`` says why it would be held."""

    counts: Mapping[str, int]
    problems: Mapping[str, int]
    notices: tuple[Issue, ...]
    hold: Issue | None
    sample: tuple[SampleRecord, ...]


@dataclass(frozen=True, slots=True)
class SourcePreview:
    """What a harvest of the source would do."""

    source: HarvestSource
    tables: tuple[TablePreview, ...]
    catalog: CatalogPreview | None = None


def preview(
    harvester: Harvester,
    source: HarvestSource,
    compare: CompareTables,
    *,
    progress: Progress = lambda key, rows: None,
) -> SourcePreview:
    """A dry run of ``source``, which need not be stored yet. Raises ``SourceError`` where a harvest would fail."""

    def tell(step: str, key: str, done: int) -> None:
        progress(key, done)

    with working_folder(harvester.staging) as folder:
        with harvester.store.read() as reader:
            requests = [_read_anew(item) for item in table_requests(reader, source)]
        remote = harvester.open_catalog(source)
        catalog = _preview_catalog(harvester, source, remote, folder) if remote else None
        tables: list[TablePreview] = []
        read = read_tables(harvester, source, requests, folder, tell)
        for _, group in groupby(read, key=lambda item: item.request.table.dataset_id):
            items = tuple(group)
            siblings = siblings_of(items)
            for item in items:
                assessed = assess(harvester, RunId("dry-run"), source, item, siblings, folder, tell)
                tables.append(_table_preview(harvester, item, assessed, compare, folder))
    order = {table.key: place for place, table in enumerate(source.tables)}
    tables.sort(key=lambda item: order[item.table.key])
    return SourcePreview(source, tuple(tables), catalog)


def _read_anew(request: TableRequest) -> TableRequest:
    """A dry run reads everything: its user wants to see it."""
    return TableRequest(request.table, request.schema)


def _table_preview(
    harvester: Harvester, item: ReadTable, assessed: Assessment, compare: CompareTables, folder: Path
) -> TablePreview:
    staged, table = item.table, item.request.table
    if not isinstance(staged, StagedTable):
        return TablePreview(table, assessed.outcome.outcome, assessed.report)
    canonical = assessed.judgement.table if assessed.judgement else staged
    parquet = assessed.latest.file("parquet") if assessed.latest else None
    diff = None
    if parquet is not None and assessed.judgement is not None:
        diff = compare(local_copy(harvester.files, parquet.sha256, folder), canonical, item.request.schema, folder)
    return TablePreview(
        table,
        assessed.outcome.outcome,
        assessed.report,
        staged.row_count,
        canonical.columns,
        staged.left_out,
        diff,
        tuple(_sample(staged, canonical)),
    )


def _sample(staged: StagedTable, canonical: StagedTable) -> Iterator[SampleRow]:
    """The first rows side by side; a canonical table keeps the order of its rows."""
    for raw, clean in zip(_rows(staged), _rows(canonical), strict=False):
        yield SampleRow(raw, clean)


def _rows(table: StagedTable) -> list[dict[str, str]]:
    with table.path.open(encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream)
        next(rows, None)
        return [dict(zip(table.columns, row, strict=False)) for row in islice(rows, SAMPLE_ROWS)]


# --- listings --------------------------------------------------------------------------------------------------------


def _preview_catalog(
    harvester: Harvester, source: HarvestSource, remote: RemoteCatalog, folder: Path
) -> CatalogPreview:
    with harvester.store.read() as reader:
        marks = reader.remote_marks(source.id)
    listing = read_listing(remote, marks, folder)
    problems = Counter(issue.code for _, issue in listing.faults)
    sample: list[SampleRecord] = []
    counts = Counter(
        read=listing.read, added=0, changed=0, unchanged=len(listing.unchanged), rejected=len(listing.faults)
    )
    for record in listing.changed:
        shown = _sample_record(harvester, source, remote, record)
        mark = marks.get(record.identifier)
        if shown.dataset is None:
            counts["rejected"] += 1
        else:
            counts["changed" if mark is not None and mark.dataset_id is not None else "added"] += 1
        problems.update(issue.code for issue in shown.problems)
        if len(sample) < SAMPLE_RECORDS:
            sample.append(shown)
    missing = [name for name in marks if name not in listing.seen]
    counts["missing"] = len(missing) if listing.complete else 0
    hold = vanished(missing, marks) if listing.complete else None
    return CatalogPreview(counts, dict(problems), tuple(listing.notices), hold, tuple(sample))


def _sample_record(
    harvester: Harvester, source: HarvestSource, remote: RemoteCatalog, record: RemoteRecord
) -> SampleRecord:
    said, problems = described(remote, record)
    if said is None:
        return SampleRecord(record.identifier, record.raw, None, problems)
    name = name_of(said, record, source, ())
    dataset = dataset_of(source, record, said, name, None, harvester.clock())
    return SampleRecord(record.identifier, record.raw, dataset)
