"""Who may know of a dataset, and who may have its rows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog.errors import NotFound
from catalog.model import AccessLevel, DatasetStatus
from catalog.questions import Viewer
from catalog.reading import is_visible, may_read_rows, published_dataset, published_datasets, published_table
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
