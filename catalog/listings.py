"""The listing of another catalogue: every record compared with what is remembered, what is new or changed put aside on
disk, what is wrong named. Nothing here changes the catalogue."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from catalog.errors import reporting_full_disk
from catalog.guards import SHRINK_LIMIT
from catalog.issues import Dimension, Example, Issue, Severity
from catalog.remote import (
    AnswersForRecords,
    InvalidRecord,
    ListingMark,
    ListingNotice,
    RemoteCatalog,
    RemoteDataset,
    RemoteMark,
    RemoteRecord,
)
from catalog.runs import Tell
from catalog.sources import CATALOG_KEY
from catalog.vietnamese import grouped

LONGEST_IDENTIFIER = 1_000
MOST_ASKED_AFTER = 50
SHRUNKEN = "shrunken-catalog"
_TOLD_EVERY = 500


class Spool:
    """Records that are new or changed, put aside on disk until the listing was read to its end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.touch()

    def add(self, record: RemoteRecord) -> None:
        line = json.dumps([record.position, record.identifier, record.raw])
        with reporting_full_disk(), self._path.open("a", encoding="ascii") as stream:
            stream.write(line + "\n")

    def __iter__(self) -> Iterator[RemoteRecord]:
        with self._path.open(encoding="ascii") as stream:
            for line in stream:
                yield RemoteRecord(*json.loads(line))


@dataclass(slots=True)
class Listing:
    """What was read: records that are new or changed, which ones are as before, and what went wrong."""

    changed: Spool
    digests: dict[str, str] = field(default_factory=dict)
    unchanged: set[str] = field(default_factory=set)
    faults: list[tuple[RemoteRecord, Issue]] = field(default_factory=list)
    notices: list[Issue] = field(default_factory=list)
    complete: bool = True
    read: int = 0
    mark: ListingMark | None = None

    @property
    def seen(self) -> set[str]:
        return self.unchanged | self.digests.keys()


def record_digest(raw: Mapping[str, Any], mapping_version: int) -> str:
    """Stands for a record and how it is read: sha256 of its canonical JSON."""
    canonical = json.dumps(raw, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{mapping_version}\x1f{canonical}".encode(errors="surrogatepass")).hexdigest()


def read_listing(
    remote: RemoteCatalog,
    marks: Mapping[str, RemoteMark],
    folder: Path,
    tell: Tell = lambda step, key, done: None,
    known: str | None = None,
) -> Listing:
    """Every record of the listing, compared with what is remembered; see :meth:`RemoteCatalog.records` for ``known``.
    Raises ``SourceError``."""
    listing = Listing(Spool(folder / "ban-ghi.ndjson"))
    for item in remote.records(folder, known):
        if isinstance(item, ListingMark):
            listing.mark = item
            continue
        if isinstance(item, ListingNotice):
            listing.notices.append(item.issue)
            listing.complete = listing.complete and item.complete
            continue
        listing.read += 1
        if listing.read % _TOLD_EVERY == 0:
            tell("read", CATALOG_KEY, listing.read)
        _take(listing, item, marks, remote.mapping_version)
    return listing


def _take(listing: Listing, record: RemoteRecord, marks: Mapping[str, RemoteMark], mapping_version: int) -> None:
    if not record.identifier or len(record.identifier) > LONGEST_IDENTIFIER:
        listing.faults.append((record, _fault("record-without-identifier", record)))
    elif record.identifier in listing.digests or record.identifier in listing.unchanged:
        listing.faults.append((record, _fault("duplicate-identifier", record)))
    else:
        digest = record_digest(record.raw, mapping_version)
        mark = marks.get(record.identifier)
        if mark is not None and mark.digest == digest:
            listing.unchanged.add(record.identifier)
        else:
            listing.digests[record.identifier] = digest
            listing.changed.add(record)


def described(remote: RemoteCatalog, record: RemoteRecord) -> tuple[RemoteDataset | None, tuple[Issue, ...]]:
    """What a record says; nothing, with the reasons, for one that describes no dataset."""
    try:
        said = remote.describe(record)
    except InvalidRecord as invalid:
        return None, invalid.issues
    if not said.title.strip():
        return None, (_fault("record-without-title", record),)
    return said, ()


def told_gone(remote: RemoteCatalog, waiting: Sequence[str], seen: Collection[str]) -> frozenset[str]:
    """Which of the records that the listing has not had for more than a run the catalogue itself says are gone, or not
    for the public any more; it is asked of :data:`MOST_ASKED_AFTER` of them at most."""
    if not waiting or not seen or not isinstance(remote, AnswersForRecords):
        return frozenset()
    return remote.gone(waiting[:MOST_ASKED_AFTER], min(seen))


def vanished(missing: Sequence[str], marks: Mapping[str, RemoteMark]) -> Issue | None:
    """Too many datasets that are gone at once, for a person to look at."""
    live = {name for name, mark in marks.items() if mark.dataset_id is not None and mark.missing_since is None}
    gone = [name for name in missing if name in live]
    if len(gone) <= len(live) * SHRINK_LIMIT:
        return None
    return Issue(
        code=SHRUNKEN,
        severity=Severity.HOLD,
        dimension=Dimension.COMPLETE,
        message=f"{grouped(len(gone))} trong {grouped(len(live))} bộ dữ liệu không còn trong danh mục nguồn.",
        message_en=f"{len(gone)} of {len(live)} datasets are not in the source's listing any more.",
        remedy="Hỏi đơn vị quản lý danh mục nguồn; xác nhận nếu đúng là đã bỏ, các bộ dữ liệu sẽ được thu hồi sau"
        " thời gian chờ.",
        remedy_en="Ask who keeps the other catalogue; confirm if they were really removed.",
        count=len(gone),
        examples=tuple(Example(None, name) for name in gone[:5]),
    )


_FAULTS: Mapping[str, tuple[str, str, str, str]] = {
    "record-without-identifier": (
        "Bản ghi không có mã định danh (hoặc mã dài quá 1.000 ký tự).",
        "The record has no identifier (or one of more than 1,000 characters).",
        "Bổ sung mã định danh ở danh mục nguồn.",
        "Give it an identifier in the other catalogue.",
    ),
    "duplicate-identifier": (
        "Mã định danh đã có ở bản ghi trước; chỉ lấy bản ghi đầu.",
        "Another record before it has the same identifier; only the first one is taken.",
        "Sửa để mỗi bộ dữ liệu có một mã riêng ở danh mục nguồn.",
        "Give every dataset its own identifier in the other catalogue.",
    ),
    "record-without-title": (
        "Bản ghi không có tiêu đề.",
        "The record has no title.",
        "Bổ sung tiêu đề ở danh mục nguồn.",
        "Give it a title in the other catalogue.",
    ),
}


def _fault(code: str, record: RemoteRecord) -> Issue:
    message, message_en, remedy, remedy_en = _FAULTS[code]
    where = Example(record.position, record.identifier[:100])
    return Issue(code, Severity.ERROR, Dimension.CORRECT, message, message_en, remedy, remedy_en, examples=(where,))
