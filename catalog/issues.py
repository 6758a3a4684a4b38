"""What every check returns: one shape for the schema check, the rules, the personal data gate and the guards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

EXAMPLES_KEPT = 5

FAULTS_KEPT = 1_000
"""Single faults kept with a report, as many as Frictionless names by default; all are counted."""


class Severity(StrEnum):
    """How much an issue weighs: an error rejects the table, a doubt holds it for a person, the rest is told."""

    ERROR = "error"
    HOLD = "hold"
    WARNING = "warning"
    NOTE = "note"


class Dimension(StrEnum):
    """The six qualities the province asks of its data: đúng, đủ, sạch, sống, thống nhất, dùng chung."""

    CORRECT = "dung"
    COMPLETE = "du"
    CLEAN = "sach"
    ALIVE = "song"
    CONSISTENT = "thong-nhat"
    SHARED = "dung-chung"

    @property
    def label(self) -> str:
        return _DIMENSION_LABELS[self][0]

    @property
    def label_en(self) -> str:
        return _DIMENSION_LABELS[self][1]


_DIMENSION_LABELS = {
    Dimension.CORRECT: ("Đúng", "Correct"),
    Dimension.COMPLETE: ("Đủ", "Complete"),
    Dimension.CLEAN: ("Sạch", "Clean"),
    Dimension.ALIVE: ("Sống", "Alive"),
    Dimension.CONSISTENT: ("Thống nhất", "Consistent"),
    Dimension.SHARED: ("Dùng chung", "Shared"),
}


@dataclass(frozen=True, slots=True)
class Example:
    """One place where an issue was seen. ``row`` counts the header as 1; personal values come here masked."""

    row: int | None
    value: str = ""


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding, with all places that share it counted and the first few shown.

    ``code`` is stable (Frictionless's own codes where it found the fault, ours elsewhere); ``message`` tells a clerk in
    Vietnamese what is wrong and ``remedy`` what to do about it.
    """

    code: str
    severity: Severity
    dimension: Dimension
    message: str
    message_en: str
    remedy: str = ""
    remedy_en: str = ""
    field: str | None = None
    count: int = 1
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in one place, as Frictionless names it.

    ``row`` counts the header as 1 and is the source's own number; ``field_number`` counts from 1. ``code`` is
    Frictionless's error type, or ours; ``constraint`` the constraint that is broken (of a foreign key: what it refers
    to); ``note`` Frictionless's English note. ``value`` comes masked where it is personal.
    """

    code: str
    row: int | None = None
    field: str = ""
    field_number: int | None = None
    fields: tuple[str, ...] = ()
    value: str = ""
    constraint: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What the gate found in one table. ``rows`` is the number of data rows read; ``issues`` are all findings, grouped;
    ``faults`` the first :data:`FAULTS_KEPT` single faults in the order of rows; ``truncated`` says that reading was
    given up, so that counts are not complete."""

    rows: int
    issues: tuple[Issue, ...] = ()
    truncated: bool = False
    faults: tuple[Fault, ...] = ()

    @property
    def verdict(self) -> Severity:
        """The heaviest severity in the report; ``NOTE`` for a table without findings."""
        order = (Severity.ERROR, Severity.HOLD, Severity.WARNING)
        found = {issue.severity for issue in self.issues}
        return next((severity for severity in order if severity in found), Severity.NOTE)

    def with_issues(self, more: Iterable[Issue]) -> Report:
        return replace(self, issues=self.issues + tuple(more))
