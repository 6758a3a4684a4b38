"""Datasets of other catalogues; schedules, progress and cancelling of runs.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, name in (
        ("distributions", "format"),
        ("distributions", "media_type"),
        ("sources", "cron"),
        ("sources", "quiet_hours"),
        ("sources", "notify_email"),
        ("sources", "notify_webhook"),
        ("runs", "cancelled_by"),
        ("outcomes", "fingerprint"),
    ):
        op.add_column(table, sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''")))
    for table, name in (
        ("datasets", "origin"),
        ("versions", "source_shape"),
        ("runs", "progress"),
        ("outcomes", "counts"),
    ):
        op.add_column(table, sa.Column(name, sa.JSON(), nullable=True))
    op.add_column("distributions", sa.Column("size", sa.BigInteger(), nullable=True))
    op.create_table(
        "remote_records",
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("dataset_id", sa.Text(), nullable=True),
        sa.Column("raw", sa.JSON(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("missing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rejected", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_remote_records_source_id")),
        sa.PrimaryKeyConstraint("source_id", "identifier", name=op.f("pk_remote_records")),
    )
    op.create_index(op.f("ix_remote_records_dataset_id"), "remote_records", ["dataset_id"])
