"""Tables of the work with other programs and bodies: reconciliation and its cases, typing elsewhere, printed forms."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from corrections.cases import CaseState
from corrections.reconciliation import MatchOutcome
from storage.schema_base import metadata, one_of, text_column
from storage.states import TypingState

__all__ = [
    "document_templates",
    "reconciliation_cases",
    "reconciliation_profiles",
    "reconciliation_results",
    "reconciliation_runs",
    "typing_tasks",
]

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
    Column("left_out", Integer),
)
"""`left_out`: unfinished entries of the books compared, NULL for runs of before that was counted."""

reconciliation_results = Table(
    "reconciliation_results",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", Integer, ForeignKey("reconciliation_runs.id"), nullable=False),
    Column("entry_id", Integer, ForeignKey("entries.id"), nullable=False),
    Column("outcome", String(20), one_of("outcome", MatchOutcome), nullable=False),
    text_column("role"),
    text_column("person", "{}"),
    text_column("differences", "[]"),
    Index(None, "run_id", "outcome"),
)

reconciliation_cases = Table(
    "reconciliation_cases",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("entry_id", Integer, ForeignKey("entries.id"), nullable=False),
    Column("role", String(40), nullable=False),
    Column("result_id", Integer, ForeignKey("reconciliation_results.id"), nullable=False),
    Column("outcome", String(20), one_of("outcome", MatchOutcome), nullable=False),
    Column("state", String(20), one_of("state", CaseState), nullable=False),
    Column("owner", Integer, ForeignKey("accounts.id")),
    text_column("due_on"),
    text_column("result"),
    text_column("note"),
    text_column("decided_on"),
    Column("decided_by", Integer),
    text_column("decided_over"),
    text_column("entry_done"),
    text_column("choice"),
    Column("updated_at", String(30), nullable=False),
    UniqueConstraint("entry_id", "role"),
    Index(None, "state", "due_on"),
    Index(None, "result_id"),
)
"""One person of an entry that was not found as the book has it; lives on from run to run. `result_id` is the newest
outcome, `decided_over` the differences a decision was taken over, `entry_done` what became of the entry after it,
`choice` which of several persons of the extract is the one, as somebody chose (JSON)."""

typing_tasks = Table(
    "typing_tasks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("program", String(40), nullable=False),
    Column("entry_id", Integer, ForeignKey("entries.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("typed_by", Integer, ForeignKey("accounts.id"), nullable=False),
    Column("typed_at", String(30), nullable=False),
    Column("state", String(20), one_of("state", TypingState), nullable=False),
    text_column("answer"),
    UniqueConstraint("program", "entry_id"),
    Index(None, "typed_by", "typed_at"),
)
"""Entries that somebody has typed into another program, with what that program said; `revision`: of the entry then."""

document_templates = Table(
    "document_templates",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("office_id", Integer, ForeignKey("offices.id")),
    Column("kind", String(40), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("saved_by", String(80), nullable=False),
    Column("saved_at", String(30), nullable=False),
    UniqueConstraint("kind", "office_id"),
)
"""Word files of a unit for printed documents, one a kind, for itself and those below; NULL: for whoever has none."""
