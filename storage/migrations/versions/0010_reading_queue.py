"""Books that wait for reading, in their order, so that every user sees them and a restart goes on with them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reading_queue",
        sa.Column("book_id", sa.Integer, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("paused", sa.SmallInteger, nullable=False),
        sa.Column("retry_failed", sa.SmallInteger, nullable=False),
        sa.Column("asked_by", sa.String(80), nullable=False),
        sa.Column("asked_at", sa.String(30), nullable=False),
        sa.ForeignKeyConstraint(
            ["book_id"], ["books.id"], name=op.f("fk_reading_queue_book_id_books"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("book_id", name=op.f("pk_reading_queue")),
    )


def downgrade() -> None:
    op.drop_table("reading_queue")
