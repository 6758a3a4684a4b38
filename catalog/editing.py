"""Use cases that describe: bringing organizations, dictionaries, datasets and sources into the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeVar, cast

from catalog.dictionary import CodeList, TableSchema
from catalog.errors import NotFound
from catalog.model import Dataset, DatasetId, Organization, organization_path
from catalog.ports import AuditEvent, CatalogReader, CatalogTransaction, Topic
from catalog.sources import HarvestSource
from catalog.version_codes import coded_columns
from catalog.vietnamese import clean


def register(
    transaction: CatalogTransaction,
    *,
    organizations: Iterable[Organization] = (),
    table_schemas: Iterable[TableSchema] = (),
    code_lists: Iterable[CodeList] = (),
    datasets: Iterable[Dataset] = (),
    sources: Iterable[HarvestSource] = (),
    actor: str,
    at: datetime,
) -> int:
    """Add what is missing and replace what differs; what is equal already is left alone. Returns how many datasets
    changed. Publication times and revisions of datasets are the catalogue's own and are kept. Texts of organizations
    and datasets are cleaned of control, zero-width and direction characters. What the search index says of
    organizations, columns and codes is written again."""
    known = {organization.id: organization for organization in transaction.organizations()}
    owners = [item for item in map(cleaned, organizations) if known.get(item.id) != item]
    for organization in owners:
        transaction.put_organization(organization)
    schemas = [schema for schema in table_schemas if not _has_schema(transaction, schema)]
    for schema in schemas:
        transaction.put_table_schema(schema)
    known_lists = {code_list.name: code_list for code_list in transaction.code_lists()}
    lists = [code_list for code_list in code_lists if known_lists.get(code_list.name) != code_list]
    for code_list in lists:
        transaction.put_code_list(code_list)
    if owners or schemas or lists:
        transaction.add_events(Topic.DATASET, _indexed_with(transaction, owners, schemas, lists), at)
    changed = sum(describe(transaction, dataset, actor=actor, at=at) for dataset in datasets)
    described = {source.id: source for source in transaction.sources()}
    for source in sources:
        wanted = _with_accepted_layouts(source, described.get(source.id))
        if described.get(source.id) != wanted:
            transaction.put_source(wanted)
    return changed


def _indexed_with(
    reader: CatalogReader, owners: Iterable[Organization], schemas: Iterable[TableSchema], lists: Iterable[CodeList]
) -> list[DatasetId]:
    """The datasets of which the search index says anything that any of these say."""
    names, list_names = {schema.name for schema in schemas}, {code_list.name for code_list in lists}
    if list_names:
        names |= {
            item.name for item in reader.table_schemas() if not list_names.isdisjoint(coded_columns(item).values())
        }
    organizations = {item.id: item for item in reader.organizations()}
    owner_names = {item.name for item in owners}
    under = {
        item.id for item in organizations.values() if not owner_names.isdisjoint(organization_path(item, organizations))
    }
    return [
        dataset.id
        for dataset in reader.datasets()
        if dataset.organization_id in under or any(table.schema_name in names for table in dataset.distributions)
    ]


def _with_accepted_layouts(source: HarvestSource, stored: HarvestSource | None) -> HarvestSource:
    """``source`` with the layouts that were accepted for tables which it describes as before."""
    accepted = {(table.key, table.locator): table.layout for table in stored.tables} if stored else {}
    tables = tuple(
        table if table.layout else replace(table, layout=accepted.get((table.key, table.locator)))
        for table in source.tables
    )
    return replace(source, tables=tables)


def describe(transaction: CatalogTransaction, dataset: Dataset, *, actor: str, at: datetime) -> bool:
    """Add or replace the description of a dataset, with audit and outbox; returns whether anything changed."""
    try:
        stored = transaction.dataset(dataset.id)
    except NotFound:
        wanted, action = cleaned(dataset), "dataset.create"
    else:
        kept = {name: getattr(stored, name) for name in ("revision", "issued", "modified", "recorded")}
        wanted = replace(cleaned(dataset), **kept)
        action = "dataset.update"
        if wanted == stored:
            return False
    transaction.put_dataset(wanted, at)
    transaction.add_event(Topic.DATASET, dataset.id, at)
    transaction.add_audit(AuditEvent(at, actor, action, "dataset", dataset.id, {"name": dataset.name}))
    return True


Described = TypeVar("Described", Organization, Dataset)


def cleaned(value: Described) -> Described:
    """The same with every text in it cleaned; see :func:`catalog.vietnamese.clean`."""
    return cast(Described, _cleaned(value))


def _cleaned(value: object) -> object:
    if isinstance(value, StrEnum):
        return value
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, tuple):
        return tuple(_cleaned(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        before = ((field.name, getattr(value, field.name)) for field in fields(value))
        changed = {name: new for name, said in before if (new := _cleaned(said)) != said}
        return replace(value, **changed) if changed else value
    return value


def _has_schema(transaction: CatalogTransaction, schema: TableSchema) -> bool:
    try:
        return transaction.table_schema(schema.name, schema.version).digest == schema.digest
    except NotFound:
        return False
