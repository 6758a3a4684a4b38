"""What every rule is given, and how it tells what it found: the issue for a clerk, and every single fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from catalog.dictionary import TableSchema
from catalog.issues import FAULTS_KEPT, Dimension, Fault, Issue, Severity
from catalog.ports import GateContext
from schemas.formulas import Formula
from schemas.messages import column_name, first_seen, issue, number_text
from schemas.places import Places, shortened
from schemas.rule_table import Mask, Numbers, RuleTable


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: one issue for all places, and the first :data:`FAULTS_KEPT` of them singly."""

    issue: Issue
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """Rows that break a rule, from the top, as sentences tell of them: ``count`` in Vietnamese digits, ``where`` and
    ``where_en`` the end of a sentence that names the first of them."""

    places: Places
    faults: tuple[tuple[int | None, str], ...]

    @property
    def count(self) -> str:
        return number_text(self.places.count)

    @property
    def where(self) -> str:
        return first_seen(self.places)[0]

    @property
    def where_en(self) -> str:
        return first_seen(self.places)[1]

    def __bool__(self) -> bool:
        return self.places.count > 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a finding is to be called: its stable code, how much it weighs, the quality it touches, and the note that
    each single fault bears."""

    code: str
    severity: Severity
    dimension: Dimension
    note: str


@dataclass(frozen=True, slots=True)
class RuleContext:
    """The columns, their schema, the options the dictionary gives to the rule, and what lies beside the table."""

    rows: RuleTable
    schema: TableSchema
    options: Mapping[str, Any]
    gate: GateContext

    @property
    def field(self) -> str:
        """The name of the field that the rule is about."""
        return str(self.options["field"])

    def names(self, option: str) -> list[str]:
        """The fields that an option names, one or several."""
        return names_in(self.options.get(option))

    def number(self, option: str, otherwise: float) -> float:
        return float(self.options.get(option, otherwise))

    def title(self, name: str) -> str:
        return column_name(self.schema, name)

    def is_whole(self, *names: str) -> bool:
        """Whether all of these fields hold whole numbers by the dictionary."""
        fields = [self.schema.field(name) for name in names]
        return all(field is not None and field.type == "integer" for field in fields)

    def rounding(self, name: str) -> float:
        """Half of the last digit that a column shows: no contradiction, however small the number."""
        return 0.5 * 10.0 ** -self.rows[name].decimals()

    def concerned(self) -> Mask:
        """The rows that the rule's condition (``when``) picks; all, if it has none."""
        return condition(self.rows, self.options.get("when"))

    def group_label(self, names: list[str], row: int) -> str:
        """The group of a row in words: "nam = 2026, vu = chiêm xuân"."""
        return ", ".join(f"{name} = {self.rows[name].text(row)}" for name in names)

    def seen(self, broken: Mask | Numbers, show: Callable[[int], str]) -> Seen:
        """The rows of a mask, or with these numbers, each with what to ``show`` of it."""
        found = broken.nonzero()[0] if broken.dtype == np.bool_ else broken
        places = Places()
        faults = []
        for row in found[:FAULTS_KEPT]:
            number, shown = self.rows.source_row(int(row)), shortened(show(int(row)))
            places.add(number, shown)
            faults.append((number, shown))
        places.count = len(found)
        return Seen(places, tuple(faults))

    def finding(
        self, verdict: Verdict, seen: Seen, texts: tuple[str, str, str, str], fields: tuple[str, ...] = ()
    ) -> Finding:
        """The finding in four sentences (message, its English, remedy, its English); of the rule's own severity, if
        the dictionary gives one. ``fields`` are those the rule compares, first the one to be marked."""
        fields = fields or (self.field,)
        severity = Severity(self.options.get("severity", verdict.severity))
        found = issue(verdict.code, severity, verdict.dimension, texts, seen.places, fields[0])
        number = self.schema.field_names.index(fields[0]) + 1
        blank = Fault(verdict.code, field=fields[0], field_number=number, fields=fields, note=verdict.note)
        return Finding(found, tuple(replace(blank, row=row, value=value) for row, value in seen.faults))


def names_in(value: object) -> list[str]:
    """The field names in an option of a rule."""
    if isinstance(value, str):
        return [value]
    return [str(name) for name in value] if isinstance(value, list | tuple) else []


def condition(rows: RuleTable, wanted: Mapping[str, Any] | None) -> Mask:
    """The rows that a condition picks: ``{field, equals}`` (a text or several), or ``{field, filled}``."""
    if wanted is None:
        return np.ones(rows.count, dtype=np.bool_)
    column = rows[str(wanted["field"])]
    if "equals" in wanted:
        return column.among(texts_in(wanted["equals"]))
    filled = column.filled()
    return filled if wanted.get("filled", True) else ~filled


def texts_in(value: object) -> list[str]:
    """The canonical texts of a value, or of several, that the dictionary gives as JSON."""
    items = value if isinstance(value, list | tuple) else [value]
    return [str(item).lower() if isinstance(item, bool) else str(item) for item in items]


def parsed_formula(context: RuleContext) -> Formula:
    return Formula.of(str(context.options["formula"]))
