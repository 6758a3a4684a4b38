"""Cells of rows as JSON and as delimited text."""

from __future__ import annotations

import json
from datetime import date, datetime

import orjson

from catalog.questions import RowColumn, RowPage
from portal.api.cells import delimited, row_objects

NAMES = ("ma", "so", "dung", "ngay", "luc", "ten")
ROW = ("00123", 2.0, True, date(2026, 11, 1), datetime(2026, 11, 1, 8, 30), '=HYPERLINK("x")')  # noqa: DTZ001  # local
PAGE = RowPage(tuple(RowColumn(name, "string") for name in NAMES), (ROW, (None,) * 6))


def test_json_keeps_numbers_codes_and_nothing() -> None:
    written = json.loads(orjson.dumps(row_objects(PAGE)))
    values = ["00123", 2.0, True, "2026-11-01", "2026-11-01T08:30:00", '=HYPERLINK("x")']
    assert written == [dict(zip(NAMES, values, strict=True)), dict.fromkeys(NAMES)]


def test_delimited_text_is_safe_to_open_in_a_spreadsheet() -> None:
    assert delimited(PAGE) == (
        "ma,so,dung,ngay,luc,ten\r\n"
        '00123,2,true,2026-11-01,2026-11-01T08:30:00,"\'=HYPERLINK(""x"")"\r\n'
        ",,,,,\r\n"
    )  # fmt: skip


def test_the_datastore_has_no_header_and_short_line_ends() -> None:
    assert delimited(PAGE, delimiter="\t", header=False).splitlines(keepends=True)[1] == "\t\t\t\t\t\n"
