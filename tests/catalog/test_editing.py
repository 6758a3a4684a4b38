"""Bringing descriptions into the catalogue: again and again, changing what differs and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from catalog.dictionary import TableSchema
from catalog.editing import register
from catalog.model import Dataset, OrganizationId
from catalog.ports import Topic
from catalog.storage.database import SqlCatalogStore
from tests.catalog.examples import CLINIC_SCHEMA, CLINICS, COMMUNES, HEALTH, NOW, clinic_descriptor, example_source

SOURCE = example_source("nguon", CLINICS)


def describe_all(
    store: SqlCatalogStore, dataset: Dataset = CLINICS, schema: TableSchema = CLINIC_SCHEMA, at: datetime = NOW
) -> int:
    with store.write() as transaction:
        return register(
            transaction,
            organizations=[HEALTH],
            table_schemas=[schema],
            code_lists=[COMMUNES],
            datasets=[dataset],
            sources=[SOURCE],
            actor="test",
            at=at,
        )


def test_what_is_described_is_there_with_audit_and_outbox(store: SqlCatalogStore) -> None:
    assert describe_all(store) == 1
    with store.read() as reader:
        assert reader.organization(HEALTH.name) == HEALTH
        assert reader.dataset(CLINICS.name) == replace(CLINICS, revision=1, recorded=NOW)
        assert reader.code_list(COMMUNES.name) == COMMUNES
        assert reader.source(SOURCE.name) == SOURCE
        assert [(event.topic, event.key) for event in reader.outbox()] == [(Topic.DATASET, CLINICS.id)]
        assert [(event.action, event.actor, event.object_id) for event in reader.audit()] == [
            ("dataset.create", "test", CLINICS.id)
        ]


def test_describing_the_same_again_changes_nothing(store: SqlCatalogStore) -> None:
    describe_all(store)
    assert describe_all(store, at=NOW + timedelta(days=1)) == 0
    with store.read() as reader:
        assert reader.dataset(CLINICS.id).revision == 1
        assert reader.dataset(CLINICS.id).recorded == NOW
        assert len(reader.outbox()) == len(reader.audit()) == 1


def test_a_changed_description_keeps_the_times_of_publication(store: SqlCatalogStore) -> None:
    describe_all(store)
    renewed = NOW + timedelta(days=30)
    with store.write() as transaction:
        transaction.put_dataset(replace(transaction.dataset(CLINICS.id), issued=NOW, modified=renewed), NOW)
    assert describe_all(store, replace(CLINICS, title="Tên mới"), at=renewed + timedelta(days=1)) == 1
    with store.read() as reader:
        kept = replace(CLINICS, title="Tên mới", revision=3, issued=NOW, modified=renewed)
        kept = replace(kept, recorded=renewed + timedelta(days=1))
        assert reader.dataset(CLINICS.id) == kept
        assert reader.audit()[0].action == "dataset.update"


def test_a_new_version_of_a_schema_stands_beside_the_old_one(store: SqlCatalogStore) -> None:
    describe_all(store)
    describe_all(store, schema=TableSchema.from_descriptor(clinic_descriptor(version="1.1.0")))
    with store.read() as reader:
        assert reader.table_schema(CLINIC_SCHEMA.name).version == "1.1.0"
        assert reader.table_schema(CLINIC_SCHEMA.name, "1.0.0") == CLINIC_SCHEMA


def test_texts_are_cleaned_of_what_nobody_sees(store: SqlCatalogStore) -> None:
    contact = replace(CLINICS.contact, name="Phòng \u202eNghiệp vụ")
    hostile = replace(CLINICS, title="Bệnh\u200b viện\u0007 ", keywords=("y\u2066 tế",), contact=contact)
    describe_all(store, hostile)
    with store.read() as reader:
        stored = reader.dataset(CLINICS.id)
    assert (stored.title, stored.keywords, stored.contact.name) == ("Bệnh viện", ("y tế",), "Phòng Nghiệp vụ")
    assert describe_all(store, hostile) == 0


@pytest.mark.parametrize(
    "changed",
    [
        {"organizations": [replace(HEALTH, title="Sở Y tế và Dân số")]},
        {"table_schemas": [TableSchema.from_descriptor(clinic_descriptor(version="2.0.0"))]},
        {"code_lists": [replace(COMMUNES, version="2026.1", title="Xã, phường")]},
    ],
    ids=["organization", "schema", "code list"],
)
def test_a_dataset_is_indexed_again_with_what_it_shares(store: SqlCatalogStore, changed: dict[str, Any]) -> None:
    describe_all(store)
    for _ in range(2):  # what is equal the second time changes nothing
        with store.write() as transaction:
            register(transaction, **changed, actor="test", at=NOW)
    with store.read() as reader:
        assert [event.key for event in reader.outbox()] == [CLINICS.id, CLINICS.id]


def test_it_shares_with_the_organizations_above_its_owner_too_and_with_no_others(store: SqlCatalogStore) -> None:
    describe_all(store)
    other = replace(HEALTH, id=OrganizationId("so-khac"), name="so-khac", code="X", title="Sở khác")
    with store.write() as transaction:
        register(transaction, organizations=[other], actor="test", at=NOW)
        register(transaction, organizations=[replace(HEALTH, parent_id=other.id)], actor="test", at=NOW)
        register(transaction, organizations=[replace(other, title="Ủy ban")], actor="test", at=NOW)
    with store.read() as reader:
        assert [event.key for event in reader.outbox()] == [CLINICS.id] * 3
