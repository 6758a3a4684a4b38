"""A file at an http(s) address, fetched into the run's folder and read like one that lies there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from catalog.errors import SourceError, SourceMissing, SourceUnreadable
from catalog.ports import Fetched, Progress, StagedTable, TableRequest, Unchanged
from catalog.source_kinds import CheckStep
from catalog.sources import HarvestSource
from catalog.vietnamese import grouped, slug
from catalog.working_folders import working_folder
from harvesters.access import Visitor, at_source, concerns_whole_source, explained
from harvesters.file_marks import FileMark
from harvesters.full_reads import dated, still_good
from harvesters.http_client import HttpClient
from harvesters.packed_files import unpack
from harvesters.reading import read_file
from harvesters.staging import staging_path

SUFFIXES = frozenset(
    {".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods", ".json", ".ndjson", ".jsonl", ".geojson", ".xml"}
)
"""Endings of the names of files that can be read."""

MOST_UNPACKED = 2_000_000_000
MOST_TRIED = 5
LARGEST_TRIED = 50_000_000

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


class RemoteFolder:
    """The files of a source at its base address, or at addresses of their own. Credentials go to the site of the base
    address alone."""

    def __init__(self, client: HttpClient, source: HarvestSource) -> None:
        self._source = source
        self._base = source.options.get("base_url", "")
        self._visitor = Visitor(client, source.options if self._base else {}, self._base)

    def has(self, locator: str) -> bool:
        """Whether it is the one to give this file."""
        return bool(self._base) or is_address(locator)

    def fetch(self, request: TableRequest, folder: Path, position: int, progress: Progress) -> Fetched:
        """See :func:`fetch_file`."""
        name, _, sheet = request.table.locator.partition("#")
        return fetch_file(self._visitor, self._address(name), sheet, request, folder, position, progress)

    def of_all(self, request: TableRequest, error: SourceError) -> SourceError | None:
        """The error said of the whole source, if it keeps every file of its site from being read."""
        is_below = bool(self._base) and not is_address(request.table.locator)
        return at_source(self._source, error) if is_below and concerns_whole_source(error) else None

    def check(self) -> Iterator[CheckStep]:
        """Tries the first of the files, or the base address alone."""
        locators = [table.locator for table in self._source.tables if self.has(table.locator)]
        for locator in locators[:MOST_TRIED]:
            name = locator.partition("#")[0]
            yield self._tried(name, f"Tải “{name}”", f"Fetch “{name}”")
        if self._base and not locators:
            yield self._tried("", "Kết nối", "Connect")

    def _tried(self, name: str, title: str, title_en: str) -> CheckStep:
        try:
            with working_folder() as folder:
                file = self._visitor.download(self._address(name), folder / "tep", most_bytes=LARGEST_TRIED)
        except SourceMissing as error:
            # Nothing need lie at the base address itself.
            return CheckStep(title, title_en, not name, *explained(error))
        except SourceError as error:
            return CheckStep(title, title_en, False, *explained(error))
        kind = file.content_type or "?"
        return CheckStep(title, title_en, True, f"{grouped(file.size)} byte, {kind}", f"{file.size} bytes, {kind}")

    def _address(self, name: str) -> str:
        return name.strip() if is_address(name) else below(self._base, name)


def is_address(locator: str) -> bool:
    """Whether a locator is a whole address rather than a name."""
    return locator.strip().lower().startswith(("http://", "https://"))


def below(base: str, name: str) -> str:
    """The address of the file called ``name``, always below the base. Raises ``SourceUnreadable``."""
    path, mark, query = name.strip().partition("?")
    parts = unquote(path).split("/")
    if ".." in parts or path.startswith("//") or "\\" in path or not unquote(path).isprintable():
        raise SourceUnreadable(
            f"Tên tệp “{name[:100]}” không hợp lệ: chỉ nhận tệp nằm dưới địa chỉ gốc.",
            f"File name “{name[:100]}” is not valid: only files below the base address are read.",
            file=name[:100],
        )
    kept = "/+,;=@~!$&'()*:" + ("%" if re.search(r"%[0-9A-Fa-f]{2}", path) else "")
    return base.rstrip("/") + "/" + quote(path.lstrip("/"), safe=kept) + mark + query


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
    known = FileMark.parse(still_good(request.table.key, request.known))
    place = folder / f"{position:03d}-tai-ve"
    place.mkdir()
    path = place / "tep"
    download = visitor.download(url, path, etag=known.etag or None, last_modified=known.modified or None)
    if download.not_modified:
        return Unchanged(request.known)
    mark = FileMark.of(download)
    fingerprint = dated(request.table.key, mark.fingerprint())
    if known.sha256 and known.sha256 == mark.sha256:
        path.unlink()
        return Unchanged(fingerprint)
    named = file_name(url, download.content_type, format_hint)
    table = read_fetched(path, named, download.final_url, sheet, request, folder, position, progress)
    return replace(table, fingerprint=fingerprint)


def read_fetched(
    path: Path,
    name: str,
    shown: str,
    sheet: str,
    request: TableRequest,
    folder: Path,
    position: int,
    progress: Progress,
) -> StagedTable:
    """The table in the file at ``path``, which is called ``name`` and gone afterwards; ``shown`` is where it came from.
    Raises ``SourceError``."""
    unpack(path, shown, MOST_UNPACKED)
    named = path.rename(path.with_name(name))
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
    return table


def file_name(url: str, content_type: str, format_hint: str) -> str:
    """A name for the file at ``url``, with an ending that says what it is, as far as anybody says so."""
    last = unquote(urlsplit(url).path).rpartition("/")[2].removesuffix(".gz")
    stem, suffix = Path(last).stem, Path(last).suffix.lower()
    if suffix not in SUFFIXES:
        by_type = _BY_MEDIA_TYPE.get(content_type.partition(";")[0].strip().lower(), "")
        hinted = "." + re.sub(r"[^a-z0-9]", "", format_hint.lower())
        suffix = hinted if hinted in SUFFIXES else by_type
    return (slug(stem, limit=60) or "tep") + suffix
