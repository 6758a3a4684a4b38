"""Row constraints with the meaning of Frictionless's check ``row-constraint``.

Frictionless gives each row's typed cells to simpleeval, and a formula that is false, or that cannot be worked out, is
broken. Here plain comparisons of numbers are first decided on whole columns; only the rows that this does not settle
(a missing cell, a near tie, anything that is no comparison) are for simpleeval itself, each different one once.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
NumbersOf = Callable[[str], "Floats | None"]
"""The cells of a column of numbers, NaN for what is missing or none; ``None`` for a column of another type."""

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


@dataclass(frozen=True, slots=True)
class Sure:
    """The rows for which a formula is certainly true, and certainly false; the others are open."""

    true: Mask
    false: Mask


class Condition:
    """One formula. ``names`` are the columns among ``known`` that it speaks of, each once."""

    def __init__(self, formula: str, known: Collection[str]) -> None:
        self.formula = formula
        try:
            tree = ast.parse(formula.strip(), mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            self._tree, self.names = None, list(known)  # what simpleeval makes of it may hang on any cell
            return
        self._tree = tree.body
        named = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]
        self.names = [name for name in dict.fromkeys(named) if name in known]

    def surely(self, numbers_of: NumbersOf, count: int) -> Sure:
        """What whole columns tell of ``count`` rows."""
        return _sure(self._tree, numbers_of, count)

    def test(self) -> Callable[[Mapping[str, Any]], bool]:
        """Tells of one row's typed cells whether they conform. Each thread needs its own."""
        import simpleeval

        evaluator = simpleeval.EvalWithCompoundTypes()
        parsed: list[Any] = []

        def conforms(cells: Mapping[str, Any]) -> bool:
            evaluator.names = cells
            try:
                if not parsed:
                    parsed.append(evaluator.parse(self.formula))
                return bool(evaluator.eval(self.formula, parsed[0]))
            except Exception:
                return False

        return conforms


def broken_groups(
    condition: Condition, groups: Mapping[str, Sequence[int]], values: Mapping[str, Sequence[Any]]
) -> Mask:
    """What simpleeval says of each different row: ``groups`` gives for each its places in the ``values`` of every
    column."""
    conforms = condition.test()
    count = len(next(iter(groups.values()))) if groups else 1
    rows = ({name: values[name][places[group]] for name, places in groups.items()} for group in range(count))
    return np.fromiter((not conforms(row) for row in rows), dtype=np.bool_, count=count)


def _sure(node: ast.expr | None, numbers_of: NumbersOf, count: int) -> Sure:
    match node:
        case ast.BoolOp(op=ast.And(), values=values):
            return _conjunction([_sure(value, numbers_of, count) for value in values])
        case ast.BoolOp(op=ast.Or(), values=values):
            return _turned(_conjunction([_turned(_sure(value, numbers_of, count)) for value in values]))
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return _turned(_sure(inner, numbers_of, count))
        case ast.Compare(left=left, ops=operations, comparators=others) if all(
            type(operation) in _COMPARISONS for operation in operations
        ):
            sides = [_side(side, numbers_of, count) for side in (left, *others)]
            if all(side is not None for side in sides):
                known = [side for side in sides if side is not None]
                pairs = zip(known[:-1], operations, known[1:], strict=True)
                return _conjunction([_compared(a, operation, b) for a, operation, b in pairs])
    nowhere = np.zeros(count, dtype=np.bool_)
    return Sure(nowhere, nowhere)


def _turned(sure: Sure) -> Sure:
    return Sure(sure.false, sure.true)


def _conjunction(parts: list[Sure]) -> Sure:
    """``and``, from left to right: what stands behind a false part is not looked at."""
    true, false = parts[0].true, parts[0].false
    for part in parts[1:]:
        true, false = true & part.true, false | (true & part.false)
    return Sure(true, false)


def _side(node: ast.expr, numbers_of: NumbersOf, count: int) -> Floats | None:
    match node:
        case ast.Name(id=name):
            return numbers_of(name)
        case ast.Constant(value=int() | float() as value) if type(value) is not bool and abs(value) < 2**53:
            return np.full(count, float(value))
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            side = _side(inner, numbers_of, count)
            return None if side is None else -side
    return None


def _compared(left: Floats, operation: ast.cmpop, right: Floats) -> Sure:
    """Certain only where both are numbers and no near tie."""
    apart = np.abs(left - right) > np.maximum(np.abs(left), np.abs(right)) * _NEAR
    small = (np.abs(left) < 2**53) & (np.abs(right) < 2**53)
    whole = (left == right) & small & (left == np.floor(left))
    certain = (apart & small) | whole
    holds = _COMPARISONS[type(operation)](left, right)
    return Sure(certain & holds, certain & ~holds)
