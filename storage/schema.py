"""Tables of the durable record.

Moments are UTC text (`storage.clock`), structured values JSON text: both databases then store, sort and hash the same
bytes. Enumerations are held by CHECK constraints. Triggers that refuse changes of immutable tables and the search index
belong to the migrations, because every database writes them differently.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from sqlalchemy import (
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from corrections.entries import BookState, EntryState, Role
from layouts.register_types import RegisterType

__all__ = ["NO_HALF", "metadata"]

NO_HALF = -1
"""Stored half of a page that is not half of a double-page scan: a NULL would escape the unique constraint."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _one_of(column: str, values: Iterable[str] | type[Enum]) -> CheckConstraint:
    texts = [m.value for m in values] if isinstance(values, type) else list(values)
    quoted = ", ".join(f"'{text}'" for text in texts)
    return CheckConstraint(f"{column} IN ({quoted})", name=column)


def _flag(name: str, default: int = 0) -> Column[int]:
    return Column(name, SmallInteger, CheckConstraint(f"{name} IN (0, 1)", name=name), nullable=False, default=default)


def _text(name: str, default: str = "") -> Column[str]:
    return Column(name, Text, nullable=False, default=default)


books = Table(
    "books",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("register_type", String(40), _one_of("register_type", RegisterType), nullable=False),
    Column("volume_number", String(40), nullable=False),
    Column("office", Text, nullable=False),
    Column("state", String(20), _one_of("state", BookState), nullable=False),
    Column("priority", Integer, nullable=False, default=0),
    Column("pages", Integer, CheckConstraint("pages >= 0", name="pages")),
    Column("expected_entries", Integer, CheckConstraint("expected_entries >= 0", name="expected_entries")),
    _text("opened_on"),
    _text("closed_on"),
    _text("signer"),
    _text("signer_title"),
    _text("remarks"),
    _text("settings", "{}"),
    Column("created_at", String(30), nullable=False),
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
    Column("scan_sha256", String(64), ForeignKey("scans.sha256"), nullable=False),
    Column("scan_index", Integer, CheckConstraint("scan_index >= 0", name="scan_index"), nullable=False),
    Column("half", SmallInteger, CheckConstraint("half IN (-1, 0, 1)", name="half"), nullable=False, default=NO_HALF),
    Column("position", Integer, nullable=False),
    Column("state", String(10), _one_of("state", ("unread", "read", "failed")), nullable=False, default="unread"),
    _text("kind"),
    _text("layout"),
    _text("forced_form"),
    _text("failure_code"),
    _text("failure_message"),
    _text("explained"),
    Column("reading_id", Integer),
    UniqueConstraint("scan_sha256", "scan_index", "half"),
    Index(None, "book_id", "position"),
    Index(None, "state", "book_id"),
)

readings = Table(
    "readings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("page_id", Integer, ForeignKey("pages.id"), nullable=False),
    Column("scan_sha256", String(64), nullable=False),
    Column("layouts_version", String(80), nullable=False),
    Column("recogniser_version", String(200), nullable=False),
    Column("outcome", String(10), _one_of("outcome", ("read", "failed")), nullable=False),
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
    Column("register_type", String(40), _one_of("register_type", RegisterType), nullable=False),
    Column("state", String(20), _one_of("state", EntryState), nullable=False),
    Column("revision", Integer, CheckConstraint("revision >= 0", name="revision"), nullable=False, default=0),
    Column("fields", Text, nullable=False),
    _text("findings", "[]"),
    _text("layout"),
    Column("slot", String(20), nullable=False, default="entries"),
    _text("escalation_reason"),
    Column("priority", Float, nullable=False, default=0.0),
    _text("box"),
    _text("more_pages", "[]"),
    Column("reading_id", Integer),
    Column("touched", SmallInteger, CheckConstraint("touched IN (0, 1)", name="touched"), nullable=False, default=0),
    Column("confirmed_by", Integer, ForeignKey("accounts.id")),
    Column("confirmed_at", String(30)),
    _text("confirmed_team"),
    _text("confirmed_shift"),
    Column("approved_by", Integer, ForeignKey("accounts.id")),
    Column("approved_at", String(30)),
    Column("lease_account", Integer, ForeignKey("accounts.id")),
    Column("lease_until", String(30)),
    UniqueConstraint("page_id", "region"),
    Index(None, "book_id", "state"),
    Index(None, "state", "priority", "id"),
    Index(None, "lease_account"),
    Index(None, "confirmed_at", "book_id"),
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
    _text("column_name"),
    _text("source"),
    _text("old"),
    _text("new"),
    _text("reason"),
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
    _text("full_name"),
    Column("password_hash", Text, nullable=False),
    Column("role", String(20), _one_of("role", Role), nullable=False),
    _text("team"),
    _text("shift"),
    _flag("active", 1),
    Column("created_at", String(30), nullable=False),
)

sign_in_attempts = Table(
    "sign_in_attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(80), nullable=False),
    _text("client"),
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
    _text("escalation_reason"),
    Column("account_id", Integer),
    Column("saved_at", String(30), nullable=False),
)
"""What stood before each save: undo, and reading beside clerk's beside final values."""

value_memory = Table(
    "value_memory",
    metadata,
    Column("book_id", Integer, primary_key=True),
    Column("column_name", String(80), primary_key=True),
    Column("text", String(400), primary_key=True),
    Column("count", Integer, nullable=False, default=0),
    Column("last_at", String(30), nullable=False),
    Index(None, "book_id", "column_name", "count"),
)
"""Confirmed values of a book (`book_id` 0: of the whole office)."""

learned_corrections = Table(
    "learned_corrections",
    metadata,
    Column("kind", String(40), primary_key=True),
    Column("misreading", String(400), primary_key=True),
    Column("correction", String(400), primary_key=True),
    Column("count", Integer, nullable=False, default=0),
    Column("last_at", String(30), nullable=False),
)

confirmed_readings = Table(
    "confirmed_readings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("entry_id", Integer, ForeignKey("entries.id"), nullable=False),
    Column("column_name", String(80), nullable=False),
    Column("register_type", String(40), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("script", String(20), nullable=False),
    Column("confidence", Float, nullable=False),
    _flag("correct"),
    _flag("flagged"),
    _flag("blind"),
    Column("account_id", Integer),
    Column("at", String(30), nullable=False),
    UniqueConstraint("entry_id", "column_name"),
    Index(None, "register_type", "kind", "confidence"),
)
"""Machine values that a person has judged: what thresholds are chosen from."""

blind_samples = Table(
    "blind_samples",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("entry_id", Integer, ForeignKey("entries.id"), nullable=False),
    Column("column_name", String(80), nullable=False),
    Column("kind", String(10), _one_of("kind", ("blind", "seeded", "double")), nullable=False),
    Column("first_account", Integer),
    _text("first_value"),
    _text("machine_value"),
    _text("seeded_value"),
    Column("answer_account", Integer),
    Column("answer", Text),
    Column("answered_at", String(30)),
    Column("agrees", SmallInteger),
    Column("resolved_by", Integer),
    Column("resolved_value", Text),
    Column("created_at", String(30), nullable=False),
    UniqueConstraint("entry_id", "column_name", "kind"),
    Index(None, "answered_at", "kind"),
)
"""Fields to be keyed again without seeing the first value: random samples, seeded errors, double entry."""

effort_events = Table(
    "effort_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", Integer, nullable=False),
    Column("entry_id", Integer, ForeignKey("entries.id"), nullable=False),
    Column("book_id", Integer, nullable=False),
    _text("column_name"),
    Column("active_ms", Integer, CheckConstraint("active_ms >= 0", name="active_ms"), nullable=False),
    Column("key_presses", Integer, CheckConstraint("key_presses >= 0", name="key_presses"), nullable=False),
    Column("corrections", Integer, nullable=False, default=0),
    Column("blank_presses", Integer, nullable=False, default=0),
    _text("team"),
    _text("shift"),
    Column("at", String(30), nullable=False),
    Index(None, "book_id", "at"),
    Index(None, "account_id", "at"),
)

exports = Table(
    "exports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("book_id", Integer, ForeignKey("books.id"), nullable=False),
    Column("at", String(30), nullable=False),
    Column("account_id", Integer),
    Column("folder", Text, nullable=False),
    Column("entries", Integer, nullable=False),
    _text("workbook_sha256"),
    _text("zip_sha256"),
    _text("manifest", "{}"),
    Column("state", String(20), _one_of("state", ("exported", "accepted", "rejected")), nullable=False),
    _text("note"),
    _text("rejections", "[]"),
    Index(None, "book_id", "at"),
)

office_templates = Table(
    "office_templates",
    metadata,
    Column("form", String(80), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("yaml", Text, nullable=False),
    _flag("active", 1),
    Column("created_by", String(80), nullable=False),
    Column("created_at", String(30), nullable=False),
)

reconciliation_profiles = Table(
    "reconciliation_profiles",
    metadata,
    Column("name", String(120), primary_key=True),
    Column("mapping", Text, nullable=False),
    Column("updated_at", String(30), nullable=False),
)

reconciliation_runs = Table(
    "reconciliation_runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String(30), nullable=False),
    Column("account_id", Integer),
    Column("source_name", Text, nullable=False),
    Column("profile", Text, nullable=False),
)

reconciliation_results = Table(
    "reconciliation_results",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", Integer, ForeignKey("reconciliation_runs.id"), nullable=False),
    Column("entry_id", Integer, ForeignKey("entries.id"), nullable=False),
    Column("outcome", String(20), _one_of("outcome", ("matches", "differs", "not_found")), nullable=False),
    _text("role"),
    _text("person", "{}"),
    _text("differences", "[]"),
    Column("follow_up", String(20), nullable=False, default="open"),
    _text("note"),
    Index(None, "run_id", "outcome"),
)

unit_totals = Table(
    "unit_totals",
    metadata,
    Column("unit", String(200), primary_key=True),
    Column("register_type", String(40), primary_key=True),
    _text("parent_unit"),
    Column("books", Integer),
    Column("cases", Integer),
    Column("machines", Integer),
)
"""Counted totals of a unit from its plan; NULL: nobody has counted."""

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
