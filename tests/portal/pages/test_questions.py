"""Questions as addresses write them: old and mistyped links still get an answer."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict

from catalog.questions import SearchSort, Viewer
from portal.questions import LAST_PAGE, LONGEST_TEXT, asked_from_args, page_number


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
