"""Tables of the durable record.

Moments are UTC text (`storage.clock`), structured values JSON text: both databases then store, sort and hash the same
bytes. Enumerations are held by CHECK constraints. Triggers that refuse changes of immutable tables and the search index
belong to the migrations, because every database writes them differently. Here stand the tables of the work itself;
those of what an office learns and hands over are in `schema_office`, and are handed on from here.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from corrections.entries import BookKind, BookState, EntryState, Role
from layouts.register_types import RegisterType
from storage.schema_base import flag, metadata, one_of, text_column
from storage.schema_campaign import annexes, office_changes, offices, packages, paper_counts, report_texts
from storage.schema_custody import acceptance_books, acceptance_returns, acceptances, handover_books, handovers
from storage.schema_lookups import lookup_tokens
from storage.schema_office import (
    blind_samples,
    book_requests,
    confirmed_readings,
    effort_events,
    exports,
    learned_corrections,
    office_templates,
    reading_queue,
    unit_totals,
    value_memory,
)
from storage.schema_plan import book_assignments, plan_places, plan_targets, roster, team_members, teams
from storage.schema_reconciliation import (
    document_templates,
    reconciliation_cases,
    reconciliation_profiles,
    reconciliation_results,
    reconciliation_runs,
    typing_tasks,
)
from storage.schema_sign_in import recovery_codes, second_factors
from storage.states import PageState, ReadingOutcome

__all__ = [
    "NO_HALF",
    "acceptance_books",
    "acceptance_returns",
    "acceptances",
    "accounts",
    "annexes",
    "audit_events",
    "blind_samples",
    "book_assignments",
    "book_requests",
    "books",
    "confirmed_readings",
    "document_templates",
    "effort_events",
    "entries",
    "entry_showings",
    "entry_versions",
    "entry_words",
    "exports",
    "handover_books",
    "handovers",
    "learned_corrections",
    "lookup_tokens",
    "metadata",
    "office_changes",
    "office_templates",
    "offices",
    "packages",
    "pages",
    "paper_counts",
    "plan_places",
    "plan_targets",
    "reading_queue",
    "readings",
    "reconciliation_cases",
    "reconciliation_profiles",
    "reconciliation_results",
    "reconciliation_runs",
    "recovery_codes",
    "report_texts",
    "roster",
    "save_receipts",
    "scans",
    "second_factors",
    "sessions",
    "settings",
    "sign_in_attempts",
    "sign_in_places",
    "team_members",
    "teams",
    "trail_changes",
    "trail_seals",
    "trail_totals",
    "typing_tasks",
    "unit_totals",
    "value_memory",
]

NO_HALF = -1
"""Stored half of a page that is not half of a double-page scan: a NULL would escape the unique constraint."""

books = Table(
    "books",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("register_type", String(40), one_of("register_type", RegisterType), nullable=False),
    Column("volume_number", String(40), nullable=False),
    Column("office", Text, nullable=False),
    Column("state", String(20), one_of("state", BookState), nullable=False),
    Column("priority", Integer, nullable=False, default=0),
    Column("pages", Integer, CheckConstraint("pages >= 0", name="pages")),
    Column("expected_entries", Integer, CheckConstraint("expected_entries >= 0", name="expected_entries")),
    text_column("opened_on"),
    text_column("closed_on"),
    text_column("signer"),
    text_column("signer_title"),
    text_column("remarks"),
    text_column("settings", "{}"),
    Column(
        "kind", String(10), one_of("kind", BookKind), nullable=False, default=BookKind.WORK.value, server_default="work"
    ),
    Column("created_at", String(30), nullable=False),
    Column("office_id", Integer, ForeignKey("offices.id"), index=True),
    UniqueConstraint("register_type", "volume_number", "office"),
    Index(None, "state", "priority"),
    Index(None, "priority", "id"),
)

scans = Table(
    "scans",
    metadata,
    Column("sha256", String(64), CheckConstraint("length(sha256) = 64", name="sha256"), primary_key=True),
    Column("file_name", Text, nullable=False),
    Column("bytes", Integer, CheckConstraint("bytes > 0", name="bytes"), nullable=False),
    Column("suffix", String(10), nullable=False),
    Column("added_at", String(30), nullable=False),
)

pages = Table(
    "pages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("book_id", Integer, ForeignKey("books.id"), nullable=False),
    Column("scan_sha256", String(64), ForeignKey("scans.sha256")),
    Column("scan_index", Integer, CheckConstraint("scan_index >= 0", name="scan_index"), nullable=False),
    Column("half", SmallInteger, CheckConstraint("half IN (-1, 0, 1)", name="half"), nullable=False, default=NO_HALF),
    Column("position", Integer, nullable=False),
    Column("state", String(10), one_of("state", PageState), nullable=False, default=PageState.UNREAD),
    text_column("kind"),
    text_column("layout"),
    text_column("forced_form"),
    text_column("failure_code"),
    text_column("failure_message"),
    text_column("explained"),
    Column("reading_id", Integer),
    UniqueConstraint("scan_sha256", "scan_index", "half"),
    Index(None, "book_id", "position"),
    Index(None, "state", "book_id"),
)
"""A page without a scan (NULL) is one of the paper book only: a case entered by hand stands on it."""

readings = Table(
    "readings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("page_id", Integer, ForeignKey("pages.id"), nullable=False),
    Column("scan_sha256", String(64), nullable=False),
    Column("layouts_version", String(80), nullable=False),
    Column("recogniser_version", String(200), nullable=False),
    Column("outcome", String(10), one_of("outcome", ReadingOutcome), nullable=False),
    Column("created_at", String(30), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Index(None, "page_id", "layouts_version", "recogniser_version"),
)

entries = Table(
    "entries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("book_id", Integer, ForeignKey("books.id"), nullable=False),
    Column("page_id", Integer, ForeignKey("pages.id"), nullable=False),
    Column("region", Integer, CheckConstraint("region >= 0", name="region"), nullable=False),
    Column("register_type", String(40), one_of("register_type", RegisterType), nullable=False),
    Column("state", String(20), one_of("state", EntryState), nullable=False),
    Column("revision", Integer, CheckConstraint("revision >= 0", name="revision"), nullable=False, default=0),
    Column("fields", Text, nullable=False),
    text_column("findings", "[]"),
    text_column("layout"),
    Column("slot", String(20), nullable=False, default="entries"),
    text_column("escalation_reason"),
    Column("priority", Float, nullable=False, default=0.0),
    text_column("box"),
    text_column("more_pages", "[]"),
    Column("reading_id", Integer),
    Column("touched", SmallInteger, CheckConstraint("touched IN (0, 1)", name="touched"), nullable=False, default=0),
    Column("confirmed_by", Integer, ForeignKey("accounts.id")),
    Column("confirmed_at", String(30)),
    text_column("confirmed_team"),
    text_column("confirmed_shift"),
    Column("approved_by", Integer, ForeignKey("accounts.id")),
    Column("approved_at", String(30)),
    Column("lease_account", Integer, ForeignKey("accounts.id")),
    Column("lease_until", String(30)),
    UniqueConstraint("page_id", "region"),
    Index(None, "book_id", "state"),
    Index(None, "book_id", "approved_at"),
    Index(None, "state", "priority", "id"),
    Index(None, "lease_account"),
    Index(None, "confirmed_at", "book_id", "state"),
)

entry_evidence = Table(
    "entry_evidence",
    metadata,
    Column("entry_id", Integer, ForeignKey("entries.id"), primary_key=True, autoincrement=False),
    Column("reading_id", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
"""What else the ink of an entry may say, compressed: the first reading and its likeliest others by column."""

book_hands = Table(
    "book_hands",
    metadata,
    Column("book_id", Integer, ForeignKey("books.id"), primary_key=True, autoincrement=False),
    Column("model", String(80), nullable=False),
    Column("lines", Integer, nullable=False),
    Column("errors_before", Float, nullable=False),
    Column("errors_after", Float, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("made_at", String(30), nullable=False),
)
"""What the recogniser has learned of the hands of a book; empty content: learning brought nothing."""

entry_words = Table(
    "entry_words",
    metadata,
    Column("word", String(200).with_variant(String(200, collation="C"), "postgresql"), primary_key=True),
    Column("entry_id", Integer, ForeignKey("entries.id"), primary_key=True),
    sqlite_with_rowid=False,
)
"""Search index: every tail of every name without tone marks (`van an` of `nguyen van an`), so that any run of words,
or its beginning, is one range of the primary key on both databases."""

audit_events = Table(
    "audit_events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", String(30), nullable=False),
    Column("actor", String(80), nullable=False),
    Column("action", String(40), nullable=False),
    Column("entry_id", Integer),
    Column("book_id", Integer),
    text_column("column_name"),
    text_column("source"),
    text_column("old"),
    text_column("new"),
    text_column("reason"),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index(None, "entry_id"),
    Index(None, "book_id"),
    Index(None, "at"),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(80), nullable=False, unique=True),
    text_column("full_name"),
    Column("password_hash", Text, nullable=False),
    Column("role", String(20), one_of("role", Role), nullable=False),
    text_column("team"),
    text_column("shift"),
    flag("active", 1),
    Column("created_at", String(30), nullable=False),
    Column("office_id", Integer, ForeignKey("offices.id"), index=True),
    flag("must_change"),
)

sign_in_attempts = Table(
    "sign_in_attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(80), nullable=False),
    text_column("client"),
    Column("at", String(30), nullable=False),
    Index(None, "name", "at"),
    Index(None, "client", "at"),
)

sign_in_places = Table(
    "sign_in_places",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("client", String(80), primary_key=True),
    Column("at", String(30), nullable=False),
)
"""Where an account has signed in from: a stranger's guesses elsewhere do not slow it down there."""

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("account_id", Integer, ForeignKey("accounts.id"), nullable=False),
    Column("created_at", String(30), nullable=False),
    Column("expires_at", String(30), nullable=False),
    Index(None, "account_id"),
)

settings = Table(
    "settings",
    metadata,
    Column("key", String(120), primary_key=True),
    Column("value", Text, nullable=False),
    Column("updated_at", String(30), nullable=False),
)

save_receipts = Table(
    "save_receipts",
    metadata,
    Column("token", String(80), primary_key=True),
    Column("entry_id", Integer, ForeignKey("entries.id")),
    Column("account_id", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created_at", String(30), nullable=False),
    Column("result", Text, nullable=False),
)

entry_showings = Table(
    "entry_showings",
    metadata,
    Column("account_id", Integer, ForeignKey("accounts.id"), primary_key=True),
    Column("screen", String(40), primary_key=True),
    Column("turn", Integer, nullable=False),
    Column("entry_id", Integer, ForeignKey("entries.id"), nullable=False),
    Column("shown_at", String(30), nullable=False, index=True),
)

entry_versions = Table(
    "entry_versions",
    metadata,
    Column("entry_id", Integer, ForeignKey("entries.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("state", String(20), nullable=False),
    Column("fields", Text, nullable=False),
    text_column("escalation_reason"),
    Column("account_id", Integer),
    Column("saved_at", String(30), nullable=False),
)
"""What stood before each save: undo, and reading beside clerk's beside final values."""

trail_changes = Table(
    "trail_changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("table_name", String(40), nullable=False),
    Column("row_key", Text, nullable=False),
    Column("stood", Text),
)
"""Rows that the transaction under way has changed, noted by triggers; empty between transactions."""

trail_seals = Table(
    "trail_seals",
    metadata,
    Column("table_name", String(40), primary_key=True),
    Column("row_key", String(500), primary_key=True),
    Column("seal", String(64), nullable=False),
    sqlite_with_rowid=False,
)
"""Seal of each row that says who decided what (`storage.trail`)."""

trail_totals = Table(
    "trail_totals",
    metadata,
    Column("table_name", String(40), primary_key=True),
    Column("sealed_rows", Integer, nullable=False),
    Column("seal_sum", String(64), nullable=False),
)
