"""CKAN portals of any version from 2.8 on, through their Action API: the catalogue, and tables of the datastore."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from catalog.errors import SourceError
from catalog.ports import Fetched, Progress, TableRequest
from catalog.remote import ListedItem, ListingMark, ListingNotice, RemoteCatalog, RemoteDataset, RemoteRecord
from catalog.source_kinds import CheckStep, OfferedTable, Option, OptionType
from catalog.sources import HarvestSource
from catalog.working_folders import working_folder
from harvesters.access import explained
from harvesters.catalog_options import CATALOG_OPTIONS
from harvesters.ckan_api import PAGE_ROWS, CkanPortal, site_of
from harvesters.ckan_probe import changed_at, probe
from harvesters.ckan_records import describe_package, is_dataset
from harvesters.ckan_tables import AUTO, DATASTORE, FILE, fetch_resources
from harvesters.full_reads import dated
from harvesters.json_items import Damage, Item
from harvesters.kinds import Kind
from harvesters.listing_checks import check_listing
from harvesters.listing_notices import UNREADABLE, refused, unreadable_record
from harvesters.listing_pages import MOST_PAGES, PageWatch
from harvesters.outside import Outside

MOST_OFFERED = 2_000


class Ckan(Kind):
    name = "ckan"
    title = "Cổng CKAN"
    title_en = "CKAN portal"
    help = "Cổng dữ liệu chạy CKAN từ 2.8: danh mục, bảng trong kho DataStore và tệp của tài nguyên."
    help_en = "A portal that runs CKAN 2.8 or later: its catalogue, DataStore tables and files of resources."
    locator_help = "Mã (id) của tài nguyên; với sổ tính có thể thêm #Trang tính."
    locator_help_en = "The id of a resource; of a workbook with #Sheet."
    reads_tables = True
    reads_catalog = True
    options = (
        Option(
            "url",
            "Địa chỉ cổng",
            "Address of the portal",
            "Ví dụ https://opendata.tinh.gov.vn",
            "Such as https://opendata.example.org",
            type=OptionType.ADDRESS,
            required=True,
        ),
        Option(
            "api_key",
            "Khóa API",
            "API key",
            "Chỉ cần cho dữ liệu không công khai.",
            "For what is not public.",
            secret=True,
        ),
        Option(
            "api_key_header",
            "Phần đầu chứa khóa",
            "Header of the key",
            type=OptionType.CHOICE,
            choices=("Authorization", "X-CKAN-API-Key"),
            default="Authorization",
        ),
        Option(
            "organization",
            "Chỉ của cơ quan",
            "Only of organizations",
            "Tên (name) các cơ quan trên cổng đó, cách nhau bằng dấu phẩy.",
            "Names of organizations there, separated by commas.",
        ),
        Option(
            "filter",
            "Bộ lọc (fq)",
            "Filter (fq)",
            "Theo cú pháp của CKAN, ví dụ groups:y-te AND res_format:CSV.",
            "In CKAN's syntax, such as groups:health AND res_format:CSV.",
        ),
        Option(
            "rows",
            "Cách đọc bảng",
            "How tables are read",
            "auto: từ DataStore nếu có, không thì tải tệp.",
            "auto: from the DataStore where there is one, else the file.",
            type=OptionType.CHOICE,
            choices=(AUTO, DATASTORE, FILE),
            default=AUTO,
        ),
        *CATALOG_OPTIONS,
    )

    def check(self, source: HarvestSource, outside: Outside) -> Iterator[CheckStep]:
        connecting = "Kết nối", "Connect"
        try:
            with outside.client() as client:
                status = CkanPortal(client, source).call("status_show")
        except SourceError as error:
            yield CheckStep(*connecting, False, *explained(error))
            return
        version = str(status.get("ckan_version", "?"))[:40] if isinstance(status, dict) else "?"
        yield CheckStep(*connecting, True, f"CKAN {version}", f"CKAN {version}")
        yield from check_listing(CkanListing(source, outside))

    def offered(self, source: HarvestSource, outside: Outside) -> Iterator[OfferedTable]:
        """The resources with rows in the datastore, of the first packages."""
        with working_folder() as folder:
            for item in islice(CkanListing(source, outside).records(folder), MOST_OFFERED):
                if isinstance(item, RemoteRecord):
                    yield from _tables_of(item.raw)

    def fetch(
        self,
        source: HarvestSource,
        requests: Sequence[TableRequest],
        folder: Path,
        progress: Progress,
        outside: Outside,
    ) -> Iterator[tuple[TableRequest, Fetched]]:
        with outside.client() as client:
            yield from fetch_resources(CkanPortal(client, source), source, requests, folder, progress)

    def catalog(self, source: HarvestSource, outside: Outside) -> RemoteCatalog:
        return CkanListing(source, outside)


def _tables_of(package: Mapping[str, Any]) -> Iterator[OfferedTable]:
    resources = package.get("resources")
    for resource in resources if isinstance(resources, list) else []:
        if isinstance(resource, dict) and resource.get("datastore_active") is True:
            name = str(resource.get("name") or resource.get("description") or "")
            yield OfferedTable(str(resource.get("id")), f"{package.get('title') or ''} – {name}".strip(" –"))


class CkanListing:
    """The catalogue of one portal, opened for one run."""

    mapping_version = 1

    def __init__(self, source: HarvestSource, outside: Outside) -> None:
        self._source = source
        self._outside = outside
        self._newest = ""

    def records(self, folder: Path, known: str | None = None) -> Iterator[ListedItem]:
        """See :class:`catalog.remote.RemoteCatalog`. What is no dataset, or is deleted, is left out."""
        watch = PageWatch()
        read = most = 0
        with self._outside.client() as client:
            portal = CkanPortal(client, self._source)
            sign = None if known is None else probe(portal)
            fingerprint = dated(self._source.id, sign.text) if sign else ""
            if fingerprint and fingerprint == known:
                yield ListingMark(fingerprint, unchanged=True)
                return
            for number in range(MOST_PAGES):
                page = portal.packages(read, folder / f"trang-{number}.json")
                before = read
                for item in page.items:
                    read += 1
                    yield from self._listed(item, read, watch)
                if read == 0 and portal.refusal:
                    raise portal.refusal
                if read == before:
                    break
                if not watch.page_ended(page.total):
                    if page.total != before:
                        watch.stop_for_repeats()
                    read = before
                    break
                # A portal may give fewer than were asked for, and a full page may be followed by more than it says.
                is_short, most = read - before < (most or PAGE_ROWS), max(most, read - before)
                if is_short and page.total is not None and read >= page.total:
                    break
            else:
                watch.stop_for_length()
        yield from watch.notices(read)
        if sign and sign.agrees(read, self._newest):
            yield ListingMark(fingerprint)

    def describe(self, record: RemoteRecord) -> RemoteDataset:
        """See :class:`catalog.remote.RemoteCatalog`."""
        if UNREADABLE in record.raw:
            damage = Damage[str(record.raw[UNREADABLE])]
            raise refused(record, damage.why, damage.why_en)
        return describe_package(record.raw, site_of(self._source.options.get("url", "")))

    def gone(self, identifiers: Sequence[str], witness: str) -> frozenset[str]:
        """See :class:`catalog.remote.AnswersForRecords`. CKAN refuses to show what is private or deleted (403), and
        does not know what was removed (404)."""
        with self._outside.client() as client:
            portal = CkanPortal(client, self._source)
            try:
                if portal.hides(witness):
                    return frozenset()
                return frozenset(identifier for identifier in identifiers if portal.hides(identifier))
            except SourceError:
                return frozenset()

    def _listed(self, item: Item, position: int, watch: PageWatch) -> Iterator[RemoteRecord | ListingNotice]:
        if item.damage:
            watch.saw_something_else()
            yield unreadable_record(replace(item, position=position), item.damage, "id")
            return
        self._newest = max(self._newest, changed_at(item.value))
        given = item.value.get("id") or item.value.get("name")
        record = RemoteRecord(position, given[:2000] if isinstance(given, str) else "", item.value)
        if watch.is_new(record) and is_dataset(item.value):
            yield record
