"""What a search index holds of one dataset. A value only; :mod:`catalog.indexing` makes it from the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from catalog.model import AccessLevel, DatasetId


@dataclass(frozen=True, slots=True)
class IndexedDataset:
    """A copy of what the catalogue knows of a dataset, as far as it is searched for, counted or shown in a list.

    ``organization_path`` names the owner and every organization above it. ``columns`` are the titles of all columns in
    Vietnamese, ``columns_en`` in English; ``code_values`` the labels of the codes in its tables, and ``communes`` the
    five-digit codes of the communes found there, with those that took the place of former ones. ``tables`` is what its
    tables and links are called in both languages, and what is said of them. ``quality`` is its score (0 to 100,
    ``None`` where it cannot be judged), ``uses`` how often it was opened or downloaded lately. ``decisions`` are
    the numbers of the documents that its data rest on, ``record`` its description as DCAT in JSON-LD (UTF-8).
    """

    id: DatasetId
    revision: int
    name: str
    title: str
    title_en: str
    description: str
    organization: str
    organization_id: str
    organization_title: str
    theme: str
    theme_title: str
    keywords: tuple[str, ...]
    license: str
    formats: tuple[str, ...]
    frequency: str
    level: AccessLevel
    published: bool
    simulated: bool
    columns: tuple[str, ...]
    issued: datetime | None
    modified: datetime | None
    organization_path: tuple[str, ...] = ()
    code_values: tuple[str, ...] = ()
    communes: tuple[str, ...] = ()
    temporal_start: date | None = None
    temporal_end: date | None = None
    quality: int | None = None
    uses: int = 0
    record: bytes = b""
    columns_en: tuple[str, ...] = ()
    recorded: datetime | None = None
    tables: tuple[str, ...] = ()
    description_en: str = ""
    decisions: tuple[str, ...] = ()
    organization_title_en: str = ""
    row_count: int = 0
