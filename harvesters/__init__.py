"""Reads tables out of the departments' databases and files: one module per kind of source.

Knows nothing of what correct data look like, of storage or of the web: a source goes in, staged CSV files come out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from catalog.errors import InvalidInput, SourceError
from catalog.ports import Progress, StagedTable, TableRequest
from catalog.sources import HarvestSource

KINDS = ("sql", "files")
"""The kinds of source that :func:`fetch` can read."""


def fetch(
    source: HarvestSource, requests: Sequence[TableRequest], folder: Path, progress: Progress
) -> Iterator[tuple[TableRequest, StagedTable | SourceError]]:
    """Read ``requests`` by the module for ``source.kind``, imported only now; see :class:`catalog.ports.Fetch`. Raises
    ``InvalidInput`` for a kind that is not in :data:`KINDS`."""
    match source.kind:
        case "sql":
            from harvesters.sql import fetch_sql

            return fetch_sql(source, requests, folder, progress)
        case "files":
            from harvesters.files import fetch_files

            return fetch_files(source, requests, folder, progress)
        case _:
            raise InvalidInput(
                f"Nguồn “{source.name}”: không có loại nguồn “{source.kind}”; chọn một trong: {', '.join(KINDS)}.",
                f"Source “{source.name}”: unknown kind “{source.kind}”; choose one of: {', '.join(KINDS)}.",
                source=source.name,
                kind=source.kind,
            )
