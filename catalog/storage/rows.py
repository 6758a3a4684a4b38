"""Between rows and values, column by column. A row in, a frozen value out, and back.

Writers return ``dict`` with the columns of :mod:`catalog.storage.tables`; readers take a row that has all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, TypeAlias

from sqlalchemy import Row

from catalog.dictionary import Code, CodeList, DefinitionStatus
from catalog.issues import Change, ChangeList, Dimension, Example, Fault, Issue, Report, Severity
from catalog.layout import RowNumbers
from catalog.model import (
    AccessLevel,
    Column,
    ContactPoint,
    Dataset,
    DatasetId,
    DatasetStatus,
    Distribution,
    DistributionId,
    DistributionKind,
    Frequency,
    Organization,
    OrganizationId,
    OrganizationKind,
    Origin,
    SourceShape,
    StoredFile,
    Version,
    VersionId,
)
from catalog.ports import AuditEvent, OutboxEvent

SqlRow: TypeAlias = Row[Any]
Values: TypeAlias = dict[str, Any]


# --- organizations and datasets --------------------------------------------------------------------------------------


def organization_values(organization: Organization) -> Values:
    return {
        "id": organization.id,
        "name": organization.name,
        "code": organization.code,
        "title": organization.title,
        "title_en": organization.title_en,
        "kind": organization.kind.value,
        "description": organization.description,
        "contact": None if organization.contact is None else _contact_json(organization.contact),
        "parent_id": organization.parent_id,
        "valid_from": organization.valid_from,
        "valid_to": organization.valid_to,
        "successor_id": organization.successor_id,
    }


def organization_from(row: SqlRow) -> Organization:
    return Organization(
        id=OrganizationId(row.id),
        name=row.name,
        code=row.code,
        title=row.title,
        title_en=row.title_en,
        kind=OrganizationKind(row.kind),
        description=row.description,
        contact=None if row.contact is None else ContactPoint(**row.contact),
        parent_id=row.parent_id,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        successor_id=row.successor_id,
    )


def _contact_json(contact: ContactPoint) -> Values:
    return {"name": contact.name, "email": contact.email, "phone": contact.phone}


def dataset_values(dataset: Dataset) -> Values:
    return {
        "id": dataset.id,
        "name": dataset.name,
        "title": dataset.title,
        "title_en": dataset.title_en,
        "description": dataset.description,
        "description_en": dataset.description_en,
        "organization_id": dataset.organization_id,
        "theme": dataset.theme,
        "keywords": list(dataset.keywords),
        "license_id": dataset.license_id,
        "access_level": dataset.access_level.value,
        "frequency": dataset.frequency.value,
        "contact": _contact_json(dataset.contact),
        "source_database": dataset.source_database,
        "legal_basis": dataset.legal_basis,
        "register_item": dataset.register_item,
        "spatial": dataset.spatial,
        "temporal_start": dataset.temporal_start,
        "temporal_end": dataset.temporal_end,
        "simulated": dataset.simulated,
        "status": dataset.status.value,
        "issued": dataset.issued,
        "modified": dataset.modified,
        "recorded": dataset.recorded,
        "revision": dataset.revision,
        "origin": None if dataset.origin is None else _origin_json(dataset.origin),
    }


def dataset_from(row: SqlRow, distributions: Iterable[Distribution]) -> Dataset:
    return Dataset(
        id=DatasetId(row.id),
        name=row.name,
        title=row.title,
        title_en=row.title_en,
        description=row.description,
        description_en=row.description_en,
        organization_id=OrganizationId(row.organization_id),
        theme=row.theme,
        keywords=tuple(row.keywords),
        license_id=row.license_id,
        access_level=AccessLevel(row.access_level),
        frequency=Frequency(row.frequency),
        contact=ContactPoint(**row.contact),
        source_database=row.source_database,
        legal_basis=row.legal_basis,
        register_item=row.register_item,
        spatial=row.spatial,
        temporal_start=row.temporal_start,
        temporal_end=row.temporal_end,
        simulated=row.simulated,
        status=DatasetStatus(row.status),
        issued=row.issued,
        modified=row.modified,
        recorded=row.recorded,
        revision=row.revision,
        distributions=tuple(distributions),
        origin=None if row.origin is None else _origin_from(row.origin),
    )


def _origin_json(origin: Origin) -> Values:
    return {
        "source_id": origin.source_id,
        "identifier": origin.identifier,
        "url": origin.url,
        "publisher": origin.publisher,
        "license": origin.license,
        "issued": origin.issued and origin.issued.isoformat(),
        "modified": origin.modified and origin.modified.isoformat(),
    }


def _origin_from(stored: Mapping[str, Any]) -> Origin:
    moments = {name: stored[name] and datetime.fromisoformat(stored[name]) for name in ("issued", "modified")}
    return Origin(**{**stored, **moments})


def distribution_values(dataset_id: DatasetId, position: int, distribution: Distribution) -> Values:
    return {
        "id": distribution.id,
        "dataset_id": dataset_id,
        "position": position,
        "name": distribution.name,
        "title": distribution.title,
        "title_en": distribution.title_en,
        "description": distribution.description,
        "kind": distribution.kind.value,
        "schema_name": distribution.schema_name,
        "access_url": distribution.access_url,
        "format": distribution.format,
        "media_type": distribution.media_type,
        "size": distribution.size,
    }


def distribution_from(row: SqlRow) -> Distribution:
    return Distribution(
        id=DistributionId(row.id),
        name=row.name,
        title=row.title,
        title_en=row.title_en,
        description=row.description,
        kind=DistributionKind(row.kind),
        schema_name=row.schema_name,
        access_url=row.access_url,
        format=row.format,
        media_type=row.media_type,
        size=row.size,
    )


# --- versions --------------------------------------------------------------------------------------------------------


def version_values(version: Version) -> Values:
    return {
        "id": version.id,
        "dataset_id": version.dataset_id,
        "distribution_id": version.distribution_id,
        "number": version.number,
        "published_at": version.published_at,
        "row_count": version.row_count,
        "columns": [_column_json(column) for column in version.columns],
        "schema_name": version.schema_name,
        "schema_version": version.schema_version,
        "snapshot_sha256": version.snapshot_sha256,
        "run_id": version.run_id,
        "source_shape": None if version.source_shape is None else _shape_json(version.source_shape),
        "files": [file_values(file) for file in version.files],
    }


def version_from(row: SqlRow) -> Version:
    return Version(
        id=VersionId(row.id),
        dataset_id=DatasetId(row.dataset_id),
        distribution_id=DistributionId(row.distribution_id),
        number=row.number,
        published_at=row.published_at,
        row_count=row.row_count,
        columns=tuple(Column(**column) for column in row.columns),
        schema_name=row.schema_name,
        schema_version=row.schema_version,
        snapshot_sha256=row.snapshot_sha256,
        run_id=row.run_id,
        files=tuple(StoredFile(**file) for file in row.files),
        source_shape=None if row.source_shape is None else _shape_from(row.source_shape),
    )


def _shape_json(shape: SourceShape) -> Values:
    return {"columns": [[name, kind] for name, kind in shape.columns.items()], "key": list(shape.key)}


def _shape_from(stored: Mapping[str, Any]) -> SourceShape:
    return SourceShape(dict(stored["columns"]), tuple(stored["key"]))


def _column_json(column: Column) -> Values:
    return {
        "name": column.name,
        "type": column.type,
        "filled": column.filled,
        "distinct": column.distinct,
        "minimum": column.minimum,
        "maximum": column.maximum,
    }


def file_values(file: StoredFile) -> Values:
    return {
        "format": file.format,
        "media_type": file.media_type,
        "filename": file.filename,
        "sha256": file.sha256,
        "size": file.size,
    }


def file_from(row: SqlRow) -> StoredFile:
    return StoredFile(row.format, row.media_type, row.filename, row.sha256, row.size)


def codes_json(codes: Mapping[str, tuple[str, ...]]) -> list[list[Any]]:
    return [[column, list(found)] for column, found in codes.items()]


def codes_from(row: SqlRow) -> dict[str, tuple[str, ...]]:
    return {column: tuple(found) for column, found in row.codes}


# --- reports ---------------------------------------------------------------------------------------------------------


def report_json(report: Report) -> Values:
    return {
        "rows": report.rows,
        "issues": issues_json(report.issues),
        "truncated": report.truncated,
        "faults": [
            [
                fault.code,
                fault.row,
                fault.field,
                fault.field_number,
                list(fault.fields),
                fault.value,
                fault.constraint,
                fault.note,
            ]
            for fault in report.faults
        ],
        "row_numbers": [list(pair) for pair in report.row_numbers.breaks],
    }


def report_from(stored: Mapping[str, Any]) -> Report:
    faults = tuple(
        Fault(code, row, name, number, tuple(names), value, constraint, note)
        for code, row, name, number, names, value, constraint, note in stored.get("faults", ())
    )
    numbers = RowNumbers(tuple((copy, source) for copy, source in stored.get("row_numbers", ())))
    return Report(stored["rows"], issues_from(stored["issues"]), stored["truncated"], faults, numbers)


def issues_json(issues: Iterable[Issue]) -> list[Values]:
    return [
        {
            "code": issue.code,
            "severity": issue.severity.value,
            "dimension": issue.dimension.value,
            "message": issue.message,
            "message_en": issue.message_en,
            "remedy": issue.remedy,
            "remedy_en": issue.remedy_en,
            "field": issue.field,
            "count": issue.count,
            "examples": [[example.row, example.value] for example in issue.examples],
            **({"constraint": issue.constraint} if issue.constraint else {}),
            **({"changes": asdict(issue.changes)} if issue.changes else {}),
        }
        for issue in issues
    ]


def issues_from(stored: Iterable[Mapping[str, Any]]) -> tuple[Issue, ...]:
    return tuple(
        Issue(
            code=item["code"],
            severity=Severity(item["severity"]),
            dimension=Dimension(item["dimension"]),
            message=item["message"],
            message_en=item["message_en"],
            remedy=item["remedy"],
            remedy_en=item["remedy_en"],
            field=item["field"],
            count=item["count"],
            examples=tuple(Example(row, value) for row, value in item["examples"]),
            constraint=item.get("constraint", ""),
            changes=_changes_from(item["changes"]) if "changes" in item else None,
        )
        for item in stored
    )


def _changes_from(stored: Mapping[str, Any]) -> ChangeList:
    kinds = tuple((kind, count) for kind, count in stored["kinds"])
    return ChangeList(kinds, tuple(Change(**change) for change in stored["commonest"]), stored["other_cells"])


# --- the dictionary --------------------------------------------------------------------------------------------------


def code_list_values(code_list: CodeList) -> Values:
    return {
        "name": code_list.name,
        "version": code_list.version,
        "title": code_list.title,
        "title_en": code_list.title_en,
        "source_decision": code_list.source_decision,
        "status": code_list.status.value,
        "codes": [
            [
                code.code,
                code.title,
                code.title_en,
                code.parent,
                code.description,
                _iso(code.valid_from),
                _iso(code.valid_to),
                list(code.aliases),
                list(code.replaced_by),
            ]
            for code in code_list.codes
        ],
    }


def code_list_from(row: SqlRow) -> CodeList:
    return CodeList(
        name=row.name,
        version=row.version,
        title=row.title,
        title_en=row.title_en,
        codes=tuple(
            Code(code, title, title_en, parent, description, _day(first), _day(last), *map(tuple, further))
            for code, title, title_en, parent, description, first, last, *further in row.codes
        ),
        source_decision=row.source_decision,
        status=DefinitionStatus(row.status),
    )


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(iso: str | None) -> date | None:
    return None if iso is None else date.fromisoformat(iso)


# --- what follows a change -------------------------------------------------------------------------------------------


def outbox_event_from(row: SqlRow) -> OutboxEvent:
    return OutboxEvent(row.id, row.topic, row.key, row.created_at)


def audit_values(event: AuditEvent) -> Values:
    return {
        "at": event.at,
        "actor": event.actor,
        "action": event.action,
        "object_type": event.object_type,
        "object_id": event.object_id,
        "details": dict(event.details),
    }


def audit_event_from(row: SqlRow) -> AuditEvent:
    return AuditEvent(row.at, row.actor, row.action, row.object_type, row.object_id, row.details)
