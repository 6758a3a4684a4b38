"""The front page: what there is, what is new, what is due, what is stuck."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from flask import Blueprint, render_template

from catalog.duties import Freshness
from catalog.vocabularies import THEMES, Theme
from portal.context import language, parts
from portal.pages.languages import _, counted
from portal.pages.overview import Overview, Owed, StuckTable, overview
from portal.pages.writing import local_time, write_month

pages = Blueprint("home", __name__)

NEWEST_SHOWN = 6
DAYS_SHOWN = 6
OWED_SHOWN = 4
STUCK_SHOWN = 4
DUE_WITHIN = timedelta(days=100)


@dataclass(frozen=True, slots=True)
class DueDay:
    """What falls due on one day; ``date`` is ``None`` for what is overdue. ``tone`` as of states."""

    date: date | None
    month: str
    distance: str
    tone: str
    items: tuple[Owed, ...]


@pages.get("/")
def home() -> str:
    seen = overview(parts())
    return render_template(
        "home.html",
        seen=seen,
        themes=count_themes(seen),
        newest=seen.newest(NEWEST_SHOWN),
        days=due_days(seen, parts().clock()),
        owed_shown=OWED_SHOWN,
        stuck=public_stuck(seen),
        stuck_shown=STUCK_SHOWN,
    )


def count_themes(seen: Overview) -> tuple[tuple[Theme, int], ...]:
    """Every theme with the number of its datasets, empty ones too: what is missing is worth knowing."""
    counts = Counter(item.dataset.theme for item in seen.owed)
    return tuple((theme, counts[theme.id]) for theme in THEMES.values())


def due_days(seen: Overview, now: datetime) -> tuple[DueDay, ...]:
    """What is overdue, then the next days on which something falls due."""
    today = local_time(now).date()
    days = []
    late = seen.with_freshness(Freshness.OVERDUE)
    if late:
        days.append(DueDay(None, "", "", "danger", late))
    coming = [
        (local_time(item.duty.due).date(), item)
        for item in seen.with_freshness(Freshness.CURRENT, Freshness.DUE_SOON)
        if item.duty.due and item.duty.due <= now + DUE_WITHIN
    ]
    for day, group in groupby(coming, key=lambda pair: pair[0]):
        items = tuple(item for _day, item in group)
        soon = any(item.duty.freshness is Freshness.DUE_SOON for item in items)
        tone = "warning" if soon else "neutral"
        days.append(DueDay(day, write_month(day, language()), _distance(day, today), tone, items))
    return tuple(days[:DAYS_SHOWN])


def _distance(day: date, today: date) -> str:
    ahead = (day - today).days
    if ahead <= 0:
        return _("hôm nay")
    return _("ngày mai") if ahead == 1 else counted("còn %(count)s ngày", ahead)


def public_stuck(seen: Overview) -> tuple[StuckTable, ...]:
    """Tables whose newest state could not be published, the latest first."""
    found = [stuck for source in seen.sources for stuck in source.stuck_tables]
    return tuple(sorted(found, key=lambda stuck: stuck.outcome.finished_at, reverse=True))
