"""A look at the rows of a table: sorted, searched and paged by links, so that it works without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for
from werkzeug.datastructures import MultiDict

from catalog.dictionary import Field
from catalog.errors import CatalogError, InvalidQuery, NotFound
from catalog.model import Column
from catalog.ports import RowStore
from catalog.questions import RowQuery, RowSort
from catalog.reading import PublishedTable
from catalog.vietnamese import clean
from portal.context import language
from portal.pages.languages import _
from portal.pages.writing import count_decimals, write_day, write_moment, write_number
from portal.questions import LONGEST_TEXT, page_number

ROWS_SHOWN = 15
ANCHOR = "xem-du-lieu"
NUMERIC = frozenset({"integer", "number", "year"})
LAST_ROW = 100_000
MOST_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column; ``order`` is ascending, descending or none, ``address`` sorts by it (or turns it round)."""

    name: str
    title: str
    only_vietnamese: bool
    meaning: str
    unit: str
    numeric: bool
    order: str
    address: str


@dataclass(frozen=True, slots=True)
class Preview:
    """``rows`` hold written cells, ``None`` where there is no figure. ``problem`` says why there are no rows."""

    headings: tuple[Heading, ...]
    rows: tuple[tuple[str | None, ...], ...]
    total: int
    first: int
    find: str
    page: int
    page_count: int
    problem: str = ""


@dataclass(frozen=True, slots=True)
class PreviewQuestion:
    """What a reader wants to see of which table of which dataset."""

    dataset: str
    table: PublishedTable
    find: str = ""
    sort: str = ""
    descending: bool = False
    page: int = 1

    def address(self, **changes: object) -> str:
        """The address of the same view, with some of it changed."""
        wanted: dict[str, object] = {
            "table": self.table.distribution.name,
            "find": self.find or None,
            "sort": self.sort or None,
            "desc": 1 if self.descending else None,
            **changes,
        }
        return url_for("dataset.dataset", name=self.dataset, _anchor=ANCHOR, **wanted)  # type: ignore[arg-type]

    def page_address(self, number: int) -> str:
        """The address of another page of it."""
        return self.address(page=number if number > 1 else None)


def preview_question(dataset: str, table: PublishedTable, args: MultiDict[str, str]) -> PreviewQuestion:
    """Unknown columns are left out, so that an old link still shows the table."""
    sort = args.get("sort", "")
    columns = {column.name for column in table.version.columns} if table.version else set()
    return PreviewQuestion(
        dataset=dataset,
        table=table,
        find=clean(args.get("find", ""))[:LONGEST_TEXT],
        sort=sort if sort in columns else "",
        descending=bool(args.get("desc")) and sort in columns,
        page=page_number(args, LAST_ROW // ROWS_SHOWN),
    )


def look_at_rows(rows: RowStore, question: PreviewQuestion) -> Preview | None:
    """``None`` before the first publication or where the content is not open."""
    version = question.table.version
    if version is None:
        return None
    fields = tuple(_field(question.table, column) for column in version.columns)
    headings = tuple(_heading(question, field) for field in fields)
    query = RowQuery(
        version_id=version.id,
        fields=tuple(column.name for column in version.columns),
        text=question.find,
        sort=(RowSort(question.sort, question.descending),) if question.sort else (),
        limit=ROWS_SHOWN,
        offset=(question.page - 1) * ROWS_SHOWN,
    )
    try:
        found = rows.rows(query)
    except CatalogError as error:
        return Preview(headings, (), 0, 0, question.find, 1, 1, _problem(error))
    total = found.total or 0
    return Preview(
        headings=headings,
        rows=write_rows(found.rows, fields),
        total=total,
        first=query.offset + 1,
        find=question.find,
        page=question.page,
        page_count=-(-min(total, LAST_ROW) // ROWS_SHOWN),
    )


def _problem(error: CatalogError) -> str:
    if isinstance(error, NotFound):
        return _("Bản xem trước đang được dựng lại. Tệp tải về vẫn đầy đủ; hãy tải tệp hoặc quay lại sau ít phút.")
    if isinstance(error, InvalidQuery):
        return error.message if language() == "vi" else error.message_en
    return _("Tạm thời chưa đọc được các dòng của bảng. Tệp tải về vẫn dùng được; hãy thử lại sau ít phút.")


def _field(table: PublishedTable, column: Column) -> Field:
    known = table.schema.field(column.name) if table.schema else None
    return known or Field(column.name, column.type, column.name)


def _heading(question: PreviewQuestion, field: Field) -> Heading:
    chosen = field.name == question.sort
    turned = chosen and not question.descending
    return Heading(
        name=field.name,
        title=field.title_en if language() == "en" and field.title_en else field.title,
        only_vietnamese=not field.title_en,
        meaning=field.description or field.name,
        unit="" if is_year(field) else field.unit,
        numeric=field.type in NUMERIC,
        order=("descending" if question.descending else "ascending") if chosen else "none",
        address=question.address(sort=field.name, desc=1 if turned else None),
    )


def is_year(field: Field) -> bool:
    """Whether the numbers of a column are years, which are written without grouping."""
    return field.type == "year" or (
        field.type == "integer" and (field.unit == "năm" or field.name == "nam" or field.name.startswith("nam_"))
    )


def write_rows(rows: Sequence[Sequence[Any]], fields: Sequence[Field]) -> tuple[tuple[str | None, ...], ...]:
    """The cells as text; within a column of numbers all have the same decimals, so that they stand under each other."""
    decimals = [
        min(max((count_decimals(value) for value in column if isinstance(value, float)), default=0), MOST_DECIMALS)
        for column in zip(*rows, strict=True)
    ]
    return tuple(tuple(map(write_cell, row, fields, decimals)) for row in rows)


def write_cell(value: Any, field: Field, decimals: int | None = None) -> str | None:
    """A cell as its column is read: text and codes as they are, numbers and dates as the language writes them."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return _("Có") if value else _("Không")
    if isinstance(value, datetime):
        return write_moment(value, language())
    if isinstance(value, date):
        return write_day(value, language())
    if isinstance(value, int | float) and not is_year(field):
        return write_number(value, language(), decimals)
    return str(value)


def _number(text: str) -> float:
    return int(text) if text.lstrip("-").isdigit() else float(text)


_BOUNDS: dict[str, Callable[[str], object]] = {
    "integer": _number,
    "number": _number,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
}


def write_bound(text: str, field: Field | None, column: Column) -> str | None:
    """The smallest or largest value of a column, from the text of its profile."""
    field = field or Field(column.name, column.type, column.name)
    read = _BOUNDS.get(field.type)
    if not text or read is None:
        return text or None
    try:
        return write_cell(read(text), field)
    except ValueError:
        return text
