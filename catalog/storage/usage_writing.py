"""Changes to what is counted of use, in SQL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from catalog.model import DatasetId
from catalog.storage.putting import Putting
from catalog.storage.rows import Values
from catalog.storage.usage_reading import SqlUsageReader
from catalog.storage.usage_tables import dataset_use, dataset_use_grades, search_demand
from catalog.usage import UseKind


class SqlUsageWriter(Putting, SqlUsageReader):
    """A ``UsageTransaction`` on one open transaction."""

    def add_demand(self, day: date, counts: Mapping[str, int]) -> None:
        self._count(search_demand, [{"day": day, "text": text, "count": n} for text, n in sorted(counts.items())])

    def add_uses(self, day: date, counts: Mapping[tuple[DatasetId, UseKind], int]) -> None:
        rows = [
            {"day": day, "dataset_id": dataset_id, "kind": kind.value, "count": count}
            for (dataset_id, kind), count in sorted(counts.items())
        ]
        self._count(dataset_use, rows)

    def put_use_grades(self, grades: Mapping[DatasetId, int]) -> None:
        gone = [dataset_id for dataset_id, grade in grades.items() if not grade]
        self._ask(sa.delete(dataset_use_grades).where(self._among(dataset_use_grades.c.dataset_id, gone)))
        kept = [{"dataset_id": dataset_id, "grade": grade} for dataset_id, grade in grades.items() if grade]
        if kept:
            self._put_all(dataset_use_grades, kept)

    def prune_usage(self, before: date) -> None:
        for table in (search_demand, dataset_use):
            self._ask(sa.delete(table).where(table.c.day < before))

    def _count(self, table: sa.Table, rows: list[Values]) -> None:
        """Add to the counts that are there. Rows come in the order of their keys, so that two writers never wait for
        each other in a circle."""
        if not rows:
            return
        insert = postgresql.insert if self._connection.dialect.name == "postgresql" else sqlite.insert
        statement = insert(table)
        more = {"count": table.c.count + statement.excluded.count}
        key = [column.name for column in table.primary_key]
        self._require_current(self._connection)
        self._connection.execute(statement.on_conflict_do_update(index_elements=key, set_=more), rows)
