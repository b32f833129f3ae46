"""First schema: books to audit events, the search index, and triggers that keep immutable tables immutable."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Nothing in these tables is ever edited: what the machine read, and who did what.
IMMUTABLE = ("audit_events", "readings")


def upgrade() -> None:
    _create_tables()
    if op.get_bind().dialect.name == "sqlite":
        _finish_sqlite()
    else:
        _finish_postgresql()


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name != "sqlite"
    for table in IMMUTABLE:
        op.execute(f"DROP TRIGGER {table}_immutable" + (f" ON {table}" if postgresql else ""))
        if not postgresql:
            op.execute(f"DROP TRIGGER {table}_kept")
    _drop_tables()
    if postgresql:
        op.execute("DROP FUNCTION refuse_change()")


def _finish_sqlite() -> None:
    for table in IMMUTABLE:
        for name, action in (("immutable", "UPDATE"), ("kept", "DELETE")):
            op.execute(
                f"CREATE TRIGGER {table}_{name} BEFORE {action} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _finish_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in IMMUTABLE:
        op.execute(
            f"CREATE TRIGGER {table}_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _create_tables() -> None:
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


def _drop_tables() -> None:
    op.drop_table("save_receipts")
    op.drop_table("reconciliation_results")
    op.drop_table("entry_words")
    op.drop_table("entry_versions")
    op.drop_table("effort_events")
    op.drop_table("confirmed_readings")
    op.drop_table("blind_samples")
    op.drop_table("readings")
    op.drop_table("entries")
    op.drop_table("sessions")
    op.drop_table("pages")
    op.drop_table("exports")
    op.drop_table("value_memory")
    op.drop_table("unit_totals")
    op.drop_table("sign_in_attempts")
    op.drop_table("settings")
    op.drop_table("scans")
    op.drop_table("reconciliation_runs")
    op.drop_table("reconciliation_profiles")
    op.drop_table("office_templates")
    op.drop_table("learned_corrections")
    op.drop_table("books")
    op.drop_table("audit_events")
    op.drop_table("accounts")
