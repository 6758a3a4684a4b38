"""A question as a tree that every engine can ask: terms, rows of terms, spans, and what each is worth.

The planner (:mod:`search.datasets.planning`) decides all that a question means; an engine only carries the tree over
into objects of its own, node by node. That is why the engines agree. Terms are compared as they stand: words and values
are cut, folded and composed before, by :mod:`search.datasets.document` and the planner alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalog.listed import ListedDataset
from catalog.questions import FacetCount


@dataclass(frozen=True, slots=True)
class Everything:
    """Every document, each worth nothing."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No document."""


@dataclass(frozen=True, slots=True)
class Term:
    """The field holds this very word or value."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class AnyTerm:
    """The field holds one of these."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """The words stand in the field one after another; at least two."""

    field: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StartsWith:
    """The field holds a word or value that begins with ``prefix``, which is not empty."""

    field: str
    prefix: str


@dataclass(frozen=True, slots=True)
class Fits:
    """The field holds a word or value of this shape: ``*`` stands for any letters, ``?`` for one; nothing else is
    special."""

    field: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Span:
    """A field of whole numbers holds one from ``low`` to ``high``, both ends included; ``None`` is open."""

    field: str
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class ValueSpan:
    """A field of values holds one between ``low`` and ``high`` by code points; ``None`` is open."""

    field: str
    low: str | None
    high: str | None
    include_low: bool = True
    include_high: bool = True


@dataclass(frozen=True, slots=True)
class Worth:
    """What matches ``plan`` is worth ``score``, however it matches."""

    plan: Plan
    score: float


@dataclass(frozen=True, slots=True)
class Weighed:
    """A :class:`Term` worth its BM25 (k1 1.2, b 0.75, as Robertson wrote it, with the factor k1 + 1) times
    ``weight``."""

    term: Term
    weight: float


@dataclass(frozen=True, slots=True)
class Both:
    """All of ``must``, none of ``never``, and at least ``enough`` of ``may``; worth what its ``must`` and ``may`` are
    worth together. Empty, it is everything."""

    must: tuple[Plan, ...] = ()
    may: tuple[Plan, ...] = ()
    never: tuple[Plan, ...] = ()
    enough: int = 0


Plan = Everything | Nothing | Term | AnyTerm | Row | StartsWith | Fits | Span | ValueSpan | Worth | Weighed | Both
"""A bare :class:`Term` or any other condition outside :class:`Worth` and :class:`Weighed` is worth nothing."""


@dataclass(frozen=True, slots=True)
class Order:
    """By the one value that each document holds in ``field``."""

    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """What an engine is asked: documents that match ``base`` and every plan of ``chosen`` (one for each facet that is
    narrowed), by ``order`` or by worth; and for each of ``facets`` how many documents hold each of its values, the
    facet's own plan in ``chosen`` left out: the ``facet_limit`` most frequent, then by value."""

    base: Plan
    chosen: Mapping[str, Plan] = field(default_factory=dict)
    order: Order | None = None
    offset: int = 0
    limit: int = 20
    after: str = ""
    facets: tuple[str, ...] = ()
    facet_limit: int = 50
    records: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """One document of an answer, and its worth; ``record`` is empty unless it was asked for."""

    listed: ListedDataset
    record: bytes
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """``total`` is exact. ``next`` leads to what follows the last of ``found``; empty where there can be nothing. An
    engine writes it and alone can read it, as :attr:`Ask.after`; it refuses what it did not write with
    :class:`catalog.errors.InvalidQuery`."""

    total: int
    found: tuple[Found, ...]
    counts: Mapping[str, tuple[FacetCount, ...]]
    next: str = ""
