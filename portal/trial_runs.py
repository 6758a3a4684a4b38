"""Dry runs that pages ask for: each in a process of its own, so that a large source never keeps a web worker waiting.

The page that asks is answered at once and looks again every few seconds. The process has five minutes and then ends,
whatever it is doing; a real harvest has no such limit, and neither has ``dulieumo harvest SOURCE --dry-run``. What it
finds lies in a file of the portal's own folder for an hour, personal values masked, and is shown to nobody but those
who may try the source out.
"""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson

from catalog.errors import CatalogError, NotFound
from catalog.sources import HarvestSource
from portal.wiring import Parts

LONGEST = timedelta(minutes=5)
KEPT = timedelta(hours=1)
MOST_AT_ONCE = 2
_GRACE = timedelta(seconds=30)
_TOLD_EVERY_SECONDS = 1.0
_ID = re.compile(r"[0-9a-f]{32}")


class TooManyTrials(CatalogError):
    code = "busy"
    http_status = 503


class TrialState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class TrialRun:
    """One dry run. ``table`` is the only one that is read, all if empty; ``done`` rows of ``key`` are read so far;
    ``result`` is what :func:`portal.trial_results.trial_result` gives, once it is done."""

    id: str
    source_id: str
    table: str
    asked_by: str
    started_at: datetime
    state: TrialState = TrialState.RUNNING
    key: str = ""
    done: int = 0
    error: str = ""
    error_en: str = ""
    result: Mapping[str, Any] | None = None


def start(parts: Parts, source: HarvestSource, *, asked_by: str, table: str = "") -> TrialRun:
    """Begin a dry run of a stored source, or give the one that is running for the same. Raises ``TooManyTrials``."""
    running = [trial for trial in _known(parts) if trial.state is TrialState.RUNNING]
    for trial in running:
        if (trial.source_id, trial.table) == (source.id, table):
            return trial
    if len(running) >= MOST_AT_ONCE:
        raise TooManyTrials(
            "Đang có nguồn khác được chạy thử; hãy thử lại sau một phút.",
            "Other sources are being tried just now; try again in a minute.",
        )
    trial = TrialRun(secrets.token_hex(16), source.id, table, asked_by, parts.clock())
    _write(parts, trial)
    launch(parts, trial)
    return trial


def trial_run(parts: Parts, trial_id: str, source: HarvestSource) -> TrialRun:
    """How a dry run of ``source`` stands. Raises ``NotFound`` for one that is not of this source, or is forgotten."""
    trial = _read(parts, trial_id) if _ID.fullmatch(trial_id) else None
    if trial is None or trial.source_id != source.id:
        raise NotFound(
            "Lần chạy thử này không còn; kết quả chỉ được giữ một giờ. Hãy chạy thử lại.",
            "This dry run is gone; results are kept for an hour only. Run it again.",
        )
    return trial


def launch(parts: Parts, trial: TrialRun) -> threading.Thread:
    """Begin the process; the thread that is given waits for its end."""
    settings = parts.settings
    environment = {
        **os.environ,
        "DULIEUMO_HOME": str(settings.folder),
        "DULIEUMO_CATALOG": settings.catalog_url,
        "DULIEUMO_FILES": settings.files_url,
        "DULIEUMO_INDEX": settings.index_url,
        "DULIEUMO_ROWS": settings.rows_url,
    }
    process = subprocess.Popen(  # noqa: S603  # our own interpreter and an id of ours
        [sys.executable, "-m", "portal.trial_runs", trial.id],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    waiting = threading.Thread(target=process.wait, name="waits-for-a-dry-run", daemon=True)
    waiting.start()
    return waiting


# --- in the process of the dry run ------------------------------------------------------------------------------------


def run(parts: Parts, trial: TrialRun) -> TrialRun:
    """Do it: read and judge the source, save nothing of it, write down what would become of it."""
    from catalog.previewing import preview
    from portal.trial_results import trial_result
    from portal.wiring import open_harvester
    from search.rows.comparing import compare_tables

    told = [time.monotonic()]

    def tell(key: str, done: int) -> None:
        if time.monotonic() - told[0] >= _TOLD_EVERY_SECONDS:
            told[0] = time.monotonic()
            _write(parts, replace(trial, key=key, done=done))

    try:
        with parts.store.read() as reader:
            source = reader.source(trial.source_id)
        if trial.table:
            source = replace(source, tables=tuple(item for item in source.tables if item.key == trial.table))
        found = preview(open_harvester(parts), source, compare_tables, progress=tell)
        ended = replace(trial, state=TrialState.DONE, result=trial_result(found))
    except CatalogError as error:
        ended = replace(trial, state=TrialState.FAILED, error=error.message, error_en=error.message_en)
    except Exception:
        ended = _failed(trial, "Chạy thử gặp lỗi ngoài dự kiến.", "The dry run met an unexpected error.")
    _write(parts, ended)
    return ended


def main(trial_id: str) -> None:
    """What the process does. It ends after :data:`LONGEST`, in the middle of whatever a driver is waiting for."""
    from portal.settings import Settings
    from portal.wiring import open_parts

    parts = open_parts(Settings())
    trial = _read(parts, trial_id)
    if trial is None:
        return

    def give_up() -> None:
        _write(parts, _too_long(trial))
        os.killpg(0, signal.SIGKILL)

    os.nice(10)
    timer = threading.Timer(LONGEST.total_seconds(), give_up)
    timer.daemon = True
    timer.start()
    run(parts, trial)


def _too_long(trial: TrialRun) -> TrialRun:
    minutes = int(LONGEST.total_seconds() // 60)
    return _failed(
        trial,
        f"Nguồn lớn: chạy thử chưa xong sau {minutes} phút nên đã dừng. Lượt thu thập thật không có giới hạn này; hoặc"
        " chạy thử từng bảng, hay dùng lệnh “dulieumo harvest --dry-run” trên máy chủ.",
        f"A large source: the dry run had not ended after {minutes} minutes and was stopped. A real run has no such"
        " limit; or try one table at a time, or “dulieumo harvest --dry-run” on the server.",
    )


def _failed(trial: TrialRun, error: str, error_en: str) -> TrialRun:
    return replace(trial, state=TrialState.FAILED, error=error, error_en=error_en)


# --- files ------------------------------------------------------------------------------------------------------------


def _folder(parts: Parts) -> Path:
    folder = parts.settings.folder / "trials"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _write(parts: Parts, trial: TrialRun) -> None:
    target = _folder(parts) / f"{trial.id}.json"
    half = target.with_suffix(f".{secrets.token_hex(4)}.half")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(orjson.dumps(asdict(trial), default=str, option=orjson.OPT_NON_STR_KEYS))
    half.replace(target)


def _read(parts: Parts, trial_id: str) -> TrialRun | None:
    try:
        stored = orjson.loads((_folder(parts) / f"{trial_id}.json").read_bytes())
    except (FileNotFoundError, orjson.JSONDecodeError):
        return None
    started = datetime.fromisoformat(stored.pop("started_at"))
    trial = TrialRun(**{**stored, "state": TrialState(stored["state"])}, started_at=started)
    if trial.state is TrialState.RUNNING and parts.clock() - started > LONGEST + _GRACE:
        return _too_long(trial)
    return trial


def _known(parts: Parts) -> list[TrialRun]:
    """All that are kept; those whose time is over are removed."""
    found = []
    for path in _folder(parts).iterdir():
        trial = _read(parts, path.stem) if path.suffix == ".json" else None
        age = parts.clock().timestamp() - path.stat().st_mtime if trial is None else 0.0
        if trial is None and age < KEPT.total_seconds():
            continue  # half-written just now
        if trial is None or parts.clock() - trial.started_at > KEPT:
            with suppress(FileNotFoundError):
                path.unlink()
        else:
            found.append(trial)
    return found


if __name__ == "__main__":
    main(sys.argv[1])
