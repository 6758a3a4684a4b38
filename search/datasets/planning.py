"""From a question to a plan, with all that the server adds to what was asked: who may see what, facets, the order.

The ranking, in steps of which each is worth more than all below it together, is documented at
:class:`search.datasets.worths.Worths`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from catalog.errors import InvalidQuery
from catalog.questions import FACETS, VOCABULARY, Enough, SearchQuery, SearchSort, Viewer
from search.datasets import document as fields
from search.datasets.asked_plans import FEW_ANSWERS, Asked
from search.datasets.asking import read_alternatives
from search.datasets.conditions import check_size, plan_condition
from search.datasets.document import value_key
from search.datasets.lexicon import Lexicon, Segment
from search.datasets.likeness_plans import plan_likeness
from search.datasets.plan import AnyTerm, Both, Order, Plan, Term, Worth
from search.datasets.worths import Worths

_ORDERS = {
    SearchSort.MODIFIED: Order(fields.MODIFIED_ORDER, descending=True),
    SearchSort.MODIFIED_ASC: Order(fields.MODIFIED_ORDER_ASC),
    SearchSort.ISSUED: Order(fields.ISSUED_ORDER, descending=True),
    SearchSort.ISSUED_ASC: Order(fields.ISSUED_ORDER_ASC),
    SearchSort.RECORDED: Order(fields.RECORDED_ORDER, descending=True),
    SearchSort.RECORDED_ASC: Order(fields.RECORDED_ORDER_ASC),
    SearchSort.TITLE: Order(fields.TITLE_ORDER),
    SearchSort.TITLE_DESC: Order(fields.TITLE_ORDER, descending=True),
    SearchSort.NAME: Order("name"),
    SearchSort.NAME_DESC: Order("name", descending=True),
}


@dataclass(frozen=True, slots=True)
class Planned:
    """``names`` is asked before ``base`` and does where it fills the page. ``wider`` are asked one after another while
    fewer than ``few`` datasets match ``base`` and none ``whole``, and then ``some``. ``chosen`` narrows by facet.
    ``marks`` are the folded words to mark in what is shown, ``segments`` the parts of the question that ``base``
    demands.
    """

    base: Plan
    wider: tuple[Plan, ...]
    some: Plan | None
    few: int
    chosen: dict[str, Plan]
    order: Order | None
    marks: frozenset[str]
    segments: tuple[Segment, ...] = ()
    whole: Plan | None = None
    names: Plan | None = None


def plan_search(query: SearchQuery, lexicon: Lexicon, now: datetime) -> Planned:
    """Raises ``InvalidQuery`` for an unknown facet and for a condition that is too large or names no time."""
    for facet in (*query.facets, *query.filters, *query.facet_text):
        _check_facet(facet)
    limits = _limits(query)
    if query.like is not None:
        base = Both(must=(plan_likeness(query.like), *limits), never=(Term("id", value_key("id", query.like.id)),))
        return Planned(base, (), None, 0, _chosen(query), _ORDERS.get(query.sort), frozenset())
    asked = Asked(read_alternatives(query.text, lexicon), lexicon, now, unfinished=query.unfinished)
    order = _ORDERS.get(query.sort)
    if order is None and not asked.words:
        order = _ORDERS[SearchSort.MODIFIED]
    freely = query.enough is Enough.SOME
    wider = () if query.enough is Enough.ALL else (asked.without_numbers() if freely else None, asked.most())
    some = asked.some() if freely else None
    name = asked.in_a_row()
    names = asked.named() if query.unfinished and asked.words else None
    return Planned(
        base=Both(must=(asked.strict(), *limits), may=(Worth(names, Worths.NAMED),) if names else ()),
        wider=tuple(Both(must=(plan, *limits)) for plan in wider if plan),
        some=Both(must=(some, *limits)) if some else None,
        few=FEW_ANSWERS if asked.is_long else 1,
        chosen=_chosen(query),
        order=order,
        marks=asked.marks,
        segments=asked.segments,
        whole=Both(must=(name, *limits)) if name else None,
        names=Both(must=(names, *limits)) if names else None,
    )


def _check_facet(facet: str) -> None:
    if facet not in (*FACETS, VOCABULARY):
        raise InvalidQuery(
            f"Không có bộ lọc “{facet[:100]}”; các bộ lọc: {', '.join(FACETS)}.",
            f"No facet “{facet[:100]}”; facets: {', '.join(FACETS)}.",
            facet=facet[:100],
        )


def _limits(query: SearchQuery) -> tuple[Plan, ...]:
    limits: list[Plan] = []
    if query.viewer is Viewer.PUBLIC:
        limits.append(Term(fields.PUBLIC, "true"))
    if query.where is not None:
        check_size(query.where)
        limits.append(plan_condition(query.where))
    return tuple(limits)


def _chosen(query: SearchQuery) -> dict[str, Plan]:
    return {
        facet: AnyTerm(facet, tuple(value_key(facet, value) for value in values))
        for facet, values in query.filters.items()
        if values
    }
