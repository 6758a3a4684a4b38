"""When a dataset is due: its own period, and never more than six months for open data."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from catalog.duties import OPEN_DATA_CEILING_DAYS, Freshness, duty, period_days
from catalog.model import AccessLevel, Frequency
from tests.catalog.examples import CLINICS, NOW


def test_a_dataset_never_published_owes_its_first_publication() -> None:
    owed = duty(CLINICS, NOW)
    assert (owed.freshness, owed.due) == (Freshness.NEVER, None)


@pytest.mark.parametrize(
    ("frequency", "days"),
    [(Frequency.MONTHLY, 31), (Frequency.YEARLY, OPEN_DATA_CEILING_DAYS), (Frequency.SIX_MONTHLY, 183)],
)
def test_open_data_is_renewed_at_least_every_six_months(frequency: Frequency, days: int) -> None:
    assert period_days(replace(CLINICS, frequency=frequency)) == days


def test_shared_data_keep_their_own_longer_period() -> None:
    assert period_days(replace(CLINICS, access_level=AccessLevel.SHARED, frequency=Frequency.YEARLY)) == 366


def test_a_list_renewed_only_when_it_changes_is_never_overdue() -> None:
    listed = replace(CLINICS, frequency=Frequency.AS_NEEDED, modified=NOW - timedelta(days=2000))
    assert duty(listed, NOW).freshness is Freshness.CURRENT


@pytest.mark.parametrize(
    ("age", "freshness"),
    [
        (1, Freshness.CURRENT),
        (23, Freshness.CURRENT),
        (24, Freshness.DUE_SOON),
        (31, Freshness.DUE_SOON),
        (32, Freshness.OVERDUE),
    ],
)
def test_the_department_is_warned_before_the_date_and_flagged_after(age: int, freshness: Freshness) -> None:
    monthly = replace(CLINICS, frequency=Frequency.MONTHLY, modified=NOW - timedelta(days=age))
    owed = duty(monthly, NOW)
    assert owed.freshness is freshness
    assert owed.due == NOW - timedelta(days=age) + timedelta(days=31)
