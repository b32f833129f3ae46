"""First schema: books to audit events, the search index, and triggers that keep immutable tables immutable."""

from __future__ import annotations

from alembic import op

from storage.migrations.first_book_tables import create_book_tables
from storage.migrations.first_entry_tables import create_entry_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Nothing in these tables is ever edited: what the machine read, and who did what.
IMMUTABLE = ("audit_events", "readings")


def upgrade() -> None:
    create_book_tables()
    create_entry_tables()
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
