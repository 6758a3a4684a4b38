"""Tries another catalogue out: whether it answers, what its first records are, and whether they describe datasets."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from itertools import islice

from catalog.errors import SourceError
from catalog.remote import InvalidRecord, ListedItem, ListingNotice, RemoteCatalog, RemoteRecord
from catalog.source_kinds import CheckStep
from catalog.working_folders import working_folder
from harvesters.access import explained

LOOKED_AT = 500


def check_listing(listing: RemoteCatalog) -> Iterator[CheckStep]:
    """Reads the first records and describes them."""
    reading = "Đọc danh mục", "Read the catalogue"
    try:
        items = _first_items(listing)
    except SourceError as error:
        yield CheckStep(*reading, False, *explained(error))
        return
    records = [item for item in items if isinstance(item, RemoteRecord)]
    notices = [item.issue for item in items if isinstance(item, ListingNotice)]
    if not records:
        yield CheckStep(*reading, False, "danh mục không có bộ dữ liệu nào", "the catalogue lists no dataset")
    else:
        more = "ít nhất " if len(items) == LOOKED_AT else "", "at least " if len(items) == LOOKED_AT else ""
        yield CheckStep(*reading, True, f"thấy {more[0]}{len(records)} bản ghi", f"{more[1]}{len(records)} records")
    for issue in notices[:5]:
        yield CheckStep(*reading, False, issue.message, issue.message_en)
    if records:
        yield _describing(listing, records)


def _first_items(listing: RemoteCatalog) -> list[ListedItem]:
    with working_folder() as folder:
        generator = listing.records(folder)
        # A generator that is left early must be closed, and its connections with it.
        try:
            return list(islice(generator, LOOKED_AT))
        finally:
            if isinstance(generator, Generator):
                generator.close()


def _describing(listing: RemoteCatalog, records: list[RemoteRecord]) -> CheckStep:
    describing = "Hiểu bản ghi", "Understand the records"
    faults: list[tuple[str, str]] = []
    titles: list[str] = []
    for record in records:
        where, where_en = f"Bản ghi {record.position}: ", f"Record {record.position}: "
        try:
            title = listing.describe(record).title.strip()
        except InvalidRecord as error:
            faults += [(where + issue.message, where_en + issue.message_en) for issue in error.issues]
            continue
        if not record.identifier:
            faults.append((where + "không có mã định danh.", where_en + "it has no identifier."))
        elif not title:
            faults.append((where + "không có tiêu đề.", where_en + "it has no title."))
        else:
            titles.append(title)
    if faults:
        shown = faults[:3]
        return CheckStep(
            *describing,
            False,
            f"{len(faults)} bản ghi có lỗi. " + " ".join(vietnamese for vietnamese, _ in shown),
            f"{len(faults)} records have faults. " + " ".join(english for _, english in shown),
        )
    return CheckStep(*describing, True, f"ví dụ “{titles[0][:100]}”", f"such as “{titles[0][:100]}”")
