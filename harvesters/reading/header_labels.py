"""The labels that the rows of a header make: one text for each column, spanning labels carried over what they span."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from catalog.vietnamese import clean
from harvesters.reading.grid import Merge, Row
from harvesters.reading.layout_language import translates
from harvesters.reading.layout_rows import texts_of
from harvesters.reading.layout_units import as_unit, unit_of_label, unit_of_line
from harvesters.reading.layout_words import NUMBERING, without_mark


@dataclass(frozen=True, slots=True)
class Header:
    """``rows`` are the header's numbers, ``first_row`` that of the first data row, ``labels`` by position from 1.
    ``translated`` are the rows that say in English what the row above says, ``marked`` labels as they stand whose
    footnote mark was taken off. ``doubts`` are pairs of sentences: readings between which a person must choose."""

    rows: tuple[int, ...]
    first_row: int
    labels: dict[int, str]
    column_numbers: bool = False
    translated: tuple[int, ...] = ()
    marked: tuple[str, ...] = ()
    doubts: tuple[tuple[str, str], ...] = ()


def header_of(lines: Sequence[Row], first_row: int, merges: Sequence[Merge]) -> Header:
    """The header that these rows make, whatever they hold."""
    whole = labels_of(lines, merges)
    labels = {place: without_mark(label) for place, label in whole.items()}
    if len(set(labels.values())) < len(set(whole.values())):  # "Phương án (1)" and "(2)" are no footnotes
        labels = whole
    return Header(
        rows=tuple(row.number for row in lines),
        first_row=first_row,
        labels=labels,
        translated=tuple(lower.number for upper, lower in pairwise(lines) if is_translated_row(upper, lower)),
        marked=tuple(dict.fromkeys(label for place, label in whole.items() if label != labels[place])),
    )


def is_translated_row(upper: Row, lower: Row) -> bool:
    """Whether the lower row says in English what the upper one says."""
    return translates(texts_of(upper), texts_of(lower))


def labels_of(header: Sequence[Row], merges: Sequence[Merge]) -> dict[int, str]:
    """One text for each column: what stands in its rows, spanning labels carried over the columns they span."""
    grid = [_spread(row, header, merges) for row in header]
    labels: dict[int, str] = {}
    for place in sorted({place for line in grid for place in line}):
        parts: list[str] = []
        for line in grid:
            part = " ".join(clean(line.get(place, "")).split())
            if not part or (parts and part == parts[-1]):
                continue
            unit = as_unit(part, alone=not part.startswith("("))
            if parts and unit and not unit_of_label(parts[-1]):
                parts[-1] = f"{parts[-1]} ({unit})"
            elif parts and part[:1].islower():
                parts[-1] = f"{parts[-1]} {part}"
            else:
                parts.append(part)
        if parts and not unit_of_line(parts[0]):  # "ĐVT: Triệu đồng" in a corner labels no column
            labels[place] = " / ".join(parts)
    return labels


def _spread(row: Row, header: Sequence[Row], merges: Sequence[Merge]) -> dict[int, str]:
    line = {place: text for place, text in enumerate(texts_of(row), start=1) if text.strip()}
    spread = dict(line)
    for merge in merges:
        if merge.first_row == row.number and merge.first_column in line:
            spread |= dict.fromkeys(range(merge.first_column, merge.last_column + 1), line[merge.first_column])
    numbers = {line.number for line in header}
    if any(merge.first_row in numbers for merge in merges) or row is header[-1]:
        return spread
    below = {
        place
        for later in header[header.index(row) + 1 :]
        for place, text in enumerate(texts_of(later), start=1)
        if text.strip()
    }
    carried = ""
    for place in range(1, max([*line, *below], default=0) + 1):
        carried = line.get(place, carried)
        if carried.strip().casefold() in NUMBERING:  # numbering never spans
            carried = ""
        before = max((at for at in below if at < place), default=0)
        apart = any(between in line for between in range(before + 1, place))
        if place not in line and place in below and carried and before and not apart:
            spread[place] = carried
    return spread
