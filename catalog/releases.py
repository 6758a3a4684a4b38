"""Releases: the decision of two persons that a table which the gate held may be published as it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from catalog.issues import Issue
from catalog.sources import SourceId

ReleaseId = NewType("ReleaseId", str)


class ReleaseState(StrEnum):
    """The life of a release. ``SUPERSEDED``: the table changed before anybody decided."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class AcceptedFinding:
    """A finding as a release names it: what, in which column, how many. Never a value."""

    code: str
    field: str
    count: int


@dataclass(frozen=True, slots=True)
class Release:
    """Why a held table may be published, and who says so; it holds for exactly these bytes, this dictionary and these
    findings. ``decision`` is the reason of a refusal. Of the persons nothing is kept but the names they gave."""

    id: ReleaseId
    source_id: SourceId
    table_key: str
    snapshot_sha256: str
    schema_digest: str
    findings: tuple[AcceptedFinding, ...]
    reason: str
    requested_by: str
    requested_at: datetime
    state: ReleaseState = ReleaseState.REQUESTED
    decided_by: str = ""
    decided_at: datetime | None = None
    decision: str = ""

    def is_for(self, snapshot_sha256: str, schema_digest: str) -> bool:
        """Whether it speaks of these bytes, judged by this dictionary."""
        return (self.snapshot_sha256, self.schema_digest) == (snapshot_sha256, schema_digest)

    def not_accepted(self, issues: Iterable[Issue]) -> tuple[Issue, ...]:
        """Those of ``issues`` that it does not cover: of another kind, in another column, or in more places."""
        accepted = Counter[tuple[str, str]]()
        for finding in self.findings:
            accepted[finding.code, finding.field] += finding.count
        found = tuple(issues)
        needed = Counter[tuple[str, str]]()
        for issue in found:
            needed[issue.code, issue.field or ""] += issue.count
        return tuple(
            issue for issue in found if needed[issue.code, issue.field or ""] > accepted[issue.code, issue.field or ""]
        )


def findings_of(issues: Iterable[Issue]) -> tuple[AcceptedFinding, ...]:
    return tuple(AcceptedFinding(issue.code, issue.field or "", issue.count) for issue in issues)
