"""What a rule finds in a small table, for the tests of the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from catalog.dictionary import TableSchema
from catalog.issues import Issue
from catalog.layout import UNSHIFTED, RowNumbers
from catalog.ports import GateContext, StagedTable
from schemas.rules import RuleFindings, apply_rules
from tests.schemas.tables import COMMUNES, TODAY, schema_of, stage

Rule = Mapping[str, Any]


def schema_for(columns: str, *rules: Rule, **more: Any) -> TableSchema:
    """A schema from words such as ``"ky xa so:integer"``, with these rules."""
    fields = []
    for word in columns.split():
        name, _, kind = word.partition(":")
        fields.append({"name": name, "title": name.upper(), "type": kind or "string"})
    return schema_of(*fields, rules=list(rules), **more)


def found_in(
    folder: Path,
    columns: str,
    rule: Rule,
    rows: Sequence[str],
    *,
    siblings: Mapping[str, StagedTable] | None = None,
    today: date = TODAY,
    numbers: RowNumbers = UNSHIFTED,
) -> RuleFindings:
    """What ``rule`` finds in ``rows``, whose cells are separated by ``|``."""
    schema = schema_for(columns, rule)
    table = stage(folder, schema.field_names, [row.split("|") for row in rows])
    context = GateContext({COMMUNES.name: COMMUNES}, siblings or {}, None, today)
    return apply_rules(replace(table, row_numbers=numbers), schema, context)


def only_issue(found: RuleFindings) -> Issue:
    (issue,) = found.issues
    return issue


def rows_of(found: RuleFindings) -> list[int | None]:
    """The rows that are named singly."""
    return [fault.row for fault in found.faults]
