"""Arithmetic that the dictionary may ask for: ``dien_tich_ha * nang_suat_ta_ha / 10``, worked out on whole columns.

A formula is read by Python's own parser and then walked by hand: numbers, fields, the four operations, brackets and
``abs``, ``min``, ``max``, ``round``. Whatever else Python can say is refused, and nothing is ever handed to ``eval``.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from schemas.rule_table import Floats

LONGEST = 500
"""Characters in a formula; what needs more than that should be a column of its own."""


def _divided(left: Any, right: Any) -> Any:
    """NaN where zero divides, also inside a larger formula: one part of infinity would be a plain zero again."""
    return np.divide(left, np.where(np.equal(right, 0), np.nan, right))


_OPERATIONS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: _divided,
}
_FUNCTIONS: Mapping[str, tuple[int, int]] = {"abs": (1, 1), "round": (1, 2), "min": (2, 20), "max": (2, 20)}
"""Names and how many arguments they take, at least and at most."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that is known to be one; ``fields`` are the names it uses, each once, in order."""

    text: str
    fields: tuple[str, ...]
    _tree: ast.expr

    @classmethod
    def of(cls, text: str) -> Formula:
        """Raises ``ValueError`` saying what of it is no arithmetic."""
        if len(text) > LONGEST:
            raise ValueError(f"a formula has at most {LONGEST} characters, this one {len(text)}")
        try:
            tree = ast.parse(text.strip(), mode="eval").body
            names = list(_names(tree))
        except (SyntaxError, RecursionError, MemoryError) as error:
            raise ValueError(f"“{text}” is no formula") from error
        return cls(text, tuple(dict.fromkeys(names)), tree)

    def evaluate(self, column: Callable[[str], Floats]) -> Floats:
        """The formula on columns of numbers; NaN where one of them is missing and where zero would divide."""
        with np.errstate(all="ignore"):
            result = np.asarray(_value(self._tree, column), dtype=np.float64)
        return np.where(np.isfinite(result), result, np.nan)


def _names(node: ast.expr) -> list[str]:
    """The fields of a tree. Raises ``ValueError`` for a node that is no arithmetic."""
    match node:
        case ast.Constant(value=value) if type(value) in (int, float):
            return []
        case ast.Name(id=name):
            return [name]
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=inner):
            return _names(inner)
        case ast.BinOp(left=left, op=operation, right=right) if type(operation) in _OPERATIONS:
            return _names(left) + _names(right)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in _FUNCTIONS:
            least, most = _FUNCTIONS[name]
            if not least <= len(arguments) <= most:
                raise ValueError(f"{name} takes {least} to {most} values")
            if name == "round" and len(arguments) == 2 and not _is_digit_count(arguments[1]):
                raise ValueError("round takes a plain number of digits, 0 to 9")
            return [found for argument in arguments for found in _names(argument)]
    raise ValueError(f"“{ast.unparse(node)}” is not allowed in a formula")


def _is_digit_count(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int and 0 <= node.value <= 9


def _value(node: ast.expr, column: Callable[[str], Floats]) -> Any:
    match node:
        case ast.Constant(value=value):
            return np.float64(float(str(value)))
        case ast.Name(id=name):
            return column(name)
        case ast.UnaryOp(op=operation, operand=inner):
            value = _value(inner, column)
            return -value if isinstance(operation, ast.USub) else value
        case ast.BinOp(left=left, op=operation, right=right):
            return _OPERATIONS[type(operation)](_value(left, column), _value(right, column))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _called(name, [_value(argument, column) for argument in arguments])
    raise AssertionError(ast.dump(node))  # Formula.of has refused it


def _called(name: str, values: list[Any]) -> Any:
    if name == "abs":
        return np.abs(values[0])
    if name == "round":
        scale = 10.0 ** float(values[1] if len(values) == 2 else 0)
        return np.sign(values[0]) * np.floor(np.abs(values[0]) * scale + 0.5) / scale
    result = values[0]
    for value in values[1:]:
        result = np.minimum(result, value) if name == "min" else np.maximum(result, value)
    return result
