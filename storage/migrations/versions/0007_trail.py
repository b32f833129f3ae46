"""Seals of every row that says who decided what; opening the database fills them (`storage.trail`)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.trail.triggers import drop_triggers

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "trail_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(40), nullable=False),
        sa.Column("row_key", sa.Text(), nullable=False),
        sa.Column("stood", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trail_changes")),
    )
    op.create_table(
        "trail_seals",
        sa.Column("table_name", sa.String(40), nullable=False),
        sa.Column("row_key", sa.String(500), nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("table_name", "row_key", name=op.f("pk_trail_seals")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trail_totals",
        sa.Column("table_name", sa.String(40), nullable=False),
        sa.Column("sealed_rows", sa.Integer(), nullable=False),
        sa.Column("seal_sum", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("table_name", name=op.f("pk_trail_totals")),
    )


def downgrade() -> None:
    drop_triggers(op.get_bind())
    op.drop_table("trail_totals")
    op.drop_table("trail_seals")
    op.drop_table("trail_changes")
