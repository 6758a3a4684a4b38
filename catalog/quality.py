"""How good a published dataset is, in the six words of the province, with the points that each fix would bring.

:func:`score` is a pure function of :class:`QualityFacts`. A hundred points are given in twenty-one criteria
(:mod:`catalog.quality_criteria`; their formulas stand in :mod:`catalog.quality_shapes`): đúng 20, đủ 20, sạch 15, sống
20, thống nhất 10, dùng chung 15. Every criterion says what was counted and where, and what each fix would add.

The promise of the formula: whoever repairs something (a faulty cell, a repeated row, a missing commune, a late
publication, an empty description) never loses a point, neither in one dimension nor in all. Points are rounded to
tenths, criterion by criterion, and then only added.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from catalog.dictionary import Field, TableSchema
from catalog.duties import Freshness, period_days
from catalog.issues import Dimension, Report
from catalog.model import AccessLevel, Dataset, DistributionId, DistributionKind
from catalog.ports import CatalogReader
from catalog.quality_criteria import CRITERIA, LONG_DESCRIPTION
from catalog.quality_values import DimensionScore, FoundFaults, QualityFacts, QualityScore, TableFacts
from catalog.reading import PublishedDataset, PublishedTable


def score(facts: QualityFacts) -> QualityScore:
    """The six scores of a dataset."""
    return QualityScore(
        facts.computed_on, tuple(DimensionScore(dimension, CRITERIA[dimension](facts)) for dimension in Dimension)
    )


def quality_of(
    published: PublishedDataset, reports: Mapping[DistributionId, Report], now: datetime
) -> QualityScore | None:
    """The score of a dataset as its viewers see it: ``published`` with schemas, ``reports`` those of the newest
    versions. ``None`` for data that are not open or lie elsewhere: of those nobody can judge the content."""
    if not _can_be_judged(published):
        return None
    return score(facts_of(published, reports, now))


def quality_points(
    published: PublishedDataset, reports: Mapping[DistributionId, Report], now: datetime
) -> float | None:
    """The points of :func:`quality_of` alone, for very many datasets: those of facts that are alike are counted once,
    but for *sống*, which is another every day."""
    if not _can_be_judged(published):
        return None
    return points_of(facts_of(published, reports, now))


def points_of(facts: QualityFacts) -> float:
    """The points of :func:`score`."""
    alive = sum(criterion.points for criterion in CRITERIA[Dimension.ALIVE](facts))
    return round(alive + _points_but_for_alive(_alike(facts)), 1)


def _alike(facts: QualityFacts) -> QualityFacts:
    """The same for all facts that come to the same points, but for *sống*: how many rows there are matters where there
    are faults in any."""
    counted = any(table.faults for table in facts.tables)
    return replace(
        facts,
        tables=tuple([replace(t, title="", rows=t.rows if counted else min(t.rows, 1)) for t in facts.tables]),
        freshness=Freshness.NEVER,
        days_late=0,
        description_length=min(facts.description_length, LONG_DESCRIPTION),
    )


@lru_cache(maxsize=4096)
def _points_but_for_alive(facts: QualityFacts) -> float:
    return sum(item.points for item in score(facts).dimensions if item.dimension is not Dimension.ALIVE)


def read_quality(reader: CatalogReader, published: PublishedDataset, now: datetime) -> QualityScore | None:
    """The same, with the reports read from the catalogue, as of the beginning of the day (UTC): what is written of a
    dataset stays the same all day long unless the dataset changes."""
    versions = {table.distribution.id: table.version for table in published.tables if table.version}
    if not _can_be_judged(published):
        return None
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return quality_of(published, {key: reader.version_report(version.id) for key, version in versions.items()}, day)


def _can_be_judged(published: PublishedDataset) -> bool:
    return published.dataset.access_level is AccessLevel.OPEN and not published.is_elsewhere


def facts_of(published: PublishedDataset, reports: Mapping[DistributionId, Report], now: datetime) -> QualityFacts:
    """What is known of a dataset."""
    dataset, duty = published.dataset, published.duty(now)
    late = max(0, (now - duty.due).days) if duty.due else 0
    return QualityFacts(
        computed_on=now,
        tables=tuple(
            _table_facts(table, reports.get(table.distribution.id))
            for table in published.tables
            if table.distribution.kind is DistributionKind.TABLE
        ),
        freshness=duty.freshness,
        days_late=late,
        period_days=period_days(dataset),
        has_open_license=published.license.is_open,
        has_license_text=bool(published.license.url),
        formats=published.formats,
        has_contact=bool(dataset.contact.email or dataset.contact.phone),
        description_length=len(dataset.description),
        has_english=bool(dataset.title_en and dataset.description_en),
        keywords=len(dataset.keywords),
        has_source=bool(dataset.source_database or dataset.legal_basis or dataset.register_item),
        has_coverage=_has_coverage(dataset),
    )


def _has_coverage(dataset: Dataset) -> bool:
    return bool(dataset.spatial or dataset.temporal_start or dataset.temporal_end)


def _table_facts(table: PublishedTable, report: Report | None) -> TableFacts:
    schema, version = table.schema, table.version
    fields = {field.name: field for field in schema.fields} if schema else {}
    names = [column.name for column in version.columns] if version else list(fields)
    known = [fields[name] for name in names if name in fields]
    facts = TableFacts(
        title=table.distribution.title,
        columns=len(names),
        defined_columns=sum(bool(field.description) for field in known),
        limited_columns=sum(_is_limited(field) for field in known),
        coded_columns=sum(_is_coded(field, schema) for field in known),
        has_key=schema is not None and bool(schema.primary_key),
    )
    if version is None or report is None:
        return facts
    return replace(
        facts,
        version=version.number,
        versions=version.number,
        rows=version.row_count,
        complete=not report.truncated,
        faults=_faults_in(report),
        filled_columns=sum(column.filled > 0 for column in version.columns),
    )


def _faults_in(report: Report) -> tuple[FoundFaults, ...]:
    return tuple(
        FoundFaults(
            issue.code,
            issue.dimension,
            issue.severity,
            issue.count,
            issue.message,
            issue.message_en,
            issue.remedy,
            issue.remedy_en,
        )
        for issue in report.issues
    )


def _is_limited(field: Field) -> bool:
    """Whether a cell of the column can be wrong at all."""
    limits = field.constraints.keys() - {"required", "unique"}
    return field.type not in ("string", "any") or bool(limits or field.code_list)


def _is_coded(field: Field, schema: TableSchema | None) -> bool:
    keys = schema.foreign_keys if schema else ()
    return bool(field.code_list) or any(key.fields == (field.name,) and key.reference for key in keys)
