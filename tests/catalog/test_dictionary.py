"""Table schemas read from their JSON form."""

from __future__ import annotations

import pytest

from catalog.dictionary import TableSchema
from tests.catalog.examples import clinic_descriptor


def test_a_descriptor_gives_fields_keys_and_references() -> None:
    schema = TableSchema.from_descriptor(clinic_descriptor())
    assert schema.field_names == ("ma", "ten", "ma_xa", "giuong")
    assert schema.primary_key == ("ma",)
    assert schema.foreign_keys[0].reference == "xa-thanh-hoa"
    beds = schema.field("giuong")
    assert beds is not None
    assert (beds.title, beds.unit, beds.required) == ("Giường bệnh", "giường", False)
    assert schema.field("khong_co") is None


def test_a_key_of_one_column_may_be_written_as_text() -> None:
    assert TableSchema.from_descriptor(clinic_descriptor(primaryKey="ma")).primary_key == ("ma",)


def test_the_digest_changes_with_anything_that_may_be_checked() -> None:
    schema = TableSchema.from_descriptor(clinic_descriptor())
    same = TableSchema.from_descriptor(dict(reversed(clinic_descriptor().items())))
    stricter = TableSchema.from_descriptor(clinic_descriptor(primaryKey=["ma", "ma_xa"]))
    assert schema.digest == same.digest
    assert schema.digest != stricter.digest


def test_a_descriptor_without_fields_is_refused() -> None:
    with pytest.raises(KeyError):
        TableSchema.from_descriptor({"name": "x", "version": "1.0.0", "title": "X"})
