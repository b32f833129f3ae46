"""Nothing of the shape changes: an upgrade seals everything anew, and with this one also what decides later values.

Judged readings, learned corrections, frequent values, hands of books, evidence, effort and the reading queue.
"""

from __future__ import annotations

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The seals are made when the database is opened (`storage.trail`)."""


def downgrade() -> None:
    """Seals of tables that an older program does not know do no harm."""
