"""Accounts know whose password somebody else has set: its owner chooses another at the next signing in.

Passwords of before stand as they are: nobody can tell any more who set them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("accounts") as batch:
        batch.add_column(sa.Column("must_change", sa.SmallInteger, nullable=False, server_default="0"))
        batch.create_check_constraint(op.f("ck_accounts_must_change"), "must_change IN (0, 1)")


def downgrade() -> None:
    with op.batch_alter_table("accounts") as batch:
        batch.drop_constraint(op.f("ck_accounts_must_change"), type_="check")
        batch.drop_column("must_change")
