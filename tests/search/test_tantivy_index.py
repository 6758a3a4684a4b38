"""What is true of the embedded index alone: its folder, its processes, its failures."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from catalog.errors import IndexMissing, IndexUnavailable
from catalog.model import DatasetId
from catalog.questions import SearchQuery
from search.datasets.document import LAYOUT
from search.datasets.generations import Generations
from search.datasets.tantivy_index import TantivyIndex
from tests.contracts.dataset_indexes import described, found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


def test_opening_touches_nothing_and_an_index_never_built_is_told(folder: Path) -> None:
    index = TantivyIndex(folder)
    assert not folder.exists()
    for ask in (lambda: index.search(SearchQuery()), index.revisions):
        with pytest.raises(IndexUnavailable, match="chưa được tạo"):
            ask()
    index.put([described("a")])
    assert found(index) == ["a"]


def test_removing_from_an_index_never_built_leaves_it_unbuilt(folder: Path) -> None:
    index = TantivyIndex(folder)
    index.remove([DatasetId("id-a")])
    with pytest.raises(IndexUnavailable, match="chưa được tạo"):
        index.search(SearchQuery())


def test_removing_nothing_waits_for_no_writer(folder: Path) -> None:
    index = TantivyIndex(folder, patience=0)
    index.put([described("a")])
    with Generations(folder, LAYOUT).lock(0):
        index.remove([])
        with pytest.raises(IndexUnavailable, match="đang ghi"):
            index.remove([DatasetId("id-a")])
    assert found(index) == ["a"]


def test_another_process_sees_changes_and_rebuilds(folder: Path) -> None:
    writer, reader = TantivyIndex(folder), TantivyIndex(folder, reload_after=0)
    writer.put([described("a")])
    assert found(reader) == ["a"]
    writer.put([described("b")])
    assert sorted(found(reader)) == ["a", "b"]
    for name in ("x", "y", "z"):
        writer.rebuild([described(name)])
        assert found(reader) == [name]
    reader.put([described("more")])
    assert sorted(found(TantivyIndex(folder))) == ["more", "z"]


def test_a_reader_that_has_not_looked_again_goes_on_with_what_it_has(folder: Path) -> None:
    writer, reader = TantivyIndex(folder), TantivyIndex(folder, reload_after=3600)
    writer.put([described("a")])
    assert found(reader) == ["a"]
    for _ in range(3):
        writer.rebuild([described("b")])
    assert found(reader) == ["a"]


def test_old_generations_do_not_pile_up(folder: Path) -> None:
    index = TantivyIndex(folder)
    for _ in range(5):
        index.rebuild([described("a")])
    assert len(list(folder.glob("layout*"))) == 2


def test_a_replaced_dataset_is_held_once(folder: Path) -> None:
    """The engine deletes nothing, silently, when its key has the wrong type."""
    index = TantivyIndex(folder)
    for revision in range(1, 20):
        index.put([described("a", revision=revision)])
    assert index.search(SearchQuery()).total == 1
    assert index.revisions() == {"id-a": 19}
    generation = next(folder.glob("layout*"))
    assert len(list(generation.glob("*.store"))) < 15, "segments are merged"


def test_one_writer_at_a_time_the_others_wait_and_then_are_told(folder: Path) -> None:
    index = TantivyIndex(folder, patience=0)
    index.put([described("a")])
    with Generations(folder, LAYOUT).lock(patience=0):
        for write in (
            lambda: index.put([described("b")]),
            lambda: index.remove([DatasetId("id-a")]),
            lambda: index.rebuild([]),
        ):
            with pytest.raises(IndexUnavailable, match="đang ghi"):
                write()
        assert found(index) == ["a"]
    index.put([described("b")])
    assert sorted(found(index)) == ["a", "b"]


def test_a_writer_that_was_killed_stands_in_nobodys_way(folder: Path) -> None:
    index = TantivyIndex(folder, patience=5)
    index.put([described("a")])
    killed_while_rebuilding = f"""
import os, signal
from pathlib import Path
from search.datasets.tantivy_index import TantivyIndex
from tests.contracts.dataset_indexes import described
def datasets():
    for n in range(100):
        yield described(f"n{{n}}")
    os.kill(os.getpid(), signal.SIGKILL)
TantivyIndex(Path({str(folder)!r})).rebuild(datasets())
"""
    killed = subprocess.run([sys.executable, "-c", killed_while_rebuilding], check=False, cwd=Path(__file__).parents[2])
    assert killed.returncode == -9
    assert found(index) == ["a"]
    index.put([described("b")])
    assert sorted(found(TantivyIndex(folder))) == ["a", "b"]
    (folder / ".current.unfinished").write_text("layo")
    assert index.rebuild([described("c")]) == 1
    assert not list(folder.glob(".*"))
    assert len(list(folder.glob("layout*"))) == 2


def test_a_broken_index_is_told_and_a_rebuild_heals_it(folder: Path) -> None:
    index = TantivyIndex(folder, reload_after=0)
    index.put([described("a")])
    generation = next(folder.glob("layout*"))
    (generation / "meta.json").write_text("{")
    for ask in (lambda: found(index), lambda: found(TantivyIndex(folder)), lambda: index.put([described("b")])):
        with pytest.raises(IndexUnavailable):
            ask()
    assert index.rebuild([described("c")]) == 1
    assert found(index) == ["c"]


def test_a_deleted_index_is_told_and_a_rebuild_heals_it(folder: Path) -> None:
    index = TantivyIndex(folder, reload_after=0)
    index.put([described("a")])
    shutil.rmtree(next(folder.glob("layout*")))
    with pytest.raises(IndexUnavailable, match="bị hỏng"):
        found(index)
    shutil.rmtree(folder)
    with pytest.raises(IndexUnavailable, match="chưa được tạo"):
        found(index)
    index.rebuild([described("b")])
    assert found(index) == ["b"]


def test_an_index_of_another_program_version_asks_to_be_rebuilt(folder: Path) -> None:
    TantivyIndex(folder).put([described("a")])
    pointer = folder / "current"
    pointer.write_text(pointer.read_text().replace(f"layout{LAYOUT}-", "layout0-"))
    index = TantivyIndex(folder)
    for use in (lambda: found(index), lambda: index.put([described("b")])):
        with pytest.raises(IndexUnavailable):
            use()
    assert index.rebuild([described("c")]) == 1
    assert found(index) == ["c"]


def test_an_index_of_a_newer_program_is_not_taken_for_a_missing_one(folder: Path) -> None:
    """Else an old worker that still runs would build its own in the place of it, again and again."""
    TantivyIndex(folder).put([described("a")])
    pointer = folder / "current"
    pointer.write_text(pointer.read_text().replace(f"layout{LAYOUT}-", f"layout{LAYOUT + 1}-"))
    with pytest.raises(IndexUnavailable, match="mới hơn") as caught:
        found(TantivyIndex(folder))
    assert not isinstance(caught.value, IndexMissing)
    assert TantivyIndex(folder).rebuild([described("c")]) == 1


@pytest.mark.parametrize("pointer", ["", "../../etc", "layout1-", "\x00", "layout1-99"])
def test_a_pointer_to_elsewhere_is_not_followed(folder: Path, pointer: str) -> None:
    TantivyIndex(folder).put([described("a")])
    (folder / "current").write_text(pointer)
    with pytest.raises(IndexUnavailable):
        found(TantivyIndex(folder))


def test_at_most_a_thousand_hits_are_given_at_a_time(folder: Path) -> None:
    index = TantivyIndex(folder)
    index.rebuild(described(f"n{n}") for n in range(1_005))
    page = index.search(SearchQuery(limit=300_000))
    assert (page.total, len(page.hits)) == (1_005, 1_000)
