"""A checked table as a workbook in which every faulty cell is marked and says what is wrong and what to do.

For the clerk who will correct the file: the sheet with the rows, the findings with links to their cells, and how to
use both. Works over rows from anywhere: a published version or the clerk's own file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from catalog.errors import InvalidInput, reporting_full_disk
from catalog.issues import Fault, Issue, Report, Severity
from catalog.layout import RowNumbers
from catalog.vietnamese import grouped
from catalog.working_folders import working_folder
from publishers.formulas import neutralise_formulas
from publishers.tables import XLSX_ROWS
from publishers.workbooks import CELL_CHARACTERS, DATA_SHEET

REPORT_SHEET = "Báo cáo"
GUIDE_SHEET = "Hướng dẫn"
STATE_COLUMN = "Lỗi"
ROW_COLUMN = "Dòng ở nguồn"
LED_BY = 2
"""Columns of ours before those of the table: the state of the row in words, and its number in the source."""

XLSX_COLUMNS = 16_384
_COMMENT_CHARACTERS = 1_500
_COMMENTS_A_CELL = 4
_EXACT = 2**53
_FIRST_DAY = date(1900, 3, 1)  # spreadsheets believe in 29 February 1900
_MADE_AT = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_WORDS = {Severity.ERROR: "Lỗi", Severity.HOLD: "Cần xác nhận", Severity.WARNING: "Lưu ý", Severity.NOTE: "Ghi chú"}
_ORDER = tuple(Severity)
_FILLS = {Severity.ERROR: "#F8D0CC", Severity.HOLD: "#FFE3B0", Severity.WARNING: "#FFF3BF", Severity.NOTE: "#E4ECF7"}
_GUIDE = (
    "Trang “Dữ liệu” là bảng đã kiểm. Ô sai được tô màu, có viền đậm và có ghi chú: đưa chuột lên ô để đọc.",
    "Cột “Lỗi” nói bằng chữ dòng nào sai, ở cột nào; lọc cột này để chỉ xem các dòng sai.",
    "Cột “Dòng ở nguồn” là số dòng trong tệp hoặc bảng gốc: hãy sửa ở nguồn, rồi gửi lại.",
    "Trang “Báo cáo” liệt kê từng loại lỗi, cách sửa; bấm vào ví dụ để tới ô đó.",
    "Hai cột đầu và các ghi chú do cổng dữ liệu thêm vào; không cần xóa nếu sửa ở nguồn.",
    "Lỗi: bảng bị loại. Cần xác nhận: bảng được giữ lại chờ người xem. Lưu ý: vẫn công bố, nên sửa.",
    "",
    "English: marked cells carry a comment with the fault and its remedy; column “Lỗi” tells the state of each row,",
    "“Dòng ở nguồn” its number in the source. Sheet “Báo cáo” lists all findings. Correct the source, then send again.",
)


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows the sheet got, and how many were left out for want of room."""

    rows: int
    left_out: int


@dataclass(slots=True)
class _Mark:
    """What is wrong with one cell or, without a field, with one row."""

    severity: Severity
    texts: list[str]


Marks = Mapping[int, Mapping[str, _Mark]]
"""By source row, then by field name ("" for the whole row)."""


def annotated_workbook(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    report: Report,
    path: Path,
    *,
    row_numbers: RowNumbers | None = None,
    fields: Sequence[str] = (),
    title: str = "",
    most_rows: int = XLSX_ROWS,
) -> Written:
    """Write the workbook at ``path``, row by row.

    ``rows`` are those below the header, in the order in which they were judged; their numbers in the source come from
    ``row_numbers``, or from the report. ``fields`` are the names that the report uses for the ``columns``, where the
    header says something else. Cells may be text (kept as text: codes keep their zeros, nothing is run as a formula),
    numbers, booleans, dates or ``None``. Beyond ``most_rows`` only rows with a finding are written, as far as a sheet
    holds them. Raises ``StorageFull``, and ``InvalidInput`` for a path that cannot be written to.
    """
    from xlsxwriter.exceptions import FileCreateError

    fields = fields or columns
    try:
        with reporting_full_disk():
            path.open("wb").close()  # before any work, of which the library would leave traces
            return _write(columns, rows, report, path, row_numbers or report.row_numbers, fields, title, most_rows)
    except (FileCreateError, FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError) as error:
        raise InvalidInput(
            f"Không ghi được tệp “{path}”: kiểm tra thư mục và quyền ghi; đóng tệp nếu đang mở.",
            f"File “{path}” cannot be written: check the folder and its permissions.",
            path=str(path),
        ) from error


def _write(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    report: Report,
    path: Path,
    row_numbers: RowNumbers,
    fields: Sequence[str],
    title: str,
    most_rows: int,
) -> Written:
    import xlsxwriter

    texts = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    # The library keeps the rows in files meanwhile, which must not outlive a process that is killed.
    with (
        working_folder() as folder,
        xlsxwriter.Workbook(str(path), {"constant_memory": True, "tmpdir": str(folder), **texts}) as book,
    ):
        book.set_properties({"title": title, "created": _MADE_AT})
        book.set_size(1800, 1200)
        sheet, findings, guide = (book.add_worksheet(name) for name in (DATA_SHEET, REPORT_SHEET, GUIDE_SHEET))
        table = _TableSheet(book, sheet, columns[: XLSX_COLUMNS - LED_BY], fields, marks_of(report))
        written = table.fill(_numbered(rows, row_numbers), most_rows)
        _list_findings(book, findings, report, table, written, title)
        _explain(book, guide)
        findings.activate()
    return written


def marks_of(report: Report) -> dict[int, dict[str, _Mark]]:
    """What to mark: every single place the report knows that weighs more than a note."""
    marks: dict[int, dict[str, _Mark]] = defaultdict(dict)
    for issue, fault in report.places():
        severity = issue.severity if issue else Severity.ERROR
        if fault.row is None or severity is Severity.NOTE:
            continue
        text = _comment(issue, fault)
        for name in fault.fields or (fault.field or (issue.field if issue else "") or "",):
            mark = marks[fault.row].setdefault(name, _Mark(severity, []))
            mark.severity = min(mark.severity, severity, key=_ORDER.index)
            if text not in mark.texts and len(mark.texts) < _COMMENTS_A_CELL:
                mark.texts.append(text)
    return marks


def _comment(issue: Issue | None, fault: Fault) -> str:
    if issue is None:
        return f"Lỗi: {fault.code}. {fault.note}".strip()
    remedy = f"\nCách sửa: {issue.remedy}" if issue.remedy else ""
    return f"{_WORDS[issue.severity]}: {issue.message}{remedy}"


def _numbered(rows: Iterable[Sequence[object]], numbers: RowNumbers) -> Iterator[tuple[int, Sequence[object]]]:
    """The rows with their numbers in the source; the first row of a copy is 2. One walk along the breaks."""
    breaks, place, shift = numbers.breaks, 0, 0
    for copy, row in enumerate(rows, 2):
        while place < len(breaks) and breaks[place][0] <= copy:
            shift = breaks[place][1] - breaks[place][0]
            place += 1
        yield copy + shift, row


class _TableSheet:
    """The sheet with the rows; remembers where it put the marked cells."""

    def __init__(self, book: Any, sheet: Any, columns: Sequence[str], fields: Sequence[str], marks: Marks) -> None:
        self._book, self._sheet, self._columns, self._marks = book, sheet, columns, marks
        self._position = {name: place for place, name in enumerate(fields[: len(columns)], LED_BY)}
        self._formats: dict[tuple[str, Severity | None], Any] = {}
        self.places: dict[int, int] = {}
        """The row of the sheet (from 0) of each marked row of the source."""

    def column_of(self, name: str) -> int:
        """Where a field stands; the state column for one that the table does not have."""
        return self._position.get(name, 0)

    def fill(self, rows: Iterable[tuple[int, Sequence[object]]], most_rows: int) -> Written:
        bold = self._book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 2})
        self._sheet.set_column(0, 0, 34)
        self._sheet.set_column(1, 1, 9)
        for place, label in enumerate((STATE_COLUMN, ROW_COLUMN, *self._columns)):
            if place >= LED_BY:
                self._sheet.set_column(place, place, min(max(len(label) + 3, 14), 32))
            self._sheet.write_string(0, place, label[:CELL_CHARACTERS], bold)
        self._note(0, self._marks.get(1, {}))
        self._sheet.freeze_panes(1, LED_BY)
        count = left_out = 0
        for number, cells in rows:
            if count >= XLSX_ROWS or (count >= most_rows and number not in self._marks):
                left_out += 1
                continue
            count += 1
            self._write_row(count, number, cells)
        self._sheet.autofilter(0, 0, count, len(self._columns) + LED_BY - 1)
        return Written(count, left_out)

    def _write_row(self, place: int, number: int, cells: Sequence[object]) -> None:
        marks = self._marks.get(number, {})
        if marks:
            self.places[number] = place
            worst = min((mark.severity for mark in marks.values()), key=_ORDER.index)
            self._sheet.write_string(place, 0, _state(marks), self._format("text", worst))
        self._sheet.write_number(place, 1, number)
        marked = {self.column_of(name): mark.severity for name, mark in marks.items()}
        for column, value in enumerate(cells[: len(self._columns)], LED_BY):
            self._write_cell(place, column, value, marked.get(column))
        self._note(place, marks)

    def _note(self, place: int, marks: Mapping[str, _Mark]) -> None:
        """Comments, one a cell: two fields that the table lacks share the state column."""
        texts: dict[int, list[str]] = defaultdict(list)
        for name, mark in marks.items():
            texts[self.column_of(name)].extend(mark.texts)
        for column, lines in texts.items():
            text = "\n\n".join(dict.fromkeys(lines))[:_COMMENT_CHARACTERS]
            self._sheet.write_comment(place, column, text, {"x_scale": 2.6, "y_scale": 1.8, "author": "Cổng dữ liệu"})

    def _write_cell(self, row: int, column: int, value: object, severity: Severity | None) -> None:
        write, kind = _writer(self._sheet, value)
        if write is not None:
            write(row, column, value, self._format(kind, severity))
        elif severity is not None:
            self._sheet.write_blank(row, column, None, self._format("text", severity))

    def _format(self, kind: str, severity: Severity | None) -> Any:
        """Formats are made once: text stays text when a cell is edited, a day is shown as day, month, year."""
        key = (kind, severity)
        if key not in self._formats:
            shape: dict[str, Any] = {"num_format": _NUMBER_FORMATS[kind]} if kind in _NUMBER_FORMATS else {}
            if kind == "formula":
                shape["quote_prefix"] = True
            if severity is not None:
                shape |= {"bg_color": _FILLS[severity], "border": 2 if severity is Severity.ERROR else 1}
            self._formats[key] = self._book.add_format(shape)
        return self._formats[key]


_NUMBER_FORMATS: Mapping[str, int | str] = {
    "text": 49,  # built in: text, whatever is typed
    "formula": 49,
    "day": "dd/mm/yyyy",
    "moment": "dd/mm/yyyy hh:mm:ss",
}


def _writer(sheet: Any, value: object) -> tuple[Callable[..., Any] | None, str]:
    """How a value is written and shown; nothing for an empty one."""
    if value is None or value == "":
        return None, "text"
    if isinstance(value, bool):
        return sheet.write_boolean, "plain"
    if isinstance(value, int | float | Decimal) and -_EXACT <= value <= _EXACT:
        return sheet.write_number, "plain"
    if isinstance(value, datetime | date):
        day = value.date() if isinstance(value, datetime) else value
        if day >= _FIRST_DAY and not (isinstance(value, datetime) and value.tzinfo):
            return sheet.write_datetime, "moment" if isinstance(value, datetime) else "day"
    text = value.isoformat() if isinstance(value, date | time) else str(value)
    risky = neutralise_formulas([text])[0] != text

    def write_text(row: int, column: int, _: object, shown: Any) -> Any:
        return sheet.write_string(row, column, text[:CELL_CHARACTERS], shown)

    return write_text, "formula" if risky else "text"


def _state(marks: Mapping[str, _Mark]) -> str:
    """The state of a row in words: "Lỗi: ngay_cap, ma_xa · Lưu ý: dan_so"."""
    fields: dict[Severity, list[str]] = defaultdict(list)
    for name, mark in marks.items():
        fields[mark.severity].append(name or "cả dòng")
    return " · ".join(f"{_WORDS[item]}: {', '.join(fields[item])}" for item in _ORDER if item in fields)


def _list_findings(book: Any, sheet: Any, report: Report, table: _TableSheet, written: Written, title: str) -> None:
    bold = book.add_format({"bold": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    link = book.add_format({"font_color": "#0B4F8A", "underline": 1, "valign": "top"})
    for column, width in enumerate((14, 14, 18, 70, 60, 12, 16, 16, 16)):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, title or "Kết quả kiểm tra", bold)
    sheet.write_string(1, 0, _verdict(report))
    sheet.write_string(2, 0, f"{grouped(report.rows)} dòng được kiểm, {grouped(written.rows)} dòng có trong tệp này.")
    if written.left_out:
        sheet.write_string(3, 0, f"{grouped(written.left_out)} dòng không có trong tệp này vì bảng quá dài.")
    headings = ("Mức", "Tiêu chí", "Cột", "Nội dung", "Cách sửa", "Số chỗ", "Ví dụ", "", "")
    for column, label in enumerate(headings):
        sheet.write_string(5, column, label, bold)
    sheet.freeze_panes(6, 0)
    for row, issue in enumerate(sorted(report.issues, key=lambda item: _ORDER.index(item.severity)), 6):
        words = (_WORDS[issue.severity], issue.dimension.label, issue.field or "", issue.message, issue.remedy)
        for column, text in enumerate(words):
            sheet.write_string(row, column, text[:CELL_CHARACTERS], wrapped)
        sheet.write_number(row, 5, issue.count, wrapped)
        for column, example in enumerate(issue.examples[:3], 6):
            _write_example(sheet, row, column, example.row, table, issue.field or "", link, wrapped)


def _write_example(
    sheet: Any, row: int, column: int, number: int | None, table: _TableSheet, name: str, link: Any, plain: Any
) -> None:
    if number is None:
        return
    label = f"dòng {grouped(number)}"
    if number not in table.places:
        sheet.write_string(row, column, label, plain)
        return
    from xlsxwriter.utility import xl_rowcol_to_cell

    cell = xl_rowcol_to_cell(table.places[number], table.column_of(name))
    sheet.write_url(row, column, f"internal:'{DATA_SHEET}'!{cell}", link, label)


def _verdict(report: Report) -> str:
    words = {
        Severity.ERROR: "Bảng có lỗi, chưa công bố được.",
        Severity.HOLD: "Bảng được giữ lại chờ người xác nhận.",
        Severity.WARNING: "Bảng đạt, có điều cần lưu ý.",
        Severity.NOTE: "Bảng đạt.",
    }
    return words[report.verdict]


def _explain(book: Any, sheet: Any) -> None:
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 110)
    for row, line in enumerate(_GUIDE):
        sheet.write_string(row, 0, line, wrapped)
