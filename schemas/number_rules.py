"""Rules about numbers that contradict each other or their kind."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.issues import Dimension, Issue, Severity
from schemas.messages import first_seen, issue, number_text
from schemas.rule_context import RuleContext, positions

ROUNDING = {"integer": 0.5, "number": 0.05}
"""Half of the last digit that a column may show is no contradiction, however small the number."""


def magnitude(context: RuleContext) -> Iterator[Issue]:
    """Values ``factor`` times the median of their group: somebody wrote đồng for triệu đồng."""
    name = context.field
    values = context.numbers(name)
    positive = values.where(values > 0)
    groups = [context.frame[column] for column in context.names("groupBy")]
    ratio = positive / (positive.groupby(groups).transform("median") if groups else positive.median())
    cells = context.frame[name]
    places = context.places(
        (position, str(cells.iloc[position])) for position in positions(ratio >= float(context.options["factor"]))
    )
    if not places.count:
        return
    title, count = context.title(name), number_text(places.count)
    seen, seen_en = first_seen(places)
    most = float(ratio.max())
    texts = (
        f"Cột {title}: {count} giá trị lớn gấp tới {number_text(most)} lần mức thường thấy, có thể sai đơn vị{seen}.",
        f"Column {name}: {places.count} values are up to {most:,.0f} times the usual, maybe a wrong unit{seen_en}.",
        "Kiểm tra đơn vị tính ở nguồn (đồng, nghìn đồng, triệu đồng …); nếu số đúng thì duyệt cho công bố.",
        "Check the unit at the source; if the number is right, release the table.",
    )
    yield issue("magnitude", Severity.HOLD, Dimension.CORRECT, texts, places, name)


def not_above(context: RuleContext) -> Iterator[Issue]:
    """A part larger than its whole, an end before its beginning. Dates and periods compare as their text does."""
    name, limit = context.field, str(context.options["limit"])
    cells, limits = context.frame[name], context.frame[limit]
    field = context.schema.field(name)
    if field is not None and field.type in ("integer", "number"):
        above = context.numbers(name) > context.numbers(limit)
    else:
        above = (cells > limits) & (cells != "") & (limits != "")
    places = context.places(
        (position, f"{cells.iloc[position]} > {limits.iloc[position]}") for position in positions(above)
    )
    if not places.count:
        return
    title, count = context.title(name), number_text(places.count)
    seen, seen_en = first_seen(places)
    texts = (
        f"Cột {title} lớn hơn cột {context.title(limit)} ở {count} dòng{seen}.",
        f"Column {name} exceeds column {limit} in {places.count} rows{seen_en}.",
        "Kiểm tra và sửa một trong hai giá trị ở nguồn.",
        "Check and correct one of the two at the source.",
    )
    yield issue("not-above", Severity.ERROR, Dimension.CORRECT, texts, places, name)


def product(context: RuleContext) -> Iterator[Issue]:
    """A number that should be the product of others (sản lượng = diện tích x năng suất) and is not, even nearly."""
    name, factors = context.field, context.names("factors")
    expected = context.numbers(factors[0])
    for factor in factors[1:]:
        expected = expected * context.numbers(factor)
    expected = expected / float(context.options.get("divisor", 1))
    tolerance = float(context.options.get("tolerance", 0.02))
    cells = context.frame[name]
    field = context.schema.field(name)
    rounding = ROUNDING.get(field.type if field else "", 0.0)
    far = (context.numbers(name) - expected).abs() > expected.abs() * tolerance + rounding
    places = context.places(
        (position, f"{cells.iloc[position]} (tính ra {number_text(float(expected.iloc[position]), 1)})")
        for position in positions(far)
    )
    if not places.count:
        return
    title, count = context.title(name), number_text(places.count)
    seen, seen_en = first_seen(places)
    parts = ", ".join(factors)
    texts = (
        f"Cột {title} không khớp với tích của {parts} ở {count} dòng{seen}.",
        f"Column {name} differs from the product of {parts} in {places.count} rows{seen_en}.",
        "Kiểm tra lại các số này ở nguồn.",
        "Check these numbers at the source.",
    )
    yield issue("product", Severity.WARNING, Dimension.CONSISTENT, texts, places, name)


def decreasing(context: RuleContext) -> Iterator[Issue]:
    """A cumulative number that falls from one period to the next within a group."""
    name, per = context.field, context.names("per")
    rows = context.frame.assign(_value=context.numbers(name))
    rows = rows.sort_values([*per, str(context.options["order"])], kind="stable")
    before = rows.groupby(per, sort=False)["_value"].shift(1).reindex(context.frame.index)
    cells = context.frame[name]
    places = context.places(
        (position, f"{number_text(float(before.iloc[position]), 1)} → {cells.iloc[position]}")
        for position in positions(context.numbers(name) < before)
    )
    if not places.count:
        return
    title, count = context.title(name), number_text(places.count)
    seen, seen_en = first_seen(places)
    texts = (
        f"Lũy kế ở cột {title} giảm so với kỳ trước ở {count} dòng{seen}.",
        f"The cumulative column {name} falls in {places.count} rows{seen_en}.",
        "Kiểm tra xem kỳ này có điều chỉnh giảm hay nhập nhầm.",
        "Check whether it was corrected downwards or mistyped.",
    )
    yield issue("decreasing", Severity.WARNING, Dimension.CONSISTENT, texts, places, name)
