"""A real MariaDB server for tests.

``DULIEUMO_TEST_MARIADB`` names one (``mysql+pymysql://user:password@host/mysql``, allowed to create databases and
accounts); without it a server of our own starts from the binaries of Debian's ``mariadb-server-core`` and
``mariadb-client-core``, reached by a socket alone. Where none starts the tests are skipped, unless
``DULIEUMO_TEST_REQUIRE`` names ``mariadb``.
"""

from __future__ import annotations

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

import pymysql
import sqlalchemy
from sqlalchemy import NullPool
from sqlalchemy.engine import make_url

from tests.servers import PATIENCE_SECONDS, as_nobody, ends_with_us, give_to_nobody, give_up


@dataclass(frozen=True)
class MariadbServer:
    """A running server; ``url`` leads to its own database as an account that may do anything."""

    url: str

    @contextmanager
    def database(self) -> Iterator[str]:
        """The address of a new, empty database, dropped at the end."""
        name = f"dulieumo_test_{uuid.uuid4().hex}"
        administer(self.url, f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
        try:
            yield make_url(self.url).set(database=name).render_as_string(hide_password=False)
        finally:
            administer(self.url, f"DROP DATABASE {name}")


def administer(url: str, *statements: str) -> None:
    """Run statements that a source's owner would, each for itself."""
    engine = sqlalchemy.create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
        connection.commit()
    engine.dispose()


@contextmanager
def start_mariadb() -> Iterator[MariadbServer]:
    """The server that the environment names, or one of our own that ends with the block."""
    given = os.environ.get("DULIEUMO_TEST_MARIADB")
    if given:
        yield MariadbServer(given)
        return
    with tempfile.TemporaryDirectory(prefix="dulieumo-mariadb-") as name:
        folder = Path(name)
        try:
            process = _start(folder)
        except (OSError, subprocess.SubprocessError) as error:
            give_up("mariadb", f"MariaDB does not start here: {error}")
        try:
            yield MariadbServer(f"mysql+pymysql://root@localhost/mysql?unix_socket={folder / 'socket'}")
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(PATIENCE_SECONDS)
            finally:
                process.kill()


def _start(folder: Path) -> subprocess.Popen[bytes]:
    """Make a data folder inside ``folder`` and start a server on it with its socket there; returns when it answers."""
    give_to_nobody(folder)
    server = shutil.which("mariadbd") or shutil.which("mariadbd", path="/usr/sbin:/usr/local/sbin:/usr/libexec")
    if server is None:
        raise FileNotFoundError("mariadbd is not installed (Debian: mariadb-server-core, mariadb-client-core)")
    where = ["--no-defaults", f"--datadir={folder / 'cluster'}", "--innodb-log-file-size=8M"]
    make = ["mariadb-install-db", *where, "--auth-root-authentication-method=normal", "--skip-test-db"]
    made = subprocess.run(make, capture_output=True, check=False, text=True, **as_nobody(folder))
    if made.returncode:
        raise OSError(made.stderr or made.stdout)
    speed = ["--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M", "--performance-schema=OFF"]
    command = [server, *where, *speed, f"--socket={folder / 'socket'}", "--skip-networking", "--skip-log-bin"]
    with (folder / "log").open("wb") as log:
        process: subprocess.Popen[bytes] = subprocess.Popen(
            [*ends_with_us(signal.SIGTERM), *command], stdout=log, stderr=log, **as_nobody(folder)
        )
    _wait_until_it_answers(process, folder)
    return process


def _wait_until_it_answers(process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    socket = folder / "socket"
    while time.monotonic() < deadline:
        if socket.exists():  # the server listens before it shows its socket
            pymysql.connect(unix_socket=str(socket), user="root").close()
            return
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
        break
    process.kill()
    process.wait()
    raise OSError((folder / "log").read_text(errors="replace"))
