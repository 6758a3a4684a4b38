"""Background work: due harvests, and what the outbox asks for. Any number of workers may run on one database."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

from catalog.errors import CatalogError, RunInProgress
from catalog.harvesting import harvest
from catalog.publishing import deliver
from catalog.retention import prune_history
from catalog.schedule import due_sources
from catalog.working_folders import sweep_working_folders
from portal.notices import deliver_notices
from portal.wiring import Parts, open_harvester

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 2.0
SWEEP_AGE = timedelta(hours=1)
"""What a killed process left half-written is removed when it is older than this."""


def deliver_outbox(parts: Parts) -> int:
    """Deliver until the outbox is empty; returns how many events were done."""
    from publishers.tables import derive_files

    done = 0
    while count := deliver(parts.indexing, parts.files, derive_files):
        done += count
    return done


def work(parts: Parts, *, once: bool = False) -> None:
    """Work until SIGTERM or SIGINT (or, with ``once``, until nothing is left to do). A failure is logged and met again
    at the next turn; it never ends the worker, nor does it keep the other work of its turn back. With ``once`` the
    first one is raised at the end.

    A signal ends the worker at once, in the middle of a harvest too: its run is given back and taken over later.
    """
    stop = threading.Event()
    if once:
        failures = _turn(parts, stop)
        if failures:
            raise failures[0]
        return
    _end_on_signals(stop)
    try:
        while not stop.is_set():
            _turn(parts, stop)
            stop.wait(PAUSE_SECONDS)
    except KeyboardInterrupt:
        logger.info("told to end")


def _end_on_signals(stop: threading.Event) -> None:
    """The interrupt breaks into whatever is being done, a long answer of a department's database as well. Python drops
    one that comes in the middle of a destructor, so it is also written down."""

    def end(number: int, frame: object) -> None:
        stop.set()
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)


def _turn(parts: Parts, stop: threading.Event) -> list[Exception]:
    """One round through all that there is to do; returns what went wrong."""
    failures: list[Exception] = []
    with _kept_apart(failures):
        parts.files.sweep(parts.clock() - SWEEP_AGE)
    with _kept_apart(failures):
        parts.rows.sweep(parts.clock() - SWEEP_AGE)
    for place in (parts.staging, None):
        sweep_working_folders(place)
    with _kept_apart(failures):
        deliver_outbox(parts)
    with _kept_apart(failures):
        _harvest_due(parts, stop, failures)
    with _kept_apart(failures):
        deliver_outbox(parts)
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
