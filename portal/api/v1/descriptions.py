"""The catalogue's values as the JSON of the portal's own API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from catalog.dictionary import CodeList, TableSchema
from catalog.listed import ListedDataset
from catalog.model import Organization, StoredFile, Version
from catalog.quality_values import DimensionScore, QualityScore
from catalog.reading import PublishedDataset, PublishedTable, as_listed
from catalog.sources import HarvestRun, HarvestSource, SourceTable, TableOutcome
from catalog.vocabularies import Theme
from publishers.links import Links
from publishers.report_json import CheckedTable

Json = dict[str, Any]


def organization_json(item: Organization, dataset_count: int, links: Links) -> Json:
    return {
        "id": item.id,
        "name": item.name,
        "code": item.code,
        "title": item.title,
        "title_en": item.title_en,
        "kind": item.kind.value,
        "description": item.description,
        "parent_id": item.parent_id,
        "valid_from": _day(item.valid_from),
        "valid_to": _day(item.valid_to),
        "successor_id": item.successor_id,
        "datasets": dataset_count,
        "url": links.organization(item.name),
    }


def theme_json(theme: Theme, dataset_count: int, links: Links) -> Json:
    return {
        "id": theme.id,
        "title": theme.title,
        "title_en": theme.title_en,
        "data_theme": theme.data_theme_uri,
        "datasets": dataset_count,
        "url": links.theme(theme.id),
    }


def dataset_summary(dataset: ListedDataset, links: Links) -> Json:
    """What a list shows of a dataset."""
    return {
        "id": dataset.id,
        "name": dataset.name,
        "title": dataset.title,
        "title_en": dataset.title_en,
        "description": dataset.description,
        "organization": {"name": dataset.organization, "title": dataset.organization_title},
        "theme": dataset.theme,
        "keywords": list(dataset.keywords),
        "license": dataset.license,
        "access_level": dataset.access_level.value,
        "frequency": dataset.frequency.value,
        "formats": list(dataset.formats),
        "rows": dataset.row_count,
        "simulated": dataset.simulated,
        "issued": _moment(dataset.issued),
        "modified": _moment(dataset.modified),
        "recorded": _moment(dataset.recorded),
        "url": links.dataset(dataset.name),
        "api": f"{links.home()}api/v1/datasets/{dataset.name}",
    }


def dataset_json(published: PublishedDataset, links: Links, now: datetime, score: QualityScore | None = None) -> Json:
    """Everything about a dataset, with its tables."""
    dataset, duty = published.dataset, published.duty(now)
    return {
        **dataset_summary(as_listed(published), links),
        "description_en": dataset.description_en,
        "license": {
            "id": published.license.id,
            "title": published.license.title,
            "url": published.license.url,
            "is_open": published.license.is_open,
        },
        "contact": {"name": dataset.contact.name, "email": dataset.contact.email, "phone": dataset.contact.phone},
        "source_database": dataset.source_database,
        "legal_basis": dataset.legal_basis,
        "register_item": dataset.register_item,
        "spatial": dataset.spatial,
        "temporal_start": _day(dataset.temporal_start),
        "temporal_end": _day(dataset.temporal_end),
        "freshness": duty.freshness.value,
        "due": _moment(duty.due),
        "quality": _quality(score) if score else None,
        "tables": [table_json(published, table, links) for table in published.tables],
        "links": {
            "turtle": links.dataset(dataset.name, "ttl"),
            "rdf_xml": links.dataset(dataset.name, "rdf"),
            "json_ld": links.dataset(dataset.name, "jsonld"),
            "data_package": links.data_package(dataset.name) if published.formats else None,
        },
    }


def _quality(score: QualityScore) -> Json:
    """The points of a dataset, what was counted, and what each repair would bring."""
    return {
        "points": score.points,
        "possible": 100,
        "computed_on": _moment(score.computed_on),
        "dimensions": [_dimension(item) for item in score.dimensions],
    }


def _dimension(item: DimensionScore) -> Json:
    return {
        "dimension": item.dimension.value,
        "points": item.points,
        "possible": item.possible,
        "criteria": [
            {
                "id": criterion.id,
                "title": criterion.title,
                "title_en": criterion.title_en,
                "points": criterion.points,
                "possible": criterion.possible,
                "evidence": criterion.evidence,
                "evidence_en": criterion.evidence_en,
                "gains": [{"points": gain.points, "fix": gain.fix, "fix_en": gain.fix_en} for gain in criterion.gains],
            }
            for criterion in item.criteria
        ],
    }


def table_json(published: PublishedDataset, table: PublishedTable, links: Links) -> Json:
    """A table with its newest version; without columns and files where its content is not public."""
    distribution, version = table.distribution, table.version
    return {
        "id": distribution.id,
        "name": distribution.name,
        "dataset": published.dataset.name,
        "title": distribution.title,
        "title_en": distribution.title_en,
        "description": distribution.description,
        "kind": distribution.kind.value,
        "version": _version(version) if version else None,
        "columns": _columns(table, version) if version else [],
        "files": [_file(published, table, version, file, links) for file in table.files] if version else [],
        "rows_url": links.table_rows(distribution.id) if version else None,
        "schema_url": links.table_schema(version.schema_name, version.schema_version) if version else None,
    }


def checked_table(published: PublishedDataset, table: PublishedTable, version: Version, links: Links) -> CheckedTable:
    """What the report on a version is about."""
    dataset, name = published.dataset.name, table.distribution.name
    csv_file = next((file for file in version.files if file.format == "csv"), None)
    return CheckedTable(
        name=name,
        place=links.download(dataset, name, "csv", version.number),
        labels=[column.name for column in version.columns],
        sha256=csv_file.sha256 if csv_file else "",
        size=csv_file.size if csv_file else None,
        about={
            "dataset": dataset,
            "table": table.distribution.id,
            "version": _version(version),
            "schema": links.table_schema(version.schema_name, version.schema_version),
            "url": links.report_page(dataset, name, version.number),
        },
    )


def _version(version: Version) -> Json:
    return {
        "id": version.id,
        "number": version.number,
        "published_at": _moment(version.published_at),
        "rows": version.row_count,
        "schema": version.schema_name,
        "schema_version": version.schema_version,
    }


def _columns(table: PublishedTable, version: Version) -> list[Json]:
    fields = {field.name: field for field in table.schema.fields} if table.schema else {}
    columns = []
    for column in version.columns:
        field = fields.get(column.name)
        columns.append(
            {
                "name": column.name,
                "type": column.type,
                "title": field.title if field else column.name,
                "title_en": field.title_en if field else "",
                "description": field.description if field else "",
                "unit": field.unit if field else "",
                "code_list": field.code_list if field else None,
                "filled": column.filled,
                "distinct": column.distinct,
                "minimum": column.minimum,
                "maximum": column.maximum,
            }
        )
    return columns


def _file(published: PublishedDataset, table: PublishedTable, version: Version, file: StoredFile, links: Links) -> Json:
    names = published.dataset.name, table.distribution.name, file.format
    return {
        "format": file.format,
        "media_type": file.media_type,
        "size": file.size,
        "sha256": file.sha256,
        "url": links.download(*names),
        "version_url": links.download(*names, version.number),
    }


def schema_json(schema: TableSchema, links: Links) -> Json:
    return {
        "name": schema.name,
        "version": schema.version,
        "title": schema.title,
        "title_en": schema.title_en,
        "description": schema.description,
        "columns": len(schema.fields),
        "url": links.table_schema(schema.name, schema.version),
    }


def code_list_summary(code_list: CodeList, links: Links) -> Json:
    return {
        "name": code_list.name,
        "version": code_list.version,
        "title": code_list.title,
        "title_en": code_list.title_en,
        "status": code_list.status.value,
        "size": len(code_list.codes),
        "url": links.code_list(code_list.name, code_list.version),
        "api": f"{links.home()}api/v1/code-lists/{code_list.name}",
    }


def code_list_json(code_list: CodeList) -> Json:
    return {
        "name": code_list.name,
        "version": code_list.version,
        "title": code_list.title,
        "title_en": code_list.title_en,
        "source_decision": code_list.source_decision,
        "status": code_list.status.value,
        "codes": [
            {
                "code": code.code,
                "title": code.title,
                "title_en": code.title_en,
                "parent": code.parent,
                "description": code.description,
                "valid_from": _day(code.valid_from),
                "valid_to": _day(code.valid_to),
                "aliases": list(code.aliases),
                "replaced_by": list(code.replaced_by),
            }
            for code in code_list.codes
        ],
    }


def source_json(
    source: HarvestSource,
    organization: str,
    run: HarvestRun | None,
    tables: Iterable[SourceTable],
    outcomes: Mapping[str, TableOutcome],
) -> Json:
    """A source with its last run and what became of each of these ``tables``, by what may be told of them. How the
    source is reached is nobody's business, and error texts may tell it: only their codes go out."""
    return {
        "id": source.id,
        "name": source.name,
        "title": source.title,
        "organization": organization,
        "kind": source.kind,
        "frequency": source.frequency.value,
        "enabled": source.enabled,
        "last_run": _run(run) if run else None,
        "tables": [
            {"key": table.key, "table": table.distribution_id, "outcome": _outcome(outcomes.get(table.key))}
            for table in tables
        ],
    }


def listing_json(datasets: int, outcome: TableOutcome | None) -> Json:
    """The listing of another catalogue: how many public ``datasets`` came of it, and how it was read last."""
    return {
        "datasets": datasets,
        "outcome": outcome.outcome.value if outcome else None,
        "at": _moment(outcome.finished_at) if outcome else None,
        "counts": dict(outcome.counts) if outcome else {},
    }


def _run(run: HarvestRun) -> Json:
    return {
        "id": run.id,
        "state": run.state.value,
        "requested_at": _moment(run.requested_at),
        "started_at": _moment(run.started_at),
        "finished_at": _moment(run.finished_at),
        "attempt": run.attempt,
        "error_code": run.error_code,
    }


def _outcome(outcome: TableOutcome | None) -> Json | None:
    if outcome is None:
        return None
    return {
        "outcome": outcome.outcome.value,
        "at": _moment(outcome.finished_at),
        "rows": outcome.row_count,
        "issues": [
            {"code": issue.code, "severity": issue.severity.value, "field": issue.field, "count": issue.count}
            for issue in outcome.issues
        ],
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None
