"""Tables of the hand-over: where paper books are, and who accepted which delivery."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from corrections.acceptance import AcceptanceLevel
from storage.schema_base import metadata, one_of, text_column
from storage.states import HandoverKind, VerdictResult

__all__ = ["acceptance_books", "acceptance_returns", "acceptances", "handover_books", "handovers"]

handovers = Table(
    "handovers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(20), one_of("kind", HandoverKind), nullable=False),
    Column("on_day", String(10), nullable=False),
    text_column("giver"),
    text_column("giver_body"),
    text_column("receiver"),
    text_column("receiver_body"),
    text_column("place"),
    text_column("due_on"),
    text_column("note"),
    Column("account_id", Integer),
    Column("created_at", String(30), nullable=False),
)
"""Minutes of paper books handed out or returned."""

handover_books = Table(
    "handover_books",
    metadata,
    Column("handover_id", Integer, ForeignKey("handovers.id"), primary_key=True),
    Column("book_id", Integer, ForeignKey("books.id"), primary_key=True),
    text_column("condition"),
    Index(None, "book_id", "handover_id"),
)

acceptances = Table(
    "acceptances",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("level", String(20), one_of("level", AcceptanceLevel), nullable=False),
    Column("round", Integer, nullable=False),
    Column("on_day", String(10), nullable=False),
    text_column("place"),
    text_column("members"),
    text_column("contractor"),
    text_column("note"),
    Column("account_id", Integer),
    Column("created_at", String(30), nullable=False),
)
"""Minutes of acceptance; `round` counts how often a book of them came before this level."""

acceptance_books = Table(
    "acceptance_books",
    metadata,
    Column("acceptance_id", Integer, ForeignKey("acceptances.id"), primary_key=True),
    Column("book_id", Integer, ForeignKey("books.id"), primary_key=True),
    Column("result", String(20), one_of("result", VerdictResult), nullable=False),
    Column("export_id", Integer, ForeignKey("exports.id")),
    text_column("delivery"),
    text_column("reason"),
    Index(None, "book_id", "acceptance_id"),
)
"""What became of each book of the minutes; `delivery`: digests of its workbook and .zip."""

acceptance_returns = Table(
    "acceptance_returns",
    metadata,
    Column("acceptance_id", Integer, ForeignKey("acceptances.id"), primary_key=True),
    Column("entry_id", Integer, ForeignKey("entries.id"), primary_key=True),
    Column("reason", Text, nullable=False),
)
"""Entries that were sent back with the minutes."""
