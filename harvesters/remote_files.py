"""A file at an http(s) address, fetched into the run's folder and read like one that lies there."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from catalog.ports import Fetched, Progress, TableRequest, Unchanged
from catalog.vietnamese import slug
from harvesters.access import Visitor
from harvesters.file_marks import FileMark
from harvesters.reading import read_file
from harvesters.staging import staging_path

SUFFIXES = frozenset(
    {".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods", ".json", ".ndjson", ".jsonl", ".geojson", ".xml"}
)
"""Endings of the names of files that can be read."""

_BY_MEDIA_TYPE = {
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/json": ".json",
    "application/geo+json": ".geojson",
    "application/xml": ".xml",
    "text/xml": ".xml",
}


def fetch_file(
    visitor: Visitor,
    url: str,
    sheet: str,
    request: TableRequest,
    folder: Path,
    position: int,
    progress: Progress,
    *,
    format_hint: str = "",
) -> Fetched:
    """The table in the file at ``url``, or that it is unchanged. ``position`` is that of the request; ``format_hint``
    what somebody else says about its format. Raises ``SourceError``."""
    known = FileMark.parse(request.known)
    place = folder / f"{position:03d}-tai-ve"
    place.mkdir()
    path = place / "tep"
    download = visitor.download(url, path, etag=known.etag or None, last_modified=known.modified or None)
    if download.not_modified:
        return Unchanged(request.known)
    mark = FileMark.of(download)
    if known.sha256 and known.sha256 == mark.sha256:
        path.unlink()
        return Unchanged(mark.fingerprint())
    named = path.rename(place / file_name(url, download.content_type, format_hint))
    try:
        table = read_file(
            named,
            request.schema,
            folder,
            layout=request.table.layout,
            sheet=sheet,
            key=request.table.key,
            target=staging_path(folder, position, request.table.key),
        )
    finally:
        named.unlink()
    progress(request.table.key, table.row_count)
    return replace(table, fingerprint=mark.fingerprint())


def file_name(url: str, content_type: str, format_hint: str) -> str:
    """A name for the file at ``url``, with an ending that says what it is, as far as anybody says so."""
    last = unquote(urlsplit(url).path).rpartition("/")[2]
    stem, suffix = Path(last).stem, Path(last).suffix.lower()
    if suffix not in SUFFIXES:
        by_type = _BY_MEDIA_TYPE.get(content_type.partition(";")[0].strip().lower(), "")
        hinted = "." + re.sub(r"[^a-z0-9]", "", format_hint.lower())
        suffix = hinted if hinted in SUFFIXES else by_type
    return (slug(stem, limit=60) or "tep") + suffix
