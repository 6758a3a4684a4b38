"""How a table lies in a file: what the reader proposes with its evidence, and what a source keeps once it is accepted.

Offices wrap tables into letterheads, unit lines, headers of several rows, totals and footnotes. A reader proposes
where the table is; a person (or, for a plain file, the program) accepts; from then on the file is read by the accepted
layout, and a file that does not fit it any more is reported, never guessed at again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any


class Confidence(StrEnum):
    """How sure a proposal is. ``PLAIN``: a header in the first row, nothing around it, one reading only: used without
    asking. ``LIKELY``: one best reading with evidence. ``UNSURE``: a person must choose between readings."""

    PLAIN = "plain"
    LIKELY = "likely"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class LayoutColumn:
    """One column of the table: where it stands (from 1), its label as one text (header rows joined by " / ", footnote
    digits removed), the dictionary's field it feeds, and the unit that the file states for it."""

    position: int
    label: str
    field: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class TableLayout:
    """Where and how the table lies. Rows and columns count from 1, as the file's own program shows them.

    ``format`` is csv, xlsx, xls, ods, json, ndjson, geojson or xml. ``encoding`` is a Python codec name, or ``tcvn3``
    or ``vni`` for the fonts of old. ``first_row`` is that of the first data row, ``end_mark`` the folded text with
    which the footer begins (empty: the table runs to the end), ``last_row`` the last row of the table where a person
    said so (0: nobody did). ``skipped`` are kinds of rows inside the table that are no data of their own: "section",
    "column-numbers", "blank", "total", "repeated-header" (of each printed page), "label" (a row that only begins or
    translates the label of the next or the last one; of such rows one is made). ``section_column`` names the column
    that the text of the section above becomes. ``footnotes`` are marks that are taken off labels: "1", "(1)", "*".
    ``by_hand``: a person said which rows and columns are the table; others are left out on purpose, and a file fits as
    long as these rows carry these labels. ``record_path`` leads to the records of JSON and XML.
    """

    format: str
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    sheet: str = ""
    record_path: str = ""
    header_rows: tuple[int, ...] = (1,)
    first_row: int = 2
    end_mark: str = ""
    skipped: tuple[str, ...] = ()
    section_column: str = ""
    unit: str = ""
    columns: tuple[LayoutColumn, ...] = ()
    last_row: int = 0
    by_hand: bool = False
    footnotes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> TableLayout:
        """Raises ``KeyError`` or ``TypeError`` for what :meth:`as_json` did not make; unknown keys are passed over."""
        known = {field.name for field in fields(cls)}
        values = {name: value for name, value in stored.items() if name in known}
        values["header_rows"] = tuple(values.get("header_rows", (1,)))
        values["skipped"] = tuple(values.get("skipped", ()))
        values["footnotes"] = tuple(values.get("footnotes", ()))
        values["columns"] = tuple(LayoutColumn(**column) for column in values.get("columns", ()))
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why the reader thinks so: ``subject`` is stable (encoding, dialect, sheet, header, area, unit, columns, footer),
    the sentences are for the person who accepts."""

    subject: str
    message: str
    message_en: str
    row: int | None = None


@dataclass(frozen=True, slots=True)
class LayoutProposal:
    """A layout with its evidence. ``unmatched`` are labels of the file without a field, ``missing`` fields without a
    column; ``others`` are further tables in the same file (sheet names or a place), for a person to choose from."""

    layout: TableLayout
    confidence: Confidence
    evidence: tuple[Evidence, ...] = ()
    unmatched: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LooseText:
    """A text that lies beside the table: a title, a footer, a comment, a hidden cell, a property of the file. Nothing
    of it is published, but personal data in it says what kind of file this is. ``place`` tells a person where."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class RowNumbers:
    """The row numbers that the owner of a file sees, for the rows of our staged copy of it.

    ``breaks`` are pairs (number in the copy, number in the source), ascending; between two breaks both count alike. In
    the copy the header is row 1, so that without breaks a copy's numbers are the source's.
    """

    breaks: tuple[tuple[int, int], ...] = ()

    def in_source(self, row: int) -> int:
        """The number in the source of a row of the copy."""
        shift = 0
        for copy, source in self.breaks:
            if copy > row:
                break
            shift = source - copy
        return row + shift


UNSHIFTED = RowNumbers()
"""The numbers of a copy whose rows stand where they stood in the source."""
