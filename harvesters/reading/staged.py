"""Writes the table of a file as a staging file, by a layout or by the reader's own proposal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from catalog.dictionary import TableSchema
from catalog.errors import SourceUnreadable
from catalog.layout import Confidence, Evidence, LayoutProposal, LooseText, TableLayout
from catalog.vietnamese import clean, fold
from harvesters.reading.grid import Book, Row, column_letters
from harvesters.reading.layout import around, check_layout, propose, table_rows
from harvesters.reading.layout_rows import sheet_of
from harvesters.reading.layout_sheet import propose_by_hand
from harvesters.staging import StagingFile

BATCH_ROWS = 5_000
LONGEST_AROUND = 2_000
MOST_BLANK_ROWS = 10_000

Numbered = tuple[int, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of a file: the staged table's facts, how it was read, and how that differs from what was accepted."""

    columns: tuple[str, ...]
    row_count: int
    sha256: str
    breaks: tuple[tuple[int, int], ...]
    proposal: LayoutProposal
    differences: tuple[Evidence, ...]
    around: tuple[LooseText, ...]
    remarks: tuple[tuple[str, str], ...]
    percents: tuple[str, ...] = ()
    """Columns of fractions that the file shows as percents."""


def stage(
    book: Book, schema: TableSchema | None, target: Path, layout: TableLayout | None = None, sheet: str = ""
) -> Reading:
    """Write the table into ``target``.

    A plain file is written as it stands, ragged rows too. A file that does not fit its accepted ``layout`` is written
    as the reader would propose, with the differences. Raises ``SourceUnreadable``.
    """
    if sheet and book.format in ("xlsx", "xls", "ods") and sheet_of(book, sheet) is None:
        names = ", ".join(item.name for item in book.sheets)
        raise SourceUnreadable(
            f"Tệp không có trang tính “{sheet}”; các trang có: {names}.",
            f"There is no sheet “{sheet}”; the file has: {names}.",
            sheet=sheet,
        )
    wanted = sheet if book.format in ("xlsx", "xls", "ods") else ""
    by_hand = _by_hand(book, schema, layout)
    differences = check_layout(book, layout) if layout and by_hand is None else ()
    proposal = propose(book, schema, wanted) if layout is None or differences else None
    if by_hand is not None:
        proposal = by_hand
    elif proposal is None and layout is not None:
        proposal = LayoutProposal(layout, Confidence.LIKELY)
    if proposal is None:
        raise AssertionError("either a layout is accepted or one is proposed")
    if layout is None:
        proposal = _without_long_rows(book, schema, proposal)
    plain = proposal.confidence is Confidence.PLAIN
    if not proposal.layout.columns and not plain:
        raise SourceUnreadable(
            "Không tìm thấy bảng nào trong tệp; kiểm tra tệp có dòng tiêu đề và số liệu.",
            "No table is found in the file; check that it has a header and rows.",
        )
    columns, rows = _plain(book, proposal.layout) if plain else _laid_out(book, proposal.layout)
    breaks: list[tuple[int, int]] = []
    with StagingFile(target, columns) as staging:
        numbered = _noting_breaks(rows, breaks)
        while batch := list(islice(numbered, BATCH_ROWS)):
            staging.write_rows(batch)
    table = staging.table("")
    beside = () if plain and not book.loose else around(book, proposal.layout)
    loose = tuple(LooseText(item.place, item.text[:LONGEST_AROUND]) for item in beside)
    return Reading(
        columns,
        table.row_count,
        table.sha256,
        tuple(breaks),
        proposal,
        tuple(differences),
        loose,
        book.remarks,
        _percents(book, proposal.layout, columns if plain else ()),
    )


def _percents(book: Book, layout: TableLayout, plain_labels: Sequence[str]) -> tuple[str, ...]:
    """The columns whose cells the program shows as percents, by the field or label they are staged for."""
    sheet = sheet_of(book, layout.sheet) or book.sheets[0]
    if plain_labels:
        return tuple(name for place, name in enumerate(plain_labels, 1) if place in sheet.percent_columns)
    return tuple(column.field or column.label for column in layout.columns if column.position in sheet.percent_columns)


def _by_hand(book: Book, schema: TableSchema | None, layout: TableLayout | None) -> LayoutProposal | None:
    """The table that a person has just pointed at: a layout by hand that says nothing of the labels yet."""
    if layout is None or not layout.by_hand or any(column.label for column in layout.columns):
        return None
    sheet = sheet_of(book, layout.sheet)
    return None if sheet is None else propose_by_hand(book, sheet, schema, layout)


def _without_long_rows(book: Book, schema: TableSchema | None, proposal: LayoutProposal) -> LayoutProposal:
    """The proposal for a text file whose rows are all as long as its header: the gate names longer ones one by one, and
    they are no reason to doubt where the table lies."""
    if book.format != "csv" or proposal.confidence is Confidence.PLAIN:
        return proposal
    first = next((row for row in book.sheets[0].rows() if any(cell.text.strip() for cell in row.cells)), None)
    if first is None or proposal.layout.header_rows != (first.number,):
        return proposal
    labels = [clean(cell.text) for cell in first.cells]
    while labels and not labels[-1]:
        labels.pop()
    refuse_unusable_header(labels)

    def cut() -> Iterator[Row]:
        return (replace(row, cells=row.cells[: len(labels)]) for row in book.sheets[0].rows())

    again = propose(replace(book, sheets=(replace(book.sheets[0], rows=cut),)), schema)
    return again if again.confidence is Confidence.PLAIN else proposal


def _plain(book: Book, layout: TableLayout) -> tuple[tuple[str, ...], Iterator[Numbered]]:
    """Header and rows as they stand, without empty rows before and after."""
    sheet = sheet_of(book, layout.sheet) or book.sheets[0]
    rows = (row for row in sheet.rows())
    header = next((row for row in rows if any(cell.text.strip() for cell in row.cells)), None)
    labels = [clean(cell.text) for cell in header.cells] if header else []
    while labels and not labels[-1]:
        labels.pop()
    if not labels:
        raise SourceUnreadable(
            "Tệp không có dòng tiêu đề; ghi tên cột ở dòng đầu.", "The file has no header; name the columns in row one."
        )
    refuse_unusable_header(labels)
    grid = book.format in ("xlsx", "xls", "ods")
    return tuple(labels), _without_empty_tail(rows, len(labels), grid)


def _without_empty_tail(rows: Iterator[Row], width: int, grid: bool) -> Iterator[Numbered]:
    waiting: list[Numbered] = []
    for row in rows:
        cells = row.texts
        while len(cells) > width and not cells[-1].strip():
            cells.pop()
        if grid:
            cells += [""] * (width - len(cells))
        if any(cell.strip() for cell in cells):
            yield from waiting
            waiting.clear()
            yield row.number, cells
        elif len(waiting) < MOST_BLANK_ROWS or not grid:
            waiting.append((row.number, [""] * width))
        else:
            raise _far_cells(row.number)


def _laid_out(book: Book, layout: TableLayout) -> tuple[tuple[str, ...], Iterator[Numbered]]:
    names: list[str] = []
    kept = [place for place, column in enumerate(layout.columns) if column.field or not _only_counts(column.label)]
    for column in (layout.columns[place] for place in kept):
        name = column.field or column.label or f"cot_{column.position}"
        names.append(name if name not in names else f"{name} ({column.position})")
    if layout.section_column:
        names.append(layout.section_column)
    rows = _refusing_far_cells(table_rows(book, layout))
    if len(kept) == len(layout.columns):
        return tuple(names), rows
    places = [*kept, *range(len(layout.columns), len(layout.columns) + bool(layout.section_column))]
    return tuple(names), ((number, [cells[place] for place in places]) for number, cells in rows)


def _only_counts(label: str) -> bool:
    """Whether a column numbers the rows and says nothing else."""
    return fold(label).replace(".", "").split(" / ")[0].strip() in ("stt", "tt", "so tt", "so thu tu", "no")


def _refusing_far_cells(rows: Iterator[tuple[int, list[str]]]) -> Iterator[Numbered]:
    blank = 0
    for number, cells in rows:
        blank = 0 if any(cells) else blank + 1
        if blank > MOST_BLANK_ROWS:
            raise _far_cells(number)
        yield number, cells


def _far_cells(row: int) -> SourceUnreadable:
    return SourceUnreadable(
        f"Trang tính quá lớn: có ô lẻ ở xa dưới dòng {row}; xóa các ô đó, hoặc lưu dạng CSV UTF-8.",
        f"The sheet is too large: there are stray cells below row {row}; clear them.",
        row=row,
    )


def _noting_breaks(rows: Iterator[Numbered], breaks: list[tuple[int, int]]) -> Iterator[Sequence[str]]:
    shift = 0
    for copy, (source, cells) in enumerate(rows, 2):
        if source - copy != shift:
            shift = source - copy
            breaks.append((copy, source))
        yield cells


def refuse_unusable_header(labels: Sequence[str]) -> None:
    """Raises ``SourceUnreadable`` where the header of a plain file is empty somewhere or says the same twice."""
    seen: dict[str, int] = {}
    for position, name in enumerate(labels):
        place = column_letters(position)
        if not name:
            raise SourceUnreadable(
                f"Ô tiêu đề của cột {place} để trống; đặt tên cho cột này.",
                f"The header of column {place} is empty; name the column.",
                column=place,
            )
        first = seen.setdefault(name.casefold(), position)
        if first != position:
            raise SourceUnreadable(
                f"Tiêu đề của cột {column_letters(first)} và cột {place} cùng tên “{name}”; đặt tên khác nhau.",
                f"Columns {column_letters(first)} and {place} are both called “{name}”; rename one.",
                column=place,
            )
