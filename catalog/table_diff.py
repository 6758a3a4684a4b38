"""What changed between two states of a table, row by row as its key tells them apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from catalog.dictionary import TableSchema
from catalog.ports import StagedTable

EXAMPLES_KEPT = 50


class RowChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row that came, went or changed; ``cells`` hold by column what was and what is, as text (``None``: empty)."""

    kind: RowChangeKind
    key: Mapping[str, str | None]
    cells: Mapping[str, tuple[str | None, str | None]]


@dataclass(frozen=True, slots=True)
class TableDiff:
    """Counts of rows, and of changed cells by column; ``has_key`` is false for a table without a key, whose rows are
    compared whole, so that none of them is ever ``changed``. ``examples`` are the first of each kind."""

    added: int
    removed: int
    changed: int
    unchanged: int
    changed_cells: Mapping[str, int]
    examples: tuple[RowChange, ...]
    has_key: bool = True

    def counts(self) -> dict[str, int]:
        return {
            "added": self.added,
            "removed": self.removed,
            "changed": self.changed,
            "unchanged": self.unchanged,
        }


CompareTables = Callable[[Path, StagedTable, TableSchema, Path], TableDiff]
"""Compares the Parquet file of a version with a canonical table of the same schema; the folder is for temporary files.
Columns that only one of the two has count as empty in the other."""
