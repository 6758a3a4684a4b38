"""Judged questions over the demo catalogue, and how well an index answers them.

``judged/queries.tsv`` holds what was judged. nDCG: Järvelin and Kekäläinen, *Cumulated gain-based evaluation of IR
techniques*, ACM TOIS 20(4), 2002, with gains 2^grade - 1 and the logarithm of base 2.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from catalog.questions import SearchPage, SearchQuery

DEPTH = 10
_FILE = Path(__file__).parent / "judged" / "queries.tsv"


class Searched(Protocol):
    """What can be judged: a :class:`catalog.ports.DatasetIndex`, or something simpler to hold it against."""

    def search(self, query: SearchQuery) -> SearchPage: ...


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    kind: str
    text: str
    grades: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one question was answered: ``ndcg`` from 0 to 1, ``success`` if a good answer (2 or 3) is among the ten."""

    query: JudgedQuery
    names: tuple[str, ...]
    ndcg: float
    success: bool


def read_queries() -> tuple[JudgedQuery, ...]:
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    return tuple(_query(line) for line in lines if line and not line.startswith("#"))


def _query(line: str) -> JudgedQuery:
    kind, text, answers = line.split("\t")
    grades = (answer.rsplit(":", 1) for answer in answers.split())
    return JudgedQuery(kind, text, {name: int(grade) for name, grade in grades})


def judge(index: Searched, queries: Sequence[JudgedQuery]) -> tuple[Verdict, ...]:
    return tuple(_verdict(index, query) for query in queries)


def _verdict(index: Searched, query: JudgedQuery) -> Verdict:
    names = tuple(hit.name for hit in index.search(SearchQuery(query.text, limit=DEPTH)).hits)
    gained = _gain([query.grades.get(name, 0) for name in names])
    best = _gain(sorted(query.grades.values(), reverse=True)[:DEPTH])
    return Verdict(query, names, gained / best, any(query.grades.get(name, 0) >= 2 for name in names))


def _gain(grades: Sequence[int]) -> float:
    return math.fsum((pow(2.0, grade) - 1) / math.log2(place + 2) for place, grade in enumerate(grades))


def mean_ndcg(verdicts: Sequence[Verdict]) -> float:
    return sum(verdict.ndcg for verdict in verdicts) / len(verdicts)


def success(verdicts: Sequence[Verdict]) -> float:
    return sum(verdict.success for verdict in verdicts) / len(verdicts)
