"""Changes to the catalogue, in SQL. What must be exclusive is decided by a row lock or a unique index, never by a
look beforehand: on SQLite a writer is alone anyway, on PostgreSQL it is not."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from catalog.dictionary import CodeList, DefinitionStatus, TableSchema
from catalog.errors import AlreadyExists, CatalogError, EditConflict, InvalidInput, LeaseLost, NotFound, RunInProgress
from catalog.issues import Report
from catalog.model import Dataset, Organization, StoredFile, Version, VersionId
from catalog.ports import AuditEvent
from catalog.releases import Release, ReleaseState
from catalog.sources import HarvestRun, HarvestSource, Lease, RunId, RunState, SourceId, TableOutcome
from catalog.storage import rows, tables
from catalog.storage.reading import SqlReader
from catalog.storage.rows import Values


class SqlTransaction(SqlReader):
    """A ``CatalogTransaction`` on one open transaction."""

    def _put(self, table: sa.Table, values: Values) -> None:
        """Add the row, or replace the one with its primary key. ``IntegrityError`` undoes this one statement only."""
        insert = postgresql.insert if self._connection.dialect.name == "postgresql" else sqlite.insert
        key = [column.name for column in table.primary_key]
        statement = insert(table).values(values)
        changed = {name: statement.excluded[name] for name in values if name not in key}
        with self._connection.begin_nested():
            self._ask(statement.on_conflict_do_update(index_elements=key, set_=changed))

    def _add(self, table: sa.Table, values: Values) -> None:
        with self._connection.begin_nested():
            self._ask(sa.insert(table).values(values))

    # --- organizations and datasets

    def put_organization(self, organization: Organization) -> None:
        try:
            self._put(tables.organizations, rows.organization_values(organization))
        except sa.exc.IntegrityError as error:
            raise AlreadyExists(
                f"Tên “{organization.name}” hoặc mã “{organization.code}” đã thuộc về cơ quan khác; hãy chọn khác đi.",
                f"Name “{organization.name}” or code “{organization.code}” belongs to another organization.",
                name=organization.name,
                organization_code=organization.code,
            ) from error

    def put_dataset(self, dataset: Dataset) -> Dataset:
        stored = replace(dataset, revision=dataset.revision + 1)
        self._require_no_published_left_out(dataset)
        try:
            if dataset.revision == 0:
                self._add(tables.datasets, rows.dataset_values(stored))
            else:
                self._replace_dataset(stored)
        except sa.exc.IntegrityError as error:
            raise self._dataset_refusal(dataset) from error
        self._put_distributions(dataset)
        return stored

    def _replace_dataset(self, stored: Dataset) -> None:
        table = tables.datasets
        statement = sa.update(table).where(table.c.id == stored.id, table.c.revision == stored.revision - 1)
        with self._connection.begin_nested():
            if self._ask(statement.values(rows.dataset_values(stored))).rowcount == 0:
                raise _edited(stored)

    def _dataset_refusal(self, dataset: Dataset) -> AlreadyExists | EditConflict:
        table = tables.datasets
        if dataset.revision == 0 and self._ask(sa.select(table.c.id).where(table.c.id == dataset.id)).first():
            return _edited(dataset)
        return AlreadyExists(
            f"Đã có bộ dữ liệu khác tên “{dataset.name}”; hãy chọn tên khác.",
            f"Another dataset has the name “{dataset.name}”; choose another.",
            name=dataset.name,
        )

    def _require_no_published_left_out(self, dataset: Dataset) -> None:
        table = tables.versions
        kept = [distribution.id for distribution in dataset.distributions]
        published = sa.select(table.c.distribution_id).where(table.c.dataset_id == dataset.id)
        row = self._ask(published.where(~self._among(table.c.distribution_id, kept)).limit(1)).first()
        if row is not None:
            raise EditConflict(
                "Không bỏ được tài nguyên đã có phiên bản công bố; hãy thu hồi bộ dữ liệu nếu không còn dùng.",
                "A distribution with published versions cannot be removed; withdraw the dataset instead.",
                distribution_id=row.distribution_id,
            )

    def _put_distributions(self, dataset: Dataset) -> None:
        table = tables.distributions
        self._ask(sa.delete(table).where(table.c.dataset_id == dataset.id))
        wanted = [rows.distribution_values(dataset.id, place, item) for place, item in enumerate(dataset.distributions)]
        try:
            with self._connection.begin_nested():
                for values in wanted:
                    self._ask(sa.insert(table).values(values))
        except sa.exc.IntegrityError as error:
            raise AlreadyExists(
                f"Bộ dữ liệu “{dataset.name}” có hai tài nguyên cùng tên, hoặc tài nguyên của bộ dữ liệu khác.",
                f"Dataset “{dataset.name}” has two distributions of one name, or one of another dataset.",
                name=dataset.name,
            ) from error

    # --- the dictionary

    def put_table_schema(self, schema: TableSchema) -> None:
        if (schema.descriptor.get("name"), schema.descriptor.get("version")) != (schema.name, schema.version):
            raise InvalidInput(
                f"Lược đồ bảng “{schema.name}” không khớp với bản mô tả JSON của nó.",
                f"Table schema “{schema.name}” does not agree with its own descriptor.",
            )
        table = tables.table_schemas
        same = sa.select(table.c.descriptor).where(table.c.name == schema.name, table.c.version == schema.version)
        row = self._ask(same.with_for_update()).first()
        if row is not None:
            if row.descriptor == schema.descriptor:
                return
            self._require_unused(schema)
        values = {"name": schema.name, "version": schema.version, "descriptor": dict(schema.descriptor)}
        self._put(table, values)

    def _require_unused(self, schema: TableSchema) -> None:
        table = tables.versions
        used = sa.select(table.c.id).where(table.c.schema_name == schema.name, table.c.schema_version == schema.version)
        if self._ask(used.limit(1)).first() is not None:
            raise EditConflict(
                f"Lược đồ “{schema.name}” bản {schema.version} đã dùng để công bố; hãy tăng số phiên bản của lược đồ.",
                f"Schema “{schema.name}” {schema.version} has publications; give the changed schema a new version.",
                name=schema.name,
                version=schema.version,
            )

    def put_code_list(self, code_list: CodeList) -> None:
        values = rows.code_list_values(code_list)
        table = tables.code_list_versions
        same = sa.select(table).where(table.c.name == code_list.name, table.c.version == code_list.version)
        held = self._ask(same.with_for_update()).first()
        if held is not None and rows.code_list_from(held) != code_list and held.status != DefinitionStatus.DRAFT:
            raise EditConflict(
                f"Danh mục “{code_list.name}” bản {code_list.version} đã ban hành; hãy tăng số phiên bản của danh mục.",
                f"Code list “{code_list.name}” {code_list.version} is issued; give the changed list a new version.",
                name=code_list.name,
                version=code_list.version,
            )
        self._put(table, values)

    def put_source(self, source: HarvestSource) -> None:
        try:
            self._put(tables.sources, rows.source_values(source))
        except sa.exc.IntegrityError as error:
            raise AlreadyExists(
                f"Đã có nguồn thu thập khác tên “{source.name}”; hãy chọn tên khác.",
                f"Another source has the name “{source.name}”; choose another.",
                name=source.name,
            ) from error

    # --- versions

    def add_version(self, version: Version, report: Report) -> None:
        try:
            self._add(tables.versions, rows.version_values(version))
        except sa.exc.IntegrityError as error:
            raise EditConflict(
                f"Tài nguyên này đã có phiên bản số {version.number}; có người vừa công bố trước.",
                f"The distribution already has a version {version.number}: somebody published first.",
                distribution_id=version.distribution_id,
                number=version.number,
            ) from error
        values = {"version_id": version.id, "report": rows.report_json(report)}
        self._ask(sa.insert(tables.version_reports).values(values))

    def add_derived_file(self, version_id: VersionId, file: StoredFile) -> None:
        try:
            self._put(tables.derived_files, {"version_id": version_id} | rows.file_values(file))
        except sa.exc.IntegrityError as error:
            raise NotFound.of("phiên bản", version_id) from error

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

    # --- what follows a change

    def add_event(self, topic: str, key: str, at: datetime) -> None:
        self._ask(sa.insert(tables.outbox).values(topic=topic, key=key, created_at=at))

    def acknowledge(self, event_ids: Collection[int]) -> None:
        table = tables.outbox
        self._ask(sa.delete(table).where(self._among(table.c.id, event_ids)))

    def add_audit(self, event: AuditEvent) -> None:
        self._ask(sa.insert(tables.audit).values(rows.audit_values(event)))


def _edited(dataset: Dataset) -> EditConflict:
    return EditConflict(
        f"Bộ dữ liệu “{dataset.name}” vừa được người khác sửa; hãy tải lại rồi sửa tiếp.",
        f"Dataset “{dataset.name}” was changed by somebody else; load it again and repeat the change.",
        dataset_id=dataset.id,
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
