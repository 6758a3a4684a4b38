"""Use cases that publish: one table becomes an immutable version; :mod:`catalog.delivering` does what follows from it.

Order matters. Files are stored first, under their hash; then one transaction makes version, outcome, audit and outbox
event visible together; the row copy lies ready before that, so that the API never answers for a version it cannot read.
Whatever happens in between leaves at most files that nobody refers to.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from catalog.dictionary import TableSchema
from catalog.errors import NotFound
from catalog.issues import Report
from catalog.model import Dataset, DatasetId, DistributionId, SourceShape, StoredFile, Version, VersionId, stable_id
from catalog.ports import (
    AuditEvent,
    CatalogStore,
    CatalogTransaction,
    Clock,
    DeriveFiles,
    FileStore,
    PreparedFile,
    RowStore,
    StagedTable,
    Topic,
    WriteTable,
)
from catalog.working_folders import working_folder


@dataclass(frozen=True, slots=True)
class Prepared:
    """A version whose bytes are stored and whose rows can be asked, waiting to be committed."""

    version: Version
    report: Report


def prepare_version(
    table: StagedTable,
    schema: TableSchema,
    report: Report,
    *,
    dataset_id: DatasetId,
    distribution_id: DistributionId,
    number: int,
    run_id: str,
    snapshot_sha256: str,
    stem: str,
    at: datetime,
    files: FileStore,
    rows: RowStore,
    write: WriteTable,
    folder: Path,
    source_shape: SourceShape | None = None,
) -> Prepared:
    """Write, store and copy one judged table; nothing is public yet. Doing it again gives the same version. The id is
    made from the content too: a worker that lost its lease and does not know it yet cannot put its rows in the place of
    those that another published."""
    prepared, columns = write(table, schema, folder, stem)
    stored = tuple(store_file(files, item) for item in prepared)
    version = Version(
        id=VersionId(stable_id("version", distribution_id, number, *(file.sha256 for file in stored))),
        dataset_id=dataset_id,
        distribution_id=distribution_id,
        number=number,
        published_at=at,
        row_count=table.row_count,
        columns=columns,
        schema_name=schema.name,
        schema_version=schema.version,
        snapshot_sha256=snapshot_sha256,
        run_id=run_id,
        files=stored,
        source_shape=source_shape,
    )
    rows.add(version, next(item.path for item in prepared if item.format == "parquet"))
    return Prepared(version, report)


def commit_versions(
    transaction: CatalogTransaction, dataset: Dataset, prepared: Iterable[Prepared], *, actor: str, at: datetime
) -> None:
    """Make new versions of one dataset public, inside the caller's transaction."""
    for item in prepared:
        transaction.add_version(item.version, item.report)
        transaction.add_event(Topic.VERSION, item.version.id, at)
        details = {"number": str(item.version.number), "rows": str(item.version.row_count), "run": item.version.run_id}
        transaction.add_audit(AuditEvent(at, actor, "version.publish", "version", item.version.id, details))
    transaction.put_dataset(replace(dataset, issued=dataset.issued or at, modified=at), at)
    transaction.add_event(Topic.DATASET, dataset.id, at)


def store_file(files: FileStore, item: PreparedFile) -> StoredFile:
    """Put a prepared file into the store and say what it is from now on."""
    sha256 = files.put(item.path)
    return StoredFile(item.format, item.media_type, item.filename, sha256, item.path.stat().st_size)


def derive_formats(
    store: CatalogStore, files: FileStore, derive: DeriveFiles, version_id: VersionId, *, clock: Clock
) -> tuple[StoredFile, ...]:
    """Make and store the further formats of one version; the dataset is indexed again, for its formats changed."""
    with store.read() as reader:
        version = reader.version(version_id)
        dataset = reader.dataset(version.dataset_id)
        schema = reader.table_schema(version.schema_name, version.schema_version)
        organization = reader.organization(dataset.organization_id)
    parquet = version.file("parquet")
    if parquet is None:
        raise NotFound.of("tệp Parquet của phiên bản", version_id)
    with working_folder() as folder:
        source = local_copy(files, parquet.sha256, folder)
        derived = derive(version, schema, dataset, organization, source, folder)
        made = tuple(store_file(files, item) for item in derived)
    with store.write() as transaction:
        known = transaction.derived_files([version.id]).get(version.id, ())
        new = [file for file in made if file not in known]
        for file in new:
            transaction.add_derived_file(version.id, file)
        if new:
            now = clock()
            transaction.put_dataset(transaction.dataset(dataset.id), now)
            transaction.add_event(Topic.DATASET, dataset.id, now)
    return made


def local_copy(files: FileStore, sha256: str, folder: Path) -> Path:
    """A path to the bytes on this machine: the store's own, or a copy in ``folder``."""
    path = files.path(sha256)
    if path is not None:
        return path
    copy = folder / sha256
    with files.open(sha256) as source, copy.open("wb") as target:
        shutil.copyfileobj(source, target)
    return copy
