"""The two questions people and programs ask: which datasets, and which rows of a table. Values only; no engine words.

Permission is part of a search question (``viewer``), set by the server and never by text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from catalog.listed import ListedDataset
from catalog.model import AccessLevel, DatasetId, VersionId

FACETS = (
    "organization", "organization_path", "theme", "format", "keyword", "license", "frequency", "level", "commune",
    "column", "year",
)  # fmt: skip
"""The facets an index counts and filters; anything else is refused with :class:`catalog.errors.InvalidQuery`.
``organization_path`` is the organization or one above it, ``commune`` the five-digit codes found in published tables,
``column`` the titles of columns, ``year`` the years that the data speak of."""

VOCABULARY = "word"
"""One more facet, for programs alone: the words of titles, keywords, organizations, themes and columns as written."""

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
    "recorded",
    "temporal_start",
    "temporal_end",
    "state",
    "text",
    "title_en",
    "keywords",
    "organization_title",
    "theme_title",
    "columns",
    "code_values",
    "tables",
)
"""The fields a :class:`Condition` may name. One that an index does not know matches nothing; it is never an error."""


OLDER = "older"
"""In :attr:`SearchPage.left_out`: of a very large catalogue, the datasets brought up to date longest ago."""


class Viewer(StrEnum):
    """Who asks. The public sees published datasets of the levels open and shared; staff see all."""

    PUBLIC = "public"
    STAFF = "staff"


PUBLIC_LEVELS = frozenset({AccessLevel.OPEN, AccessLevel.SHARED})


@dataclass(frozen=True, slots=True)
class Match:
    """A field holds this value; ``*`` stands for any value, ``prefix`` asks for values that begin with it. For text
    fields (title, description, keywords, columns, tables, organization_title, theme_title, text …) the value is words,
    all of which must stand there (in a row if ``phrase``).
    With ``wildcard``, ``*`` in the value stands for any letters and ``?`` for one; in text fields of one word."""

    field: str
    value: str
    phrase: bool = False
    prefix: bool = False
    wildcard: bool = False


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
    RECORDED = "recorded"
    RECORDED_ASC = "recorded-asc"
    TITLE = "title"
    TITLE_DESC = "title-desc"
    NAME = "name"
    NAME_DESC = "name-desc"


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a dataset is about, to find others like it: never itself."""

    id: DatasetId
    title: str
    keywords: tuple[str, ...] = ()
    theme: str = ""
    organization: str = ""
    columns: tuple[str, ...] = ()


class Enough(StrEnum):
    """How many of its words a dataset must hold where hardly one holds them all."""

    ALL = "all"
    MOST = "most"
    SOME = "some"


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """Which datasets. ``text`` is what a person typed: all words must match, with or without accents, exact accents
    first; it never fails. Where no dataset holds all the words, or of a long question hardly one, those that hold most
    of them are found too, then those that hold some (:attr:`SearchPage.relaxed`); ``enough`` says how far that goes.
    ``unfinished`` says that the last word is still being typed:
    datasets that are called so come first, and alone where they fill the page.
    ``like`` asks for similar datasets, in the order of likeness. ``filters`` holds chosen facet values (any of the
    values of one facet, all of the facets). ``where`` is a further condition, for programs.

    A page begins at ``offset``, or after the page whose :attr:`SearchPage.next` is given as ``after``. Facet counts
    leave out the filter of the facet they count; ``facet_text`` asks for those values of a facet only in which words
    begin with the words given. Not ``marked``, hits say their titles alone, without marks: for those who show datasets
    in other words, and quicker. With ``records`` hits carry what the index was given of them as JSON-LD."""

    text: str = ""
    unfinished: bool = False
    like: Likeness | None = None
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    where: Condition | None = None
    sort: SearchSort = SearchSort.RELEVANCE
    offset: int = 0
    limit: int = 20
    after: str = ""
    facets: tuple[str, ...] = ()
    facet_limit: int = 50
    facet_text: Mapping[str, str] = field(default_factory=dict)
    marked: bool = True
    records: bool = False
    enough: Enough = Enough.SOME
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
    """``listed`` is the dataset as it was when the index took it, ``record`` its description as DCAT in JSON-LD (UTF-8)
    and empty unless asked for; ``in_tables`` are the words asked for, as they were typed, that no text about the
    dataset holds, but its tables do (unknown in a relaxed answer); ``score`` is comparable within one answer only."""

    listed: ListedDataset
    title: tuple[Fragment, ...] = ()
    snippet: tuple[Fragment, ...] = ()
    in_tables: tuple[str, ...] = ()
    score: float = 0.0
    record: bytes = b""

    @property
    def dataset_id(self) -> DatasetId:
        return self.listed.id

    @property
    def name(self) -> str:
        return self.listed.name


@dataclass(frozen=True, slots=True)
class SearchPage:
    """``total`` is exact. ``facets`` is ordered by count, then value. ``next`` is what to give as ``after`` for the
    page that follows, empty after the last. ``relaxed``: hardly a dataset held all the words, these hold most of them,
    the fullest first. ``degraded``: the answer comes from a copy that may be behind, for the index proper is
    unavailable. ``marks`` are the folded words, or rows of words, that were marked: for other texts about the hits.
    ``left_out`` are facets and fields that whoever answers knows nothing of: they narrowed nothing and have no counts;
    :data:`OLDER` there says that only the newest datasets were looked at.
    """

    total: int
    hits: tuple[SearchHit, ...]
    facets: Mapping[str, tuple[FacetCount, ...]] = field(default_factory=dict)
    next: str = ""
    relaxed: bool = False
    degraded: bool = False
    marks: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()


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
    """Empty cells come last, in both directions, unless ``empty_first``."""

    field: str
    descending: bool = False
    empty_first: bool = False


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
