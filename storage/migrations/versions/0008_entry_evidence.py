"""What else the ink of each entry may say: kept beside the entry, weighed again when the book is known better."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "entry_evidence",
        sa.Column("entry_id", sa.Integer, nullable=False),
        sa.Column("reading_id", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_entry_evidence_entry_id_entries")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_entry_evidence")),
    )
    op.create_table(
        "book_hands",
        sa.Column("book_id", sa.Integer, nullable=False),
        sa.Column("model", sa.String(80), nullable=False),
        sa.Column("lines", sa.Integer, nullable=False),
        sa.Column("errors_before", sa.Float, nullable=False),
        sa.Column("errors_after", sa.Float, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("made_at", sa.String(30), nullable=False),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name=op.f("fk_book_hands_book_id_books")),
        sa.PrimaryKeyConstraint("book_id", name=op.f("pk_book_hands")),
    )


def downgrade() -> None:
    op.drop_table("book_hands")
    op.drop_table("entry_evidence")
