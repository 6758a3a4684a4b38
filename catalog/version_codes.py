"""Which codes a published version holds in the columns that a code list gives the values of.

They are read from the row copy once, when the further formats are made, and kept in the database: the search index is
built without opening a table.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from datetime import datetime

from catalog.dictionary import TableSchema
from catalog.errors import CatalogError, NotFound
from catalog.model import Version, VersionId
from catalog.ports import CatalogReader, CatalogStore, RowStore, Topic
from catalog.questions import RowQuery

logger = logging.getLogger(__name__)

MOST_CODES = 5_000
"""Different codes of a column that are kept; of a column with more, none are."""

Codes = Mapping[str, tuple[str, ...]]
"""The codes found in each coded column, in the order of the codes."""


def coded_columns(schema: TableSchema) -> dict[str, str]:
    """The columns whose values a code list gives or an ``enum`` enumerates, with the name of the list (empty for an
    enumeration)."""
    return {
        field.name: field.code_list or "" for field in schema.fields if field.code_list or "enum" in field.constraints
    }


def read_codes(rows: RowStore, version: Version, schema: TableSchema) -> Codes:
    """The codes of a version, from its row copy. Raises ``NotFound`` where there is no copy."""
    published = {column.name for column in version.columns}
    wanted = [name for name in coded_columns(schema) if name in published]
    return {name: _codes_in(rows, version, name) for name in wanted}


def _codes_in(rows: RowStore, version: Version, column: str) -> tuple[str, ...]:
    question = RowQuery(version.id, fields=(column,), distinct=True, limit=MOST_CODES + 2, include_total=False)
    found = {str(cell) for (cell,) in rows.rows(question).rows if cell is not None}
    return tuple(sorted(found)) if len(found) <= MOST_CODES else ()


def keep_codes(store: CatalogStore, rows: RowStore, version_id: VersionId, *, at: datetime) -> None:
    """Read the codes of one version and keep them; its dataset is indexed again. A version whose row copy is missing is
    left to :func:`fill_codes`."""
    with store.read() as reader:
        version = reader.version(version_id)
        schema = reader.table_schema(version.schema_name, version.schema_version)
        known = reader.version_codes([version_id]).get(version_id)
    try:
        codes = read_codes(rows, version, schema)
    except NotFound:
        logger.warning("version %s has no row copy to read its codes from", version_id)
        return
    if codes != known:
        with store.write() as transaction:
            transaction.put_version_codes(version_id, codes)
            transaction.add_event(Topic.DATASET, version.dataset_id, at)


def fill_codes(store: CatalogStore, rows: RowStore) -> int:
    """Read what is not kept yet of the newest versions: those published by an older program, and those whose row copy
    was missing. Returns how many were filled; one that cannot be read is left for the next time."""
    with store.read() as reader:
        unread = tuple(_unread(reader, rows))
    filled = 0
    for version, schema in unread:
        try:
            codes = read_codes(rows, version, schema)
        except CatalogError:
            logger.warning("version %s: its codes could not be read", version.id, exc_info=True)
            continue
        with store.write() as transaction:
            transaction.put_version_codes(version.id, codes)
        filled += 1
    return filled


def _unread(reader: CatalogReader, rows: RowStore) -> Iterator[tuple[Version, TableSchema]]:
    """Newest versions whose codes are not kept and that have a row copy to read them from."""
    schemas: dict[tuple[str, str], TableSchema] = {}
    for version_id in sorted(reader.versions_without_codes() & rows.versions()):
        version = reader.version(version_id)
        key = (version.schema_name, version.schema_version)
        if key not in schemas:
            schemas[key] = reader.table_schema(*key)
        yield version, schemas[key]
