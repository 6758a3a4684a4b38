"""Checks beyond Table Schema, declared in the dictionary: ``"rules": [{"rule": name, …options}]``.

``coverage``   {field, codeList, per?}: every valid code of the list occurs (within each group of ``per``)
``magnitude``  {field, groupBy?, factor}: no value is ``factor`` times the median of its group: a wrong unit
``freshness``  {field, maxAgeDays}: the newest date or period is not too old
``not-above``  {field, limit}: the field never exceeds the field ``limit``
``product``    {field, factors, divisor?, tolerance?}: the field is the product of the factors, nearly
``decreasing`` {field, per, order}: a cumulative number does not fall from one period to the next

All of them pass over cells that cannot be read: the type check has named those.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from catalog.dictionary import CodeList, Rule, TableSchema
from catalog.issues import Issue
from catalog.ports import StagedTable
from schemas.content_rules import coverage, freshness
from schemas.number_rules import decreasing, magnitude, not_above, product
from schemas.rule_context import RuleContext, names_in
from schemas.staged_rows import read_some_columns

RULES: Mapping[str, Callable[[RuleContext], Iterator[Issue]]] = {
    "coverage": coverage,
    "magnitude": magnitude,
    "freshness": freshness,
    "not-above": not_above,
    "product": product,
    "decreasing": decreasing,
}
"""The rules by the name that the dictionary uses."""

_REQUIRED_OPTIONS: Mapping[str, tuple[str, ...]] = {
    "coverage": ("field", "codeList"),
    "magnitude": ("field", "factor"),
    "freshness": ("field", "maxAgeDays"),
    "not-above": ("field", "limit"),
    "product": ("field", "factors"),
    "decreasing": ("field", "per", "order"),
}


def apply_rules(
    table: StagedTable, schema: TableSchema, code_lists: Mapping[str, CodeList], today: date
) -> list[Issue]:
    """The findings of all rules of ``schema`` on a canonical table. Raises ``ValueError`` for a rule of unknown name or
    with wrong options: see :func:`verify_rules`."""
    verify_rules(schema)
    if not schema.rules or table.row_count == 0:
        return []
    import pandas

    names = sorted({name for rule in schema.rules for name in fields_of(rule)})
    frame = pandas.DataFrame(read_some_columns(table, names), dtype="str")
    found: list[Issue] = []
    for rule in schema.rules:
        found.extend(RULES[rule.name](RuleContext(frame, schema, rule.options, code_lists, today)))
    return found


def verify_rules(schema: TableSchema) -> None:
    """Raises ``ValueError`` if a rule of the schema has an unknown name, lacks an option or names an unknown field."""
    for rule in schema.rules:
        if rule.name not in RULES:
            raise ValueError(f"{schema.name}: unknown rule “{rule.name}”; known: {', '.join(sorted(RULES))}")
        absent = [option for option in _REQUIRED_OPTIONS[rule.name] if option not in rule.options]
        if absent:
            raise ValueError(f"{schema.name}: rule “{rule.name}” needs {', '.join(absent)}")
        unknown = [name for name in fields_of(rule) if schema.field(name) is None]
        if unknown:
            raise ValueError(f"{schema.name}: rule “{rule.name}” names unknown fields: {', '.join(unknown)}")


def fields_of(rule: Rule) -> list[str]:
    """The fields that a rule looks at."""
    return [
        name
        for option in ("field", "order", "limit", "per", "groupBy", "factors")
        for name in names_in(rule.options.get(option))
    ]
