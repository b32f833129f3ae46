"""The rules on single values that the schema promises: lists of values, flags, counts that are not below zero."""

from __future__ import annotations

from alembic import op

from storage.migrations.checks import Check, add_checks, check_flag, check_values, drop_checks

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_REGISTER_TYPES = (
    "birth",
    "death",
    "marriage",
    "parent_child_recognition",
    "marital_status",
    "adoption",
    "guardianship",
    "change",
)
_BOOK_STATES = ("to_collect", "scanned", "read", "in_review", "approved", "exported", "accepted", "rejected")
_ENTRY_STATES = ("to_review", "confirmed", "escalated", "sent_back", "approved", "set_aside")
_OUTCOMES = ("matches", "differs", "not_found")
_CASE_STATES = ("open", "called", "book_right", "database_right", "both_kept", "entered", "no_trace")

_FLAGS = (
    check_flag("entries", "touched"),
    check_flag("accounts", "active"),
    check_flag("confirmed_readings", "correct"),
    check_flag("confirmed_readings", "flagged"),
    check_flag("confirmed_readings", "blind"),
    check_flag("office_templates", "active"),
    check_flag("reading_queue", "paused"),
    check_flag("reading_queue", "retry_failed"),
)
_CHECKS = (
    check_values("books", "register_type", *_REGISTER_TYPES),
    check_values("books", "state", *_BOOK_STATES),
    Check("books", "pages", "pages >= 0"),
    Check("books", "expected_entries", "expected_entries >= 0"),
    check_values("books", "kind", "work", "sample", "aside", "removed"),
    Check("scans", "sha256", "length(sha256) = 64"),
    Check("scans", "bytes", "bytes > 0"),
    Check("pages", "scan_index", "scan_index >= 0"),
    Check("pages", "half", "half IN (-1, 0, 1)"),
    check_values("pages", "state", "unread", "read", "failed"),
    check_values("readings", "outcome", "read", "failed"),
    Check("entries", "region", "region >= 0"),
    check_values("entries", "register_type", *_REGISTER_TYPES),
    check_values("entries", "state", *_ENTRY_STATES),
    Check("entries", "revision", "revision >= 0"),
    check_values("accounts", "role", "clerk", "supervisor", "administrator", "police", "inspector"),
    check_values("blind_samples", "kind", "blind", "seeded", "double"),
    Check("effort_events", "active_ms", "active_ms >= 0"),
    Check("effort_events", "key_presses", "key_presses >= 0"),
    check_values("exports", "state", "exported", "accepted", "rejected"),
    check_values("book_requests", "register_type", *_REGISTER_TYPES),
    check_values("book_requests", "state", "open", "granted", "refused"),
    check_values("reconciliation_results", "outcome", *_OUTCOMES),
    check_values("reconciliation_cases", "outcome", *_OUTCOMES),
    check_values("reconciliation_cases", "state", *_CASE_STATES),
    check_values("typing_tasks", "state", "typed", "accepted", "refused"),
    check_values("handovers", "kind", "handed_out", "returned"),
    check_values("acceptances", "level", "commune", "district", "province"),
    check_values("acceptance_books", "result", "accepted", "returned"),
    *_FLAGS,
)


def upgrade() -> None:
    for flag in _FLAGS:
        # any number but 0 was taken for yes
        op.execute(f"UPDATE {flag.table} SET {flag.column} = 1 WHERE NOT ({flag.condition})")
    add_checks(_CHECKS)


def downgrade() -> None:
    drop_checks(_CHECKS)
