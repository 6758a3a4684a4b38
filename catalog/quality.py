"""How good a published dataset is, in the six words of the province, with the points that each fix would bring.

:func:`score` is a pure function of :class:`QualityFacts`. A hundred points are given in twenty-one criteria
(:mod:`catalog.quality_criteria`; their formulas stand in :mod:`catalog.quality_shapes`): đúng 20, đủ 20, sạch 15, sống
20, thống nhất 10, dùng chung 15. Every criterion says what was counted and where, and what each fix would add.

The promise of the formula: whoever repairs something (a faulty cell, a repeated row, a missing commune, a late
publication, an empty description) never loses a point, neither in one dimension nor in all. Points are rounded to
tenths, criterion by criterion, and then only added.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from catalog.dictionary import Field, TableSchema
from catalog.duties import period_days
from catalog.issues import Dimension, Report
from catalog.model import AccessLevel, Dataset, DistributionId, DistributionKind
from catalog.ports import CatalogReader
from catalog.quality_criteria import CRITERIA
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
    if not can_be_judged(published):
        return None
    return score(facts_of(published, reports, now))


def read_quality(reader: CatalogReader, published: PublishedDataset, now: datetime) -> QualityScore | None:
    """The same, with the reports read from the catalogue, as of the beginning of the day (UTC): what is written of a
    dataset stays the same all day long unless the dataset changes."""
    versions = {table.distribution.id: table.version for table in published.tables if table.version}
    if not can_be_judged(published):
        return None
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return quality_of(published, {key: reader.version_report(version.id) for key, version in versions.items()}, day)


def can_be_judged(published: PublishedDataset) -> bool:
    """Whether anybody can judge the content: it is open, and here."""
    return published.dataset.access_level is AccessLevel.OPEN and not published.is_elsewhere


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """What a table schema says of its columns, by their names: which it describes, in which a cell can be wrong at all,
    and which follow a shared code list."""

    names: tuple[str, ...]
    described: frozenset[str]
    limited: frozenset[str]
    coded: frozenset[str]
    has_key: bool

    @classmethod
    def of(cls, schema: TableSchema) -> ColumnFacts:
        return cls(
            names=tuple(field.name for field in schema.fields),
            described=frozenset(field.name for field in schema.fields if field.description),
            limited=frozenset(field.name for field in schema.fields if _is_limited(field)),
            coded=frozenset(field.name for field in schema.fields if _is_coded(field, schema)),
            has_key=bool(schema.primary_key),
        )


ColumnsOf = Callable[[TableSchema], ColumnFacts]
_NO_COLUMNS = ColumnFacts((), frozenset(), frozenset(), frozenset(), has_key=False)


def facts_of(
    published: PublishedDataset,
    reports: Mapping[DistributionId, Report],
    now: datetime,
    columns_of: ColumnsOf = ColumnFacts.of,
) -> QualityFacts:
    """What is known of a dataset."""
    dataset, duty = published.dataset, published.duty(now)
    late = max(0, (now - duty.due).days) if duty.due else 0
    return QualityFacts(
        computed_on=now,
        tables=tuple(
            _table_facts(table, reports.get(table.distribution.id), columns_of)
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


def _table_facts(table: PublishedTable, report: Report | None, columns_of: ColumnsOf) -> TableFacts:
    version = table.version
    known = columns_of(table.schema) if table.schema else _NO_COLUMNS
    names = [column.name for column in version.columns] if version else known.names
    judged = version if report else None
    return TableFacts(
        title=table.distribution.title,
        version=judged.number if judged else 0,
        versions=judged.number if judged else 0,
        rows=judged.row_count if judged else 0,
        complete=bool(judged and report and not report.truncated),
        faults=_faults_in(report) if judged and report else (),
        columns=len(names),
        filled_columns=sum([column.filled > 0 for column in judged.columns]) if judged else 0,
        defined_columns=sum(map(known.described.__contains__, names)),
        limited_columns=sum(map(known.limited.__contains__, names)),
        coded_columns=sum(map(known.coded.__contains__, names)),
        has_key=known.has_key,
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
