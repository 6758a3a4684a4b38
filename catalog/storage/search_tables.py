"""The tables about searching; as for :mod:`catalog.storage.tables`, changes need a migration."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Table

from catalog.storage.tables import METADATA, Words

search_synonyms = Table(
    "search_synonyms",
    METADATA,
    Column("id", Words, primary_key=True),
    Column("terms", JSON, nullable=False),
)
