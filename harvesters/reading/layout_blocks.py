"""Finds tables that stand side by side in one sheet, so that two tables do not pass as one wide one.

An empty column alone tells nothing: many tables have spacers. Two tables are there where the right part begins like a
table of its own: with a numbering or a label column, or with the very labels of the left part.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from catalog.layout import Evidence
from catalog.vietnamese import clean
from harvesters.reading.column_matching import same
from harvesters.reading.grid import EMPTY_CELL, Row, Sheet, column_letters
from harvesters.reading.header_labels import Header
from harvesters.reading.headers import value_columns
from harvesters.reading.layout_language import is_english
from harvesters.reading.layout_rows import filled, texts_of
from harvesters.reading.layout_words import NUMBERING, is_number

_LEAST_COLUMNS = 2


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a sheet from column ``first`` to ``last``, both counted from 1 and included."""

    first: int
    last: int

    def cut(self, sheet: Sheet) -> Sheet:
        """The sheet with the cells of this block alone, at their places."""

        def rows() -> Iterator[Row]:
            for row in sheet.rows():
                inside = row.cells[self.first - 1 : self.last]
                yield replace(row, cells=(*(EMPTY_CELL,) * min(self.first - 1, len(row.cells)), *inside))

        merges = tuple(one for one in sheet.merges if self.first <= one.first_column <= one.last_column <= self.last)
        return replace(sheet, rows=rows, merges=merges)

    @property
    def letters(self) -> str:
        return f"{column_letters(self.first - 1)}–{column_letters(self.last - 1)}"


def find_blocks(rows: Sequence[Row], header: Header) -> tuple[Block, ...]:
    """The tables side by side, two or more; empty where there is one. ``rows`` are the first ones of the sheet."""
    body = [row for row in rows if row.number >= min(header.rows, default=1)]
    parts = _parts(_beside_text(body))
    parts = parts if len(parts) > 1 else _repeated(header)
    if len(parts) < 2:
        return ()
    blocks = [parts[0]]
    for part in parts[1:]:
        if _begins_anew(blocks[-1], part, body, header):
            blocks.append(part)
        else:
            blocks[-1] = Block(blocks[-1].first, part.last)
    return tuple(blocks) if len(blocks) > 1 else ()


def _beside_text(rows: Sequence[Row]) -> list[Row]:
    """Rows that carry a figure or are as wide as a header; titles and signatures say nothing of columns."""
    return [row for row in rows if any(map(is_number, texts_of(row))) or len(filled(texts_of(row))) > 3]


def _parts(rows: Sequence[Row]) -> list[Block]:
    """Runs of columns in use between columns that are empty throughout."""
    used = sorted({place for row in rows for place, text in enumerate(texts_of(row), start=1) if text.strip()})
    runs = [[place for _, place in run] for _, run in groupby(enumerate(used), key=lambda pair: pair[1] - pair[0])]
    return [Block(run[0], run[-1]) for run in runs]


def _repeated(header: Header) -> list[Block]:
    """Blocks without a spacer between them, whose labels are the same, one after the other."""
    places = sorted(header.labels)
    labels = [same(header.labels[place]) for place in places]
    for size in range(_LEAST_COLUMNS, len(labels) // 2 + 1):
        if (
            len(labels) % size == 0
            and len(set(labels[:size])) == size
            and labels == labels[:size] * (len(labels) // size)
        ):
            return [Block(places[at], places[at + size - 1]) for at in range(0, len(places), size)]
    return []


def _begins_anew(left: Block, right: Block, body: Sequence[Row], header: Header) -> bool:
    if min(left.last - left.first, right.last - right.first) + 1 < _LEAST_COLUMNS:
        return False
    ours = [same(header.labels.get(place, "")) for place in range(left.first, left.last + 1)]
    theirs = [same(header.labels.get(place, "")) for place in range(right.first, right.last + 1)]
    if any(theirs) and theirs == ours[: len(theirs)]:
        return True
    if theirs[0].split(" / ")[0] in NUMBERING and ours[0].split(" / ")[0] in NUMBERING:
        return True
    data = [row for row in body if row.number >= header.first_row]
    if all(theirs) and _ends_first(data, left, right):
        return True
    values = {place + 1 for place in value_columns(data)}
    has_words = _has_words(data, right.first)
    own_values = any(place in values for place in range(right.first, right.last + 1))
    left_ends_in_values = left.last in values and _has_words(data, left.first) | (left.first in values)
    return has_words and own_values and left_ends_in_values and not _is_english_stub(data, right.first)


def _ends_first(rows: Sequence[Row], left: Block, right: Block) -> bool:
    """Whether the right part has rows without a gap and ends well above the left one, as a legend beside a table."""
    beside = [bool(filled(texts_of(row)[right.first - 1 : right.last])) for row in rows]
    whole = [bool(filled(texts_of(row)[left.first - 1 : left.last])) for row in rows]
    height = sum(beside)
    return 2 <= height <= sum(whole) - 2 and all(beside[:height])


def _has_words(rows: Sequence[Row], place: int) -> bool:
    told = [texts_of(row)[place - 1] for row in rows if len(row.cells) >= place]
    words = [text for text in told if text.strip() and not is_number(text)]
    return len(words) * 2 > len([text for text in told if text.strip()]) > 0


def _is_english_stub(rows: Sequence[Row], place: int) -> bool:
    told = [clean(texts_of(row)[place - 1]) for row in rows if len(row.cells) >= place]
    words = [text for text in told if text and not is_number(text)]
    return bool(words) and sum(map(is_english, words)) * 2 > len(words)


def blocks_told(blocks: Sequence[Block], chosen: Block) -> Evidence:
    letters = ", ".join(block.letters for block in blocks)
    return Evidence(
        "area",
        f"Trang có {len(blocks)} bảng nằm cạnh nhau (cột {letters}); đọc bảng ở cột {chosen.letters}.",
        f"{len(blocks)} tables stand side by side (columns {letters}); the one in columns {chosen.letters} is read.",
    )
