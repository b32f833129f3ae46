"""Minutes of paper books handed out and returned, and of acceptance by commune, district and province."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _link(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def upgrade() -> None:
    op.create_table(
        "handovers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("on_day", sa.String(10), nullable=False),
        *(_text(name) for name in ("giver", "giver_body", "receiver", "receiver_body", "place", "due_on", "note")),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.String(30), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
    )
    op.create_table(
        "handover_books",
        sa.Column("handover_id", sa.Integer(), nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=False),
        _text("condition"),
        _link("handover_books", "handover_id", "handovers"),
        _link("handover_books", "book_id", "books"),
        sa.PrimaryKeyConstraint("handover_id", "book_id", name=op.f("pk_handover_books")),
    )
    op.create_index(op.f("ix_handover_books_book_id_handover_id"), "handover_books", ["book_id", "handover_id"])
    op.create_table(
        "acceptances",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("on_day", sa.String(10), nullable=False),
        *(_text(name) for name in ("place", "members", "contractor", "note")),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.String(30), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acceptances")),
    )
    op.create_table(
        "acceptance_books",
        sa.Column("acceptance_id", sa.Integer(), nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(20), nullable=False),
        sa.Column("export_id", sa.Integer(), nullable=True),
        _text("delivery"),
        _text("reason"),
        _link("acceptance_books", "acceptance_id", "acceptances"),
        _link("acceptance_books", "book_id", "books"),
        _link("acceptance_books", "export_id", "exports"),
        sa.PrimaryKeyConstraint("acceptance_id", "book_id", name=op.f("pk_acceptance_books")),
    )
    op.create_index(op.f("ix_acceptance_books_book_id_acceptance_id"), "acceptance_books", ["book_id", "acceptance_id"])
    op.create_table(
        "acceptance_returns",
        sa.Column("acceptance_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        _text("reason"),
        _link("acceptance_returns", "acceptance_id", "acceptances"),
        _link("acceptance_returns", "entry_id", "entries"),
        sa.PrimaryKeyConstraint("acceptance_id", "entry_id", name=op.f("pk_acceptance_returns")),
    )


def downgrade() -> None:
    for table in ("acceptance_returns", "acceptance_books", "acceptances", "handover_books", "handovers"):
        op.drop_table(table)
