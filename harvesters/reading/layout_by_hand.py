"""A layout as a person points at it: rows and columns as they are written, fields named for labels, and their errors.

Nothing is read here: what the named rows and columns hold is read by :func:`harvesters.reading.read_file`, which
completes a layout made by :func:`pointed_at`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from catalog.dictionary import TableSchema
from catalog.errors import InvalidInput
from catalog.layout import LayoutColumn, LayoutProposal, TableLayout
from harvesters.reading.column_matching import same
from harvesters.reading.grid import column_letters

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
_SPAN = re.compile(r"(\w+)(?:\s*[-–:]\s*(\w+))?")


@dataclass(frozen=True, slots=True)
class Pointed:
    """What a person says of a table's place; empty and 0 where nothing was said."""

    header_rows: tuple[int, ...] = ()
    first_row: int = 0
    last_row: int = 0
    positions: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.header_rows or self.first_row or self.last_row or self.positions)


def rows_of(written: str) -> tuple[int, ...]:
    """Rows as "3", "3-5" or "3,5-6". Raises ``InvalidInput``."""
    return _spans(written, _row_number, "3, 3-4 hoặc 3,5", "3, 3-4 or 3,5")


def columns_of(written: str) -> tuple[int, ...]:
    """Columns as "A-F", "A,C-E" or "1-6", as positions from 1. Raises ``InvalidInput``."""
    return _spans(written, _column_position, "A-F, A,C-E hoặc 1-6", "A-F, A,C-E or 1-6")


def _spans(written: str, one: Callable[[str], int], shown: str, shown_en: str) -> tuple[int, ...]:
    numbers: set[int] = set()
    for part in written.split(","):
        found = _SPAN.fullmatch(part.strip())
        ends = [one(end) for end in found.groups(default=found[1])] if found else [0]
        if not all(ends) or ends[0] > ends[-1] or ends[-1] - ends[0] > MOST_COLUMNS:
            raise InvalidInput(
                f"Không hiểu “{written}”; hãy viết {shown}.", f"“{written}” makes no sense; write {shown_en}."
            )
        numbers.update(range(ends[0], ends[-1] + 1))
    return tuple(sorted(numbers))


def _row_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and int(text) <= MOST_ROWS else 0


def _column_position(text: str) -> int:
    if text.isascii() and text.isdecimal():
        return int(text) if int(text) <= MOST_COLUMNS else 0
    if not (text.isascii() and text.isalpha() and len(text) <= 3):
        return 0
    position = 0
    for letter in text.upper():
        position = position * 26 + ord(letter) - ord("A") + 1
    return position if position <= MOST_COLUMNS else 0


def pointed_at(base: TableLayout, pointed: Pointed) -> TableLayout:
    """The layout to complete: the rows and columns that were pointed at, the rest as ``base`` has it. Raises
    ``InvalidInput`` for rows that contradict each other."""
    header = pointed.header_rows or base.header_rows
    first = pointed.first_row or (base.first_row if not pointed.header_rows else 0)
    last = pointed.last_row or base.last_row
    if first and first <= header[-1]:
        raise InvalidInput(
            f"Dòng số liệu đầu ({first}) phải ở dưới dòng tiêu đề ({header[-1]}); sửa --first-row hoặc --header-rows.",
            f"The first data row ({first}) must stand below the header ({header[-1]}); change either.",
        )
    if last and last < (first or header[-1] + 1):
        raise InvalidInput(
            f"Dòng cuối ({last}) ở trên dòng số liệu đầu ({first or header[-1] + 1}); sửa --last-row.",
            f"The last row ({last}) stands above the first data row ({first or header[-1] + 1}); change --last-row.",
        )
    positions = pointed.positions or tuple(column.position for column in base.columns if base.by_hand)
    return TableLayout(
        base.format,
        base.encoding,
        base.delimiter,
        sheet=base.sheet,
        record_path=base.record_path,
        header_rows=header,
        first_row=first,
        columns=tuple(LayoutColumn(position, "") for position in positions),
        last_row=last,
        by_hand=True,
    )


def with_fields(
    proposal: LayoutProposal, pairs: Iterable[tuple[str, str]], schema: TableSchema | None
) -> LayoutProposal:
    """The proposal with the columns of these labels (or letters) fed into these fields; no name: into none. A field
    that another column feeds so far is taken from it. Raises ``InvalidInput`` for what is not there."""
    columns = list(proposal.layout.columns)
    for label, name in pairs:
        place = _place_of(label, columns)
        if name and schema is None:
            raise InvalidInput(
                f"Chưa biết trường “{name}” của lược đồ nào; thêm --schema.",
                f"It is not known which schema field “{name}” is of; add --schema.",
            )
        if name and schema is not None and schema.field(name) is None:
            raise InvalidInput(
                f"Lược đồ không có trường “{name}”; có: {', '.join(schema.field_names)}.",
                f"The schema has no field “{name}”; it has: {', '.join(schema.field_names)}.",
            )
        columns = [replace(one, field="") if name and one.field == name else one for one in columns]
        columns[place] = replace(columns[place], field=name)
    fed = {column.field for column in columns} | {proposal.layout.section_column}
    return replace(
        proposal,
        layout=replace(proposal.layout, columns=tuple(columns)),
        unmatched=tuple(column.label for column in columns if schema and not column.field),
        missing=tuple(name for name in schema.field_names if name not in fed) if schema else (),
    )


def _place_of(label: str, columns: Sequence[LayoutColumn]) -> int:
    by_label = [place for place, column in enumerate(columns) if label and same(column.label) == same(label)]
    position = _column_position(label.strip())
    places = by_label or [place for place, column in enumerate(columns) if column.position == position]
    if len(places) == 1:
        return places[0]
    shown = "; ".join(f"{column_letters(column.position - 1)} “{column.label}”" for column in columns[:20])
    if places:
        raise InvalidInput(
            f"Nhiều cột cùng tiêu đề “{label}”; hãy gọi cột bằng chữ cái: {shown}.",
            f"Several columns are labelled “{label}”; name the column by its letter: {shown}.",
        )
    raise InvalidInput(
        f"Bảng không có cột “{label}”; các cột: {shown}.", f"There is no column “{label}”; the columns are: {shown}."
    )
