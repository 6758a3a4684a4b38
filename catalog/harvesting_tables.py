"""Harvests the tables of a source: read in one snapshot, then judged, decided on and committed dataset by dataset.

Every dataset is committed in one transaction that first makes sure the lease is still ours. The last good version stays
public whatever a run finds.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from pathlib import Path

from catalog.dictionary import TableSchema
from catalog.errors import CatalogError, SourceError
from catalog.guards import guard, shape_changes
from catalog.issues import Dimension, Issue, Report, Severity
from catalog.known_content import known_table, recipe_of
from catalog.layout import TableLayout
from catalog.model import DatasetId, Version
from catalog.ports import (
    CatalogReader,
    CatalogTransaction,
    Fetched,
    GateContext,
    Judgement,
    StagedTable,
    TableRequest,
    Unchanged,
)
from catalog.publishing import Prepared, commit_versions, local_copy, prepare_version
from catalog.released_reports import (
    Judged,
    Released,
    accept_layout,
    apply_release,
    layout_to_accept,
    record_publication,
)
from catalog.releases import Release
from catalog.runs import Harvester, Tell
from catalog.sources import HarvestRun, HarvestSource, Outcome, RunId, TableOutcome

logger = logging.getLogger(__name__)


def table_requests(
    reader: CatalogReader, source: HarvestSource, done: Collection[str] = ()
) -> tuple[TableRequest, ...]:
    """The tables of the source but those ``done``, each with what a remote source may recognise its published content
    by. Tables of one dataset are judged together, so all of them are read whenever one is."""
    known = reader.last_outcomes(source.id)
    in_dataset = Counter(table.dataset_id for table in source.tables)
    requests = []
    for table in source.tables:
        if table.key not in done:
            schema = reader.table_schema(table.schema_name)
            is_alone = in_dataset[table.dataset_id] == 1
            fingerprint = known_table(source, table, schema, known.get(table.key)) if is_alone else ""
            requests.append(TableRequest(table, schema, fingerprint))
    return tuple(requests)


@dataclass(frozen=True, slots=True)
class ReadTable:
    """What came of reading one table, and how long that took."""

    request: TableRequest
    table: Fetched
    seconds: float


def read_tables(
    harvester: Harvester, source: HarvestSource, requests: Sequence[TableRequest], folder: Path, tell: Tell
) -> list[ReadTable]:
    """All tables in one snapshot, sorted by the dataset they belong to."""
    fetched: list[ReadTable] = []
    if requests:
        started = time.monotonic()
        for request, table in harvester.fetch(source, requests, folder, lambda key, rows: tell("read", key, rows)):
            fetched.append(ReadTable(request, table, time.monotonic() - started))
            started = time.monotonic()
    return sorted(fetched, key=lambda item: item.request.table.dataset_id)


def siblings_of(group: Sequence[ReadTable]) -> dict[str, ReadTable]:
    """The tables of one dataset by the name of their schema, so that they can refer to each other."""
    return {item.request.schema.name: item for item in group if isinstance(item.table, StagedTable)}


def harvest_tables(
    harvester: Harvester,
    run: HarvestRun,
    source: HarvestSource,
    requests: Sequence[TableRequest],
    folder: Path,
    tell: Tell,
) -> None:
    """Everything is read first, in one snapshot; then each dataset is judged and committed as a whole."""
    fetched = read_tables(harvester, source, requests, folder, tell)
    for dataset_id, group in groupby(fetched, key=lambda item: item.request.table.dataset_id):
        _harvest_dataset(harvester, run, source, dataset_id, tuple(group), folder, tell)


@dataclass(frozen=True, slots=True)
class _Decision:
    outcome: TableOutcome
    report: Report
    prepared: Prepared | None = None
    release: Release | None = None
    layout: TableLayout | None = None
    """The release that let the table pass, and the layout that is accepted with it."""


def _harvest_dataset(
    harvester: Harvester,
    run: HarvestRun,
    source: HarvestSource,
    dataset_id: DatasetId,
    group: tuple[ReadTable, ...],
    folder: Path,
    tell: Tell,
) -> None:
    siblings = siblings_of(group)
    decisions = [_decide_whatever_happens(harvester, run, source, item, siblings, folder, tell) for item in group]
    with harvester.store.write() as transaction:
        transaction.hold_lease(run.id, harvester.owner)
        now = harvester.clock()
        prepared = [decision.prepared for decision in decisions if decision.prepared]
        if prepared:
            commit_versions(transaction, transaction.dataset(dataset_id), prepared, actor=f"run:{run.id}", at=now)
        for decision in decisions:
            transaction.add_outcome(replace(decision.outcome, finished_at=now), decision.report)
            _keep_what_was_accepted(transaction, run, decision, now)


def _keep_what_was_accepted(
    transaction: CatalogTransaction, run: HarvestRun, decision: _Decision, at: datetime
) -> None:
    if decision.release:
        record_publication(transaction, transaction.source(run.source_id), decision.release, run.id, at)
    if decision.layout:
        accept_layout(transaction, run.source_id, decision.outcome.table_key, decision.layout)


def _decide_whatever_happens(
    harvester: Harvester,
    run: HarvestRun,
    source: HarvestSource,
    item: ReadTable,
    siblings: Mapping[str, ReadTable],
    folder: Path,
    tell: Tell,
) -> _Decision:
    """One table that breaks our own code must not take the others with it."""
    try:
        return _decide(harvester, run, source, item, siblings, folder, tell)
    except CatalogError:
        raise
    except Exception as error:
        key = item.request.table.key
        logger.exception("table %s of run %s could not be judged", key, run.id)
        broken = internal_error(f"bảng “{key}”", f"table “{key}”", error)
        return _decide(harvester, run, source, replace(item, table=broken), siblings, folder, tell)


def internal_error(what: str, what_en: str, error: Exception) -> SourceError:
    """An error of ours as people see it; what it says itself may hold anything, and belongs into the log alone."""
    return SourceError(
        f"Lỗi nội bộ khi xử lý {what} ({type(error).__name__}).",
        f"Internal error while handling {what_en} ({type(error).__name__}).",
        remedy="Báo cho người quản trị cổng; chi tiết có trong nhật ký.",
        remedy_en="Tell the operator of the portal; the log has the details.",
    )


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a table would come to: its outcome without a version, the report after releases, and what a publication
    needs: the judged table, the version before, and the release that lets it pass."""

    outcome: TableOutcome
    report: Report
    judgement: Judgement | None = None
    latest: Version | None = None
    release: Release | None = None


def assess(
    harvester: Harvester,
    run_id: RunId,
    source: HarvestSource,
    item: ReadTable,
    siblings: Mapping[str, ReadTable],
    folder: Path,
    tell: Tell,
) -> Assessment:
    """Judge one table; nothing is written but the canonical table in ``folder``. What is public already is not judged
    again; what was held or rejected is, for its dictionary, code lists or the day may have changed."""
    table, schema, staged = item.request.table, item.request.schema, item.table
    outcome = TableOutcome(
        run_id=run_id,
        table_key=table.key,
        dataset_id=table.dataset_id,
        distribution_id=table.distribution_id,
        outcome=Outcome.FAILED,
        finished_at=harvester.clock(),
        schema_digest=schema.digest,
        steps={"read": item.seconds},
    )
    if isinstance(staged, SourceError):
        issue = _issue_of_error(staged)
        return Assessment(replace(outcome, issues=(issue,)), Report(0, (issue,)))
    read_by = table
    if isinstance(staged, StagedTable) and staged.proposal is not None:
        read_by = replace(table, layout=staged.proposal.layout)  # what a first publication accepts
    fingerprint = f"{recipe_of(source, read_by)} {staged.fingerprint}" if staged.fingerprint else ""
    outcome = replace(outcome, fingerprint=fingerprint)
    with harvester.store.read() as reader:
        latest = next(iter(reader.versions(table.distribution_id)), None)
        if isinstance(staged, Unchanged) or (latest and _is_published(latest, staged, schema)):
            return _unchanged(reader, outcome, latest)
    outcome = replace(outcome, row_count=staged.row_count, snapshot_sha256=staged.sha256)
    tell("check", table.key, staged.row_count)
    judgement, seconds = _judge(harvester, staged, schema, siblings, latest, folder)
    released = _released(harvester, source, item, staged, judgement)
    report = released.report
    verdict = {Severity.ERROR: Outcome.REJECTED, Severity.HOLD: Outcome.HELD}.get(report.verdict, Outcome.PUBLISHED)
    outcome = replace(outcome, outcome=verdict, issues=report.issues, steps={**outcome.steps, "check": seconds})
    return Assessment(outcome, report, judgement, latest, released.release)


def _decide(
    harvester: Harvester,
    run: HarvestRun,
    source: HarvestSource,
    item: ReadTable,
    siblings: Mapping[str, ReadTable],
    folder: Path,
    tell: Tell,
) -> _Decision:
    """Publish, hold or reject one table."""
    assessed = assess(harvester, run.id, source, item, siblings, folder, tell)
    outcome, staged, table = assessed.outcome, item.table, item.request.table
    if outcome.outcome is not Outcome.PUBLISHED or assessed.judgement is None or not isinstance(staged, StagedTable):
        return _Decision(outcome, assessed.report)
    started = time.monotonic()
    tell("write", table.key, staged.row_count)
    prepared = prepare_version(
        assessed.judgement.table,
        item.request.schema,
        assessed.report,
        dataset_id=table.dataset_id,
        distribution_id=table.distribution_id,
        number=assessed.latest.number + 1 if assessed.latest else 1,
        run_id=run.id,
        snapshot_sha256=staged.sha256,
        stem=table.key,
        at=harvester.clock(),
        files=harvester.files,
        rows=harvester.rows,
        write=harvester.write,
        folder=folder,
        source_shape=staged.shape,
    )
    steps = {**outcome.steps, "write": time.monotonic() - started}
    layout = layout_to_accept(table, staged.proposal, assessed.release)
    outcome = replace(outcome, steps=steps, version_id=prepared.version.id)
    return _Decision(outcome, assessed.report, prepared, assessed.release, layout)


def _unchanged(reader: CatalogReader, outcome: TableOutcome, latest: Version | None) -> Assessment:
    if latest is None:
        raise LookupError(f"“{outcome.table_key}” is said to be unchanged, but was never published")
    report = reader.version_report(latest.id)
    same = replace(
        outcome,
        outcome=Outcome.UNCHANGED,
        row_count=latest.row_count,
        snapshot_sha256=latest.snapshot_sha256,
        issues=report.issues,
        version_id=latest.id,
    )
    return Assessment(same, report, latest=latest)


def _released(
    harvester: Harvester, source: HarvestSource, item: ReadTable, staged: StagedTable, judgement: Judgement
) -> Released:
    """The report after what two persons decided about it."""
    judged = Judged(staged.sha256, item.request.schema, judgement.report)
    with harvester.store.read() as reader:
        return apply_release(reader, source.id, item.request.table, judged)


def _judge(
    harvester: Harvester,
    staged: StagedTable,
    schema: TableSchema,
    siblings: Mapping[str, ReadTable],
    latest: Version | None,
    folder: Path,
) -> tuple[Judgement, float]:
    """What gate and guards find in a table, and the seconds it took."""
    started = time.monotonic()
    with harvester.store.read() as reader:
        code_lists = {code_list.name: code_list for code_list in reader.code_lists()}
    context = GateContext(
        code_lists,
        {name: other.table for name, other in siblings.items() if isinstance(other.table, StagedTable)},
        _previous_rows(harvester, latest, folder),
        harvester.clock().date(),
        {name: other.request.schema for name, other in siblings.items()},
    )
    judgement = harvester.judge(staged, schema, context, folder)
    report = judgement.report.with_issues(guard(staged, latest))
    return replace(judgement, report=report), time.monotonic() - started


def _is_published(latest: Version, staged: StagedTable, schema: TableSchema) -> bool:
    """Whether these very bytes are public already, judged by this very version of the schema, from a source that still
    looks the same."""
    if latest.source_shape and staged.shape and any(shape_changes(latest.source_shape, staged.shape)):
        return False
    return (latest.snapshot_sha256, latest.schema_name, latest.schema_version) == (
        staged.sha256,
        schema.name,
        schema.version,
    )


def _previous_rows(harvester: Harvester, latest: Version | None, folder: Path) -> Path | None:
    parquet = latest.file("parquet") if latest else None
    return local_copy(harvester.files, parquet.sha256, folder) if parquet else None


def _issue_of_error(error: SourceError) -> Issue:
    return Issue(
        code=error.code,
        severity=Severity.ERROR,
        dimension=Dimension.ALIVE,
        message=error.message,
        message_en=error.message_en,
        remedy=str(error.details.get("remedy", "")),
        remedy_en=str(error.details.get("remedy_en", "")),
    )
