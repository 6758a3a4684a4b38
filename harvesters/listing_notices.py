"""What there is to say about a listing of another catalogue that is not as it should be."""

from __future__ import annotations

from catalog.issues import Dimension, Example, Issue, Severity
from catalog.remote import InvalidRecord, ListingNotice, RemoteRecord
from harvesters.json_items import Damage, Item, member_text

UNREADABLE = "_unreadable"
"""Stands in a raw record for what could not be read."""

_REMEDY = "Báo đơn vị quản lý danh mục nguồn; các bản ghi vắng mặt chưa bị coi là đã bỏ."
_REMEDY_EN = "Tell those who keep the other catalogue; records that are absent are not taken as removed."


def incomplete(code: str, message: str, message_en: str) -> ListingNotice:
    """The listing was read, but not all of it: no absence proves anything."""
    issue = Issue(code, Severity.ERROR, Dimension.COMPLETE, message, message_en, _REMEDY, _REMEDY_EN)
    return ListingNotice(issue, complete=False)


def unreadable_record(item: Item, damage: Damage, key: str) -> RemoteRecord | ListingNotice:
    """A record that cannot be read, by the identifier it seems to have under ``key``; without one by its place."""
    identifier = "" if not key else _clean(member_text(item.beginning, key))
    if identifier:
        return RemoteRecord(item.position, identifier, {UNREADABLE: damage.name, "size": item.size})
    issue = Issue(
        "record-unreadable",
        Severity.ERROR,
        Dimension.CORRECT,
        f"Bản ghi không đọc được: {damage.why}.",
        f"The record cannot be read: {damage.why_en}.",
        _REMEDY,
        _REMEDY_EN,
        examples=(Example(item.position),),
    )
    return ListingNotice(issue, complete=False)


def refused(record: RemoteRecord, why: str, why_en: str) -> InvalidRecord:
    """A record that describes no dataset."""
    return InvalidRecord(
        Issue(
            "record-unreadable",
            Severity.ERROR,
            Dimension.CORRECT,
            f"Bản ghi không đọc được: {why}.",
            f"The record cannot be read: {why_en}.",
            "Sửa bản ghi ở danh mục nguồn.",
            "Correct the record in the other catalogue.",
            examples=(Example(record.position, record.identifier[:100]),),
        )
    )


def _clean(said: str) -> str:
    return said.encode(errors="ignore").decode().strip()
