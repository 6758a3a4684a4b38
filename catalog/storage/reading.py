"""Questions to the catalogue, in SQL. The number of statements never depends on the number of records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from catalog.dictionary import CodeList, TableSchema
from catalog.dictionary_changes import version_order
from catalog.errors import NotFound
from catalog.issues import Report
from catalog.model import (
    Dataset,
    DatasetId,
    Distribution,
    DistributionId,
    Organization,
    OrganizationId,
    StoredFile,
    Version,
    VersionId,
)
from catalog.ports import AuditEvent, OutboxEvent
from catalog.storage import rows, tables
from catalog.storage.harvest_reading import HarvestReader
from catalog.storage.people_reading import SqlPeopleReader
from catalog.storage.rows import SqlRow
from catalog.storage.search_reading import SqlSearchReader
from catalog.storage.usage_reading import SqlUsageReader


class SqlReader(HarvestReader, SqlPeopleReader, SqlSearchReader, SqlUsageReader):
    """A ``CatalogReader`` on one open transaction."""

    # --- organizations and datasets

    def organizations(self) -> tuple[Organization, ...]:
        found = [rows.organization_from(row) for row in self._ask(sa.select(tables.organizations))]
        return tuple(sorted(found, key=lambda organization: organization.name))

    def organization(self, key: str) -> Organization:
        return rows.organization_from(self._named(tables.organizations, "cơ quan", key))

    def dataset(self, key: str) -> Dataset:
        row = self._named(tables.datasets, "bộ dữ liệu", key)
        return rows.dataset_from(row, self._distributions([row.id])[row.id])

    def datasets(
        self, ids: Collection[DatasetId] | None = None, organization_id: OrganizationId | None = None
    ) -> tuple[Dataset, ...]:
        table = tables.datasets
        statement = sa.select(table)
        if ids is not None:
            statement = statement.where(self._among(table.c.id, ids))
        if organization_id is not None:
            statement = statement.where(table.c.organization_id == organization_id)
        found = self._ask(statement).all()
        is_all = ids is None and organization_id is None
        distributions = self._distributions(None if is_all else [row.id for row in found])
        return tuple(
            rows.dataset_from(row, distributions[row.id]) for row in sorted(found, key=lambda row: str(row.name))
        )

    def _distributions(self, dataset_ids: Collection[str] | None) -> dict[str, list[Distribution]]:
        table = tables.distributions
        statement = sa.select(table).order_by(table.c.dataset_id, table.c.position)
        if dataset_ids is not None:
            statement = statement.where(self._among(table.c.dataset_id, dataset_ids))
        by_dataset: dict[str, list[Distribution]] = defaultdict(list)
        for row in self._ask(statement):
            by_dataset[row.dataset_id].append(rows.distribution_from(row))
        return by_dataset

    def dataset_revisions(self, ids: Collection[DatasetId] | None = None) -> dict[DatasetId, int]:
        table = tables.datasets
        statement = sa.select(table.c.id, table.c.revision).order_by(table.c.id)
        if ids is not None:
            statement = statement.where(self._among(table.c.id, ids))
        return {DatasetId(row.id): row.revision for row in self._ask(statement)}

    def newest_datasets(self, limit: int) -> tuple[DatasetId, ...]:
        table = tables.datasets
        statement = sa.select(table.c.id).order_by(table.c.modified.desc().nulls_last(), table.c.id).limit(limit)
        return tuple(DatasetId(row.id) for row in self._ask(statement))

    def dataset_count(self) -> int:
        return int(self._ask(sa.select(sa.func.count()).select_from(tables.datasets)).scalar_one())

    def dataset_names(self, names: Collection[str]) -> dict[str, DatasetId]:
        table = tables.datasets
        found = self._ask(sa.select(table.c.id, table.c.name).where(self._among(table.c.name, names)))
        return {row.name: DatasetId(row.id) for row in found}

    def datasets_of(self, distribution_ids: Collection[DistributionId]) -> dict[DistributionId, DatasetId]:
        table = tables.distributions
        statement = sa.select(table.c.id, table.c.dataset_id).where(self._among(table.c.id, distribution_ids))
        return {DistributionId(row.id): DatasetId(row.dataset_id) for row in self._ask(statement)}

    # --- versions

    def version(self, version_id: VersionId) -> Version:
        table = tables.versions
        return rows.version_from(self._one(sa.select(table).where(table.c.id == version_id), "phiên bản", version_id))

    def versions(self, distribution_id: DistributionId) -> tuple[Version, ...]:
        table = tables.versions
        statement = sa.select(table).where(table.c.distribution_id == distribution_id).order_by(table.c.number.desc())
        return tuple(rows.version_from(row) for row in self._ask(statement))

    def latest_versions(self, dataset_ids: Collection[DatasetId] | None = None) -> dict[DistributionId, Version]:
        table = tables.versions
        newest = sa.select(table.c.distribution_id, sa.func.max(table.c.number).label("number"))
        if dataset_ids is not None:
            newest = newest.where(self._among(table.c.dataset_id, dataset_ids))
        last = newest.group_by(table.c.distribution_id).subquery()
        statement = sa.select(table).join(
            last, (table.c.distribution_id == last.c.distribution_id) & (table.c.number == last.c.number)
        )
        found = (rows.version_from(row) for row in self._ask(statement))
        return {version.distribution_id: version for version in found}

    def version_report(self, version_id: VersionId) -> Report:
        table = tables.version_reports
        row = self._one(sa.select(table).where(table.c.version_id == version_id), "báo cáo của phiên bản", version_id)
        return rows.report_from(row.report)

    def version_reports(self, version_ids: Collection[VersionId]) -> dict[VersionId, Report]:
        table = tables.version_reports
        found = self._ask(sa.select(table).where(self._among(table.c.version_id, version_ids)))
        return {VersionId(row.version_id): rows.report_from(row.report) for row in found}

    def version_codes(self, version_ids: Collection[VersionId]) -> dict[VersionId, Mapping[str, tuple[str, ...]]]:
        table = tables.version_codes
        found = self._ask(sa.select(table).where(self._among(table.c.version_id, version_ids)))
        return {VersionId(row.version_id): rows.codes_from(row) for row in found}

    def versions_without_codes(self) -> frozenset[VersionId]:
        table, known = tables.versions, tables.version_codes
        newest = sa.select(table.c.distribution_id, sa.func.max(table.c.number).label("number"))
        last = newest.group_by(table.c.distribution_id).subquery()
        same = (table.c.distribution_id == last.c.distribution_id) & (table.c.number == last.c.number)
        statement = sa.select(table.c.id).join(last, same).where(~sa.exists().where(known.c.version_id == table.c.id))
        return frozenset(VersionId(row.id) for row in self._ask(statement))

    def derived_files(self, version_ids: Collection[VersionId]) -> dict[VersionId, tuple[StoredFile, ...]]:
        table = tables.derived_files
        files: dict[VersionId, list[StoredFile]] = {version_id: [] for version_id in version_ids}
        statement = sa.select(table).where(self._among(table.c.version_id, version_ids))
        for row in self._ask(statement.order_by(table.c.version_id, table.c.format)):
            files[VersionId(row.version_id)].append(rows.file_from(row))
        return {version_id: tuple(found) for version_id, found in files.items()}

    # --- the dictionary

    def table_schemas(self, names: Collection[str] | None = None) -> tuple[TableSchema, ...]:
        newest: dict[str, SqlRow] = {}
        statement = sa.select(tables.table_schemas)
        if names is not None:
            statement = statement.where(self._among(tables.table_schemas.c.name, names))
        for row in self._ask(statement):
            if row.name not in newest or version_order(row.version) > version_order(newest[row.name].version):
                newest[row.name] = row
        return tuple(TableSchema.from_descriptor(newest[name].descriptor) for name in sorted(newest))

    def table_schema(self, name: str, version: str | None = None) -> TableSchema:
        table = tables.table_schemas
        statement = sa.select(table).where(table.c.name == name)
        if version is not None:
            statement = statement.where(table.c.version == version)
        found = max(self._ask(statement), key=lambda row: version_order(row.version), default=None)
        if found is None:
            raise NotFound.of("lược đồ bảng", name if version is None else f"{name} {version}")
        return TableSchema.from_descriptor(found.descriptor)

    def code_lists(self) -> tuple[CodeList, ...]:
        newest: dict[str, SqlRow] = {}
        for row in self._ask(sa.select(tables.code_list_versions)):
            if row.name not in newest or version_order(row.version) > version_order(newest[row.name].version):
                newest[row.name] = row
        return tuple(rows.code_list_from(newest[name]) for name in sorted(newest))

    def code_list(self, name: str, version: str | None = None) -> CodeList:
        table = tables.code_list_versions
        statement = sa.select(table).where(table.c.name == name)
        if version is not None:
            statement = statement.where(table.c.version == version)
        found = max(self._ask(statement), key=lambda row: version_order(row.version), default=None)
        if found is None:
            raise NotFound.of("danh mục dùng chung", name if version is None else f"{name} {version}")
        return rows.code_list_from(found)

    def table_schema_versions(self, name: str) -> tuple[str, ...]:
        return self._versions_of(tables.table_schemas, name)

    def code_list_versions(self, name: str) -> tuple[str, ...]:
        return self._versions_of(tables.code_list_versions, name)

    def _versions_of(self, table: sa.Table, name: str) -> tuple[str, ...]:
        found = self._ask(sa.select(table.c.version).where(table.c.name == name))
        return tuple(sorted((row.version for row in found), key=version_order, reverse=True))

    # --- what follows a change

    def outbox(self, limit: int = 1000, *, topic: str | None = None, after: int = 0) -> tuple[OutboxEvent, ...]:
        table = tables.outbox
        statement = sa.select(table).where(table.c.id > after).order_by(table.c.id).limit(limit)
        if topic is not None:
            statement = statement.where(table.c.topic == topic)
        return tuple(rows.outbox_event_from(row) for row in self._ask(statement))

    def outbox_size(self, topic: str | None = None) -> int:
        table = tables.outbox
        statement = sa.select(sa.func.count()).select_from(table)
        if topic is not None:
            statement = statement.where(table.c.topic == topic)
        return int(self._ask(statement).scalar_one())

    def audit(self, limit: int = 100, object_id: str | None = None) -> tuple[AuditEvent, ...]:
        table = tables.audit
        statement = sa.select(table).order_by(table.c.id.desc()).limit(limit)
        if object_id is not None:
            statement = statement.where(table.c.object_id == object_id)
        return tuple(rows.audit_event_from(row) for row in self._ask(statement))

    def schema_revision(self) -> str | None:
        return stored_revision(self._connection)


def stored_revision(connection: Connection) -> str | None:
    """The migration this database stands at, as the migrations themselves noted it."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return revision
