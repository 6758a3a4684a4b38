"""The rows of a published version, as its Parquet file holds them."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.errors import NotFound
from catalog.model import Version
from catalog.ports import FileStore

_BATCH_ROWS = 10_000


def published_rows(files: FileStore, version: Version) -> Iterator[tuple[object, ...]]:
    """The rows in published order, typed, a batch in memory at a time. ``NotFound`` if the file is not there."""
    from pyarrow import parquet

    stored = next((file for file in version.files if file.format == "parquet"), None)
    if stored is None:
        raise NotFound.of("tệp Parquet của phiên bản", version.id)
    with files.open(stored.sha256) as stream:
        for batch in parquet.ParquetFile(stream).iter_batches(batch_size=_BATCH_ROWS):
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
