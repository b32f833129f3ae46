"""Places from which accounts have signed in: failures elsewhere do not make their owners wait there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sign_in_places",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("client", sa.String(80), nullable=False),
        sa.Column("at", sa.String(30), nullable=False),
        sa.PrimaryKeyConstraint("name", "client", name=op.f("pk_sign_in_places")),
    )


def downgrade() -> None:
    op.drop_table("sign_in_places")
