"""Workbooks that are one XML file: Excel's of 2002 and 2003 (XML Spreadsheet) and LibreOffice's flat one (.fods).

Programs that make "Excel files" out of a web page or a report write the former under the name .xls.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from catalog.layout import LooseText
from harvesters.reading.grid import Merge, column_letters
from harvesters.reading.number_formats import PLAIN, number_format
from harvesters.reading.ods_parts import book_of_content
from harvesters.reading.packages import (
    BLOCK_BYTES,
    MAX_COLUMN,
    MAX_ROW,
    MAX_SHEETS,
    MAX_UNPACKED_BYTES,
    Damaged,
    TooLarge,
    too_many_sheets,
    xml_parser,
)
from harvesters.reading.spool import RawRows, Spool
from harvesters.reading.workbook_cells import (
    BOOLEAN,
    ERROR,
    ISO_DATE,
    NO_VALUE,
    NUMBER,
    STRING,
    Look,
    RawBook,
    RawCell,
    RawSheet,
    RawValue,
    Run,
    font_encoding,
)

SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet "
_OFFICE = "urn:schemas-microsoft-com:office:office "
_VISIBLE = "urn:schemas-microsoft-com:office:excel Visible"
_HTML = "http://www.w3.org/TR/REC-html40 "
_NAMED_FORMATS = {"Percent": "0%", "General": "", "General Number": "", "Standard": "#,##0.00", "Fixed": "0.00"}
_PROPERTIES = {
    "Author": "tác giả",
    "LastAuthor": "người sửa cuối",
    "Title": "tiêu đề",
    "Subject": "chủ đề",
    "Description": "ghi chú",
    "Keywords": "từ khóa",
    "Company": "cơ quan",
    "Manager": "người quản lý",
}
_MOST_BESIDE = 20_000


def open_flat_ods(path: Path) -> RawBook:
    """A flat OpenDocument workbook. Raises ``SourceUnreadable`` and what :mod:`packages` knows."""
    return book_of_content(path, _blocks(path))


def open_xml_spreadsheet(path: Path) -> RawBook:
    """An XML Spreadsheet of Excel. Raises ``SourceUnreadable`` and what :mod:`packages` knows."""
    parser = xml_parser(" ")
    reader = _Reader(parser, Spool())
    for block in _blocks(path):
        parser.Parse(block, False)
    parser.Parse(b"", True)
    if len(reader.sheets) > MAX_SHEETS:
        raise too_many_sheets(path, len(reader.sheets))
    if not reader.sheets:
        raise Damaged("no sheet")
    return RawBook(
        "xls",
        tuple(sheet.raw() for sheet in reader.sheets),
        tuple(reader.looks),
        watched=reader.has_runs,
        loose=tuple(reader.loose),
    )


def _blocks(path: Path) -> Iterator[bytes]:
    if path.stat().st_size > MAX_UNPACKED_BYTES:
        raise TooLarge(path.name)
    with path.open("rb") as stream:
        while block := stream.read(BLOCK_BYTES):
            yield block


@dataclass(slots=True)
class _Sheet:
    name: str
    kept: RawRows
    hidden: bool = False
    merges: list[Merge] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    loose: list[LooseText] = field(default_factory=list)
    row: int = 0
    column: int = 0

    def raw(self) -> RawSheet:
        merges, hidden = tuple(self.merges), frozenset(self.hidden_columns)
        return RawSheet(self.name, self.kept.rows, self.hidden, merges, hidden, tuple(self.loose))


class _Reader:
    """Takes the events of the XML parser."""

    def __init__(self, parser: Any, spool: Spool) -> None:
        self.sheets: list[_Sheet] = []
        self.loose: list[LooseText] = []
        self.looks = [Look()]
        self.has_runs = False
        self._spool = spool
        self._look_numbers: dict[str, int] = {"Default": 0}
        self._style = ""
        self._row: Mapping[str, str] = {}
        self._cells: list[RawCell] = []
        self._cell: Mapping[str, str] = {}
        self._type, self._text = "", ""
        self._runs: list[Run] = []
        self._fonts: list[tuple[str | None, bool]] = [(None, False)]
        self._note: str | None = None
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._said

    def _said(self, text: str) -> None:
        self._text += text

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name.startswith(_HTML):
            self._start_run(name.removeprefix(_HTML), attributes)
            return
        self._text = ""
        if not name.startswith(SPREADSHEET):
            return
        told = {key.removeprefix(SPREADSHEET): value for key, value in attributes.items()}
        match name.removeprefix(SPREADSHEET):
            case "Style":
                self._begin_style(told)
            case "Font" if self._style:
                self._look(*font_encoding(told.get("FontName", "")), bold=told.get("Bold") == "1")
            case "NumberFormat" if self._style:
                code = told.get("Format", "")
                self._look(format=number_format(_NAMED_FORMATS.get(code, code)) if code else PLAIN)
            case "Worksheet":
                self.sheets.append(_Sheet(told.get("Name", ""), RawRows(self._spool)))
            case "Column" if self.sheets:
                self._add_columns(self.sheets[-1], told)
            case "Row" if self.sheets:
                self._begin_row(self.sheets[-1], told)
            case "Cell" if self.sheets:
                self._begin_cell(self.sheets[-1], told)
            case "Data":
                self._type, self._runs = told.get("Type", "String"), []
            case "Comment":
                self._note, self._runs = told.get("Author", ""), []
            case "NamedRange":
                self._keep(self.loose, f"tên vùng “{told.get('Name', '')}”", told.get("RefersTo", ""))

    def _begin_style(self, told: Mapping[str, str]) -> None:
        self._style = told.get("ID", "")
        parent = self.looks[self._look_numbers.get(told.get("Parent", "Default"), 0)]
        if self._style == "Default":
            return
        if len(self.looks) > _MOST_BESIDE:
            raise TooLarge("styles")
        self._look_numbers[self._style] = len(self.looks)
        self.looks.append(parent)

    def _look(self, encoding: str | None = None, upper: bool = False, **more: Any) -> None:
        number = self._look_numbers.get(self._style, 0)
        old = self.looks[number]
        self.looks[number] = Look(
            old.encoding if encoding is None else encoding,
            old.upper if encoding is None else upper,
            more.get("bold", old.bold),
            more.get("format", old.format),
        )

    def _start_run(self, name: str, attributes: Mapping[str, str]) -> None:
        self._flush()
        font, raised = self._fonts[-1]
        self._fonts.append((attributes.get(_HTML + "Face", font), raised or name == "Sup"))

    def _flush(self) -> None:
        if self._text:
            self._runs.append(Run(self._text, *self._fonts[-1]))
            self._text = ""

    def _add_columns(self, sheet: _Sheet, told: Mapping[str, str]) -> None:
        first = int(told.get("Index") or sheet.column + 1)
        sheet.column = first + int(told.get("Span") or 0)
        if told.get("Hidden") == "1":
            sheet.hidden_columns.update(range(max(first, 1), min(sheet.column, MAX_COLUMN) + 1))

    def _begin_row(self, sheet: _Sheet, told: Mapping[str, str]) -> None:
        row = int(told.get("Index") or sheet.row + 1)
        if not sheet.row < row <= MAX_ROW:
            raise Damaged(f"row {row}")
        sheet.row, sheet.column = row, 0
        self._row, self._cells = told, []

    def _begin_cell(self, sheet: _Sheet, told: Mapping[str, str]) -> None:
        column = int(told.get("Index") or sheet.column + 1)
        across, down = int(told.get("MergeAcross") or 0), int(told.get("MergeDown") or 0)
        if not sheet.column < column <= MAX_COLUMN or across < 0 or down < 0:
            raise Damaged(f"column {column}")
        if across or down:
            if len(sheet.merges) > _MOST_BESIDE * 10:
                raise TooLarge("merges")
            last = min(sheet.row + down, MAX_ROW)
            sheet.merges.append(Merge(sheet.row, column, last, min(column + across, MAX_COLUMN)))
        sheet.column = column
        self._cell, self._type, self._runs = told, "", []
        if "Formula" in told:
            self._type = "unsaved"

    def _end(self, name: str) -> None:
        if name.startswith(_HTML):
            self._flush()
            if len(self._fonts) > 1:
                self._fonts.pop()
        elif name.startswith(_OFFICE):
            label = _PROPERTIES.get(name.removeprefix(_OFFICE), "")
            self._keep(self.loose, f"thuộc tính tệp: {label}", self._text if label else "")
        elif name == _VISIBLE and self.sheets:
            self.sheets[-1].hidden = self._text.strip() in ("SheetHidden", "SheetVeryHidden")
        elif self.sheets:
            self._end_of_sheet(name.removeprefix(SPREADSHEET), self.sheets[-1])
        if name == SPREADSHEET + "Style":
            self._style = ""

    def _end_of_sheet(self, name: str, sheet: _Sheet) -> None:
        if name == "Data":
            self._flush()
            if self._note is None:
                self._end_data(sheet)
        elif name == "Comment":
            cell = f"{column_letters(sheet.column - 1)}{sheet.row}"
            self._keep(sheet.loose, f"ghi chú ô {cell}, trang “{sheet.name}”", "".join(run.text for run in self._runs))
            self._keep(sheet.loose, f"người viết ghi chú, trang “{sheet.name}”", self._note or "")
            self._note = None
        elif name == "Cell":
            if self._type == "unsaved":
                self._add(sheet, NO_VALUE, "")
        elif name == "Row":
            sheet.kept.add(sheet.row, self._row.get("Hidden") == "1", self._cells)

    def _end_data(self, sheet: _Sheet) -> None:
        kind, value = _value(self._type, self._runs)
        self._type = ""
        if value:
            self.has_runs = self.has_runs or isinstance(value, tuple)
            self._add(sheet, kind, value)

    def _add(self, sheet: _Sheet, kind: str, value: RawValue) -> None:
        style = self._cell.get("StyleID") or self._row.get("StyleID") or "Default"
        self._cells.append((sheet.column, kind, value, self._look_numbers.get(style, 0)))

    def _keep(self, kept: list[LooseText], place: str, text: str) -> None:
        if not text.strip():
            return
        if len(kept) >= _MOST_BESIDE:
            raise TooLarge("loose texts")
        kept.append(LooseText(place, text.strip()))


def _value(said: str, runs: list[Run]) -> tuple[str, RawValue]:
    text = "".join(run.text for run in runs)
    match said:
        case "Number":
            float(text)
            return NUMBER, text.strip()
        case "DateTime":
            day, _, clock = text.strip().partition("T")
            clock = clock.partition(".")[0]
            if day in ("1899-12-31", "1899-12-30"):
                return ISO_DATE, clock
            return ISO_DATE, f"{day}T{clock}" if clock.strip("0:") else day
        case "Boolean":
            return BOOLEAN, text.strip()
        case "Error":
            return ERROR, text.strip()
    plain = all(run.font is None and not run.raised for run in runs)
    return STRING, text if plain else tuple(runs)
