"""When the catalogue stored each dataset as it is now: so far the last publication, or the harvest that brought it.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("datasets", sa.Column("recorded", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE datasets SET recorded = CASE WHEN modified >= issued THEN modified ELSE issued END")
    harvested = "remote_records WHERE remote_records.dataset_id = datasets.id"
    op.execute(
        f"UPDATE datasets SET recorded = (SELECT MAX(changed_at) FROM {harvested})"
        f" WHERE EXISTS (SELECT 1 FROM {harvested})"
    )
