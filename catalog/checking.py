"""Use cases that compare the truth with its copies, and make the copies agree again.

The database is the truth. Files, row copies and the search index can all be held against it; each difference is named.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from catalog.errors import IndexUnavailable, NotFound
from catalog.indexing import Indexing, rebuild_index
from catalog.model import StoredFile, Version
from catalog.ports import CatalogReader, CatalogStore, DatasetIndex, FileStore, RowStore
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


def find_drift(
    store: CatalogStore, files: FileStore, index: DatasetIndex, rows: RowStore, *, hashes: bool = False
) -> tuple[Drift, ...]:
    """Every difference between the database and its copies; with ``hashes`` the bytes of all files are read too."""
    with store.read() as reader:
        return (
            *_outbox_drift(reader),
            *_file_drift(reader, files, hashes=hashes),
            *_row_drift(reader, rows),
            *_index_drift(reader, index),
        )


def _outbox_drift(reader: CatalogReader) -> Iterator[Drift]:
    waiting = len(reader.outbox())
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


def _file_drift(reader: CatalogReader, files: FileStore, *, hashes: bool) -> Iterator[Drift]:
    versions = tuple(_versions(reader))
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


def _row_drift(reader: CatalogReader, rows: RowStore) -> Iterator[Drift]:
    latest = {version.id: version for version in reader.latest_versions().values()}
    copies = rows.versions()
    for version_id in sorted(latest.keys() - copies):
        yield Drift(
            "missing-rows",
            version_id,
            f"Bản sao dòng của phiên bản {version_id} bị thiếu.",
            f"The row copy of version {version_id} is missing.",
        )
    for version_id in sorted(copies - {version.id for version in _versions(reader)}):
        yield Drift(
            "orphan-rows",
            version_id,
            f"Bản sao dòng {version_id} không thuộc phiên bản nào.",
            f"No version belongs to row copy {version_id}.",
        )


def _index_drift(reader: CatalogReader, index: DatasetIndex) -> Iterator[Drift]:
    truth = reader.dataset_revisions()
    try:
        held = index.revisions()
    except IndexUnavailable as error:
        yield Drift("index-unavailable", "", error.message, error.message_en)
        return
    for dataset_id in sorted(truth.keys() | held.keys()):
        if truth.get(dataset_id) != held.get(dataset_id):
            yield Drift(
                "index",
                dataset_id,
                f"Chỉ mục giữ bản {held.get(dataset_id)} của bộ dữ liệu {dataset_id}, cơ sở dữ liệu giữ bản "
                f"{truth.get(dataset_id)}.",
                f"The index holds revision {held.get(dataset_id)} of dataset {dataset_id}, the database "
                f"{truth.get(dataset_id)}.",
            )


def repair(indexing: Indexing, files: FileStore, drift: tuple[Drift, ...]) -> int:
    """Mend what can be mended: row copies and the index are made again, what nobody refers to is removed; returns how
    many differences were mended. The outbox is the worker's to deliver. While a harvest is under way, files without a
    version may be its own and are left alone."""
    kinds = {item.kind for item in drift}
    if kinds & {"index", "index-unavailable"}:
        rebuild_index(indexing)
    mended = sum(item.kind in ("index", "index-unavailable") for item in drift)
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
    return mended


def _remake_rows(files: FileStore, rows: RowStore, version: Version, folder: Path) -> int:
    parquet = version.file("parquet")
    if parquet is None:
        return 0
    rows.add(version, local_copy(files, parquet.sha256, folder))
    return 1


def make_ready(indexing: Indexing) -> int:
    """Bring database and index to a state that can be used, from nothing or from an older program; returns how many
    datasets there are. Doing it again changes nothing."""
    indexing.store.upgrade()
    return rebuild_index(indexing)
