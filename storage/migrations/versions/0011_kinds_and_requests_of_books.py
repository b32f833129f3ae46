"""Kinds of books (work, samples, drawers of pages taken out), books that clerks ask for, pages without a scan."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_SAMPLE_REMARK = "Quyển mẫu, người và nơi đều bịa"
"""What a sample book was told by before books had kinds."""


def upgrade() -> None:
    op.add_column("books", sa.Column("kind", sa.String(10), nullable=False, server_default="work"))
    op.execute(sa.text("UPDATE books SET kind = 'sample' WHERE remarks = :remark").bindparams(remark=_SAMPLE_REMARK))
    with op.batch_alter_table("pages") as batch:
        batch.alter_column("scan_sha256", existing_type=sa.String(64), nullable=True)
    _create_requests()


def _create_requests() -> None:
    op.create_table(
        "book_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("register_type", sa.String(40), nullable=False),
        sa.Column("volume_number", sa.String(40), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("asked_at", sa.String(30), nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.String(30), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_book_requests_account_id_accounts")),
        sa.ForeignKeyConstraint(["answered_by"], ["accounts.id"], name=op.f("fk_book_requests_answered_by_accounts")),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name=op.f("fk_book_requests_book_id_books")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book_requests")),
    )
    op.create_index(op.f("ix_book_requests_state_id"), "book_requests", ["state", "id"])


def downgrade() -> None:
    op.drop_table("book_requests")
    with op.batch_alter_table("pages") as batch:
        batch.alter_column("scan_sha256", existing_type=sa.String(64), nullable=False)
    op.drop_column("books", "kind")
