"""What each column of a published Parquet file holds: filled cells, different values, the range."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from catalog.dictionary import TableSchema
from catalog.model import Column

if TYPE_CHECKING:
    import duckdb

MEMORY = "384MB"
"""Different values of a column are counted in no more; what is beyond goes to the disk."""

_RANGE_TEXT = r"[\x21-\x7e]{1,40}"
_SAMPLE_ROWS = 2_048


def profile(path: Path, schema: TableSchema, types: Sequence[tuple[str, str]]) -> Iterator[Column]:
    """Each column, in its order; ``types`` are their names and kinds of the file. Text has a range only if all of it is
    short and without blanks and accents, as codes are: the order of other text would not be the Vietnamese one."""
    import duckdb

    beside = str(path.with_suffix(".tam"))
    config = {"threads": "2", "memory_limit": MEMORY, "temp_directory": beside}
    with closing(duckdb.connect(config=dict(config))) as connection:
        for name, kind in types:
            yield _profile_of(connection, path, name, kind, schema)


def _profile_of(connection: duckdb.DuckDBPyConnection, path: Path, name: str, kind: str, schema: TableSchema) -> Column:
    quoted = '"{}"'.format(name.replace('"', '""'))
    asked = [f"count({quoted})", f"count(DISTINCT {quoted})"]
    has_range = kind != "boolean" and (kind != "string" or _is_range(connection, path, quoted))
    if has_range:
        asked += [f"min({quoted})", f"max({quoted})"]
    row = connection.execute(f"SELECT {', '.join(asked)} FROM read_parquet(?)", [str(path)]).fetchone() or (0, 0)
    filled, distinct, *extremes = row
    low, high = (display_text(value) for value in extremes) if extremes else ("", "")
    field = schema.field(name)
    return Column(name, field.type if field else "string", filled, distinct, low, high)


def _is_range(connection: duckdb.DuckDBPyConnection, path: Path, quoted: str) -> bool:
    """Whether all text is such as codes are; a glance at the beginning mostly tells that it is not."""
    for source in (f"(SELECT {quoted} FROM read_parquet(?) LIMIT {_SAMPLE_ROWS})", "read_parquet(?)"):
        question = f"SELECT bool_and(regexp_full_match({quoted}, '{_RANGE_TEXT}')) FROM {source}"
        (all_are,) = connection.execute(question, [str(path)]).fetchone() or (None,)
        if all_are is False:
            return False
    return True


def display_text(value: object) -> str:
    """A value as a person reads it in a profile: ISO dates, numbers without a needless decimal part."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    return "" if value is None else value.isoformat() if hasattr(value, "isoformat") else str(value)
