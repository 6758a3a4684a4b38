"""Harvest sources, their runs, and what became of each table in a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from catalog.dictionary import TableSchema
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
    """A department's database, folder or workbook, or another catalogue. ``options`` may name environment variables as
    ``${NAME}``; secret ones are encrypted. ``frequency`` or ``cron`` say when it is harvested, ``quiet_hours``
    ("7-17", local time) when it is not (:mod:`catalog.schedule`); ``enabled`` is false while it is paused. Who looks
    after it is told of trouble by ``notify_email`` or ``notify_webhook``."""

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
    cron: str = ""
    quiet_hours: str = ""
    notify_email: str = ""
    notify_webhook: str = ""


class RunState(StrEnum):
    """The life of a run. ``PARTIAL``: something was published and something was not."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCESS = "success"
    PARTIAL = "partial"
    HELD = "held"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        return self not in (RunState.QUEUED, RunState.RUNNING)


class Outcome(StrEnum):
    """What became of one table, or of another catalogue's listing: published anew, published but for records that were
    rejected, unchanged, held for a person, rejected by the gate, or not readable."""

    PUBLISHED = "published"
    PARTIAL = "partial"
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
class RunProgress:
    """How far a run has come: the step it is at ("read", "check", "write"), the table, and the rows or records done."""

    step: str
    key: str
    done: int
    at: datetime


@dataclass(frozen=True, slots=True)
class HarvestRun:
    """One harvest of one source. ``attempt`` counts take-overs after a crash, from 1; ``cancelled_by`` names who asked
    that it end."""

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
    progress: RunProgress | None = None
    cancelled_by: str = ""


CATALOG_KEY = "danh-muc"
"""Stands for the listing of another catalogue where outcomes of tables have the key of their table."""

CATALOG_SCHEMA = TableSchema(CATALOG_KEY, "1.0.0", "Danh mục của nguồn", "Listing of the source", "", ())


def catalog_table(source: HarvestSource) -> SourceTable:
    """The listing as if it were a table of the source, for what is decided about it."""
    return SourceTable(CATALOG_KEY, "", DatasetId(""), DistributionId(""), CATALOG_SCHEMA.name)


@dataclass(frozen=True, slots=True)
class TableOutcome:
    """What a run did with one table, and why. The whole report stands beside it in the store.

    ``snapshot_sha256`` and ``schema_digest`` say what was judged by what; ``fingerprint`` is what a remote source gave
    to recognise the content by (an ETag, say). ``counts`` tell, as far as it is known, how many rows or records were
    ``read``, ``added``, ``changed``, ``removed``, ``unchanged``, ``missing``, ``withdrawn`` and ``rejected``.
    The outcome of another catalogue's listing has :data:`CATALOG_KEY` and no dataset.
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
    counts: Mapping[str, int] = field(default_factory=dict)
    fingerprint: str = ""


def state_of_run(outcomes: tuple[TableOutcome, ...]) -> RunState:
    """The state a run ends in, from its tables: success only if every table was published or unchanged."""
    kinds = {outcome.outcome for outcome in outcomes}
    good = kinds & {Outcome.PUBLISHED, Outcome.UNCHANGED}
    bad = kinds - {Outcome.PUBLISHED, Outcome.UNCHANGED}
    if not bad:
        return RunState.SUCCESS
    if good or Outcome.PARTIAL in bad:
        return RunState.PARTIAL
    return RunState.HELD if bad == {Outcome.HELD} else RunState.FAILED
