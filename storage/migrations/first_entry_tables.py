"""Tables of the first schema for entries and what belongs to them. Shipped: never edited again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

__all__ = ["create_entry_tables"]


def create_entry_tables() -> None:
    """In the order in which they refer to each other; those of books are there."""
    _entries()
    _readings_and_samples()
    _work()
    _words_and_results()


def _entries() -> None:
    op.create_table(
        "entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("region", sa.Integer(), nullable=False),
        sa.Column("register_type", sa.String(40), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("layout", sa.Text(), nullable=False),
        sa.Column("slot", sa.String(20), nullable=False),
        sa.Column("escalation_reason", sa.Text(), nullable=False),
        sa.Column("priority", sa.Float(), nullable=False),
        sa.Column("box", sa.Text(), nullable=False),
        sa.Column("more_pages", sa.Text(), nullable=False),
        sa.Column("reading_id", sa.Integer(), nullable=True),
        sa.Column("registration_number", sa.Text(), nullable=False),
        sa.Column("registration_date", sa.Text(), nullable=False),
        sa.Column("touched", sa.SmallInteger(), nullable=False),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.String(30), nullable=True),
        sa.Column("confirmed_team", sa.Text(), nullable=False),
        sa.Column("confirmed_shift", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.String(30), nullable=True),
        sa.Column("lease_account", sa.Integer(), nullable=True),
        sa.Column("lease_until", sa.String(30), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
        sa.ForeignKeyConstraint(["approved_by"], ["accounts.id"], name=op.f("fk_entries_approved_by_accounts")),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name=op.f("fk_entries_book_id_books")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["accounts.id"], name=op.f("fk_entries_confirmed_by_accounts")),
        sa.ForeignKeyConstraint(["lease_account"], ["accounts.id"], name=op.f("fk_entries_lease_account_accounts")),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_entries_page_id_pages")),
        sa.UniqueConstraint("page_id", "region", name=op.f("uq_entries_page_id_region")),
    )
    op.create_index(op.f("ix_entries_book_id_state"), "entries", ["book_id", "state"])
    op.create_index(op.f("ix_entries_confirmed_at_book_id"), "entries", ["confirmed_at", "book_id"])
    op.create_index(op.f("ix_entries_lease_account"), "entries", ["lease_account"])
    op.create_index(op.f("ix_entries_registration_date"), "entries", ["registration_date"])
    op.create_index(op.f("ix_entries_registration_number"), "entries", ["registration_number"])
    op.create_index(op.f("ix_entries_state_priority_id"), "entries", ["state", "priority", "id"])


def _readings_and_samples() -> None:
    op.create_table(
        "readings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("scan_sha256", sa.String(64), nullable=False),
        sa.Column("layouts_version", sa.String(80), nullable=False),
        sa.Column("recogniser_version", sa.String(200), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("created_at", sa.String(30), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readings")),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_readings_page_id_pages")),
    )
    op.create_index(
        op.f("ix_readings_page_id_layouts_version_recogniser_version"),
        "readings",
        ["page_id", "layouts_version", "recogniser_version"],
    )
    op.create_table(
        "blind_samples",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("column_name", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("first_account", sa.Integer(), nullable=True),
        sa.Column("first_value", sa.Text(), nullable=False),
        sa.Column("machine_value", sa.Text(), nullable=False),
        sa.Column("seeded_value", sa.Text(), nullable=False),
        sa.Column("answer_account", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.String(30), nullable=True),
        sa.Column("agrees", sa.SmallInteger(), nullable=True),
        sa.Column("resolved_by", sa.Integer(), nullable=True),
        sa.Column("resolved_value", sa.Text(), nullable=True),
        sa.Column("created_at", sa.String(30), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blind_samples")),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_blind_samples_entry_id_entries")),
        sa.UniqueConstraint("entry_id", "column_name", "kind", name=op.f("uq_blind_samples_entry_id_column_name_kind")),
    )
    op.create_index(op.f("ix_blind_samples_answered_at_kind"), "blind_samples", ["answered_at", "kind"])


def _work() -> None:
    op.create_table(
        "confirmed_readings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("column_name", sa.String(80), nullable=False),
        sa.Column("register_type", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("script", sa.String(20), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("correct", sa.SmallInteger(), nullable=False),
        sa.Column("flagged", sa.SmallInteger(), nullable=False),
        sa.Column("blind", sa.SmallInteger(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.String(30), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmed_readings")),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_confirmed_readings_entry_id_entries")),
        sa.UniqueConstraint("entry_id", "column_name", name=op.f("uq_confirmed_readings_entry_id_column_name")),
    )
    op.create_index(
        op.f("ix_confirmed_readings_register_type_kind_confidence"),
        "confirmed_readings",
        ["register_type", "kind", "confidence"],
    )
    op.create_table(
        "effort_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.Column("column_name", sa.Text(), nullable=False),
        sa.Column("active_ms", sa.Integer(), nullable=False),
        sa.Column("key_presses", sa.Integer(), nullable=False),
        sa.Column("corrections", sa.Integer(), nullable=False),
        sa.Column("blank_presses", sa.Integer(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("shift", sa.Text(), nullable=False),
        sa.Column("at", sa.String(30), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_effort_events")),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_effort_events_entry_id_entries")),
    )
    op.create_index(op.f("ix_effort_events_account_id_at"), "effort_events", ["account_id", "at"])
    op.create_index(op.f("ix_effort_events_book_id_at"), "effort_events", ["book_id", "at"])
    op.create_table(
        "entry_versions",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("escalation_reason", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("saved_at", sa.String(30), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "revision", name=op.f("pk_entry_versions")),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_entry_versions_entry_id_entries")),
    )


def _words_and_results() -> None:
    op.create_table(
        "entry_words",
        sa.Column("word", sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql"), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("word", "entry_id", name=op.f("pk_entry_words")),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_entry_words_entry_id_entries")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reconciliation_results",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("differences", sa.Text(), nullable=False),
        sa.Column("follow_up", sa.String(20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation_results")),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_reconciliation_results_entry_id_entries")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["reconciliation_runs.id"], name=op.f("fk_reconciliation_results_run_id_reconciliation_runs")
        ),
    )
    op.create_index(op.f("ix_reconciliation_results_run_id_outcome"), "reconciliation_results", ["run_id", "outcome"])
    op.create_table(
        "save_receipts",
        sa.Column("token", sa.String(80), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(30), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_save_receipts")),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_save_receipts_entry_id_entries")),
    )
