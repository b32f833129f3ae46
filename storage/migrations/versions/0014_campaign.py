"""Counts on paper, printed annexes, packages of figures, texts of reports; the index that counts a day's work."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def _of_office(table: str, *, nullable: bool = True) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    name = op.f(f"fk_{table}_office_id_offices")
    column = sa.Column("office_id", sa.Integer, nullable=nullable)
    return column, sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=name)


def upgrade() -> None:
    _make_paper_counts()
    _make_annexes()
    _make_packages()
    _make_report_texts()
    # Counting what was done in a span looks at the span alone, and at nothing but the index.
    op.drop_index(op.f("ix_entries_confirmed_at_book_id"), table_name="entries")
    op.create_index(op.f("ix_entries_confirmed_at_book_id_state"), "entries", ["confirmed_at", "book_id", "state"])


def _make_paper_counts() -> None:
    column, key = _of_office("paper_counts")
    op.create_table(
        "paper_counts",
        sa.Column("id", sa.Integer, nullable=False),
        column,
        sa.Column("register_type", sa.String(40), nullable=False),
        sa.Column("year_from", sa.Integer, nullable=True),
        sa.Column("year_to", sa.Integer, nullable=True),
        sa.Column("books", sa.Integer, nullable=True),
        sa.Column("cases", sa.Integer, nullable=True),
        sa.Column("no_register", sa.SmallInteger, nullable=False),
        sa.Column("elsewhere", sa.SmallInteger, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("updated_at", sa.String(30), nullable=False),
        key,
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_counts")),
    )
    op.create_index(op.f("ix_paper_counts_office_id"), "paper_counts", ["office_id"])


def _make_annexes() -> None:
    column, key = _of_office("annexes")
    op.create_table(
        "annexes",
        sa.Column("id", sa.Integer, nullable=False),
        column,
        sa.Column("number", sa.String(10), nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("account_id", sa.Integer, nullable=True),
        sa.Column("at", sa.String(30), nullable=False),
        key,
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annexes")),
    )


def _make_packages() -> None:
    column, key = _of_office("packages", nullable=False)
    op.create_table(
        "packages",
        sa.Column("id", sa.Integer, nullable=False),
        column,
        sa.Column("period", sa.String(10), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("made_at", sa.String(30), nullable=False),
        sa.Column("received_at", sa.String(30), nullable=False),
        sa.Column("late", sa.SmallInteger, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        key,
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packages")),
        sa.UniqueConstraint("digest", name=op.f("uq_packages_digest")),
    )
    op.create_index(op.f("ix_packages_period_day_office_id"), "packages", ["period", "day", "office_id"])


def _make_report_texts() -> None:
    column, key = _of_office("report_texts")
    op.create_table(
        "report_texts",
        sa.Column("id", sa.Integer, nullable=False),
        column,
        sa.Column("period", sa.String(10), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("difficulties", sa.Text, nullable=False),
        sa.Column("proposals", sa.Text, nullable=False),
        sa.Column("account_id", sa.Integer, nullable=True),
        sa.Column("at", sa.String(30), nullable=False),
        key,
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_texts")),
    )
    op.create_index(op.f("ix_report_texts_period_day"), "report_texts", ["period", "day"])


def downgrade() -> None:
    op.drop_index(op.f("ix_entries_confirmed_at_book_id_state"), table_name="entries")
    op.create_index(op.f("ix_entries_confirmed_at_book_id"), "entries", ["confirmed_at", "book_id"])
    for table in ("report_texts", "packages", "annexes", "paper_counts"):
        op.drop_table(table)
