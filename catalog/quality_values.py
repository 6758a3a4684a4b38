"""The values of the quality score: what is known of a dataset, and what is said of it. See :mod:`catalog.quality`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from catalog.duties import Freshness
from catalog.issues import Dimension, Severity


@dataclass(frozen=True, slots=True)
class FoundFaults:
    """One issue of a report: ``count`` places of one kind; ``remedy`` says what a clerk does about it."""

    code: str
    dimension: Dimension
    severity: Severity
    count: int
    message: str = ""
    message_en: str = ""
    remedy: str = ""
    remedy_en: str = ""


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What is known of one published table. ``version`` is the number of the version whose report is meant, 0 for a
    table without one; ``complete`` says that its report read the table to the end. Of the ``columns`` of the version,
    ``filled_columns`` hold a value at all, ``defined_columns`` have a definition in the dictionary, ``limited_columns``
    more than free text allowed in them, ``coded_columns`` a shared code list."""

    title: str
    version: int = 0
    versions: int = 0
    rows: int = 0
    complete: bool = False
    faults: tuple[FoundFaults, ...] = ()
    columns: int = 0
    filled_columns: int = 0
    defined_columns: int = 0
    limited_columns: int = 0
    coded_columns: int = 0
    has_key: bool = False


@dataclass(frozen=True, slots=True)
class QualityFacts:
    """What is known of a published dataset on the day it is judged. ``days_late`` counts from the day it was due,
    ``period_days`` is ``None`` for data that are renewed only when they change; lengths are in characters."""

    computed_on: datetime
    tables: tuple[TableFacts, ...]
    freshness: Freshness
    days_late: int = 0
    period_days: int | None = None
    has_open_license: bool = False
    has_license_text: bool = False
    formats: tuple[str, ...] = ()
    has_contact: bool = False
    description_length: int = 0
    has_english: bool = False
    keywords: int = 0
    has_source: bool = False
    has_coverage: bool = False


@dataclass(frozen=True, slots=True)
class Gain:
    """One fix in words, and the points it would bring by itself."""

    points: float
    fix: str
    fix_en: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """One question to a dataset: the points it got of those possible, what was counted, and what would bring more.
    ``id`` is stable."""

    id: str
    title: str
    title_en: str
    points: float
    possible: float
    evidence: str
    evidence_en: str
    gains: tuple[Gain, ...] = ()


@dataclass(frozen=True, slots=True)
class DimensionScore:
    """One of the six qualities."""

    dimension: Dimension
    criteria: tuple[Criterion, ...]

    @property
    def points(self) -> float:
        return round(sum(criterion.points for criterion in self.criteria), 1)

    @property
    def possible(self) -> float:
        return round(sum(criterion.possible for criterion in self.criteria), 1)

    @property
    def share(self) -> float:
        """From 0 to 1, to four digits."""
        return round(self.points / self.possible, 4)

    @property
    def gains(self) -> tuple[Gain, ...]:
        """What would bring points, most first."""
        return tuple(
            sorted((gain for criterion in self.criteria for gain in criterion.gains), key=lambda gain: -gain.points)
        )


@dataclass(frozen=True, slots=True)
class QualityScore:
    """All six, in their order, as of one moment."""

    computed_on: datetime
    dimensions: tuple[DimensionScore, ...]

    @property
    def points(self) -> float:
        """Of a hundred."""
        return round(sum(item.points for item in self.dimensions), 1)

    def dimension(self, wanted: Dimension) -> DimensionScore:
        return next(item for item in self.dimensions if item.dimension is wanted)
