"""Index for taking books by priority: queues stop at the first few books with open entries instead of asking all."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_books_priority_id"), "books", ["priority", "id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_books_priority_id"), table_name="books")
