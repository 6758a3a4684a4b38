"""The shapes of formula that the quality score is made of, all of them rising with every repair.

*faults*: of the points, 20 % for none at all, and 80 % x (1 - 10 x share), never below zero, where the share is faulty
places per row. Rows that only repeat others do not count as rows, so that removing them worsens nothing.
*share*: points x what is there / what should be there.
*yes or no*: all points, or none.

A question that only a report can answer gives nothing before there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from catalog.issues import Dimension, Severity
from catalog.quality_values import Criterion, FoundFaults, Gain, QualityFacts, TableFacts
from catalog.vietnamese import grouped

REPEATED_ROWS = frozenset({"primary-key", "duplicate-row", "unique-together", "blank-row"})
"""Issues that count rows which should not be there."""


def by_faults(
    facts: QualityFacts,
    key: str,
    titles: tuple[str, str],
    possible: float,
    find: Callable[[QualityFacts], list[FoundFaults]],
) -> Criterion:
    found = find(facts)
    rows, count = distinct_rows(facts), sum(fault.count for fault in found)

    def points(faults: int) -> float:
        return possible * (0.2 * (faults == 0) + 0.8 * max(0.0, 1 - 10 * faults / rows))

    got = points(count) if is_checked(facts) else 0.0
    evidence = told_by_report(
        facts, f"{grouped(count)} chỗ trong {grouped(rows)} dòng", f"{count:,} places in {rows:,} rows"
    )
    gains = gains_of(found, count, points) if is_checked(facts) else gain_of_publishing(facts, possible)
    return criterion(key, titles, (got, possible), evidence, gains)


def by_share(
    key: str,
    titles: tuple[str, str],
    possible: float,
    counts: tuple[int, int],
    words: tuple[str, str],
    fix: tuple[str, str],
) -> Criterion:
    there, wanted = counts
    points = possible * there / wanted if wanted else 0.0
    evidence = f"{there}/{wanted} {words[0]}.", f"{there} of {wanted} {words[1]}."
    return criterion(key, titles, (points, possible), evidence, gain_of_the_rest(points, possible, fix))


def by_yes(
    key: str,
    titles: tuple[str, str],
    possible: float,
    *,
    holds: bool,
    evidence: tuple[str, str],
    fix: tuple[str, str],
) -> Criterion:
    points = possible if holds else 0.0
    return criterion(key, titles, (points, possible), evidence, gain_of_the_rest(points, possible, fix))


def criterion(
    key: str,
    titles: tuple[str, str],
    points: tuple[float, float],
    evidence: tuple[str, str],
    gains: tuple[Gain, ...],
) -> Criterion:
    got, possible = tenths(points[0]), points[1]
    return Criterion(key, *titles, got, possible, *evidence, tuple(gain for gain in gains if gain.points > 0))


def gain_of_the_rest(points: float, possible: float, fix: tuple[str, str]) -> tuple[Gain, ...]:
    """One fix that brings all that is missing."""
    return (Gain(tenths(possible - tenths(points)), *fix),)


def gains_of(found: Sequence[FoundFaults], count: int, points: Callable[[int], float]) -> tuple[Gain, ...]:
    """What each issue would bring if it alone were repaired; where none would do, what all of them would."""
    now = tenths(points(count))
    gains = tuple(
        Gain(
            tenths(tenths(points(count - fault.count)) - now),
            fault.remedy or fault.message,
            fault.remedy_en or fault.message_en,
        )
        for fault in found
    )
    if any(gain.points for gain in gains) or not count:
        return gains
    together = " ".join(dict.fromkeys(gain.fix for gain in gains)), " ".join(dict.fromkeys(g.fix_en for g in gains))
    return (Gain(tenths(points(0) - now), *together),)


def gain_of_publishing(facts: QualityFacts, possible: float) -> tuple[Gain, ...]:
    if is_checked(facts):
        return ()
    return (Gain(possible, "Công bố một bản để máy kiểm được", "Publish a version that can be checked"),)


def tenths(points: float) -> float:
    return round(points + 1e-9, 1)


def told_by_report(facts: QualityFacts, found: str, found_en: str) -> tuple[str, str]:
    """What was found, and in which report."""
    tables = [table for table in facts.tables if table.version]
    if not tables:
        return "Chưa có báo cáo kiểm tra nào.", "There is no report yet."
    several = len(tables) > 1
    named = ", ".join(f"{table.title} ({table.version})" if several else str(table.version) for table in tables[:3])
    named += ", …" if len(tables) > 3 else ""
    return f"Báo cáo phiên bản {named}: {found}.", f"Report of version {named}: {found_en}."


def faults_of(dimension: Dimension) -> Callable[[QualityFacts], list[FoundFaults]]:
    """The faults that touch a dimension; notes are no faults."""
    return lambda facts: [
        fault
        for table in facts.tables
        for fault in table.faults
        if fault.dimension is dimension and fault.severity is not Severity.NOTE
    ]


def notes_of(facts: QualityFacts) -> list[FoundFaults]:
    """What had to be put right on the way in."""
    return [
        fault
        for table in facts.tables
        for fault in table.faults
        if fault.dimension is Dimension.CLEAN and fault.severity is Severity.NOTE
    ]


def is_checked(facts: QualityFacts) -> bool:
    return any(table.version for table in facts.tables)


def total(facts: QualityFacts, count: Callable[[TableFacts], int]) -> int:
    return sum(count(table) for table in facts.tables)


def distinct_rows(facts: QualityFacts) -> int:
    repeated = sum(fault.count for table in facts.tables for fault in table.faults if fault.code in REPEATED_ROWS)
    return max(1, total(facts, lambda table: table.rows) - repeated)
