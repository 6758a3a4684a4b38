"""The tables about searching; as for :mod:`catalog.storage.tables`, changes need a migration."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Table

from catalog.storage.tables import METADATA, Moment, Words

search_synonyms = Table(
    "search_synonyms",
    METADATA,
    Column("id", Words, primary_key=True),
    Column("terms", JSON, nullable=False),
)

index_leases = Table(
    "index_leases",
    METADATA,
    Column("name", Words, primary_key=True),
    Column("owner", Words, nullable=False),
    Column("until", Moment, nullable=False),
)
"""Who mends or builds an index just now."""
