"""Sparing other people's servers: few requests at once, not too close together, and a rest after failures."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from harvesters.http.failures import FetchFailed, Reason

MOST_HOSTS_REMEMBERED = 2_000


@dataclass(slots=True)
class _Host:
    """What is known of one host; only touched under the lock."""

    turns: threading.BoundedSemaphore
    next_start: float = float("-inf")
    failures: int = 0
    rests_until: float = float("-inf")
    users: int = field(default=0)


class Politeness:
    """Rules per host, shared by the threads (and clients) of one process. ``at_once`` requests at most, starting at
    least ``interval`` seconds apart; after ``patience`` failures in a row the host rests for ``rest_seconds``, doubled
    with each further failure up to ``longest_rest``."""

    def __init__(
        self,
        *,
        at_once: int = 2,
        interval: float = 0.1,
        patience: int = 5,
        rest_seconds: float = 60,
        longest_rest: float = 900,
        longest_queue: float = 60,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._at_once = at_once
        self._interval = interval
        self._patience = patience
        self._rest_seconds = rest_seconds
        self._longest_rest = longest_rest
        self._longest_queue = longest_queue
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._hosts: dict[str, _Host] = {}

    @contextmanager
    def turn(self, host: str) -> Iterator[None]:
        """Waits for a turn at ``host`` and holds it during the block. Raises ``FetchFailed`` (``COOLING``) at once
        while the host rests, and after ``longest_queue`` seconds in the queue."""
        known = self._joined(host)
        try:
            self._refuse_resting(host, known)
            if not known.turns.acquire(timeout=self._longest_queue):
                raise FetchFailed(Reason.COOLING, f"too many requests wait for {host}", retry_after=self._longest_queue)
            try:
                self._refuse_resting(host, known)
                self._keep_interval(known)
                yield
            finally:
                known.turns.release()
        finally:
            with self._lock:
                known.users -= 1

    def answered(self, host: str) -> None:
        """The host is well."""
        with self._lock:
            if host in self._hosts:
                self._hosts[host].failures = 0

    def failed(self, host: str, *, retry_after: float | None = None) -> None:
        """One more failure of the host; it wants to be left alone for ``retry_after`` seconds, if it says so."""
        with self._lock:
            known = self._hosts.get(host)
            if known is None:
                return
            known.failures += 1
            beyond = known.failures - self._patience
            rest = min(self._rest_seconds * 2 ** min(beyond, 20), self._longest_rest) if beyond >= 0 else 0.0
            known.rests_until = max(known.rests_until, self._clock() + max(rest, retry_after or 0.0))

    def _joined(self, host: str) -> _Host:
        with self._lock:
            if host not in self._hosts:
                self._forget_idle()
                self._hosts[host] = _Host(threading.BoundedSemaphore(self._at_once))
            known = self._hosts[host]
            known.users += 1
            return known

    def _forget_idle(self) -> None:
        if len(self._hosts) >= MOST_HOSTS_REMEMBERED:
            now = self._clock()
            for name in [name for name, known in self._hosts.items() if not known.users and known.rests_until <= now]:
                del self._hosts[name]

    def _refuse_resting(self, host: str, known: _Host) -> None:
        with self._lock:
            left = known.rests_until - self._clock()
        if left > 0:
            raise FetchFailed(Reason.COOLING, f"{host} rests for {left:.0f} s more", retry_after=left)

    def _keep_interval(self, known: _Host) -> None:
        with self._lock:
            now = self._clock()
            start = max(now, known.next_start)
            known.next_start = start + self._interval
        if start > now:
            self._sleep(start - now)
