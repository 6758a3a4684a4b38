"""Background work: due harvests, and what the outbox asks for. Any number of workers may run on one database."""

from __future__ import annotations

import logging
import signal
import threading
from datetime import timedelta

from catalog.errors import CatalogError, RunInProgress
from catalog.harvesting import due_sources, harvest
from catalog.publishing import deliver
from portal.wiring import Parts, open_harvester

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 2.0
SWEEP_AGE = timedelta(hours=1)
"""What a killed process left half-written is removed when it is older than this."""


def deliver_outbox(parts: Parts) -> int:
    """Deliver until the outbox is empty; returns how many events were done."""
    from publishers.tables import derive_files

    done = 0
    while count := deliver(parts.store, parts.index, parts.files, derive_files, clock=parts.clock):
        done += count
    return done


def work(parts: Parts, *, once: bool = False) -> None:
    """Work until SIGTERM or SIGINT (or, with ``once``, until nothing is left to do). A failure is logged and met again
    at the next turn; it never ends the worker."""
    stop = threading.Event()
    if not once:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
    while not stop.is_set():
        try:
            parts.files.sweep(parts.clock() - SWEEP_AGE)
            deliver_outbox(parts)
            _harvest_due(parts, stop)
            deliver_outbox(parts)
        except CatalogError as error:
            logger.warning("[%s] %s", error.code, error.message_en)
            if once:
                raise
        if once:
            return
        stop.wait(PAUSE_SECONDS)


def _harvest_due(parts: Parts, stop: threading.Event) -> None:
    with parts.store.read() as reader:
        due = due_sources(reader, parts.clock())
    harvester = open_harvester(parts) if due else None
    for source in due:
        if stop.is_set() or harvester is None:
            return
        try:
            run = harvest(harvester, source.id, trigger="schedule")
            logger.info("%s: %s", source.name, run.state)
        except RunInProgress:
            continue  # another worker is at it
