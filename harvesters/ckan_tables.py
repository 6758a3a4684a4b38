"""Tables of a CKAN portal: rows of its datastore in the order of their number, or the file of a resource."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from catalog.errors import SourceError, SourceIncomplete, SourceMissing, SourceUnreadable
from catalog.model import SourceShape
from catalog.ports import Fetched, Progress, StagedTable, TableRequest
from catalog.sources import HarvestSource
from harvesters.access import at_source
from harvesters.ckan_api import CkanPortal
from harvesters.http.failures import TooLargeDocument
from harvesters.named_columns import NamedColumns, stage_records
from harvesters.remote_files import fetch_file
from harvesters.staging import staging_path

AUTO, DATASTORE, FILE = "auto", "datastore", "file"
PAGE_ROWS = 10_000
"""CKAN gives 32,000 at most. An answer is held in memory, so that fewer rows are asked for of wide tables."""

FEWEST_ROWS = 100

NUMBER = "_id"


def fetch_resources(
    portal: CkanPortal, source: HarvestSource, requests: Sequence[TableRequest], folder: Path, progress: Progress
) -> Iterator[tuple[TableRequest, Fetched]]:
    """See :class:`catalog.ports.Fetch`. Raises ``SourceError`` where the portal itself does not answer."""
    try:
        portal.call("status_show")
    except SourceError as error:
        raise at_source(source, error) from None
    for position, request in enumerate(requests):
        try:
            outcome: Fetched = _fetch(portal, source, request, folder, position, progress)
        except SourceError as error:
            outcome = error
        yield request, outcome


def _fetch(
    portal: CkanPortal, source: HarvestSource, request: TableRequest, folder: Path, position: int, progress: Progress
) -> Fetched:
    resource_id, _, sheet = request.table.locator.partition("#")
    resource = _resource(portal, request, resource_id.strip())
    way = source.options.get("rows") or AUTO
    if way == DATASTORE or (way == AUTO and resource.get("datastore_active") is True):
        return _read_rows(
            portal, resource_id.strip(), request, staging_path(folder, position, request.table.key), progress
        )
    url = str(resource.get("url") or "")
    if not url.startswith(("http://", "https://")):
        raise SourceUnreadable(
            f"Bảng “{request.table.key}”: tài nguyên “{resource_id}” không có tệp để tải.",
            f"Table “{request.table.key}”: the resource “{resource_id}” has no file to fetch.",
            table=request.table.key,
        )
    hint = str(resource.get("format") or "")
    return fetch_file(portal.visitor, url, sheet, request, folder, position, progress, format_hint=hint)


def _resource(portal: CkanPortal, request: TableRequest, resource_id: str) -> Mapping[str, Any]:
    if re.fullmatch(r"[\w-]{1,100}", resource_id):
        try:
            found = portal.call("resource_show", id=resource_id)
        except SourceMissing:
            found = None
        if isinstance(found, Mapping):
            return found
    raise SourceMissing(
        f"Bảng “{request.table.key}”: cổng CKAN không có tài nguyên “{resource_id[:100]}”; kiểm tra mã tài nguyên.",
        f"Table “{request.table.key}”: the portal has no resource “{resource_id[:100]}”; check its id.",
        table=request.table.key,
    )


def _read_rows(
    portal: CkanPortal, resource_id: str, request: TableRequest, path: Path, progress: Progress
) -> StagedTable:
    """All rows, page by page in the order of their number. Raises ``SourceIncomplete`` where they changed meanwhile."""
    first = _page(portal, request, resource_id, 0)
    types = _types(first)
    columns = NamedColumns(request)
    columns.meet(types)
    table = stage_records(columns, _rows(portal, resource_id, request, first), path, request.table.key, progress)
    return replace(table, shape=SourceShape(types))


def _rows(
    portal: CkanPortal, resource_id: str, request: TableRequest, first: Mapping[str, Any]
) -> Iterator[Mapping[str, Any]]:
    page, total, last, read = first, first["total"], None, 0
    full = min(first["asked"], first.get("limit") or PAGE_ROWS)
    while rows := page["records"]:
        numbers = [row.pop(NUMBER, None) for row in rows]
        if not _ascend(last, numbers) or page["total"] != total:
            raise _moved(request, read)
        yield from rows
        last, read = numbers[-1], read + len(rows)
        if read >= total and len(rows) < full:
            break
        page = _page(portal, request, resource_id, read, page["asked"])
        full = min(page["asked"], page.get("limit") or PAGE_ROWS)
    if read != total:
        raise _moved(request, read)


def _page(
    portal: CkanPortal, request: TableRequest, resource_id: str, start: int, asked: int | None = None
) -> dict[str, Any]:
    """Rows from ``start`` on, with how many were ``asked`` for: fewer where so many are too large an answer."""
    asked = asked or PAGE_ROWS
    try:
        found = portal.call("datastore_search", resource_id=resource_id, limit=asked, offset=start, sort=NUMBER)
    except TooLargeDocument:
        if asked <= FEWEST_ROWS:
            raise
        return _page(portal, request, resource_id, start, max(asked // 10, FEWEST_ROWS))
    is_page = (
        isinstance(found, dict)
        and isinstance(found.get("total"), int)
        and isinstance(found.get("limit", PAGE_ROWS), int)
        and isinstance(found.get("records"), list)
        and all(isinstance(row, dict) for row in found["records"])
    )
    if not is_page:
        raise SourceUnreadable(
            f"Bảng “{request.table.key}”: DataStore trả lời không đúng dạng.",
            f"Table “{request.table.key}”: the DataStore answers in another form than CKAN's.",
            table=request.table.key,
        )
    return {**found, "asked": asked}


def _types(page: Mapping[str, Any]) -> dict[str, str]:
    """The columns with their types, without the number of the row."""
    given = page.get("fields")
    fields = [item for item in given if isinstance(item, dict)] if isinstance(given, list) else []
    return {str(item["id"]): str(item.get("type") or "") for item in fields if item.get("id") not in (None, NUMBER)}


def _ascend(last: Any, numbers: Sequence[Any]) -> bool:
    """Whether every row has a number, each greater than the one before."""
    if not all(type(number) is int for number in numbers):
        return False
    run = [*([] if last is None else [last]), *numbers]
    return all(one < other for one, other in pairwise(run))


def _moved(request: TableRequest, rows: int) -> SourceIncomplete:
    return SourceIncomplete(
        f"Bảng “{request.table.key}”: các trang không khớp nhau sau {rows} dòng (bảng đang được ghi, hoặc cổng trả lại"
        " trang cũ); chạy lại khi bảng yên.",
        f"Table “{request.table.key}”: the pages do not fit together after {rows} rows (the table is being written to,"
        " or the portal repeats pages); run again when it is at rest.",
        table=request.table.key,
        rows=rows,
    )
