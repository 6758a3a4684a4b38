"""What normalising did to one column: every change counted by kind, the first places and the commonest pairs kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy
import pyarrow
from pyarrow import compute

from catalog.issues import EXAMPLES_KEPT, Example
from catalog.layout import RowNumbers
from schemas.places import SHOWN_CHARACTERS, Places, shortened
from schemas.readings import Kind, Mark

PAIRS_COUNTED = 5_000
"""Different changes of one column that are counted one by one; those that turn up later are counted together."""

_LINE_END = re.compile(r"\r\n?|\n")

_CLASHES: Mapping[Mark, Mark] = {
    Mark.THREE_DECIMALS: Mark.GROUPED,
    Mark.ONE_GROUP: Mark.DECIMAL_POINT,
    Mark.THREE_PLACES: Mark.COMMA,
    Mark.EITHER_DAY: Mark.OTHER_ORDER,
    Mark.BARE_PERCENT: Mark.PERCENT_SIGN,
}
"""Marks of cells that can be read in two ways once another cell of their column bears the other mark."""

_DOUBTS = frozenset({Mark.FOREIGN_LETTERS, Mark.LOST_CHARACTERS, Mark.MAYBE_GROUPED})
"""Marks that are worth telling by themselves."""

Chosen = Sequence[int] | numpy.ndarray
"""Positions of some of the different texts of a block."""


@dataclass(frozen=True, slots=True)
class ReadBlock:
    """A block of one column as it was read: its different ``texts`` with their ``results`` (a refused text is its own
    result), which of them each cell is, and which texts were changed, refused or marked, and how."""

    texts: pyarrow.Array
    results: pyarrow.Array
    cells: numpy.ndarray
    first_row: int
    changed: Mapping[tuple[Kind, ...], Chosen]
    refused: Mapping[Kind, Chosen]
    marked: Mapping[Mark, Chosen]

    def text(self, place: int) -> str:
        return str(self.texts[place].as_py())

    def result(self, place: int) -> str:
        return str(self.results[place].as_py())


@dataclass(slots=True)
class Changes:
    """What normalising did to one column, what it had to refuse, and what its cells say about the column. ``pairs``
    counts cells by what stood in them and names the kind and the result; ``uncounted`` cells changed in other ways."""

    changed: Places = field(default_factory=Places)
    kinds: Counter[Kind] = field(default_factory=Counter)
    pairs: dict[str, Pair] = field(default_factory=dict)
    uncounted: int = 0
    refused: dict[Kind, Places] = field(default_factory=dict)
    marks: dict[Mark, Places] = field(default_factory=dict)
    _told_apart: pyarrow.Array | None = None

    @property
    def is_worth_telling(self) -> bool:
        return bool(self.changed.count or self.refused or self.clashes or _DOUBTS & self.marks.keys())

    @property
    def clashes(self) -> tuple[Mark, ...]:
        """The marks of cells that nobody can read for sure."""
        return tuple(mark for mark, other in _CLASHES.items() if mark in self.marks and other in self.marks)

    def commonest(self, most: int) -> list[tuple[str, Pair]]:
        """The changes that most cells needed, those met first before others."""
        return sorted(self.pairs.items(), key=lambda item: -item[1].count)[:most]

    def count_block(self, block: ReadBlock, row_numbers: RowNumbers) -> None:
        """Take in the next block of the column."""
        counts = numpy.bincount(block.cells, minlength=len(block.texts))
        for kinds, chosen in block.changed.items():
            cells = int(counts[chosen].sum())
            for kind in kinds:
                self.kinds[kind] += cells
            self._count_pairs(block, kinds[-1], numpy.asarray(chosen, dtype=numpy.int64), counts)
        every = [numpy.asarray(chosen, dtype=numpy.int64) for chosen in block.changed.values()]
        if every:
            _add(self.changed, block, numpy.concatenate(every), counts, row_numbers, with_result=True)
        for kind, chosen in block.refused.items():
            _add(self.refused.setdefault(kind, Places()), block, chosen, counts, row_numbers)
        for mark, chosen in block.marked.items():
            _add(self.marks.setdefault(mark, Places()), block, chosen, counts, row_numbers)

    def _count_pairs(self, block: ReadBlock, kind: Kind, chosen: numpy.ndarray, counts: numpy.ndarray) -> None:
        if self._told_apart is None:
            room = PAIRS_COUNTED - len(self.pairs)
            for place in chosen[:room].tolist():  # of those that are known already, room is kept in vain
                self._count_pair(block, kind, place, int(counts[place]))
            chosen = chosen[room:]
            if not len(chosen):
                return
            self._told_apart = pyarrow.array(list(self.pairs), type=pyarrow.string())
        known = compute.is_in(block.texts.take(pyarrow.array(chosen)), self._told_apart)
        known = known.to_numpy(zero_copy_only=False)
        for place in chosen[known].tolist():
            self._count_pair(block, kind, place, int(counts[place]))
        self.uncounted += int(counts[chosen[~known]].sum())

    def _count_pair(self, block: ReadBlock, kind: Kind, place: int, count: int) -> None:
        before = block.text(place)
        pair = self.pairs.get(before)
        if pair is None:
            pair = self.pairs[before] = Pair(kind, block.result(place))
        pair.count += count


@dataclass(slots=True)
class Pair:
    """What a text was changed to, of which kind the (last) change was, and in how many cells."""

    kind: Kind
    after: str
    count: int = 0


def _add(
    places: Places,
    block: ReadBlock,
    chosen: Chosen,
    counts: numpy.ndarray,
    row_numbers: RowNumbers,
    *,
    with_result: bool = False,
) -> None:
    """Count the cells of the chosen texts, and keep the first of them as examples."""
    places.count += int(counts[chosen].sum())
    wanted = EXAMPLES_KEPT - len(places.examples)
    if wanted <= 0:
        return
    flags = numpy.zeros(len(block.texts), dtype=bool)
    flags[chosen] = True
    for row in numpy.flatnonzero(flags[block.cells])[:wanted].tolist():
        place = int(block.cells[row])
        text = block.text(place)
        shown = change_text(text, block.result(place)) if with_result else text.strip()
        places.examples.append(Example(row_numbers.in_source(block.first_row + row), shortened(shown)))


def change_text(before: str, after: str, most: int = SHOWN_CHARACTERS) -> str:
    """A change as reports show it, on one line; each side no longer than ``most`` characters."""
    shown = (_LINE_END.sub("⏎", shortened(text, most)) for text in (before, after or "(trống)"))
    return " → ".join(shown)
