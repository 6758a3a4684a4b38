"""The sheets of an ODS workbook from the events of the XML parser (OpenDocument 1.3, part 3, 9 and 19).

One walk through the content for all sheets: their rows are kept in a spool, so that none is ever held as a whole.
Cells and rows that are said to be repeated are counted as often as they are repeated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.layout import LooseText
from harvesters.reading.grid import Merge, column_letters
from harvesters.reading.ods_styles import CALC, DRAWING, OFFICE, STYLE, TABLE, TEXT, Styles
from harvesters.reading.packages import MAX_COLUMN, MAX_ROW, TooLarge
from harvesters.reading.spool import RawRows, Spool
from harvesters.reading.workbook_cells import (
    BOOLEAN,
    ERROR,
    ISO_DATE,
    NO_VALUE,
    NUMBER,
    STRING,
    RawCell,
    RawValue,
    Run,
)

_MOST_MERGES = 200_000
_MOST_LOOSE = 20_000
_MOST_SPACES = 1_000
_NUMBERS = ("float", "currency", "percentage")
_SPACES = re.compile(r"[ \t\r\n]+")
_DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d+)?S)?")
_CELLS = (TABLE + "table-cell", TABLE + "covered-table-cell")
_MARGINS = (STYLE + "header", STYLE + "footer", STYLE + "header-left", STYLE + "footer-left")
_CREATOR = "http://purl.org/dc/elements/1.1/ creator"
PROPERTIES = {
    "creator": "người sửa cuối",
    "initial-creator": "tác giả",
    "printed-by": "người in",
    "title": "tiêu đề",
    "subject": "chủ đề",
    "description": "ghi chú",
    "keyword": "từ khóa",
}
"""Of what the document says of itself, by local name: what a person may have written or signed."""


@dataclass(slots=True)
class OdsSheet:
    """A sheet as it is being read, and then as it was read."""

    name: str
    kept: RawRows
    hidden: bool = False
    merges: list[Merge] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    loose: list[LooseText] = field(default_factory=list)
    is_linked: bool = False
    row: int = 0
    column: int = 0
    default_styles: dict[int, str] = field(default_factory=dict)


class ContentReader:
    """Takes the events of the parser; ``sheets`` and ``loose`` hold what came of them."""

    def __init__(self, parser: Any, styles: Styles, spool: Spool) -> None:
        self.sheets: list[OdsSheet] = []
        self.loose: list[LooseText] = []
        self.has_links = self.has_runs = self._in_meta = False
        self._styles, self._spool = styles, spool
        self._sheet: OdsSheet | None = None
        self._row: Mapping[str, str] = {}
        self._cells: list[RawCell] = []
        self._cell: Mapping[str, str] | None = None
        self._texts: list[Run] = []
        self._spans: list[tuple[str | None, bool]] = []
        self._text = ""
        self._apart: list[tuple[str, int, list[Run]]] = []
        self._depth = self._ignored = 0
        self._note_author = ""
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._said

    def _said(self, text: str) -> None:
        self._text += text

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._ignored:
            return
        if name in _CELLS and not self._apart:
            self._cell = attributes
            self._texts, self._text = [], ""
        elif name.startswith(TEXT):
            self._start_text(name.removeprefix(TEXT), attributes)
        elif name.startswith(TABLE):
            self._start_table(name.removeprefix(TABLE), attributes)
        elif name == OFFICE + "annotation" or name in _MARGINS or (name.startswith(DRAWING) and not self._apart):
            if self._text.strip():
                self._flush()
            self._apart.append((name, self._depth, self._texts))
            self._texts, self._text, self._note_author = [], "", ""
        else:
            self._text = ""
            self._in_meta = self._in_meta or name == OFFICE + "meta"
            self._styles.start(name, attributes)

    def _start_text(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "p":
            if self._texts:
                self._texts.append(Run("\n"))
            self._text = ""
        elif name == "span":
            self._flush()
            font, raised = self._styles.span(attributes.get(TEXT + "style-name", ""))
            outer = self._spans[-1] if self._spans else (None, False)
            self._spans.append((font if font is not None else outer[0], raised or outer[1]))
        elif name == "s":
            self._flush()
            self._texts.append(Run(" " * min(int(attributes.get(TEXT + "c") or 1), _MOST_SPACES)))
        elif name in ("tab", "line-break"):
            self._flush()
            self._texts.append(Run("\t" if name == "tab" else "\n"))

    def _flush(self) -> None:
        if self._text:
            font, raised = self._spans[-1] if self._spans else (None, False)
            self._texts.append(Run(_SPACES.sub(" ", self._text), font, raised))
            self._text = ""

    def _start_table(self, name: str, attributes: Mapping[str, str]) -> None:
        match name:
            case "table" if self._sheet is not None or self._apart:
                self._ignored = self._depth
            case "table":
                hidden = self._styles.is_hidden(attributes.get(TABLE + "style-name", ""))
                self._sheet = OdsSheet(attributes.get(TABLE + "name", ""), RawRows(self._spool), hidden)
            case "table-column" if self._sheet is not None:
                _add_columns(self._sheet, attributes)
            case "table-row" if self._sheet is not None:
                self._row, self._cells, self._sheet.column = attributes, [], 0
            case "table-source" if self._sheet is not None:
                self._sheet.is_linked = self.has_links = True
            case "tracked-changes":
                self._ignored = self._depth
            case "named-range" | "named-expression":
                told = attributes.get(TABLE + "cell-range-address") or attributes.get(TABLE + "expression", "")
                self._keep_loose(LooseText(f"tên vùng “{attributes.get(TABLE + 'name', '')}”", told))

    def _end(self, name: str) -> None:
        depth, self._depth = self._depth, self._depth - 1
        if self._ignored:
            self._ignored = 0 if depth == self._ignored else self._ignored
        elif self._apart and depth == self._apart[-1][1]:
            self._end_apart()
        elif name == TEXT + "p":
            self._flush()
        elif name == TEXT + "span":
            self._flush()
            if self._spans:
                self._spans.pop()
        elif name in _CELLS and self._cell is not None and not self._apart:
            self._end_cell(covered=name == _CELLS[1])
        elif name == TABLE + "table-row" and self._sheet is not None:
            self._end_row(self._sheet)
        elif name == TABLE + "table" and self._sheet is not None:
            self._end_sheet(self._sheet)
        elif name == _CREATOR and self._apart:
            self._note_author, self._text = self._text.strip(), ""
        elif self._in_meta:
            self._in_meta = name != OFFICE + "meta"
            label = PROPERTIES.get(name.rpartition(" ")[2], "")
            self._keep_loose(LooseText(f"thuộc tính tệp: {label}", self._text if label else ""))
        elif not name.startswith((TEXT, TABLE)):
            self._styles.end(name, self._text)

    def _end_apart(self) -> None:
        """A note, a drawing, or a header or footer of the page ends."""
        name, _, outer = self._apart.pop()
        text, self._texts = _plain(self._texts), outer
        if name in _MARGINS:
            self._keep_loose(LooseText("đầu trang, chân trang", text))
        elif name == OFFICE + "annotation" and self._sheet is not None:
            cell = f"{column_letters(self._sheet.column)}{self._sheet.row + 1}"
            self._keep_loose(LooseText(f"ghi chú ô {cell}, trang “{self._sheet.name}”", text))
            self._keep_loose(LooseText(f"người viết ghi chú, trang “{self._sheet.name}”", self._note_author))
        else:
            self._keep_loose(LooseText("hộp chữ, hình vẽ", text))

    def _keep_loose(self, text: LooseText) -> None:
        if not text.text.strip():
            return
        kept = self.loose if self._sheet is None else self._sheet.loose
        if len(kept) >= _MOST_LOOSE:
            raise TooLarge("loose texts")
        kept.append(LooseText(text.place, text.text.strip()))

    def _end_cell(self, *, covered: bool) -> None:
        attributes, sheet, self._cell = self._cell or {}, self._sheet, None
        if sheet is None:
            return
        repeated = _count(attributes, "number-columns-repeated")
        first, sheet.column = sheet.column + 1, sheet.column + repeated
        self.has_links = self.has_links or "file:" in attributes.get(TABLE + "formula", "")
        style = (
            attributes.get(TABLE + "style-name")
            or self._row.get(TABLE + "default-cell-style-name")
            or sheet.default_styles.get(first, "")
        )
        kind, value = _value(attributes, self._texts)
        if value == "" and kind != NO_VALUE:
            return
        if sheet.column > MAX_COLUMN:
            raise TooLarge("columns")
        if covered:
            cell = f"{column_letters(first - 1)}{sheet.row + 1}"
            self._keep_loose(LooseText(f"ô {cell} bị ô gộp che, trang “{sheet.name}”", _plain(self._texts)))
            return
        self.has_runs = self.has_runs or isinstance(value, tuple)
        look = self._styles.look(style, attributes.get(OFFICE + "value-type", ""))
        self._cells += [(column, kind, value, look) for column in range(first, sheet.column + 1)]
        self._merge(sheet, first, attributes)

    def _merge(self, sheet: OdsSheet, column: int, attributes: Mapping[str, str]) -> None:
        wide, high = _count(attributes, "number-columns-spanned"), _count(attributes, "number-rows-spanned")
        if wide * high == 1:
            return
        if len(sheet.merges) >= _MOST_MERGES:
            raise TooLarge("merges")
        row = sheet.row + 1
        sheet.merges.append(Merge(row, column, min(row + high - 1, MAX_ROW), min(column + wide - 1, MAX_COLUMN)))

    def _end_row(self, sheet: OdsSheet) -> None:
        repeated = _count(self._row, "number-rows-repeated")
        first, sheet.row = sheet.row + 1, sheet.row + repeated
        cells, self._cells = self._cells, []
        sheet.kept.add(first, self._row.get(TABLE + "visibility") in ("collapse", "filter"), cells, repeated)

    def _end_sheet(self, sheet: OdsSheet) -> None:
        self._sheet = None
        if not sheet.is_linked:
            self.sheets.append(sheet)


def _add_columns(sheet: OdsSheet, attributes: Mapping[str, str]) -> None:
    first = sheet.column + 1
    sheet.column += _count(attributes, "number-columns-repeated")
    columns = range(first, min(sheet.column, MAX_COLUMN) + 1)
    if attributes.get(TABLE + "visibility") in ("collapse", "filter"):
        sheet.hidden_columns.update(columns)
    style = attributes.get(TABLE + "default-cell-style-name", "")
    if style:
        sheet.default_styles.update(dict.fromkeys(columns, style))


def _count(attributes: Mapping[str, str], name: str) -> int:
    text = attributes.get(TABLE + name)
    number = int(text) if text else 1
    if number < 1:
        raise ValueError(f"{name} {number}")
    return number


def _plain(runs: list[Run]) -> str:
    return "".join(run.text for run in runs)


def _value(attributes: Mapping[str, str], runs: list[Run]) -> tuple[str, RawValue]:
    """What a cell holds: the value where it is of a type that has one, else its text."""
    said = attributes.get(OFFICE + "value-type", "")
    if attributes.get(CALC + "value-type") == "error":
        return ERROR, _plain(runs) or "#ERROR!"
    if said in _NUMBERS:
        value = attributes.get(OFFICE + "value", "").strip()
        float(value)
        return NUMBER, value
    if said == "date":
        day, _, clock = attributes.get(OFFICE + "date-value", "").partition("T")
        clock = clock.partition(".")[0]
        return ISO_DATE, f"{day}T{clock}" if clock.strip("0:Z") else day
    if said == "time":
        return _time(attributes.get(OFFICE + "time-value", ""))
    if said == "boolean":
        return BOOLEAN, "1" if attributes.get(OFFICE + "boolean-value") == "true" else "0"
    if all(run.font is None and not run.raised for run in runs):
        text = _plain(runs) or attributes.get(OFFICE + "string-value", "")
        is_unsaved = not text and said != "string" and TABLE + "formula" in attributes
        return (NO_VALUE, "") if is_unsaved else (STRING, text)
    return STRING, tuple(runs)


def _time(text: str) -> tuple[str, RawValue]:
    """A time of the day; a longer span of time as hours, minutes, seconds."""
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError(f"time {text}")
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    minutes, seconds = minutes + seconds // 60, seconds % 60
    hours, minutes = hours + minutes // 60, minutes % 60
    return ISO_DATE if hours < 24 else STRING, f"{hours:02d}:{minutes:02d}:{seconds:02d}"
