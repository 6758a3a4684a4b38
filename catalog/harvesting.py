"""Use cases that harvest: a run is claimed, its tables are read, judged and decided on, dataset by dataset.

A run is a row in the database, held by a lease. Every dataset of a run is committed in one transaction that first makes
sure the lease is still ours; killing the process at any moment leaves a run that another process takes over and ends in
the same state. The last good version stays public whatever a run finds.
"""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

from catalog.dictionary import TableSchema
from catalog.errors import CatalogError, LeaseLost, SourceError
from catalog.issues import Dimension, Issue, Report, Severity
from catalog.layout import TableLayout
from catalog.model import DatasetId, Version
from catalog.ports import (
    CatalogReader,
    CatalogStore,
    CatalogTransaction,
    Clock,
    Fetch,
    FileStore,
    Gate,
    GateContext,
    Judgement,
    Progress,
    RowStore,
    StagedTable,
    TableRequest,
    WriteTable,
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
from catalog.sources import (
    HarvestRun,
    HarvestSource,
    Lease,
    Outcome,
    RunId,
    RunState,
    SourceId,
    TableOutcome,
    state_of_run,
)
from catalog.vietnamese import grouped

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
HEARTBEAT_SECONDS = 15.0
RETRY = timedelta(hours=4)
"""A source whose run broke off (no answer, a full disk) is tried again after this time, not only in its next period."""

SHRINK_LIMIT = 0.2
"""A table that lost more than this share of its rows is held for a person."""


@dataclass(frozen=True, slots=True)
class Harvester:
    """What a harvest needs from outside. ``owner`` names this process to others; ``is_dead`` tells whether a process
    so named is known to be gone. ``staging`` is a folder for half-done work, safe to delete at any time."""

    store: CatalogStore
    files: FileStore
    rows: RowStore
    fetch: Fetch
    judge: Gate
    write: WriteTable
    clock: Clock
    owner: str
    is_dead: Callable[[str], bool]
    staging: Path


def due_sources(reader: CatalogReader, now: datetime) -> tuple[HarvestSource, ...]:
    """Enabled sources that were never harvested, whose period is over, or whose run was interrupted or broke off."""

    def is_due(source: HarvestSource) -> bool:
        latest = next(iter(reader.runs(source.id, limit=1)), None)
        if latest is None or not latest.state.is_over:
            return True
        if latest.error_code and latest.requested_at + RETRY <= now:
            return True
        days = source.frequency.days
        return days is not None and latest.requested_at + timedelta(days=days) <= now

    return tuple(source for source in reader.sources() if source.enabled and is_due(source))


def harvest(
    harvester: Harvester, source_id: SourceId, *, trigger: str, progress: Progress = lambda key, rows: None
) -> HarvestRun:
    """Harvest one source from claim to end and return the finished run.

    Takes over the source's interrupted run if there is one. Raises ``RunInProgress`` if another process is at it and
    ``LeaseLost`` if another took it over; what the source does wrong is never raised but recorded in the run.
    """
    run = _claim(harvester, source_id, trigger)
    with harvester.store.read() as reader:
        source = reader.source(source_id)
        done = {outcome.table_key for outcome in reader.outcomes(run.id)}
        requests = tuple(
            TableRequest(table, reader.table_schema(table.schema_name))
            for table in source.tables
            if table.key not in done
        )
    folder = harvester.staging / run.id
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    failure: CatalogError | None = None
    try:
        with _heartbeat(harvester, run.id):
            _harvest_tables(harvester, run, source, requests, folder, progress)
    except LeaseLost:
        raise
    except CatalogError as error:
        failure = error
    except Exception as error:
        logger.exception("run %s of source %s broke off", run.id, source.name)
        failure = _internal_error(f"nguồn “{source.name}”", f"source “{source.name}”", error)
    except BaseException:
        _give_back(harvester, run)  # this process was told to end: another need not wait for the lease to run out
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return _finish(harvester, run, failure)


def _claim(harvester: Harvester, source_id: SourceId, trigger: str) -> HarvestRun:
    now = harvester.clock()
    with harvester.store.write() as transaction:
        run = transaction.active_run(source_id) or transaction.enqueue_run(source_id, trigger, now)
        return transaction.claim_run(run.id, Lease(harvester.owner, now + LEASE), now, harvester.is_dead)


def _give_back(harvester: Harvester, run: HarvestRun) -> None:
    with suppress(CatalogError), harvester.store.write() as transaction:
        transaction.renew_lease(run.id, Lease(harvester.owner, harvester.clock()))


def _finish(harvester: Harvester, run: HarvestRun, failure: CatalogError | None) -> HarvestRun:
    with harvester.store.write() as transaction:
        transaction.hold_lease(run.id, harvester.owner)
        outcomes = transaction.outcomes(run.id)
        state = state_of_run(outcomes)
        if failure:
            published = any(outcome.outcome is Outcome.PUBLISHED for outcome in outcomes)
            state = RunState.PARTIAL if published else RunState.FAILED
        return transaction.finish_run(run.id, state, harvester.clock(), failure)


@contextmanager
def _heartbeat(harvester: Harvester, run_id: RunId) -> Iterator[None]:
    """Keeps the lease alive from a thread of its own while the block runs."""
    stop = threading.Event()

    def beat() -> None:
        while not stop.wait(HEARTBEAT_SECONDS):
            try:
                with harvester.store.write() as transaction:
                    transaction.renew_lease(run_id, Lease(harvester.owner, harvester.clock() + LEASE))
            except LeaseLost:
                return  # the next commit of the run finds out and ends it
            except CatalogError:
                continue  # a busy database; three more beats fit into the lease

    thread = threading.Thread(target=beat, name=f"heartbeat-{run_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@dataclass(frozen=True, slots=True)
class _Fetched:
    request: TableRequest
    table: StagedTable | SourceError
    seconds: float


def _harvest_tables(
    harvester: Harvester,
    run: HarvestRun,
    source: HarvestSource,
    requests: Sequence[TableRequest],
    folder: Path,
    progress: Progress,
) -> None:
    """Everything is read first, in one snapshot; then each dataset is judged and committed as a whole."""
    if not requests:
        return
    fetched: list[_Fetched] = []
    started = time.monotonic()
    for request, table in harvester.fetch(source, requests, folder, progress):
        fetched.append(_Fetched(request, table, time.monotonic() - started))
        started = time.monotonic()
    fetched.sort(key=lambda item: item.request.table.dataset_id)
    for dataset_id, group in groupby(fetched, key=lambda item: item.request.table.dataset_id):
        _harvest_dataset(harvester, run, dataset_id, tuple(group), folder)


@dataclass(frozen=True, slots=True)
class _Decision:
    outcome: TableOutcome
    report: Report
    prepared: Prepared | None = None
    release: Release | None = None
    layout: TableLayout | None = None
    """The release that let the table pass, and the layout that is accepted with it."""


def _harvest_dataset(
    harvester: Harvester, run: HarvestRun, dataset_id: DatasetId, group: tuple[_Fetched, ...], folder: Path
) -> None:
    # All tables of a dataset come in one group, so that they can refer to each other.
    siblings = {item.request.schema.name: item for item in group if isinstance(item.table, StagedTable)}
    decisions = [_decide_whatever_happens(harvester, run, item, siblings, folder) for item in group]
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
    harvester: Harvester, run: HarvestRun, item: _Fetched, siblings: dict[str, _Fetched], folder: Path
) -> _Decision:
    """One table that breaks our own code must not take the others with it."""
    try:
        return _decide(harvester, run, item, siblings, folder)
    except CatalogError:
        raise
    except Exception as error:
        key = item.request.table.key
        logger.exception("table %s of run %s could not be judged", key, run.id)
        broken = _internal_error(f"bảng “{key}”", f"table “{key}”", error)
        return _decide(harvester, run, replace(item, table=broken), siblings, folder)


def _internal_error(what: str, what_en: str, error: Exception) -> SourceError:
    """An error of ours as people see it; what it says itself may hold anything, and belongs into the log alone."""
    return SourceError(
        f"Lỗi nội bộ khi xử lý {what} ({type(error).__name__}).",
        f"Internal error while handling {what_en} ({type(error).__name__}).",
        remedy="Báo cho người quản trị cổng; chi tiết có trong nhật ký.",
        remedy_en="Tell the operator of the portal; the log has the details.",
    )


def _decide(
    harvester: Harvester, run: HarvestRun, item: _Fetched, siblings: dict[str, _Fetched], folder: Path
) -> _Decision:
    """Publish, hold or reject one table. What is public already is not judged again; what was held or rejected is, for
    its dictionary, code lists or the day may have changed."""
    table, schema, staged = item.request.table, item.request.schema, item.table
    outcome = TableOutcome(
        run_id=run.id,
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
        return _Decision(replace(outcome, issues=(issue,)), Report(0, (issue,)))
    outcome = replace(outcome, row_count=staged.row_count, snapshot_sha256=staged.sha256)
    with harvester.store.read() as reader:
        latest = next(iter(reader.versions(table.distribution_id)), None)
        if latest and _is_published(latest, staged, schema):
            report = reader.version_report(latest.id)
            same = replace(outcome, outcome=Outcome.UNCHANGED, issues=report.issues, version_id=latest.id)
            return _Decision(same, report)
    judgement, seconds = _judge(harvester, staged, schema, siblings, latest, folder)
    released = _released(harvester, run, item, staged, judgement)
    report = released.report
    verdict = {Severity.ERROR: Outcome.REJECTED, Severity.HOLD: Outcome.HELD}.get(report.verdict, Outcome.PUBLISHED)
    outcome = replace(outcome, outcome=verdict, issues=report.issues, steps={**outcome.steps, "check": seconds})
    if verdict is not Outcome.PUBLISHED:
        return _Decision(outcome, report)
    started = time.monotonic()
    prepared = prepare_version(
        judgement.table,
        schema,
        report,
        dataset_id=table.dataset_id,
        distribution_id=table.distribution_id,
        number=latest.number + 1 if latest else 1,
        run_id=run.id,
        snapshot_sha256=staged.sha256,
        stem=table.key,
        at=harvester.clock(),
        files=harvester.files,
        rows=harvester.rows,
        write=harvester.write,
        folder=folder,
    )
    steps = {**outcome.steps, "write": time.monotonic() - started}
    layout = layout_to_accept(table, staged.proposal, released.release)
    outcome = replace(outcome, steps=steps, version_id=prepared.version.id)
    return _Decision(outcome, report, prepared, released.release, layout)


def _released(
    harvester: Harvester, run: HarvestRun, item: _Fetched, staged: StagedTable, judgement: Judgement
) -> Released:
    """The report after what two persons decided about it."""
    judged = Judged(staged.sha256, item.request.schema, judgement.report)
    with harvester.store.read() as reader:
        return apply_release(reader, run.source_id, item.request.table, judged)


def _judge(
    harvester: Harvester,
    staged: StagedTable,
    schema: TableSchema,
    siblings: dict[str, _Fetched],
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
    report = judgement.report.with_issues(_guard(staged, latest))
    return replace(judgement, report=report), time.monotonic() - started


def _is_published(latest: Version, staged: StagedTable, schema: TableSchema) -> bool:
    """Whether these very bytes are public already, judged by this very version of the schema."""
    return (latest.snapshot_sha256, latest.schema_name, latest.schema_version) == (
        staged.sha256,
        schema.name,
        schema.version,
    )


def _previous_rows(harvester: Harvester, latest: Version | None, folder: Path) -> Path | None:
    parquet = latest.file("parquet") if latest else None
    return local_copy(harvester.files, parquet.sha256, folder) if parquet else None


def _guard(staged: StagedTable, latest: Version | None) -> tuple[Issue, ...]:
    """Holds a table that is empty, or lost too many rows against the last good version."""
    if staged.row_count == 0:
        return (
            Issue(
                code="empty-table",
                severity=Severity.HOLD,
                dimension=Dimension.COMPLETE,
                message="Bảng nguồn không có dòng nào.",
                message_en="The source table has no rows.",
                remedy="Kiểm tra lại nguồn; nếu bảng thật sự trống, xác nhận để công bố.",
                remedy_en="Check the source; confirm if the table is really empty.",
            ),
        )
    if latest and staged.row_count < latest.row_count * (1 - SHRINK_LIMIT):
        lost = latest.row_count - staged.row_count
        return (
            Issue(
                code="shrunken-table",
                severity=Severity.HOLD,
                dimension=Dimension.COMPLETE,
                message=(
                    f"Bảng giảm từ {grouped(latest.row_count)} xuống {grouped(staged.row_count)} dòng,"
                    f" mất {grouped(lost)} dòng."
                ),
                message_en=f"The table fell from {latest.row_count} to {staged.row_count} rows, {lost} are gone.",
                remedy="Kiểm tra nguồn có bị xóa nhầm không; nếu đúng, xác nhận để công bố.",
                remedy_en="Check that nothing was deleted by mistake; confirm if the fall is right.",
                count=lost,
            ),
        )
    return ()


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
