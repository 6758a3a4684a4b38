"""When a period begins and ends, as numbers that can be compared across days, months, quarters and years."""

from __future__ import annotations

from datetime import datetime

from catalog.periods import bounds_of_period, end_of_period

_NEVER = (float("nan"), float("nan"))


def span_of(text: str) -> tuple[float, float]:
    """The first and the last day of a period, counted from the first of the calendar; of a point in time, that moment
    twice. NaN for what is no time of ours (:func:`catalog.periods.bounds_of_period`)."""
    bounds = bounds_of_period(text)
    if bounds is None:
        return _NEVER
    if "T" in text or " " in text:
        moment = _moment(text)
        return (moment, moment) if moment is not None else _NEVER
    return float(bounds[0].toordinal()), float(bounds[1].toordinal())


def year_of(text: str) -> float:
    """The year in which a period ends; NaN for what is no time."""
    end = end_of_period(text)
    return float(end.year) if end else float("nan")


def _moment(text: str) -> float | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6
    return moment.toordinal() + seconds / 86_400
