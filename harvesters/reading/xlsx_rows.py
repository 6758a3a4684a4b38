"""The rows of one sheet of an XLSX workbook, quickly: what nearly every cell looks like is told by one pattern.

A pattern is believed only where it covers a row to its last character. Any other row (rich texts, entities, other
programs' ways of writing) is left to the XML parser of :mod:`harvesters.reading.xlsx_sheets`, and so is a whole sheet
that does not begin as expected, so that both ways of reading say the same.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any, NamedTuple

from harvesters.reading.grid import column_letters
from harvesters.reading.number_formats import number_text, shown_so
from harvesters.reading.packages import MAX_CELLS, MAX_ROW, Damaged, Package, TooLarge
from harvesters.reading.workbook_cells import (
    NUMBER,
    STRING,
    CellMaker,
    Interest,
    RawCell,
    RawRow,
    RawValue,
    RichText,
    TextRow,
)
from harvesters.reading.xlsx_sheets import COLUMNS, kind_and_look, parse_rows, unescaped, value_of

_BEGIN = re.compile(rb"[^!]*?<sheetData>")
_DECLARED = re.compile(rb"""\s*<\?xml[^>]*encoding\s*=\s*["'](?!utf-8["'])""", re.IGNORECASE)
_ATTRIBUTES = r'(?:\s+[\w:]+="[^"<&]*")*'
_ROW = re.compile(rf'(?:\s*<row{_ATTRIBUTES}\s*/>)*\s*<row r="([0-9]{{1,7}})"({_ATTRIBUTES})\s*>')
_TEXT = r"[^<&\x00-\x08\x0b-\x1f]+"
_CELL = re.compile(
    rf'\s*<c r="([A-Z]{{1,3}})([0-9]{{1,7}})"({_ATTRIBUTES})\s*'
    rf"(?:/>|>(?:</c>|(?:<f{_ATTRIBUTES}\s*(?:/>|>[^<]*</f>))?<v>({_TEXT})</v></c>"
    rf'|<is><t(?: xml:space="preserve")?>({_TEXT})</t></is></c>))|\s*(\S)'
)
_ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')
_END = "</row>"
_AFTER = re.compile(rf"(?:\s*<row{_ATTRIBUTES}\s*/>)*\s*</sheetData>")
_LONGEST_PIECE = 100_000_000
_LONGEST_HEAD = 2_000_000
_REMEMBERED = 50_000
_SHARED = 1_000_000
_SHORT = 6
_LETTERS = tuple(column_letters(place) for place in range(256))


class _Remembered(dict[str, Any]):
    """What was made of each text, as long as there are not too many."""

    def __init__(self, make: Callable[[str], Any], most: int = _REMEMBERED) -> None:
        super().__init__()
        self._make, self._most = make, most

    def __missing__(self, key: str) -> Any:
        if len(self) > self._most:
            self.clear()
        made = self[key] = self._make(key)
        return made


class _Numbers(dict[str, str]):
    """The texts of numbers without a format; short ones are remembered."""

    def __missing__(self, value: str) -> str:
        text = value if not value or shown_so(value) else number_text(float(value))
        if len(value) < _SHORT:
            self[value] = text
        return text


class _Split(NamedTuple):
    """A row taken apart by the pattern; or its ``cells``, where the XML parser had to read it."""

    number: int
    hidden: bool
    columns: Sequence[int] = range(0)
    attributes: Sequence[str] = ()
    values: Sequence[str] = ()
    cells: list[RawCell] | None = None

    def raw(self, cell_of: Mapping[str, Mapping[str, Any]]) -> list[RawCell]:
        return [
            (column, *cell)
            for column, attributes, value in zip(self.columns, self.attributes, self.values, strict=True)
            if value and (cell := cell_of[attributes][value])[1]
        ]


@dataclass(frozen=True, slots=True)
class XlsxRows:
    """The rows of the sheet ``part``, from the first at each call. Raises what :func:`parse_rows` raises."""

    package: Package
    part: str
    strings: Sequence[str | RichText]
    look_count: int

    def raw(self) -> Iterator[RawRow]:
        """All cells with their kinds and looks."""
        cell_of = _Remembered(lambda attributes: _Remembered(self._raw_maker(attributes)))
        for row in self._split():
            cells = row.raw(cell_of) if row.cells is None else row.cells
            if cells:
                yield row.number, row.hidden, cells

    def telling(self, interest: Interest, hidden_columns: frozenset[int]) -> Iterator[RawRow]:
        """See :class:`RawSheet`; what is hidden comes as a whole."""
        cell_of = _Remembered(lambda attributes: _Remembered(self._raw_maker(attributes)))
        dull = set[str]()
        telling_of = _Remembered(lambda attributes: self._telling_by_value(attributes, interest, dull))
        for row in self._split():
            cells = row.cells
            if cells is None and (row.hidden or hidden_columns):
                cells = row.raw(cell_of)
            elif cells is None:
                cells = [
                    (column, *cell)
                    for column, attributes, value in zip(row.columns, row.attributes, row.values, strict=True)
                    if attributes not in dull and (cell := telling_of[attributes][value])
                ]
            yield row.number, row.hidden, cells

    def _telling_by_value(self, attributes: str, interest: Interest, dull: set[str]) -> Mapping[str, Any]:
        """The cell of each value that tells something, nothing for others; notes in ``dull`` where none ever does."""
        raw = self._raw_maker(attributes)
        kind, look = kind_and_look(_named(attributes), self.look_count)
        if kind != STRING and not (kind == NUMBER and interest.in_numbers(look)):
            dull.add(attributes)

        def told(value: str) -> tuple[str, RawValue, int] | None:
            cell = raw(value) if value and attributes not in dull else None
            return cell if cell and cell[1] and (kind == NUMBER or interest.in_text(cell[1], look)) else None

        return _Remembered(told, max(len(self.strings), _REMEMBERED))

    def texts(self, maker: CellMaker) -> Iterator[TextRow]:
        """The texts alone, which is all that is wanted of nearly all rows."""
        shared: list[Mapping[str, str]] = []
        text_of = _Remembered(lambda attributes: self._texts_by_value(attributes, maker, shared))
        for row in self._split():
            if row.cells is not None:
                yield row.number, row.hidden, maker.texts(row.cells)
                continue
            texts = [text_of[look][value] for look, value in zip(row.attributes, row.values, strict=True)]
            yield row.number, row.hidden, texts if isinstance(row.columns, range) else _placed(row.columns, texts)

    def _raw_maker(self, attributes: str) -> Callable[[str], Any]:
        named = _named(attributes)
        said = named.get("t", "n")
        kind, look = kind_and_look(named, self.look_count)

        def raw(text: str) -> tuple[str, RawValue, int]:
            return kind, unescaped(text) if said == "inlineStr" else value_of(said, text, self.strings), look

        return raw

    def _texts_by_value(self, attributes: str, maker: CellMaker, shared: list[Mapping[str, str]]) -> Mapping[str, str]:
        """The text of each value in a cell with these attributes; ``shared`` keeps the table of shared texts."""
        raw = self._raw_maker(attributes)
        kind, look = kind_and_look(_named(attributes), self.look_count)
        if kind == NUMBER and not maker.looks[look].format.kind:
            return _Numbers()

        def text(value: str) -> str:
            return maker.text(*raw(value)) if value else ""

        if 't="s"' not in attributes or not maker.keeps_texts(look) or len(self.strings) > _SHARED:
            return _Remembered(text)
        if not shared:
            table = _Remembered(text, len(self.strings) + _REMEMBERED)
            table.update((str(at), item) for at, item in enumerate(self.strings) if isinstance(item, str))
            shared.append(table)
        return shared[0]

    def _split(self) -> Iterator[_Split]:
        with self.package.stream(self.part) as stream:
            blocks = stream.blocks()
            head = b""
            for block in blocks:
                head += block
                if b"<sheetData" in head or len(head) > _LONGEST_HEAD:
                    break
            begin = _begin(head)
            if begin is None:
                yield from self._parsed(chain((head,), blocks), 0)
            else:
                yield from self._rows(_pieces(chain((head[begin:],), blocks)))

    def _rows(self, pieces: Iterator[str]) -> Iterator[_Split]:
        last = count = 0
        for piece in pieces:
            place = 0
            *whole, rest = piece.split(_END)
            for text in whole:
                row = self._row(text, last)
                if row is None:
                    rest = piece[place:]
                    break
                place, last = place + len(text) + len(_END), row.number
                count += len(row.columns)
                if count > MAX_CELLS:
                    raise TooLarge(self.part)
                yield row
            if _AFTER.match(rest):
                break
            if rest.strip():
                yield from self._parsed(chain(("<worksheet><sheetData>" + rest,), pieces), last)
                return
        for _ in pieces:
            pass  # the checksum of the part is looked at when its end is reached

    def _row(self, text: str, last: int) -> _Split | None:
        """The row that ends with this text, ``None`` where all from here on must be parsed."""
        found = _ROW.match(text)
        if found is None:
            return None
        number, hidden = int(found[1]), "hidden" in found[2] and _named(found[2]).get("hidden") in ("1", "true")
        if not last < number <= MAX_ROW:
            raise Damaged(f"row {number}")
        cells = _CELL.findall(text, found.end())
        if not cells:
            return _Split(number, hidden)
        letters, rows, attributes, values, inline, unknown = zip(*cells, strict=True)
        if any(inline):
            values = tuple(map(max, values, inline))
        if any(unknown) or any("inlineStr" not in attributes[at] for at, told in enumerate(inline) if told):
            if "<!" in text:
                return None
            parsed = list(self._parsed((f"<sheetData>{text}{_END}</sheetData>",), last))
            return parsed[-1] if parsed else _Split(number, hidden)
        if rows.count(found[1]) != len(rows):
            raise Damaged(f"cells of row {number}")
        if letters == _LETTERS[: len(letters)]:
            return _Split(number, hidden, range(1, len(letters) + 1), attributes, values)
        columns = [COLUMNS[name] for name in letters]
        if any(one >= two for one, two in pairwise(columns)):
            raise Damaged(f"cells of row {number}")
        return _Split(number, hidden, columns, attributes, values)

    def _parsed(self, blocks: Iterable[bytes | str], after: int) -> Iterator[_Split]:
        for number, hidden, cells in parse_rows(blocks, self.strings, self.look_count, after):
            yield _Split(number, hidden, cells=cells)


def _begin(head: bytes) -> int | None:
    """Where the rows begin in the XML of a sheet, ``None`` where it is not plain UTF-8 without declarations."""
    if head.startswith((b"\xfe\xff", b"\xff\xfe")) or _DECLARED.match(head) or b"\x00" in head:
        return None
    found = _BEGIN.match(head)
    return found.end() if found else None


def _pieces(blocks: Iterable[bytes]) -> Iterator[str]:
    """The text that comes in blocks, cut behind the end of a row. Raises ``TooLarge`` where no row ends for long."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    waiting, length = [""], 0
    for block in blocks:
        text = decoder.decode(block)
        if _END not in waiting[-1][1 - len(_END) :] + text:
            waiting.append(text)
            length += len(text)
            if length > _LONGEST_PIECE:
                raise TooLarge("row")
            continue
        piece = "".join((*waiting, text))
        cut = piece.rfind(_END) + len(_END)
        yield piece[:cut]
        waiting = [piece[cut:]]
        length = len(waiting[0])
    decoder.decode(b"", True)
    yield "".join(waiting)


def _named(attributes: str) -> Mapping[str, str]:
    """Attributes by name; raises ``Damaged`` for one that is said twice."""
    found = _ATTRIBUTE.findall(attributes)
    named = dict(found)
    if len(named) != len(found):
        raise Damaged("attribute twice")
    return named


def _placed(columns: Sequence[int], texts: Sequence[str]) -> list[str]:
    row = [""] * columns[-1]
    for column, text in zip(columns, texts, strict=True):
        row[column - 1] = text
    return row
