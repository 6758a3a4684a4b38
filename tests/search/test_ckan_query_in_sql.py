"""CKAN's questions, answered by an index and by SQL: the same datasets, whatever is asked."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from catalog.errors import InvalidQuery
from catalog.indexed import IndexedDataset
from catalog.model import AccessLevel
from catalog.ports import DatasetIndex
from catalog.questions import SearchQuery, Viewer
from search.datasets.ckan_query import parse_condition
from search.datasets.tantivy_index import TantivyIndex
from tests.contracts.dataset_indexes import described
from tests.search.sql_evaluator import SqlEvaluator

NOW = datetime(2026, 3, 31, 10, 30, 15, tzinfo=UTC)
QUESTIONS = 2_000

_SENTENCE = (
    "đất đai giáo dục dân số bệnh viện hộ nghèo xã phường Thanh Hóa thủy sản 2025 GTFS POI tế y bác sĩ"
    " MaXa school schools"
)
_WORDS = _SENTENCE.split()
_ORGANIZATIONS = ("so-y-te", "so-giao-duc", "so-y-te-cu", "chi-cuc")
_THEMES = ("y-te", "giao-duc", "dat-dai")
_KEYWORDS = ("đất đai", "y tế", "hộ nghèo", "GTFS", "xuất khẩu: gạo", 'trích "dẫn"', "a*b")
_FORMATS = ("csv", "xlsx", "geojson")
_LICENSES = ("cc-by", "cc0")


def many_datasets(count: int, seed: int) -> list[IndexedDataset]:
    chance = random.Random(seed)
    return [_dataset(chance, number) for number in range(count)]


def _dataset(chance: random.Random, number: int) -> IndexedDataset:
    def text(most: int) -> str:
        return " ".join(chance.choices(_WORDS, k=chance.randint(1, most)))

    def moment() -> datetime | None:
        return NOW - timedelta(minutes=chance.randint(0, 800 * 24 * 60)) if chance.random() < 0.85 else None

    start = date(chance.randint(2015, 2024), chance.randint(1, 12), 1) if chance.random() < 0.5 else None
    return described(
        f"bo-{number}",
        text(6),
        description=text(20) if chance.random() < 0.8 else "",
        organization=(organization := chance.choice(_ORGANIZATIONS)),
        organization_id=f"id-of-{organization}",
        organization_title=organization.replace("-", " "),
        theme=chance.choice(_THEMES),
        keywords=tuple(chance.sample(_KEYWORDS, chance.randint(0, 3))),
        formats=tuple(chance.sample(_FORMATS, chance.randint(0, 2))),
        license=chance.choice(_LICENSES),
        level=chance.choices(list(AccessLevel), (6, 2, 2))[0],
        published=chance.random() < 0.9,
        simulated=chance.random() < 0.5,
        columns=tuple(text(3) for _ in range(chance.randint(0, 3))),
        tables=tuple(text(5) for _ in range(chance.randint(0, 2))),
        issued=moment(),
        modified=moment(),
        recorded=moment(),
        temporal_start=start,
        temporal_end=start + timedelta(days=chance.randint(0, 900)) if start and chance.random() < 0.7 else None,
    )


@dataclass
class Asker:
    """Writes questions as CKAN's clients do, and some that they would not."""

    chance: random.Random

    def question(self) -> str:
        return self._expression(self.chance.choices((1, 2, 3), (5, 4, 1))[0])

    def _expression(self, depth: int) -> str:
        parts = [self._clause(depth) for _ in range(self.chance.choices((1, 2, 3), (5, 4, 2))[0])]
        text = parts[0]
        for part in parts[1:]:
            text += self.chance.choice((" ", " AND ", " OR ", " && ", " || ")) + part
        return text

    def _clause(self, depth: int) -> str:
        sign = self.chance.choices(("", "+", "-", "NOT ", "!"), (10, 2, 2, 1, 1))[0]
        if depth > 1 and self.chance.random() < 0.35:
            return f"{sign}({self._expression(depth - 1)})"
        return sign + self.chance.choice((self._fielded, self._fielded, self._words, self._range))()

    def _fielded(self) -> str:
        field, values = self.chance.choice(
            (
                ("organization", _ORGANIZATIONS),
                ("owner_org", [f"id-of-{name}" for name in _ORGANIZATIONS]),
                ("groups", _THEMES),
                ("tags", _KEYWORDS),
                ("res_format", [*_FORMATS, "CSV"]),
                ("license_id", _LICENSES),
                ("name", [f"bo-{n}" for n in range(40)]),
                ("state", ("active", "draft")),
                ("private", ("true", "false")),
                ("dataset_type", ("dataset", "harvest")),
                ("title", _WORDS),
                ("notes", _WORDS),
                ("res_name", _WORDS),
                ("author", [*_WORDS, "sở y tế"]),
                ("extras_level", ("open", "shared")),
                ("unknown", ("x",)),
            )
        )
        return f"{field}:{self._value(values)}"

    def _value(self, values: list[str] | tuple[str, ...]) -> str:
        chosen = self.chance.choice(values)
        way = self.chance.random()
        if way < 0.1:
            return "*"
        if way < 0.2:
            return "(" + self.chance.choice((" OR ", " ", " AND ")).join(map(self._plain, (chosen, values[0]))) + ")"
        if way < 0.3 and chosen.isalnum():
            return chosen[: self.chance.randint(1, len(chosen))] + "*"
        if way < 0.4 and chosen.isalnum():
            return "*" + chosen[self.chance.randint(0, len(chosen) - 1) :] + self.chance.choice(("", "*"))
        if way < 0.45 and chosen.isalnum():
            return chosen[:-1] + "?"
        if way < 0.5 and chosen.replace("-", "").isalnum():
            return chosen.replace("o", "", 1) + "~"
        return self._plain(chosen)

    def _plain(self, value: str) -> str:
        if value.replace("-", "").isalnum() and self.chance.random() < 0.7:
            return value
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'

    def _words(self) -> str:
        words = " ".join(self.chance.choices(_WORDS, k=self.chance.randint(1, 3)))
        if self.chance.random() < 0.4:
            return f'"{words}"' + self.chance.choice(("", "", "~3"))
        return words.split()[0] + self.chance.choice(("", "", "", "~", "~1"))

    def _range(self) -> str:
        field = self.chance.choice(
            ("metadata_modified", "metadata_created", "temporal_start", "name", "tags", "res_format")
        )
        if field in ("name", "tags", "res_format"):
            ends = [self.chance.choice(("*", "a", "D", "csv", "bo-2", "bo-35", '"y tế"')) for _ in range(2)]
        else:
            times = (
                "*",
                "NOW-7DAYS",
                "NOW",
                "NOW-1YEAR/DAY",
                "2025-01-01T00:00:00Z",
                "2024-06-30",
                "2025",
                "NOW/MONTH",
            )
            ends = [self.chance.choice(times) for _ in range(2)]
        return f"{field}:{self.chance.choice('[{')}{ends[0]} TO {ends[1]}{self.chance.choice(']}')}"


DATASETS = many_datasets(160, seed=7)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> DatasetIndex:
    made = TantivyIndex(tmp_path_factory.mktemp("index"))
    made.rebuild(DATASETS)
    return made


@pytest.fixture(scope="module")
def sql() -> Iterator[SqlEvaluator]:
    made = SqlEvaluator(DATASETS)
    yield made
    made.close()


def test_an_index_and_sql_find_the_same_datasets(index: DatasetIndex, sql: SqlEvaluator) -> None:
    asker = Asker(random.Random(20260331))
    answered, empty = 0, 0
    for _ in range(QUESTIONS):
        question = asker.question()
        try:
            condition = parse_condition(question, NOW)
        except InvalidQuery:
            continue
        for viewer in Viewer:
            page = index.search(SearchQuery(where=condition, limit=1_000, viewer=viewer))
            assert {hit.dataset_id for hit in page.hits} == sql.ids(condition, viewer), (question, condition)
            assert page.total == len(page.hits)
        answered += 1
        empty += not page.total
    assert answered > 0.95 * QUESTIONS
    assert empty < 0.5 * QUESTIONS
