"""What every check returns: one shape for the schema check, the rules, the personal data gate and the guards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from catalog.layout import UNSHIFTED, RowNumbers

EXAMPLES_KEPT = 5

FAULTS_KEPT = 1_000
"""Single faults kept with a report, as many as Frictionless names by default; all are counted."""


class Severity(StrEnum):
    """How much an issue weighs: an error rejects the table, a doubt holds it for a person, the rest is told."""

    ERROR = "error"
    HOLD = "hold"
    WARNING = "warning"
    NOTE = "note"


WEIGHTY = (Severity.ERROR, Severity.HOLD)
"""What keeps a table from being published."""


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
class Change:
    """What stood in ``count`` cells, and what it was read as. ``kind`` is stable; personal values come here masked."""

    kind: str
    before: str
    after: str
    count: int


@dataclass(frozen=True, slots=True)
class ChangeList:
    """All changes to a column: how many cells by ``kinds`` (one cell may have needed several), the commonest single
    changes, and how many cells were changed in other ways."""

    kinds: tuple[tuple[str, int], ...]
    commonest: tuple[Change, ...]
    other_cells: int = 0

    def with_values(self, shown: Callable[[str], str]) -> ChangeList:
        """The same with every value as ``shown`` gives it: masked."""
        commonest = (
            replace(change, before=shown(change.before), after=shown(change.after)) for change in self.commonest
        )
        return replace(self, commonest=tuple(commonest))


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding, with all places that share it counted and the first few shown.

    ``code`` is stable (Frictionless's own codes where it found the fault, ours elsewhere); ``message`` tells a clerk in
    Vietnamese what is wrong and ``remedy`` what to do about it. ``constraint`` is that of its faults, where it has one;
    ``changes`` are what a note on normalised cells counts.
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
    constraint: str = ""
    changes: ChangeList | None = None

    def covers(self, fault: Fault) -> bool:
        """Whether the fault is one of those this issue counts."""
        if self.code != fault.code or (self.constraint and self.constraint != fault.constraint):
            return False
        named = {fault.field, *fault.fields} - {""}
        return self.field is None or not named or self.field in named

    def fault_at(self, example: Example) -> Fault:
        """One of its examples as a single fault."""
        fields = (self.field,) if self.field else ()
        return Fault(self.code, example.row, self.field or "", None, fields, example.value, self.constraint)


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
    given up, so that counts are not complete. ``row_numbers`` lead from a row of the judged table to its number in the
    source, which issues and faults speak of."""

    rows: int
    issues: tuple[Issue, ...] = ()
    truncated: bool = False
    faults: tuple[Fault, ...] = ()
    row_numbers: RowNumbers = UNSHIFTED

    @property
    def verdict(self) -> Severity:
        """The heaviest severity in the report; ``NOTE`` for a table without findings."""
        order = (Severity.ERROR, Severity.HOLD, Severity.WARNING)
        found = {issue.severity for issue in self.issues}
        return next((severity for severity in order if severity in found), Severity.NOTE)

    @property
    def is_valid(self) -> bool:
        """Whether the table may be published as it is: nothing in it is rejected or held."""
        return self.verdict not in WEIGHTY

    def issue_of(self, fault: Fault) -> Issue | None:
        """The issue that counts this fault; ``None`` for a fault that no issue speaks of."""
        return next((issue for issue in self.issues if issue.covers(fault)), None)

    def places(self) -> Iterator[tuple[Issue | None, Fault]]:
        """Every single place the report knows, each with its issue: the kept faults in the order of rows, then for an
        issue that no kept fault belongs to its examples, or one fault without a row."""
        told: set[int] = set()
        for fault in self.faults:
            issue = self.issue_of(fault)
            told.add(id(issue))
            yield issue, fault
        for issue in self.issues:
            if id(issue) not in told:
                for example in issue.examples or (Example(None),):
                    yield issue, issue.fault_at(example)

    def with_issues(self, more: Iterable[Issue]) -> Report:
        return replace(self, issues=self.issues + tuple(more))
