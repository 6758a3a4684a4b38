"""Counts what the portal is asked for, outside of the requests that ask: in memory first, in the database a bit later.

Nothing of who asks is kept. A count that is lost, because the process is killed or the database stays away, is no harm;
a request that waits for a count, or fails for it, would be.
"""

from __future__ import annotations

import atexit
import logging
import re
import threading
import time
from collections import Counter
from datetime import date
from multiprocessing.util import Finalize

from flask import current_app, request

from catalog.model import DatasetId
from catalog.ports import CatalogStore, Clock
from catalog.questions import SearchQuery
from catalog.usage import UseKind, demand_text, local_day
from schemas.personal_forms import canonical, spans_in
from schemas.personal_persons import looks_like_a_name

logger = logging.getLogger(__name__)

USAGE = "dulieumo.usage"
"""Where an application keeps its :class:`UsageLog`."""

LONGEST_WAIT = 30.0
"""Seconds that a count stays in memory, at most."""

MANY = 100
"""So many different counts are written at once, without waiting."""

MOST_KEPT = 1_000
MOST_TEXTS_A_DAY = 2_000
"""More different searches than these come from a program that tries words; they are not counted."""

_ROBOT = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|archiver|preview|facebookexternalhit|monitor|uptime|headless|lighthouse|scan",
    re.IGNORECASE,
)


class UsageLog:
    """The counts that are not written yet. May be shared by threads. Without :meth:`keep_writing` nothing is written
    but by :meth:`flush`."""

    def __init__(self, store: CatalogStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._demand: Counter[tuple[date, str]] = Counter()
        self._uses: Counter[tuple[date, DatasetId, UseKind]] = Counter()
        self._texts: set[str] = set()
        self._texts_of: date | None = None
        self._many = threading.Event()

    def note_demand(self, typed: str) -> None:
        """Count a search that found nothing, if its text may be kept."""
        text = demand_text(typed)
        if text and not names_a_person(typed):
            day = local_day(self._clock())
            with self._lock:
                if self._is_welcome(day, text):
                    self._demand[day, text] += 1
                    self._look_whether_many()

    def note_use(self, dataset_id: DatasetId, kind: UseKind) -> None:
        """Count that a dataset was looked at, downloaded or read by a program."""
        key = (local_day(self._clock()), dataset_id, kind)
        with self._lock:
            if key in self._uses or len(self._uses) < MOST_KEPT:
                self._uses[key] += 1
                self._look_whether_many()

    def _is_welcome(self, day: date, text: str) -> bool:
        if day != self._texts_of:
            self._texts, self._texts_of = set(), day
        if text in self._texts:
            return True
        if len(self._texts) >= MOST_TEXTS_A_DAY or len(self._demand) >= MOST_KEPT:
            return False
        self._texts.add(text)
        return True

    def _look_whether_many(self) -> None:
        if len(self._demand) + len(self._uses) >= MANY:
            self._many.set()

    def flush(self) -> bool:
        """Write what was counted; returns whether it could be. What could not is tried again with what comes next."""
        with self._lock:
            demand, uses = self._demand, self._uses
            self._demand, self._uses = Counter(), Counter()
            self._many.clear()
        if not demand and not uses:
            return True
        try:
            self._write(demand, uses)
        except Exception as error:  # whatever it is, nobody who could act on it has asked
            logger.warning("counts of use could not be written (%s)", type(error).__name__)
            with self._lock:
                self._demand.update(demand)
                self._uses.update(uses)
            return False
        return True

    def _write(self, demand: Counter[tuple[date, str]], uses: Counter[tuple[date, DatasetId, UseKind]]) -> None:
        days = sorted({day for day, _text in demand} | {day for day, _dataset, _kind in uses})
        with self._store.write() as transaction:
            for day in days:
                transaction.add_demand(day, {text: count for (of, text), count in demand.items() if of == day})
                transaction.add_uses(day, {(item, kind): n for (of, item, kind), n in uses.items() if of == day})

    def keep_writing(self) -> None:
        """Write now and then from now on, and when the process ends."""
        threading.Thread(target=self._write_forever, name="usage", daemon=True).start()
        # A served process ends as a child of multiprocessing, which does not call what atexit knows.
        atexit.register(self.flush)
        Finalize(None, self.flush, exitpriority=10)

    def _write_forever(self) -> None:
        while True:
            self._many.wait(LONGEST_WAIT)
            if not self.flush():
                time.sleep(LONGEST_WAIT)


def names_a_person(typed: str) -> bool:
    """Whether a search may speak of somebody: the gate's detectors find something in it, or three words of it in a row
    are a name."""
    text = canonical(typed)
    words = text.split()
    rows = (" ".join(words[place : place + 3]) for place in range(len(words) - 2))
    return bool(spans_in(text)) or any(looks_like_a_name(row) >= 1.0 for row in rows)


# --- what the views call ---------------------------------------------------------------------------------------------


def note_unanswered(query: SearchQuery) -> None:
    """Count a search that no dataset answers, if it asked in words alone and for the first page."""
    asks_in_words = query.text and not query.filters and query.where is None and not query.offset and not query.after
    if asks_in_words and not _by_robot():
        _log().note_demand(query.text)


def note_use(dataset_id: DatasetId, kind: UseKind) -> None:
    """Count that the request that is answered uses a dataset. Robots, and parts of a file after its first, do not."""
    parts_follow = request.headers.get("Range", "bytes=0-").replace(" ", "").startswith("bytes=0-")
    if request.method == "GET" and parts_follow and not _by_robot():
        _log().note_use(dataset_id, kind)


def _by_robot() -> bool:
    return _ROBOT.search(request.headers.get("User-Agent", "")) is not None


def _log() -> UsageLog:
    log: UsageLog = current_app.extensions[USAGE]
    return log
