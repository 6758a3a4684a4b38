"""Catalogues that speak DCAT at one address: DCAT-US ``data.json`` 1.1 and 3, the same records as JSON Lines."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from catalog.errors import SourceUnreadable, reporting_full_disk
from catalog.remote import ListingNotice, RemoteCatalog, RemoteDataset, RemoteRecord
from catalog.source_kinds import CheckStep, Option, OptionType
from catalog.sources import HarvestSource
from harvesters.access import ACCESS_OPTIONS, Visitor, check_access
from harvesters.catalog_options import CATALOG_OPTIONS
from harvesters.dcat_records import describe, identifier_of
from harvesters.http_client import Fetched
from harvesters.json_items import Damage, NoList, items_of
from harvesters.kinds import Kind
from harvesters.listing_checks import check_listing
from harvesters.listing_notices import UNREADABLE, refused, unreadable_record
from harvesters.outside import Outside

MOST_BYTES = 1_000_000_000
ACCEPT = "application/ld+json, application/json, text/turtle;q=0.9, application/rdf+xml;q=0.9, */*;q=0.1"
LISTS = ("dataset", "datasets")
_LINES = re.compile(r"\.(jsonl|ndjson)(\.gz)?$")


class DcatCatalog(Kind):
    name = "dcat"
    title = "Danh mục DCAT"
    title_en = "DCAT catalogue"
    help = "Danh mục của cổng dữ liệu khác: data.json (DCAT-US 1.1 và 3), JSON Lines."
    help_en = "The catalogue of another portal: data.json (DCAT-US 1.1 and 3), JSON Lines."
    reads_catalog = True
    options = (
        Option(
            "url",
            "Địa chỉ danh mục",
            "Address of the catalogue",
            "Ví dụ https://du-lieu.tinh.gov.vn/data.json",
            "Such as https://data.example.org/data.json",
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


class DcatListing:
    """One catalogue, opened for one run."""

    mapping_version = 1

    def __init__(self, source: HarvestSource, outside: Outside) -> None:
        self._source = source
        self._outside = outside

    def records(self, folder: Path) -> Iterator[RemoteRecord | ListingNotice]:
        """See :class:`catalog.remote.RemoteCatalog`."""
        url = self._source.options["url"]
        with self._outside.client() as client:
            visitor = Visitor(client, self._source.options, url)
            path = folder / "danh-muc-1"
            fetched = visitor.download(url, path, accept=ACCEPT, most_bytes=MOST_BYTES)
            unpack(path, fetched.final_url)
            _refuse_web_page(path, fetched.final_url)
            yield from self._of_json(path, fetched)

    def describe(self, record: RemoteRecord) -> RemoteDataset:
        """See :class:`catalog.remote.RemoteCatalog`."""
        if UNREADABLE in record.raw:
            damage = Damage[str(record.raw[UNREADABLE])]
            raise refused(record, damage.why, damage.why_en)
        return describe(record.raw)

    def _of_json(self, path: Path, fetched: Fetched) -> Iterator[RemoteRecord | ListingNotice]:
        lines = "ndjson" in fetched.content_type or "jsonl" in fetched.content_type
        lines = lines or _LINES.search(fetched.final_url.partition("?")[0]) is not None
        try:
            for item in items_of(path, LISTS, shown=fetched.final_url, lines=lines):
                if item.damage:
                    yield unreadable_record(item, item.damage, "identifier")
                else:
                    yield RemoteRecord(item.position, identifier_of(item.value)[:2000], item.value)
        except NoList as error:
            raise _no_list(fetched.final_url, error.members) from None


def unpack(path: Path, shown: str) -> None:
    """Unpacks the file in its place if it is a gzip file by itself. Raises ``SourceUnreadable``."""
    with path.open("rb") as stream:
        if stream.read(2) != b"\x1f\x8b":
            return
    unpacked = path.with_name(path.name + ".goi")
    try:
        with gzip.open(path) as packed, reporting_full_disk(), unpacked.open("wb") as target:
            size = 0
            while piece := packed.read(1 << 20):
                size += len(piece)
                if size > MOST_BYTES:
                    raise _unreadable(shown, "bung ra quá lớn", "it is too large when it is unpacked")
                target.write(piece)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise _unreadable(shown, "tệp nén gzip bị hỏng", "its gzip packing is damaged") from None
    unpacked.replace(path)


def _refuse_web_page(path: Path, shown: str) -> None:
    with path.open("rb") as stream:
        head = stream.read(1000).removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head.startswith((b"<!doctype html", b"<html")):
        raise _unreadable(
            shown,
            "đây là một trang web (HTML); nhập địa chỉ của chính danh mục, ví dụ …/data.json",
            "it is a web page (HTML); give the address of the catalogue itself, such as …/data.json",
        )


def _no_list(shown: str, members: Mapping[str, object]) -> SourceUnreadable:
    names = ", ".join(list(members)[:10]) or "(trống)"
    return _unreadable(
        shown,
        f"JSON không có danh sách “dataset”; có: {names}",
        f"its JSON has no list “dataset”; it has: {names}",
    )


def _unreadable(shown: str, why: str, why_en: str) -> SourceUnreadable:
    return SourceUnreadable(
        f"Không đọc được danh mục ở “{shown}”: {why}.",
        f"The catalogue at “{shown}” cannot be read: {why_en}.",
        url=shown,
    )
