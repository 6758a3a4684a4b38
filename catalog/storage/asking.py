"""One open transaction and how questions are put to it: what every reader and writer stands on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from catalog.errors import NotFound
from catalog.storage.rows import SqlRow


class Asking:
    """Questions on one open transaction."""

    def __init__(self, connection: Connection, require_current: Callable[[Connection], None]) -> None:
        self._connection = connection
        self._require_current = require_current

    def _ask(self, statement: sa.Executable) -> sa.CursorResult[Any]:
        self._require_current(self._connection)
        return self._connection.execute(statement)

    def _one(self, statement: sa.Executable, kind: str, key: str) -> SqlRow:
        row = self._ask(statement).first()
        if row is None:
            raise NotFound.of(kind, key)
        return row

    def _named(self, table: sa.Table, kind: str, key: str) -> SqlRow:
        """The row of this id or name; the id wins."""
        statement = sa.select(table).where((table.c.id == key) | (table.c.name == key)).order_by(table.c.id != key)
        return self._one(statement.limit(1), kind, key)

    def _among(self, column: sa.ColumnElement[Any], values: Iterable[object]) -> sa.ColumnElement[bool]:
        """``column`` is one of ``values``, however many: one parameter, where drivers end at some ten thousand."""
        if self._connection.dialect.name == "postgresql":
            return column == sa.any_(sa.literal(list(values), sa.ARRAY(column.type)))
        listed = sa.bindparam("among", json.dumps(list(values)), sa.Text, unique=True)
        # Composed of objects it takes longer than the question itself, and a page of hits asks five.
        return column.in_(sa.text("SELECT value FROM json_each(:among)").bindparams(listed))
