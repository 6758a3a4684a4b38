"""Searches that found nothing, uses of datasets, and the grades of use that datasets are indexed with.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_demand",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "text", name=op.f("pk_search_demand")),
    )
    op.create_table(
        "dataset_use",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("dataset_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "dataset_id", "kind", name=op.f("pk_dataset_use")),
    )
    op.create_index(op.f("ix_dataset_use_dataset_id"), "dataset_use", ["dataset_id"])
    op.create_table(
        "dataset_use_grades",
        sa.Column("dataset_id", sa.Text(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("dataset_id", name=op.f("pk_dataset_use_grades")),
    )
