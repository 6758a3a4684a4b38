"""Cells of a row page on their way out."""

from __future__ import annotations

import csv
import io
from typing import Any

from catalog.questions import RowPage
from publishers.formulas import neutralise_formulas
from publishers.tables_profile import display_text


def row_objects(page: RowPage) -> list[dict[str, Any]]:
    """Rows by column name. Numbers stay numbers and codes text; orjson writes the times as ISO text."""
    names = [column.name for column in page.columns]
    return [dict(zip(names, row, strict=True)) for row in page.rows]


def delimited(page: RowPage, *, delimiter: str = ",", header: bool = True) -> str:
    """The page as delimited text (RFC 4180), with text that a spreadsheet would run made harmless."""
    target = io.StringIO()
    writer = csv.writer(target, delimiter=delimiter, lineterminator="\r\n" if header else "\n")
    if header:
        writer.writerow([column.name for column in page.columns])
    writer.writerows([_plain_cell(value) for value in row] for row in page.rows)
    return target.getvalue()


def _plain_cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return neutralise_formulas([value])[0]
    return display_text(value)
