"""Who may see what, filters and facets, on every engine."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest

from catalog.errors import InvalidQuery
from catalog.model import AccessLevel
from catalog.ports import DatasetIndex
from catalog.questions import (
    FACETS,
    AnyOf,
    Between,
    FacetCount,
    Match,
    SearchQuery,
    Viewer,
)
from tests.contracts.dataset_indexes import described, found


def test_the_public_sees_published_datasets_of_open_and_shared_levels_only(index: DatasetIndex) -> None:
    index.put(
        [
            described("open"),
            described("shared", level=AccessLevel.SHARED),
            described("internal", level=AccessLevel.INTERNAL),
            described("draft", published=False),
        ]
    )
    assert sorted(found(index)) == ["open", "shared"]
    assert sorted(found(index, viewer=Viewer.STAFF)) == ["draft", "internal", "open", "shared"]
    hidden = SearchQuery(where=AnyOf((Match("level", "internal"), Match("state", "draft"))), facets=("level",))
    assert index.search(hidden).total == 0
    assert index.search(hidden).facets["level"] == ()


def faceted(index: DatasetIndex) -> None:
    index.put(
        [
            described("a", organization="so-y-te", keywords=("khám bệnh", "thuốc"), formats=("csv", "xlsx")),
            described("b", organization="so-y-te", keywords=("thuốc",)),
            described("c", organization="so-xay-dung", keywords=("nhà ở",), formats=("pdf",)),
        ]
    )


def test_any_value_of_one_facet_and_all_of_the_facets(index: DatasetIndex) -> None:
    faceted(index)
    assert sorted(found(index, filters={"organization": ("so-y-te", "so-xay-dung")})) == ["a", "b", "c"]
    assert found(index, filters={"organization": ("so-y-te",), "keyword": ("khám bệnh",)}) == ["a"]
    assert found(index, filters={"organization": ("so-xay-dung",), "keyword": ("thuốc",)}) == []
    assert found(index, filters={"organization": ("khong-co",)}) == []
    assert sorted(found(index, filters={"organization": ()})) == ["a", "b", "c"]
    assert found(index, filters={"keyword": (unicodedata.normalize("NFD", "khám bệnh"),)}) == ["a"]


def test_facets_are_counted_without_their_own_filter_by_count_then_value(index: DatasetIndex) -> None:
    faceted(index)
    page = index.search(
        SearchQuery(filters={"organization": ("so-y-te",)}, facets=("organization", "keyword", "format"))
    )
    assert page.total == 2
    assert page.facets["organization"] == (FacetCount("so-y-te", 2), FacetCount("so-xay-dung", 1))
    assert page.facets["keyword"] == (FacetCount("thuốc", 2), FacetCount("khám bệnh", 1))
    assert page.facets["format"] == (FacetCount("csv", 2), FacetCount("xlsx", 1))


def test_facet_counts_follow_the_text_and_are_limited(index: DatasetIndex) -> None:
    faceted(index)
    page = index.search(SearchQuery("nhà", facets=("keyword", "license")))
    assert page.facets == {"keyword": (FacetCount("nhà ở", 1),), "license": (FacetCount("cc-by", 1),)}
    assert index.search(SearchQuery(facets=("keyword",), facet_limit=1)).facets["keyword"] == (FacetCount("thuốc", 2),)


def test_every_facet_of_the_catalogue_can_be_counted_and_filtered(index: DatasetIndex) -> None:
    day = date(2024, 5, 1)
    index.put([described("a", keywords=("k",), communes=("14797",), columns=("Diện tích",), temporal_start=day)])
    counted = index.search(SearchQuery(facets=FACETS)).facets
    assert set(counted) == set(FACETS)
    for facet, (count,) in counted.items():
        assert found(index, filters={facet: (count.value,)}) == ["a"]


def test_a_facet_of_organizations_counts_those_above_too(index: DatasetIndex) -> None:
    index.put(
        [
            described("a", organization="chi-cuc", organization_path=("chi-cuc", "so-y-te")),
            described("b", organization="so-y-te", organization_path=("so-y-te",)),
        ]
    )
    page = index.search(SearchQuery(facets=("organization_path", "organization")))
    assert page.facets["organization_path"] == (FacetCount("so-y-te", 2), FacetCount("chi-cuc", 1))
    assert page.facets["organization"] == (FacetCount("chi-cuc", 1), FacetCount("so-y-te", 1))
    assert sorted(found(index, filters={"organization_path": ("so-y-te",)})) == ["a", "b"]


def test_years_are_those_from_the_first_to_the_last_day(index: DatasetIndex) -> None:
    index.put(
        [
            described("long", temporal_start=date(2019, 5, 1), temporal_end=date(2021, 1, 1)),
            described("short", temporal_start=date(2021, 5, 1)),
            described("none"),
        ]
    )
    assert index.search(SearchQuery(facets=("year",))).facets["year"] == (
        FacetCount("2021", 2),
        FacetCount("2019", 1),
        FacetCount("2020", 1),
    )
    assert found(index, where=Between("temporal_start", "2020-01-01", None)) == ["short"]
    assert found(index, where=Between("temporal_end", None, "2021-01-01")) == ["long"]


def test_values_of_a_long_facet_can_be_looked_for(index: DatasetIndex) -> None:
    index.put([described("a", columns=("Diện tích đất", "Dân số", "Đất ở")), described("b", columns=("Dân số",))])
    page = index.search(SearchQuery(facets=("column",), facet_text={"column": "dat"}, facet_limit=5))
    assert page.facets["column"] == (FacetCount("Diện tích đất", 1), FacetCount("Đất ở", 1))
    page = index.search(SearchQuery(facets=("column",), facet_text={"column": "d"}, facet_limit=1))
    assert page.facets["column"] == (FacetCount("Dân số", 2),)


@pytest.mark.parametrize("query", [SearchQuery(facets=("mật",)), SearchQuery(filters={"mật": ("x",)})])
def test_an_unknown_facet_is_refused(index: DatasetIndex, query: SearchQuery) -> None:
    with pytest.raises(InvalidQuery, match="mật"):
        index.search(query)
