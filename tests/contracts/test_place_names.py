"""The names of all provinces and communes of the country, however they are written, asked of every engine."""

from __future__ import annotations

import csv
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

import pytest

from catalog.dictionary import Code, CodeList
from catalog.ports import DatasetIndex
from catalog.questions import SearchQuery
from catalog.vietnamese import fold
from search.datasets.lexicon_building import build_lexicon
from search.datasets.words import words_of
from tests.contracts.dataset_indexes import ENGINES, described
from tests.contracts.test_vietnamese_search import UNITS

pytestmark = pytest.mark.skipif(not UNITS.is_dir(), reason="needs ../shared/data/units")

EACH = {"tantivy": 15, "elasticsearch": 50}
"""Which of the names are asked, for time; all are indexed."""

FORMS: dict[str, Callable[[str], str]] = {
    "as written": str,
    "capitals": str.upper,
    "decomposed": lambda name: unicodedata.normalize("NFD", name),
    "no accents": fold,
    "capitals without accents": lambda name: fold(name).upper(),
}


@dataclass(frozen=True, slots=True)
class Place:
    short: str
    full: str


@dataclass(frozen=True, slots=True)
class Opened:
    index: DatasetIndex
    each: int

    def names(self, query: str) -> tuple[int, list[str]]:
        page = self.index.search(SearchQuery(query, limit=100, marked=False))
        assert not page.relaxed, query
        return page.total, [hit.name for hit in page.hits]


def rows(file: str) -> Iterator[dict[str, str]]:
    with (UNITS / file).open(encoding="utf-8-sig", newline="") as lines:
        yield from csv.DictReader(lines)


def places() -> dict[str, Place]:
    """34 provinces and 3,321 communes."""
    found = [Place(row["ten"], row["ten_day_du"]) for row in rows("tinh_34_ma_nso.csv")]
    found += [Place(row["ten"], row["ten_day_du"]) for row in rows("xa_3321_ma_nso.csv")]
    return {f"d{number}": place for number, place in enumerate(found)}


@pytest.fixture(params=sorted(ENGINES), scope="module")
def country(request: pytest.FixtureRequest) -> Iterator[Opened]:
    with ENGINES[request.param](request, build_lexicon()) as made:
        made.rebuild(described(name, place.full) for name, place in places().items())
        yield Opened(made, EACH[request.param])


def holds(name: str, title: str) -> bool:
    return f" {written(name)} " in f" {written(title)} "


def folded_words(text: str) -> frozenset[str]:
    return frozenset(word.folded for word in words_of(text))


def written(text: str) -> str:
    return " ".join(word.exact for word in words_of(text))


@pytest.mark.parametrize("kind", ["short", "full"])
def test_a_name_gives_the_same_datasets_however_it_is_written(country: Opened, kind: str) -> None:
    """Those that have all its words, whatever their accents. *Các Sơn* reads like “the mountains”."""
    known = places()
    asked = {getattr(place, kind) for place in islice(known.values(), 0, None, country.each)} - {
        "Các Sơn",
        "Xã Các Sơn",
    }
    folded = {name: folded_words(place.full) for name, place in known.items()}
    differing = {}
    for name in asked:
        answers = {form: country.names(written_as(name)) for form, written_as in FORMS.items()}
        firsts = {form: (total, tuple(names)) for form, (total, names) in answers.items()}
        same = firsts["as written"] == firsts["capitals"] == firsts["decomposed"]
        plain = firsts["no accents"] == firsts["capitals without accents"]
        total, names = answers["as written"]
        wanted = {word for word, words in folded.items() if words.issuperset(folded_words(name))}
        found = set(answers["no accents"][1])
        if not (same and plain and total == answers["no accents"][0] == len(wanted)):
            differing[name] = {form: answer[0] for form, answer in answers.items()} | {"wanted": len(wanted)}
        elif total <= 100 and not set(names) == found == wanted:
            differing[name] = {"found": len(found)}
    assert differing == {}


@pytest.mark.parametrize("kind", ["short", "full"])
def test_what_has_the_accents_of_the_question_comes_first(country: Opened, kind: str) -> None:
    known = places()
    behind = []
    for place in islice(known.values(), 0, None, country.each):
        name = getattr(place, kind)
        having = [holds(name, known[found].full) for found in country.names(name)[1]]
        if having != sorted(having, reverse=True) or not having[0]:
            behind.append(name)
    assert behind == []


# --- former communes -------------------------------------------------------------------------------------------------


def today() -> dict[str, str]:
    return {row["ma_xa"]: f"{row['loai']} {row['ten']}" for row in rows("thanh_hoa_166_xa_phuong.csv")}


def former() -> tuple[Code, ...]:
    """Those whose code went with them."""
    after: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for row in rows("thanh_hoa_cu_sang_moi.csv"):
        after[row["ma_xa_cu"], row["xa_cu"]][row["ma_xa_moi"]] = None
    return tuple(
        Code(code, name, replaced_by=tuple(codes)) for (code, name), codes in after.items() if code not in today()
    )


@pytest.fixture(params=sorted(ENGINES), scope="module")
def province(request: pytest.FixtureRequest) -> Iterator[Opened]:
    """A table for each of today's communes, named by no more than its code."""
    codes = CodeList("xa", "1", "Xã", "", (*(Code(code, name) for code, name in today().items()), *former()))
    with ENGINES[request.param](request, build_lexicon((), (), (codes,))) as made:
        made.rebuild(described(f"c{code}", f"Bảng {place}", communes=(code,)) for place, code in enumerate(today()))
        yield Opened(made, EACH[request.param])


def test_a_former_name_finds_the_tables_of_what_became_of_the_commune(province: Opened) -> None:
    missed = [
        (written_as(code.title), wanted)
        for code in islice(former(), 0, None, province.each)
        for written_as in FORMS.values()
        for wanted in code.replaced_by
        if f"c{wanted}" not in province.names(written_as(code.title))[1]
    ]
    assert missed == []
