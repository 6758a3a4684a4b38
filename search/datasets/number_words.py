"""Words of a question that say how many, which or when: numbers, with the units and periods that stand beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from search.datasets.words import Word

_BEFORE = frozenset({"nam", "qui", "thang", "tuan", "ngay", "ky", "dot"})
_BEHIND = frozenset(
    "ha km km2 m m2 m3 mm cm kg g ta tan ty ti trieu nghin ngan dong vnd usd phan tram mw kw kwh".split()  # noqa: SIM905
)
_ROMAN = re.compile(r"i{1,3}|iv|vi{0,3}|ix|xi{0,2}")


def number_places(words: Sequence[Word]) -> frozenset[int]:
    """*quý 3*, *1.500 ha*, *2024*: the places of the numbers, and of the words that belong to them."""
    numbers = {place for place, word in enumerate(words) if word.exact.isdecimal()}
    for place, word in enumerate(words[1:], start=1):
        if words[place - 1].folded == "qui" and _ROMAN.fullmatch(word.exact):
            numbers.add(place)
    found = set(numbers)
    found.update(place - 1 for place in numbers if place and words[place - 1].folded in _BEFORE)
    found.update(place + 1 for place in numbers if place + 1 < len(words) and words[place + 1].folded in _BEHIND)
    return frozenset(found)
