"""The tables about use; as for :mod:`catalog.storage.tables`, changes need a migration."""

from __future__ import annotations

from sqlalchemy import Column, Date, Integer, Table

from catalog.storage.tables import METADATA, Words

search_demand = Table(
    "search_demand",
    METADATA,
    Column("day", Date, primary_key=True),
    Column("text", Words, primary_key=True),
    Column("count", Integer, nullable=False),
)

# Datasets that are no more may still have uses: what was counted is true whatever came after.
dataset_use = Table(
    "dataset_use",
    METADATA,
    Column("day", Date, primary_key=True),
    Column("dataset_id", Words, primary_key=True, index=True),
    Column("kind", Words, primary_key=True),
    Column("count", Integer, nullable=False),
)

dataset_use_grades = Table(
    "dataset_use_grades",
    METADATA,
    Column("dataset_id", Words, primary_key=True),
    Column("grade", Integer, nullable=False),
)
