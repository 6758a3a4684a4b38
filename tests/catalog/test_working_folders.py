"""Nothing of a checked file stays behind, however the command ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from catalog.working_folders import PREFIX, sweep_working_folders, working_folder

HOLDER = """
import sys
from catalog.working_folders import working_folder
with working_folder() as folder:
    (folder / "ban-sao.csv").write_text("0912 345 678")
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def holder(place: Path) -> tuple[subprocess.Popen[str], Path]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(place)},
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_a_folder_is_for_one_user_and_gone_at_the_end(place: Path) -> None:
    with working_folder() as folder:
        assert folder.parent == place
        assert folder.stat().st_mode & 0o077 == 0
    with pytest.raises(ValueError, match="hỏng"), working_folder():
        raise ValueError("hỏng")
    assert not list(place.iterdir())


def test_the_folder_of_a_killed_command_is_removed_by_the_next_and_that_of_a_living_one_is_not(place: Path) -> None:
    killed, left = holder(place)
    living, used = holder(place)
    try:
        killed.send_signal(signal.SIGKILL)
        killed.communicate()
        assert (left / "ban-sao.csv").exists()

        with working_folder():
            assert not left.exists()
            assert (used / "ban-sao.csv").exists()
    finally:
        living.communicate("")
    assert (living.returncode, list(place.iterdir())) == (0, [])


def test_a_folder_that_was_never_set_up_waits_for_an_hour(place: Path) -> None:
    new, old = place / f"{PREFIX}moi", place / f"{PREFIX}cu"
    new.mkdir()
    old.mkdir()
    hours_ago = time.time() - 7_200
    os.utime(old, (hours_ago, hours_ago))
    (place / f"{PREFIX}lien-ket").symlink_to(new)

    assert sweep_working_folders() == 1
    assert (new.exists(), old.exists()) == (True, False)
