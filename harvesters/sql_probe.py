"""Asks a table by two numbers whether it still is what is public: the latest value of one column, and how many rows.

That sees what is added, deleted, and changed in rows whose column moves with them (``updated_at``). It does not see a
change that leaves both alone: a row changed without its stamp, one deleted while another with an older stamp came.
So no such answer holds for more than seven days.
"""

from __future__ import annotations

import json
import zlib

import sqlalchemy
from sqlalchemy import Connection, FromClause
from sqlalchemy.sql.elements import ColumnClause

from catalog.model import SourceShape
from catalog.ports import TableRequest
from harvesters.full_reads import period
from harvesters.staging import text_of


def probe(
    connection: Connection,
    relation: FromClause,
    column: ColumnClause[object],
    shape: SourceShape,
    request: TableRequest,
) -> str:
    """The fingerprint of a table; empty where its column is. A table of another shape has another one."""
    query = sqlalchemy.select(sqlalchemy.func.max(column), sqlalchemy.func.count()).select_from(relation)
    latest, count = connection.execute(query).one()
    if latest is None:
        return ""
    looks = zlib.crc32(json.dumps([list(shape.columns.items()), shape.key], ensure_ascii=False).encode())
    return f"{text_of(latest)}|{count}|{looks:08x}|{period(request.table.key)}"
