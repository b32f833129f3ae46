"""Index for the most frequent values of a column: without it each suggestion reads the office's whole memory."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        op.f("ix_value_memory_book_id_column_name_count"), "value_memory", ["book_id", "column_name", "count"]
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_value_memory_book_id_column_name_count"), table_name="value_memory")
