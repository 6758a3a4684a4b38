"""Numbers and dates as a Vietnamese reader writes them, and as an English one does."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from portal.pages.writing import write_day, write_moment, write_month, write_number, write_size, write_span


@pytest.mark.parametrize(
    ("value", "vietnamese", "english"),
    [
        (1234567.8, "1.234.567,8", "1,234,567.8"),
        (45492, "45.492", "45,492"),
        (0, "0", "0"),
        (-1500.25, "−1.500,25", "−1,500.25"),
        (0.1, "0,1", "0.1"),
        (12.0, "12", "12"),
        (1e-7, "0,0000001", "0.0000001"),
        (Decimal("95.150"), "95,15", "95.15"),
        (10**18, "1.000.000.000.000.000.000", "1,000,000,000,000,000,000"),
    ],
)
def test_numbers_are_grouped_as_the_language_does(value: float, vietnamese: str, english: str) -> None:
    assert write_number(value, "vi") == vietnamese
    assert write_number(value, "en") == english


def test_numbers_of_one_column_can_share_their_decimals() -> None:
    assert [write_number(value, "vi", 1) for value in (327, 322.7, 1249.0)] == ["327,0", "322,7", "1.249,0"]


@pytest.mark.parametrize(
    ("size", "written"),
    [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (2_100_000, "2,1 MB"), (123_456_789, "123 MB"), (5 * 10**9, "5 GB")],
)
def test_sizes_are_written_with_a_decimal_comma(size: int, written: str) -> None:
    assert write_size(size, "vi") == written


def test_days_are_day_month_year() -> None:
    assert write_day(date(2026, 11, 2), "vi") == "02/11/2026"
    assert write_day(date(2026, 11, 2), "en") == "2 Nov 2026"
    assert write_month(date(2026, 11, 2), "vi") == "tháng 11"


def test_moments_are_told_on_the_clocks_of_viet_nam() -> None:
    late = datetime(2026, 11, 1, 18, 5, tzinfo=UTC)
    assert write_moment(late, "vi") == "01:05 02/11/2026"
    assert write_moment(late, "en") == "2 Nov 2026, 01:05"


def test_whole_years_are_written_as_years_and_open_ends_stay_open() -> None:
    assert write_span(date(2020, 1, 1), date(2025, 12, 31), "vi") == "2020–2025"
    assert write_span(date(2025, 1, 1), date(2025, 12, 31), "vi") == "2025"
    assert write_span(date(2025, 7, 1), None, "vi") == "01/07/2025 – …"
    assert write_span(date(2025, 7, 1), date(2025, 7, 1), "vi") == "01/07/2025"
    assert write_span(None, None, "vi") == ""


def test_a_time_of_a_table_is_told_as_it_stands_there() -> None:
    assert write_moment(datetime(2025, 11, 1, 0, 0), "vi") == "00:00 01/11/2025"  # noqa: DTZ001  # tables have no zones
    assert write_day(datetime(2025, 11, 1, 23, 59), "vi") == "01/11/2025"  # noqa: DTZ001
