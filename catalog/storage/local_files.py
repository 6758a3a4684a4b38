"""Bytes in a folder of this machine: ``ab/cd/abcd…``, each file named by its sha256 and never written to again."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from catalog.errors import NotFound, StorageError, StorageFull

_PIECE = 1024 * 1024
_KEY = re.compile(r"[0-9a-f]{64}", re.ASCII)


class LocalFileStore:
    """A ``FileStore`` in ``folder``, which is made when the first file comes.

    A file gets its name only when its bytes are on the disk, so what can be read is whole. What a killed process leaves
    behind lies in ``incoming`` until :meth:`sweep`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._incoming = folder / "incoming"

    def put(self, path: Path) -> str:
        with _refusals_translated():
            self._incoming.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=self._incoming)
            try:
                with os.fdopen(descriptor, "wb") as copy:
                    key = _copy(path, copy)
                    os.fchmod(copy.fileno(), 0o444)
                    os.fsync(copy.fileno())
                self._place(Path(name), key)
            finally:
                with suppress(FileNotFoundError):
                    os.unlink(name)  # noqa: PTH108  the name is text already
        return key

    def _place(self, copy: Path, key: str) -> None:
        target = self._target(key)
        _make_folders(target.parent, self._folder)
        # Replacing a file of the same name heals one that was damaged; whoever reads the old one keeps it.
        copy.replace(target)
        _sync_folder(target.parent)

    def open(self, sha256: str) -> BinaryIO:
        with _refusals_translated(sha256):
            return self._checked(sha256).open("rb")

    def path(self, sha256: str) -> Path:
        self.size(sha256)
        return self._checked(sha256)

    def size(self, sha256: str) -> int:
        with _refusals_translated(sha256):
            return self._checked(sha256).stat().st_size

    def keys(self) -> Iterator[str]:
        for path in sorted(self._folder.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*")):
            if _KEY.fullmatch(path.name):
                yield path.name

    def delete(self, sha256: str) -> None:
        with suppress(NotFound), _refusals_translated(sha256):
            self._checked(sha256).unlink()

    def sweep(self, older_than: datetime) -> int:
        """Remove what killed processes left behind before ``older_than`` (aware); returns how many files it was."""
        removed = 0
        with _refusals_translated():
            for path in self._incoming.glob("*"):
                with suppress(FileNotFoundError):
                    if path.stat().st_mtime < older_than.timestamp():
                        path.unlink()
                        removed += 1
        return removed

    def _target(self, key: str) -> Path:
        return self._folder / key[:2] / key[2:4] / key

    def _checked(self, sha256: str) -> Path:
        """Where the bytes of this key belong; a text that is no sha256 never becomes a path."""
        if not _KEY.fullmatch(sha256):
            raise _missing(sha256)
        return self._target(sha256)


def _copy(source: Path, copy: BinaryIO) -> str:
    digest = hashlib.sha256()
    with source.open("rb") as original:
        while piece := original.read(_PIECE):
            digest.update(piece)
            copy.write(piece)
    copy.flush()
    return digest.hexdigest()


def _make_folders(folder: Path, top: Path) -> None:
    """Make ``folder`` below ``top`` so that it outlives a power cut, not only its files."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        if folder == top:
            break
        folder = folder.parent
    for new in reversed(missing):
        new.mkdir(exist_ok=True)
        _sync_folder(new.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _missing(sha256: str) -> NotFound:
    return NotFound.of("tệp", sha256[:64])


@contextmanager
def _refusals_translated(sha256: str = "") -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        if sha256:
            raise _missing(sha256) from error
        raise StorageError(
            "Kho tệp thiếu tệp hoặc thư mục; hãy kiểm tra đĩa.",
            "The file store misses a file or folder; check the disk.",
        ) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise StorageFull(
                "Đĩa của kho tệp đã đầy; hãy giải phóng chỗ trống rồi thử lại.",
                "The disk of the file store is full; make room and try again.",
            ) from error
        reason = errno.errorcode.get(error.errno or 0, type(error).__name__)
        raise StorageError(
            f"Không đọc hoặc ghi được kho tệp ({reason}); hãy kiểm tra đĩa và quyền của thư mục.",
            f"The file store cannot be read or written ({reason}); check the disk and the folder's permissions.",
            reason=reason,
        ) from error
