"""A published table as an XLSX workbook: one sheet with the rows, one that introduces the dataset and its
dictionary."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from catalog.dictionary import TableSchema
from catalog.local_time import LOCAL_TIME
from catalog.model import Dataset, Organization, Version
from catalog.vietnamese import grouped
from catalog.vocabularies import LICENSES

DATA_SHEET = "Dữ liệu"
ABOUT_SHEET = "Giới thiệu"
CELL_CHARACTERS = 32_767
"""The text a cell can hold; the rest of a longer one is cut, and is complete in CSV, JSON and Parquet."""

_BATCH_ROWS = 10_000
_EXACT_INTEGER = 2**53
_FIRST_DATE = date(1900, 3, 1)  # spreadsheets believe in 29 February 1900
_MADE_AT = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_WIDTHS = {"integer": 14, "number": 14, "boolean": 10, "date": 12, "datetime": 18, "year": 8}


def write_workbook(
    version: Version, schema: TableSchema, dataset: Dataset, organization: Organization, parquet: Path, path: Path
) -> None:
    """Write the workbook of ``version`` from its Parquet file, a batch at a time. Text stays text: codes keep their
    zeros, nothing becomes a formula or a link. Nothing in the file tells when it was made, so it is the same every
    time. The folder of ``path`` holds the rows meanwhile, so it should be a working folder."""
    import xlsxwriter
    from pyarrow import parquet as arrow_parquet

    options = {
        "constant_memory": True,
        "tmpdir": str(path.parent),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "dd/mm/yyyy",
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": dataset.title, "created": _MADE_AT})
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet(DATA_SHEET)
        source = arrow_parquet.ParquetFile(parquet)
        names = source.schema_arrow.names
        _lay_out(sheet, schema, names, bold)
        writers = [_cell_writer(book, sheet, schema, name) for name in names]
        row = 0
        for batch in source.iter_batches(batch_size=_BATCH_ROWS):
            for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                row += 1
                for column, (write, value) in enumerate(zip(writers, values, strict=True)):
                    if value is not None:
                        write(row, column, value)
        sheet.autofilter(0, 0, row, max(len(names) - 1, 0))
        _introduce(book.add_worksheet(ABOUT_SHEET), version, schema, dataset, organization, bold)


def _lay_out(sheet: Any, schema: TableSchema, names: list[str], bold: Any) -> None:
    for column, name in enumerate(names):
        field = schema.field(name)
        width = max(_WIDTHS.get(field.type if field else "string", 24), len(name) + 3)
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, name, bold)
    sheet.freeze_panes(1, 0)


def _cell_writer(book: Any, sheet: Any, schema: TableSchema, name: str) -> Callable[[int, int, Any], Any]:
    """How the values of one column are written."""
    field = schema.field(name)
    kind = field.type if field else "string"
    if kind in ("integer", "number", "year"):
        return lambda row, column, value: (
            sheet.write_number(row, column, value)
            if abs(value) <= _EXACT_INTEGER
            else sheet.write_string(row, column, str(value))
        )
    if kind == "boolean":
        return lambda row, column, value: sheet.write_boolean(row, column, value)
    if kind in ("date", "datetime"):
        shown = book.add_format({"num_format": "dd/mm/yyyy" if kind == "date" else "dd/mm/yyyy hh:mm:ss"})

        def write_time(row: int, column: int, value: date | datetime) -> None:
            day = value.date() if isinstance(value, datetime) else value
            if day < _FIRST_DATE:
                sheet.write_string(row, column, value.isoformat())
            else:
                sheet.write_datetime(row, column, value, shown)

        return write_time
    return lambda row, column, value: sheet.write_string(row, column, str(value)[:CELL_CHARACTERS])


def _introduce(
    sheet: Any, version: Version, schema: TableSchema, dataset: Dataset, organization: Organization, bold: Any
) -> None:
    license_ = LICENSES.get(dataset.license_id)
    published = version.published_at.astimezone(LOCAL_TIME)
    lines = [
        ("Bộ dữ liệu", dataset.title),
        ("Mô tả", dataset.description),
        ("Cơ quan", organization.title),
        ("Đầu mối", dataset.contact.name),
        ("Nguồn", dataset.source_database),
        ("Giấy phép", license_.title if license_ else dataset.license_id),
        ("", license_.url if license_ else ""),
        ("Phiên bản", f"{version.number}, công bố ngày {published:%d/%m/%Y}"),
        ("Số dòng", grouped(version.row_count)),
        ("Từ điển dữ liệu", f"{schema.title}, phiên bản {schema.version}"),
        ("Căn cứ", schema.source_decision),
        ("Lưu ý", "Dữ liệu mô phỏng, không phải số liệu thật." if dataset.simulated else ""),
    ]
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 4, 36)
    row = 0
    for label, text in lines:
        if text:
            sheet.write_string(row, 0, label, bold)
            sheet.write_string(row, 1, text[:CELL_CHARACTERS])
            row += 1
    row += 1
    for column, label in enumerate(("Cột", "Tên gọi", "Kiểu", "Đơn vị", "Giải thích")):
        sheet.write_string(row, column, label, bold)
    for field in schema.fields:
        row += 1
        for column, text in enumerate((field.name, field.title, field.type, field.unit, field.description)):
            sheet.write_string(row, column, text[:CELL_CHARACTERS])
