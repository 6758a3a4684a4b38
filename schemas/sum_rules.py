"""Rules that work a number out and compare: sums of parts, total rows, shares, products, formulas, ratios.

``tolerance`` is relative to the expected number; ``rounding`` absolute, and by default what the shown digits allow.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from catalog.issues import Dimension, Severity
from schemas.group_statistics import first_rows, group_sums
from schemas.messages import number_text
from schemas.rule_context import Finding, RuleContext, Verdict, condition, parsed_formula
from schemas.rule_table import Floats, Mask

ROUNDING = {"integer": 0.5, "number": 0.05}
"""Half of the last digit that a column usually shows is no contradiction, however small the number."""

_FLOAT_DUST = 1e-9
"""Relative: what binary fractions alone make of a sum of decimal ones."""


def product(context: RuleContext) -> Iterator[Finding]:
    """A number that should be the product of others (sản lượng = diện tích x năng suất) and is not, even nearly."""
    factors = context.names("factors")
    expected = context.rows[factors[0]].numbers()
    for factor in factors[1:]:
        expected = expected * context.rows[factor].numbers()
    expected = expected / context.number("divisor", 1)
    words = f"tích của {', '.join(factors)}", f"the product of {', '.join(factors)}"
    yield from _compared(context, "product", expected, 0.02, _usual_rounding(context), words, tuple(factors))


def formula(context: RuleContext) -> Iterator[Finding]:
    """A number that should be what the formula makes of the others in its row."""
    parsed = parsed_formula(context)
    expected = parsed.evaluate(lambda name: context.rows[name].numbers())
    words = f"công thức {parsed.text}", f"the formula {parsed.text}"
    yield from _compared(context, "formula", expected, 0.0, _usual_rounding(context), words, parsed.fields)


def ratio(context: RuleContext) -> Iterator[Finding]:
    """A percentage that is not ``part`` / ``whole`` x 100; of several wholes, their sum."""
    part, wholes = str(context.options["part"]), context.names("whole")
    scale = context.number("scale", 100)
    whole = np.sum([context.rows[name].numbers() for name in wholes], axis=0)
    with np.errstate(all="ignore"):
        expected = context.rows[part].numbers() / whole * scale
    expected = np.where(np.isfinite(expected), expected, np.nan)
    shown = " + ".join(wholes)
    words = f"tỷ lệ {part} trên {shown}", f"the ratio of {part} to {shown}"
    rounding = max(context.rounding(context.field), 0.05)
    yield from _compared(context, "ratio", expected, 0.0, rounding, words, (part, *wholes))


def parts_sum(context: RuleContext) -> Iterator[Finding]:
    """A total column that is not the sum of its parts. A row that lacks a part is passed over, unless ``emptyAsZero``
    says that an empty part counts nothing."""
    parts = context.names("parts")
    columns = [context.rows[name].numbers() for name in parts]
    if context.options.get("emptyAsZero"):
        columns = [
            np.where(context.rows[name].filled(), column, 0.0) for name, column in zip(parts, columns, strict=True)
        ]
    expected = np.sum(columns, axis=0)
    exact = context.is_whole(context.field, *parts)
    rounding = 0.0 if exact else sum(context.rounding(name) for name in (context.field, *parts))
    words = f"tổng của {', '.join(parts)}", f"the sum of {', '.join(parts)}"
    yield from _compared(context, "parts-sum", expected, 0.0, rounding, words, tuple(parts), Severity.HOLD)


def total_row(context: RuleContext) -> Iterator[Finding]:
    """A total row whose number is not the sum of the other rows of its group."""
    groups, count = context.rows.groups(context.names("per"))
    is_total = condition(context.rows, context.options["totalWhere"])
    part = ~is_total & context.concerned()
    values = context.rows[context.field].numbers()
    sums = group_sums(np.where(part, values, np.nan), groups, count)
    sizes = np.bincount(groups[part], minlength=count)
    expected = np.where(is_total & (sizes[groups] > 0), sums[groups], np.nan)
    exact = context.is_whole(context.field)
    rounding = np.full(count, 0.0 if exact else context.rounding(context.field)) * (sizes + 1).astype(np.float64)
    words = "tổng các dòng của nhóm", "the sum of the rows of its group"
    yield from _compared(context, "total-row", expected, 0.0, rounding[groups], words, (), Severity.HOLD, is_total)


def shares(context: RuleContext) -> Iterator[Finding]:
    """Shares of one group that do not add up to 100 (to ``total``), ± 0.5 (``tolerance``, absolute here)."""
    name, per = context.field, context.names("per")
    groups, count = context.rows.groups(per)
    values = np.where(context.concerned(), context.rows[name].numbers(), np.nan)
    sums = group_sums(values, groups, count)
    first = first_rows(np.isfinite(values), groups, count)
    total, tolerance = context.number("total", 100), context.number("tolerance", 0.5)
    wrong = (np.abs(sums - total) > tolerance + total * _FLOAT_DUST) & (first >= 0)
    rows = np.sort(first[wrong])

    def show(row: int) -> str:
        label = context.group_label(per, row)
        return f"{number_text(float(sums[groups[row]]), 2)}{f' ({label})' if label else ''}"

    seen = context.seen(rows, show)
    if not seen:
        return
    goal = number_text(total, 0 if total == int(total) else 2)
    texts = (
        f"Cột {context.title(name)}: các tỷ lệ ở {seen.count} nhóm không cộng thành {goal}{seen.where}.",
        f"Column {name}: the shares of {seen.places.count} groups do not add up to {total:g}{seen.where_en}.",
        "Kiểm tra các tỷ lệ trong nhóm, kể cả mục “khác” và dòng bị thiếu.",
        "Check the shares of the group, also “other” and missing rows.",
    )
    verdict = Verdict("shares", Severity.WARNING, Dimension.CONSISTENT, f"the shares do not add up to {total:g}")
    yield context.finding(verdict, seen, texts, (name, *per))


def _usual_rounding(context: RuleContext) -> float:
    field = context.schema.field(context.field)
    return ROUNDING.get(field.type if field else "", 0.0)


def _compared(
    context: RuleContext,
    code: str,
    expected: Floats,
    tolerance: float,
    rounding: float | Floats,
    words: tuple[str, str],
    others: Sequence[str],
    severity: Severity = Severity.WARNING,
    only: Mask | None = None,
) -> Iterator[Finding]:
    """The rows whose number is farther from the expected one than tolerance and rounding allow."""
    name, column = context.field, context.rows[context.field]
    tolerance = context.number("tolerance", tolerance) + _FLOAT_DUST
    allowed = np.abs(expected) * tolerance + context.options.get("rounding", rounding)
    far = (np.abs(column.numbers() - expected) > allowed) & (context.concerned() if only is None else only)
    seen = context.seen(
        far, lambda row: f"{column.text(row)} (tính ra {number_text(float(expected[row]), _digits(expected[row]))})"
    )
    if not seen:
        return
    texts = (
        f"Cột {context.title(name)} không khớp với {words[0]} ở {seen.count} dòng{seen.where}.",
        f"Column {name} differs from {words[1]} in {seen.places.count} rows{seen.where_en}.",
        "Kiểm tra lại các số này ở nguồn.",
        "Check these numbers at the source.",
    )
    verdict = Verdict(code, severity, Dimension.CONSISTENT, f"the number differs from {words[1]}")
    yield context.finding(verdict, seen, texts, (name, *others))


def _digits(value: float) -> int:
    """Digits behind the point worth showing: small numbers need more of them."""
    return 1 if abs(value) >= 10 else 2
