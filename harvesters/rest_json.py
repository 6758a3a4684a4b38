"""Services that give tables as JSON over HTTP, such as those behind the province's integration platform (LGSP).

Nested objects become columns with dots in their names, lists JSON text; numbers keep their digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from catalog.errors import InvalidInput, SourceError, SourceMissing, SourceUnreadable
from catalog.model import SourceShape
from catalog.ports import Fetched, Progress, TableRequest, Unchanged
from catalog.source_kinds import CheckStep, Option, OptionType
from catalog.sources import HarvestSource
from harvesters.access import ACCESS_OPTIONS, Visitor, at_source, check_access, concerns_whole_source, explained
from harvesters.file_marks import FileMark
from harvesters.full_reads import dated, still_good
from harvesters.http_client import Answer
from harvesters.kinds import Kind
from harvesters.named_columns import NamedColumns, stage_records
from harvesters.outside import Outside
from harvesters.rest_pages import CURSOR, LINK, MOST_PAGE_BYTES, NONE, OFFSET, PAGE, Paging, RecordPages
from harvesters.staging import staging_path

MOST_TRIED = 5


class RestService(Kind):
    name = "rest_json"
    title = "Dịch vụ JSON"
    title_en = "JSON service"
    help = "Dịch vụ chia sẻ dữ liệu trả về JSON, ví dụ qua LGSP của tỉnh."
    help_en = "A service that answers with JSON, such as through the province's LGSP."
    locator_help = "Đường dẫn sau địa chỉ gốc, ví dụ dan-cu/xa hoặc dan-cu?nam=2025."
    locator_help_en = "The path after the base address, such as dan-cu/xa or dan-cu?nam=2025."
    reads_tables = True
    options = (
        Option(
            "url",
            "Địa chỉ gốc",
            "Base address",
            "Ví dụ https://lgsp.tinh.gov.vn/api/v1",
            "Such as https://lgsp.example.org/api/v1",
            type=OptionType.ADDRESS,
            required=True,
        ),
        Option("query", "Tham số thêm", "Further parameters", "Dạng a=1&b=2.", "As a=1&b=2."),
        Option(
            "records",
            "Nơi chứa bản ghi",
            "Where the records are",
            "Đường dẫn trong JSON, ví dụ data.items; để trống nếu chỉ có một danh sách.",
            "A path in the JSON, such as data.items; empty if there is only one list.",
        ),
        Option(
            "paging",
            "Cách phân trang",
            "Paging",
            "none; page: số trang; offset: số bản ghi bỏ qua; cursor: con trỏ; link: địa chỉ trang sau.",
            "none; page: a number; offset: records to skip; cursor: a mark; link: the address of the next page.",
            type=OptionType.CHOICE,
            choices=(NONE, PAGE, OFFSET, CURSOR, LINK),
            default=NONE,
        ),
        Option("page_parameter", "Tham số trang", "Parameter of the page", "Mặc định page, offset hoặc cursor."),
        Option("first_page", "Trang đầu là", "Number of the first page", type=OptionType.NUMBER),
        Option("size_parameter", "Tham số số bản ghi một trang", "Parameter of the page size", "Ví dụ pageSize."),
        Option("page_size", "Số bản ghi một trang", "Page size", type=OptionType.NUMBER, minimum=1, maximum=100_000),
        Option(
            "total",
            "Nơi chứa tổng số bản ghi",
            "Where the total is",
            "Ví dụ data.total hoặc header:X-Total-Count; có thì biết chắc đã đọc đủ.",
            "Such as data.total or header:X-Total-Count; with it, it is certain that all was read.",
        ),
        Option(
            "next",
            "Nơi chứa trang sau",
            "Where the next page is",
            "Với cursor: đường dẫn tới con trỏ; với link: tới địa chỉ, để trống nếu ở phần đầu Link.",
            "For cursor: the path of the mark; for link: that of the address, empty if it is in the header Link.",
        ),
        *ACCESS_OPTIONS,
    )

    @classmethod
    def check_together(cls, options: Mapping[str, str]) -> None:
        check_access(options)
        if "?" in options.get("url", "") or "#" in options.get("url", ""):
            raise _wrong("url", "không kèm tham số; ghi chúng ở mục “query”", "without parameters: use “query”")
        if options.get("paging") == CURSOR and not options.get("next"):
            raise _wrong("next", "cần có khi phân trang bằng con trỏ", "is needed where pages have cursors")
        if options.get("size_parameter") and not options.get("page_size"):
            raise _wrong("page_size", "cần có khi khai báo tham số của nó", "is needed where its parameter is given")

    def fetch(
        self,
        source: HarvestSource,
        requests: Sequence[TableRequest],
        folder: Path,
        progress: Progress,
        outside: Outside,
    ) -> Iterator[tuple[TableRequest, Fetched]]:
        base = source.options.get("url", "")
        with outside.client() as client:
            visitor = Visitor(client, source.options, base)
            for position, request in enumerate(requests):
                path = staging_path(folder, position, request.table.key)
                try:
                    outcome: Fetched = _read(visitor, source, request, path, progress)
                except SourceError as error:
                    if concerns_whole_source(error):
                        raise at_source(source, error) from None
                    outcome = error
                yield request, outcome

    def check(self, source: HarvestSource, outside: Outside) -> Iterator[CheckStep]:
        base = source.options.get("url", "")
        locators = [table.locator for table in source.tables[:MOST_TRIED]]
        with outside.client() as client:
            visitor = Visitor(client, source.options, base)
            if not locators:
                yield _connected(visitor, base)
            for locator in locators:
                yield _tried(visitor, source, locator)


def _read(visitor: Visitor, source: HarvestSource, request: TableRequest, path: Path, progress: Progress) -> Fetched:
    paging = Paging.of(source.options)
    url = address_of(source.options.get("url", ""), request.table.locator)
    known = FileMark.parse(still_good(request.table.key, request.known))
    first: Answer | None = None
    if paging.way == NONE and (known.etag or known.modified):
        first = visitor.get_if_changed(
            url,
            etag=known.etag,
            last_modified=known.modified,
            params=dict(paging.query),
            accept="application/json",
            most_bytes=MOST_PAGE_BYTES,
        )
        if first is None:
            return Unchanged(request.known)
    pages = RecordPages(visitor, url, paging, request.table.key, first)
    columns = NamedColumns(request)
    table = stage_records(columns, map(flat, pages.records()), path, request.table.key, progress)
    mark = pages.mark
    fingerprint = dated(request.table.key, mark.fingerprint())
    if known.sha256 == mark.sha256:
        path.unlink()
        return Unchanged(fingerprint)
    return replace(table, shape=SourceShape(dict.fromkeys(columns.given, "")), fingerprint=fingerprint)


def flat(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record with the members of nested objects beside its own, their names joined by dots."""
    found: dict[str, Any] = {}
    for name, value in record.items():
        if isinstance(value, dict):
            found.update({f"{name}.{inner}": item for inner, item in flat(value).items()})
        else:
            found[name] = value
    return found


def address_of(base: str, locator: str) -> str:
    """The address of a table: always below the base. Raises ``SourceUnreadable``."""
    path, mark, query = locator.strip().partition("?")
    parts = path.split("/")
    if re.search(r"[\s\\#:]", path) or ".." in parts or path.startswith("//") or "%2e" in path.lower():
        raise SourceUnreadable(
            f"Đường dẫn “{locator[:100]}” không hợp lệ: chỉ nhận đường dẫn nằm dưới địa chỉ gốc.",
            f"The path “{locator[:100]}” is not valid: only paths below the base address are taken.",
        )
    return base.rstrip("/") + ("/" + path.lstrip("/") if path else "") + mark + query


def _wrong(option: str, reason: str, reason_en: str) -> InvalidInput:
    return InvalidInput(
        f"Mục “{option}”: {reason}.", f"Option “{option}”: {reason_en}.", options={option: reason}, option=option
    )


def _connected(visitor: Visitor, base: str) -> CheckStep:
    """Without tables only the server can be tried; that nothing lies at the base address itself is usual."""
    connecting = "Kết nối", "Connect"
    try:
        visitor.get(base, accept="application/json")
    except SourceMissing:
        pass
    except SourceError as error:
        return CheckStep(*connecting, False, *explained(error))
    host = urlsplit(base).hostname or ""
    return CheckStep(*connecting, True, f"{host} trả lời; khai báo bảng để thử đọc", f"{host} answers; add a table")


def _tried(visitor: Visitor, source: HarvestSource, locator: str) -> CheckStep:
    reading = f"Đọc “{locator}”", f"Read “{locator}”"
    pages = RecordPages(visitor, "", Paging.of(source.options), locator)
    try:
        pages.url = address_of(source.options.get("url", ""), locator)
        records = pages.first_page()
    except SourceError as error:
        return CheckStep(*reading, False, *explained(error))
    if not records:
        return CheckStep(*reading, False, "không có bản ghi nào", "there are no records")
    names = ", ".join(list(dict.fromkeys(name for record in records[:100] for name in flat(record)))[:30])
    return CheckStep(
        *reading,
        True,
        f"trang đầu có {len(records)} bản ghi; cột: {names}",
        f"{len(records)} records on the first page; columns: {names}",
    )
