"""Records of other catalogues as nobody would write them: whatever they hold, only they are rejected."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.remote import RemoteDataset
from harvesters.ckan_records import describe_package, is_dataset
from harvesters.dcat_records import describe, identifier_of
from tests.harvesters.test_ckan import PACKAGE
from tests.harvesters.test_dcat_us import RECORD

ODD_WORDS = st.text(max_size=6) | st.sampled_from(
    ["2025-01-01/2026", "http://[bad", "mailto:a@b.c?x", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "٣"]
)
ODD_NAMES = st.text(max_size=3) | st.sampled_from(
    ["@id", "@value", "@language", "@list", "name", "fn", "vi", "hasEmail"]
)
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | ODD_WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ODD_NAMES, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=100)
@given(record=st.dictionaries(st.sampled_from([*RECORD, "@id", "dct:title", "url"]), ODD, max_size=6))
def test_no_record_is_an_error_whatever_it_holds(record: dict[str, Any]) -> None:
    assert isinstance(identifier_of(record), str)
    assert isinstance(describe(record), RemoteDataset)


@settings(max_examples=100)
@given(package=st.dictionaries(st.sampled_from([*PACKAGE, "title_translated", "keywords"]), ODD, max_size=6))
def test_no_package_is_an_error_whatever_it_holds(package: dict[str, Any]) -> None:
    assert isinstance(is_dataset(package), bool)
    assert isinstance(describe_package(package, "https://a.example"), RemoteDataset)
