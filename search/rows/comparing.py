"""Compares two states of a table in DuckDB: rows meet by the key of the schema, cells by the types of the older state.

Both sides are read from their files; memory is bounded and what does not fit goes to the folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb

from catalog.dictionary import TableSchema
from catalog.ports import StagedTable
from catalog.table_diff import EXAMPLES_KEPT, RowChange, RowChangeKind, TableDiff

MEMORY = "1GB"
_OLD, _NEW = "cu", "moi"


def compare_tables(previous: Path, table: StagedTable, schema: TableSchema, folder: Path) -> TableDiff:
    """See :data:`catalog.table_diff.CompareTables`."""
    with closing(duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": str(folder / "so-sanh")})) as engine:
        types = _load(engine, previous, table)
        key = [name for name in schema.primary_key if name in types]
        if key and len(key) == len(schema.primary_key):
            return _by_key(engine, list(types), key)
        return _by_content(engine, list(types))


def _load(engine: duckdb.DuckDBPyConnection, previous: Path, table: StagedTable) -> dict[str, str]:
    """Both states as views of equal columns; what the new state writes in a way that is no value of the older type (a
    table may be rejected and still be compared) makes the column text on both sides."""
    engine.execute("CREATE VIEW goc AS SELECT * FROM read_parquet(?)".replace("?", _text(str(previous))))
    old = {str(name): str(kind) for name, kind, *_ in engine.execute("DESCRIBE goc").fetchall()}
    texts = ", ".join(f"{_name(name)}: 'VARCHAR'" for name in table.columns)
    source = (
        f"read_csv({_text(str(table.path))}, header=true, delim=',', quote='\"', escape='\"', nullstr='', "
        f"auto_detect=false, strict_mode=true, max_line_size=20000000, columns={{{texts}}})"
    )
    engine.execute(f"CREATE TABLE tho AS SELECT * FROM {source}")
    types: dict[str, str] = {}
    for name in dict.fromkeys((*table.columns, *old)):
        kind = old.get(name, "VARCHAR")
        types[name] = kind if name not in table.columns or _all_read_as(engine, name, kind) else "VARCHAR"
    for view, origin, there in ((_OLD, "goc", set(old)), (_NEW, "tho", set(table.columns))):
        cells = ", ".join(
            f"CAST({_name(name) if name in there else 'NULL'} AS {kind}) AS {_name(name)}"
            for name, kind in types.items()
        )
        engine.execute(f"CREATE TABLE {view} AS SELECT {cells} FROM {origin}")
    return types


def _all_read_as(engine: duckdb.DuckDBPyConnection, name: str, kind: str) -> bool:
    if kind == "VARCHAR":
        return True
    column = _name(name)
    unread = f"SELECT 1 FROM tho WHERE {column} IS NOT NULL AND TRY_CAST({column} AS {kind}) IS NULL LIMIT 1"
    return engine.execute(unread).fetchone() is None


def _by_key(engine: duckdb.DuckDBPyConnection, columns: Sequence[str], key: Sequence[str]) -> TableDiff:
    """A key that comes twice (a fault that the gate names) meets in the order of the file."""
    keys = ", ".join(map(_name, key))
    for view in (_OLD, _NEW):
        place = f"row_number() OVER (PARTITION BY {keys} ORDER BY rowid) AS __lan"
        engine.execute(f"CREATE TABLE {view}_so AS SELECT *, {place} FROM {view}")
    on = " AND ".join(f"a.{_name(name)} IS NOT DISTINCT FROM b.{_name(name)}" for name in key)
    joined = f"{_OLD}_so AS a FULL OUTER JOIN {_NEW}_so AS b ON {on} AND a.__lan = b.__lan"
    others = [name for name in columns if name not in key]
    differ = [f"a.{_name(name)} IS DISTINCT FROM b.{_name(name)}" for name in others]
    both = "a.__lan IS NOT NULL AND b.__lan IS NOT NULL"
    any_differs = f"({' OR '.join(differ)})" if differ else "false"
    counted = ", ".join(f"count(*) FILTER (WHERE {both} AND {test})" for test in differ)
    row = engine.execute(
        f"SELECT count(*) FILTER (WHERE a.__lan IS NULL), count(*) FILTER (WHERE b.__lan IS NULL),"
        f" count(*) FILTER (WHERE {both} AND {any_differs}), count(*) FILTER (WHERE {both} AND NOT {any_differs})"
        f"{', ' + counted if counted else ''} FROM {joined}"
    ).fetchone()
    added, removed, changed, unchanged, *cells = row or (0, 0, 0, 0)
    examples = [
        *_examples(engine, joined, "a.__lan IS NULL", columns, key, RowChangeKind.ADDED),
        *_examples(engine, joined, "b.__lan IS NULL", columns, key, RowChangeKind.REMOVED),
        *_examples(engine, joined, f"{both} AND {any_differs}", columns, key, RowChangeKind.CHANGED),
    ]
    changed_cells = {name: count for name, count in zip(others, cells, strict=False) if count}
    return TableDiff(added, removed, changed, unchanged, changed_cells, tuple(examples))


def _examples(
    engine: duckdb.DuckDBPyConnection,
    joined: str,
    condition: str,
    columns: Sequence[str],
    key: Sequence[str],
    kind: RowChangeKind,
) -> Iterator[RowChange]:
    cells = ", ".join(f"CAST({side}.{_name(name)} AS VARCHAR)" for name in columns for side in ("a", "b"))
    order = ", ".join(f"coalesce(a.{_name(name)}, b.{_name(name)})" for name in key)
    query = f"SELECT {cells} FROM {joined} WHERE {condition} ORDER BY {order} LIMIT {EXAMPLES_KEPT}"
    for row in engine.execute(query).fetchall():
        pairs = {name: (row[2 * place], row[2 * place + 1]) for place, name in enumerate(columns)}
        yield _change(kind, pairs, key)


def _change(kind: RowChangeKind, pairs: Mapping[str, tuple[str | None, str | None]], key: Sequence[str]) -> RowChange:
    named = {name: pairs[name][0] if kind is RowChangeKind.REMOVED else pairs[name][1] for name in key}
    cells = {name: pair for name, pair in pairs.items() if name not in key and pair[0] != pair[1]}
    return RowChange(kind, named, cells)


def _by_content(engine: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> TableDiff:
    added = _only_in(engine, _NEW, _OLD, columns, RowChangeKind.ADDED)
    removed = _only_in(engine, _OLD, _NEW, columns, RowChangeKind.REMOVED)
    total: Any = engine.execute(f"SELECT count(*) FROM {_NEW}").fetchone()
    return TableDiff(added[0], removed[0], 0, total[0] - added[0], {}, (*added[1], *removed[1]), has_key=False)


def _only_in(
    engine: duckdb.DuckDBPyConnection, one: str, other: str, columns: Sequence[str], kind: RowChangeKind
) -> tuple[int, list[RowChange]]:
    only = f"(SELECT * FROM {one} EXCEPT ALL SELECT * FROM {other})"
    count: Any = engine.execute(f"SELECT count(*) FROM {only}").fetchone()
    cells = ", ".join(f"CAST({_name(name)} AS VARCHAR)" for name in columns)
    rows = engine.execute(f"SELECT {cells} FROM {only} ORDER BY ALL LIMIT {EXAMPLES_KEPT}").fetchall()
    is_new = kind is RowChangeKind.ADDED
    changes = [
        RowChange(kind, {}, {n: (None, v) if is_new else (v, None) for n, v in zip(columns, row, strict=True)})
        for row in rows
    ]
    return count[0], changes


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
