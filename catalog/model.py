"""Organizations, datasets and their published versions.

The vocabulary is DCAT 3 (https://www.w3.org/TR/vocab-dcat-3/), with one addition: a :class:`Distribution` that is a
table is published again and again, and each publication is an immutable :class:`Version` with files of its own.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

OrganizationId = NewType("OrganizationId", str)
DatasetId = NewType("DatasetId", str)
DistributionId = NewType("DistributionId", str)
VersionId = NewType("VersionId", str)

_NAMESPACE = uuid.UUID("5b0f7b8e-3c1b-5d0e-9a0e-6f3f6a2f4c38")


def stable_id(kind: str, *parts: object) -> str:
    """The same UUID for the same ``kind`` and ``parts``, on every machine and at every run (UUID version 5)."""
    return str(uuid.uuid5(_NAMESPACE, "\x1f".join((kind, *map(str, parts)))))


class OrganizationKind(StrEnum):
    """What kind of body an organization is."""

    PROVINCE = "province"
    DEPARTMENT = "department"
    AGENCY = "agency"
    CENTRE = "centre"
    COMMUNE = "commune"


class AccessLevel(StrEnum):
    """mở, dùng chung, nội bộ. Shared data show their description to everyone and their rows to nobody anonymous."""

    OPEN = "open"
    SHARED = "shared"
    INTERNAL = "internal"


class DatasetStatus(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Frequency(StrEnum):
    """How often a dataset is renewed (kỳ cập nhật); ``days`` is the longest time between two publications.

    ``uri`` is the entry of the EU frequency code list that DCAT-AP uses for ``dct:accrualPeriodicity``.
    """

    HOURLY = "hourly"
    DAILY = "daily"
    TEN_DAYS = "ten-days"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    SEASONAL = "seasonal"
    SIX_MONTHLY = "six-monthly"
    YEARLY = "yearly"
    AS_NEEDED = "as-needed"

    @property
    def days(self) -> int | None:
        return _FREQUENCIES[self][0]

    @property
    def label(self) -> str:
        return _FREQUENCIES[self][1]

    @property
    def label_en(self) -> str:
        return _FREQUENCIES[self][2]

    @property
    def uri(self) -> str:
        return "http://publications.europa.eu/resource/authority/frequency/" + _FREQUENCIES[self][3]


_FREQUENCIES: dict[Frequency, tuple[int | None, str, str, str]] = {
    Frequency.HOURLY: (1, "hằng giờ", "hourly", "HOURLY"),
    Frequency.DAILY: (1, "hằng ngày", "daily", "DAILY"),
    Frequency.TEN_DAYS: (10, "10 ngày một lần", "every ten days", "MONTHLY_3"),
    Frequency.MONTHLY: (31, "hằng tháng", "monthly", "MONTHLY"),
    Frequency.QUARTERLY: (92, "hằng quý", "quarterly", "QUARTERLY"),
    Frequency.SEASONAL: (183, "theo vụ", "each season", "ANNUAL_2"),
    Frequency.SIX_MONTHLY: (183, "6 tháng một lần", "every six months", "ANNUAL_2"),
    Frequency.YEARLY: (366, "hằng năm", "yearly", "ANNUAL"),
    Frequency.AS_NEEDED: (None, "khi có thay đổi", "when it changes", "IRREG"),
}


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """Whom to ask: a role and an office, never a person's private number."""

    name: str
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Organization:
    """A body that owns datasets. If renamed, merged or replaced, ``successor_id`` says by whom; old URLs stay."""

    id: OrganizationId
    name: str
    code: str
    title: str
    title_en: str
    kind: OrganizationKind
    description: str = ""
    contact: ContactPoint | None = None
    parent_id: OrganizationId | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    successor_id: OrganizationId | None = None

    @property
    def is_current(self) -> bool:
        """Whether the organization still exists under this name."""
        return self.valid_to is None


def organization_path(
    organization: Organization, organizations: Mapping[OrganizationId, Organization]
) -> tuple[str, ...]:
    """The names of the organization and of every one above it; a chain that runs in a circle ends where it closes."""
    path: dict[str, None] = {}
    at: Organization | None = organization
    while at is not None and at.name not in path:
        path[at.name] = None
        at = organizations.get(at.parent_id) if at.parent_id else None
    return tuple(path)


class DistributionKind(StrEnum):
    """What a distribution is: a table we publish in several formats, or a link to elsewhere."""

    TABLE = "table"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Distribution:
    """One form of a dataset. A table names the ``schema_name`` of the data dictionary that its content obeys; of a link
    we know what the other catalogue says: a ``format`` (an id of :data:`catalog.vocabularies.FORMATS` where it is one
    of them), a ``media_type``, a ``size`` in bytes."""

    id: DistributionId
    name: str
    title: str
    title_en: str = ""
    description: str = ""
    kind: DistributionKind = DistributionKind.TABLE
    schema_name: str | None = None
    access_url: str | None = None
    format: str = ""
    media_type: str = ""
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a dataset of another catalogue comes from: the source that harvests it, the ``identifier`` it has there,
    its page, publisher and licence in the other catalogue's own words, and when that says it was issued and changed."""

    source_id: str
    identifier: str
    url: str = ""
    publisher: str = ""
    license: str = ""
    issued: datetime | None = None
    modified: datetime | None = None


_DECISION = re.compile(r"\d+(?:/\d{4})?/[A-ZĐ][\w-]+")


@dataclass(frozen=True, slots=True)
class Dataset:
    """One data set as the catalogue describes it; a change makes a new one with the next ``revision``.

    ``issued`` and ``modified`` are the times of the first and the last publication, in UTC; ``None`` means that nothing
    has been published yet; of a dataset of another catalogue they are what that says. ``recorded`` is when this
    catalogue stored this revision: who copies the catalogue asks by it what is new or changed here. ``simulated`` marks
    generated content ("dữ liệu mô phỏng") and is shown with the dataset.
    """

    id: DatasetId
    name: str
    title: str
    title_en: str
    description: str
    organization_id: OrganizationId
    theme: str
    keywords: tuple[str, ...]
    license_id: str
    access_level: AccessLevel
    frequency: Frequency
    contact: ContactPoint
    description_en: str = ""
    source_database: str = ""
    legal_basis: str = ""
    register_item: str = ""
    spatial: str = ""
    temporal_start: date | None = None
    temporal_end: date | None = None
    simulated: bool = False
    status: DatasetStatus = DatasetStatus.PUBLISHED
    issued: datetime | None = None
    modified: datetime | None = None
    recorded: datetime | None = None
    revision: int = 0
    distributions: tuple[Distribution, ...] = ()
    origin: Origin | None = None

    @property
    def decisions(self) -> tuple[str, ...]:
        """The numbers of the documents that the data rest on, as far as they are told: 3833/QĐ-UBND, 47/2020/NĐ-CP."""
        return tuple(dict.fromkeys(_DECISION.findall(f"{self.legal_basis} {self.register_item}")))


@dataclass(frozen=True, slots=True)
class StoredFile:
    """The bytes of one format, kept in the file store under their ``sha256``; ``size`` in bytes."""

    format: str
    media_type: str
    filename: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Column:
    """A published column: its name and Table Schema type, with a small profile made from the content."""

    name: str
    type: str
    filled: int = 0
    distinct: int | None = None
    minimum: str = ""
    maximum: str = ""


@dataclass(frozen=True, slots=True)
class SourceShape:
    """What a table looked like at its source when it was read: its columns (all of them) with the type the source gives
    each, empty where it has none, and the columns of its key."""

    columns: Mapping[str, str]
    key: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """One publication of one table. Never changed afterwards; numbers count from 1 within the distribution.

    ``snapshot_sha256`` is the hash of what was read from the source, so that an unchanged source publishes nothing.
    ``files`` are stored with the publication; formats derived from them later are not part of the version.
    """

    id: VersionId
    dataset_id: DatasetId
    distribution_id: DistributionId
    number: int
    published_at: datetime
    row_count: int
    columns: tuple[Column, ...]
    schema_name: str
    schema_version: str
    snapshot_sha256: str
    run_id: str
    files: tuple[StoredFile, ...]
    source_shape: SourceShape | None = None

    def file(self, file_format: str) -> StoredFile | None:
        """The stored file of this format ("csv", "parquet"), if the version has one."""
        return next((file for file in self.files if file.format == file_format), None)
