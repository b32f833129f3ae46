"""Tables of what an office learns, takes in and hands over: memory, samples, effort, exports, forms, totals, queues."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from layouts.register_types import RegisterType
from storage.schema_base import flag, metadata, one_of, text_column
from storage.states import ExportState, RequestState, SampleKind

__all__ = [
    "blind_samples",
    "book_requests",
    "confirmed_readings",
    "effort_events",
    "exports",
    "learned_corrections",
    "office_templates",
    "reading_queue",
    "unit_totals",
    "value_memory",
]

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
    flag("correct"),
    flag("flagged"),
    flag("blind"),
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
    Column("kind", String(10), one_of("kind", SampleKind), nullable=False),
    Column("first_account", Integer),
    text_column("first_value"),
    text_column("machine_value"),
    text_column("seeded_value"),
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
    text_column("column_name"),
    Column("active_ms", Integer, CheckConstraint("active_ms >= 0", name="active_ms"), nullable=False),
    Column("key_presses", Integer, CheckConstraint("key_presses >= 0", name="key_presses"), nullable=False),
    Column("corrections", Integer, nullable=False, default=0),
    Column("blank_presses", Integer, nullable=False, default=0),
    text_column("team"),
    text_column("shift"),
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
    text_column("workbook_sha256"),
    text_column("zip_sha256"),
    text_column("manifest", "{}"),
    Column("state", String(20), one_of("state", ExportState), nullable=False),
    text_column("note"),
    text_column("rejections", "[]"),
    Index(None, "book_id", "at"),
)

office_templates = Table(
    "office_templates",
    metadata,
    Column("form", String(80), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("yaml", Text, nullable=False),
    flag("active", 1),
    Column("created_by", String(80), nullable=False),
    Column("created_at", String(30), nullable=False),
)

reading_queue = Table(
    "reading_queue",
    metadata,
    Column("book_id", Integer, ForeignKey("books.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("place", Integer, nullable=False),
    flag("paused"),
    flag("retry_failed"),
    Column("asked_by", String(80), nullable=False),
    Column("asked_at", String(30), nullable=False),
)
"""Books that wait for reading; the smallest place is read first. A book leaves when nothing of it is unread."""

unit_totals = Table(
    "unit_totals",
    metadata,
    Column("unit", String(200), primary_key=True),
    Column("register_type", String(40), primary_key=True),
    text_column("parent_unit"),
    Column("books", Integer),
    Column("cases", Integer),
    Column("machines", Integer),
)
"""Counted totals of a unit from its plan; NULL: nobody has counted."""

book_requests = Table(
    "book_requests",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", Integer, ForeignKey("accounts.id"), nullable=False),
    Column("register_type", String(40), one_of("register_type", RegisterType), nullable=False),
    Column("volume_number", String(40), nullable=False),
    Column("office", Text, nullable=False),
    text_column("note"),
    Column("state", String(10), one_of("state", RequestState), nullable=False, default=RequestState.OPEN),
    Column("asked_at", String(30), nullable=False),
    Column("answered_by", Integer, ForeignKey("accounts.id")),
    Column("answered_at", String(30)),
    text_column("answer"),
    Column("book_id", Integer, ForeignKey("books.id")),
    Index(None, "state", "id"),
)
"""Books that clerks ask for; granting one makes the book."""
