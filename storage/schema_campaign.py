"""Tables of the campaign: the tree of offices and its changes."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text

from corrections.campaign.offices import OfficeLevel
from storage.schema_base import metadata, one_of, text_column

__all__ = ["office_changes", "offices"]

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
