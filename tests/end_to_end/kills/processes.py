"""Processes of the program that are started, watched, stopped and killed; each in a session of its own."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from math import exp, log
from pathlib import Path

LOOK_SECONDS = 0.001
PATIENCE_SECONDS = 180
ORPHAN_SECONDS = 5


@dataclass(frozen=True)
class Place:
    """Where one trial keeps everything: its home, the folder for temporary files, the log of all processes."""

    home: Path
    temporary: Path
    log: Path
    environment: Mapping[str, str]

    def start(self, *command: str, **environment: str) -> subprocess.Popen[bytes]:
        """``dulieumo`` with these arguments."""
        with self.log.open("ab") as log_file:
            return subprocess.Popen(
                [sys.executable, "-m", "portal.cli", *command],
                env={**self.environment, **environment},
                stdout=log_file,
                stderr=log_file,
                start_new_session=True,
            )

    def run(self, *command: str, **environment: str) -> int:
        """The exit code of ``dulieumo`` with these arguments."""
        return self.start(*command, **environment).wait(timeout=PATIENCE_SECONDS)


def log_uniform(chance: random.Random, least: float, most: float) -> float:
    return exp(chance.uniform(log(least), log(most)))


def wait_for(process: subprocess.Popen[bytes], is_time: Callable[[], bool], patience: float = PATIENCE_SECONDS) -> bool:
    """Look until it is time; false if the process ended before."""
    deadline = time.monotonic() + patience
    while process.poll() is None and time.monotonic() < deadline:
        if is_time():
            return True
        time.sleep(LOOK_SECONDS)
    return False


def ends_within(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Whether the process ends by itself so soon."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=seconds)
    return process.poll() is not None


def kill(*processes: subprocess.Popen[bytes]) -> bool:
    """SIGKILL to all; whether any was still running."""
    running = [process for process in processes if process.poll() is None]
    for process in running:
        process.send_signal(signal.SIGKILL)
    for process in processes:
        process.wait()
    return bool(running)


def orphans_of(*processes: subprocess.Popen[bytes]) -> list[str]:
    """What children of these processes still live, some seconds after they ended."""
    sessions = {process.pid for process in processes}
    deadline = time.monotonic() + ORPHAN_SECONDS
    while (found := _of_sessions(sessions)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def _of_sessions(sessions: set[int]) -> list[str]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) in sessions and fields[0] != "Z":
                found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()[:200])
        except (OSError, IndexError):
            continue
    return found


def moments(place: Place) -> dict[str, Callable[[], bool]]:
    """Phases of a harvest, by what can be seen of them on the disk."""
    home = place.home
    index = home / "index"
    before = _newest(index)
    return {
        "reading": lambda: _has(home / "staging", "*/*.*"),
        "storing": lambda: _has(home / "files" / "incoming", "*"),
        "copying rows": lambda: _has(home / "rows", ".*.unfinished"),
        "deriving": lambda: _has(place.temporary, "*/*.*"),
        "indexing": lambda: _newest(index) != before,
    }


def _has(folder: Path, pattern: str) -> bool:
    return next(folder.glob(pattern), None) is not None


def _newest(folder: Path) -> int:
    """When anything in the folders of the index changed last."""
    newest = 0
    for path in folder.glob("*"):
        try:
            newest = max(newest, path.stat().st_mtime_ns)
        except OSError:
            continue
    return newest


def without_secrets_of_ours(home: Path, temporary: Path, **more: str) -> dict[str, str]:
    """The environment of every process of the trial."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DULIEUMO_")}
    return {
        **kept,
        "DULIEUMO_HOME": str(home),
        "DULIEUMO_ALLOW_LOOPBACK": "1",
        "TMPDIR": str(temporary),
        "PYTHONWARNINGS": "default",
        **more,
    }
