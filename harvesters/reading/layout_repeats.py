"""Finds a header again that a print repeats on each page, in the middle of the rows."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.layout import TableLayout
from catalog.vietnamese import fold
from harvesters.reading.layout_units import unit_of_line
from harvesters.reading.layout_words import are_column_numbers, is_continued

_Line = tuple[tuple[int, str], ...]


class Repeats:
    """What the rows of the header say, and whether a row says it again. Rows come in their order: a line with one text
    counts only below another one that was repeated."""

    def __init__(self, layout: TableLayout) -> None:
        self._first = min(layout.header_rows, default=0)
        self._lines: set[_Line] = set()
        self._above: set[_Line] = set()
        self._unit = fold(layout.unit)
        self._inside = False

    def learn(self, number: int, texts: Sequence[str]) -> None:
        """A row above the first data row."""
        line = _line(texts)
        if line:
            (self._lines if self._first and number >= self._first else self._above).add(line)

    def holds(self, texts: Sequence[str]) -> bool:
        """Whether the row says what a row of the header says, that the table goes on, or its unit once more."""
        line = _line(texts)
        again = line in self._lines and (len(line) > 1 or self._inside)
        again = again or line in self._above
        again = again or (len(line) <= 2 and any(is_continued(text) for _, text in line))
        again = again or (len(line) == 1 and bool(self._unit) and fold(unit_of_line(line[0][1])) == self._unit)
        again = again or (self._inside and are_column_numbers(texts, bare=True))
        self._inside = again
        return again


def _line(texts: Sequence[str]) -> _Line:
    return tuple((place, " ".join(text.split()).casefold()) for place, text in enumerate(texts) if text.strip())
