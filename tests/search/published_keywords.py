"""Questions whose right answers were given by publishers: the keywords of genuine catalogues.

Each keyword that several datasets carry is asked; right are the datasets that carry it. The catalogues lie beside the
project (``../shared/data/catalogs``) and not in it.
"""

from __future__ import annotations

import gzip
import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from catalog.indexed import IndexedDataset
from catalog.model import AccessLevel, DatasetId
from catalog.questions import SearchQuery
from catalog.vietnamese import fold
from tests.search.judged_queries import Searched

CATALOGS = Path(__file__).parents[2].parent / "shared" / "data" / "catalogs"
DEPTH, FAR = 10, 100
MOST_CARRIERS = 200

Ask = Callable[[str], Sequence[str]]
"""Gives the ids of the first hundred answers to a question."""


@dataclass(frozen=True, slots=True)
class PublishedCatalogue:
    name: str
    datasets: tuple[IndexedDataset, ...]
    fewest_carriers: int

    def questions(self) -> dict[str, frozenset[str]]:
        """Each keyword, its case set aside, that is carried by enough datasets and not by very many, with these."""
        carriers: dict[str, set[str]] = defaultdict(set)
        for dataset in self.datasets:
            for keyword in dataset.keywords:
                carriers[keyword.strip().lower()].add(dataset.id)
        return {
            keyword: frozenset(ids)
            for keyword, ids in sorted(carriers.items())
            if keyword and self.fewest_carriers <= len(ids) <= MOST_CARRIERS
        }

    def without_keywords(self) -> PublishedCatalogue:
        """The same, where what a keyword means must be found in titles, descriptions and columns."""
        return replace(self, datasets=tuple(replace(dataset, keywords=()) for dataset in self.datasets))


@dataclass(frozen=True, slots=True)
class Marks:
    """Means over all questions, each from 0 to 1. ``found``: the share that has an answer at all, right or wrong."""

    ndcg: float
    success: float
    precision: float
    recall: float
    found: float


def mark(ask: Ask, questions: Mapping[str, frozenset[str]]) -> Marks:
    rows = [_marks_of(ask(question), right) for question, right in questions.items()]
    return Marks(*(sum(column) / len(rows) for column in zip(*rows, strict=True)))


def asking(index: Searched) -> Ask:
    def ask(question: str) -> list[str]:
        return [hit.dataset_id for hit in index.search(SearchQuery(question, limit=FAR, marked=False)).hits]

    return ask


def _marks_of(answers: Sequence[str], right: frozenset[str]) -> tuple[float, ...]:
    gains = [1 / math.log2(place + 2) for place in range(DEPTH)]
    got = [answer in right for answer in answers[:DEPTH]]
    ndcg = sum(gain for gain, is_right in zip(gains, got, strict=False) if is_right) / sum(gains[: len(right)])
    recall = len(right.intersection(answers[:FAR])) / min(len(right), FAR)
    return ndcg, float(any(got)), sum(got) / DEPTH, recall, float(bool(answers))


# --- the catalogues --------------------------------------------------------------------------------------------------


def read_catalogues() -> Iterator[PublishedCatalogue]:
    """The largest first; none where the folder is absent."""
    if CATALOGS.is_dir():
        yield PublishedCatalogue("7,187 datasets of American cities and states", tuple(_cities_and_states()), 6)
        yield PublishedCatalogue("402 datasets of Philadelphia", tuple(_philadelphia()), 2)
        yield PublishedCatalogue("390 open data portals of the world", tuple(_portals()), 2)


def _cities_and_states() -> Iterator[IndexedDataset]:
    with gzip.open(CATALOGS / "datagov_socrata_7189_dcat.jsonl.gz", "rt", encoding="utf-8") as lines:
        for number, record in enumerate(map(json.loads, lines)):
            columns = tuple(column["name"] for column in record["columns"])
            formats = {part.get("mediaType", "") for part in record["distribution"]}
            yield _of_dcat(number, record, columns, formats)


def _philadelphia() -> Iterator[IndexedDataset]:
    records = json.loads((CATALOGS / "philadelphia_dcat_us_402.json").read_text(encoding="utf-8"))["dataset"]
    for number, record in enumerate(records):
        yield _of_dcat(number, record, (), {part.get("format", "") for part in record["distribution"]})


def _of_dcat(number: int, record: dict[str, Any], columns: tuple[str, ...], formats: Iterable[str]) -> IndexedDataset:
    return _dataset(
        number,
        record["title"],
        record["description"],
        organization=record["publisher"]["name"],
        theme=next(iter(record.get("theme", ())), ""),
        keywords=record["keyword"],
        columns=columns,
        formats=tuple(sorted(formats)),
        issued=_moment(record.get("issued")),
        modified=_moment(record["modified"]),
    )


def _portals() -> Iterator[IndexedDataset]:
    records = json.loads((CATALOGS / "dataportals_ckan_export_390.json").read_text(encoding="utf-8"))["results"]
    for number, record in enumerate(records):
        yield _dataset(
            number,
            record["title"],
            record["notes"] or "",
            organization=record["author"] or "",
            theme=next(iter(record.get("groups", ())), ""),
            keywords=record.get("tags", ()),
            issued=_moment(record["metadata_created"]),
            modified=_moment(record["metadata_modified"]),
        )


def _dataset(
    number: int,
    title: str,
    description: str,
    *,
    organization: str,
    theme: str,
    keywords: Iterable[str],
    issued: datetime | None,
    modified: datetime | None,
    columns: tuple[str, ...] = (),
    formats: tuple[str, ...] = (),
) -> IndexedDataset:
    name = f"d{number}"
    return IndexedDataset(
        id=DatasetId(name),
        revision=1,
        name=name,
        title=title,
        title_en="",
        description=description,
        organization=fold(organization),
        organization_id=fold(organization),
        organization_title=organization,
        theme=fold(theme),
        theme_title=theme,
        keywords=tuple(keywords),
        license="",
        formats=formats,
        frequency="yearly",
        level=AccessLevel.OPEN,
        published=True,
        simulated=False,
        columns=columns,
        issued=issued,
        modified=modified,
    )


def _moment(written: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat((written or "").replace("Z", "+00:00")).astimezone(UTC)
    except ValueError:
        return None
