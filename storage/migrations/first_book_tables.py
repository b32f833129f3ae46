"""Tables of the first schema for people, books, scans and what an office keeps. Shipped: never edited again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

__all__ = ["create_book_tables"]


def create_book_tables() -> None:
    """In the order in which they refer to each other."""
    _accounts_log_books()
    _office()
    _counts_and_exports()
    _pages_and_sessions()


def _accounts_log_books() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("shift", sa.Text(), nullable=False),
        sa.Column("active", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", sa.String(30), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("name", name=op.f("uq_accounts_name")),
    )
    op.create_table(
        "audit_events",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(30), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("book_id", sa.Integer(), nullable=True),
        sa.Column("column_name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("old", sa.Text(), nullable=False),
        sa.Column("new", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_events")),
    )
    op.create_index(op.f("ix_audit_events_at"), "audit_events", ["at"])
    op.create_index(op.f("ix_audit_events_book_id"), "audit_events", ["book_id"])
    op.create_index(op.f("ix_audit_events_entry_id"), "audit_events", ["entry_id"])
    op.create_table(
        "books",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("register_type", sa.String(40), nullable=False),
        sa.Column("volume_number", sa.String(40), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("expected_entries", sa.Integer(), nullable=True),
        sa.Column("opened_on", sa.Text(), nullable=False),
        sa.Column("closed_on", sa.Text(), nullable=False),
        sa.Column("signer", sa.Text(), nullable=False),
        sa.Column("signer_title", sa.Text(), nullable=False),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(30), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_books")),
        sa.UniqueConstraint(
            "register_type", "volume_number", "office", name=op.f("uq_books_register_type_volume_number_office")
        ),
    )
    op.create_index(op.f("ix_books_state_priority"), "books", ["state", "priority"])


def _office() -> None:
    op.create_table(
        "learned_corrections",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("misreading", sa.String(400), nullable=False),
        sa.Column("correction", sa.String(400), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.String(30), nullable=False),
        sa.PrimaryKeyConstraint("kind", "misreading", "correction", name=op.f("pk_learned_corrections")),
    )
    op.create_table(
        "office_templates",
        sa.Column("form", sa.String(80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("yaml", sa.Text(), nullable=False),
        sa.Column("active", sa.SmallInteger(), nullable=False),
        sa.Column("created_by", sa.String(80), nullable=False),
        sa.Column("created_at", sa.String(30), nullable=False),
        sa.PrimaryKeyConstraint("form", "version", name=op.f("pk_office_templates")),
    )
    op.create_table(
        "reconciliation_profiles",
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.String(30), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_reconciliation_profiles")),
    )
    op.create_table(
        "reconciliation_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(30), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("source_name", sa.Text(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation_runs")),
    )
    op.create_table(
        "scans",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("suffix", sa.String(10), nullable=False),
        sa.Column("added_at", sa.String(30), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_scans")),
    )
    op.create_table(
        "settings",
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.String(30), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_settings")),
    )


def _counts_and_exports() -> None:
    op.create_table(
        "sign_in_attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("at", sa.String(30), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempts")),
    )
    op.create_index(op.f("ix_sign_in_attempts_client_at"), "sign_in_attempts", ["client", "at"])
    op.create_index(op.f("ix_sign_in_attempts_name_at"), "sign_in_attempts", ["name", "at"])
    op.create_table(
        "unit_totals",
        sa.Column("unit", sa.String(200), nullable=False),
        sa.Column("register_type", sa.String(40), nullable=False),
        sa.Column("parent_unit", sa.Text(), nullable=False),
        sa.Column("books", sa.Integer(), nullable=True),
        sa.Column("cases", sa.Integer(), nullable=True),
        sa.Column("machines", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("unit", "register_type", name=op.f("pk_unit_totals")),
    )
    op.create_table(
        "value_memory",
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.Column("column_name", sa.String(80), nullable=False),
        sa.Column("text", sa.String(400), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.String(30), nullable=False),
        sa.PrimaryKeyConstraint("book_id", "column_name", "text", name=op.f("pk_value_memory")),
    )
    op.create_table(
        "exports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(30), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("workbook_sha256", sa.Text(), nullable=False),
        sa.Column("zip_sha256", sa.Text(), nullable=False),
        sa.Column("manifest", sa.Text(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("rejections", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name=op.f("fk_exports_book_id_books")),
    )
    op.create_index(op.f("ix_exports_book_id_at"), "exports", ["book_id", "at"])


def _pages_and_sessions() -> None:
    op.create_table(
        "pages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.Column("scan_sha256", sa.String(64), nullable=False),
        sa.Column("scan_index", sa.Integer(), nullable=False),
        sa.Column("half", sa.SmallInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("layout", sa.Text(), nullable=False),
        sa.Column("forced_form", sa.Text(), nullable=False),
        sa.Column("failure_code", sa.Text(), nullable=False),
        sa.Column("failure_message", sa.Text(), nullable=False),
        sa.Column("explained", sa.Text(), nullable=False),
        sa.Column("reading_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pages")),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name=op.f("fk_pages_book_id_books")),
        sa.ForeignKeyConstraint(["scan_sha256"], ["scans.sha256"], name=op.f("fk_pages_scan_sha256_scans")),
        sa.UniqueConstraint("scan_sha256", "scan_index", "half", name=op.f("uq_pages_scan_sha256_scan_index_half")),
    )
    op.create_index(op.f("ix_pages_book_id_position"), "pages", ["book_id", "position"])
    op.create_index(op.f("ix_pages_state_book_id"), "pages", ["state", "book_id"])
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(30), nullable=False),
        sa.Column("expires_at", sa.String(30), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_sessions_account_id_accounts")),
    )
    op.create_index(op.f("ix_sessions_account_id"), "sessions", ["account_id"])
