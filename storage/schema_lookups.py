"""Table of the tokens with which other systems look entries up."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table

from storage.schema_base import metadata

__all__ = ["lookup_tokens"]

lookup_tokens = Table(
    "lookup_tokens",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(80), nullable=False, unique=True),
    Column("office_id", Integer, ForeignKey("offices.id"), index=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("made_by", String(80), nullable=False),
    Column("made_at", String(30), nullable=False),
    Column("expires_at", String(30), nullable=False),
    Column("revoked_at", String(30), nullable=False, default=""),
    Column("used_at", String(30), nullable=False, default=""),
)
"""Systems that may look up; only a digest of each secret is kept. `name` stands as the actor in the audit log."""
