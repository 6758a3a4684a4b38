"""What becomes of what another catalogue says."""

from __future__ import annotations

from datetime import UTC, datetime

from catalog.model import Dataset
from catalog.remote import RemoteDataset, RemoteRecord
from catalog.remote_datasets import dataset_of
from tests.catalog.examples import example_source

NOW = datetime(2026, 11, 1, 2, tzinfo=UTC)


def dataset(said: RemoteDataset) -> Dataset:
    return dataset_of(example_source("danh-muc"), RemoteRecord(1, "a", {}), said, "tre-em", None, NOW)


def test_a_title_in_one_language_stands_for_both() -> None:
    made = dataset(RemoteDataset(title="Trẻ em", description="Theo xã"))
    assert (made.title, made.title_en) == ("Trẻ em", "Trẻ em")
    assert (made.description, made.description_en) == ("Theo xã", "")


def test_english_is_kept_where_the_record_speaks_it() -> None:
    said = RemoteDataset(title="Trẻ em", title_en="Children", description="Theo xã", description_en="<b>By</b> commune")
    made = dataset(said)
    assert (made.title_en, made.description_en) == ("Children", "By  commune")
