"""Frictionless Data Package and Table Schema (https://specs.frictionlessdata.io/), version 1 keys.

The paths are those of fixed versions, so that sizes and hashes in the descriptor stay true when a newer one appears.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.dictionary import Field, TableSchema
from catalog.model import StoredFile, Version
from catalog.reading import PublishedDataset, PublishedTable
from publishers.links import Links

Descriptor = dict[str, Any]

_CONSTRAINTS = ("required", "unique", "minLength", "maxLength", "minimum", "maximum", "pattern", "enum")


def data_package(published: PublishedDataset, links: Links) -> Descriptor:
    """The descriptor of a dataset with the CSV file of each published table. Nothing to list, nothing listed: the
    caller says that the dataset has no files."""
    dataset = published.dataset
    names = {table.schema.name: table.distribution.name for table in published.tables if table.schema and table.version}
    resources = [
        _resource(published, table, table.version, file, names, links)
        for table in published.tables
        if table.version and (file := table.file("csv"))
    ]
    described: Descriptor = {
        "profile": "data-package",
        "name": dataset.name,
        "id": dataset.id,
        "title": dataset.title,
        "description": dataset.description,
        "homepage": links.dataset(dataset.name),
        "keywords": list(dataset.keywords),
        "licenses": [_license(published)],
        "contributors": _contributors(published, links),
        "resources": resources,
    }
    if dataset.source_database:
        described["sources"] = [{"title": dataset.source_database}]
    if dataset.modified:
        described["created"] = dataset.modified.isoformat(timespec="seconds")
    return {key: value for key, value in described.items() if value not in ("", [])}


def table_schema(schema: TableSchema, references: Mapping[str, str] | None = None) -> Descriptor:
    """A plain Table Schema that the published CSV obeys: standard properties only, values in their default forms.

    ``references`` maps schema names to resources of the same package; foreign keys to anything else, code lists for
    one, are left out, for a validator could not resolve them.
    """
    described: Descriptor = {"fields": [_field(field) for field in schema.fields]}
    if schema.primary_key:
        described["primaryKey"] = list(schema.primary_key)
    keys = [
        {"fields": list(key.fields), "reference": {"resource": resource, "fields": list(key.reference_fields)}}
        for key in schema.foreign_keys
        if (resource := (references or {}).get(key.reference))
    ]
    if keys:
        described["foreignKeys"] = keys
    return {**described, "missingValues": [""]}


def _field(field: Field) -> Descriptor:
    """Published values are canonical: ISO dates, decimal points, true and false; so the format is the default one."""
    about = " ".join(filter(None, (field.description, f"Đơn vị: {field.unit}." if field.unit else "")))
    described: Descriptor = {"name": field.name, "type": field.type, "title": field.title, "description": about}
    if field.type == "string" and field.format != "default":
        described["format"] = field.format
    constraints = {name: field.constraints[name] for name in _CONSTRAINTS if name in field.constraints}
    if constraints:
        described["constraints"] = constraints
    return {key: value for key, value in described.items() if value != ""}


def _resource(
    published: PublishedDataset,
    table: PublishedTable,
    version: Version,
    file: StoredFile,
    names: Mapping[str, str],
    links: Links,
) -> Descriptor:
    schema = table.schema
    return {
        "profile": "tabular-data-resource",
        "name": table.distribution.name,
        "title": table.distribution.title,
        "path": links.download(published.dataset.name, table.distribution.name, "csv", version.number),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8-sig",  # the files begin with a byte order mark, for spreadsheets
        "bytes": file.size,
        "hash": f"sha256:{file.sha256}",
        "dialect": {"delimiter": ",", "doubleQuote": True, "header": True},
        "schema": table_schema(schema, names) if schema else _schema_of_columns(version),
    }


def _schema_of_columns(version: Version) -> Descriptor:
    return {"fields": [{"name": column.name, "type": column.type} for column in version.columns]}


def _license(published: PublishedDataset) -> Descriptor:
    described = {"name": published.license.id, "title": published.license.title}
    return {**described, "path": published.license.url} if published.license.url else described


def _contributors(published: PublishedDataset, links: Links) -> list[Descriptor]:
    organization, contact = published.organization, published.dataset.contact
    publisher = {"title": organization.title, "path": links.organization(organization.name), "role": "publisher"}
    if not contact.name:
        return [publisher]
    asked = {"title": contact.name, "role": "contact", "organization": organization.title}
    return [publisher, {**asked, "email": contact.email} if contact.email else asked]
