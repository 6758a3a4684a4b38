"""What normalising did to one column: every change counted by kind, the first places and the commonest pairs kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy

from catalog.issues import EXAMPLES_KEPT, Example
from catalog.layout import RowNumbers
from schemas.places import Places, shortened
from schemas.readings import Kind, Mark, Reading

PAIRS_COUNTED = 5_000
"""Different changes of one column that are counted one by one; those that turn up later are counted together."""

_CLASHES: Mapping[Mark, Mark] = {
    Mark.THREE_DECIMALS: Mark.GROUPED,
    Mark.EITHER_DAY: Mark.OTHER_ORDER,
    Mark.BARE_PERCENT: Mark.PERCENT_SIGN,
}
"""Marks of cells that can be read in two ways once another cell of their column bears the other mark."""

Pair = tuple[Kind, str, str]


@dataclass(slots=True)
class Changes:
    """What normalising did to one column, what it had to refuse, and what its cells say about the column."""

    changed: Places = field(default_factory=Places)
    kinds: Counter[Kind] = field(default_factory=Counter)
    pairs: Counter[Pair] = field(default_factory=Counter)
    uncounted: int = 0
    refused: dict[Kind, Places] = field(default_factory=dict)
    marks: dict[Mark, Places] = field(default_factory=dict)

    @property
    def is_worth_telling(self) -> bool:
        doubts = {Mark.FOREIGN_LETTERS, Mark.LOST_CHARACTERS} & self.marks.keys()
        return bool(self.changed.count or self.refused or self.clashes or doubts)

    @property
    def clashes(self) -> tuple[Mark, ...]:
        """The marks of cells that nobody can read for sure."""
        return tuple(mark for mark, other in _CLASHES.items() if mark in self.marks and other in self.marks)

    def count_block(
        self,
        texts: Sequence[str],
        readings: Sequence[Reading],
        cells: numpy.ndarray,
        first_row: int,
        row_numbers: RowNumbers,
    ) -> None:
        """Take in a block: its different ``texts`` with their ``readings``, and which of them each cell is."""
        counts = numpy.bincount(cells, minlength=len(texts))
        block = _Block(texts, readings, cells, counts, first_row, row_numbers)
        changed: list[int] = []
        refused: dict[Kind, list[int]] = {}
        marked: dict[Mark, list[int]] = {}
        for place, reading in enumerate(readings):
            if reading.text is None:
                refused.setdefault(reading.kinds[0], []).append(place)
            elif reading.kinds:
                changed.append(place)
            for mark in reading.marks:
                marked.setdefault(mark, []).append(place)
        self._count_pairs(block, changed)
        block.add(self.changed, changed, with_result=True)
        for kind, places in refused.items():
            block.add(self.refused.setdefault(kind, Places()), places)
        for mark, places in marked.items():
            block.add(self.marks.setdefault(mark, Places()), places)

    def _count_pairs(self, block: _Block, changed: Sequence[int]) -> None:
        kinds, pairs = self.kinds, self.pairs
        counts = block.counts.tolist()
        for place in changed:
            reading, count = block.readings[place], counts[place]
            for kind in reading.kinds:
                kinds[kind] += count
            if len(pairs) < PAIRS_COUNTED:
                pairs[reading.kinds[-1], block.texts[place], reading.text or ""] += count
            else:
                pair = (reading.kinds[-1], block.texts[place], reading.text or "")
                if pair in pairs:
                    pairs[pair] += count
                else:
                    self.uncounted += count


@dataclass(frozen=True, slots=True)
class _Block:
    texts: Sequence[str]
    readings: Sequence[Reading]
    cells: numpy.ndarray
    counts: numpy.ndarray
    first_row: int
    row_numbers: RowNumbers

    def add(self, places: Places, chosen: Sequence[int], *, with_result: bool = False) -> None:
        """Count the cells of the ``chosen`` texts, and keep the first of them as examples."""
        if not chosen:
            return
        places.count += int(self.counts[list(chosen)].sum())
        wanted = EXAMPLES_KEPT - len(places.examples)
        if wanted <= 0:
            return
        flags = numpy.zeros(len(self.texts), dtype=bool)
        flags[list(chosen)] = True
        for row in numpy.flatnonzero(flags[self.cells])[:wanted].tolist():
            place = int(self.cells[row])
            text = self.texts[place].strip()
            if with_result:
                text = change_text(self.texts[place], self.readings[place].text or "")
            places.examples.append(Example(self.row_numbers.in_source(self.first_row + row), shortened(text)))


def change_text(before: str, after: str) -> str:
    """A change as reports show it."""
    return f"{before} → {after or '(trống)'}"
