"""Files of published tables: the newest under a stable address, every version under one of its own, for ever."""

from __future__ import annotations

from typing import BinaryIO
from urllib.parse import quote

from flask import Blueprint, Response, request, send_file
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from catalog.errors import NotFound
from catalog.model import DatasetId, StoredFile, Version
from catalog.ports import CatalogReader
from catalog.reading import PublishedTable, may_read_rows, published_dataset
from catalog.usage import UseKind
from portal.api.answers import YEAR, unchanged, with_caching
from portal.context import parts, viewer
from portal.usage import note_use

downloads = Blueprint("downloads", __name__)


@downloads.get("/download/<dataset>/<table>.<file_format>")
def newest_file(dataset: str, table: str, file_format: str) -> ResponseReturnValue:
    """The same address always has the newest version; the ETag is the sha256 of the bytes."""
    with parts().store.read() as reader:
        owner, found = _table(reader, dataset, table)
    file = found.file(file_format)
    if file is None or found.version is None:
        raise NotFound.of("tệp", f"{table}.{file_format}")
    return _send(owner, file, found.version, max_age=0)


@downloads.get("/download/<dataset>/<table>/<int:number>/<filename>")
def file_of_version(dataset: str, table: str, number: int, filename: str) -> ResponseReturnValue:
    """The bytes under this address never change."""
    with parts().store.read() as reader:
        owner, found = _table(reader, dataset, table)
        version = next((v for v in reader.versions(found.distribution.id) if v.number == number), None)
        derived = reader.derived_files([version.id]).get(version.id, ()) if version else ()
    files = (*version.files, *derived) if version else ()
    file = next((file for file in files if filename == f"{table}.{file.format}"), None)
    if file is None or version is None:
        raise NotFound.of("tệp", f"{table}/{number}/{filename}")
    return _send(owner, file, version, max_age=YEAR)


def _table(reader: CatalogReader, dataset: str, table: str) -> tuple[DatasetId, PublishedTable]:
    """A table by the names in the address; as if it did not exist where its content is not for the caller."""
    published = published_dataset(reader, dataset, viewer())
    found = next((item for item in published.tables if item.distribution.name == table), None)
    if found is None or published.dataset.name != dataset or not may_read_rows(published.dataset, viewer()):
        raise NotFound.of("bảng", table)
    return published.dataset.id, found


def _send(owner: DatasetId, file: StoredFile, version: Version, *, max_age: int) -> Response:
    """The bytes, or the part of them a Range asks for, under a name that tells the version."""
    answer = unchanged(file.sha256)
    if answer is not None:
        return with_caching(answer, max_age)
    note_use(owner, UseKind.DOWNLOAD)
    response = send_file(
        _opened(file.sha256),
        mimetype=file.media_type,
        conditional=False,
        etag=False,
        last_modified=version.published_at,
    )
    response.content_length = file.size
    response.set_etag(file.sha256)
    response.headers["Content-Disposition"] = disposition(_versioned_name(file, version))
    response.headers["X-Content-Type-Options"] = "nosniff"
    if request.range and len(request.range.ranges) > 1:
        # Several parts at once are not offered; RFC 9110 (14.2) lets a server pass such a wish over and send it all.
        response.headers["Accept-Ranges"] = "bytes"
        return with_caching(response, max_age)
    try:
        response.make_conditional(request.environ, accept_ranges=True, complete_length=file.size)
    except RequestedRangeNotSatisfiable:
        response.close()
        raise
    return with_caching(response, max_age)


def _opened(sha256: str) -> BinaryIO:
    files = parts().files
    path = files.path(sha256)
    return path.open("rb") if path else files.open(sha256)


def _versioned_name(file: StoredFile, version: Version) -> str:
    stem, _, extension = file.filename.rpartition(".")
    return f"{stem}-v{version.number}.{extension}"


def disposition(filename: str) -> str:
    """RFC 6266: a plain name for old programs, and the exact one."""
    plain = filename.encode("ascii", "replace").decode().replace('"', "_").replace("\\", "_").replace("?", "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
