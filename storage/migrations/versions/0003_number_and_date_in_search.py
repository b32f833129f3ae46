"""Numbers and dates of entries are found through `entry_words`; their own columns and indexes go."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

COLUMNS = ("registration_number", "registration_date")


def upgrade() -> None:
    for name in COLUMNS:
        op.drop_index(op.f(f"ix_entries_{name}"), table_name="entries")
        # Not as a batch: copying the table would take minutes at a million entries and lose its CHECK constraints.
        op.drop_column("entries", name)


def downgrade() -> None:
    for name in COLUMNS:
        op.add_column("entries", sa.Column(name, sa.Text(), nullable=False, server_default=""))
        op.create_index(op.f(f"ix_entries_{name}"), "entries", [name])
