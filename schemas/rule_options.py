"""Which options each rule of the dictionary takes, and what each may hold: the one place that refuses a wrong rule.

A kind with ``!`` is required. ``field`` and ``fields`` name columns of the table, ``numeric`` ones columns of numbers;
``condition`` is ``{field, equals}`` or ``{field, filled}``. Every rule but ``jump`` also takes ``severity``.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from catalog.dictionary import Rule, TableSchema
from catalog.issues import Severity
from schemas.formulas import LONGEST, Formula
from schemas.rule_context import names_in

_NUMBERS = frozenset({"integer", "number", "year"})
_SUM = {"field": "numeric!", "tolerance": "number", "rounding": "number", "when": "condition"}

OPTIONS: Mapping[str, Mapping[str, str]] = {
    "coverage": {"field": "field!", "codeList": "text!", "per": "fields", "period": "field"},
    "freshness": {"field": "field!", "maxAgeDays": "number!"},
    "required-when": {"field": "field!", "if": "condition!", "then": "required|empty"},
    "combinations": {"fields": "fields!", "allowed": "rows!", "when": "condition"},
    "unique-together": {"fields": "fields!", "when": "condition"},
    "name-of-code": {"field": "field!", "codeField": "field!", "codeList": "text", "when": "condition"},
    "magnitude": {"field": "numeric!", "factor": "number!", "groupBy": "fields"},
    "outlier": {"field": "numeric!", "groupBy": "fields", "limit": "number", "smallest": "number"},
    "not-above": {"field": "field!", "limit": "field!", "when": "condition"},
    "temporal-order": {"earlier": "field!", "later": "field!", "strict": "flag", "when": "condition"},
    "product": {**_SUM, "factors": "numerics!", "divisor": "number"},
    "formula": {**_SUM, "formula": "formula!"},
    "ratio": {**_SUM, "part": "numeric!", "whole": "numerics!", "scale": "number"},
    "parts-sum": {**_SUM, "parts": "numerics!", "emptyAsZero": "flag"},
    "total-row": {**_SUM, "totalWhere": "condition!", "per": "fields"},
    "shares": {**_SUM, "per": "fields", "total": "number"},
    "decreasing": {"field": "numeric!", "per": "fields!", "order": "field!"},
    "monotone": {
        "field": "numeric!",
        "per": "fields",
        "order": "field!",
        "direction": "up|down",
        "strict": "flag",
        "resetsEachYear": "flag",
    },
    "cross-table": {
        "field": "numeric",
        "per": "fields",
        "table": "text!",
        "tableField": "text",
        "tablePer": "texts",
        "aggregate": "sum|count",
        "tolerance": "number",
        "when": "condition",
        "tableWhen": "other-condition",
    },
    "row-constraint": {"formula": "constraint!"},
    "jump": {"field": "numeric", "warnAt": "number", "holdAt": "number", "smallest": "number"},
}
"""Every rule by the name that the dictionary uses, with its options and their kinds."""


def problems_of(rule: Rule, schema: TableSchema) -> Iterator[str]:
    """What is wrong with a rule, in words; nothing for a good one."""
    kinds = OPTIONS.get(rule.name)
    if kinds is None:
        yield f"unknown rule; known: {', '.join(sorted(OPTIONS))}"
        return
    if rule.name != "jump":
        kinds = {**kinds, "severity": "|".join(Severity)}
    absent = [name for name, kind in kinds.items() if kind.endswith("!") and name not in rule.options]
    if absent:
        yield f"needs {', '.join(absent)}"
    unknown = sorted(rule.options.keys() - kinds.keys())
    if unknown:
        yield f"does not know {', '.join(unknown)}; it takes {', '.join(kinds)}"
    for name, value in rule.options.items():
        if name in kinds:
            problem = _problem(kinds[name].rstrip("!"), value, schema)
            if problem:
                yield f"option {name}: {problem}"
    yield from _combined_problems(rule)


def fields_of(rule: Rule) -> list[str]:
    """The fields that a rule looks at, each once."""
    found: list[str] = []
    for name, kind in OPTIONS[rule.name].items():
        value = rule.options.get(name)
        match kind.rstrip("!"):
            case _ if value is None:
                continue
            case "field" | "fields" | "numeric" | "numerics":
                found += names_in(value)
            case "condition":
                found += names_in(value.get("field"))
            case "formula":
                found += Formula.of(str(value)).fields
            case "constraint":
                found += constraint_names(str(value))
    return list(dict.fromkeys(found))


def constraint_names(formula: str) -> list[str]:
    """The names that a row constraint uses, without those it calls. Raises ``ValueError`` if it is no expression."""
    if len(formula) > LONGEST:
        raise ValueError(f"a formula has at most {LONGEST} characters")
    try:
        tree = ast.parse(formula.strip(), mode="eval")
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError(f"“{formula}” is no formula") from error
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in called]


def _problem(kind: str, value: Any, schema: TableSchema) -> str:
    check = _CHECKS.get(kind)
    if check is not None:
        return check(value, schema)
    choices = kind.split("|")
    return "" if value in choices else f"must be one of {', '.join(choices)}"


def _field(value: Any, schema: TableSchema) -> str:
    return _fields(value, schema) if isinstance(value, str) else "must name one field"


def _fields(value: Any, schema: TableSchema) -> str:
    if not isinstance(value, str | list):
        return "must name fields"
    unknown = [name for name in names_in(value) if schema.field(name) is None]
    return f"unknown fields: {', '.join(unknown)}" if unknown else ""


def _numeric(value: Any, schema: TableSchema) -> str:
    return _numerics(value, schema) if isinstance(value, str) else "must name one field"


def _numerics(value: Any, schema: TableSchema) -> str:
    problem = _fields(value, schema)
    if problem:
        return problem
    fields = [field for name in names_in(value) if (field := schema.field(name))]
    wrong = [field.name for field in fields if field.type not in _NUMBERS]
    if wrong:
        return f"no numbers by the dictionary: {', '.join(wrong)}"
    return "" if fields else "must name at least one field"


def _formula(value: Any, schema: TableSchema) -> str:
    try:
        return _numerics(list(Formula.of(str(value)).fields), schema)
    except ValueError as error:
        return str(error)


def _constraint(value: Any, schema: TableSchema) -> str:
    try:
        return _fields(constraint_names(str(value)), schema)
    except ValueError as error:
        return str(error)


def _condition(value: Any, schema: TableSchema) -> str:
    problem = _other_condition(value, schema)
    return problem or _field(value["field"], schema)


def _other_condition(value: Any, schema: TableSchema) -> str:
    if not isinstance(value, dict) or "field" not in value:
        return "must be {field, equals} or {field, filled}"
    unknown = sorted(value.keys() - {"field", "equals", "filled"})
    return f"does not know {', '.join(unknown)}" if unknown else ""


def _number(value: Any, schema: TableSchema) -> str:
    fine = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < float("inf")
    return "" if fine else "must be a number that is not negative"


def _rows(value: Any, schema: TableSchema) -> str:
    fine = isinstance(value, list) and bool(value) and all(isinstance(row, list) for row in value)
    return "" if fine else "must be a list of lists"


def _of_type(kind: type, words: str) -> Callable[[Any, TableSchema], str]:
    return lambda value, schema: "" if isinstance(value, kind) else f"must be {words}"


_CHECKS: Mapping[str, Callable[[Any, TableSchema], str]] = {
    "field": _field,
    "fields": _fields,
    "numeric": _numeric,
    "numerics": _numerics,
    "formula": _formula,
    "constraint": _constraint,
    "condition": _condition,
    "other-condition": _other_condition,
    "number": _number,
    "rows": _rows,
    "text": _of_type(str, "text"),
    "texts": _of_type(list, "a list of texts"),
    "flag": _of_type(bool, "true or false"),
}


def _combined_problems(rule: Rule) -> Iterator[str]:
    """What no single option shows."""
    options = rule.options
    match rule.name:
        case "combinations" if isinstance(options.get("allowed"), list):
            width = len(names_in(options.get("fields")))
            if any(isinstance(row, list) and len(row) != width for row in options["allowed"]):
                yield f"option allowed: each combination must have {width} values"
        case "cross-table":
            if options.get("aggregate", "sum") == "sum" and not {"field", "tableField"} <= options.keys():
                yield "a sum needs field and tableField"
            if "tablePer" in options and len(names_in(options["tablePer"])) != len(names_in(options.get("per"))):
                yield "option tablePer: must name as many columns as per"
        case "product" | "jump" | "magnitude":
            zero = [name for name in ("divisor", "warnAt", "holdAt", "factor") if options.get(name, 1) == 0]
            if zero:
                yield f"option {', '.join(zero)}: must be above zero"
