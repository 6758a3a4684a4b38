"""A judged table as files: CSV and Parquet with the publication, XLSX and JSON derived from it afterwards.

All of them hold the same rows in the same order, and the same table gives the same bytes: nothing of the hour, the
machine or the run gets in.
"""

from __future__ import annotations

import io
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catalog.dictionary import TableSchema
from catalog.errors import InvalidInput, reporting_full_disk
from catalog.local_time import LOCAL_TIME
from catalog.model import Column, Dataset, Organization, Version
from catalog.ports import PreparedFile, StagedTable
from catalog.vocabularies import FORMATS
from publishers.tables_lines import header_line, published_lines, read_blocks, text_columns
from publishers.tables_profile import profile

if TYPE_CHECKING:
    import pyarrow

XLSX_ROWS = 1_048_575
"""The rows a sheet can hold below its header."""

_ONE_OFFSET_SINCE = datetime(1976, 1, 1)  # noqa: DTZ001  in UTC, as Arrow gives it
"""Vietnam has had the offset of seven hours ever since."""

_JSON_ROWS = 20_000
_THREADS = 2
_AHEAD = 1
"""Blocks that are worked on before they are needed: memory stays bounded."""


def write_table(
    table: StagedTable, schema: TableSchema, folder: Path, stem: str
) -> tuple[tuple[PreparedFile, ...], tuple[Column, ...]]:
    """See :class:`catalog.ports.WriteTable`. Raises ``StorageFull``, and ``InvalidInput`` for a cell that is not of its
    column's type, which a judged table never has."""
    csv_file = _prepared(folder, stem, "csv")
    parquet_file = _prepared(folder, stem, "parquet")
    types = [(name, _type_of(schema, name)) for name in table.columns]
    with reporting_full_disk():
        _write_both(table, schema, csv_file.path, parquet_file.path)
    return (csv_file, parquet_file), tuple(profile(parquet_file.path, schema, types))


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
    """One pass over the staged table, block by block in two threads. The CSV is for people and programs: UTF-8 with
    BOM, so that spreadsheets see the accents."""
    from pyarrow import parquet

    typed = _arrow_schema(table.columns, schema)
    texts = [name for name in table.columns if _type_of(schema, name) == "string"]

    def written(block: bytes) -> tuple[bytes, pyarrow.RecordBatch]:
        cells = text_columns(block, table.columns)
        return published_lines(block, cells, texts), _typed(cells, typed)

    with (
        csv_path.open("wb") as lines,
        parquet.ParquetWriter(parquet_path, typed, compression="zstd", version="2.6") as rows,
    ):
        lines.write(header_line(table.columns))
        for block, batch in in_order(written, read_blocks(table.path)):
            lines.write(block)
            rows.write_batch(batch)


def in_order(
    work: Callable[[bytes], tuple[bytes, pyarrow.RecordBatch]], blocks: Iterable[bytes]
) -> Iterator[tuple[bytes, pyarrow.RecordBatch]]:
    """What comes of each block, worked on by some threads with few blocks in memory."""
    waiting: deque[Future[tuple[bytes, pyarrow.RecordBatch]]] = deque()
    with ThreadPoolExecutor(_THREADS) as threads:
        for block in blocks:
            waiting.append(threads.submit(work, block))
            if len(waiting) > _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


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
    """The cells in their types."""
    import pyarrow

    columns = [_cast(field.name, batch[field.name], field.type) for field in schema]
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
            with suppress(ValueError):  # not a time at all: the same error as for every other type
                return _local_times(column)
        raise InvalidInput(
            f"Cột {name}: có ô không đúng kiểu dữ liệu nên không ghi được tệp công bố.",
            f"Column {name}: a cell is not of the column's type, so the files cannot be written.",
            column=name,
        ) from error


def _local_times(column: pyarrow.Array) -> pyarrow.Array:
    """Times with offsets as Vietnam's own. Raises ``ValueError``."""
    import pyarrow
    import pyarrow.compute as pc

    kind = pyarrow.timestamp("us")
    with suppress(pyarrow.ArrowInvalid):
        times = pc.cast(column, pyarrow.timestamp("us", "UTC")).cast(kind)
        first = pc.min(times).as_py()
        if first is None or first >= _ONE_OFFSET_SINCE:
            return pc.add(times, pyarrow.scalar(timedelta(hours=7)))
    return pyarrow.array([_local_time(text) for text in column.to_pylist()], kind)


def _local_time(text: str | None) -> datetime | None:
    if text is None:
        return None
    time = datetime.fromisoformat(text)
    return time.astimezone(LOCAL_TIME).replace(tzinfo=None) if time.tzinfo else time


def _write_json(parquet_path: Path, path: Path) -> None:
    """An array with one object a row, a line each; empty cells are null, dates ISO text."""
    import orjson
    from pyarrow import parquet

    with path.open("wb") as stream:
        before = b"[\n"
        for batch in parquet.ParquetFile(parquet_path).iter_batches(batch_size=_JSON_ROWS):
            block = io.BytesIO()
            for row in batch.to_pylist():
                block.write(before)
                block.write(orjson.dumps(row))
                before = b",\n"
            stream.write(block.getvalue())
        stream.write(b"[\n]\n" if before == b"[\n" else b"\n]\n")
