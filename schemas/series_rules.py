"""Rules about numbers that run through the periods of a group: cumulative ones only go one way."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from catalog.issues import Dimension, Severity
from schemas.messages import number_text
from schemas.period_spans import span_of, year_of
from schemas.rule_context import Finding, RuleContext, Verdict
from schemas.rule_table import Floats, TextColumn, group_numbers


def monotone(context: RuleContext) -> Iterator[Finding]:
    """A number that turns back from one period to the next within its group. ``direction`` is up unless it says down;
    ``strict`` forbids standing still; ``resetsEachYear`` lets a count within the year begin anew in the next."""
    falls = context.options.get("direction", "up") == "up"
    strict = bool(context.options.get("strict"))
    before = _before(context)
    now = context.rows[context.field].numbers()
    wrong = (now < before) if falls else (now > before)
    if strict:
        wrong |= now == before
    name, text = context.field, context.rows[context.field].text
    seen = context.seen(wrong, lambda row: f"{number_text(float(before[row]), 1)} → {text(row)}")
    if not seen:
        return
    verb, verb_en = ("giảm", "falls") if falls else ("tăng", "rises")
    if strict:
        verb, verb_en = f"{verb} hoặc đứng yên", f"{verb_en} or stands still"
    texts = (
        f"Lũy kế ở cột {context.title(name)} {verb} so với kỳ trước ở {seen.count} dòng{seen.where}.",
        f"The cumulative column {name} {verb_en} in {seen.places.count} rows{seen.where_en}.",
        f"Kiểm tra xem kỳ này có điều chỉnh {'giảm' if falls else 'tăng'} hay nhập nhầm.",
        f"Check whether it was corrected {'downwards' if falls else 'upwards'} or mistyped.",
    )
    verdict = Verdict(
        "decreasing" if falls else "increasing",
        Severity.WARNING,
        Dimension.CONSISTENT,
        f"the cumulative number {verb_en}",
    )
    yield context.finding(verdict, seen, texts, (name, *context.names("per"), str(context.options["order"])))


def _before(context: RuleContext) -> Floats:
    """For each row, the number of the period before it in its group; NaN for the first, and for what is no number."""
    order = context.rows[str(context.options["order"])]
    groups = [context.rows[name] for name in context.names("per")]
    if context.options.get("resetsEachYear"):
        years = [str(year_of(text)) for text in order.values]
        different = {year: code for code, year in enumerate(dict.fromkeys(years))}
        codes = np.array([different[year] for year in years], dtype=np.int32)
        groups.append(TextColumn(codes[order.codes], list(different)))
    ids, _ = group_numbers(groups, context.rows.count)
    values = context.rows[context.field].numbers()
    known = np.isfinite(values).nonzero()[0]
    known = known[np.lexsort((_times(order)[known], ids[known]))]
    before = np.full(context.rows.count, np.nan)
    same = ids[known[1:]] == ids[known[:-1]]
    before[known[1:][same]] = values[known[:-1][same]]
    return before


def _times(order: TextColumn) -> Floats:
    """What the periods are ordered by: their end where all are periods of ours, else their text."""
    ends = order.of_each(lambda text: span_of(text)[1])
    return ends if bool(np.isfinite(ends[order.filled()]).all()) else order.ranked().astype(np.float64)
