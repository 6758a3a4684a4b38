"""A judged table as files: CSV and Parquet with the publication, XLSX and JSON derived from it afterwards.

All of them hold the same rows in the same order, and the same table gives the same bytes: nothing of the hour, the
machine or the run gets in.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catalog.dictionary import TableSchema
from catalog.errors import InvalidInput, reporting_full_disk
from catalog.local_time import LOCAL_TIME
from catalog.model import Column, Dataset, Organization, Version
from catalog.ports import PreparedFile, StagedTable
from catalog.vocabularies import FORMATS

if TYPE_CHECKING:
    import pyarrow

XLSX_ROWS = 1_048_575
"""The rows a sheet can hold below its header."""

_BATCH_ROWS = 20_000
_BLOCK_BYTES = 16 << 20
"""About a hundred thousand rows, which become one row group of the Parquet file."""
_SEPARATOR = "\x1f"
_MAYBE_FORMULA = re.compile("(?:^|\x1f)[=+\\-@\t\r＝＋－＠]")
_FORMULA = re.compile("[=+\\-@\t\r＝＋－＠]")
_SIGNED_NUMBER = re.compile(r"[+-][\d .,]*\d", re.ASCII)
_RANGE_TEXT = re.compile(r"[\x21-\x7e]{1,40}", re.ASCII)


def write_table(
    table: StagedTable, schema: TableSchema, folder: Path, stem: str
) -> tuple[tuple[PreparedFile, ...], tuple[Column, ...]]:
    """See :class:`catalog.ports.WriteTable`. Raises ``StorageFull``, and ``InvalidInput`` for a cell that is not of its
    column's type, which a judged table never has."""
    csv_file = _prepared(folder, stem, "csv")
    parquet_file = _prepared(folder, stem, "parquet")
    with reporting_full_disk():
        _write_both(table, schema, csv_file.path, parquet_file.path)
    return (csv_file, parquet_file), tuple(_profile(parquet_file.path, schema))


def derive_files(
    version: Version, schema: TableSchema, dataset: Dataset, organization: Organization, parquet: Path, folder: Path
) -> Iterable[PreparedFile]:
    """See :class:`catalog.ports.DeriveFiles`: JSON always, XLSX where the rows fit into a sheet."""
    stem = next((file.filename.rsplit(".", 1)[0] for file in version.files), f"{dataset.name}-v{version.number}")
    json_file = _prepared(folder, stem, "json")
    with reporting_full_disk():
        _write_json(parquet, json_file.path)
    yield json_file
    if version.row_count <= XLSX_ROWS:
        from publishers.workbooks import write_workbook

        workbook = _prepared(folder, stem, "xlsx")
        with reporting_full_disk():
            write_workbook(version, schema, dataset, organization, parquet, workbook.path)
        yield workbook


def _prepared(folder: Path, stem: str, file_format: str) -> PreparedFile:
    filename = f"{stem}.{file_format}"
    return PreparedFile(folder / filename, file_format, FORMATS[file_format].media_type, filename)


def _write_both(table: StagedTable, schema: TableSchema, csv_path: Path, parquet_path: Path) -> None:
    """One pass over the staged table, a block at a time. The CSV is for people and programs: UTF-8 with BOM, so that
    spreadsheets see the accents, CRLF and quoting by RFC 4180."""
    from pyarrow import parquet

    types = [_type_of(schema, name) for name in table.columns]
    typed = _arrow_schema(table.columns, schema)
    with (
        csv_path.open("w", encoding="utf-8-sig", newline="") as stream,
        parquet.ParquetWriter(parquet_path, typed, compression="zstd", version="2.6") as rows,
    ):
        lines = csv.writer(stream, lineterminator="\r\n")
        lines.writerow(table.columns)
        for batch in _batches(table):
            rows.write_batch(_typed(batch, typed))
            for start in range(0, batch.num_rows, _BATCH_ROWS):
                cells = [column.to_pylist() for column in batch.slice(start, _BATCH_ROWS).columns]
                lines.writerows(zip(*map(_safe_cells, types, cells), strict=True))


def _batches(table: StagedTable) -> Iterator[pyarrow.RecordBatch]:
    """The staged table with every cell as text; the same bytes fall into the same blocks, always."""
    import pyarrow
    from pyarrow import csv as arrow_csv

    if table.row_count == 0:
        return
    with arrow_csv.open_csv(
        table.path,
        read_options=arrow_csv.ReadOptions(block_size=_BLOCK_BYTES),
        parse_options=arrow_csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(table.columns, pyarrow.string()), strings_can_be_null=False
        ),
    ) as reader:
        yield from reader


def _safe_cells(kind: str, cells: Sequence[str]) -> Sequence[str]:
    return neutralise_formulas(cells) if kind == "string" else cells


def neutralise_formulas(cells: Sequence[str]) -> Sequence[str]:
    """Text cells that a spreadsheet would run as a formula get an apostrophe in front.

    Signed numbers and international phone numbers (-5,2; +84 237 385 2345) stay: at worst a spreadsheet computes a
    number out of them, and programs that read the file get what the source holds. Parquet and JSON hold all text as
    it is.
    """
    if not _MAYBE_FORMULA.search(_SEPARATOR.join(cells)):
        return cells
    return ["'" + cell if _FORMULA.match(cell) and not _SIGNED_NUMBER.fullmatch(cell) else cell for cell in cells]


def _type_of(schema: TableSchema, name: str) -> str:
    field = schema.field(name)
    return field.type if field is not None and field.type in _arrow_types() else "string"


def _arrow_types() -> dict[str, Any]:
    """The Parquet type of each Table Schema type; all others are text. Times have no zone: they are Vietnam's."""
    import pyarrow

    return {
        "integer": pyarrow.int64(),
        "year": pyarrow.int64(),
        "number": pyarrow.float64(),
        "boolean": pyarrow.bool_(),
        "date": pyarrow.date32(),
        "datetime": pyarrow.timestamp("us"),
    }


def _arrow_schema(names: Sequence[str], schema: TableSchema) -> pyarrow.Schema:
    """The types of the dictionary, with titles and units as metadata."""
    import pyarrow

    types = _arrow_types()
    columns = []
    for name in names:
        field = schema.field(name)
        metadata = {"title": field.title, "unit": field.unit, "description": field.description} if field else {}
        given = {key: value for key, value in metadata.items() if value}
        columns.append(pyarrow.field(name, types.get(_type_of(schema, name), pyarrow.string()), metadata=given))
    described = {"name": schema.name, "version": schema.version, "title": schema.title}
    return pyarrow.schema(columns, metadata={"table_schema": json.dumps(described, ensure_ascii=False, sort_keys=True)})


def _typed(batch: pyarrow.RecordBatch, schema: pyarrow.Schema) -> pyarrow.RecordBatch:
    """The cells in their types, empty ones as nulls."""
    import pyarrow
    import pyarrow.compute as pc

    nothing = pyarrow.scalar(None, pyarrow.string())
    columns = [
        _cast(field.name, pc.if_else(pc.equal(batch[field.name], ""), nothing, batch[field.name]), field.type)
        for field in schema
    ]
    return pyarrow.record_batch(columns, schema=schema)


def _cast(name: str, column: pyarrow.Array, arrow_type: pyarrow.DataType) -> pyarrow.Array:
    import pyarrow
    import pyarrow.compute as pc

    if arrow_type == pyarrow.string():
        return column
    try:
        return pc.cast(column, arrow_type)
    except pyarrow.ArrowInvalid as error:
        if pyarrow.types.is_timestamp(arrow_type):
            try:
                return pyarrow.array([_local_time(text) for text in column.to_pylist()], arrow_type)
            except ValueError:
                pass  # not a time at all: the same error as for every other type
        raise InvalidInput(
            f"Cột {name}: có ô không đúng kiểu dữ liệu nên không ghi được tệp công bố.",
            f"Column {name}: a cell is not of the column's type, so the files cannot be written.",
            column=name,
        ) from error


def _local_time(text: str | None) -> datetime | None:
    if text is None:
        return None
    time = datetime.fromisoformat(text)
    return time.astimezone(LOCAL_TIME).replace(tzinfo=None) if time.tzinfo else time


def _profile(path: Path, schema: TableSchema) -> Iterator[Column]:
    """What each column of a Parquet file holds. One column at a time is in memory."""
    from pyarrow import parquet

    with parquet.ParquetFile(path) as rows:
        for name in rows.schema_arrow.names:
            yield _profile_of(name, rows.read(columns=[name])[name], schema)


def _profile_of(name: str, column: pyarrow.ChunkedArray, schema: TableSchema) -> Column:
    """Filled cells, different values, and the range of numbers, times and codes. Text has no range: its order would be
    that of code points, which is not the Vietnamese one."""
    import pyarrow.compute as pc

    kind = _type_of(schema, name)
    filled = len(column) - column.null_count
    low = high = ""
    if filled and kind != "boolean" and (kind != "string" or _is_range(column)):
        extremes = pc.min_max(column).as_py()
        low, high = display_text(extremes["min"]), display_text(extremes["max"])
    field = schema.field(name)
    return Column(
        name=name,
        type=field.type if field else "string",
        filled=filled,
        distinct=pc.count_distinct(column, mode="only_valid").as_py(),
        minimum=low,
        maximum=high,
    )


def _is_range(column: pyarrow.ChunkedArray) -> bool:
    import pyarrow.compute as pc

    return bool(pc.all(pc.match_substring_regex(column, rf"^{_RANGE_TEXT.pattern}$")).as_py())


def display_text(value: object) -> str:
    """A value as a person reads it in a profile: ISO dates, numbers without a needless decimal part."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    return "" if value is None else value.isoformat() if hasattr(value, "isoformat") else str(value)


def _write_json(parquet_path: Path, path: Path) -> None:
    """An array with one object a row, a line each; empty cells are null, dates ISO text."""
    import orjson
    from pyarrow import parquet

    with path.open("wb") as stream:
        before = b"[\n"
        for batch in parquet.ParquetFile(parquet_path).iter_batches(batch_size=_BATCH_ROWS):
            block = io.BytesIO()
            for row in batch.to_pylist():
                block.write(before)
                block.write(orjson.dumps(row))
                before = b",\n"
            stream.write(block.getvalue())
        stream.write(b"[\n]\n" if before == b"[\n" else b"\n]\n")
