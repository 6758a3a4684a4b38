"""The datasets that statements of RDF describe, as JSON: nodes with what belongs to them inside, properties by prefixed
names, values in a settled order, so that equal data give equal text. For :mod:`harvesters.rdf_child` alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from harvesters.rdf_statements import Statements, Term, Text, is_blank

MOST_NODES = 5_000
DEEPEST = 4

_PREFIXES = {
    "http://purl.org/dc/terms/": "dct",
    "http://www.w3.org/ns/dcat#": "dcat",
    "http://schema.org/": "schema",
    "https://schema.org/": "schema",
    "http://xmlns.com/foaf/0.1/": "foaf",
    "http://www.w3.org/2006/vcard/ns#": "vcard",
    "http://www.w3.org/2004/02/skos/core#": "skos",
    "http://www.w3.org/2000/01/rdf-schema#": "rdfs",
    "http://www.w3.org/2006/time#": "time",
    "http://www.w3.org/ns/locn#": "locn",
    "http://www.w3.org/ns/adms#": "adms",
    "http://www.w3.org/2002/07/owl#": "owl",
    "http://www.w3.org/ns/prov#": "prov",
    "http://www.w3.org/ns/hydra/core#": "hydra",
    "http://spdx.org/rdf/terms#": "spdx",
    "http://data.europa.eu/r5r/": "dcatap",
    "http://purl.org/dc/elements/1.1/": "dc",
}
_ORDER = {prefix: place for place, prefix in enumerate(dict.fromkeys(_PREFIXES.values()))}

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_DATASETS = frozenset(("http://www.w3.org/ns/dcat#Dataset", "http://schema.org/Dataset", "https://schema.org/Dataset"))
_LISTED = frozenset(("http://www.w3.org/ns/dcat#dataset", "http://schema.org/dataset"))
_HYDRA = "http://www.w3.org/ns/hydra/core#"
_NEXT = frozenset((_HYDRA + "next", _HYDRA + "nextPage"))

# fmt: off
_FOLLOWED = frozenset(
    ("distribution", "contactPoint", "publisher", "creator", "provider", "author", "license", "temporal", "spatial",
     "temporalCoverage", "spatialCoverage", "theme", "subject", "accessService", "accessRights", "accrualPeriodicity",
     "format", "mediaType", "hasBeginning", "hasEnd", "beginning", "end", "hasEmail", "landingPage", "identifier",
     "about", "maintainer")
)
# fmt: on
"""Properties whose values belong to the dataset; what others lead to is not described with it."""


class Described:
    """What a document says, read once for its datasets and its pages."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements
        self._names: dict[str, str] = {}
        self._datasets: set[str] = set()
        self.next: list[str] = []
        """Where the next pages are."""
        self._totals: set[str] = set()
        listed: set[str] = set()
        for subject, said in statements.items():
            for predicate, term in said:
                if predicate == _TYPE:
                    if term in _DATASETS:
                        self._datasets.add(subject)
                elif predicate in _LISTED:
                    if isinstance(term, str) and term in statements:
                        listed.add(term)
                elif predicate.startswith(_HYDRA):
                    self._turn(predicate, term)
        self._found = self._datasets | listed
        self.next = sorted(set(self.next))

    @property
    def total(self) -> int | None:
        """How many datasets there are on all pages, if one number is said."""
        only = next(iter(self._totals)) if len(self._totals) == 1 else ""
        return int(only) if only.isascii() and only.isdigit() and len(only) < 10 else None

    def records(self) -> Iterator[dict[str, Any]]:
        """All datasets, in a settled order."""
        found = [self._record(subject) for subject in self._found]
        yield from sorted(found, key=lambda record: (record.get("@id", ""), json.dumps(record)))

    def _turn(self, predicate: str, term: Term) -> None:
        said = term.value if isinstance(term, Text) else term
        if predicate in _NEXT:
            self.next.append(said)
        elif predicate == _HYDRA + "totalItems":
            self._totals.add(said)

    def _record(self, subject: str) -> dict[str, Any]:
        budget = [MOST_NODES]
        record = self._tree(subject, (), budget)
        if budget[0] < 0:
            return {**({} if is_blank(subject) else {"@id": subject}), "_unreadable": "TOO_LARGE"}
        return record

    def _tree(self, subject: str, above: tuple[str, ...], budget: list[int]) -> dict[str, Any]:
        """The node with what belongs to it inside; stops describing when the budget is spent."""
        found: dict[str, list[Any]] = {}
        inside = (*above, subject)
        for predicate, term in self._statements[subject]:
            budget[0] -= 1
            if budget[0] < 0:
                break
            name = self._names.get(predicate) or self._named(predicate)
            said = self._value(term, name, inside, budget)
            if said is not None:
                found.setdefault(name, []).append(said)
        node: dict[str, Any] = {} if is_blank(subject) else {"@id": subject}
        for name in sorted(found, key=_place):
            said = found[name]
            node[name] = said[0] if len(said) == 1 else sorted(said, key=_text)
        return node

    def _value(self, term: Term, name: str, above: tuple[str, ...], budget: list[int]) -> Any:
        if isinstance(term, Text):
            return {"@value": term.value, "@language": term.language} if term.language else term.value
        if name == "@type":
            return self._names.get(term) or self._named(term)
        belongs = name.rpartition(":")[2] in _FOLLOWED and len(above) < DEEPEST and term not in above
        if belongs and term in self._statements and term not in self._datasets:
            return self._tree(term, above, budget)
        return None if is_blank(term) else {"@id": term}

    def _named(self, address: str) -> str:
        """The prefixed name, where there is a prefix."""
        if address == _TYPE:
            name = "@type"
        else:
            start, mark, local = address.rpartition("#") if "#" in address else address.rpartition("/")
            prefix = _PREFIXES.get(start + mark)
            name = f"{prefix}:{local}" if prefix else address
        self._names[address] = name
        return name


def _place(name: str) -> tuple[int, str]:
    return _ORDER.get(name.partition(":")[0], len(_ORDER)), name


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
