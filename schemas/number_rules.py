"""Rules about numbers and times that contradict each other or their kind."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from catalog.issues import Dimension, Severity
from schemas.group_statistics import group_medians
from schemas.messages import number_text
from schemas.period_spans import span_of
from schemas.rule_context import Finding, RuleContext, Verdict

_USUAL_DEVIATION = 0.6745
"""The median distance from the middle of a normal distribution, in standard deviations."""


def magnitude(context: RuleContext) -> Iterator[Finding]:
    """Values ``factor`` times the median of their group: somebody wrote đồng for triệu đồng."""
    name = context.field
    values = context.rows[name].numbers()
    positive = np.where(values > 0, values, np.nan)
    groups, count = context.rows.groups(context.names("groupBy"))
    ratio = positive / group_medians(positive, groups, count)[groups]
    seen = context.seen(ratio >= context.number("factor", 100), context.rows[name].text)
    if not seen:
        return
    title, most = context.title(name), float(np.nanmax(ratio))
    texts = (
        (
            f"Cột {title}: {seen.count} giá trị lớn gấp tới {number_text(most)} lần mức thường thấy, có thể sai đơn vị"
            f"{seen.where}."
        ),
        (
            f"Column {name}: {seen.places.count} values are up to {most:,.0f} times the usual, maybe a wrong unit"
            f"{seen.where_en}."
        ),
        "Kiểm tra đơn vị tính ở nguồn (đồng, nghìn đồng, triệu đồng …); nếu số đúng thì duyệt cho công bố.",
        "Check the unit at the source; if the number is right, release the table.",
    )
    note = "the number is far above the usual of its group"
    yield context.finding(Verdict("magnitude", Severity.HOLD, Dimension.CORRECT, note), seen, texts)


def outlier(context: RuleContext) -> Iterator[Finding]:
    """Values far from the middle of their group, by the median and the median distance from it (MAD), which a few wild
    values cannot move. Groups with fewer than ``smallest`` numbers (8), or most of them alike, are not judged."""
    name = context.field
    values = context.rows[name].numbers()
    groups, count = context.rows.groups(context.names("groupBy"))
    middle = group_medians(values, groups, count)[groups]
    distance = np.abs(values - middle)
    usual = group_medians(distance, groups, count)
    sizes = np.bincount(groups[np.isfinite(values)], minlength=count)
    usual = np.where((sizes >= context.number("smallest", 8)) & (usual > 0), usual, np.nan)[groups]
    far = _USUAL_DEVIATION * distance / usual > context.number("limit", 8)
    text = context.rows[name].text
    seen = context.seen(far, lambda row: f"{text(row)} (thường khoảng {number_text(float(middle[row]), 1)})")
    if not seen:
        return
    texts = (
        f"Cột {context.title(name)}: {seen.count} giá trị khác hẳn các dòng cùng nhóm{seen.where}.",
        f"Column {name}: {seen.places.count} values are far from the rest of their group{seen.where_en}.",
        "Kiểm tra các số này ở nguồn; nếu đúng thì giữ nguyên.",
        "Check these numbers at the source; leave them if they are right.",
    )
    note = "the number is far from the rest of its group"
    yield context.finding(Verdict("outlier", Severity.WARNING, Dimension.CORRECT, note), seen, texts)


def not_above(context: RuleContext) -> Iterator[Finding]:
    """A part larger than its whole, an end before its beginning. Dates and periods compare as their text does."""
    name, limit = context.field, str(context.options["limit"])
    cells, limits = context.rows[name], context.rows[limit]
    field = context.schema.field(name)
    if field is not None and field.type in ("integer", "number"):
        above = cells.numbers() > limits.numbers()
    else:
        above = _text_is_above(context, name, limit)
    seen = context.seen(above & context.concerned(), lambda row: f"{cells.text(row)} > {limits.text(row)}")
    if not seen:
        return
    texts = (
        f"Cột {context.title(name)} lớn hơn cột {context.title(limit)} ở {seen.count} dòng{seen.where}.",
        f"Column {name} exceeds column {limit} in {seen.places.count} rows{seen.where_en}.",
        "Kiểm tra và sửa một trong hai giá trị ở nguồn.",
        "Check and correct one of the two at the source.",
    )
    verdict = Verdict("not-above", Severity.ERROR, Dimension.CORRECT, f'the value exceeds that of "{limit}"')
    yield context.finding(verdict, seen, texts, (name, limit))


def _text_is_above(context: RuleContext, name: str, limit: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    left, right = context.rows[name], context.rows[limit]
    order = {text: place for place, text in enumerate(sorted({*left.values, *right.values}))}
    return (left.of_each(order.__getitem__) > right.of_each(order.__getitem__)) & left.filled() & right.filled()


def temporal_order(context: RuleContext) -> Iterator[Finding]:
    """A time that lies after the one it must come before. A period may contain the other: a day of May is not after
    the year. With ``strict`` the two may not be the same either. What is no time is passed over."""
    earlier, later = str(context.options["earlier"]), str(context.options["later"])
    before, after = context.rows[earlier], context.rows[later]
    start = before.of_each(lambda text: span_of(text)[0])
    end = after.of_each(lambda text: span_of(text)[1])
    wrong = start > end
    if context.options.get("strict"):
        wrong |= before.of_each(lambda text: span_of(text)[1]) >= end
    seen = context.seen(wrong & context.concerned(), lambda row: f"{before.text(row)} → {after.text(row)}")
    if not seen:
        return
    texts = (
        f"Cột {context.title(earlier)} muộn hơn cột {context.title(later)} ở {seen.count} dòng{seen.where}.",
        f"Column {earlier} lies after column {later} in {seen.places.count} rows{seen.where_en}.",
        "Kiểm tra hai mốc thời gian này ở nguồn và sửa mốc sai.",
        "Check the two times at the source and correct the wrong one.",
    )
    verdict = Verdict("temporal-order", Severity.ERROR, Dimension.CORRECT, f'the time lies after that of "{later}"')
    yield context.finding(verdict, seen, texts, (earlier, later))
