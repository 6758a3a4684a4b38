"""Use cases that compare the truth with its copies, and make the copies agree again.

The database is the truth. Files, row copies and the search index can all be held against it; each difference is named.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalog.errors import NotFound
from catalog.index_keeping import IndexComparison, compare_index, mend_index
from catalog.indexing import Indexing
from catalog.model import DatasetId, StoredFile, Version
from catalog.ports import CatalogReader, FileStore, RowStore
from catalog.publishing import local_copy
from catalog.working_folders import working_folder


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference between the database and a copy. ``kind`` is stable; ``repairable`` says whether :func:`repair`
    can mend it."""

    kind: str
    key: str
    message: str
    message_en: str
    repairable: bool = True


def find_drift(indexing: Indexing, files: FileStore, *, hashes: bool = False) -> tuple[Drift, ...]:
    """Every difference between the database and its copies; with ``hashes`` the bytes of all files are read too."""
    with indexing.store.read() as reader:
        versions = tuple(_versions(reader))
        found = (
            *_outbox_drift(reader),
            *_file_drift(reader, versions, files, hashes=hashes),
            *_row_drift(reader, versions, indexing.rows),
        )
    return (*found, *(drift for item in compare_index(indexing) for drift in _index_drift(item)))


def _outbox_drift(reader: CatalogReader) -> Iterator[Drift]:
    waiting = reader.outbox_size()
    if waiting:
        yield Drift(
            "outbox",
            str(waiting),
            f"Còn {waiting} việc chưa giao cho chỉ mục và tệp dẫn xuất.",
            f"{waiting} events wait to be delivered.",
        )


def _versions(reader: CatalogReader) -> Iterator[Version]:
    for dataset in reader.datasets():
        for distribution in dataset.distributions:
            yield from reader.versions(distribution.id)


def _file_drift(
    reader: CatalogReader, versions: Sequence[Version], files: FileStore, *, hashes: bool
) -> Iterator[Drift]:
    derived = reader.derived_files([version.id for version in versions])
    known: set[str] = set()
    for version in versions:
        for file in version.files + derived.get(version.id, ()):
            known.add(file.sha256)
            fault = _fault_of(file, files, hashes=hashes)
            if fault:
                yield Drift(
                    fault,
                    file.sha256,
                    f"Tệp {file.filename} của phiên bản {version.id} bị thiếu hoặc sai nội dung.",
                    f"File {file.filename} of version {version.id} is missing or damaged.",
                    repairable=False,
                )
    for key in sorted(set(files.keys()) - known):
        yield Drift("orphan-file", key, f"Tệp {key} không thuộc phiên bản nào.", f"No version refers to file {key}.")


def _fault_of(file: StoredFile, files: FileStore, *, hashes: bool) -> str:
    try:
        if files.size(file.sha256) != file.size:
            return "damaged-file"
        if hashes:
            return "" if _digest(files, file.sha256) == file.sha256 else "damaged-file"
    except NotFound:
        return "missing-file"
    return ""


def _digest(files: FileStore, key: str) -> str:
    digest = hashlib.sha256()
    with files.open(key) as stream:
        while piece := stream.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def _row_drift(reader: CatalogReader, versions: Sequence[Version], rows: RowStore) -> Iterator[Drift]:
    latest = {version.id: version for version in reader.latest_versions().values()}
    copies = rows.versions()
    for version_id in sorted(latest.keys() - copies):
        yield Drift(
            "missing-rows",
            version_id,
            f"Bản sao dòng của phiên bản {version_id} bị thiếu.",
            f"The row copy of version {version_id} is missing.",
        )
    for version_id in sorted(copies - {version.id for version in versions}):
        yield Drift(
            "orphan-rows",
            version_id,
            f"Bản sao dòng {version_id} không thuộc phiên bản nào.",
            f"No version belongs to row copy {version_id}.",
        )


_NAMED = 20
"""Datasets of one kind of difference that are named; the others are counted."""

_DIFFERENCES = {
    "missing": ("thiếu", "lacks"),
    "older": ("giữ bản cũ của", "holds an older revision of"),
    "newer": ("giữ bản mà cơ sở dữ liệu không có của", "holds a revision that the database does not have of"),
    "surplus": ("thừa", "still holds"),
}


def _index_drift(found: IndexComparison) -> Iterator[Drift]:
    """Of the copy the kinds begin with ``index-copy``."""
    kind = "index" if found.member == "index" else f"index-{found.member}"
    name, name_en = ("Bản sao chỉ mục", "The copy of the index") if kind != "index" else ("Chỉ mục", "The index")
    if found.trouble is not None:
        yield Drift(f"{kind}-unavailable", "", f"{name}: {found.trouble.message}", found.trouble.message_en)
    for difference, (verb, verb_en) in _DIFFERENCES.items():
        ids: tuple[DatasetId, ...] = getattr(found, difference)
        for dataset_id in ids[:_NAMED]:
            yield Drift(
                kind,
                dataset_id,
                f"{name} {verb} bộ dữ liệu {dataset_id}.",
                f"{name_en} {verb_en} dataset {dataset_id}.",
            )
        if (more := len(ids) - _NAMED) > 0:
            yield Drift(kind, "", f"{name} {verb} {more} bộ khác nữa.", f"{name_en} {verb_en} {more} more datasets.")


def repair(indexing: Indexing, files: FileStore, drift: tuple[Drift, ...]) -> int:
    """Mend what can be mended: row copies are made again, the index gets what it lacks, what nobody refers to is
    removed; returns how many differences were mended. The outbox is the worker's to deliver. While a harvest is under
    way, files without a version may be its own and are left alone. Raises ``IndexUnavailable``, after everything else,
    where the index cannot be asked."""
    mended = 0
    with indexing.store.read() as reader, working_folder() as folder:
        harvesting = any(reader.active_run(source.id) for source in reader.sources())
        for item in drift:
            if harvesting and item.kind.startswith("orphan"):
                continue
            if item.kind == "missing-rows":
                version = next(v for v in reader.latest_versions().values() if v.id == item.key)
                mended += _remake_rows(files, indexing.rows, version, folder)
            elif item.kind == "orphan-rows":
                indexing.rows.remove(
                    next(version_id for version_id in indexing.rows.versions() if version_id == item.key)
                )
                mended += 1
            elif item.kind == "orphan-file":
                files.delete(item.key)
                mended += 1
    if any(item.kind.startswith("index") for item in drift):
        mend_index(indexing, compare_index(indexing))
        mended += sum(item.kind.startswith("index") for item in drift)
    return mended


def _remake_rows(files: FileStore, rows: RowStore, version: Version, folder: Path) -> int:
    parquet = version.file("parquet")
    if parquet is None:
        return 0
    rows.add(version, local_copy(files, parquet.sha256, folder))
    return 1


def make_ready(indexing: Indexing) -> int:
    """Bring database and index to a state that can be used, from nothing or from an older program; returns how many
    datasets there are. Doing it again changes nothing. Raises ``IndexUnavailable`` where all but the index is ready."""
    indexing.store.upgrade()
    mend_index(indexing, compare_index(indexing))
    with indexing.store.read() as reader:
        return reader.dataset_count()
