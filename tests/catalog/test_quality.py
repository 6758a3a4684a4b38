"""The quality score: what it counts, what it says, and that no repair ever costs a point."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.duties import Freshness
from catalog.issues import Dimension, Issue, Report, Severity
from catalog.model import AccessLevel, Column, Version, VersionId
from catalog.quality import facts_of, quality_of, score
from catalog.quality_criteria import MISSING_ROWS
from catalog.quality_points import points_of
from catalog.quality_shapes import REPEATED_ROWS
from catalog.quality_values import Criterion, FoundFaults, QualityFacts, QualityScore, TableFacts
from catalog.reading import PublishedDataset, PublishedTable
from catalog.vocabularies import LICENSES, THEMES
from tests.catalog.examples import CLINIC_SCHEMA, CLINICS, HEALTH

NOW = datetime(2026, 5, 1, tzinfo=UTC)

CODES = {
    "coverage": Dimension.COMPLETE,
    "constraint-error": Dimension.COMPLETE,
    "type-error": Dimension.CORRECT,
    "primary-key": Dimension.CLEAN,
    "blank-row": Dimension.CLEAN,
    "normalised": Dimension.CLEAN,
    "stale-data": Dimension.ALIVE,
    "formula": Dimension.CONSISTENT,
    "personal-data-phone": Dimension.SHARED,
}


def fault(code: str, count: int) -> FoundFaults:
    severity = Severity.NOTE if code == "normalised" else Severity.WARNING
    return FoundFaults(code, CODES[code], severity, count, f"Có {code}.", "", f"Sửa {code}.", f"Repair {code}.")


GOOD_TABLE = TableFacts("Bảng", 3, 3, 100, True, (), 5, 5, 5, 5, 1, True)
PERFECT = QualityFacts(
    NOW, (GOOD_TABLE,), Freshness.CURRENT, 0, 183, True, True, ("csv", "json", "xlsx"), True, 500, True, 9, True, True
)


def with_faults(*faults: FoundFaults) -> QualityScore:
    return score(replace(PERFECT, tables=(replace(GOOD_TABLE, faults=faults),)))


def criterion(judged: QualityScore, key: str) -> Criterion:
    return next(found for item in judged.dimensions for found in item.criteria if found.id == key)


def test_a_dataset_without_a_flaw_has_a_hundred_points_and_nothing_to_gain() -> None:
    judged = score(PERFECT)
    assert judged.points == 100
    assert {item.dimension.value: item.possible for item in judged.dimensions} == {
        "dung": 20,
        "du": 20,
        "sach": 15,
        "song": 20,
        "thong-nhat": 10,
        "dung-chung": 15,
    }
    assert [gain for item in judged.dimensions for gain in item.gains] == []


def test_a_criterion_says_what_was_counted_and_what_the_fix_would_bring() -> None:
    found = criterion(with_faults(fault("type-error", 2)), "dung.gia-tri")
    assert (found.points, found.possible) == (9.0, 14)
    assert found.evidence == "Báo cáo phiên bản 3: 2 chỗ trong 100 dòng."
    assert found.evidence_en == "Report of version 3: 2 places in 100 rows."
    assert [(gain.points, gain.fix) for gain in found.gains] == [(5.0, "Sửa type-error.")]


def test_missing_communes_cost_points_of_completeness_alone() -> None:
    judged = with_faults(fault("coverage", 1))
    assert criterion(judged, "du.dong").points == 5.9
    assert judged.points == 95.9


def test_where_no_single_fix_is_enough_all_of_them_are_named() -> None:
    found = criterion(with_faults(fault("primary-key", 20), fault("blank-row", 30)), "sach.loi")
    assert [(gain.points, gain.fix) for gain in found.gains] == [(9.0, "Sửa primary-key. Sửa blank-row.")]


@pytest.mark.parametrize(
    ("freshness", "late", "points"),
    [
        (Freshness.CURRENT, 0, 14),
        (Freshness.DUE_SOON, 0, 14),
        (Freshness.OVERDUE, 1, 9.7),
        (Freshness.OVERDUE, 183, 0),
        (Freshness.OVERDUE, 999, 0),
        (Freshness.NEVER, 0, 0),
    ],
)
def test_the_later_the_fewer_points(freshness: Freshness, late: int, points: float) -> None:
    assert criterion(score(replace(PERFECT, freshness=freshness, days_late=late)), "song.han").points == points


def test_what_was_never_checked_earns_nothing_for_its_content() -> None:
    judged = score(replace(PERFECT, tables=(TableFacts("Bảng"),), freshness=Freshness.NEVER, formats=()))
    assert [judged.dimension(item).points for item in (Dimension.CORRECT, Dimension.CLEAN, Dimension.ALIVE)] == [0] * 3
    found = criterion(judged, "dung.gia-tri")
    assert found.evidence == "Chưa có báo cáo kiểm tra nào."
    assert found.gains[0].fix == "Công bố một bản để máy kiểm được"


def published(level: AccessLevel = AccessLevel.OPEN, *, filled: int = 2) -> PublishedDataset:
    dataset = replace(CLINICS, access_level=level, modified=NOW - timedelta(days=200), description="Mô tả")
    columns = tuple(Column(field.name, field.type, filled) for field in CLINIC_SCHEMA.fields)
    names = (CLINIC_SCHEMA.name, CLINIC_SCHEMA.version)
    table = dataset.distributions[0]
    version = Version(VersionId("v"), dataset.id, table.id, 2, NOW, 2, columns, *names, "", "", ())
    tables = (PublishedTable(table, CLINIC_SCHEMA, version, ()),)
    return PublishedDataset(dataset, HEALTH, THEMES.get(dataset.theme), LICENSES["cc-by"], tables)


def test_the_facts_are_those_of_the_published_version() -> None:
    shown = published()
    issue = Issue("formula", Severity.WARNING, Dimension.CONSISTENT, "Sai.", "Wrong.", "Sửa.", "Repair.", count=3)
    facts = facts_of(shown, {shown.tables[0].distribution.id: Report(2, (issue,))}, NOW)
    (table,) = facts.tables
    assert (table.version, table.rows, table.complete, table.columns) == (2, 2, True, len(CLINIC_SCHEMA.fields))
    assert (table.filled_columns, table.has_key) == (table.columns, bool(CLINIC_SCHEMA.primary_key))
    assert [(found.code, found.count, found.remedy) for found in table.faults] == [("formula", 3, "Sửa.")]
    assert (facts.freshness, facts.days_late, facts.period_days) == (Freshness.OVERDUE, 17, 183)
    assert (facts.has_open_license, facts.has_license_text, facts.description_length) == (True, True, 5)


def test_an_empty_column_is_seen() -> None:
    shown = published(filled=0)
    facts = facts_of(shown, {shown.tables[0].distribution.id: Report(2)}, NOW)
    assert criterion(score(facts), "du.cot").points == 0


@pytest.mark.parametrize("level", [AccessLevel.SHARED, AccessLevel.INTERNAL])
def test_nobody_judges_content_that_is_not_open(level: AccessLevel) -> None:
    assert quality_of(published(level), {}, NOW) is None


# --- no repair costs a point -----------------------------------------------------------------------------------------

COUNTS = st.integers(0, 60)
TABLES = st.builds(
    lambda rows, counts, complete, columns, parts, has_key, versions: TableFacts(
        "Bảng",
        versions,
        versions,
        max(rows, sum(count for code, count in counts.items() if code in REPEATED_ROWS)),
        complete,
        tuple(fault(code, count) for code, count in counts.items() if count),
        columns,
        min(parts[0], columns),
        min(parts[1], columns),
        min(parts[2], columns),
        min(parts[3], columns),
        has_key,
    ),
    st.integers(0, 300),
    st.dictionaries(st.sampled_from(list(CODES)), COUNTS),
    st.booleans(),
    st.integers(1, 9),
    st.tuples(COUNTS, COUNTS, COUNTS, COUNTS),
    st.booleans(),
    st.integers(1, 4),
)
FACTS = st.builds(
    QualityFacts,
    st.just(NOW),
    st.lists(TABLES, max_size=3).map(tuple),
    st.sampled_from(Freshness),
    st.integers(0, 400),
    st.sampled_from([None, 1, 31, 183]),
    st.booleans(),
    st.booleans(),
    st.sampled_from([(), ("csv",), ("csv", "json"), ("csv", "json", "xlsx", "parquet")]),
    st.booleans(),
    st.integers(0, 200),
    st.booleans(),
    st.integers(0, 5),
    st.booleans(),
    st.booleans(),
)


def repairs(facts: QualityFacts) -> Iterator[QualityFacts]:
    """The dataset after each single repair that is possible."""
    for place, table in enumerate(facts.tables):
        for repaired in repairs_of_table(table):
            yield replace(facts, tables=(*facts.tables[:place], repaired, *facts.tables[place + 1 :]))
    for name in ("has_open_license", "has_license_text", "has_contact", "has_english", "has_source", "has_coverage"):
        changed: dict[str, Any] = {name: True}
        yield replace(facts, **changed)
    yield replace(facts, description_length=facts.description_length + 40)
    yield replace(facts, keywords=facts.keywords + 1)
    yield replace(facts, formats=(*facts.formats, "ods"))
    yield replace(facts, freshness=Freshness.CURRENT, days_late=0)
    yield replace(facts, days_late=max(0, facts.days_late - 1))


def repairs_of_table(table: TableFacts) -> Iterator[TableFacts]:
    for found in table.faults:
        for fixed in {1, found.count}:
            others = tuple(other for other in table.faults if other is not found)
            left = (*others, replace(found, count=found.count - fixed)) if found.count > fixed else others
            yield replace(table, faults=left)
            if found.code in REPEATED_ROWS:
                yield replace(table, faults=left, rows=table.rows - fixed)
            if found.code in MISSING_ROWS:
                yield replace(table, faults=left, rows=table.rows + fixed)
    for name in ("filled_columns", "defined_columns", "limited_columns", "coded_columns"):
        yield replace(table, **{name: min(getattr(table, name) + 1, table.columns)})
    yield replace(table, has_key=True)
    yield replace(table, complete=True)
    yield replace(table, versions=table.versions + 1)


@settings(max_examples=150, deadline=None)
@given(FACTS)
def test_no_repair_costs_a_point_anywhere(facts: QualityFacts) -> None:
    before = score(facts)
    for repaired in repairs(facts):
        after = score(repaired)
        assert after.points >= before.points
        for old, new in zip(before.dimensions, after.dimensions, strict=True):
            assert new.points >= old.points, (old, new)


@settings(max_examples=150, deadline=None)
@given(FACTS)
def test_points_and_gains_stay_within_what_is_possible(facts: QualityFacts) -> None:
    judged = score(facts)
    assert 0 <= judged.points <= 100
    for item in judged.dimensions:
        assert sum(found.possible for found in item.criteria) == item.possible
        for found in item.criteria:
            assert 0 <= found.points <= found.possible
            assert found.evidence
            assert found.evidence_en
            assert all(0 < gain.points <= round(found.possible - found.points, 1) for gain in found.gains)
            assert found.gains or found.points == found.possible


@given(FACTS)
def test_points_alone_are_those_of_the_score(facts: QualityFacts) -> None:
    assert points_of(facts) == score(facts).points
    assert points_of(replace(facts, days_late=facts.days_late + 1)) <= points_of(facts)
