"""Tables of the plan: targets, teams with their members, the roster, books given out, and who sits where when."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from corrections.campaign.shifts import Body
from corrections.campaign.targets import Step
from storage.schema_base import flag, metadata, one_of, text_column

__all__ = ["book_assignments", "plan_places", "plan_targets", "roster", "team_members", "teams"]

plan_targets = Table(
    "plan_targets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("office_id", Integer, ForeignKey("offices.id"), index=True),
    Column("register_type", String(40), nullable=False),
    Column("step", String(20), one_of("step", Step), nullable=False),
    Column("starts_on", String(10), nullable=False),
    Column("target_on", String(10), nullable=False),
    Column("amount", Integer, CheckConstraint("amount >= 1", name="amount")),
    text_column("note"),
    Column("account_id", Integer),
    Column("at", String(30), nullable=False),
)
"""What a unit is to have done of a register type (empty: of all) by when; NULL amount: everything."""

teams = Table(
    "teams",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("office_id", Integer, ForeignKey("offices.id"), index=True),
    Column("name", Text, nullable=False),
    text_column("note"),
    flag("active", 1),
    Column("created_at", String(30), nullable=False),
)

team_members = Table(
    "team_members",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("team_id", Integer, ForeignKey("teams.id"), nullable=False, index=True),
    Column("account_id", Integer, ForeignKey("accounts.id"), index=True),
    Column("name", Text, nullable=False),
    Column("body", String(10), one_of("body", Body), nullable=False),
    flag("leader"),
    flag("active", 1),
    text_column("note"),
)
"""People of a team; those without an account are there but enter nothing. Who has left stays, for old rosters."""

roster = Table(
    "roster",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("team_id", Integer, ForeignKey("teams.id"), nullable=False, index=True),
    Column("member_id", Integer, ForeignKey("team_members.id"), nullable=False),
    Column("on_day", String(10), nullable=False),
    Column("shift", String(11), nullable=False),
    UniqueConstraint("member_id", "on_day", "shift"),
    Index(None, "on_day", "shift"),
)
"""Who is in which shift of which day; the shift by its hours (`06:00-12:00`)."""

book_assignments = Table(
    "book_assignments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("book_id", Integer, ForeignKey("books.id"), nullable=False, index=True),
    Column("team_id", Integer, ForeignKey("teams.id")),
    Column("account_id", Integer, ForeignKey("accounts.id")),
    Column("shift", String(11), nullable=False, default=""),
    Column("by_account", Integer),
    Column("at", String(30), nullable=False),
)
"""Books given to a team, a person or the people of a shift: one of the three a line."""

plan_places = Table(
    "plan_places",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("office_id", Integer, ForeignKey("offices.id"), index=True),
    Column("team_id", Integer, ForeignKey("teams.id"), nullable=False, index=True),
    Column("place_office_id", Integer, ForeignKey("offices.id"), index=True),
    text_column("place"),
    Column("starts_on", String(10), nullable=False),
    Column("ends_on", String(10), nullable=False),
    text_column("note"),
    Column("account_id", Integer),
    Column("at", String(30), nullable=False),
)
"""Which team sits in which unit, or at which place in words, from when to when."""
