"""How the tests start database servers of their own: as nobody, and ending with the test run."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

import pytest

UNPRIVILEGED = 65534
PATIENCE_SECONDS = 60
LACKING = "not on this machine: "


def give_to_nobody(folder: Path) -> None:
    """Servers refuse to run as root; the user that they run as then must own their folder."""
    if os.geteuid() == 0:
        os.chown(folder, UNPRIVILEGED, UNPRIVILEGED)


def as_nobody(folder: Path) -> dict[str, Any]:
    """The options of ``subprocess`` that run a server in ``folder`` as a user without rights, if we are root."""
    options: dict[str, Any] = {"cwd": folder}
    if os.geteuid() == 0:
        options |= {"user": UNPRIVILEGED, "group": UNPRIVILEGED, "extra_groups": []}
    return options


def ends_with_us(by: signal.Signals) -> list[str]:
    """Linux ends the server even if the test run is killed."""
    return ["setpriv", "--pdeathsig", by.name.removeprefix("SIG")] if shutil.which("setpriv") else []


def give_up(server: str, reason: str) -> NoReturn:
    """Skips the test, or at its top a module, unless ``DULIEUMO_TEST_REQUIRE`` names the server."""
    if server in os.environ.get("DULIEUMO_TEST_REQUIRE", "").split(","):
        pytest.fail(reason, pytrace=False)
    pytest.skip(f"{LACKING}{server}: {reason}", allow_module_level=True)


def not_tested(reasons: Iterable[str]) -> dict[str, list[str]]:
    """For each server that :func:`give_up` skipped tests of, the reasons among ``reasons``, one per skip."""
    lacking: dict[str, list[str]] = {}
    for reason in reasons:
        _, found, rest = reason.partition(LACKING)
        if found:
            server, _, why = rest.partition(": ")
            lacking.setdefault(server, []).append(why)
    return dict(sorted(lacking.items()))
