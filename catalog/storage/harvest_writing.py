"""Changes to sources, runs, outcomes and releases, in SQL; exclusive by locks and indexes, as in
:mod:`catalog.storage.writing`."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from catalog.errors import AlreadyExists, CatalogError, EditConflict, LeaseLost, NotFound, RunInProgress
from catalog.issues import Report
from catalog.notices import Notification
from catalog.releases import Release, ReleaseState
from catalog.remote import KeptRecord
from catalog.sources import HarvestRun, HarvestSource, Lease, RunId, RunProgress, RunState, SourceId, TableOutcome
from catalog.storage import harvest_rows as rows
from catalog.storage import tables
from catalog.storage.putting import Putting


class HarvestWriter(Putting):
    """The part of a ``CatalogTransaction`` that is about harvests."""

    def put_source(self, source: HarvestSource) -> None:
        try:
            self._put(tables.sources, rows.source_values(source))
        except sa.exc.IntegrityError as error:
            raise AlreadyExists(
                f"Đã có nguồn thu thập khác tên “{source.name}”; hãy chọn tên khác.",
                f"Another source has the name “{source.name}”; choose another.",
                name=source.name,
            ) from error

    def delete_source(self, source_id: SourceId) -> None:
        runs = sa.select(tables.runs.c.id).where(tables.runs.c.source_id == source_id)
        self._ask(sa.delete(tables.outcomes).where(tables.outcomes.c.run_id.in_(runs)))
        for table in (tables.runs, tables.releases, tables.remote_records, tables.notifications):
            self._ask(sa.delete(table).where(table.c.source_id == source_id))
        self._ask(sa.delete(tables.sources).where(tables.sources.c.id == source_id))

    # --- runs

    def enqueue_run(self, source_id: SourceId, trigger: str, at: datetime) -> HarvestRun:
        run = HarvestRun(RunId(str(uuid.uuid4())), source_id, RunState.QUEUED, trigger, at)
        try:
            self._add(tables.runs, rows.run_values(run))
        except sa.exc.IntegrityError as error:
            active = self.active_run(source_id)
            if active is None:
                raise NotFound.of("nguồn thu thập", source_id) from error
            raise _in_progress(active) from error
        return run

    def claim_run(self, run_id: RunId, lease: Lease, at: datetime, is_dead: Callable[[str], bool]) -> HarvestRun:
        run = self._locked_run(run_id)
        held = run.lease is not None and run.lease.until > at and not is_dead(run.lease.owner)
        if run.state.is_over or held:
            raise _in_progress(run)
        claimed = replace(
            run, state=RunState.RUNNING, started_at=run.started_at or at, attempt=run.attempt + 1, lease=lease
        )
        return self._replace_run(claimed)

    def _locked_run(self, run_id: RunId) -> HarvestRun:
        """The run, which nobody else can change until this transaction ends."""
        table = tables.runs
        statement = sa.select(table).where(table.c.id == run_id).with_for_update()
        return rows.run_from(self._one(statement, "lượt thu thập", run_id))

    def _replace_run(self, run: HarvestRun) -> HarvestRun:
        self._ask(sa.update(tables.runs).where(tables.runs.c.id == run.id).values(rows.run_values(run)))
        return run

    def hold_lease(self, run_id: RunId, owner: str) -> None:
        run = self._locked_run(run_id)
        if run.lease is None or run.lease.owner != owner:
            raise _lease_lost(run_id)

    def renew_lease(self, run_id: RunId, lease: Lease) -> None:
        table = tables.runs
        statement = sa.update(table).where(table.c.id == run_id, table.c.lease_owner == lease.owner)
        if self._ask(statement.values(lease_until=lease.until)).rowcount == 0:
            raise _lease_lost(run_id)

    def add_outcome(self, outcome: TableOutcome, report: Report) -> None:
        try:
            self._put(tables.outcomes, rows.outcome_values(outcome, report))
        except sa.exc.IntegrityError as error:
            raise NotFound.of("lượt thu thập", outcome.run_id) from error

    def beat(self, run_id: RunId, lease: Lease, progress: RunProgress | None) -> str:
        table = tables.runs
        mine = (table.c.id == run_id) & (table.c.lease_owner == lease.owner)
        said = {} if progress is None else {"progress": rows.progress_json(progress)}
        noted = sa.update(table).where(mine).values(lease_until=lease.until, **said)
        row = self._ask(noted.returning(table.c.cancelled_by)).first()
        if row is None:
            raise _lease_lost(run_id)
        return str(row.cancelled_by)

    def cancel_run(self, run_id: RunId, cancelled_by: str, at: datetime) -> HarvestRun:
        run = self._locked_run(run_id)
        if run.state.is_over:
            raise _in_progress(run)
        asked = replace(run, cancelled_by=cancelled_by)
        if run.state is RunState.QUEUED:
            asked = replace(asked, state=RunState.CANCELLED, finished_at=at)
        return self._replace_run(asked)

    def forget_fingerprints(self, source_id: SourceId) -> None:
        table = tables.outcomes
        runs = sa.select(tables.runs.c.id).where(tables.runs.c.source_id == source_id)
        self._ask(sa.update(table).where(table.c.run_id.in_(runs), table.c.fingerprint != "").values(fingerprint=""))

    # --- records of other catalogues

    def put_remote_records(self, source_id: SourceId, records: Iterable[KeptRecord]) -> None:
        values = [rows.record_values(source_id, record) for record in records]
        if values:
            self._put_all(tables.remote_records, values)

    def mark_missing(self, source_id: SourceId, identifiers: Collection[str], since: datetime | None) -> None:
        table = tables.remote_records
        named = (table.c.source_id == source_id) & self._among(table.c.identifier, identifiers)
        self._ask(sa.update(table).where(named).values(missing_since=since))

    def forget_remote_records(self, source_id: SourceId, identifiers: Collection[str]) -> None:
        table = tables.remote_records
        self._ask(
            sa.delete(table).where((table.c.source_id == source_id) & self._among(table.c.identifier, identifiers))
        )

    def finish_run(self, run_id: RunId, state: RunState, at: datetime, error: CatalogError | None = None) -> HarvestRun:
        if not state.is_over:
            raise ValueError(f"a run cannot end as {state}")
        run = self._locked_run(run_id)
        if run.state.is_over:
            raise _lease_lost(run_id)
        ended = replace(run, state=state, finished_at=at, lease=None)
        if error is not None:
            ended = replace(ended, error_code=error.code, error=error.message, error_en=error.message_en)
        return self._replace_run(ended)

    def prune_runs(self, before: datetime, keep: int, limit: int) -> int:
        runs, outcomes = tables.runs, tables.outcomes
        place = sa.func.row_number().over(partition_by=runs.c.source_id, order_by=runs.c.sequence.desc())
        placed = sa.select(runs.c.id, runs.c.sequence, runs.c.finished_at, place.label("place")).subquery()
        newest = (
            sa.select(sa.func.max(runs.c.sequence))
            .join(outcomes, outcomes.c.run_id == runs.c.id)
            .group_by(runs.c.source_id, outcomes.c.table_key)
        )
        old = sa.select(placed.c.id).where(
            placed.c.place > keep, placed.c.finished_at < before, placed.c.sequence.not_in(newest)
        )
        ids = [row.id for row in self._ask(old.order_by(placed.c.sequence).limit(limit))]
        self._ask(sa.delete(outcomes).where(self._among(outcomes.c.run_id, ids)))
        self._ask(sa.delete(runs).where(self._among(runs.c.id, ids)))
        return len(ids)

    # --- notifications

    def prune_notifications(self, before: datetime) -> int:
        table = tables.notifications
        newest = sa.select(sa.func.max(table.c.sequence)).group_by(table.c.source_id)
        old = (table.c.created_at < before) & table.c.next_attempt_at.is_(None) & table.c.sequence.not_in(newest)
        return int(self._ask(sa.delete(table).where(old)).rowcount)

    def add_notification(self, notification: Notification) -> None:
        self._ask(sa.insert(tables.notifications).values(rows.notification_values(notification)))

    def take_notifications(self, now: datetime, until: datetime, limit: int = 50) -> tuple[Notification, ...]:
        table = tables.notifications
        due = sa.select(table).where(table.c.next_attempt_at <= now).order_by(table.c.sequence).limit(limit)
        found = [rows.notification_from(row) for row in self._ask(due.with_for_update(skip_locked=True))]
        taken = self._among(table.c.id, [item.id for item in found])
        self._ask(sa.update(table).where(taken).values(next_attempt_at=until))
        return tuple(found)

    def put_notification(self, notification: Notification) -> None:
        table = tables.notifications
        self._ask(sa.update(table).where(table.c.id == notification.id).values(rows.notification_values(notification)))

    # --- releases of held tables

    def add_release(self, release: Release) -> None:
        try:
            self._add(tables.releases, rows.release_values(release))
        except sa.exc.IntegrityError as error:
            if not any(other.state is ReleaseState.REQUESTED for other in self._releases_of(release)):
                raise NotFound.of("nguồn thu thập", release.source_id) from error
            raise AlreadyExists(
                f"Bảng “{release.table_key}” đã có đề nghị công bố đang chờ; hãy duyệt hoặc từ chối đề nghị đó trước.",
                f"Table “{release.table_key}” has an open request already; approve or refuse that first.",
                table=release.table_key,
            ) from error

    def _releases_of(self, release: Release) -> tuple[Release, ...]:
        return self.releases(release.source_id, release.table_key)

    def decide_release(self, release: Release) -> None:
        table = tables.releases
        is_open = (table.c.id == release.id) & (table.c.state == ReleaseState.REQUESTED.value)
        if self._ask(sa.update(table).where(is_open).values(rows.release_values(release))).rowcount == 0:
            raise EditConflict(
                "Đề nghị công bố này đã được người khác quyết định; hãy xem lại.",
                "This request was decided by somebody else; look again.",
                release=release.id,
            )


def _in_progress(run: HarvestRun) -> RunInProgress:
    return RunInProgress(
        "Lượt thu thập này đang được xử lý hoặc đã xong; hãy chờ kết quả của nó.",
        "This run is being worked on, or is over; wait for its result.",
        run_id=run.id,
        source_id=run.source_id,
    )


def _lease_lost(run_id: RunId) -> LeaseLost:
    return LeaseLost(
        "Tiến trình khác đã tiếp quản lượt thu thập này; không ghi gì thêm.",
        "Another worker took this run over; nothing more is written.",
        run_id=run_id,
    )
