"""Between rows and values for what harvests leave behind: sources, runs, outcomes, releases.

The same bargain as :mod:`catalog.storage.rows`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from catalog.issues import Report
from catalog.layout import TableLayout
from catalog.model import DatasetId, DistributionId, Frequency, OrganizationId
from catalog.notices import Channel, Notification
from catalog.releases import AcceptedFinding, Release, ReleaseId, ReleaseState
from catalog.remote import KeptRecord, RemoteMark
from catalog.sources import (
    HarvestRun,
    HarvestSource,
    Lease,
    Outcome,
    RunId,
    RunProgress,
    RunState,
    SourceId,
    SourceTable,
    TableOutcome,
)
from catalog.storage.rows import SqlRow, Values, issues_from, issues_json, report_json


def source_values(source: HarvestSource) -> Values:
    return {
        "id": source.id,
        "name": source.name,
        "title": source.title,
        "organization_id": source.organization_id,
        "kind": source.kind,
        "options": dict(source.options),
        "tables": [_table_json(table) for table in source.tables],
        "frequency": source.frequency.value,
        "enabled": source.enabled,
        "description": source.description,
        "cron": source.cron,
        "quiet_hours": source.quiet_hours,
        "notify_email": source.notify_email,
        "notify_webhook": source.notify_webhook,
    }


def source_from(row: SqlRow) -> HarvestSource:
    return HarvestSource(
        id=SourceId(row.id),
        name=row.name,
        title=row.title,
        organization_id=OrganizationId(row.organization_id),
        kind=row.kind,
        options=row.options,
        tables=tuple(_table_from(table) for table in row.tables),
        frequency=Frequency(row.frequency),
        enabled=row.enabled,
        description=row.description,
        cron=row.cron,
        quiet_hours=row.quiet_hours,
        notify_email=row.notify_email,
        notify_webhook=row.notify_webhook,
    )


def _table_json(table: SourceTable) -> Values:
    return {
        "key": table.key,
        "locator": table.locator,
        "dataset_id": table.dataset_id,
        "distribution_id": table.distribution_id,
        "schema_name": table.schema_name,
        "layout": None if table.layout is None else table.layout.as_json(),
    }


def _table_from(stored: Mapping[str, Any]) -> SourceTable:
    layout = stored.get("layout")
    return SourceTable(**{**stored, "layout": None if layout is None else TableLayout.from_json(layout)})


def run_values(run: HarvestRun) -> Values:
    return {
        "id": run.id,
        "source_id": run.source_id,
        "state": run.state.value,
        "trigger": run.trigger,
        "requested_at": run.requested_at,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "attempt": run.attempt,
        "lease_owner": None if run.lease is None else run.lease.owner,
        "lease_until": None if run.lease is None else run.lease.until,
        "error_code": run.error_code,
        "error": run.error,
        "error_en": run.error_en,
        "progress": None if run.progress is None else progress_json(run.progress),
        "cancelled_by": run.cancelled_by,
    }


def progress_json(progress: RunProgress) -> Values:
    return {"step": progress.step, "key": progress.key, "done": progress.done, "at": progress.at.isoformat()}


def run_from(row: SqlRow) -> HarvestRun:
    return HarvestRun(
        id=RunId(row.id),
        source_id=SourceId(row.source_id),
        state=RunState(row.state),
        trigger=row.trigger,
        requested_at=row.requested_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        attempt=row.attempt,
        lease=None if row.lease_owner is None else Lease(row.lease_owner, row.lease_until),
        error_code=row.error_code,
        error=row.error,
        error_en=row.error_en,
        progress=None if row.progress is None else _progress_from(row.progress),
        cancelled_by=row.cancelled_by,
    )


def _progress_from(stored: Mapping[str, Any]) -> RunProgress:
    return RunProgress(**{**stored, "at": datetime.fromisoformat(stored["at"])})


def outcome_values(outcome: TableOutcome, report: Report) -> Values:
    return {
        "run_id": outcome.run_id,
        "table_key": outcome.table_key,
        "dataset_id": outcome.dataset_id,
        "distribution_id": outcome.distribution_id,
        "outcome": outcome.outcome.value,
        "finished_at": outcome.finished_at,
        "row_count": outcome.row_count,
        "snapshot_sha256": outcome.snapshot_sha256,
        "schema_digest": outcome.schema_digest,
        "version_id": outcome.version_id,
        "issues": issues_json(outcome.issues),
        "steps": dict(outcome.steps),
        "report": report_json(report),
        "counts": dict(outcome.counts),
        "fingerprint": outcome.fingerprint,
    }


def outcome_from(row: SqlRow) -> TableOutcome:
    return TableOutcome(
        run_id=RunId(row.run_id),
        table_key=row.table_key,
        dataset_id=DatasetId(row.dataset_id),
        distribution_id=DistributionId(row.distribution_id),
        outcome=Outcome(row.outcome),
        finished_at=row.finished_at,
        row_count=row.row_count,
        snapshot_sha256=row.snapshot_sha256,
        schema_digest=row.schema_digest,
        version_id=row.version_id,
        issues=issues_from(row.issues),
        steps=row.steps,
        counts=row.counts or {},
        fingerprint=row.fingerprint,
    )


def record_values(source_id: SourceId, record: KeptRecord) -> Values:
    return {
        "source_id": source_id,
        "identifier": record.identifier,
        "digest": record.digest,
        "dataset_id": record.dataset_id,
        "raw": dict(record.raw),
        "problems": issues_json(record.problems),
        "position": record.position,
        "changed_at": record.changed_at,
        "missing_since": record.missing_since,
        "rejected": record.rejected,
    }


def record_from(row: SqlRow) -> KeptRecord:
    return KeptRecord(
        identifier=row.identifier,
        digest=row.digest,
        dataset_id=None if row.dataset_id is None else DatasetId(row.dataset_id),
        raw=row.raw,
        problems=issues_from(row.problems),
        position=row.position,
        changed_at=row.changed_at,
        missing_since=row.missing_since,
        rejected=row.rejected,
    )


def mark_from(row: SqlRow) -> RemoteMark:
    dataset_id = None if row.dataset_id is None else DatasetId(row.dataset_id)
    return RemoteMark(row.identifier, row.digest, dataset_id, row.missing_since)


def notification_values(notification: Notification) -> Values:
    return {
        "id": notification.id,
        "source_id": notification.source_id,
        "run_id": notification.run_id,
        "channel": notification.channel.value,
        "topic": notification.topic,
        "subject": notification.subject,
        "body": notification.body,
        "created_at": notification.created_at,
        "attempts": notification.attempts,
        "next_attempt_at": notification.next_attempt_at,
        "sent_at": notification.sent_at,
        "error": notification.error,
    }


def notification_from(row: SqlRow) -> Notification:
    return Notification(
        id=row.id,
        source_id=row.source_id,
        run_id=row.run_id,
        channel=Channel(row.channel),
        topic=row.topic,
        subject=row.subject,
        body=row.body,
        created_at=row.created_at,
        attempts=row.attempts,
        next_attempt_at=row.next_attempt_at,
        sent_at=row.sent_at,
        error=row.error,
    )


def release_values(release: Release) -> Values:
    return {
        "id": release.id,
        "source_id": release.source_id,
        "table_key": release.table_key,
        "state": release.state.value,
        "snapshot_sha256": release.snapshot_sha256,
        "schema_digest": release.schema_digest,
        "findings": [[finding.code, finding.field, finding.count] for finding in release.findings],
        "reason": release.reason,
        "requested_by": release.requested_by,
        "requested_at": release.requested_at,
        "decided_by": release.decided_by,
        "decided_at": release.decided_at,
        "decision": release.decision,
    }


def release_from(row: SqlRow) -> Release:
    return Release(
        id=ReleaseId(row.id),
        source_id=SourceId(row.source_id),
        table_key=row.table_key,
        snapshot_sha256=row.snapshot_sha256,
        schema_digest=row.schema_digest,
        findings=tuple(AcceptedFinding(code, field, count) for code, field, count in row.findings),
        reason=row.reason,
        requested_by=row.requested_by,
        requested_at=row.requested_at,
        state=ReleaseState(row.state),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        decision=row.decision,
    )
