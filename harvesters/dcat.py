"""Catalogues that speak DCAT at one address: RDF/XML, Turtle, N-Triples, JSON-LD, DCAT-US ``data.json``, JSON Lines.

What a document is, its content says before its media type does. Further pages are those that Hydra or the header
``Link`` name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urljoin

from catalog.errors import SourceUnreadable
from catalog.remote import ListedItem, ListingMark, ListingNotice, RemoteCatalog, RemoteDataset, RemoteRecord
from catalog.source_kinds import CheckStep, Option, OptionType
from catalog.sources import HarvestSource
from harvesters.access import ACCESS_OPTIONS, Visitor, check_access
from harvesters.catalog_options import CATALOG_OPTIONS
from harvesters.dcat_forms import DATA_JSON, JSON_LINES, form_of
from harvesters.dcat_records import describe, identifier_of
from harvesters.file_marks import FileMark
from harvesters.full_reads import dated, still_good
from harvesters.http_client import Answer
from harvesters.json_items import Damage, Item, NoList, items_of
from harvesters.kinds import Kind
from harvesters.listing_checks import check_listing
from harvesters.listing_notices import UNREADABLE, refused, unreadable_record
from harvesters.listing_pages import MOST_PAGES, PageWatch
from harvesters.outside import Outside
from harvesters.packed_files import unpack
from harvesters.rdf_reading import RdfReader

MOST_BYTES = 1_000_000_000
ACCEPT = (
    "application/ld+json, application/json, text/turtle;q=0.9, application/rdf+xml;q=0.9, application/n-triples;q=0.8,"
    " */*;q=0.1"
)
LISTS = ("dataset", "datasets")


class DcatCatalog(Kind):
    name = "dcat"
    title = "Danh mục DCAT"
    title_en = "DCAT catalogue"
    help = "Danh mục của cổng dữ liệu khác: RDF/XML, Turtle, JSON-LD (DCAT-AP), data.json (DCAT-US 1.1 và 3)."
    help_en = "The catalogue of another portal: RDF/XML, Turtle, JSON-LD (DCAT-AP), data.json (DCAT-US 1.1 and 3)."
    reads_catalog = True
    options = (
        Option(
            "url",
            "Địa chỉ danh mục",
            "Address of the catalogue",
            "Ví dụ https://du-lieu.tinh.gov.vn/catalog.ttl hoặc …/data.json",
            "Such as https://data.example.org/catalog.ttl or …/data.json",
            type=OptionType.ADDRESS,
            required=True,
        ),
        *ACCESS_OPTIONS,
        *CATALOG_OPTIONS,
    )

    @classmethod
    def check_together(cls, options: Mapping[str, str]) -> None:
        check_access(options)

    def check(self, source: HarvestSource, outside: Outside) -> Iterator[CheckStep]:
        yield from check_listing(DcatListing(source, outside))

    def catalog(self, source: HarvestSource, outside: Outside) -> RemoteCatalog:
        return DcatListing(source, outside)


@dataclass(frozen=True, slots=True)
class _Document:
    """A document that was fetched to ``path``; there is none where it ``is_as_before``. ``shown`` is where it came from
    without secrets, ``linked`` what its header calls the next page."""

    path: Path
    shown: str
    came_from: str
    content_type: str
    linked: str
    mark: str
    is_as_before: bool


@dataclass(slots=True)
class _Page:
    """The items of one document, and what it says of the listing once they were read."""

    items: Iterator[Item]
    total: int | None = None
    following: str = ""


class DcatListing:
    """One catalogue, opened for one run."""

    mapping_version = 1

    def __init__(self, source: HarvestSource, outside: Outside) -> None:
        self._source = source
        self._outside = outside

    def records(self, folder: Path, known: str | None = None) -> Iterator[ListedItem]:
        """See :class:`catalog.remote.RemoteCatalog`. A listing in pages is never recognised: that its first page is as
        it was says nothing of the others."""
        url = self._source.options.get("url", "")
        watch, visited, read, mark = PageWatch(), {url}, 0, ""
        before = still_good(self._source.id, known or "")
        with self._outside.client() as client, RdfReader() as reader:
            visitor = Visitor(client, self._source.options, url)
            for number in range(MOST_PAGES):
                document = _fetched(visitor, url, folder / f"trang-{number}", "" if number else before)
                if document.is_as_before:
                    yield ListingMark(dated(self._source.id, document.mark), unchanged=True)
                    return
                page = _opened(document, reader)
                so_far = read
                for item in page.items:
                    read += 1
                    yield from _listed(item, read, watch)
                has_news = watch.page_ended(page.total)
                url = page.following
                if not url:
                    mark = "" if number else document.mark
                    break
                if url in visited or (read > so_far and not has_news):
                    watch.stop_for_repeats()
                    break
                visited.add(url)
            else:
                watch.stop_for_length()
        yield from watch.notices(read)
        if mark and known is not None:
            yield ListingMark(dated(self._source.id, mark))

    def describe(self, record: RemoteRecord) -> RemoteDataset:
        """See :class:`catalog.remote.RemoteCatalog`."""
        if UNREADABLE in record.raw:
            damage = Damage[str(record.raw[UNREADABLE])]
            raise refused(record, damage.why, damage.why_en)
        return describe(record.raw)


def _fetched(visitor: Visitor, url: str, path: Path, before: str) -> _Document:
    """One document, fetched to the new file ``path`` unless it is what had the mark ``before``. One whose end nobody
    knows gets no mark: it may be cut off."""
    known = FileMark.parse(before)
    answers: list[Answer] = []
    fetched = visitor.download(
        url,
        path,
        accept=ACCEPT,
        most_bytes=MOST_BYTES,
        etag=known.etag or None,
        last_modified=known.modified or None,
        on_answer=answers.append,
    )
    is_as_before = fetched.not_modified or (bool(known.sha256) and known.sha256 == fetched.sha256)
    if is_as_before:
        path.unlink(missing_ok=True)
    mark = FileMark.of(fetched).fingerprint() if fetched.end_is_known else ""
    return _Document(
        path,
        fetched.final_url,
        answers[0].url,
        fetched.content_type,
        answers[0].link("next") or "",
        before if fetched.not_modified else mark,
        is_as_before,
    )


def _opened(document: _Document, reader: RdfReader) -> _Page:
    """What a document lists; its file is gone once its items were read."""
    path, shown = document.path, document.shown
    unpack(path, shown, MOST_BYTES)
    form = form_of(path, document.content_type, shown)
    if form in (DATA_JSON, JSON_LINES):
        return _Page(_json_items(path, form, shown), following=document.linked)
    described = path.with_name(path.name + ".ban-ghi")
    page = reader.read(path, form, document.came_from, described, shown=shown)
    path.unlink()
    following = [urljoin(document.came_from, place) for place in page.following]
    return _Page(_items(described, JSON_LINES, shown), page.total, next(iter(following), document.linked))


def _json_items(path: Path, form: str, shown: str) -> Iterator[Item]:
    try:
        yield from _items(path, form, shown)
    except NoList as error:
        names = ", ".join(list(error.members)[:10]) or "(trống)"
        raise SourceUnreadable(
            f"Không đọc được danh mục ở “{shown}”: JSON không có danh sách “dataset”; có: {names}.",
            f"The catalogue at “{shown}” cannot be read: its JSON has no list “dataset”; it has: {names}.",
            url=shown,
        ) from None


def _items(path: Path, form: str, shown: str) -> Iterator[Item]:
    try:
        yield from items_of(path, LISTS, shown=shown, lines=form == JSON_LINES)
    finally:
        path.unlink(missing_ok=True)


def _listed(item: Item, position: int, watch: PageWatch) -> Iterator[RemoteRecord | ListingNotice]:
    if item.damage:
        watch.saw_something_else()
        yield unreadable_record(replace(item, position=position), item.damage, "identifier")
        return
    record = RemoteRecord(position, identifier_of(item.value)[:2000], item.value)
    if watch.is_new(record):
        yield record
