"""Tables of the second step of signing in."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text

from storage.schema_base import metadata

__all__ = ["recovery_codes", "second_factors"]

second_factors = Table(
    "second_factors",
    metadata,
    Column("account_id", Integer, ForeignKey("accounts.id"), primary_key=True, autoincrement=False),
    Column("locked_secret", Text, nullable=False),
    Column("on_since", String(30), nullable=False),
    Column("last_step", Integer, nullable=False),
)
"""Accounts that give a code of their telephone besides the password. The secret is locked with a key outside the
database; `last_step` is the time step of the code accepted last: neither it nor an earlier one is accepted again."""

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", Integer, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("code_hash", Text, nullable=False),
    Column("used_at", String(30), nullable=False, default=""),
)
"""Codes for a day without the telephone, each good once; argon2 digests."""
