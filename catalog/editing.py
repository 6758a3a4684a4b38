"""Use cases that describe: bringing organizations, dictionaries, datasets and sources into the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeVar, cast

from catalog.dictionary import CodeList, TableSchema
from catalog.errors import NotFound
from catalog.model import Dataset, Organization
from catalog.ports import AuditEvent, CatalogTransaction, Topic
from catalog.sources import HarvestSource
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
    and datasets are cleaned of control, zero-width and direction characters."""
    known = {organization.id: organization for organization in transaction.organizations()}
    for organization in map(cleaned, organizations):
        if known.get(organization.id) != organization:
            transaction.put_organization(organization)
    for schema in table_schemas:
        if not _has_schema(transaction, schema):
            transaction.put_table_schema(schema)
    lists = {code_list.name: code_list for code_list in transaction.code_lists()}
    for code_list in code_lists:
        if lists.get(code_list.name) != code_list:
            transaction.put_code_list(code_list)
    changed = sum(describe(transaction, dataset, actor=actor, at=at) for dataset in datasets)
    described = {source.id: source for source in transaction.sources()}
    for source in sources:
        wanted = _with_accepted_layouts(source, described.get(source.id))
        if described.get(source.id) != wanted:
            transaction.put_source(wanted)
    return changed


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
