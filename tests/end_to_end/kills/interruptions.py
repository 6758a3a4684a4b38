"""The ways in which a harvest of the trial is interrupted."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import psycopg
from sqlalchemy.engine import make_url

from catalog.errors import CatalogError
from catalog.sources import Lease
from portal.wiring import Parts
from tests.cutting import cutting
from tests.end_to_end.kills.departments import PASSWORD, URL_VARIABLE, Cutting, Departments
from tests.end_to_end.kills.processes import PATIENCE_SECONDS, Place, ends_within, kill, log_uniform, moments, wait_for
from tests.postgresql import PostgresqlServer

MANY_TABLES = ("so-postgresql", "so-thu-muc", "dich-vu-json")

Process = subprocess.Popen[bytes]


@dataclass
class Interrupting:
    """Everything that an interruption needs; ``usual`` is how long a whole harvest takes, in seconds. ``started`` are
    the processes of this round."""

    place: Place
    parts: Parts
    departments: Departments
    server: PostgresqlServer
    catalog_url: str
    chance: random.Random
    usual: float = 5.0
    started: list[Process] = field(default_factory=list)

    # --- starting

    def harvest(self, *more: str, **environment: str) -> Process:
        return self._start("harvest", *(more or ("--all",)), **environment)

    def worker(self, *more: str) -> Process:
        """A worker with something to do: some sources were asked for by a person."""
        with self.parts.store.write() as transaction:
            for source in transaction.sources():
                if self.chance.random() < 0.7 and transaction.active_run(source.id) is None:
                    transaction.enqueue_run(source.id, "manual", self.parts.clock())
        return self._start("worker", *more)

    def _start(self, *command: str, **environment: str) -> Process:
        process = self.place.start(*command, **environment)
        self.started.append(process)
        return process

    def some_moment(self, *processes: Process) -> str:
        """Wait until a random moment: a time that is log-uniform over a usual run, or shortly after a phase began.
        Returns what was waited for; "late" if the first process ended before."""
        if self.chance.random() < 0.35:
            return "late" if ends_within(processes[0], log_uniform(self.chance, 0.05, self.usual)) else "any time"
        return self.after_phase(processes[0], list(moments(self.place)), 0.5)

    def after_phase(self, process: Process, phases: Sequence[str], longest: float) -> str:
        """Wait until one of these phases began, and then at most ``longest`` seconds more."""
        phase = self.chance.choice(phases)
        if not wait_for(process, moments(self.place)[phase]):
            return "late"
        time.sleep(log_uniform(self.chance, 0.0002, longest))
        return phase

    # --- interrupting

    def kill_harvest(self) -> str:
        process = self.harvest()
        when = self.some_moment(process)
        return when if kill(process) else "late"

    def kill_worker(self) -> str:
        process = self.worker("--once")
        when = self.some_moment(process)
        return when if kill(process) else "late"

    def end_worker(self) -> str:
        """SIGTERM to a worker that would go on for ever, which then ends by itself."""
        process = self.worker()
        when = self.some_moment(process)
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=PATIENCE_SECONDS)
        return when

    def kill_two(self) -> str:
        """Two workers at once on one database, both killed, or one while the other goes on to the end."""
        one, other = self.worker("--once"), self.worker("--once")
        when = self.some_moment(one, other)
        killed = kill(one)
        if self.chance.random() < 0.5:
            time.sleep(log_uniform(self.chance, 0.001, 0.5))
            killed |= kill(other)
        else:
            other.wait(timeout=PATIENCE_SECONDS)
        return when if killed else "late"

    def cut_http(self) -> str:
        """Connections to the services over HTTP end at a random byte: one of them, or every one."""
        every = self.chance.random() < 0.3
        self.departments.cutting = Cutting(self.chance, every, -1 if every else self.chance.randint(0, 8))
        try:
            self.harvest("dich-vu-json", "cong-ckan", "danh-muc-dcat").wait(timeout=PATIENCE_SECONDS)
            return ("every one" if every else "one") if self.departments.cutting.cuts else "late"
        finally:
            self.departments.cutting = Cutting()

    def cut_sql(self) -> str:
        """The connection to the department's database ends after a random number of bytes."""
        folder = make_url(self.server.url).query["host"]
        with cutting(f"{folder}/.s.PGSQL.5432", int(log_uniform(self.chance, 300, 2_000_000))) as port:
            address = make_url(self.departments.postgresql).set(
                host="127.0.0.1", port=port, password=PASSWORD, query={}
            )
            shown = address.render_as_string(hide_password=False)
            self.harvest("so-postgresql", **{URL_VARIABLE: shown}).wait(timeout=PATIENCE_SECONDS)
        return "any byte"

    def terminate_source(self) -> str:
        return self._terminate(make_url(self.departments.postgresql).database or "")

    def terminate_catalog(self) -> str:
        return self._terminate(make_url(self.catalog_url).database or "")

    def _terminate(self, database: str) -> str:
        """End the backends of one database, some times in a row; only those of processes of this round."""
        process = self.harvest()
        when = self.some_moment(process)
        ended = 0
        address = make_url(self.server.url).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            for _ in range(self.chance.choice((1, 1, 3))):
                wait_for(process, lambda: bool(_backends(connection, database)), patience=20)
                for pid in _backends(connection, database):
                    ended += connection.execute("SELECT pg_terminate_backend(%s)", [pid]).rowcount
                time.sleep(log_uniform(self.chance, 0.001, 0.3))
        process.wait(timeout=PATIENCE_SECONDS)
        return when if ended else "late"

    def stall(self) -> str:
        """A worker stands still for longer than its lease, another takes over, and then the first one goes on."""
        first = self.harvest(*MANY_TABLES)
        when = self.after_phase(first, ("reading", "storing", "copying rows"), 0.1)
        if first.poll() is not None:
            return "late"
        first.send_signal(signal.SIGSTOP)
        try:
            overtaken = self._expire_leases()
            if overtaken:
                self.departments.change(self.chance, but=[self.departments.sqlite.key])
                second = self.harvest(*MANY_TABLES)
                if self.chance.random() < 0.5:
                    second.wait(timeout=PATIENCE_SECONDS)
                else:
                    self.some_moment(second)
        finally:
            first.send_signal(signal.SIGCONT)
        for process in self.started:
            process.wait(timeout=PATIENCE_SECONDS)
        return when if overtaken else "late"

    def _expire_leases(self) -> bool:
        """As if a minute had passed."""
        now = self.parts.clock()
        expired = False
        try:
            with self.parts.store.write() as transaction:
                for source in transaction.sources():
                    run = transaction.active_run(source.id)
                    if run is not None and run.lease is not None:
                        transaction.renew_lease(run.id, Lease(run.lease.owner, now - timedelta(seconds=1)))
                        expired = True
        except CatalogError:
            return False  # it stands still in the middle of a commit, and keeps everybody else out
        return expired

    def kill_dry_run(self) -> str:
        process = self.harvest("--all", "--dry-run")
        when = self.some_moment(process)
        return when if kill(process) else "late"

    def kill_mending(self) -> str:
        """The commands that make copies again."""
        process = self._start(*self.chance.choice((("search", "rebuild"), ("check", "--repair"))))
        if ends_within(process, log_uniform(self.chance, 0.3, 3.0)):
            return "late"
        kill(process)
        return "any time"

    def ways(self) -> dict[str, tuple[Callable[[], str], int]]:
        """Every interruption, and how often it comes."""
        ways: dict[str, tuple[Callable[[], str], int]] = {
            "kill-harvest": (self.kill_harvest, 30),
            "kill-worker": (self.kill_worker, 20),
            "kill-two-workers": (self.kill_two, 12),
            "end-worker": (self.end_worker, 4),
            "cut-http": (self.cut_http, 10),
            "cut-sql": (self.cut_sql, 8),
            "terminate-source": (self.terminate_source, 8),
            "stall": (self.stall, 10),
            "kill-dry-run": (self.kill_dry_run, 3),
            "kill-mending": (self.kill_mending, 3),
        }
        if self.catalog_url.startswith("postgresql"):
            ways["terminate-catalog"] = (self.terminate_catalog, 12)
        return ways


APPLICATION = "dulieumo-trial"


def _backends(connection: psycopg.Connection[tuple[object, ...]], database: str) -> list[object]:
    asked = "SELECT pid FROM pg_stat_activity WHERE datname = %s AND application_name = %s"
    return [row[0] for row in connection.execute(asked, [database, APPLICATION]).fetchall()]
