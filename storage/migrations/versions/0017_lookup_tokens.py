"""Tokens with which other systems look entries up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lookup_tokens",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("office_id", sa.Integer, nullable=True),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("made_by", sa.String(80), nullable=False),
        sa.Column("made_at", sa.String(30), nullable=False),
        sa.Column("expires_at", sa.String(30), nullable=False),
        sa.Column("revoked_at", sa.String(30), nullable=False),
        sa.Column("used_at", sa.String(30), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_lookup_tokens_office_id_offices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lookup_tokens")),
        sa.UniqueConstraint("name", name=op.f("uq_lookup_tokens_name")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_lookup_tokens_token_hash")),
    )
    op.create_index(op.f("ix_lookup_tokens_office_id"), "lookup_tokens", ["office_id"])


def downgrade() -> None:
    op.drop_table("lookup_tokens")
