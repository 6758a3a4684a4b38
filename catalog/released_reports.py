"""What a harvest makes of a release: which held report passes, which does not any more, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from catalog.dictionary import Sensitivity, TableSchema
from catalog.issues import Dimension, Issue, Report, Severity
from catalog.layout import Confidence, LayoutProposal, TableLayout
from catalog.ports import AuditEvent, CatalogReader, CatalogTransaction
from catalog.releases import Release, ReleaseState
from catalog.sources import HarvestSource, SourceId, SourceTable

DECLARED_PERSONAL = "personal-data-declared"
"""The gate's code for a column that the dictionary itself calls personal or sensitive."""

LAYOUT_CODES = frozenset({"layout-unconfirmed", "layout-changed"})
"""Holds that ask whether the reader took the file rightly; releasing them accepts its proposal."""

_CLOSED = (Sensitivity.PERSONAL, Sensitivity.SENSITIVE)


@dataclass(frozen=True, slots=True)
class Judged:
    """What a release is compared with: the bytes, the dictionary and the report."""

    snapshot_sha256: str
    schema: TableSchema
    report: Report


@dataclass(frozen=True, slots=True)
class Released:
    """The report as it is published, and the release that allows it; without one the report is held as it was, and
    says what a former release does not cover."""

    report: Report
    release: Release | None = None


def apply_release(reader: CatalogReader, source_id: SourceId, table: SourceTable, judged: Judged) -> Released:
    """Let a held report pass if an approved release covers it entirely. Findings keep their codes and become warnings
    that say when and why they were released; names of persons stay in the record of the release."""
    report = judged.report
    if report.verdict is not Severity.HOLD:
        return Released(report)
    holds = tuple(issue for issue in report.issues if issue.severity is Severity.HOLD)
    approved = [release for release in reader.releases(source_id, table.key) if release.state is ReleaseState.APPROVED]
    if not approved:
        return Released(report)
    matching = next((item for item in approved if item.is_for(judged.snapshot_sha256, judged.schema.digest)), None)
    if matching is None:
        return Released(report.with_issues([_not_these_bytes()]))
    closed = never_released(holds, judged.schema)
    unknown = matching.not_accepted(holds)
    if closed or unknown:
        return Released(report.with_issues([_new_findings((*closed, *unknown))]))
    issues = tuple(_released(item, matching) if item.severity is Severity.HOLD else item for item in report.issues)
    return Released(replace(report, issues=issues), matching)


def record_publication(
    transaction: CatalogTransaction, source: HarvestSource, release: Release, run_id: str, at: datetime
) -> None:
    """The audit event of a table that was published by release."""
    transaction.add_audit(release_event(source, release, f"run:{run_id}", "release.publish", at, run=run_id))


def layout_to_accept(
    table: SourceTable, proposal: LayoutProposal | None, release: Release | None
) -> TableLayout | None:
    """The layout that this publication accepts: a plain one at its first publication, or one that two persons
    released; ``None`` if the source's stays as it is."""
    if proposal is None or proposal.layout == table.layout:
        return None
    released = release is not None and any(finding.code in LAYOUT_CODES for finding in release.findings)
    plain = table.layout is None and proposal.confidence is Confidence.PLAIN
    return proposal.layout if released or plain else None


def accept_layout(transaction: CatalogTransaction, source_id: SourceId, table_key: str, layout: TableLayout) -> None:
    """From now on the table is read by this layout."""
    source = transaction.source(source_id)
    tables = tuple(replace(item, layout=layout) if item.key == table_key else item for item in source.tables)
    if tables != source.tables:
        transaction.put_source(replace(source, tables=tables))


def _released(issue: Issue, release: Release) -> Issue:
    day = release.decided_at.date() if release.decided_at else release.requested_at.date()
    return replace(
        issue,
        severity=Severity.WARNING,
        message=f"{issue.message} Đã được hai người xem và duyệt công bố ngày {day:%d/%m/%Y}; lý do: {release.reason}",
        message_en=f"{issue.message_en} Released by two persons on {day.isoformat()}; reason: {release.reason}",
        remedy="",
        remedy_en="",
    )


def _not_these_bytes() -> Issue:
    return Issue(
        "release-outdated",
        Severity.NOTE,
        Dimension.SHARED,
        "Lần duyệt công bố trước là cho nội dung khác; dữ liệu hoặc từ điển đã đổi nên bảng bị giữ lại.",
        "The former release was for other content; data or dictionary changed, so the table is held again.",
        "Xem các phát hiện rồi đề nghị công bố lại nếu vẫn công bố được.",
        "Look at the findings and ask for a release again if they may be published.",
    )


def _new_findings(issues: Iterable[Issue]) -> Issue:
    names = ", ".join(dict.fromkeys(f"{issue.code} ({issue.field})" if issue.field else issue.code for issue in issues))
    return Issue(
        "release-outdated",
        Severity.NOTE,
        Dimension.SHARED,
        f"Lần duyệt công bố trước không gồm các phát hiện mới: {names}.",
        f"The former release does not cover these new findings: {names}.",
        "Xem các phát hiện mới rồi đề nghị công bố lại nếu vẫn công bố được.",
        "Look at the new findings and ask for a release again if they may be published.",
    )


def never_released(issues: Iterable[Issue], schema: TableSchema) -> tuple[Issue, ...]:
    """Those findings that nobody may release: errors, and personal data in a column that the dictionary closes."""

    def is_closed(issue: Issue) -> bool:
        if issue.severity is Severity.ERROR or issue.code == DECLARED_PERSONAL:
            return True
        field = schema.field(issue.field or "")
        return issue.severity is Severity.HOLD and field is not None and field.sensitivity in _CLOSED

    return tuple(issue for issue in issues if is_closed(issue))


def release_event(
    source: HarvestSource, release: Release, actor: str, action: str, at: datetime, **details: str
) -> AuditEvent:
    """What the audit keeps of a step of a release."""
    codes = ", ".join(sorted({finding.code for finding in release.findings}))
    more = {"release": release.id, "snapshot": release.snapshot_sha256, "findings": codes, **details}
    return AuditEvent(at, actor, action, "source-table", f"{source.name}/{release.table_key}", more)
