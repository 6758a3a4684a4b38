"""Datasets of other catalogues: records as they came, what they describe, and what is remembered of them.

Terms are those of DCAT 3; identifiers are the other catalogue's own and are kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from catalog.issues import Issue
from catalog.model import DatasetId


@dataclass(frozen=True, slots=True)
class RemoteRecord:
    """One record of another catalogue. ``position`` counts from 1 in the order of the listing; ``identifier`` is the
    catalogue's own, empty where the record has none; ``raw`` is the record as it came, JSON values only."""

    position: int
    identifier: str
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ListingNotice:
    """Something to say about the listing itself. After one that is not ``complete`` (pages that repeat, a total that is
    not reached) the absence of a record proves nothing."""

    issue: Issue
    complete: bool = True


@dataclass(frozen=True, slots=True)
class ListingMark:
    """What a listing will be recognised by at the next run. With ``unchanged`` it is the only item of its listing: the
    catalogue still is what the mark was given for, and no record is read."""

    fingerprint: str
    unchanged: bool = False


ListedItem = RemoteRecord | ListingNotice | ListingMark


@dataclass(frozen=True, slots=True)
class RemoteDistribution:
    """A way to the data elsewhere. ``format`` and ``media_type`` as they were given; ``size`` in bytes."""

    title: str
    url: str
    identifier: str = ""
    description: str = ""
    format: str = ""
    media_type: str = ""
    size: int | None = None


@dataclass(frozen=True, slots=True)
class RemoteDataset:
    """What a record says, in our terms but in its own words: licence, theme, format and period are not mapped yet.
    ``url`` is its landing page; ``license`` an address, a title or an id. ``title_en`` and ``description_en`` are empty
    where the record speaks one language only."""

    title: str
    name: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    publisher: str = ""
    license: str = ""
    frequency: str = ""
    access: str = ""
    url: str = ""
    spatial: str = ""
    contact_name: str = ""
    contact_email: str = ""
    issued: datetime | None = None
    modified: datetime | None = None
    temporal_start: date | None = None
    temporal_end: date | None = None
    distributions: tuple[RemoteDistribution, ...] = ()
    title_en: str = ""
    description_en: str = ""


class InvalidRecord(Exception):
    """A record that describes no dataset; ``issues`` say why, for the report."""

    def __init__(self, *issues: Issue) -> None:
        super().__init__("; ".join(issue.message_en for issue in issues))
        self.issues = issues


@dataclass(frozen=True, slots=True)
class RemoteMark:
    """What is remembered of a record to tell at the next run whether it changed: the ``digest`` of what came, and
    since when the listing does not have it any more. ``dataset_id`` is ``None`` for one that was never accepted."""

    identifier: str
    digest: str
    dataset_id: DatasetId | None
    missing_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """A record as it is kept beside its dataset, to be shown side by side. ``problems`` are those it was ``rejected``
    for; the dataset of a record that was accepted before stays as it was then."""

    identifier: str
    digest: str
    dataset_id: DatasetId | None
    raw: Mapping[str, Any]
    problems: tuple[Issue, ...]
    position: int
    changed_at: datetime
    missing_since: datetime | None = None
    rejected: bool = False


class RemoteCatalog(Protocol):
    """Another catalogue, opened for one run."""

    mapping_version: int
    """Grows when :meth:`describe` changes, so that unchanged records are described anew."""

    def records(self, folder: Path, known: str | None = None) -> Iterator[ListedItem]:
        """All records, in the order of the listing. ``folder`` is for half-done work. Raises ``SourceError`` when the
        listing breaks off: then nothing may be concluded from it.

        ``known`` is the fingerprint by which the listing may be recognised instead of read, empty where it must be read
        whatever the catalogue says; then a mark may end the listing. Nobody who gives ``None`` is given a mark."""

    def describe(self, record: RemoteRecord) -> RemoteDataset:
        """What a record says. Raises ``InvalidRecord``."""


@runtime_checkable
class AnswersForRecords(Protocol):
    """A catalogue that can be asked for one record, and says of one that it has no more, or keeps from the public, that
    this is so."""

    def gone(self, identifiers: Sequence[str], witness: str) -> frozenset[str]:
        """Which of these records it says are gone; none of which it says nothing clear. ``witness`` is a record that is
        listed: where that cannot be shown either, nothing is concluded. Never raises ``SourceError``."""
