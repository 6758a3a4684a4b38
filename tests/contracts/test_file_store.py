"""What every ``FileStore`` promises: immutable bytes under their hash, all or nothing."""

from __future__ import annotations

import hashlib
import os
import resource
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from catalog.errors import NotFound, StorageError, StorageFull
from catalog.ports import FileStore
from catalog.storage.local_files import LocalFileStore

CONTENT = "Mã,Tên\n01,Xã Hạc Thành\n".encode()
KEY = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "kho tệp" / "files"


@pytest.fixture
def files(folder: Path) -> LocalFileStore:
    return LocalFileStore(folder)


@pytest.fixture
def original(tmp_path: Path) -> Path:
    path = tmp_path / "bảng.csv"
    path.write_bytes(CONTENT)
    return path


def stored_paths(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_bytes_come_back_under_their_hash(files: FileStore, original: Path) -> None:
    assert files.put(original) == KEY
    original.unlink()
    with files.open(KEY) as content:
        assert content.read() == CONTENT
    assert files.size(KEY) == len(CONTENT)
    assert list(files.keys()) == [KEY]


def test_an_empty_file_is_a_file(files: FileStore, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert files.size(files.put(tmp_path / "empty")) == 0


def test_the_same_bytes_twice_are_the_same_as_once(files: FileStore, original: Path, folder: Path) -> None:
    assert files.put(original) == files.put(original)
    assert len(stored_paths(folder)) == 1


def test_many_may_put_the_same_bytes_at_once(files: FileStore, original: Path, folder: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(files.put, [original] * 12)) == {KEY}
    assert len(stored_paths(folder)) == 1


def test_the_file_can_be_sent_from_where_it_lies_and_not_be_changed(files: FileStore, original: Path) -> None:
    path = files.path(files.put(original))
    assert path is not None
    assert path.read_bytes() == CONTENT
    assert path.stat().st_mode & 0o222 == 0


def test_putting_again_heals_a_damaged_file(files: FileStore, original: Path) -> None:
    path = files.path(files.put(original))
    assert path is not None
    path.chmod(0o644)
    path.write_bytes(b"damaged")
    files.put(original)
    assert path.read_bytes() == CONTENT


def test_a_deleted_file_is_gone_and_deleting_again_is_no_error(files: FileStore, original: Path) -> None:
    files.put(original)
    files.delete(KEY)
    files.delete(KEY)
    assert list(files.keys()) == []
    with pytest.raises(NotFound):
        files.open(KEY)


@pytest.mark.parametrize(
    "key",
    [
        "0" * 64,
        "",
        "..",
        "../../etc/passwd",
        "/etc/passwd",
        KEY.upper(),
        KEY + "\n",
        KEY[:-1],
        "incoming",
        "a\0b",
        "é" * 64,
    ],
)
def test_what_is_no_stored_key_is_not_found(files: FileStore, original: Path, key: str) -> None:
    files.put(original)
    for ask in (files.open, files.size, files.path):
        with pytest.raises(NotFound):
            ask(key)
    files.delete(key)
    assert list(files.keys()) == [KEY]


def test_a_store_nobody_put_anything_into_is_empty(files: LocalFileStore) -> None:
    assert list(files.keys()) == []
    assert files.sweep(datetime.now(UTC)) == 0


def test_a_full_disk_leaves_nothing_behind_and_the_rest_readable(
    files: FileStore, original: Path, folder: Path, tmp_path: Path
) -> None:
    files.put(original)
    large = tmp_path / "large"
    large.write_bytes(b"x" * 3_000_000)
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, limit[1]))
    try:
        with pytest.raises(StorageFull):
            files.put(large)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert [path.name for path in stored_paths(folder)] == [KEY]
    assert files.size(files.put(large)) == 3_000_000, "there is room again"


def test_a_folder_that_cannot_be_made_is_a_storage_error(original: Path) -> None:
    with pytest.raises(StorageError):
        LocalFileStore(original / "below-a-file").put(original)


def test_what_a_killed_process_left_is_no_file_and_is_swept(
    files: LocalFileStore, original: Path, folder: Path, tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    program = (
        "import sys; from pathlib import Path; from catalog.storage.local_files import LocalFileStore;"
        "LocalFileStore(Path(sys.argv[1])).put(Path(sys.argv[2]))"
    )
    child = subprocess.Popen([sys.executable, "-c", program, str(folder), str(pipe)])
    with pipe.open("wb", buffering=0) as slow_upload:
        slow_upload.write(CONTENT)
        child.send_signal(signal.SIGKILL)
        child.wait()
    files.put(original)
    assert len(stored_paths(folder)) == 2
    assert list(files.keys()) == [KEY]
    assert files.sweep(datetime.now(UTC) - timedelta(hours=1)) == 0
    assert files.sweep(datetime.now(UTC) + timedelta(hours=1)) == 1
    assert [path.name for path in stored_paths(folder)] == [KEY]
