"""Cells as the formats of workbooks give them, and what they become: text, decoded, with its footnote marks taken off.

The three formats hand over rows of :data:`RawCell` and a list of :class:`Look`; one :class:`CellMaker` makes cells of
them, so that a number, a date or a font of old reads the same whatever program saved it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from catalog.layout import LooseText
from harvesters.reading.grid import EMPTY_CELL, Cell, CellKind, Merge
from harvesters.reading.number_formats import (
    CODE,
    DATE,
    PERCENT,
    PLAIN,
    THOUSANDS,
    TIME,
    NumberFormat,
    date_text,
    number_text,
    shown_code,
    shown_so,
    time_text,
)

NUMBER, STRING, BOOLEAN, ERROR, ISO_DATE, NO_VALUE = "n", "s", "b", "e", "d", "f"
"""What the file says a cell holds; ``NO_VALUE``: a formula whose result was never saved."""

TCVN3, VNI = "tcvn3", "vni"
_FOLDER_LIMIT = 100_000
_MARK = re.compile(r"[(\[]?(?:\d{1,2}(?:\s*[,;]\s*\d{1,2})*|[*†‡]{1,4}|[a-e])[)\]]?")
_PLAIN_MARK = re.compile(r"\d{1,2}|[*†‡(\[]")
_METRE = re.compile(r"(?:^|[^\w])[kKhdcm]?m$")
_POWER_OF_TEN = re.compile(r"(?:^|[^\d.,])10$")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_UNICODE_VIETNAMESE = re.compile("[\u0102-\u0111\u0128\u0129\u0168\u0169\u01a0-\u01b0\u0300-\u0323\u1ea0-\u1ef9]")


@dataclass(frozen=True, slots=True)
class Look:
    """What the style of a cell tells: the old encoding of its font (``tcvn3``, ``vni`` or empty), whether that font
    shows all letters as capitals, whether it is bold, and how a number is shown."""

    encoding: str = ""
    upper: bool = False
    bold: bool | None = None
    format: NumberFormat = PLAIN


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a text with a look of its own; ``font`` is ``None`` where the cell's own holds."""

    text: str
    font: str | None = None
    raised: bool = False


RichText = tuple[Run, ...]
RawValue = str | float | RichText
RawCell = tuple[int, str, RawValue, int]
"""Column from 1, one of the kinds above, the value, the number of its look."""

RawRow = tuple[int, bool, list[RawCell]]
"""Number from 1, whether it is hidden, its cells from left to right."""


TextRow = tuple[int, bool, list[str]]
"""The same with texts alone, from the first column on."""


@dataclass(slots=True)
class Interest:
    """Which cells tell more than their value: rich texts, texts in fonts of old or with letters that could be such,
    numbers shown as percent or thousands, formulas without a result. Of texts that only Unicode has one is enough."""

    looks: Sequence[Look]
    _has_unicode: bool = False

    def in_numbers(self, look: int) -> bool:
        return self.looks[look].format.kind in (PERCENT, THOUSANDS)

    def in_text(self, value: RawValue, look: int) -> bool:
        if not isinstance(value, str):
            return True
        if value.isascii():
            return False
        if not is_unicode_vietnamese(value):
            return True
        first, self._has_unicode = not self._has_unicode, True
        return first or bool(self.looks[look].encoding)


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One sheet as its format gives it; ``rows`` may be called again, and goes downwards only. ``texts`` gives the same
    rows as the texts that a :class:`CellMaker` makes of them, where the format has a quicker way to them; ``telling``
    gives them with the cells alone that :class:`Interest` asks for, and maybe others."""

    name: str
    rows: Callable[[], Iterator[RawRow]]
    hidden: bool = False
    merges: tuple[Merge, ...] = ()
    hidden_columns: frozenset[int] = frozenset()
    loose: tuple[LooseText, ...] = ()
    texts: Callable[[CellMaker], Iterator[TextRow]] | None = None
    telling: Callable[[Interest], Iterator[RawRow]] | None = None


@dataclass(frozen=True, slots=True)
class RawBook:
    """A workbook before its cells are made. ``watched`` says that its texts have runs worth looking at throughout."""

    format: str
    sheets: tuple[RawSheet, ...]
    looks: tuple[Look, ...]
    from_1904: bool = False
    watched: bool = False
    program: str = "Excel"
    loose: tuple[LooseText, ...] = ()
    remarks: tuple[tuple[str, str], ...] = ()


def rows_to_look_at(book: RawBook, sheet: RawSheet, whole_rows: int) -> Iterator[RawRow]:
    """The rows, of those after the first ``whole_rows`` perhaps only the cells that tell something; a row without any
    still comes."""
    last = 0
    for row in islice(sheet.rows(), whole_rows):
        yield row
        last = row[0]
    rest = sheet.telling(Interest(book.looks)) if sheet.telling else sheet.rows()
    yield from (row for row in rest if row[0] > last)


def font_encoding(name: str) -> tuple[str, bool]:
    """The encoding that a font's name tells, and whether it shows capitals: ``.VnTimeH`` is TCVN3 in capitals."""
    folded = name.strip().casefold()
    if folded.startswith(("vni-", "vni ", ".vni-")):
        return VNI, False
    if folded.startswith(".vn"):
        return TCVN3, name.strip().endswith("H")
    return "", False


def is_unicode_vietnamese(text: str) -> bool:
    """Whether letters stand in it that only Unicode has: such text was not typed in a font of old."""
    return bool(_UNICODE_VIETNAMESE.search(text))


def decoded(text: str, encoding: str, upper: bool) -> str:
    """``text`` in Unicode; one that is Unicode Vietnamese already stays, but for the capitals that its font shows."""
    from harvesters.reading import legacy_fonts

    if not encoding or not text:
        return text
    if is_unicode_vietnamese(text):
        return text.upper() if upper else text
    if encoding == VNI:
        return legacy_fonts.decode_vni(text)
    return legacy_fonts.decode_tcvn3(text, upper=upper)


def raised_text(before: str, raised: str) -> str | None:
    """What a raised piece of text says: an exponent of a unit or of ten ("km²", "10³") or plain letters ("1st") stay
    part of the text; ``None`` for a footnote mark, which does not."""
    mark = raised.strip()
    if (mark in ("2", "3") and _METRE.search(before)) or (mark.isdigit() and _POWER_OF_TEN.search(before)):
        return mark.translate(_RAISED)
    if not before.strip() or not _MARK.fullmatch(mark):
        return raised
    if not _PLAIN_MARK.match(mark) and not before.rstrip()[-1:].isalpha():
        return raised
    return None


@dataclass(slots=True)
class CellMaker:
    """Makes cells of raw ones. ``substitute`` is the old encoding of texts whose own font does not tell one."""

    looks: Sequence[Look]
    from_1904: bool = False
    substitute: str = ""
    _texts: dict[tuple[str | RichText, int], Cell] = field(default_factory=dict)

    def cell(self, kind: str, value: RawValue, look: int) -> Cell:
        if kind == NUMBER and not isinstance(value, tuple):
            return self._number(value, self.looks[look])
        if kind == STRING and not isinstance(value, float):
            found = self._texts.get((value, look))
            if found is None:
                if len(self._texts) > _FOLDER_LIMIT:
                    self._texts.clear()
                found = self._texts[value, look] = self._text(value, self.looks[look])
            return found
        return _other(kind, str(value), self.looks[look].bold)

    def text(self, kind: str, value: RawValue, look: int) -> str:
        """The text of the cell alone."""
        if kind == NUMBER and not self.looks[look].format.kind and isinstance(value, str) and shown_so(value):
            return value
        return self.cell(kind, value, look).text

    def keeps_texts(self, look: int) -> bool:
        """Whether all texts with this look stay as they are."""
        return not self.substitute and not self.looks[look].encoding

    def texts(self, cells: Sequence[RawCell]) -> list[str]:
        """The texts of a row from its first column on, empty ones between them too."""
        texts: list[str] = []
        for column, kind, value, look in cells:
            texts += [""] * (column - 1 - len(texts))
            texts.append(self.text(kind, value, look))
        return texts

    def _number(self, value: str | float, look: Look) -> Cell:
        kind = look.format.kind
        if not kind:
            if isinstance(value, str) and len(value) < 16 and value.isdecimal() and value.isascii() and value[0] != "0":
                return Cell(value, CellKind.NUMBER, look.bold)
            return Cell(number_text(float(value)), CellKind.NUMBER, look.bold)
        return _formatted_number(float(value), look, self.from_1904)

    def _text(self, value: str | RichText, look: Look) -> Cell:
        text = decoded(value, *self._encoding(value, look)) if isinstance(value, str) else self._joined(value, look)
        if not text:
            return EMPTY_CELL
        return Cell(text, CellKind.TEXT if text.strip() else CellKind.EMPTY, look.bold)

    def _joined(self, runs: RichText, look: Look) -> str:
        """The runs as one text: each decoded by its own font, footnote marks left out."""
        text = ""
        for run in runs:
            own = look if run.font is None else Look(*font_encoding(run.font), look.bold, look.format)
            piece = decoded(run.text, *self._encoding(run.text, own))
            if run.raised:
                kept = raised_text(text, piece)
                if kept is None:
                    text = text.rstrip(" ")
                    continue
                piece = kept
            text += piece
        return text

    def _encoding(self, text: str, look: Look) -> tuple[str, bool]:
        if look.encoding or not self.substitute or text.isascii() or is_unicode_vietnamese(text):
            return look.encoding, look.upper
        return self.substitute, False


def footnote_marks(runs: RichText) -> list[str]:
    """The raised pieces that are footnote marks."""
    marks, text = [], ""
    for run in runs:
        if run.raised and raised_text(text, run.text) is None:
            marks.append(run.text.strip())
        else:
            text += run.text
    return marks


def _formatted_number(value: float, look: Look, from_1904: bool) -> Cell:
    kind = look.format.kind
    if kind == DATE:
        text = date_text(value, from_1904)
        if text is not None:
            return Cell(text, CellKind.DATE, look.bold, DATE)
    elif kind == TIME:
        text = time_text(value)
        if text is not None:
            return Cell(text, CellKind.DATE, look.bold, TIME)
    elif kind == CODE:
        shown = shown_code(look.format.code, value)
        if shown is not None:
            return Cell(shown, CellKind.TEXT, look.bold, CODE)
    told = kind if kind in (PERCENT, THOUSANDS) else ""
    return Cell(number_text(value), CellKind.NUMBER, look.bold, told)


def _other(kind: str, text: str, bold: bool | None) -> Cell:
    if kind == BOOLEAN:
        return Cell("true" if text in ("1", "true") else "false", CellKind.BOOLEAN, bold)
    if kind == ISO_DATE:
        return Cell(text, CellKind.DATE, bold, DATE if "-" in text else TIME)
    if kind == NO_VALUE:
        return Cell("#CHUA_TINH!", CellKind.ERROR, bold)
    return Cell(text, CellKind.ERROR, bold)
