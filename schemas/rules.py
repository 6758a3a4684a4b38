"""Checks beyond Table Schema, declared in the dictionary: ``"rules": [{"rule": name, …options}]``.

What a table must hold
  ``coverage``         {field, codeList, per?, period?}: every valid code occurs (in each group, at its period)
  ``freshness``        {field, maxAgeDays}: the newest date or period is not too old
What may stand in one row
  ``required-when``    {field, if, then?}: the cell is filled (or empty) where a condition holds
  ``combinations``     {fields, allowed}: only these values stand side by side
  ``unique-together``  {fields}: no two rows are alike in these columns
  ``name-of-code``     {field, codeField, codeList?}: the name is that of the code beside it
  ``not-above``        {field, limit}: the field never exceeds the field ``limit``
  ``temporal-order``   {earlier, later, strict?}: two times in their order
  ``row-constraint``   {formula}: as Frictionless's check of this name
Numbers that follow from others
  ``product``          {field, factors, divisor?, tolerance?}
  ``formula``          {field, formula, tolerance?, rounding?}: plain arithmetic
  ``ratio``            {field, part, whole, scale?, rounding?}: part / whole x 100
  ``parts-sum``        {field, parts, emptyAsZero?, tolerance?}: a total column
  ``total-row``        {field, totalWhere, per?, tolerance?}: a total row
  ``shares``           {field, per?, total?, tolerance?}: they add up to 100
  ``cross-table``      {field?, per?, table, tableField?, tablePer?, aggregate?, tableWhen?}: as another table says
Numbers among their like
  ``magnitude``        {field, factor, groupBy?}: no value is ``factor`` times the median of its group: a wrong unit
  ``outlier``          {field, groupBy?, limit?}: none is far from its group
  ``monotone``         {field, per?, order, direction?, strict?, resetsEachYear?}: cumulative numbers
  ``decreasing``       {field, per, order}: the same, upwards
  ``jump``             {field?, warnAt?, holdAt?, smallest?}: against the last version (:mod:`schemas.guards`)

A condition (``if``, ``when``, ``totalWhere``) is {field, equals} or {field, filled}. Most rules take ``when``, all take
``severity``. :mod:`schemas.rule_options` holds the options to their kinds. All rules but the row constraint pass over
cells that cannot be read: the type check has named those.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from catalog.dictionary import TableSchema
from catalog.issues import FAULTS_KEPT, Fault, Issue
from catalog.ports import GateContext, StagedTable
from schemas.content_rules import coverage, freshness
from schemas.number_rules import magnitude, not_above, outlier, temporal_order
from schemas.row_constraints import row_constraint
from schemas.row_rules import combinations, name_of_code, required_when, unique_together
from schemas.rule_context import Finding, RuleContext
from schemas.rule_options import fields_of, problems_of
from schemas.rule_table import read_rule_table
from schemas.series_rules import monotone
from schemas.sum_rules import formula, parts_sum, product, ratio, shares, total_row
from schemas.table_rules import cross_table

RULES: Mapping[str, Callable[[RuleContext], Iterator[Finding]]] = {
    "coverage": coverage,
    "freshness": freshness,
    "required-when": required_when,
    "combinations": combinations,
    "unique-together": unique_together,
    "name-of-code": name_of_code,
    "not-above": not_above,
    "temporal-order": temporal_order,
    "row-constraint": row_constraint,
    "product": product,
    "formula": formula,
    "ratio": ratio,
    "parts-sum": parts_sum,
    "total-row": total_row,
    "shares": shares,
    "cross-table": cross_table,
    "magnitude": magnitude,
    "outlier": outlier,
    "monotone": monotone,
    "decreasing": monotone,
}
"""The rules that look at the table alone and its siblings, by the name that the dictionary uses."""


@dataclass(frozen=True, slots=True)
class RuleFindings:
    """What all rules found together; ``faults`` in the order of rows, at most :data:`FAULTS_KEPT`."""

    issues: tuple[Issue, ...] = ()
    faults: tuple[Fault, ...] = ()


def apply_rules(table: StagedTable, schema: TableSchema, context: GateContext) -> RuleFindings:
    """The findings of all rules of ``schema`` on a canonical table. Raises ``ValueError`` for a rule of unknown name or
    with wrong options: see :func:`verify_rules`."""
    verify_rules(schema)
    rules = [rule for rule in schema.rules if rule.name in RULES]
    if not rules or table.row_count == 0:
        return RuleFindings()
    names = sorted({name for rule in rules for name in fields_of(rule)})
    rows = read_rule_table(table, names)
    found: list[Finding] = []
    for rule in rules:
        found.extend(RULES[rule.name](RuleContext(rows, schema, rule.options, context)))
    return together(found)


def together(found: list[Finding]) -> RuleFindings:
    """Several findings as one."""
    faults = sorted((fault for finding in found for fault in finding.faults), key=lambda fault: fault.row or 0)
    return RuleFindings(tuple(finding.issue for finding in found), tuple(faults[:FAULTS_KEPT]))


def verify_rules(schema: TableSchema) -> None:
    """Raises ``ValueError``, naming the schema and the place, if a rule has an unknown name or option, lacks one, names
    an unknown field, or holds a formula that is none."""
    for number, rule in enumerate(schema.rules):
        for problem in problems_of(rule, schema):
            raise ValueError(f"{schema.name}: rules[{number}] “{rule.name}”: {problem}")
