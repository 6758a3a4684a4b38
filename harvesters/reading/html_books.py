"""Tables of a web page that calls itself a workbook, as many programs of offices export "Excel": a sheet a table.

What stands in the cells is text as it is shown; where Excel itself saved the page, its numbers come with it (x:num).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from catalog.errors import SourceUnreadable
from catalog.layout import LooseText
from harvesters.reading.encodings import encoding_of
from harvesters.reading.grid import Merge
from harvesters.reading.number_formats import PLAIN, number_format
from harvesters.reading.packages import MAX_COLUMN, MAX_ROW, MAX_SHEETS, TooLarge, too_many_sheets
from harvesters.reading.spool import RawRows, Spool
from harvesters.reading.workbook_cells import (
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

MAX_PAGE_BYTES = 60_000_000
_WIDEST_CELL = 1_000
_HIGHEST_CELL = 65_534
"""How far colspan and rowspan reach by the standard (HTML, 4.9.11)."""
_MOST_BESIDE = 2_000
_MOST_LOOKS = 5_000
_MOST_MERGES = 200_000
_SPACES = re.compile(r"[ \t\r\n\f]+")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_CLASS = re.compile(r"\.([\w-]+)\s*\{([^{}]*)\}")
_SAID = re.compile(r"([\w-]+)\s*:\s*((?:\"[^\"]*\"|[^;\"])*)")
_LINES = frozenset({"br", "p", "div", "li"})
_BOLD = frozenset({"b", "strong", "th"})
_INNER = frozenset({"font", "span", "sup", "b", "strong", "i", "u", "a", "em"})


def open_html(path: Path) -> RawBook:
    """The page as a workbook. Raises ``SourceUnreadable`` and what :mod:`packages` knows."""
    if path.stat().st_size > MAX_PAGE_BYTES:
        raise TooLarge(path.name)
    page = _Page(Spool())
    page.feed(_text_of(path))
    page.close()
    page.finish()
    if len(page.sheets) > MAX_SHEETS:
        raise too_many_sheets(path, len(page.sheets))
    if not page.sheets:
        raise SourceUnreadable(
            f"Tệp “{path.name}” là trang web (HTML) mang tên Excel, không có bảng nào; gửi tệp .xlsx hoặc CSV UTF-8.",
            f"File “{path.name}” is a web page (HTML) named as Excel, without a table; send .xlsx or CSV UTF-8.",
            file=path.name,
        )
    told = (
        "Tệp thật ra là trang web (HTML) mang tên Excel: mỗi bảng của trang là một trang tính, đọc chữ như hiện ra.",
        "The file is a web page (HTML) named as an Excel file: each of its tables is a sheet, read as it is shown.",
    )
    sheets = tuple(sheet.raw(number) for number, sheet in enumerate(page.sheets, 1))
    loose = tuple(page.loose)
    return RawBook("xls", sheets, tuple(page.looks), watched=page.has_runs, loose=loose, remarks=(told,))


def _text_of(path: Path) -> str:
    """The page in Unicode, by the encoding that it declares if that is one and fits."""
    content = path.read_bytes()
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    declared = _CHARSET.search(content[:4096])
    try:
        return content.decode(declared[1].decode() if declared else "utf-8-sig").removeprefix("\ufeff")
    except (LookupError, UnicodeDecodeError):
        encoding = encoding_of(path)
        text = content.decode(encoding.codec)
        return encoding.decode(text) if encoding.decode else text


@dataclass(slots=True)
class _Table:
    """A table of the page, while it is read and afterwards."""

    kept: RawRows
    merges: list[Merge] = field(default_factory=list)
    row: int = 0
    column: int = 0
    is_in_row: bool = False
    covered: dict[int, int] = field(default_factory=dict)
    """Columns that a cell from above reaches into, with the last row that it reaches."""
    cells: list[RawCell] = field(default_factory=list)
    hidden: bool = False
    runs: list[Run] | None = None
    """The text of the cell that is open."""
    number: str = ""
    look: int = 0

    def raw(self, number: int) -> RawSheet:
        return RawSheet(f"Bảng {number}", self.kept.rows, merges=tuple(self.merges))


class _Page(HTMLParser):
    """Collects the tables; one within a cell of another is a table of its own."""

    def __init__(self, spool: Spool) -> None:
        super().__init__(convert_charrefs=True)
        self.sheets: list[_Table] = []
        self.loose: list[LooseText] = []
        self.looks = [Look()]
        self.has_runs = False
        self._spool = spool
        self._open: list[_Table] = []
        self._classes: dict[str, dict[str, str]] = {}
        self._looks: dict[tuple[str, bool, str], int] = {}
        self._fonts: list[tuple[str, str | None, bool]] = []
        self._aside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        table = self._open[-1] if self._open else None
        if tag in ("style", "script", "title"):
            self._aside = tag
        elif tag == "table":
            self._open.append(_Table(RawRows(self._spool)))
            self.sheets.append(self._open[-1])
        elif table is None:
            return
        elif tag == "tr":
            self._end_row(table)
            table.row, table.is_in_row = table.row + 1, True
            table.hidden = "display:none" in told.get("style", "").replace(" ", "").casefold()
        elif tag in ("td", "th"):
            self._begin_cell(table, tag, told)
        elif tag in _LINES and table.runs:
            table.runs.append(Run("\n"))
        elif tag in _INNER:
            font, raised = self._fonts[-1][1:] if self._fonts else (None, False)
            own = told.get("face") or self._said(told).get("font-family")
            self._fonts.append((tag, own if own else font, raised or tag == "sup"))

    def handle_endtag(self, tag: str) -> None:
        if tag == self._aside:
            self._aside = ""
        elif tag == "table" and self._open:
            table = self._open.pop()
            self._end_row(table)
        elif tag == "tr" and self._open:
            self._end_row(self._open[-1])
        elif tag in ("td", "th") and self._open:
            self._end_cell(self._open[-1])
        elif tag in _INNER and self._fonts and self._fonts[-1][0] == tag:
            self._fonts.pop()

    def handle_data(self, data: str) -> None:
        if self._aside == "style":
            for name, told in _CLASS.findall(data):
                if len(self._classes) < _MOST_LOOKS:
                    self._classes[name] = dict(_SAID.findall(told))
        if self._aside == "script" or self._aside == "style":
            return
        text = _SPACES.sub(" ", data)
        table = self._open[-1] if self._open else None
        if table is not None and table.runs is not None:
            table.runs.append(Run(text, *(self._fonts[-1][1:] if self._fonts else (None, False))))
        elif text.strip() and len(self.loose) < _MOST_BESIDE:
            self.loose.append(LooseText("ngoài bảng", text.strip()))

    def finish(self) -> None:
        """Close what the page left open."""
        while self._open:
            self._end_row(self._open.pop())

    def _said(self, told: Mapping[str, str]) -> Mapping[str, str]:
        by_class = self._classes.get(told.get("class", ""), {})
        return {**by_class, **dict(_SAID.findall(told.get("style", "")))}

    def _begin_cell(self, table: _Table, tag: str, told: Mapping[str, str]) -> None:
        self._end_cell(table)
        self._fonts.clear()
        if not table.is_in_row:
            table.row, table.is_in_row = table.row + 1, True
        table.column += 1
        while table.covered.get(table.column, 0) >= table.row:
            table.column += 1
        wide, high = (_span(told.get(name, ""), most) for name, most in _SPANS)
        first, table.column = table.column, table.column + wide - 1
        if table.column > MAX_COLUMN:
            raise TooLarge("columns")
        self._spool.count(wide, 0)
        if wide > 1 or high > 1:
            if len(table.merges) > _MOST_MERGES:
                raise TooLarge("merges")
            last = min(table.row + high - 1, MAX_ROW)
            table.covered.update(dict.fromkeys(range(first, table.column + 1), last))
            table.merges.append(Merge(table.row, first, last, table.column))
        said = self._said(told)
        weight = said.get("font-weight", "").strip()
        bold = tag in _BOLD or weight in ("bold", "600", "700", "800", "900")
        table.look = self._look(said.get("font-family", ""), bold, said.get("mso-number-format", ""))
        table.runs, table.number = [], told.get("x:num", "")
        table.cells.append((first, STRING, "", table.look))

    def _look(self, font: str, bold: bool, code: str) -> int:
        key = (font.split(",")[0].strip("'\" "), bold, code)
        if key not in self._looks:
            if len(self.looks) > _MOST_LOOKS:
                return 0
            plain = code.strip(" '\"").replace("\\", "")
            self._looks[key] = len(self.looks)
            self.looks.append(Look(*font_encoding(key[0]), bold, number_format(plain) if plain else PLAIN))
        return self._looks[key]

    def _end_cell(self, table: _Table) -> None:
        if table.runs is None:
            return
        column, _, _, look = table.cells.pop()
        runs, table.runs = table.runs, None
        kind, value = _value(table.number, runs)
        if value:
            self.has_runs = self.has_runs or isinstance(value, tuple)
            table.cells.append((column, kind, value, look))

    def _end_row(self, table: _Table) -> None:
        self._end_cell(table)
        if table.is_in_row:
            table.kept.add(table.row, table.hidden, table.cells)
        table.is_in_row, table.column, table.cells = False, 0, []


_SPANS = (("colspan", _WIDEST_CELL), ("rowspan", _HIGHEST_CELL))


def _span(text: str, most: int) -> int:
    return min(max(int(text), 1), most) if text.strip().isdecimal() and len(text) < 10 else 1


def _value(number: str, runs: list[Run]) -> tuple[str, RawValue]:
    if number:
        float(number)
        return NUMBER, number.strip()
    while runs and not runs[-1].text.strip():
        runs.pop()
    while runs and not runs[0].text.strip():
        runs.pop(0)
    if any(run.font or run.raised for run in runs):
        return STRING, tuple(runs)
    return STRING, "".join(run.text for run in runs).strip()
