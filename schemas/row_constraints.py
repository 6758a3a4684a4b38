"""Row constraints: the rows that break a formula of the dictionary, as Frictionless's check ``row-constraint`` finds
them (:mod:`schemas.engine.conditions`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from catalog.issues import Dimension, Severity
from schemas.engine.conditions import Condition, broken_groups
from schemas.frictionless_schema import cell_readers, judging_descriptor
from schemas.group_statistics import first_rows
from schemas.rule_context import Finding, RuleContext, Verdict
from schemas.rule_options import constraint_names
from schemas.rule_table import Floats, Mask


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
    condition = Condition(formula, list(dict.fromkeys(constraint_names(formula))))

    def numbers_of(name: str) -> Floats | None:
        field = context.schema.field(name)
        return context.rows[name].numbers() if field is not None and field.type in ("integer", "number") else None

    sure = condition.surely(numbers_of, context.rows.count)
    broken = sure.false.copy()
    open_rows = ~(sure.true | sure.false)
    if open_rows.any():
        broken |= open_rows & _exactly(context, condition, open_rows)
    return broken


def _exactly(context: RuleContext, condition: Condition, wanted: Mask) -> Mask:
    """What simpleeval says of each different row among the wanted ones; other rows are true."""
    groups, count = context.rows.groups(condition.names)
    first = first_rows(wanted, groups, count)
    asked = (first >= 0).nonzero()[0]
    places = {name: context.rows[name].codes[first[asked]].tolist() for name in condition.names}
    broken = np.zeros(count, dtype=np.bool_)
    broken[asked] = broken_groups(condition, places, _typed_cells(context, condition.names))
    return broken[groups]


def _typed_cells(context: RuleContext, names: list[str]) -> dict[str, list[Any]]:
    """The different texts of each column as Frictionless types them; what it cannot read is ``None``."""
    readers = dict(zip(context.schema.field_names, cell_readers(judging_descriptor(context.schema)), strict=True))
    return {name: [readers[name](text)[0] for text in context.rows[name].values] for name in names}
