"""Who may know of a dataset, and who may have its rows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog.errors import NotFound
from catalog.model import AccessLevel, DatasetId, DatasetStatus
from catalog.questions import Viewer
from catalog.reading import (
    as_listed,
    is_visible,
    listed_now,
    may_read_rows,
    published_dataset,
    published_datasets,
    published_table,
)
from catalog.storage.database import SqlCatalogStore
from tests.catalog.examples import CLINIC_SCHEMA, CLINICS, HEALTH, NOW

PUBLISHED, DRAFT, WITHDRAWN = DatasetStatus.PUBLISHED, DatasetStatus.DRAFT, DatasetStatus.WITHDRAWN


@pytest.mark.parametrize(
    ("status", "level", "visible", "readable"),
    [
        (PUBLISHED, AccessLevel.OPEN, True, True),
        (PUBLISHED, AccessLevel.SHARED, True, False),
        (PUBLISHED, AccessLevel.INTERNAL, False, False),
        (DRAFT, AccessLevel.OPEN, False, False),
        (WITHDRAWN, AccessLevel.OPEN, False, False),
    ],
)
def test_the_public_sees_open_and_shared_descriptions_and_open_rows_of_what_is_published(
    status: DatasetStatus, level: AccessLevel, *, visible: bool, readable: bool
) -> None:
    dataset = replace(CLINICS, status=status, access_level=level)
    assert is_visible(dataset, Viewer.PUBLIC) is visible
    assert may_read_rows(dataset, Viewer.PUBLIC) is readable
    assert is_visible(dataset, Viewer.STAFF)
    assert may_read_rows(dataset, Viewer.STAFF)


def test_a_hidden_dataset_is_missing_as_if_it_did_not_exist(store: SqlCatalogStore) -> None:
    with store.write() as transaction:
        transaction.put_organization(HEALTH)
        transaction.put_table_schema(CLINIC_SCHEMA)
        transaction.put_dataset(replace(CLINICS, status=DRAFT), NOW)
    with store.read() as reader:
        with pytest.raises(NotFound):
            published_dataset(reader, CLINICS.name)
        with pytest.raises(NotFound):
            published_table(reader, CLINICS.distributions[0].id)
        assert published_datasets(reader) == ()
        assert published_datasets(reader, [CLINICS.id]) == ()
        assert published_dataset(reader, CLINICS.name, Viewer.STAFF).dataset.id == CLINICS.id
        (shown,) = published_datasets(reader, viewer=Viewer.STAFF)
        assert shown.dataset.id == CLINICS.id


def test_a_list_shows_what_the_index_holds_unless_the_catalogue_knows_better(store: SqlCatalogStore) -> None:
    markets = replace(CLINICS, id=DatasetId("ds-cho"), name="cho", title="Chợ", distributions=())
    with store.write() as transaction:
        transaction.put_organization(HEALTH)
        transaction.put_table_schema(CLINIC_SCHEMA)
        stored = transaction.put_dataset(CLINICS, NOW)
        stored_markets = transaction.put_dataset(markets, NOW)
    with store.read() as reader:
        held = [
            replace(as_listed(item), title=f"{item.dataset.title} (chỉ mục)") for item in published_datasets(reader)
        ]
        cho, clinics = held
        assert listed_now(reader, held, Viewer.PUBLIC) == (cho, clinics)
        assert listed_now(reader, [clinics, cho], Viewer.PUBLIC) == (clinics, cho)
        assert listed_now(reader, [], Viewer.PUBLIC) == ()
    with store.write() as transaction:
        transaction.put_dataset(replace(stored, title="Phòng khám"), NOW)
        transaction.put_dataset(replace(stored_markets, access_level=AccessLevel.INTERNAL), NOW)
    with store.read() as reader:
        shown = listed_now(reader, [cho, clinics, replace(cho, id=DatasetId("ds-mat"))], Viewer.PUBLIC)
        assert [item.title for item in shown] == ["Phòng khám"]
        assert [item.title for item in listed_now(reader, [cho, clinics], Viewer.STAFF)] == ["Chợ", "Phòng khám"]
