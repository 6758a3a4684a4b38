"""The two questions people and programs ask: which datasets, and which rows of a table. Values only; no engine words.

Permission is part of a search question (``viewer``), set by the server and never by text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from catalog.model import AccessLevel, DatasetId, VersionId

FACETS = ("organization", "theme", "format", "keyword", "license", "frequency", "level")
"""The facets an index counts and filters; anything else is refused with :class:`catalog.errors.InvalidQuery`."""

FIELDS = (
    *FACETS,
    "id",
    "name",
    "title",
    "description",
    "organization_id",
    "simulated",
    "issued",
    "modified",
    "state",
    "text",
)
"""The fields a :class:`Condition` may name. One that an index does not know matches nothing; it is never an error."""


class Viewer(StrEnum):
    """Who asks. The public sees published datasets of the levels open and shared; staff see all."""

    PUBLIC = "public"
    STAFF = "staff"


PUBLIC_LEVELS = frozenset({AccessLevel.OPEN, AccessLevel.SHARED})


@dataclass(frozen=True, slots=True)
class Match:
    """A field holds this value; ``*`` stands for any value, ``prefix`` asks for values that begin with it. For text
    fields (title, description, text) the value is words, all of which must stand there (in a row if ``phrase``)."""

    field: str
    value: str
    phrase: bool = False
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Between:
    """A field lies between two values (dates as ISO text); ``None`` is open, the flags say whether the end counts."""

    field: str
    low: str | None
    high: str | None
    include_low: bool = True
    include_high: bool = True


@dataclass(frozen=True, slots=True)
class AllOf:
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    condition: Condition


Condition = Match | Between | AllOf | AnyOf | Not


class SearchSort(StrEnum):
    RELEVANCE = "relevance"
    MODIFIED = "modified"
    MODIFIED_ASC = "modified-asc"
    ISSUED = "issued"
    ISSUED_ASC = "issued-asc"
    TITLE = "title"
    TITLE_DESC = "title-desc"
    NAME = "name"
    NAME_DESC = "name-desc"


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """Which datasets. ``text`` is what a person typed: all words must match, with or without accents, exact accents
    first; it never fails. ``filters`` holds chosen facet values (any of the values of one facet, all of the facets).
    ``where`` is a further condition, for programs. Facet counts leave out the filter of the facet they count."""

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    where: Condition | None = None
    sort: SearchSort = SearchSort.RELEVANCE
    offset: int = 0
    limit: int = 20
    facets: tuple[str, ...] = ()
    facet_limit: int = 50
    viewer: Viewer = Viewer.PUBLIC


@dataclass(frozen=True, slots=True)
class FacetCount:
    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of a highlighted text; joined in order the pieces give the text. Never HTML."""

    text: str
    matched: bool = False


@dataclass(frozen=True, slots=True)
class SearchHit:
    dataset_id: DatasetId
    name: str
    title: tuple[Fragment, ...] = ()
    snippet: tuple[Fragment, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchPage:
    """``total`` is exact. ``facets`` is ordered by count, then value."""

    total: int
    hits: tuple[SearchHit, ...]
    facets: Mapping[str, tuple[FacetCount, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IndexedDataset:
    """What the index knows of one dataset: a copy, made by :func:`catalog.reading.indexed_dataset`."""

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
    columns: str
    issued: datetime | None
    modified: datetime | None


class RowOperator(StrEnum):
    EQ = "eq"
    NE = "ne"
    LT = "lt"
    LTE = "lte"
    GT = "gt"
    GTE = "gte"
    IN = "in"
    CONTAINS = "contains"
    EMPTY = "empty"
    FILLED = "filled"


@dataclass(frozen=True, slots=True)
class RowFilter:
    """A column compared with values given as text (read by the column's type; :class:`InvalidQuery` where that fails).
    ``CONTAINS`` ignores case and accents."""

    field: str
    operator: RowOperator
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowSort:
    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class RowQuery:
    """Which rows of a published version. Rows without ``sort`` come in published order. ``text`` is looked for in all
    text columns, without accents. ``after`` is the row number (``_id``) after which to go on, for paging in published
    order at any depth. ``fields`` empty means all, ``_id`` first."""

    version_id: VersionId
    fields: tuple[str, ...] = ()
    filters: tuple[RowFilter, ...] = ()
    text: str = ""
    sort: tuple[RowSort, ...] = ()
    limit: int = 100
    offset: int = 0
    after: int | None = None
    include_total: bool = True
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class RowColumn:
    """``type`` is the Table Schema type (``_id`` is an integer: the row's number in published order, from 1)."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class RowPage:
    """Cells are int, float, bool, str, ``datetime.date``, ``datetime.datetime`` or ``None``. ``total`` counts all rows
    that match, when asked for."""

    columns: tuple[RowColumn, ...]
    rows: tuple[tuple[Any, ...], ...]
    total: int | None = None
