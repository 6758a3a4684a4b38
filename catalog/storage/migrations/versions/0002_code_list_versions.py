"""Code lists keep all their versions.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "code_list_versions",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("source_decision", sa.Text(), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", "version", name=op.f("pk_code_list_versions")),
    )
    op.execute(
        "INSERT INTO code_list_versions (name, version, status, title, title_en, source_decision, codes)"
        " SELECT name, version, 'issued', title, title_en, source_decision, codes FROM code_lists"
    )
    op.drop_table("code_lists")
