"""A sheet, whatever file it came from: rows of text cells with what else tells a header from a value.

Text files and workbooks both become a :class:`Sheet`, so that one judgement of layout
(:mod:`harvesters.reading.layout`) serves all. A sheet is read again from its first row at each call of ``rows``;
nothing holds it in memory as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import overload

from catalog.layout import LooseText


class CellKind(StrEnum):
    """What the file says a cell is. A text file knows only ``TEXT`` and ``EMPTY``."""

    EMPTY = "empty"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "boolean"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as canonical text in Unicode (fonts of old decoded), as :func:`harvesters.staging.text_of` writes it.

    ``bold`` is ``None`` where the file does not tell. ``number_format`` is empty for plain values, else percent (0.12
    is shown as 12 %), thousands (shown divided by 1,000 or more), date, time, duration, code or text.
    """

    text: str
    kind: CellKind = CellKind.TEXT
    bold: bool | None = None
    number_format: str = ""


EMPTY_CELL = Cell("", CellKind.EMPTY)


class TextCells(Sequence[Cell]):
    """Cells of which only the texts are known; they are made when they are asked for."""

    __slots__ = ("texts",)

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts

    def __len__(self) -> int:
        return len(self.texts)

    @overload
    def __getitem__(self, place: int) -> Cell: ...

    @overload
    def __getitem__(self, place: slice) -> TextCells: ...

    def __getitem__(self, place: int | slice) -> Cell | TextCells:
        if isinstance(place, slice):
            return TextCells(self.texts[place])
        text = self.texts[place]
        return Cell(text) if text else EMPTY_CELL


@dataclass(frozen=True, slots=True)
class Row:
    """A row with the number its owner sees (from 1). ``hidden`` rows are read like others, and told of."""

    number: int
    cells: Sequence[Cell]
    hidden: bool = False

    @property
    def texts(self) -> list[str]:
        """The texts of all its cells, in a list of the caller's own."""
        if isinstance(self.cells, TextCells):
            return list(self.cells.texts)
        return [cell.text for cell in self.cells]


@dataclass(frozen=True, slots=True)
class Merge:
    """Merged cells, all four ends included, counted from 1. The text stands in the first cell only."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook, or a whole text file (then ``name`` is empty). Kinds and bold letters are told of the
    first rows only, where a header can stand (at least 300); of the others there may be :class:`TextCells`.
    ``percent_columns`` (from 1) hold fractions of one that the program shows as percents."""

    name: str
    rows: Callable[[], Iterator[Row]]
    merges: tuple[Merge, ...] = ()
    hidden: bool = False
    hidden_columns: frozenset[int] = frozenset()
    percent_columns: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Book:
    """A file opened for reading. ``format`` and ``encoding`` as in :class:`catalog.layout.TableLayout`; ``loose`` are
    comments, properties of the file and defined names; ``remarks`` are pairs of sentences (Vietnamese, English) on how
    the file was read: decoded fonts, an encoding chosen and why."""

    format: str
    sheets: tuple[Sheet, ...]
    encoding: str = "utf-8"
    delimiter: str = ""
    loose: tuple[LooseText, ...] = ()
    remarks: tuple[tuple[str, str], ...] = ()


def column_letters(position: int) -> str:
    """The name a spreadsheet gives to the column at ``position``, counted from 0: A, B, …, Z, AA …"""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
