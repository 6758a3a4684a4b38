"""Harvest sources, their runs, and what became of each table in a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from catalog.issues import Issue
from catalog.layout import TableLayout
from catalog.model import DatasetId, DistributionId, Frequency, OrganizationId, VersionId

SourceId = NewType("SourceId", str)
RunId = NewType("RunId", str)


@dataclass(frozen=True, slots=True)
class SourceTable:
    """One table of a source and where it goes. ``locator`` is what the kind of source understands: for ``sql`` a table
    name or a SELECT, for ``files`` a file name, with ``#sheet`` for a workbook. ``layout`` is the accepted one."""

    key: str
    locator: str
    dataset_id: DatasetId
    distribution_id: DistributionId
    schema_name: str
    layout: TableLayout | None = None


@dataclass(frozen=True, slots=True)
class HarvestSource:
    """A department's database, folder or workbook. ``options`` may name environment variables as ``${NAME}``; secrets
    are kept there, not here."""

    id: SourceId
    name: str
    title: str
    organization_id: OrganizationId
    kind: str
    options: Mapping[str, str]
    tables: tuple[SourceTable, ...]
    frequency: Frequency = Frequency.MONTHLY
    enabled: bool = True
    description: str = ""


class RunState(StrEnum):
    """The life of a run. ``PARTIAL``: something was published and something was not."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCESS = "success"
    PARTIAL = "partial"
    HELD = "held"
    FAILED = "failed"

    @property
    def is_over(self) -> bool:
        return self not in (RunState.QUEUED, RunState.RUNNING)


class Outcome(StrEnum):
    """What became of one table: published anew, unchanged, held for a person, rejected by the gate, or not readable."""

    PUBLISHED = "published"
    UNCHANGED = "unchanged"
    HELD = "held"
    REJECTED = "rejected"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Lease:
    """A worker's right to a run until ``until``. ``owner`` names host, process and its start, so that a process which
    is known to be dead need not be waited for."""

    owner: str
    until: datetime


@dataclass(frozen=True, slots=True)
class HarvestRun:
    """One harvest of one source. ``attempt`` counts take-overs after a crash, from 1."""

    id: RunId
    source_id: SourceId
    state: RunState
    trigger: str
    requested_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    attempt: int = 0
    lease: Lease | None = None
    error_code: str = ""
    error: str = ""
    error_en: str = ""


@dataclass(frozen=True, slots=True)
class TableOutcome:
    """What a run did with one table, and why. The whole report stands beside it in the store.

    ``snapshot_sha256`` and ``schema_digest`` say what was judged by what.
    """

    run_id: RunId
    table_key: str
    dataset_id: DatasetId
    distribution_id: DistributionId
    outcome: Outcome
    finished_at: datetime
    row_count: int | None = None
    snapshot_sha256: str = ""
    schema_digest: str = ""
    version_id: VersionId | None = None
    issues: tuple[Issue, ...] = ()
    steps: Mapping[str, float] = field(default_factory=dict)
    """Seconds spent in each step: read, check, write, commit."""


def state_of_run(outcomes: tuple[TableOutcome, ...]) -> RunState:
    """The state a run ends in, from its tables: success only if every table was published or unchanged."""
    kinds = {outcome.outcome for outcome in outcomes}
    good = kinds & {Outcome.PUBLISHED, Outcome.UNCHANGED}
    bad = kinds - {Outcome.PUBLISHED, Outcome.UNCHANGED}
    if not bad:
        return RunState.SUCCESS
    if good:
        return RunState.PARTIAL
    return RunState.HELD if bad == {Outcome.HELD} else RunState.FAILED
