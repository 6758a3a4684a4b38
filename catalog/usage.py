"""What the portal is asked for: searches that found nothing, and how often datasets are used.

Counts by the day, of texts and of datasets; never of persons. What somebody searched for is kept only where it says
nothing of anybody (:func:`demand_text`), and nothing is kept of who searched, opened or downloaded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from catalog.local_time import LOCAL_TIME
from catalog.model import DatasetId
from catalog.ports import CatalogStore, Topic
from catalog.vietnamese import clean, fold

LONGEST_DEMAND = 100
"""Characters of a search that are kept."""

MOST_DIGITS = 8
"""A text with more digits than this may name somebody, by a number of a card, a telephone or an account."""

LOOKED_BACK = timedelta(days=90)
"""So many days of searches are told of, and of uses are counted for the order of hits."""

USE_STEPS = (10, 100, 1_000)
"""From how many uses on a dataset counts as used, as much used, as used most."""

_WORD = re.compile(r"\w")


class UseKind(StrEnum):
    VIEW = "view"
    DOWNLOAD = "download"
    API = "api"


@dataclass(frozen=True, slots=True)
class SearchDemand:
    """A search that found nothing: what was typed, in lower case; how often, and when last."""

    text: str
    count: int
    last_day: date


def local_day(moment: datetime) -> date:
    """The day in the province, by which everything here is counted."""
    return moment.astimezone(LOCAL_TIME).date()


def demand_text(typed: str) -> str:
    """A search as it is counted: in lower case, blanks joined, cut. Empty for one that is not kept: without a word, or
    with an e-mail address or so many digits that it may name a person."""
    text = " ".join(clean(typed).lower().split())
    if not _WORD.search(text) or "@" in text or sum(map(str.isdigit, text)) > MOST_DIGITS:
        return ""
    return text[:LONGEST_DEMAND].strip()


def most_wanted(demand: Iterable[SearchDemand]) -> tuple[SearchDemand, ...]:
    """Searches that differ in accents alone taken together under the writing that was most used, most wanted first."""
    together: dict[str, list[SearchDemand]] = {}
    for item in demand:
        together.setdefault(fold(item.text), []).append(item)
    found = [
        SearchDemand(
            max(same, key=lambda item: (item.count, not item.text.isascii(), item.text)).text,
            sum(item.count for item in same),
            max(item.last_day for item in same),
        )
        for same in together.values()
    ]
    return tuple(sorted(found, key=lambda item: (-item.count, -item.last_day.toordinal(), item.text)))


def use_grade(uses: int) -> int:
    """How many of :data:`USE_STEPS` were reached."""
    return sum(uses >= step for step in USE_STEPS)


def renew_use_grades(store: CatalogStore, now: datetime) -> int:
    """Have every dataset indexed again whose grade of use is not the one it was indexed with; returns how many."""
    since = local_day(now - LOOKED_BACK)
    with store.read() as reader:
        changed = _changed(reader.use_grades(), reader.uses(since))
    if not changed:
        return 0
    with store.write() as transaction:
        known = {dataset.id for dataset in transaction.datasets(tuple(changed))}
        transaction.put_use_grades(changed)
        transaction.add_events(Topic.DATASET, [dataset_id for dataset_id in changed if dataset_id in known], now)
    return len(changed)


def _changed(indexed: Mapping[DatasetId, int], uses: Mapping[DatasetId, int]) -> dict[DatasetId, int]:
    grades = {dataset_id: use_grade(uses.get(dataset_id, 0)) for dataset_id in {*indexed, *uses}}
    return {dataset_id: grade for dataset_id, grade in grades.items() if grade != indexed.get(dataset_id, 0)}
