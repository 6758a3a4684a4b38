"""Questions as addresses write them: old and mistyped links still get an answer."""

from __future__ import annotations

from datetime import date

import pytest
from werkzeug.datastructures import MultiDict

from catalog.questions import AllOf, Between, SearchSort, Viewer
from portal.questions import LAST_PAGE, LONGEST_TEXT, asked_from_args, first_day, last_day, page_number, read_bound
from portal.wiring import Parts


def test_facets_are_read_by_name_and_unknown_parameters_left_out() -> None:
    args = MultiDict([("theme", "y-te"), ("theme", "giao-duc"), ("theme", "y-te"), ("mau", "do"), ("format", " ")])
    query = asked_from_args(args, Viewer.PUBLIC).query
    assert query.filters == {"theme": ("y-te", "giao-duc")}
    assert query.viewer is Viewer.PUBLIC


def test_the_viewer_never_comes_from_the_address() -> None:
    assert asked_from_args(MultiDict([("viewer", "staff")]), Viewer.PUBLIC).query.viewer is Viewer.PUBLIC


@pytest.mark.parametrize(
    ("text", "sort", "expected"),
    [
        ("", "", SearchSort.MODIFIED),
        ("y tế", "", SearchSort.RELEVANCE),
        ("", "relevance", SearchSort.MODIFIED),
        ("y tế", "title", SearchSort.TITLE),
        ("y tế", "'; drop table", SearchSort.RELEVANCE),
    ],
)
def test_without_a_known_order_the_newest_or_nearest_come_first(text: str, sort: str, expected: SearchSort) -> None:
    assert asked_from_args(MultiDict([("q", text), ("sort", sort)]), Viewer.PUBLIC).query.sort is expected


def test_text_is_cleaned_and_bounded() -> None:
    query = asked_from_args(MultiDict([("q", "  gia\u0301o\u200b du\u0323c\x00 " + "a" * 900)]), Viewer.PUBLIC).query
    assert query.text.startswith("giáo dục")
    assert len(query.text) == LONGEST_TEXT


@pytest.mark.parametrize(
    ("page", "number"),
    [("3", 3), ("0", 1), ("-4", 1), ("ba", 1), ("", 1), ("٣", 1), ("9" * 400, 1), ("99999999", LAST_PAGE)],
)
def test_a_page_is_a_number_within_reach(page: str, number: int) -> None:
    assert page_number(MultiDict([("page", page)])) == number


def test_pages_become_offsets() -> None:
    query = asked_from_args(MultiDict([("page", "3")]), Viewer.PUBLIC, page_size=10).query
    assert (query.offset, query.limit) == (20, 10)


@pytest.mark.parametrize(
    ("text", "bound", "first", "last"),
    [
        ("2024", "2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-2", "2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2/2023", "2023-02", date(2023, 2, 1), date(2023, 2, 28)),
        (" 31/1/2024 ", "2024-01-31", date(2024, 1, 31), date(2024, 1, 31)),
        ("2024-01-31", "2024-01-31", date(2024, 1, 31), date(2024, 1, 31)),
    ],
)
def test_a_bound_is_a_year_a_month_or_a_day(text: str, bound: str, first: date, last: date) -> None:
    assert read_bound(text) == bound
    assert (first_day(bound), last_day(bound)) == (first, last)


@pytest.mark.parametrize("text", ["", "xưa", "24", "0000", "2024-13", "30/2/2024", "2024-1-1-1", "１2024", "-1"])
def test_anything_else_is_no_bound(text: str) -> None:
    assert read_bound(text) == ""


def test_days_are_those_of_the_province() -> None:
    query = asked_from_args(
        MultiDict([("modified_from", "2026-11"), ("modified_to", "2026-11-25")]), Viewer.PUBLIC
    ).query
    assert query.where == AllOf(
        (Between("modified", "2026-11-01T00:00:00+07:00", "2026-11-26T00:00:00+07:00", include_high=False),)
    )


@pytest.mark.parametrize("bounds", [{"modified_to": "9999"}, {"modified_from": "0001"}, {"period_to": "9999-12-31"}])
def test_the_ends_of_all_times_can_be_asked_for(parts: Parts, bounds: dict[str, str]) -> None:
    asked = asked_from_args(MultiDict(bounds), Viewer.PUBLIC)
    assert asked.bounds == bounds
    parts.index.search(asked.query)
