"""Background work: due harvests, and what the outbox asks for. Any number of workers may run on one database."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from functools import partial

from catalog.delivering import Deliveries, failure_of
from catalog.errors import CatalogError, IndexMissing, IndexUnavailable, RunInProgress
from catalog.harvesting import harvest
from catalog.index_watching import IndexWatch
from catalog.retention import prune_history
from catalog.schedule import due_sources
from catalog.usage import local_day, renew_use_grades
from catalog.working_folders import sweep_working_folders
from portal.index_leases import alone
from portal.notices import deliver_notices
from portal.wiring import Parts, open_harvester

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 2.0
DELIVERY_PAUSE = 0.1
"""What was published is found within a second."""
ENDING_SECONDS = 3.0
"""What is being delivered may end in this time when the worker is told to."""
SWEEP_AGE = timedelta(hours=1)
"""What a killed process left half-written is removed when it is older than this."""


def open_deliveries(parts: Parts) -> Deliveries:
    """What a worker remembers of its deliveries; loads the libraries that write files."""
    from publishers.tables import derive_files

    return Deliveries(parts.indexing, parts.files, derive_files)


def deliver_outbox(parts: Parts) -> int:
    """Deliver what can be; returns how many events were done. What an index that is down could not take is logged and
    left to the worker; the first other failure is raised when nothing could be done."""
    deliveries = open_deliveries(parts)
    done = deliveries.deliver()
    failure = failure_of(error for error in deliveries.failures if not isinstance(error, IndexUnavailable))
    if failure and not done:
        raise failure
    return done


def work(parts: Parts, *, once: bool = False) -> None:
    """Work until SIGTERM or SIGINT (or, with ``once``, until nothing is left to do). A failure is logged and met again
    at the next turn; it never ends the worker, nor does it keep the other work of its turn back. With ``once`` the
    first one is raised at the end.

    A signal ends the worker at once, in the middle of a harvest too: its run is given back and taken over later.
    """
    stop = threading.Event()
    daily = Daily()
    deliveries = open_deliveries(parts)
    watch = IndexWatch(parts.indexing, deliveries, partial(alone, parts), progress=partial(_end_if_told, stop))
    if once:
        failures = [*_followed(deliveries, watch), *_turn(parts, stop, daily), *_followed(deliveries, watch)]
        if failures:
            raise failures[0]
        return
    _end_on_signals(stop)
    beside = [_repeat(stop, DELIVERY_PAUSE, deliveries.deliver), _repeat(stop, PAUSE_SECONDS, watch.look)]
    try:
        while not stop.is_set():
            _turn(parts, stop, daily)
            stop.wait(PAUSE_SECONDS)
    except KeyboardInterrupt:
        logger.info("told to end")
    for thread in beside:
        thread.join(ENDING_SECONDS)


def _followed(deliveries: Deliveries, watch: IndexWatch) -> list[Exception]:
    """Delivers what waits, mends the index where it is not what it should be, and delivers what that held up."""
    failures: list[Exception] = []
    deliveries.deliver()
    failures += watch.look()
    if any(isinstance(error, IndexMissing) for error in deliveries.failures):
        deliveries.deliver()
    failure = failure_of(deliveries.failures)
    return [failure, *failures] if failure else failures


def _repeat(stop: threading.Event, pause: float, act: Callable[[], object]) -> threading.Thread:
    """Does it again and again beside everything else: a long harvest does not keep it back."""

    def go_on() -> None:
        while not stop.is_set():
            with _kept_apart([]), suppress(_ToldToEnd):
                act()
            stop.wait(pause)

    thread = threading.Thread(target=go_on, daemon=True)
    thread.start()
    return thread


class _ToldToEnd(Exception):
    """Breaks off the building of an index; what was there is searched on."""


def _end_if_told(stop: threading.Event, done: int, of: int) -> None:
    if stop.is_set():
        raise _ToldToEnd


def _end_on_signals(stop: threading.Event) -> None:
    """The interrupt breaks into whatever is being done, a long answer of a department's database as well. Python drops
    one that comes in the middle of a destructor, so it is also written down."""

    def end(number: int, frame: object) -> None:
        stop.set()
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)


class Daily:
    """Tells whether work that is to be done once a day is due; nobody minds if several workers do it."""

    def __init__(self) -> None:
        self._done_on: date | None = None

    def is_due(self, now: datetime) -> bool:
        return self._done_on != local_day(now)

    def done(self, now: datetime) -> None:
        self._done_on = local_day(now)


def _turn(parts: Parts, stop: threading.Event, daily: Daily) -> list[Exception]:
    """One round through all that there is to do; returns what went wrong."""
    failures: list[Exception] = []
    with _kept_apart(failures):
        parts.files.sweep(parts.clock() - SWEEP_AGE)
    with _kept_apart(failures):
        parts.rows.sweep(parts.clock() - SWEEP_AGE)
    for place in (parts.staging, None):
        sweep_working_folders(place)
    with _kept_apart(failures):
        if daily.is_due(parts.clock()):
            renew_use_grades(parts.store, parts.clock())
            daily.done(parts.clock())
    with _kept_apart(failures):
        _harvest_due(parts, stop, failures)
    with _kept_apart(failures):
        deliver_notices(parts)
    with _kept_apart(failures):
        prune_history(parts.store, parts.clock())
    return failures


@contextmanager
def _kept_apart(failures: list[Exception]) -> Iterator[None]:
    try:
        yield
    except CatalogError as error:
        logger.warning("[%s] %s", error.code, error.message_en)
        failures.append(error)
    except Exception as error:
        logger.exception("unexpected, tried again at the next turn")
        failures.append(error)


def _harvest_due(parts: Parts, stop: threading.Event, failures: list[Exception]) -> None:
    with parts.store.read() as reader:
        due = due_sources(reader, parts.clock())
    harvester = open_harvester(parts) if due else None

    def watch(key: str, rows: int) -> None:
        if stop.is_set():
            raise KeyboardInterrupt

    for source in due:
        if stop.is_set() or harvester is None:
            return
        with parts.store.read() as reader:
            if source not in due_sources(reader, parts.clock()):
                continue  # another worker has done it meanwhile
        with _kept_apart(failures), suppress(RunInProgress):  # another worker is at it
            run = harvest(harvester, source.id, trigger="schedule", progress=watch)
            logger.info("%s: %s", source.name, run.state)
