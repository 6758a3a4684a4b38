"""The life of a run: claimed under a lease, kept alive by a heartbeat, told to end, ended in a state that is true.

A run is a row in the database. Killing its process at any moment leaves a run that another process takes over.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from catalog.errors import CatalogError, LeaseLost, RunCancelled
from catalog.notifying import note_run
from catalog.ports import CatalogStore, Clock, Fetch, FileStore, Gate, OpenCatalog, RowStore, WriteTable
from catalog.sources import HarvestRun, Lease, Outcome, RunProgress, RunState, SourceId, state_of_run

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
BEAT_SECONDS = 2.0
"""How often progress is written down and a wish to cancel is heard; the lease outlives many lost beats."""

Tell = Callable[[str, str, int], None]
"""Told the step a run is at, the key of the table and how many rows were handled; raises to end the run."""


@dataclass(frozen=True, slots=True)
class Harvester:
    """What a harvest needs from outside. ``owner`` names this process to others; ``is_dead`` tells whether a process
    so named is known to be gone. ``staging`` is a folder for half-done work, safe to delete at any time."""

    store: CatalogStore
    files: FileStore
    rows: RowStore
    fetch: Fetch
    open_catalog: OpenCatalog
    judge: Gate
    write: WriteTable
    clock: Clock
    owner: str
    is_dead: Callable[[str], bool]
    staging: Path


def claim(harvester: Harvester, source_id: SourceId, trigger: str) -> HarvestRun:
    """The source's queued or interrupted run, else a new one, as ours. Raises ``RunInProgress``."""
    now = harvester.clock()
    with harvester.store.write() as transaction:
        run = transaction.active_run(source_id) or transaction.enqueue_run(source_id, trigger, now)
        return transaction.claim_run(run.id, Lease(harvester.owner, now + LEASE), now, harvester.is_dead)


def give_back(harvester: Harvester, run: HarvestRun) -> None:
    """Let the lease end now: another process need not wait for it."""
    with suppress(CatalogError), harvester.store.write() as transaction:
        transaction.renew_lease(run.id, Lease(harvester.owner, harvester.clock()))


def finish(harvester: Harvester, run: HarvestRun, failure: CatalogError | None) -> HarvestRun:
    """End the run in the state that its outcomes and ``failure`` make."""
    with harvester.store.write() as transaction:
        transaction.hold_lease(run.id, harvester.owner)
        outcomes = transaction.outcomes(run.id)
        state = state_of_run(outcomes)
        if isinstance(failure, RunCancelled):
            state = RunState.CANCELLED
        elif failure:
            published = any(outcome.outcome in (Outcome.PUBLISHED, Outcome.PARTIAL) for outcome in outcomes)
            state = RunState.PARTIAL if published else RunState.FAILED
        now = harvester.clock()
        ended = transaction.finish_run(run.id, state, now, failure)
        note_run(transaction, ended, outcomes, now)
        return ended


class Keeper:
    """Keeps the lease alive from a thread of its own while the block runs, writes down how far the run has come, and
    hears whether somebody wants it to end."""

    def __init__(self, harvester: Harvester, run: HarvestRun) -> None:
        self._harvester = harvester
        self._run = run
        self._stop = threading.Event()
        self._progress: RunProgress | None = None
        self._cancelled_by = run.cancelled_by
        self._thread = threading.Thread(target=self._beat_on, name=f"heartbeat-{run.id}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def tell(self, step: str, key: str, done: int = 0) -> None:
        """Say how far the run has come. Raises ``RunCancelled`` if it is to end."""
        if self._cancelled_by:
            raise RunCancelled(
                f"Lượt thu thập đã được dừng theo yêu cầu của {self._cancelled_by}.",
                f"The run was cancelled by {self._cancelled_by}.",
            )
        self._progress = RunProgress(step, key, done, self._harvester.clock())

    def _beat_on(self) -> None:
        while not self._stop.wait(BEAT_SECONDS):
            try:
                self._beat()
            except LeaseLost:
                return  # the next commit of the run finds out and ends it
            except CatalogError:
                continue  # a busy database; many more beats fit into the lease

    def _beat(self) -> None:
        lease = Lease(self._harvester.owner, self._harvester.clock() + LEASE)
        with self._harvester.store.write() as transaction:
            self._cancelled_by = transaction.beat(self._run.id, lease, self._progress)
