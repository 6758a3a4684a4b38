"""When the periods of the tables begin and end."""

from __future__ import annotations

from datetime import date
from math import isnan

import pytest

from catalog.periods import bounds_of_period, end_of_period
from schemas.period_spans import span_of, year_of


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("202602", date(2026, 2, 1), date(2026, 2, 28)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("202612", date(2026, 12, 1), date(2026, 12, 31)),
        ("2026Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("20264", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026H1", date(2026, 1, 1), date(2026, 6, 30)),
        ("2026H2", date(2026, 7, 1), date(2026, 12, 31)),
        ("2026N9", date(2026, 1, 1), date(2026, 9, 30)),
        ("2025-2026", date(2025, 9, 1), date(2026, 5, 31)),
        ("9999", date(9999, 1, 1), date(9999, 12, 31)),
        ("2026-02-28", date(2026, 2, 28), date(2026, 2, 28)),
    ],
)
def test_periods_begin_and_end(text: str, first: date, last: date) -> None:
    assert bounds_of_period(text) == (first, last)
    assert end_of_period(text) == last
    assert span_of(text) == (first.toordinal(), last.toordinal())
    assert year_of(text) == last.year


@pytest.mark.parametrize(
    "text", ["", "2026-02-30", "202613", "20265", "2026H3", "2026N6", "2025-2027", "quý 1", "0000"]
)
def test_anything_else_is_no_period(text: str) -> None:
    assert bounds_of_period(text) is None
    assert all(map(isnan, span_of(text)))
    assert isnan(year_of(text))


def test_a_moment_lies_within_its_day() -> None:
    start, end = span_of("2026-02-28T06:00:00")
    assert start == end == date(2026, 2, 28).toordinal() + 0.25
