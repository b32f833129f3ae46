"""What stands on each screen now: a decision is taken only on the entry that its screen showed last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "entry_showings",
        sa.Column("account_id", sa.Integer, sa.ForeignKey("accounts.id"), primary_key=True),
        sa.Column("screen", sa.String(40), primary_key=True),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("entry_id", sa.Integer, sa.ForeignKey("entries.id"), nullable=False),
        sa.Column("shown_at", sa.String(30), nullable=False),
    )
    op.create_index(op.f("ix_entry_showings_shown_at"), "entry_showings", ["shown_at"])


def downgrade() -> None:
    op.drop_table("entry_showings")
