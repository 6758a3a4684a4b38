"""Reads tables and catalogues out of the departments' databases, files and services: one module per kind of source.

Knows nothing of what correct data look like, of storage or of the web: a source goes in, staged CSV files or records of
another catalogue come out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from catalog.errors import InvalidInput
from catalog.ports import Fetched, Progress, TableRequest
from catalog.sources import HarvestSource
from harvesters.outside import Outside

if TYPE_CHECKING:
    from harvesters.kinds import Kind

KINDS = {
    "sql": "harvesters.sql:SqlDatabase",
    "files": "harvesters.files:FileFolder",
    "rest_json": "harvesters.rest_json:RestService",
    "ckan": "harvesters.ckan:Ckan",
    "dcat": "harvesters.dcat:DcatCatalog",
}
"""Where the class of each kind lies; it is loaded only when asked for."""


def kind_of(name: str) -> Kind:
    """The kind called ``name``. Raises ``InvalidInput`` for one that is not in :data:`KINDS`."""
    if name not in KINDS:
        raise InvalidInput(
            f"Không có loại nguồn “{name}”; chọn một trong: {', '.join(KINDS)}.",
            f"Unknown kind of source “{name}”; choose one of: {', '.join(KINDS)}.",
            kind=name,
        )
    module, _, cls = KINDS[name].partition(":")
    kind: Kind = getattr(import_module(module), cls)()
    return kind


def fetch(
    source: HarvestSource,
    requests: Sequence[TableRequest],
    folder: Path,
    progress: Progress,
    outside: Outside | None = None,
) -> Iterator[tuple[TableRequest, Fetched]]:
    """Read ``requests`` as the kind of ``source`` does; see :class:`catalog.ports.Fetch`. Raises ``InvalidInput`` for a
    kind that does not exist."""
    return kind_of(source.kind).fetch(source, requests, folder, progress, outside or Outside())
