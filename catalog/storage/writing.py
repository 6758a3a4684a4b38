"""Changes to the catalogue, in SQL. What must be exclusive is decided by a row lock or a unique index, never by a
look beforehand: on SQLite a writer is alone anyway, on PostgreSQL it is not."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from catalog.dictionary import CodeList, DefinitionStatus, TableSchema
from catalog.errors import AlreadyExists, EditConflict, InvalidInput, NotFound
from catalog.issues import Report
from catalog.model import Dataset, Organization, StoredFile, Version, VersionId
from catalog.ports import AuditEvent
from catalog.storage import rows, tables
from catalog.storage.harvest_writing import HarvestWriter
from catalog.storage.people_writing import SqlPeopleWriter
from catalog.storage.search_writing import SqlSearchWriter
from catalog.storage.usage_writing import SqlUsageWriter


class SqlTransaction(HarvestWriter, SqlPeopleWriter, SqlSearchWriter, SqlUsageWriter):
    """A ``CatalogTransaction`` on one open transaction."""

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

    def put_dataset(self, dataset: Dataset, at: datetime) -> Dataset:
        stored = replace(dataset, revision=dataset.revision + 1, recorded=at)
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

    def add_datasets(self, datasets: Collection[Dataset], at: datetime) -> None:
        stored = [replace(dataset, revision=1, recorded=at) for dataset in datasets]
        distributions = [
            rows.distribution_values(dataset.id, place, item)
            for dataset in stored
            for place, item in enumerate(dataset.distributions)
        ]
        try:
            self._add_all(tables.datasets, [rows.dataset_values(dataset) for dataset in stored])
            self._add_all(tables.distributions, distributions)
        except sa.exc.IntegrityError as error:
            raise AlreadyExists(
                "Trong các bộ dữ liệu mới có tên hoặc mã đã dùng; hãy kiểm tra lại danh sách.",
                "One of the new datasets has a name or id that is taken; look at the list again.",
            ) from error

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

    def put_version_codes(self, version_id: VersionId, codes: Mapping[str, tuple[str, ...]]) -> None:
        try:
            self._put(tables.version_codes, {"version_id": version_id, "codes": rows.codes_json(codes)})
        except sa.exc.IntegrityError as error:
            raise NotFound.of("phiên bản", version_id) from error

    def add_derived_file(self, version_id: VersionId, file: StoredFile) -> None:
        try:
            self._put(tables.derived_files, {"version_id": version_id} | rows.file_values(file))
        except sa.exc.IntegrityError as error:
            raise NotFound.of("phiên bản", version_id) from error

    # --- what follows a change

    def add_event(self, topic: str, key: str, at: datetime) -> None:
        self.add_events(topic, (key,), at)

    def add_events(self, topic: str, keys: Collection[str], at: datetime) -> None:
        self._add_all(tables.outbox, [{"topic": topic, "key": key, "created_at": at} for key in keys])

    def acknowledge(self, event_ids: Collection[int]) -> None:
        table = tables.outbox
        self._ask(sa.delete(table).where(self._among(table.c.id, event_ids)))

    def add_audit(self, *events: AuditEvent) -> None:
        self._add_all(tables.audit, [rows.audit_values(event) for event in events])


def _edited(dataset: Dataset) -> EditConflict:
    return EditConflict(
        f"Bộ dữ liệu “{dataset.name}” vừa được người khác sửa; hãy tải lại rồi sửa tiếp.",
        f"Dataset “{dataset.name}” was changed by somebody else; load it again and repeat the change.",
        dataset_id=dataset.id,
    )
