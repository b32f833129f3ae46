"""Which of several persons of an extract is the one of the book; unfinished entries that a run left out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reconciliation_cases", sa.Column("choice", sa.Text(), nullable=False, server_default=""))
    op.add_column("reconciliation_runs", sa.Column("left_out", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("reconciliation_runs", "left_out")
    op.drop_column("reconciliation_cases", "choice")
