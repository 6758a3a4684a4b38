"""Questions about sources, runs, outcomes and releases, in SQL."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from catalog.issues import Report
from catalog.notices import Notification
from catalog.releases import Release
from catalog.remote import KeptRecord, RemoteMark
from catalog.sources import HarvestRun, HarvestSource, RunId, RunState, SourceId, TableOutcome
from catalog.storage import harvest_rows as rows
from catalog.storage import tables
from catalog.storage.asking import Asking
from catalog.storage.rows import report_from

ACTIVE = (RunState.QUEUED.value, RunState.RUNNING.value)
_OUTCOME_COLUMNS = [column for column in tables.outcomes.c if column.name != "report"]


class HarvestReader(Asking):
    """The part of a ``CatalogReader`` that is about harvests."""

    def sources(self) -> tuple[HarvestSource, ...]:
        found = [rows.source_from(row) for row in self._ask(sa.select(tables.sources))]
        return tuple(sorted(found, key=lambda source: source.name))

    def source(self, key: str) -> HarvestSource:
        return rows.source_from(self._named(tables.sources, "nguồn thu thập", key))

    def run(self, run_id: RunId) -> HarvestRun:
        table = tables.runs
        return rows.run_from(self._one(sa.select(table).where(table.c.id == run_id), "lượt thu thập", run_id))

    def runs(self, source_id: SourceId | None = None, limit: int = 50) -> tuple[HarvestRun, ...]:
        table = tables.runs
        statement = sa.select(table).order_by(table.c.sequence.desc()).limit(limit)
        if source_id is not None:
            statement = statement.where(table.c.source_id == source_id)
        return tuple(rows.run_from(row) for row in self._ask(statement))

    def active_run(self, source_id: SourceId) -> HarvestRun | None:
        table = tables.runs
        statement = sa.select(table).where(table.c.source_id == source_id, table.c.state.in_(ACTIVE))
        row = self._ask(statement).first()
        return None if row is None else rows.run_from(row)

    def outcomes(self, run_id: RunId) -> tuple[TableOutcome, ...]:
        table = tables.outcomes
        statement = sa.select(*_OUTCOME_COLUMNS).where(table.c.run_id == run_id)
        found = [rows.outcome_from(row) for row in self._ask(statement)]
        return tuple(sorted(found, key=lambda outcome: (outcome.finished_at, outcome.table_key)))

    def last_outcomes(self, source_id: SourceId) -> dict[str, TableOutcome]:
        runs, outcomes = tables.runs, tables.outcomes
        last = (
            sa.select(outcomes.c.table_key, sa.func.max(runs.c.sequence).label("sequence"))
            .join(runs, runs.c.id == outcomes.c.run_id)
            .where(runs.c.source_id == source_id)
            .group_by(outcomes.c.table_key)
            .subquery()
        )
        statement = (
            sa.select(*_OUTCOME_COLUMNS)
            .join(runs, runs.c.id == outcomes.c.run_id)
            .join(last, (last.c.table_key == outcomes.c.table_key) & (last.c.sequence == runs.c.sequence))
        )
        return {row.table_key: rows.outcome_from(row) for row in self._ask(statement)}

    def outcome_report(self, run_id: RunId, table_key: str) -> Report:
        table = tables.outcomes
        statement = sa.select(table.c.report).where(table.c.run_id == run_id, table.c.table_key == table_key)
        return report_from(self._one(statement, "kết quả thu thập", f"{run_id} {table_key}").report)

    def remote_marks(self, source_id: SourceId) -> dict[str, RemoteMark]:
        table = tables.remote_records
        columns = (table.c.identifier, table.c.digest, table.c.dataset_id, table.c.missing_since)
        found = self._ask(sa.select(*columns).where(table.c.source_id == source_id))
        return {row.identifier: rows.mark_from(row) for row in found}

    def remote_record(self, source_id: SourceId, identifier: str) -> KeptRecord:
        table = tables.remote_records
        statement = sa.select(table).where(table.c.source_id == source_id, table.c.identifier == identifier)
        return rows.record_from(self._one(statement, "bản ghi nguồn", identifier))

    def rejected_records(self, source_id: SourceId, limit: int = 1000) -> tuple[KeptRecord, ...]:
        table = tables.remote_records
        rejected = (table.c.source_id == source_id) & table.c.rejected
        statement = sa.select(table).where(rejected).order_by(table.c.position, table.c.identifier).limit(limit)
        return tuple(rows.record_from(row) for row in self._ask(statement))

    def has_history_before(self, moment: datetime) -> bool:
        runs = tables.runs
        old = sa.select(runs.c.source_id).where(runs.c.finished_at < moment).order_by(runs.c.sequence).limit(1)
        return self._ask(old).first() is not None

    def last_topic(self, source_id: SourceId) -> str:
        table = tables.notifications
        newest = sa.select(table.c.topic).where(table.c.source_id == source_id).order_by(table.c.sequence.desc())
        return str(self._ask(newest.limit(1)).scalar() or "")

    def notifications(self, source_id: SourceId, limit: int = 20) -> tuple[Notification, ...]:
        table = tables.notifications
        newest = sa.select(table).where(table.c.source_id == source_id).order_by(table.c.sequence.desc())
        return tuple(rows.notification_from(row) for row in self._ask(newest.limit(limit)))

    def releases(self, source_id: SourceId, table_key: str | None = None) -> tuple[Release, ...]:
        table = tables.releases
        statement = sa.select(table).where(table.c.source_id == source_id).order_by(table.c.sequence.desc())
        if table_key is not None:
            statement = statement.where(table.c.table_key == table_key)
        return tuple(rows.release_from(row) for row in self._ask(statement))
