"""Questions of every kind that people and programs ask, as addresses of the portal's own API."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from werkzeug.datastructures import MultiDict

from catalog.model import Dataset
from catalog.questions import FACETS, Likeness, SearchQuery, Viewer
from catalog.reading import published_datasets
from catalog.vietnamese import fold
from portal.demo.profile import DemoProfile
from portal.questions import asked_from_args
from portal.suggesting import DATASETS as SUGGESTED
from portal.wiring import Parts

SUGGEST, EVERYTHING = "prefix, as one types", "everything, with facets"
DEEP_PAGE = 101
BEYOND = 10_000
"""Hits before a page that is reached by cursor: page 501 of 20."""

_MANY = 20


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """``address`` is empty where the portal has no address that asks this alone."""

    query: SearchQuery
    address: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    questions: tuple[Question, ...]


def kinds_of_questions(parts: Parts, profile: DemoProfile) -> Iterator[Kind]:
    words = _distinct(word for item in profile.datasets for word in item.keywords if " " in word)
    titles = _distinct(item.title for item in profile.datasets)
    yield _kind("keyword with accents", ({"q": word} for word in words))
    yield _kind("keyword without accents", ({"q": fold(word)} for word in words))
    yield _kind("three words of a title", ({"q": " ".join(title.split()[-3:])} for title in titles))
    yield _kind(
        "a sentence of seven words", ({"q": " ".join(title.split()[:7])} for title in titles if len(title.split()) > 6)
    )
    yield _kind("phrase", ({"q": f'"{word}"'} for word in words))
    bodies = [body.name for body in profile.organizations[2:12]]
    yield _kind(
        "filtered by organization and year",
        ({"q": word, "organization": bodies[n % 10], "year": f"{2015 + n % 10}"} for n, word in enumerate(words)),
        parts,
    )
    yield _kind("sorted by date", ({"q": word, "sort": "modified"} for word in words))
    yield _kind(EVERYTHING, [{"per_page": "20"}])
    yield _kind("offset 2,000", ({"q": word.split()[0], "page": f"{DEEP_PAGE}"} for word in words), parts)
    common = (word.split()[0] for word in words)
    yield _kind("cursor at page 501", _beyond(parts, [{}, *({"q": w, "sort": "modified"} for w in common)]))
    yield Kind(SUGGEST, tuple(_suggested(words)))
    yield Kind("similar datasets", tuple(_similar(parts)))


def _distinct(texts: Iterable[str]) -> list[str]:
    kept = list(dict.fromkeys(texts))
    random.Random(5).shuffle(kept)
    return kept


def _kind(name: str, asked: Iterable[dict[str, str]], parts: Parts | None = None) -> Kind:
    """With ``parts`` those only that find something."""
    questions = map(_question, asked)
    found = (item for item in questions if parts is None or parts.index.search(item.query).hits)
    return Kind(name, tuple(islice(found, _MANY)))


def _question(args: dict[str, str]) -> Question:
    address = f"/api/v1/datasets?{urlencode(args)}"
    given: MultiDict[str, str] = MultiDict(parse_qsl(urlsplit(address).query))
    return Question(asked_from_args(given, Viewer.PUBLIC, facets=FACETS, marked=False).query, address)


def _beyond(parts: Parts, asked: Sequence[dict[str, str]]) -> Iterator[dict[str, str]]:
    """The cursor that leads on from there, found by walking."""
    for args in islice(asked, 12):
        query, after = _question(args).query, ""
        for _ in range(BEYOND // 1_000):
            after = parts.index.search(SearchQuery(query.text, sort=query.sort, limit=1_000, after=after)).next
            if not after:
                break
        if after:
            yield args | {"after": after}


def _suggested(words: Sequence[str]) -> Iterator[Question]:
    for word in words[:_MANY]:
        typed = word[: max(3, len(word) * 2 // 3)].strip()
        query = SearchQuery(text=typed, unfinished=True, limit=SUGGESTED, marked=False, viewer=Viewer.PUBLIC)
        yield Question(query, f"/api/v1/suggest?q={quote(typed)}")


def _similar(parts: Parts) -> Iterator[Question]:
    hits = parts.index.search(SearchQuery(limit=_MANY)).hits
    with parts.store.read() as reader:
        for item in published_datasets(reader, [hit.dataset_id for hit in hits], schemas=True):
            columns = [field.title for table in item.tables if table.schema for field in table.schema.fields]
            yield Question(
                SearchQuery(like=_likeness(item.dataset, item.organization.name, columns[:30]), limit=4, marked=False)
            )


def _likeness(dataset: Dataset, organization: str, columns: Sequence[str]) -> Likeness:
    return Likeness(
        dataset.id, dataset.title, dataset.keywords, dataset.theme, organization, tuple(dict.fromkeys(columns))
    )
