"""The embedded row store: a folder with one immutable DuckDB file per published version."""

from __future__ import annotations

import errno
import os
import re
import shutil
import threading
import uuid
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from catalog.errors import InvalidQuery, NotFound, StorageError, StorageFull
from catalog.model import Version, VersionId
from catalog.questions import RowPage, RowQuery
from search.rows.copied_table import CopiedColumn, copy_rows, open_copy
from search.rows.question_sql import RowStatements, statements_for

_SUFFIX = ".duckdb"
_UNFINISHED = ".unfinished"
_SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_INTERRUPT_AGAIN = 0.05


@dataclass(frozen=True, slots=True)
class _OpenCopy:
    """A row copy held open; ``file`` tells whether the file at its path is still the one that was opened."""

    file: tuple[int, int]
    connection: duckdb.DuckDBPyConnection
    columns: Mapping[str, CopiedColumn]


class DuckdbRows:
    """Row copies in ``folder``, which is made when first needed. May be shared by threads; other processes may add and
    remove copies meanwhile. ``time_limit`` (seconds) ends a question that runs longer; ``kept_open`` copies stay open.
    """

    def __init__(self, folder: Path, *, time_limit: float = 10.0, kept_open: int = 12) -> None:
        self._folder = folder
        self._time_limit = time_limit
        self._kept_open = kept_open
        self._open: OrderedDict[VersionId, _OpenCopy] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, version: Version, parquet: Path) -> None:
        """Make the row copy of a version beside the others and put it in place in one step. ``StorageError``."""
        target = self._path(version.id)
        unfinished = self._folder / f".{version.id}.{uuid.uuid4().hex}{_UNFINISHED}"
        with _storage_errors(version.id):
            self._folder.mkdir(parents=True, exist_ok=True)
        try:
            with _storage_errors(version.id):
                copy_rows(version, parquet, unfinished)
                _flush(unfinished)
                unfinished.replace(target)
                _flush(self._folder)
        finally:
            for left in self._folder.glob(f"{unfinished.name}*"):
                _remove(left)

    def rows(self, query: RowQuery) -> RowPage:
        copy = self._opened(query.version_id)
        statements = statements_for(query, copy.columns)
        cursor = copy.connection.cursor()
        try:
            with _storage_errors(query.version_id), _time_limit(cursor, self._time_limit):
                return _run(cursor, statements)
        finally:
            cursor.close()

    def versions(self) -> frozenset[VersionId]:
        if not self._folder.is_dir():
            return frozenset()
        return frozenset(
            VersionId(path.stem) for path in self._folder.glob(f"*{_SUFFIX}") if not path.name.startswith(".")
        )

    def remove(self, version_id: VersionId) -> None:
        """A version without a copy is no error."""
        if _SAFE_ID.fullmatch(version_id):
            self._path(version_id).unlink(missing_ok=True)
            self._forget(version_id)

    def sweep(self, older_than: datetime) -> int:
        """``older_than`` is aware. What the engine keeps beside a copy while it writes goes too."""
        removed = 0
        with _storage_errors(VersionId("*")):
            for path in self._folder.glob(f".*{_UNFINISHED}*"):
                with suppress(FileNotFoundError):
                    if path.stat().st_mtime < older_than.timestamp():
                        _remove(path)
                        removed += path.suffix == _UNFINISHED
        return removed

    def _path(self, version_id: VersionId) -> Path:
        if not _SAFE_ID.fullmatch(version_id):
            raise _no_copy(version_id)
        return self._folder / f"{version_id}{_SUFFIX}"

    def _opened(self, version_id: VersionId) -> _OpenCopy:
        """The open copy of a version, opened anew if its file was replaced. Copies nobody asked for lately are let go;
        a question that still runs on one holds it until it ends, so they are never closed here."""
        path = self._path(version_id)
        try:
            status = path.stat()
        except OSError:
            self._forget(version_id)
            raise _no_copy(version_id) from None
        file = (status.st_ino, status.st_mtime_ns)
        with self._lock:
            held = self._open.get(version_id)
            if held is None or held.file != file:
                with _storage_errors(version_id):
                    held = _OpenCopy(file, *open_copy(path))
                self._open[version_id] = held
            self._open.move_to_end(version_id)
            while len(self._open) > self._kept_open:
                self._open.popitem(last=False)
            return held

    def _forget(self, version_id: VersionId) -> None:
        with self._lock:
            self._open.pop(version_id, None)


def _run(cursor: duckdb.DuckDBPyConnection, statements: RowStatements) -> RowPage:
    total = None
    if statements.count:
        counted = cursor.execute(statements.count.sql, list(statements.count.values)).fetchone()
        total = int(counted[0]) if counted else 0
    rows = cursor.execute(statements.page.sql, list(statements.page.values)).fetchall()
    return RowPage(columns=statements.columns, rows=tuple(rows), total=total)


@contextmanager
def _time_limit(cursor: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """Interrupt what the cursor runs after ``seconds``, again and again: one between two statements is lost."""
    done = threading.Event()

    def watch() -> None:
        wait = seconds
        while not done.wait(wait):
            cursor.interrupt()
            wait = _INTERRUPT_AGAIN

    watcher = threading.Thread(target=watch, name="row question time limit", daemon=True)
    watcher.start()
    try:
        yield
    except (duckdb.InterruptException, duckdb.OutOfMemoryException) as error:
        raise InvalidQuery(
            f"Câu hỏi chạy quá lâu hoặc quá nặng (giới hạn {seconds:g} giây); hãy thêm điều kiện lọc, bớt sắp xếp,"
            " hoặc tải cả tệp.",
            f"The question takes too long or too much memory (limit {seconds:g} s); filter more, sort less,"
            " or download the file.",
            limit_seconds=seconds,
        ) from error
    finally:
        done.set()
        watcher.join()


@contextmanager
def _storage_errors(version_id: VersionId) -> Iterator[None]:
    try:
        yield
    except (duckdb.Error, OSError) as error:
        full = getattr(error, "errno", None) == errno.ENOSPC or "No space left" in str(error)
        kind = StorageFull if full else StorageError
        raise kind(
            f"Không đọc hoặc ghi được bản sao dòng của phiên bản {version_id}"
            f"{' vì đĩa đã đầy' if full else '; hãy tạo lại bản sao này'}.",
            f"The row copy of version {version_id} cannot be read or written: {type(error).__name__}.",
            version=version_id,
        ) from error


def _no_copy(version_id: str) -> NotFound:
    return NotFound.of("bản sao dòng của phiên bản", version_id[:100])


def _remove(path: Path) -> None:
    """A file, or the folder in which the engine puts what does not fit into memory."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
