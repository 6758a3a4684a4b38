"""How rows are put: what every writer stands on."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from catalog.storage.reading import SqlReader
from catalog.storage.rows import Values


class Putting(SqlReader):
    """Adds and replaces rows on one open transaction."""

    def _put(self, table: sa.Table, values: Values) -> None:
        """Add the row, or replace the one with its primary key. ``IntegrityError`` undoes this one statement only."""
        insert = postgresql.insert if self._connection.dialect.name == "postgresql" else sqlite.insert
        key = [column.name for column in table.primary_key]
        statement = insert(table).values(values)
        changed = {name: statement.excluded[name] for name in values if name not in key}
        with self._connection.begin_nested():
            self._ask(statement.on_conflict_do_update(index_elements=key, set_=changed))

    def _put_all(self, table: sa.Table, values: list[Values]) -> None:
        """:meth:`_put` for many rows at once; all have the same columns."""
        insert = postgresql.insert if self._connection.dialect.name == "postgresql" else sqlite.insert
        key = [column.name for column in table.primary_key]
        statement = insert(table)
        changed = {name: statement.excluded[name] for name in values[0] if name not in key}
        self._require_current(self._connection)
        with self._connection.begin_nested():
            self._connection.execute(statement.on_conflict_do_update(index_elements=key, set_=changed), values)

    def _add_all(self, table: sa.Table, values: list[Values]) -> None:
        self._require_current(self._connection)
        if values:
            with self._connection.begin_nested():
                self._connection.execute(sa.insert(table), values)

    def _add(self, table: sa.Table, values: Values) -> None:
        with self._connection.begin_nested():
            self._ask(sa.insert(table).values(values))
