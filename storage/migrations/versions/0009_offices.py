"""Offices as a tree; books and accounts belong to one of them, and each sees only its own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _day(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(10), nullable=False)


def upgrade() -> None:
    _make_offices()
    op.create_index(op.f("ix_offices_parent_id"), "offices", ["parent_id"])
    op.create_table(
        "office_changes",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("office_id", sa.Integer, nullable=False),
        _day("kind"),
        _day("on_day"),
        _text("document"),
        _text("told"),
        sa.Column("created_at", sa.String(30), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_office_changes_office_id_offices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_changes")),
    )
    op.create_index(op.f("ix_office_changes_office_id"), "office_changes", ["office_id"])
    for table in ("books", "accounts"):
        # Added in place: rebuilding the table, as SQLite needs for anything else, would drop what points at it.
        name = f"fk_{table}_office_id_offices"
        op.execute(f"ALTER TABLE {table} ADD COLUMN office_id INTEGER CONSTRAINT {name} REFERENCES offices (id)")
        op.create_index(op.f(f"ix_{table}_office_id"), table, ["office_id"])


def _make_offices() -> None:
    op.create_table(
        "offices",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        _text("name"),
        _day("level"),
        sa.Column("parent_id", sa.Integer, nullable=True),
        *map(_text, ("contact_name", "contact_phone", "contact_email", "area_officer")),
        _day("starts_on"),
        _day("target_on"),
        sa.Column("quota", sa.Integer, nullable=True),
        sa.Column("machines", sa.Integer, nullable=True),
        sa.Column("cutoff", sa.String(5), nullable=False),
        _day("valid_from"),
        _day("abolished_on"),
        sa.Column("successor_id", sa.Integer, nullable=True),
        sa.Column("public_key", sa.String(64), nullable=False),
        _text("note"),
        sa.Column("created_at", sa.String(30), nullable=False),
        sa.CheckConstraint("level IN ('commune', 'district', 'province')", name=op.f("ck_offices_level")),
        sa.CheckConstraint("quota >= 1", name=op.f("ck_offices_quota")),
        sa.CheckConstraint("machines >= 1", name=op.f("ck_offices_machines")),
        sa.ForeignKeyConstraint(["parent_id"], ["offices.id"], name=op.f("fk_offices_parent_id_offices")),
        sa.ForeignKeyConstraint(["successor_id"], ["offices.id"], name=op.f("fk_offices_successor_id_offices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offices")),
        sa.UniqueConstraint("code", name=op.f("uq_offices_code")),
    )


def downgrade() -> None:
    for table in ("accounts", "books"):
        op.drop_index(op.f(f"ix_{table}_office_id"), table_name=table)
        with op.batch_alter_table(table) as batch:
            batch.drop_column("office_id")
    op.drop_table("office_changes")
    op.drop_table("offices")
