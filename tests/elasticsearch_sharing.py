"""One Elasticsearch for all processes of a test run, such as the workers of pytest-xdist.

Whoever comes first starts a keeper, a process that runs the node. All who use it hold a shared lock on one file; the
keeper waits for the exclusive lock and so learns that nobody is left, however they ended: the kernel keeps the count.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.elasticsearch_distribution import locked

ROOT = Path(__file__).parent.parent
POLL_SECONDS = 0.1


@contextmanager
def share(folder: Path) -> Iterator[str]:
    """The address of the server that belongs to ``folder``; it is gone when the last user's block ends.

    Raises ``OSError``, for every user in the same words, if it does not start.
    """
    with (folder / "users").open("a") as users:
        with locked(folder / "starting"):
            fcntl.flock(users, fcntl.LOCK_SH)  # waits for a keeper that is just ending its server
            address = _address(folder)
        try:
            yield address
        finally:
            with locked(folder / "starting"):
                last = _is_last(users.fileno())
                users.close()
                if last:
                    with locked(folder / "keeper"):
                        pass  # it has ended


def keep(folder: Path) -> None:
    """Leaves a process behind that runs a node for the users of ``folder`` until none is left."""
    from tests.elasticsearch_server import run_node  # which imports this module

    with locked(folder / "keeper"), ExitStack() as ending:
        if os.fork():
            os._exit(0)  # the child holds the lock on
        os.setsid()
        try:
            node = run_node(ending)
        except (OSError, subprocess.SubprocessError) as error:
            _write(folder / "failure", str(error))
            return
        _write(folder / "address", node.url)
        with locked(folder / "users"):
            (folder / "address").unlink()
            node.kill()


def _address(folder: Path) -> str:
    address, failure = folder / "address", folder / "failure"
    if not address.exists() and not failure.exists():
        with (folder / "keeper.log").open("ab") as log:
            command = [sys.executable, "-m", "tests.elasticsearch_sharing", str(folder)]
            subprocess.run(command, check=True, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    while not address.exists():
        if failure.exists():
            raise OSError(failure.read_text())
        if not _is_held(folder / "keeper") and not failure.exists():
            _write(failure, (folder / "keeper.log").read_text(errors="replace"))
        time.sleep(POLL_SECONDS)
    return address.read_text()


def _write(file: Path, text: str) -> None:
    """Whole at once: others wait for the file to appear."""
    unfinished = file.with_suffix(".part")
    unfinished.write_text(text)
    unfinished.rename(file)


def _is_held(file: Path) -> bool:
    with file.open("a") as tried:
        try:
            fcntl.flock(tried, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _is_last(users: int) -> bool:
    """Gives up our share of the lock; whether no other user holds one. Newcomers must be kept out meanwhile."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        try:
            fcntl.flock(users, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:  # not a user but the keeper, ending the server
            return True
        return False
    return True


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
