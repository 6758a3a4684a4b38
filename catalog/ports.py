"""Every door to the outside, on one page. The scheme of a URL picks the adapter, in :mod:`portal.wiring` alone.

One contract suite per door runs on every adapter (``tests/contracts``). Adapters translate the errors of their vendor
into :mod:`catalog.errors`; nobody else knows the vendor.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO, Protocol, TypeAlias

from catalog.dictionary import CodeList, TableSchema
from catalog.errors import CatalogError, SourceError
from catalog.indexed import IndexedDataset
from catalog.issues import Issue, Report
from catalog.layout import UNSHIFTED, LayoutProposal, LooseText, RowNumbers
from catalog.model import (
    Column,
    Dataset,
    DatasetId,
    DistributionId,
    Organization,
    OrganizationId,
    SourceShape,
    StoredFile,
    Version,
    VersionId,
)
from catalog.notices import Notification
from catalog.people_ports import PeopleReader, PeopleTransaction
from catalog.questions import RowPage, RowQuery, SearchPage, SearchQuery
from catalog.releases import Release
from catalog.remote import KeptRecord, RemoteCatalog, RemoteMark
from catalog.sources import (
    HarvestRun,
    HarvestSource,
    Lease,
    RunId,
    RunProgress,
    RunState,
    SourceId,
    SourceTable,
    TableOutcome,
)
from catalog.synonyms import Synonyms, SynonymsId
from catalog.usage_ports import UsageReader, UsageTransaction

Clock = Callable[[], datetime]
"""The time now, in UTC, aware."""


# --- the truth -------------------------------------------------------------------------------------------------------


class Topic:
    """What an outbox event is about."""

    DATASET = "dataset"
    """The dataset with this id changed: bring the index up to date."""
    VERSION = "version"
    """The version with this id was published: derive its further formats."""


@dataclass(frozen=True, slots=True)
class OutboxEvent:
    """Work that must follow a committed change. Ids grow; an event stays until it is acknowledged."""

    id: int
    topic: str
    key: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """Who did what to what. Append-only; never holds a secret."""

    at: datetime
    actor: str
    action: str
    object_type: str
    object_id: str
    details: Mapping[str, str]


class CatalogReader(PeopleReader, UsageReader, Protocol):
    """Questions to one consistent state of the catalogue. ``key`` is an id or a name; a miss raises ``NotFound``."""

    def organizations(self) -> tuple[Organization, ...]: ...
    def organization(self, key: str) -> Organization: ...

    def dataset(self, key: str) -> Dataset: ...
    def datasets(
        self, ids: Collection[DatasetId] | None = None, organization_id: OrganizationId | None = None
    ) -> tuple[Dataset, ...]:
        """All datasets, or those asked for, by name; of every status and level: the caller filters."""

    def dataset_revisions(self, ids: Collection[DatasetId] | None = None) -> dict[DatasetId, int]:
        """The revision of every dataset, or of those asked for, of every status and level; unknown ones are left
        out."""

    def newest_datasets(self, limit: int) -> tuple[DatasetId, ...]:
        """The datasets that were brought up to date last, newest first, of every status and level; those never
        published come last."""

    def dataset_count(self) -> int:
        """How many there are, of every status and level."""

    def dataset_names(self, names: Collection[str]) -> dict[str, DatasetId]:
        """Which of these names are taken, and by which dataset."""

    def datasets_of(self, distribution_ids: Collection[DistributionId]) -> dict[DistributionId, DatasetId]:
        """Which dataset each of these distributions belongs to; unknown ones are left out."""

    def version(self, version_id: VersionId) -> Version: ...
    def versions(self, distribution_id: DistributionId) -> tuple[Version, ...]:
        """All versions of one distribution, newest first."""

    def latest_versions(self, dataset_ids: Collection[DatasetId] | None = None) -> dict[DistributionId, Version]:
        """The newest version of each distribution that has one."""

    def version_report(self, version_id: VersionId) -> Report: ...
    def version_reports(self, version_ids: Collection[VersionId]) -> dict[VersionId, Report]: ...
    def version_codes(self, version_ids: Collection[VersionId]) -> dict[VersionId, Mapping[str, tuple[str, ...]]]:
        """The codes found in each coded column (:mod:`catalog.version_codes`); a version not read yet is left out."""

    def versions_without_codes(self) -> frozenset[VersionId]:
        """Those of the newest versions whose codes were not read yet."""

    def derived_files(self, version_ids: Collection[VersionId]) -> dict[VersionId, tuple[StoredFile, ...]]:
        """Formats made after publication (XLSX, JSON); empty where none is ready."""

    def table_schemas(self, names: Collection[str] | None = None) -> tuple[TableSchema, ...]:
        """The newest version of every schema, or of those named, by name."""

    def table_schema(self, name: str, version: str | None = None) -> TableSchema: ...
    def code_lists(self) -> tuple[CodeList, ...]:
        """The newest version of every code list, by name."""

    def table_schema_versions(self, name: str) -> tuple[str, ...]:
        """The version numbers of a schema, newest first; empty for an unknown one."""

    def code_list(self, name: str, version: str | None = None) -> CodeList: ...
    def code_list_versions(self, name: str) -> tuple[str, ...]:
        """The version numbers of a code list, newest first; empty for an unknown one."""

    def sources(self) -> tuple[HarvestSource, ...]: ...
    def source(self, key: str) -> HarvestSource: ...
    def run(self, run_id: RunId) -> HarvestRun: ...
    def runs(self, source_id: SourceId | None = None, limit: int = 50) -> tuple[HarvestRun, ...]:
        """Newest first."""

    def active_run(self, source_id: SourceId) -> HarvestRun | None:
        """The queued or running run of a source; there is never more than one."""

    def outcomes(self, run_id: RunId) -> tuple[TableOutcome, ...]: ...
    def last_outcomes(self, source_id: SourceId) -> dict[str, TableOutcome]:
        """The newest outcome of each table of a source, by table key."""

    def outcome_report(self, run_id: RunId, table_key: str) -> Report: ...
    def releases(self, source_id: SourceId, table_key: str | None = None) -> tuple[Release, ...]:
        """Releases of held tables of a source, or of one of its tables, newest first."""

    def has_history_before(self, moment: datetime) -> bool:
        """Whether there may be runs that ended before then and could be forgotten."""

    def last_topic(self, source_id: SourceId) -> str:
        """What the newest notification about a source was about; empty if it was that all is well, or none."""

    def notifications(self, source_id: SourceId, limit: int = 20) -> tuple[Notification, ...]:
        """Newest first."""

    def remote_marks(self, source_id: SourceId) -> dict[str, RemoteMark]:
        """What is remembered of every record of another catalogue, by identifier."""

    def remote_record(self, source_id: SourceId, identifier: str) -> KeptRecord: ...
    def rejected_records(self, source_id: SourceId, limit: int = 1000) -> tuple[KeptRecord, ...]:
        """Records that describe no dataset (any more), in the order of the listing."""

    def outbox(self, limit: int = 1000, *, topic: str | None = None, after: int = 0) -> tuple[OutboxEvent, ...]:
        """Oldest first: all events, or those of one topic, whose ids are greater than ``after``."""

    def outbox_size(self, topic: str | None = None) -> int:
        """How many events wait, of one topic or of all."""

    def audit(self, limit: int = 100, object_id: str | None = None) -> tuple[AuditEvent, ...]:
        """Newest first; of one object if it is named."""

    def synonyms(self) -> tuple[Synonyms, ...]:
        """The words that mean the same to a search, as operators keep them, and what switches off groups that come with
        the program; by their first term."""

    def schema_revision(self) -> str | None:
        """The migration the database stands at; ``None`` for an empty one."""


class CatalogTransaction(CatalogReader, PeopleTransaction, UsageTransaction, Protocol):
    """Changes that become visible together, when the block ends without an error, or not at all."""

    def put_organization(self, organization: Organization) -> None:
        """Add or replace. Raises ``AlreadyExists`` if another organization has its name or code."""

    def put_dataset(self, dataset: Dataset, at: datetime) -> Dataset:
        """Add (``revision`` 0) or replace; returns it with the next revision, recorded ``at`` this time. Raises
        ``EditConflict`` if the stored revision is not the one given, ``AlreadyExists`` if another dataset has its
        name."""

    def add_datasets(self, datasets: Collection[Dataset], at: datetime) -> None:
        """Add many new ones at once (``revision`` 0), all or none. Raises ``AlreadyExists``."""

    def put_table_schema(self, schema: TableSchema) -> None:
        """Add a version of a schema; replaces the same version only while no publication uses it, else raises
        ``EditConflict`` if its content differs."""

    def put_code_list(self, code_list: CodeList) -> None:
        """Add a version of a code list. A version that is issued is never changed: ``EditConflict`` if it differs."""

    def put_source(self, source: HarvestSource) -> None: ...
    def delete_source(self, source_id: SourceId) -> None:
        """Forget a source with its runs, outcomes, releases and remembered records; nothing that was published."""

    def add_version(self, version: Version, report: Report) -> None:
        """Raises ``EditConflict`` if the distribution already has a version of this number."""

    def put_version_codes(self, version_id: VersionId, codes: Mapping[str, tuple[str, ...]]) -> None:
        """Remember which codes a version holds."""

    def add_derived_file(self, version_id: VersionId, file: StoredFile) -> None:
        """Add or replace the derived file of this format."""

    def enqueue_run(self, source_id: SourceId, trigger: str, at: datetime) -> HarvestRun:
        """A queued run. Raises ``RunInProgress`` (with ``run_id``) if the source has an active one."""

    def claim_run(self, run_id: RunId, lease: Lease, at: datetime, is_dead: Callable[[str], bool]) -> HarvestRun:
        """Take a run that is queued, whose lease is over, or whose owner ``is_dead``; ``attempt`` grows by one.
        Raises ``RunInProgress`` if somebody else holds it. Two workers never both succeed."""

    def renew_lease(self, run_id: RunId, lease: Lease) -> None:
        """Raises ``LeaseLost`` if the run is no longer this owner's."""

    def beat(self, run_id: RunId, lease: Lease, progress: RunProgress | None) -> str:
        """Renew the lease and write down how far the run has come; returns who asked that it end, or nothing. Raises
        ``LeaseLost``."""

    def cancel_run(self, run_id: RunId, cancelled_by: str, at: datetime) -> HarvestRun:
        """Ask that a run end: a queued one is cancelled at once, a running one when its worker hears of it. Raises
        ``RunInProgress`` for a run that is over."""

    def hold_lease(self, run_id: RunId, owner: str) -> None:
        """Make sure, until this transaction ends, that the run is this owner's; raises ``LeaseLost``."""

    def add_outcome(self, outcome: TableOutcome, report: Report) -> None:
        """Add or replace the outcome of one table in one run."""

    def add_release(self, release: Release) -> None:
        """A request. Raises ``AlreadyExists`` if the table has one that nobody decided yet, ``NotFound`` for an
        unknown source."""

    def decide_release(self, release: Release) -> None:
        """Replace an open request by what was decided. Raises ``EditConflict`` if it is not open any more: of two who
        decide at once, one succeeds."""

    def prune_runs(self, before: datetime, keep: int, limit: int) -> int:
        """Forget at most ``limit`` runs that ended before then, with what came of them; never one of the newest
        ``keep`` of a source, nor the newest outcome of a table. Returns how many went."""

    def prune_notifications(self, before: datetime) -> int:
        """Forget those created before then that need not be sent any more; never the newest of a source."""

    def add_notification(self, notification: Notification) -> None: ...
    def take_notifications(self, now: datetime, until: datetime, limit: int = 50) -> tuple[Notification, ...]:
        """Those that are due, oldest first; nobody else is given them before ``until``."""

    def put_notification(self, notification: Notification) -> None:
        """Replace what is stored of a notification."""

    def forget_fingerprints(self, source_id: SourceId) -> None:
        """By what the source recognises content that did not change: the next run reads everything."""

    def put_remote_records(self, source_id: SourceId, records: Iterable[KeptRecord]) -> None:
        """Add or replace records of another catalogue."""

    def mark_missing(self, source_id: SourceId, identifiers: Collection[str], since: datetime | None) -> None:
        """These records are missing from the listing since then, or (``None``) are there again."""

    def forget_remote_records(self, source_id: SourceId, identifiers: Collection[str]) -> None: ...

    def finish_run(
        self, run_id: RunId, state: RunState, at: datetime, error: CatalogError | None = None
    ) -> HarvestRun: ...

    def add_event(self, topic: str, key: str, at: datetime) -> None:
        """Put work into the outbox."""

    def add_events(self, topic: str, keys: Collection[str], at: datetime) -> None:
        """The same for many keys at once."""

    def acknowledge(self, event_ids: Collection[int]) -> None:
        """The work of these outbox events is done."""

    def claim_index(self, name: str, lease: Lease, at: datetime, is_dead: Callable[[str], bool]) -> bool:
        """Take the right to mend the index of this name, unless somebody holds it whose lease is not over and who is
        not ``is_dead``. Two processes never both succeed."""

    def renew_index(self, name: str, lease: Lease) -> bool:
        """Whether it is still this owner's."""

    def leave_index(self, name: str, owner: str) -> None:
        """Others need not wait for the end of the lease. One that is not this owner's is left as it is."""

    def put_synonyms(self, group: Synonyms) -> None:
        """Add or replace."""

    def delete_synonyms(self, group_id: SynonymsId) -> None:
        """A group that is not there is no error."""

    def add_audit(self, *events: AuditEvent) -> None: ...


class CatalogStore(Protocol):
    """The truth: SQLite (WAL) or PostgreSQL. May be shared by threads and processes.

    Raises ``StorageError`` (``StorageFull``) when the database refuses, with nothing half-written.
    """

    def read(self) -> AbstractContextManager[CatalogReader]:
        """One consistent state; never waits for a writer."""

    def write(self) -> AbstractContextManager[CatalogTransaction]:
        """One transaction. Writers wait for each other a few seconds, then ``StorageError``."""

    def upgrade(self) -> None:
        """Bring an empty or older database to the newest migration; any number of processes may call it at once."""

    def close(self) -> None: ...


# --- bytes -----------------------------------------------------------------------------------------------------------


class FileStore(Protocol):
    """Immutable bytes under their sha256. Putting the same bytes twice is the same as once."""

    def put(self, path: Path) -> str:
        """Store a copy of the file at ``path``, durably and all or nothing; returns its sha256. ``StorageFull`` when
        there is no room, and nothing is left behind."""

    def open(self, sha256: str) -> BinaryIO:
        """The bytes, to be closed by the caller. ``NotFound``."""

    def path(self, sha256: str) -> Path | None:
        """Where the bytes lie on this machine, for sending without copying; ``None`` if they lie elsewhere."""

    def size(self, sha256: str) -> int:
        """In bytes. ``NotFound``."""

    def keys(self) -> Iterator[str]: ...
    def delete(self, sha256: str) -> None:
        """A key that is not there is no error."""

    def sweep(self, older_than: datetime) -> int:
        """Remove what a killed process left half-written before ``older_than``; returns how many files it was."""


# --- questions -------------------------------------------------------------------------------------------------------


class DatasetIndex(Protocol):
    """Finds datasets. A copy of the catalogue that may be dropped and rebuilt at any time.

    Text matches with and without accents, đ too, exact accents ranked first. Raises ``IndexUnavailable``, and
    ``IndexMissing`` where it was never built, is gone, broken (``IndexDamaged``) or of another layout.
    """

    def search(self, query: SearchQuery) -> SearchPage:
        """Raises ``InvalidQuery`` for an unknown facet, a time that is none, a condition that is too large and an
        ``after`` that this index did not write. At most 1,000 hits are given at a time."""

    def put(self, datasets: Iterable[IndexedDataset]) -> None:
        """Add or replace; an older ``revision`` never replaces a newer one. Visible to searches in this process when
        the call returns, in others within a second."""

    def remove(self, ids: Collection[DatasetId]) -> None: ...
    def rebuild(self, datasets: Iterable[IndexedDataset]) -> int:
        """Replace the whole index, searches going on meanwhile; returns how many it holds now."""

    def revisions(self) -> dict[DatasetId, int]:
        """Which revision of each dataset the index holds, to name drift. Raises ``IndexDamaged`` where it is not what
        was written, though searches may not have met that yet."""


class RowStore(Protocol):
    """Row copies of published tables, for questions about rows. Made from the Parquet file of a version, and so can be
    made again at any time. Readers are never disturbed by an addition."""

    def add(self, version: Version, parquet: Path) -> None:
        """Make the row copy of a version, all or nothing; replaces one that is there."""

    def rows(self, query: RowQuery) -> RowPage:
        """Raises ``NotFound`` for a version without a copy, ``InvalidQuery`` for a column, operator or value that the
        table does not know; ends a question that runs too long with ``InvalidQuery``."""

    def versions(self) -> frozenset[VersionId]: ...
    def remove(self, version_id: VersionId) -> None: ...
    def sweep(self, older_than: datetime) -> int:
        """Remove what a killed process left half-written before ``older_than``; returns how many copies it was."""


# --- the way of one table --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StagedTable:
    """A table on its way in: a CSV file of ours (UTF-8, comma, LF, header, empty = NULL, ISO values), not yet judged.

    ``sha256`` is that of the bytes at ``path``: equal content, equal hash. ``row_count`` excludes the header.
    ``left_out`` names columns of the source that the dictionary does not ask for and that therefore were not read.
    Of a file made for people: ``row_numbers`` are those its owner sees, ``proposal`` is how the reader took it (the
    accepted layout where the source has one), ``notices`` what it has to say about it, ``around`` the texts that lie
    beside the table, and ``units`` the unit that the file states for a column, by the column's label. ``shape`` is the
    table as its source has it; ``fingerprint`` is what a source that can be asked cheaply recognises this content by.
    """

    key: str
    path: Path
    columns: tuple[str, ...]
    row_count: int
    sha256: str
    left_out: tuple[str, ...] = ()
    row_numbers: RowNumbers = UNSHIFTED
    notices: tuple[Issue, ...] = ()
    around: tuple[LooseText, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    proposal: LayoutProposal | None = None
    shape: SourceShape | None = None
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A source says that a table still is what ``fingerprint`` was given for; nothing was read."""

    fingerprint: str


@dataclass(frozen=True, slots=True)
class TableRequest:
    """A table to read, with the schema that names its columns and its key (the order rows are read in). ``known`` is
    the fingerprint of what is public; empty if the table must be read whatever the source says."""

    table: SourceTable
    schema: TableSchema
    known: str = ""


Fetched: TypeAlias = "StagedTable | Unchanged | SourceError"


Progress = Callable[[str, int], None]
"""Told the key of a table and how many rows of it have been handled so far, now and then."""


class Fetch(Protocol):
    """Reads tables of one source, one kind of source per function (``harvesters``).

    All tables come from one read-only snapshot where the source can give one; rows are streamed into files in
    ``folder``. Yields each request with what came of it, in order; a ``SourceError`` that concerns the whole source is
    raised instead. ``Unchanged`` only answers a request whose ``known`` fingerprint the source recognises. Never writes
    to the source.
    """

    def __call__(
        self, source: HarvestSource, requests: Sequence[TableRequest], folder: Path, progress: Progress
    ) -> Iterator[tuple[TableRequest, Fetched]]: ...


OpenCatalog = Callable[[HarvestSource], RemoteCatalog | None]
"""Opens a source that is another catalogue; ``None`` for one that has tables only."""


@dataclass(frozen=True, slots=True)
class GateContext:
    """What the gate compares a table with: code lists by name, other tables of the same dataset by schema name (as they
    came from the source) and the schemas to read them by, the last good version as Parquet, and the day it is judged
    on."""

    code_lists: Mapping[str, CodeList]
    siblings: Mapping[str, StagedTable]
    previous: Path | None
    today: date
    sibling_schemas: Mapping[str, TableSchema] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The table in canonical values, and what the gate found. The report's verdict decides what happens to it."""

    table: StagedTable
    report: Report


class Gate(Protocol):
    """Normalises one staged table by its schema and checks it: types, constraints, keys, rules, personal data. Never
    raises for what the table holds. The canonical table is written into ``folder``."""

    def __call__(self, table: StagedTable, schema: TableSchema, context: GateContext, folder: Path) -> Judgement: ...


@dataclass(frozen=True, slots=True)
class PreparedFile:
    """A file ready to be stored: where it lies now, and what it will be called."""

    path: Path
    format: str
    media_type: str
    filename: str


class WriteTable(Protocol):
    """Writes a judged table as the files of a publication (CSV with BOM, Parquet) into ``folder`` and profiles its
    columns. The same table gives the same bytes, always."""

    def __call__(
        self, table: StagedTable, schema: TableSchema, folder: Path, stem: str
    ) -> tuple[tuple[PreparedFile, ...], tuple[Column, ...]]: ...


class DeriveFiles(Protocol):
    """Makes the further formats (XLSX where the rows fit, JSON) from the Parquet file of a version. The same version
    gives the same bytes, always."""

    def __call__(
        self,
        version: Version,
        schema: TableSchema,
        dataset: Dataset,
        organization: Organization,
        parquet: Path,
        folder: Path,
    ) -> Iterable[PreparedFile]: ...
