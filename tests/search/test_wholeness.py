"""An embedded index that was damaged on disk is recognised; trouble that passes is not taken for damage."""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import tantivy

from catalog.errors import IndexDamaged, IndexMissing, IndexUnavailable
from catalog.questions import FACETS, SearchQuery, SearchSort
from search.datasets import tantivy_index
from search.datasets.tantivy_errors import engine_errors, may_be_damage
from search.datasets.tantivy_index import TantivyIndex
from search.datasets.wholeness import damage_of
from tests.contracts.dataset_indexes import described, found

PARTS = ("fast", "fieldnorm", "idx", "pos", "store", "term", "del")
NAMES = [f"n{number}" for number in range(40)]

QUESTIONS = (
    SearchQuery(limit=0),
    SearchQuery(facets=FACETS),
    SearchQuery("“bệnh viện số”"),
    SearchQuery("số 7", sort=SearchSort.MODIFIED),
    SearchQuery("benh", unfinished=True, facets=("column",)),
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of forty datasets, one of which was replaced: its segment has a file of what was deleted."""
    folder = tmp_path_factory.mktemp("whole") / "index"
    index = TantivyIndex(folder)
    index.rebuild(described(name, f"Bệnh viện số {name[1:]}") for name in NAMES)
    index.put([described("n3", "Bệnh viện số 3, mới", revision=2)])
    return folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole, tmp_path / "index")
    return tmp_path / "index"


def generation(folder: Path) -> Path:
    return folder / (folder / "current").read_text().split()[0]


def largest(folder: Path, part: str) -> Path:
    return max(generation(folder).glob(f"*.{part}"), key=lambda path: path.stat().st_size)


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def empty(path: Path) -> None:
    os.truncate(path, 0)


def blank(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def blank_a_block(path: Path) -> None:
    """As a block of the disk that is lost: the end of the file, with its checksum, stays."""
    written = path.read_bytes()
    middle = max(1, (len(written) - 150) // 2)
    path.write_bytes(bytes(middle) + written[middle:])


def overwrite(path: Path) -> None:
    path.write_bytes(b"\xa5" * path.stat().st_size)


DAMAGE: tuple[Callable[[Path], None], ...] = (truncate, empty, blank, blank_a_block, overwrite, Path.unlink)


def test_what_was_written_is_whole(whole: Path) -> None:
    assert damage_of(generation(whole)) == ""
    assert {path.suffix[1:] for path in generation(whole).iterdir()} >= set(PARTS)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("harm", DAMAGE)
def test_every_damage_to_every_part_is_found_by_comparing_and_nobody_reads_on(
    folder: Path, part: str, harm: Callable[[Path], None]
) -> None:
    path = largest(folder, part)
    harm(path)
    assert path.name in damage_of(generation(folder))
    index, other = TantivyIndex(folder), TantivyIndex(folder)
    for question in QUESTIONS:
        with suppress(IndexDamaged):  # not every question meets it; none is told anything else
            index.search(question)
    for ask in (index.revisions, other.revisions, lambda: found(other)):
        with pytest.raises(IndexDamaged):
            ask()
    index.rebuild([described("a")])
    assert (found(other), damage_of(generation(folder))) == (["a"], "")


def test_a_search_that_meets_damage_gives_the_index_up_for_all_processes(folder: Path) -> None:
    blank_a_block(largest(folder, "store"))
    reader, worker = TantivyIndex(folder), TantivyIndex(folder)
    assert worker.search(SearchQuery(limit=0)).total == len(NAMES), "counting does not meet it"
    with pytest.raises(IndexDamaged):
        found(reader)
    with pytest.raises(IndexMissing):
        TantivyIndex(folder).search(SearchQuery(limit=0))


def test_a_writer_that_meets_damage_gives_the_index_up(folder: Path) -> None:
    for path in generation(folder).glob("*.term"):
        blank_a_block(path)
    with pytest.raises(IndexDamaged):
        TantivyIndex(folder).put([described("n3", revision=3)])
    with pytest.raises(IndexDamaged):
        TantivyIndex(folder).search(SearchQuery(limit=0))


@pytest.mark.parametrize("meta", ["", "{", "[]", '{"segments": 7}', '{"segments": [{}]}'])
def test_a_broken_table_of_contents_is_damage(folder: Path, meta: str) -> None:
    (generation(folder) / "meta.json").write_text(meta)
    assert "meta.json" in damage_of(generation(folder))


def test_files_that_a_writer_replaces_meanwhile_are_no_damage(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files of the state before are deleted as soon as nobody holds them."""
    meta = generation(folder) / "meta.json"
    newest = meta.read_bytes()
    before = json.loads(newest)
    before["segments"].append({"segment_id": "0" * 32, "max_doc": 1, "deletes": None})
    states = iter([json.dumps(before).encode(), newest, newest, newest])
    monkeypatch.setattr("search.datasets.wholeness._read_meta", lambda folder: next(states))
    assert damage_of(generation(folder)) == ""


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (ValueError("IoError: Too many open files (os error 24)"), False),
        (OSError(errno.ENOSPC, "No space left on device"), False),
        (ValueError("Failed to open file for write: 'IoError(Os { code: 28 }' (os error 28)"), False),
        (ValueError('err: Os { code: 28, kind: StorageFull, message: "No space left on device" }'), False),
        (PermissionError(errno.EACCES, "Permission denied"), False),
        (ValueError("Failed to open file for read: FileDoesNotExist"), True),
        (ValueError("IoError: Input/output error (os error 5)"), True),
        (ValueError("Data corrupted"), True),
    ],
)
def test_trouble_that_passes_is_told_from_what_may_be_damage(said: Exception, expected: bool) -> None:
    with pytest.raises(IndexUnavailable) as caught, engine_errors():
        raise said
    assert may_be_damage(caught.value.__cause__) is expected


def test_an_index_that_cannot_be_opened_for_want_of_handles_is_not_missing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: str) -> None:
        raise ValueError("IoError: Too many open files (os error 24)")

    monkeypatch.setattr(tantivy.Index, "open", refuse)
    with pytest.raises(IndexUnavailable) as caught:
        found(TantivyIndex(folder))
    assert not isinstance(caught.value, IndexMissing)


def test_a_process_without_file_handles_takes_its_index_for_no_missing_one(folder: Path) -> None:
    index = TantivyIndex(folder, reload_after=0)
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest = max(int(path.name) for path in Path("/proc/self/fd").iterdir()) + 1
    held = []
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, before[1]))
        with suppress(OSError):
            while True:
                held.append(os.dup(0))
        with pytest.raises(IndexUnavailable) as caught:
            found(index)
    finally:
        for descriptor in held:
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert not isinstance(caught.value, IndexMissing)
    assert len(found(index)) > 0


def test_a_failure_that_is_no_damage_is_looked_into_once_a_minute(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[Path] = []

    def refuse(engine: object, ask: object) -> None:
        with engine_errors():
            raise ValueError("no reason given")

    def look(path: Path) -> str:
        looks.append(path)
        return ""

    monkeypatch.setattr(tantivy_index._Engine, "ask", refuse)
    monkeypatch.setattr(tantivy_index, "damage_of", look)
    index = TantivyIndex(folder)
    for _ in range(5):
        with pytest.raises(IndexUnavailable) as caught:
            found(index)
        assert not isinstance(caught.value, IndexMissing)
    assert len(looks) == 1


def test_who_finds_damage_while_another_writes_leaves_the_pointer_alone(folder: Path) -> None:
    blank_a_block(largest(folder, "store"))
    index = TantivyIndex(folder)
    with index._generations.lock(0), pytest.raises(IndexDamaged):
        found(index)
    assert (folder / "current").read_text() == generation(folder).name
    with pytest.raises(IndexDamaged):
        found(index)
    assert (folder / "current").read_text() == f"{generation(folder).name} damaged"
