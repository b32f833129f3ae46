"""Tables of the campaign: the tree of offices and its changes, counts on paper, annexes, packages, texts of reports."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, SmallInteger, String, Table, Text

from corrections.campaign.offices import OfficeLevel
from storage.schema_base import metadata, one_of, text_column

__all__ = ["annexes", "office_changes", "offices", "packages", "paper_counts", "report_texts"]

offices = Table(
    "offices",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String(20), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("level", String(10), nullable=False),
    Column("parent_id", Integer, ForeignKey("offices.id")),
    text_column("contact_name"),
    text_column("contact_phone"),
    text_column("contact_email"),
    text_column("area_officer"),
    Column("starts_on", String(10), nullable=False, default=""),
    Column("target_on", String(10), nullable=False, default=""),
    Column("quota", Integer),
    Column("machines", Integer),
    Column("cutoff", String(5), nullable=False, default=""),
    Column("valid_from", String(10), nullable=False, default=""),
    Column("abolished_on", String(10), nullable=False, default=""),
    Column("successor_id", Integer, ForeignKey("offices.id")),
    Column("public_key", String(64), nullable=False, default=""),
    text_column("note"),
    Column("created_at", String(30), nullable=False),
    one_of("level", OfficeLevel),
    CheckConstraint("quota >= 1", name="quota"),
    CheckConstraint("machines >= 1", name="machines"),
    Index(None, "parent_id"),
)
"""Communes, districts and the province that take part, each below the one that leads it."""

office_changes = Table(
    "office_changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("office_id", Integer, ForeignKey("offices.id"), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("on_day", String(10), nullable=False),
    text_column("document"),
    text_column("told"),
    Column("created_at", String(30), nullable=False),
    Index(None, "office_id"),
)
"""What resolutions did to units: joined, renamed, abolished, with day and document."""

paper_counts = Table(
    "paper_counts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("office_id", Integer, ForeignKey("offices.id"), index=True),
    Column("register_type", String(40), nullable=False),
    Column("year_from", Integer),
    Column("year_to", Integer),
    Column("books", Integer),
    Column("cases", Integer),
    Column("no_register", SmallInteger, nullable=False, default=0),
    Column("elsewhere", SmallInteger, nullable=False, default=0),
    text_column("words"),
    text_column("note"),
    Column("updated_at", String(30), nullable=False),
)
"""Lines of inventories on paper (`29 quyển = 4252 hồ sơ`); NULL: nobody has counted."""

annexes = Table(
    "annexes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("office_id", Integer, ForeignKey("offices.id")),
    Column("number", String(10), nullable=False),
    text_column("file_name"),
    Column("content", Text, nullable=False),
    Column("account_id", Integer),
    Column("at", String(30), nullable=False),
)
"""Printed annexes of plans as they were read."""

packages = Table(
    "packages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("office_id", Integer, ForeignKey("offices.id"), nullable=False),
    Column("period", String(10), nullable=False),
    Column("day", String(10), nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
    Column("made_at", String(30), nullable=False),
    Column("received_at", String(30), nullable=False),
    Column("late", SmallInteger, nullable=False, default=0),
    text_column("file_name"),
    Column("content", Text, nullable=False),
    Index(None, "period", "day", "office_id"),
)
"""Signed figures that units below have sent, each of them once."""

report_texts = Table(
    "report_texts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("office_id", Integer, ForeignKey("offices.id")),
    Column("period", String(10), nullable=False),
    Column("day", String(10), nullable=False),
    text_column("difficulties"),
    text_column("proposals"),
    Column("account_id", Integer),
    Column("at", String(30), nullable=False),
    Index(None, "period", "day"),
)
"""What offices write beside their figures: difficulties and proposals."""
