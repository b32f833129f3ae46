"""Cases of reconciliation that live on from run to run; typing elsewhere; offices' own forms."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reconciliation_cases",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("entry_id", sa.Integer, nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("result_id", sa.Integer, nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("owner", sa.Integer, nullable=True),
        sa.Column("due_on", sa.Text, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("decided_on", sa.Text, nullable=False),
        sa.Column("decided_by", sa.Integer, nullable=True),
        sa.Column("decided_over", sa.Text, nullable=False),
        sa.Column("entry_done", sa.Text, nullable=False),
        sa.Column("updated_at", sa.String(30), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_reconciliation_cases_entry_id_entries")),
        sa.ForeignKeyConstraint(
            ["result_id"],
            ["reconciliation_results.id"],
            name=op.f("fk_reconciliation_cases_result_id_reconciliation_results"),
        ),
        sa.ForeignKeyConstraint(["owner"], ["accounts.id"], name=op.f("fk_reconciliation_cases_owner_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation_cases")),
        sa.UniqueConstraint("entry_id", "role", name=op.f("uq_reconciliation_cases_entry_id_role")),
    )
    op.create_index(op.f("ix_reconciliation_cases_state_due_on"), "reconciliation_cases", ["state", "due_on"])
    op.create_index(op.f("ix_reconciliation_cases_result_id"), "reconciliation_cases", ["result_id"])
    _carry_over()
    for name in ("follow_up", "note"):
        op.drop_column("reconciliation_results", name)
    op.create_table(
        "typing_tasks",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("program", sa.String(40), nullable=False),
        sa.Column("entry_id", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("typed_by", sa.Integer, nullable=False),
        sa.Column("typed_at", sa.String(30), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_typing_tasks_entry_id_entries")),
        sa.ForeignKeyConstraint(["typed_by"], ["accounts.id"], name=op.f("fk_typing_tasks_typed_by_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_typing_tasks")),
        sa.UniqueConstraint("program", "entry_id", name=op.f("uq_typing_tasks_program_entry_id")),
    )
    op.create_index(op.f("ix_typing_tasks_typed_by_typed_at"), "typing_tasks", ["typed_by", "typed_at"])
    op.create_table(
        "document_templates",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("saved_by", sa.String(80), nullable=False),
        sa.Column("saved_at", sa.String(30), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_document_templates")),
    )


def downgrade() -> None:
    op.drop_table("document_templates")
    op.drop_table("typing_tasks")
    op.add_column(
        "reconciliation_results", sa.Column("follow_up", sa.String(20), nullable=False, server_default="open")
    )
    op.add_column("reconciliation_results", sa.Column("note", sa.Text, nullable=False, server_default=""))
    op.execute(
        "UPDATE reconciliation_results SET follow_up = (SELECT state FROM reconciliation_cases AS c "
        "WHERE c.result_id = reconciliation_results.id), note = (SELECT note FROM reconciliation_cases AS c "
        "WHERE c.result_id = reconciliation_results.id) WHERE id IN (SELECT result_id FROM reconciliation_cases)"
    )
    op.drop_table("reconciliation_cases")
    op.execute("UPDATE accounts SET role = 'clerk', active = 0 WHERE role IN ('police', 'inspector')")


def _carry_over() -> None:
    """The newest outcome of each person becomes a case, with what people noted of it."""
    op.execute(
        "INSERT INTO reconciliation_cases (entry_id, role, result_id, outcome, state, due_on, result, note, decided_on,"
        " decided_over, entry_done, updated_at) "
        "SELECT r.entry_id, r.role, r.id, r.outcome, r.follow_up, '', '', r.note, '', '', '', run.at "
        "FROM reconciliation_results AS r JOIN reconciliation_runs AS run ON run.id = r.run_id "
        "WHERE r.outcome <> 'matches' AND r.id = (SELECT max(o.id) FROM reconciliation_results AS o "
        "WHERE o.entry_id = r.entry_id AND o.role = r.role)"
    )
