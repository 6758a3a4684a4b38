"""The cells of one sheet of an XLSX workbook, streamed (ECMA-376 part 1, 18.3).

The sheet is never held as a whole: rows come out while its XML is being unpacked. What stands before and after the
cells (columns, merged cells, header and footer) is read by skipping over them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from defusedxml import ElementTree as SafeXml

from harvesters.reading.grid import Merge
from harvesters.reading.packages import (
    MAX_CELLS,
    MAX_COLUMN,
    MAX_ROW,
    MAX_SMALL_PART_BYTES,
    Damaged,
    LocalNames,
    Package,
    TooLarge,
    attribute,
    children,
    xml_parser,
)
from harvesters.reading.workbook_cells import (
    BOOLEAN,
    ERROR,
    ISO_DATE,
    NO_VALUE,
    NUMBER,
    STRING,
    RawCell,
    RawRow,
    RawValue,
    RichText,
    Run,
)

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

_PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_CELLS_BEGIN = re.compile(rb"<(?:\w+:)?sheetData\b[^>]*?(/?)>")
_CELLS_END = re.compile(rb"</(?:\w+:)?sheetData\s*>")
_LONGEST_TAG = 256
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_KINDS = {"n": NUMBER, "s": STRING, "str": STRING, "inlineStr": STRING, "b": BOOLEAN, "e": ERROR, "d": ISO_DATE}
_HEADER_CODES = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|[0-9]+|[A-Za-z])')


class _Columns(dict[str, int]):
    """Column letters and their numbers from 1, remembered."""

    def __missing__(self, letters: str) -> int:
        number = 0
        for letter in letters.upper():
            if not "A" <= letter <= "Z" or number > MAX_COLUMN:
                raise Damaged(f"column {letters}")
            number = number * 26 + ord(letter) - 64
        if not 0 < number <= MAX_COLUMN:
            raise Damaged(f"column {letters}")
        self[letters] = number
        return number


COLUMNS = _Columns()


def place_of(reference: str) -> tuple[int, int]:
    """Row and column of a reference such as ``$B$7``; raises ``Damaged``."""
    match = _PLACE.fullmatch(reference)
    if match is None or not 0 < int(match[2]) <= MAX_ROW:
        raise Damaged(f"place {reference}")
    return int(match[2]), COLUMNS[match[1]]


def unescaped(text: str) -> str:
    """Characters that XML cannot hold are written ``_x000D_`` (22.9.2.19)."""
    if "_x" not in text:
        return text
    return (
        _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
        .encode("utf-16", "surrogatepass")
        .decode("utf-16", "replace")
    )


class _CellReader:
    """Takes the events of the XML parser and collects rows that are complete in ``ready``."""

    def __init__(
        self, parser: XMLParserType, strings: Sequence[str | RichText], look_count: int, after: int = 0
    ) -> None:
        self.ready: list[RawRow] = []
        self.cell_count = 0
        self._names = LocalNames()
        self._strings = strings
        self._look_count = look_count
        self._row, self._column = after, 0
        self._row_text = ""
        self._row_hidden = False
        self._cells: list[RawCell] = []
        self._attributes: dict[str, str] = {}
        self._text = self._value = ""
        self._formula = self._phonetic = False
        self._runs: list[Run] = []
        self._font: str | None = None
        self._raised = False
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters

    def _characters(self, text: str) -> None:
        self._text += text

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = self._names[name]
        if tag == "c":
            self._attributes = attributes
            self._value = ""
        elif tag == "v" or tag == "t":
            self._text = ""
        elif tag == "row":
            self._start_row(attributes)
        elif tag == "f":
            self._formula = True
        elif tag == "rPh":
            self._phonetic = True
        elif tag == "rFont":
            self._font = attributes.get("val")
        elif tag == "vertAlign":
            self._raised = attributes.get("val") == "superscript"

    def _end(self, name: str) -> None:
        tag = self._names[name]
        if tag == "v":
            self._value = self._text
        elif tag == "c":
            self._end_cell()
        elif tag == "row":
            if self._cells:
                self.ready.append((self._row, self._row_hidden, self._cells))
        elif tag == "t":
            if not self._phonetic:
                self._runs.append(Run(unescaped(self._text), self._font, self._raised))
        elif tag == "r":
            self._font, self._raised = None, False
        elif tag == "rPh":
            self._phonetic = False

    def _start_row(self, attributes: dict[str, str]) -> None:
        text = attributes.get("r")
        row = int(text) if text else self._row + 1
        if not self._row < row <= MAX_ROW:
            raise Damaged(f"row {text}")
        self._row, self._row_text, self._column = row, str(row), 0
        self._row_hidden = attributes.get("hidden") in ("1", "true")
        self._cells = []

    def _end_cell(self) -> None:
        attributes = self._attributes
        place = attributes.get("r")
        if place is None:
            column = self._column + 1
        elif place.endswith(self._row_text):
            column = COLUMNS[place[: -len(self._row_text)]]
        else:
            column = 0
        if not self._column < column <= MAX_COLUMN:
            raise Damaged(f"cell {place}")
        self._column = column
        self.cell_count += 1
        if self._value or self._runs or self._formula:
            self._keep(column, attributes)

    def _keep(self, column: int, attributes: dict[str, str]) -> None:
        kind, look = kind_and_look(attributes, self._look_count)
        value: RawValue
        if attributes.get("t") == "inlineStr" and self._runs:
            value = joined_runs(self._runs)
        else:
            value = value_of(attributes.get("t", "n"), self._value, self._strings)
        if value == "" and self._formula and attributes.get("t") != "str":
            kind = NO_VALUE
        self._formula = False
        self._runs = []
        if value or kind == NO_VALUE:
            self._cells.append((column, kind, value, look))


def kind_and_look(attributes: Mapping[str, str], look_count: int) -> tuple[str, int]:
    """What the attributes of a cell say it holds, and the number of its look; raises ``Damaged``."""
    said = attributes.get("t", "n")
    look = int(attributes.get("s", "0"))
    if said not in _KINDS:
        raise Damaged(f"cell type {said}")
    return _KINDS[said], look if 0 <= look < look_count else 0


def value_of(said: str, text: str, strings: Sequence[str | RichText]) -> RawValue:
    """The value that stands as ``text`` in a cell whose type is called ``said``; raises ``Damaged``, ``ValueError`` and
    ``LookupError`` for what is none."""
    if said == "s":
        if not text:
            return ""
        number = int(text)
        if number < 0:
            raise Damaged("negative string number")
        return strings[number]
    value = unescaped(text) if said == "str" else text.strip()
    if said == "n" and value:
        float(value)
    return value


def joined_runs(runs: Sequence[Run]) -> str | RichText:
    """The runs as plain text where none has a look of its own."""
    if all(run.font is None and not run.raised for run in runs):
        return "".join(run.text for run in runs)
    return tuple(runs)


def parse_rows(
    blocks: Iterable[bytes | str], strings: Sequence[str | RichText], look_count: int, after: int = 0
) -> Iterator[RawRow]:
    """The rows that have cells, from the XML of a sheet that comes in ``blocks``; they must lie below the row
    ``after``. Raises ``Damaged``, ``TooLarge`` and what zip and XML raise."""
    parser = xml_parser()
    reader = _CellReader(parser, strings, look_count, after)
    for block in blocks:
        parser.Parse(block, False)
        if reader.cell_count > MAX_CELLS:
            raise TooLarge("cells")
        ready, reader.ready = reader.ready, []
        yield from ready
    parser.Parse(b"", True)
    yield from reader.ready


@dataclass(frozen=True, slots=True)
class SheetFrame:
    """What stands around the cells of a sheet."""

    merges: tuple[Merge, ...] = ()
    hidden_columns: frozenset[int] = frozenset()
    margins: tuple[str, ...] = ()


def read_frame(package: Package, part: str) -> SheetFrame:
    """Merged cells, hidden columns, texts of header and footer."""
    tree = SafeXml.fromstring(_without_cells(package, part), forbid_dtd=True)
    merges, hidden, margins = [], set[int](), []
    for item in children(tree, "mergeCell"):
        first, _, last = attribute(item, "ref").partition(":")
        (top, left), (bottom, right) = place_of(first), place_of(last or first)
        merges.append(Merge(top, left, bottom, right))
    for item in children(tree, "col"):
        if attribute(item, "hidden") in ("1", "true"):
            first_column, last_column = int(attribute(item, "min")), int(attribute(item, "max"))
            hidden.update(range(max(first_column, 1), min(last_column, MAX_COLUMN) + 1))
    for name in ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"):
        margins += [item.text or "" for item in children(tree, name)]
    texts = (" ".join(_HEADER_CODES.sub(" ", text).split()) for text in margins)
    return SheetFrame(tuple(merges), frozenset(hidden), tuple(text for text in texts if text))


def _without_cells(package: Package, part: str) -> bytes:
    """The XML of a sheet with no rows in it. Raises ``TooLarge`` for what is large without them."""
    kept, window, state = bytearray(), b"", "before"
    with package.stream(part) as stream:
        for block in stream.blocks():
            window += block
            if state == "before" and (begin := _CELLS_BEGIN.search(window)):
                kept += window[: begin.end()]
                window = window[begin.end() :]
                state = "after" if begin[1] else "inside"
            if state == "inside":
                if end := _CELLS_END.search(window):
                    window, state = window[end.start() :], "after"
                else:
                    window = window[-_LONGEST_TAG:]
            elif state == "after" or len(window) > _LONGEST_TAG:
                keep = len(window) if state == "after" else len(window) - _LONGEST_TAG
                kept += window[:keep]
                window = window[keep:]
            if len(kept) > MAX_SMALL_PART_BYTES:
                raise TooLarge(part)
    return bytes(kept + window)
