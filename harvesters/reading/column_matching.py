"""Which column of a file feeds which field of the dictionary: by exact name or title first, by likeness last.

A doubtful pair is never made silently: it is told with both candidates, and a person chooses.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from catalog.dictionary import Field, TableSchema
from catalog.layout import Evidence
from catalog.vietnamese import canonical_tone, clean, fold
from harvesters.reading.layout_units import without_unit
from harvesters.reading.layout_words import is_missing, is_number, without_mark

_ALIKE = 88.0
_MARGIN = 8.0
_NUMERIC = frozenset({"integer", "number"})


@dataclass(frozen=True, slots=True)
class Matching:
    """``fields`` by place in the list of labels; ``exact`` says that every pair is by name or title."""

    fields: Mapping[int, str]
    exact: bool
    doubts: tuple[Evidence, ...] = ()


def match_columns(labels: Sequence[str], samples: Sequence[Sequence[str]], schema: TableSchema) -> Matching:
    """One field at most for a column, one column at most for a field. ``samples`` are some values of each column."""
    aliases = _aliases(schema)
    found: dict[int, str] = {}
    doubts: list[Evidence] = []
    for place, label in enumerate(labels):
        names = [item.name for item in schema.fields if same(label) in aliases[item.name]]
        if len(names) == 1 and names[0] not in found.values():
            found[place] = names[0]
        elif names:
            doubts.append(_doubt(label, names))
    exact = True
    parts = _telling_parts(labels)
    for place, label in enumerate(labels):
        if place in found:
            continue
        rest = [item for item in schema.fields if item.name not in found.values()]
        best = _alike(parts[place], samples[place], rest, aliases)
        if not best:
            continue
        exact = False
        if len(best) == 1:
            found[place] = best[0]
        else:
            doubts.append(_doubt(label, best))
    return Matching(found, exact, tuple(doubts))


def _telling_parts(labels: Sequence[str]) -> list[list[str]]:
    """Each label, and of one that several header rows make its first and its last part, if no other column has it: the
    first may be a translation's original, the last what the column is called under a heading that spans many."""
    split = [[part.strip() for part in label.split(" / ")] for label in labels]
    firsts, lasts = Counter(parts[0] for parts in split), Counter(parts[-1] for parts in split)
    told = []
    for label, parts in zip(labels, split, strict=True):
        more = [parts[0]] if len(parts) > 1 and firsts[parts[0]] == 1 else []
        more += [parts[-1]] if len(parts) > 1 and lasts[parts[-1]] == 1 else []
        told.append([label, *more])
    return told


def same(label: str) -> str:
    """The form in which two labels are the same: NFC, one tone style, no capitals, single spaces."""
    return canonical_tone(re.sub(r"\s+", " ", clean(label))).casefold()


def _aliases(schema: TableSchema) -> dict[str, frozenset[str]]:
    told = {item.get("name"): item.get("labels", ()) for item in schema.descriptor.get("fields", ())}
    return {
        item.name: frozenset(
            same(text) for text in (item.name, item.title, item.title_en, *told.get(item.name, ())) if text
        )
        for item in schema.fields
    }


def _bare(label: str) -> str:
    return re.sub(r"[^\w%]+", " ", fold(without_unit(without_mark(label)))).strip()


def _digits(text: str) -> list[str]:
    """What tells "Quý 1" from "Quý 2", however alike they look."""
    return re.findall(r"\d+", text)


def _alike(
    labels: Sequence[str], values: Sequence[str], fields: Sequence[Field], aliases: Mapping[str, frozenset[str]]
) -> list[str]:
    """No name, the one that is alike, or the two between which a person must choose."""
    bares = [bare for label in labels if (bare := _bare(label))]
    if not bares:
        return []

    def score(item: Field) -> float:
        pairs = [(bare, _bare(alias)) for bare in bares for alias in aliases[item.name]]
        return max((fuzz.ratio(*pair) for pair in pairs if _digits(pair[0]) == _digits(pair[1])), default=0.0)

    scored = sorted(((score(item), item) for item in fields), key=lambda pair: -pair[0])
    likely = [(alike, item.name) for alike, item in scored if alike >= _ALIKE and _may_feed(values, item)]
    if not likely:
        return []
    rivals = [name for alike, name in likely[1:] if likely[0][0] - alike < _MARGIN]
    return [likely[0][1], *rivals[:1]]


def _may_feed(values: Sequence[str], item: Field) -> bool:
    """A column of words does not feed a field of numbers."""
    told = [value for value in values if value.strip() and not is_missing(value)]
    if item.type not in _NUMERIC or not told:
        return True
    return sum(is_number(value) for value in told) * 2 >= len(told)


def _doubt(label: str, names: Sequence[str]) -> Evidence:
    return Evidence(
        "columns",
        f"Cột “{label}” có thể là {' hoặc '.join(names)}: cần người chọn.",
        f"Column “{label}” may be {' or '.join(names)}: a person must choose.",
    )
