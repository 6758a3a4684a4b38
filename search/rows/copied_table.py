"""A row copy: one DuckDB file per published version, made from the version's Parquet file.

In the file, columns bear names of ours (``c0``, ``c1`` …) and the published names are data in ``columns``; so no name
that somebody else chose ever stands in an SQL text, and names that differ only in case stay two columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from catalog.errors import StorageError
from catalog.local_time import LOCAL_TIME
from catalog.model import Version

ROW_NUMBER = "_id"
"""The column of row numbers in published order, from 1; a published column of this name gives way to it."""

_ENGINE_TYPES = {
    "integer": "BIGINT",
    "year": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "datetime": "TIMESTAMP",
}
MEMORY = "384MB"
"""Enough to write any number of rows; what DuckDB holds beyond goes to the disk."""

_FOLDED = "CASE WHEN strlen({0}) = length({0}) THEN lower({0}) ELSE replace(strip_accents(lower({0})), 'đ', 'd') END"
"""Agrees with :func:`catalog.vietnamese.fold`, except that marks which stand alone are left out."""


@dataclass(frozen=True, slots=True)
class CopiedColumn:
    """A column of a row copy: its published name and Table Schema type, and where it lies in the file. ``folded`` is
    the column that holds its text in lower case without marks, for columns of text."""

    name: str
    type: str
    place: str
    folded: str | None = None

    @property
    def engine_type(self) -> str:
        return _ENGINE_TYPES.get(self.type, "VARCHAR")


ROW_NUMBER_COLUMN = CopiedColumn(ROW_NUMBER, "integer", ROW_NUMBER)


def copy_rows(version: Version, parquet: Path, target: Path) -> None:
    """Write the row copy of ``version`` to the new file ``target``; rows keep their order and are numbered from 1.

    Raises ``StorageError`` if the Parquet file lacks a column of the version. Times with a zone become Vietnam's.
    """
    connection = duckdb.connect(str(target), config={"threads": 2, "memory_limit": MEMORY})
    try:
        connection.execute(f"SET TimeZone = '{LOCAL_TIME.key}'")
        connection.execute("SET preserve_insertion_order = true")  # rows lie in the order of the file, without sorting
        source = connection.read_parquet(str(parquet), file_row_number=True)
        columns = _columns_of(version, source.columns)
        connection.execute(
            f"CREATE TABLE rows AS SELECT {_selection(columns)} FROM read_parquet(?, file_row_number = true)",
            [str(parquet)],
        )
        connection.execute("CREATE TABLE columns (position INTEGER, name TEXT, type TEXT, place TEXT, folded TEXT)")
        if columns:
            connection.executemany(
                "INSERT INTO columns VALUES (?, ?, ?, ?, ?)",
                [[i, c.name, c.type, c.place, c.folded] for i, c in enumerate(columns)],
            )
    finally:
        connection.close()


def _columns_of(version: Version, present: list[str]) -> tuple[CopiedColumn, ...]:
    missing = [column.name for column in version.columns if column.name not in present]
    if missing:
        names = ", ".join(f"“{name}”" for name in missing)
        raise StorageError(
            f"Tệp Parquet của phiên bản {version.id} thiếu cột {names}; hãy công bố lại phiên bản này.",
            f"The Parquet file of version {version.id} lacks the columns {names}; publish the version again.",
            version=version.id,
            columns=tuple(missing),
        )
    return tuple(
        CopiedColumn(
            name=column.name,
            type=column.type,
            place=f"c{position}",
            folded=None if column.type in _ENGINE_TYPES else f"f{position}",
        )
        for position, column in enumerate(version.columns)
        if column.name != ROW_NUMBER
    )


def _selection(columns: tuple[CopiedColumn, ...]) -> str:
    """The select list; the published names stand in it as quoted identifiers, this once."""
    parts = [f"file_row_number + 1 AS {ROW_NUMBER}"]
    for column in columns:
        original = f'CAST("{column.name.replace(chr(34), chr(34) * 2)}" AS {column.engine_type})'
        parts.append(f"{original} AS {column.place}")
        if column.folded:
            parts.append(f"{_FOLDED.format(original)} AS {column.folded}")
    return ", ".join(parts)


def open_copy(path: Path) -> tuple[duckdb.DuckDBPyConnection, Mapping[str, CopiedColumn]]:
    """A connection that reads ``copy.rows`` of this file and nothing else on the machine, and the columns by name.

    The file is attached to an engine of its own: by its path the engine would hand out an older file of that name
    as long as somebody holds it open.
    """
    connection = duckdb.connect(":memory:", config={"threads": 2, "memory_limit": "512MB", "temp_directory": ""})
    connection.execute("ATTACH '{}' AS copy (READ_ONLY)".format(str(path).replace("'", "''")))
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    held = connection.execute("SELECT name, type, place, folded FROM copy.columns ORDER BY position").fetchall()
    columns = {ROW_NUMBER: ROW_NUMBER_COLUMN}
    columns.update({name: CopiedColumn(name, kind, place, folded) for name, kind, place, folded in held})
    return connection, columns
