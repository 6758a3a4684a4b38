"""The records of one table of a JSON service, page by page, however it numbers its pages; no page twice, none left out.

What does not fit together (a page again, a total that changes or is not reached) ends as ``SourceIncomplete``: a part
of a table is no table.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urljoin

from catalog.errors import SourceError, SourceIncomplete, SourceMissing, SourceUnreadable
from harvesters.access import Visitor
from harvesters.file_marks import FileMark
from harvesters.http_client import Answer
from harvesters.json_services import at_path, read_json, record_paths

NONE, PAGE, OFFSET, CURSOR, LINK = "none", "page", "offset", "cursor", "link"
MOST_PAGES = 20_000
MOST_PAGE_BYTES = 100_000_000
MOST_EMPTY = 3
HEADER = "header:"


@dataclass(frozen=True, slots=True)
class Paging:
    """How a service gives a table in pages; see the options of :class:`harvesters.rest_json.RestService`."""

    way: str = NONE
    parameter: str = ""
    first: int = 1
    size_parameter: str = ""
    size: int = 0
    records: str = ""
    total: str = ""
    following: str = ""
    query: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, options: Mapping[str, str]) -> Paging:
        way = options.get("paging") or NONE
        return cls(
            way=way,
            parameter=options.get("page_parameter") or {PAGE: "page", OFFSET: "offset", CURSOR: "cursor"}.get(way, ""),
            first=int(options.get("first_page") or (0 if way == OFFSET else 1)),
            size_parameter=options.get("size_parameter", ""),
            size=int(options.get("page_size") or 0),
            records=options.get("records", ""),
            total=options.get("total", ""),
            following=options.get("next", ""),
            query=tuple(parse_qsl(options.get("query", ""), keep_blank_values=True)),
        )


@dataclass(slots=True)
class RecordPages:
    """The pages of the table at ``url``. When all were read, ``digest`` stands for their records."""

    visitor: Visitor
    url: str
    paging: Paging
    table: str
    first: Answer | None = None
    """The first page, if it was asked for already, or once it was."""
    read: int = 0
    _digest: Any = field(default_factory=hashlib.sha256)
    _seen: set[str] = field(default_factory=set)
    _total: int | None = None
    _largest: int = 0
    _path: str | None = None

    @property
    def digest(self) -> str:
        return str(self._digest.hexdigest())

    @property
    def mark(self) -> FileMark:
        """What the records that were read are recognised by; a server can be asked only for a single page of them."""
        if self.first is None or self.paging.way != NONE:
            return FileMark(sha256=self.digest)
        return FileMark(self.first.fetched.etag, self.first.fetched.last_modified, self.digest)

    def first_page(self) -> list[Mapping[str, Any]]:
        """The records of the first page alone."""
        answer = self._ask(self.url, self._asked_first())
        return self._found(read_json(answer), answer, 0)

    def records(self) -> Iterator[Mapping[str, Any]]:
        """All records in the order of the service. Raises ``SourceError``."""
        where: str | None = self.url
        asked: dict[str, object] = self._asked_first()
        empty = 0
        for number in range(MOST_PAGES):
            answer = self._page(where or self.url, asked, number)
            if answer is None:
                break
            self.first = self.first or answer
            document = read_json(answer)
            self._check_total(document, answer)
            found = self._found(document, answer, number)
            if found and not self._is_fresh(found):
                if self._total == self.read:
                    break
                raise self._incomplete("trả lại trang đã có", "it gives a page again that came before")
            yield from found
            self.read += len(found)
            empty = empty + 1 if not found else 0
            following = self._following(document, answer, number, len(found), empty)
            if following is None:
                break
            where, asked = following
            self._largest = max(self._largest, len(found))
        else:
            raise self._incomplete(f"dài hơn {MOST_PAGES} trang", f"it has more than {MOST_PAGES} pages")
        if self._total is not None and self._total != self.read:
            raise self._incomplete(
                f"báo có {self._total} bản ghi nhưng chỉ cho đọc {self.read}",
                f"it says that it has {self._total} records, but gives {self.read}",
            )

    def _asked_first(self) -> dict[str, object]:
        paging = self.paging
        asked: dict[str, object] = dict(paging.query)
        if paging.size_parameter and paging.size:
            asked[paging.size_parameter] = paging.size
        if paging.way in (PAGE, OFFSET):
            asked[paging.parameter] = paging.first
        return asked

    def _page(self, where: str, asked: Mapping[str, object], number: int) -> Answer | None:
        """The answer; nothing where the service says that there is no such page after the last."""
        if number == 0 and self.first is not None:
            return self.first
        try:
            return self._ask(where, asked)
        except SourceMissing:
            if number and self._total in (None, self.read):
                return None
            raise

    def _ask(self, where: str, asked: Mapping[str, object]) -> Answer:
        return self.visitor.get(where, params=asked, accept="application/json", most_bytes=MOST_PAGE_BYTES)

    def _found(self, document: Any, answer: Answer, number: int) -> list[Mapping[str, Any]]:
        if self._path is None:
            self._path = self._path_of(document, answer)
        found = at_path(document, self._path)
        if found is None and (number or self._total == 0):
            return []
        if isinstance(found, list) and all(isinstance(item, dict) for item in found):
            return found
        raise no_records(answer.fetched.final_url, self._path, document)

    def _path_of(self, document: Any, answer: Answer) -> str:
        """The path of the records: as it is set, else the only place where there is a list of objects."""
        if self.paging.records:
            return self.paging.records
        paths = record_paths(document)
        if len(paths) != 1:
            raise no_records(answer.fetched.final_url, "", document)
        return paths[0]

    def _check_total(self, document: Any, answer: Answer) -> None:
        place = self.paging.total
        if not place:
            return
        header = place.lower().removeprefix(HEADER)
        said = answer.headers.get(header) if place.lower().startswith(HEADER) else at_path(document, place)
        if isinstance(said, str) and said.isascii() and said.isdigit() and len(said) < 16:
            said = int(said)
        if type(said) is not int or said < 0:
            raise SourceUnreadable(
                f"Bảng “{self.table}”: không thấy tổng số bản ghi ở “{self.paging.total}”.",
                f"Table “{self.table}”: there is no total at “{self.paging.total}”.",
                table=self.table,
            )
        if self._total not in (None, said):
            raise self._incomplete(
                f"đổi tổng số từ {self._total} thành {said} trong lúc đọc",
                f"its total changes from {self._total} to {said} while it is read",
            )
        self._total = said

    def _is_fresh(self, found: list[Mapping[str, Any]]) -> bool:
        """Whether no earlier page had exactly these records."""
        text = json.dumps(found, ensure_ascii=False, default=str, separators=(",", ":"))
        digest = hashlib.sha256(text.encode()).hexdigest()
        if digest in self._seen:
            return False
        self._seen.add(digest)
        self._digest.update(digest.encode())
        return True

    def _following(
        self, document: Any, answer: Answer, number: int, count: int, empty: int
    ) -> tuple[str, dict[str, object]] | None:
        """Where the next page is, and what is asked for there; nothing after the last."""
        if self.paging.way == NONE:
            return None
        if self.paging.way in (PAGE, OFFSET):
            if count == 0 or self._is_last(count):
                return None
            place = self.paging.first + (number + 1 if self.paging.way == PAGE else self.read)
            return self.url, {**self._asked_first(), self.paging.parameter: place}
        mark = self._mark(document, answer)
        if mark is None:
            return None
        if mark in self._seen or empty > MOST_EMPTY:
            raise self._incomplete("lặp lại con trỏ hoặc địa chỉ trang sau", "it leads back to a page that came before")
        self._seen.add(mark)
        if self.paging.way == LINK:
            return mark, {}
        return self.url, {**self._asked_first(), self.paging.parameter: mark}

    def _is_last(self, count: int) -> bool:
        """Whether a page of this size is surely the last one: the total is reached, and it is shorter than what was
        asked for or than those before. Without a total only an empty page is."""
        full = self._largest or (self.paging.size if self.paging.size_parameter else 0)
        return self._total is not None and self.read >= self._total and (not full or count < full)

    def _mark(self, document: Any, answer: Answer) -> str | None:
        """The cursor, or the address of the next page."""
        said = at_path(document, self.paging.following) if self.paging.following else None
        if self.paging.way == LINK:
            if isinstance(said, str) and said:
                return urljoin(answer.url, said)
            return None if self.paging.following else answer.link("next")
        if said in (None, "", False) or not isinstance(said, str | int):
            return None
        return str(said)

    def _incomplete(self, why: str, why_en: str) -> SourceIncomplete:
        return SourceIncomplete(
            f"Bảng “{self.table}”: dịch vụ {why} (đã đọc {self.read} bản ghi); kiểm tra cách phân trang.",
            f"Table “{self.table}”: of the service {why_en} ({self.read} records were read); check how it is paged.",
            table=self.table,
            rows=self.read,
        )


def no_records(where: str, path: str, document: Any) -> SourceError:
    """There is no list of records at ``path``; names those places that have one."""
    paths = [f"“{found}”" if found else "(để trống)" for found in record_paths(document)]
    there, there_en = (
        (f"có danh sách ở: {', '.join(paths)}", f"there are lists at: {', '.join(paths)}")
        if paths
        else ("câu trả lời không có danh sách nào", "the answer has no list at all")
    )
    return SourceUnreadable(
        f"“{where}”: không thấy bản ghi ở “{path}”; {there}. Sửa mục “records” của nguồn.",
        f"“{where}”: there are no records at “{path}”; {there_en}. Correct the option “records”.",
        url=where,
    )
