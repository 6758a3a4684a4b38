"""A file that somebody asks for is made once, by few at a time, and kept as long as there is room."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Event, Thread

import pytest

from portal.made_files import MadeFiles, TooBusy


def writing(content: bytes, made: list[bytes] | None = None) -> object:
    def make(path: Path) -> None:
        if made is not None:
            made.append(content)
        path.write_bytes(content)

    return make


def read(files: MadeFiles, key: str, make: object) -> bytes:
    with files.open(key, make) as file:  # type: ignore[arg-type]
        return file.read()


def test_a_file_is_made_once(tmp_path: Path) -> None:
    files, made = MadeFiles(tmp_path / "kho"), list[bytes]()

    assert [read(files, "một", writing(b"1", made)) for _ in range(3)] == [b"1"] * 3
    assert read(files, "hai/../x", writing(b"2", made)) == b"2"
    assert made == [b"1", b"2"]
    assert all(path.parent == tmp_path / "kho" for path in tmp_path.rglob("*") if path.is_file())


def test_what_could_not_be_made_leaves_nothing(tmp_path: Path) -> None:
    def fail(path: Path) -> None:
        path.write_bytes(b"nua chung")
        raise ValueError("hỏng")

    files = MadeFiles(tmp_path)
    with pytest.raises(ValueError, match="hỏng"):
        files.open("một", fail)
    assert not list(tmp_path.iterdir())
    assert read(files, "một", writing(b"1")) == b"1"


def test_the_one_asked_for_longest_ago_makes_room(tmp_path: Path) -> None:
    files, made = MadeFiles(tmp_path, most_bytes=25), list[bytes]()
    for place, key in enumerate(("a", "b")):
        read(files, key, writing(key.encode() * 10, made))
        for path in tmp_path.iterdir():
            os.utime(path, (1_000 + place, 1_000 + place))
    read(files, "a", writing(b"", made))
    left = tmp_path / "cu.dang-ghi"
    left.write_bytes(b"")
    os.utime(left, (1_000, 1_000))

    read(files, "c", writing(b"c" * 10, made))

    assert sum(path.stat().st_size for path in tmp_path.iterdir()) == 20
    assert not left.exists()
    assert read(files, "a", writing(b"", made)) == b"a" * 10
    assert made == [b"a" * 10, b"b" * 10, b"c" * 10]


def test_beyond_the_few_who_are_served_others_are_asked_to_come_again(tmp_path: Path) -> None:
    files = MadeFiles(tmp_path, at_once=1, wait_seconds=0.01)
    begun, go_on = Event(), Event()

    def slowly(path: Path) -> None:
        begun.set()
        go_on.wait(30)
        path.write_bytes(b"1")

    thread = Thread(target=lambda: files.open("một", slowly).close())
    thread.start()
    begun.wait(30)
    with pytest.raises(TooBusy) as refused:
        files.open("hai", slowly)
    go_on.set()
    thread.join()

    assert refused.value.http_status == 503
    assert read(files, "một", writing(b"")) == b"1"
