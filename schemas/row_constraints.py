"""Row constraints: Frictionless's check ``row-constraint``, to the letter, on whole columns.

Frictionless gives each row's typed cells to simpleeval, and a formula that is false, or that cannot be worked out, is
a fault. Here plain comparisons of numbers are first decided on whole columns; only the rows that this does not settle
(a missing cell, a near tie, anything that is no comparison) go to simpleeval itself, each different one once.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from catalog.issues import Dimension, Severity
from schemas.frictionless_schema import cell_readers, judging_descriptor
from schemas.group_statistics import first_rows
from schemas.rule_context import Finding, RuleContext, Verdict
from schemas.rule_options import constraint_names
from schemas.rule_table import Floats, Mask, RuleTable

_NEAR = 1e-12
"""Numbers nearer to each other than this, relatively, are left to exact arithmetic."""

_COMPARISONS: Mapping[type[ast.cmpop], Callable[[Floats, Floats], Mask]] = {
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}


def row_constraint(context: RuleContext) -> Iterator[Finding]:
    """Rows that break the formula. An empty cell breaks it too, unless the formula allows for ``None``."""
    formula = str(context.options["formula"])
    broken = broken_rows(context, formula)
    names = list(dict.fromkeys(constraint_names(formula))) or [context.schema.field_names[0]]
    seen = context.seen(broken, lambda row: ", ".join(f"{name} = {context.rows[name].text(row)}" for name in names))
    if not seen:
        return
    texts = (
        f"{seen.count} dòng không thỏa điều kiện {formula}{seen.where}.",
        f"{seen.places.count} rows break the condition {formula}{seen.where_en}.",
        f"Kiểm tra các cột {', '.join(names)} ở nguồn.",
        f"Check the columns {', '.join(names)} at the source.",
    )
    note = f'the row constraint to conform is "{formula}"'
    yield context.finding(Verdict("row-constraint", Severity.ERROR, Dimension.CORRECT, note), seen, texts, tuple(names))


def broken_rows(context: RuleContext, formula: str) -> Mask:
    """Where Frictionless would find the formula broken."""
    names = list(dict.fromkeys(constraint_names(formula)))
    tree = ast.parse(formula.strip(), mode="eval").body
    sure = _sure(tree, context.rows, {name for name in names if _is_number(context, name)})
    broken = sure.false.copy()
    open_rows = ~(sure.true | sure.false)
    if open_rows.any():
        broken |= open_rows & _exactly(context, formula, names, open_rows)
    return broken


def _is_number(context: RuleContext, name: str) -> bool:
    field = context.schema.field(name)
    return field is not None and field.type in ("integer", "number")


# --- on whole columns ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sure:
    """The rows for which an expression is certainly true, and certainly false; the others are open."""

    true: Mask
    false: Mask


def _sure(node: ast.expr, rows: RuleTable, numeric: set[str]) -> _Sure:
    match node:
        case ast.BoolOp(op=ast.And(), values=values):
            return _conjunction([_sure(value, rows, numeric) for value in values])
        case ast.BoolOp(op=ast.Or(), values=values):
            turned = [_turned(_sure(value, rows, numeric)) for value in values]
            return _turned(_conjunction(turned))
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return _turned(_sure(inner, rows, numeric))
        case ast.Compare(left=left, ops=operations, comparators=others) if all(
            type(operation) in _COMPARISONS for operation in operations
        ):
            sides = [_side(side, rows, numeric) for side in (left, *others)]
            if all(side is not None for side in sides):
                known = [side for side in sides if side is not None]
                pairs = zip(known[:-1], operations, known[1:], strict=True)
                return _conjunction([_compared(a, operation, b) for a, operation, b in pairs])
    nowhere = np.zeros(rows.count, dtype=np.bool_)
    return _Sure(nowhere, nowhere)


def _turned(sure: _Sure) -> _Sure:
    return _Sure(sure.false, sure.true)


def _conjunction(parts: list[_Sure]) -> _Sure:
    """``and``, from left to right: what stands behind a false part is not looked at."""
    true, false = parts[0].true, parts[0].false
    for part in parts[1:]:
        true, false = true & part.true, false | (true & part.false)
    return _Sure(true, false)


def _side(node: ast.expr, rows: RuleTable, numeric: set[str]) -> Floats | None:
    match node:
        case ast.Name(id=name) if name in numeric:
            return rows[name].numbers()
        case ast.Constant(value=int() | float() as value) if type(value) is not bool and abs(value) < 2**53:
            return np.full(rows.count, float(value))
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            side = _side(inner, rows, numeric)
            return None if side is None else -side
    return None


def _compared(left: Floats, operation: ast.cmpop, right: Floats) -> _Sure:
    """Certain only where both are numbers and no near tie."""
    apart = np.abs(left - right) > np.maximum(np.abs(left), np.abs(right)) * _NEAR
    small = (np.abs(left) < 2**53) & (np.abs(right) < 2**53)
    whole = (left == right) & small & (left == np.floor(left))
    certain = (apart & small) | whole
    holds = _COMPARISONS[type(operation)](left, right)
    return _Sure(certain & holds, certain & ~holds)


# --- one row at a time -----------------------------------------------------------------------------------------------


def _exactly(context: RuleContext, formula: str, names: list[str], wanted: Mask) -> Mask:
    """What simpleeval says of each different row among the wanted ones; other rows are true."""
    groups, count = context.rows.groups(names)
    first = first_rows(wanted, groups, count)
    broken = np.zeros(count, dtype=np.bool_)
    conforms = _evaluator(formula)
    cells = _typed_cells(context, names)
    for group in (first >= 0).nonzero()[0]:
        row = int(first[group])
        broken[group] = not conforms({name: cells[name][int(context.rows[name].codes[row])] for name in names})
    return broken[groups]


def _typed_cells(context: RuleContext, names: list[str]) -> dict[str, list[Any]]:
    """The different texts of each column as Frictionless types them; what it cannot read is ``None``."""
    readers = dict(zip(context.schema.field_names, cell_readers(judging_descriptor(context.schema)), strict=True))
    return {name: [readers[name](text)[0] for text in context.rows[name].values] for name in names}


def _evaluator(formula: str) -> Callable[[Mapping[str, Any]], bool]:
    import simpleeval

    evaluator = simpleeval.EvalWithCompoundTypes()
    parsed = evaluator.parse(formula)

    def conforms(cells: Mapping[str, Any]) -> bool:
        evaluator.names = {**simpleeval.DEFAULT_NAMES, **cells}
        try:
            return bool(evaluator.eval(formula, parsed))
        except Exception:
            return False

    return conforms
