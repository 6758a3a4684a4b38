"""What somebody who is still typing may mean: datasets, communes, organizations, themes, columns."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from catalog.errors import IndexUnavailable
from catalog.model import Organization
from catalog.questions import SearchQuery, Viewer
from catalog.vietnamese import clean, fold
from catalog.vocabularies import THEMES
from portal.communes import commune_names
from portal.listing import listed
from portal.wiring import Parts

KEPT_NAMES = "dulieumo.names"
"""Where an application keeps its :class:`KeptNames`."""

DATASETS = 6
OTHERS = 3
SHORTEST = 2
KEPT_FOR = timedelta(minutes=2)
_MOST_VALUES = 50_000
_FACETS = ("commune", "organization_path", "theme", "column")


class SuggestionKind(StrEnum):
    DATASET = "dataset"
    COMMUNE = "commune"
    ORGANIZATION = "organization"
    THEME = "theme"
    COLUMN = "column"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``value`` is the name of a dataset, organization or theme as addresses have it, a commune's code, or the title of
    a column.
    ``organization`` is the owner of a dataset, ``count`` how many datasets stand under anything else."""

    kind: SuggestionKind
    value: str
    title: str
    title_en: str = ""
    organization: Organization | None = None
    count: int = 0


class Names:
    """Communes, organizations, themes and columns that have datasets, found by how their words begin."""

    def __init__(self, suggestions: Iterable[Suggestion], organizations: Mapping[str, Organization]) -> None:
        self.organizations = organizations
        self._held = tuple(sorted(suggestions, key=lambda item: (-item.count, item.title)))
        self._texts = tuple(fold(f"{item.title} {item.title_en}").strip() for item in self._held)
        self._words = sorted({(word, place) for place, text in enumerate(self._texts) for word in text.split()})

    def find(self, text: str, limit: int) -> tuple[Suggestion, ...]:
        """Those whose words begin with all the words typed: at most ``limit`` of each kind, those that have them with
        the very accents first, then those that begin with them, then those with most datasets."""
        typed, written = fold(text), text.lower()
        words = typed.split()
        if not words:
            return ()

        def order(place: int) -> tuple[bool, bool, int]:
            begins = self._texts[place].startswith(typed)
            return written not in self._held[place].title.lower(), not begins, place

        places = set.intersection(*(self._beginning(word) for word in words))
        found: dict[SuggestionKind, list[Suggestion]] = {}
        for place in sorted(places, key=order):
            of_kind = found.setdefault(self._held[place].kind, [])
            if len(of_kind) < limit:
                of_kind.append(self._held[place])
        return tuple(item for kind in SuggestionKind for item in found.get(kind, ()))

    def _beginning(self, word: str) -> set[int]:
        first = bisect_left(self._words, (word, -1))
        last = bisect_left(self._words, (word + "\U0010ffff", -1))
        return {place for _word, place in self._words[first:last]}


class KeptNames:
    """The names of what has datasets that everybody may see, read anew after some minutes: beside the answer that finds
    them to be old, which does not wait."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._names: Names | None = None
        self._read_at: datetime | None = None
        self._reading = False

    def get(self, parts: Parts) -> Names:
        """Raises ``IndexUnavailable`` if there are none yet and the index cannot be asked."""
        with self._lock:
            names, now = self._names, parts.clock()
            if names is None:
                names = self._names = _read_names(parts)
                self._read_at = now
            elif self._read_at is None or (abs(now - self._read_at) > KEPT_FOR and not self._reading):
                self._reading = True
                threading.Thread(target=self._renew, args=(parts,), daemon=True).start()
            return names

    def _renew(self, parts: Parts) -> None:
        names: Names | None = None
        try:
            names = _read_names(parts)
        except IndexUnavailable:
            pass  # the old ones do until it can be asked again
        finally:
            with self._lock:
                self._names = names or self._names
                self._read_at = parts.clock()
                self._reading = False


def _read_names(parts: Parts) -> Names:
    query = SearchQuery(limit=0, facets=_FACETS, facet_limit=_MOST_VALUES, viewer=Viewer.PUBLIC)
    counts = {
        facet: {item.value: item.count for item in counted}
        for facet, counted in parts.index.search(query).facets.items()
    }
    with parts.store.read() as reader:
        organizations = {item.name: item for item in reader.organizations()}
        communes = _communes(commune_names(reader.code_lists()), counts)
    return Names((*communes, *_bodies(organizations, counts), *_themes(counts), *_columns(counts)), organizations)


def _communes(names: Mapping[str, str], counts: Mapping[str, Mapping[str, int]]) -> Iterable[Suggestion]:
    for code, count in counts["commune"].items():
        if code in names:
            yield Suggestion(SuggestionKind.COMMUNE, code, names[code], count=count)


def _bodies(organizations: Mapping[str, Organization], counts: Mapping[str, Mapping[str, int]]) -> Iterable[Suggestion]:
    for name, count in counts["organization_path"].items():
        if (body := organizations.get(name)) is not None:
            yield Suggestion(SuggestionKind.ORGANIZATION, name, body.title, body.title_en, count=count)


def _themes(counts: Mapping[str, Mapping[str, int]]) -> Iterable[Suggestion]:
    for name, count in counts["theme"].items():
        if (theme := THEMES.get(name)) is not None:
            yield Suggestion(SuggestionKind.THEME, name, theme.title, theme.title_en, count=count)


def _columns(counts: Mapping[str, Mapping[str, int]]) -> Iterable[Suggestion]:
    for title, count in counts["column"].items():
        yield Suggestion(SuggestionKind.COLUMN, title, title, count=count)


def suggest(parts: Parts, kept: KeptNames, text: str, viewer: Viewer) -> tuple[Suggestion, ...]:
    """Datasets first, then the others; nothing where the index cannot be asked or hardly anything was typed."""
    text = clean(text)
    if len(text) < SHORTEST:
        return ()
    try:
        names = kept.get(parts)
        found = parts.index.search(SearchQuery(text=text, unfinished=True, limit=DATASETS, marked=False, viewer=viewer))
    except IndexUnavailable:
        return ()
    return (
        *(
            Suggestion(
                SuggestionKind.DATASET, item.name, item.title, item.title_en, names.organizations.get(item.organization)
            )
            for item in listed(parts.store, found.hits, viewer)
        ),
        *names.find(text, OTHERS),
    )
