"""The points of the quality score alone, for very many datasets: what comes to the same points is counted once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from catalog.duties import Freshness
from catalog.issues import Dimension, Report
from catalog.model import DistributionId
from catalog.quality import ColumnsOf, can_be_judged, facts_of
from catalog.quality_criteria import CRITERIA, ENOUGH_FORMATS, ENOUGH_KEYWORDS, ENOUGH_VERSIONS, LONG_DESCRIPTION
from catalog.quality_shapes import is_checked
from catalog.quality_values import DimensionScore, FoundFaults, QualityFacts, TableFacts
from catalog.reading import PublishedDataset


def quality_points(
    published: PublishedDataset, reports: Mapping[DistributionId, Report], now: datetime, columns_of: ColumnsOf
) -> float | None:
    """The points of :func:`catalog.quality.quality_of`. ``columns_of`` need not make anew what many tables share."""
    if not can_be_judged(published):
        return None
    return points_of(facts_of(published, reports, now, columns_of))


def points_of(facts: QualityFacts) -> float:
    """The points of :func:`catalog.quality.score`. What comes to the same points is counted once."""
    tables, faults = facts.tables, [fault for table in facts.tables for fault in table.faults]
    checked = is_checked(facts)
    return round(
        _points_of_content(tuple([_alike(table, bool(faults)) for table in tables]))
        + _points_of_renewal(
            *(facts.freshness, facts.days_late, facts.period_days),
            *(min(max([table.versions for table in tables], default=0), ENOUGH_VERSIONS), checked),
            tuple([fault for fault in faults if fault.dimension is Dimension.ALIVE]),
        )
        + _points_of_sharing(
            *(facts.has_open_license, facts.has_license_text, facts.formats[:ENOUGH_FORMATS], facts.has_contact),
            *(min(facts.description_length, LONG_DESCRIPTION), facts.has_english),
            *(min(facts.keywords, ENOUGH_KEYWORDS), facts.has_source, facts.has_coverage, checked),
            tuple([fault for fault in faults if fault.dimension is Dimension.SHARED]),
        ),
        1,
    )


def _alike(table: TableFacts, has_faults: bool) -> TableFacts:
    """The same for all tables whose content comes to the same points: how many rows there are matters where there are
    faults in any."""
    return TableFacts(
        title="",
        version=min(table.version, 1),
        rows=table.rows if has_faults else min(table.rows, 1),
        complete=table.complete,
        faults=table.faults,
        columns=table.columns,
        filled_columns=table.filled_columns,
        defined_columns=table.defined_columns,
        limited_columns=table.limited_columns,
        coded_columns=table.coded_columns,
        has_key=table.has_key,
    )


_CONTENT = (Dimension.CORRECT, Dimension.COMPLETE, Dimension.CLEAN, Dimension.CONSISTENT)
_SOME_DAY = datetime(2000, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=4096)
def _points_of_content(tables: tuple[TableFacts, ...]) -> float:
    return _points(QualityFacts(_SOME_DAY, tables, Freshness.NEVER), *_CONTENT)


@lru_cache(maxsize=4096)
def _points_of_renewal(
    freshness: Freshness,
    days_late: int,
    period: int | None,
    versions: int,
    checked: bool,
    faults: tuple[FoundFaults, ...],
) -> float:
    table = TableFacts("", version=int(checked), versions=versions, faults=faults)
    return _points(QualityFacts(_SOME_DAY, (table,), freshness, days_late, period), Dimension.ALIVE)


@lru_cache(maxsize=4096)
def _points_of_sharing(*told: Any) -> float:
    """Of what :class:`QualityFacts` tells from the licence on, then whether there is a report, and its faults."""
    *described, checked, faults = told
    table = TableFacts("", version=int(checked), faults=faults)
    return _points(QualityFacts(_SOME_DAY, (table,), Freshness.NEVER, 0, None, *described), Dimension.SHARED)


def _points(facts: QualityFacts, *dimensions: Dimension) -> float:
    return sum(DimensionScore(dimension, CRITERIA[dimension](facts)).points for dimension in dimensions)
