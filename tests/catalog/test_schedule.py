"""When a source is due: by period or cron, spread out, never in its quiet hours, soon again after a run broke off."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from catalog.errors import InvalidInput
from catalog.local_time import LOCAL_TIME
from catalog.model import Frequency
from catalog.schedule import MOST_JITTER, RETRY, check_schedule, next_due, next_times
from catalog.sources import HarvestRun, HarvestSource, RunId, RunState, SourceId
from tests.catalog.examples import example_source

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)  # 10:00 in Vietnam, a Wednesday
SOURCE = replace(example_source("nguon"), frequency=Frequency.DAILY)


def run(state: RunState = RunState.SUCCESS, ago: timedelta = timedelta(0), error: str = "") -> HarvestRun:
    return HarvestRun(RunId("r"), SOURCE.id, state, "test", NOW - ago, error_code=error)


def due(source: HarvestSource, latest: HarvestRun | None) -> datetime | None:
    return next_due(source, latest, NOW)


def test_a_source_that_was_never_harvested_is_due_now() -> None:
    assert due(SOURCE, None) == NOW


@pytest.mark.parametrize("frequency", [Frequency.HOURLY, Frequency.DAILY, Frequency.SIX_MONTHLY])
def test_the_next_harvest_comes_a_period_after_the_last_and_a_little_later(frequency: Frequency) -> None:
    source = replace(SOURCE, frequency=frequency)
    period = timedelta(hours=1) if frequency is Frequency.HOURLY else timedelta(days=frequency.days or 0)
    found = due(source, run())
    assert found is not None
    assert timedelta(0) <= found - NOW - period <= min(MOST_JITTER, period / 10)


def test_sources_of_one_period_are_spread_out() -> None:
    times = {due(replace(SOURCE, id=SourceId(str(number))), run()) for number in range(50)}
    assert len(times) == 50


def test_what_changes_as_needed_waits_for_a_person() -> None:
    assert due(replace(SOURCE, frequency=Frequency.AS_NEEDED), run()) is None


def test_a_paused_source_waits_but_not_the_run_that_somebody_queued() -> None:
    paused = replace(SOURCE, enabled=False)
    assert due(paused, None) is None
    assert due(paused, run(RunState.QUEUED)) == NOW


def test_a_run_that_broke_off_is_tried_again_before_its_period_is_over() -> None:
    monthly = replace(SOURCE, frequency=Frequency.MONTHLY)
    assert due(monthly, run(RunState.FAILED, error="source-unreachable")) == NOW + RETRY
    assert due(replace(SOURCE, frequency=Frequency.AS_NEEDED), run(RunState.FAILED, error="x")) == NOW + RETRY


def test_cron_is_read_in_the_time_of_vietnam() -> None:
    nightly = replace(SOURCE, cron="30 2 * * *")
    assert due(nightly, run()) == datetime(2026, 11, 26, 2, 30, tzinfo=LOCAL_TIME)


@pytest.mark.parametrize(
    ("quiet", "expected"),
    [("7-17", "17:00"), ("22-11", "11:00"), ("17-7", "10:00"), ("10-11", "11:00"), ("", "10:00")],
)
def test_quiet_hours_put_a_harvest_off_to_their_end(quiet: str, expected: str) -> None:
    found = due(replace(SOURCE, quiet_hours=quiet), None)
    assert found is not None
    assert f"{found.astimezone(LOCAL_TIME):%H:%M}" == expected


def test_a_clock_that_was_set_back_starts_no_storm() -> None:
    found = due(SOURCE, run(ago=-timedelta(days=1)))
    assert found is not None
    assert found > NOW + timedelta(days=1)


@pytest.mark.parametrize(
    ("cron", "quiet"), [("hằng ngày", ""), ("61 * * * *", ""), ("", "7h-17h"), ("", "25-3"), ("", "7-7"), ("", "0-24")]
)
def test_a_schedule_that_makes_no_sense_is_refused_with_an_example(cron: str, quiet: str) -> None:
    with pytest.raises(InvalidInput, match=r"2 giờ 30|7-17"):
        check_schedule(cron, quiet)


def test_usual_schedules_are_accepted() -> None:
    check_schedule("30 2 * * 1", "7-17")
    check_schedule("", "")


def test_the_next_times_follow_each_other_as_if_the_source_were_not_paused() -> None:
    source = replace(SOURCE, cron="30 2 * * 1", quiet_hours="", enabled=False)
    told = [time.astimezone(LOCAL_TIME).strftime("%d %H:%M") for time in next_times(source, run(), NOW)]
    assert told == ["30 02:30", "07 02:30", "14 02:30"]
    assert next_times(SOURCE, None, NOW)[0] == NOW
    queued = next_times(SOURCE, run(RunState.QUEUED), NOW, count=2)
    assert queued == next_times(SOURCE, run(), NOW, count=2)
    assert next_times(replace(SOURCE, frequency=Frequency.AS_NEEDED), run(), NOW) == ()
