"""What was approved last in a book is found by an index: whether an accepted book changed since its delivery."""

from __future__ import annotations

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_entries_book_id_approved_at"), "entries", ["book_id", "approved_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_entries_book_id_approved_at"), "entries")
