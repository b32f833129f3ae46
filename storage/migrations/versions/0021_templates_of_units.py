"""Word files for printed documents belong to a unit; what was kept before stands for every unit that has none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_COLUMNS = ("kind", "content", "file_name", "saved_by", "saved_at")


def upgrade() -> None:
    """A handful of files: they fit into memory, and both databases build the table anew under its own name."""
    rows = _rows("")
    op.drop_table("document_templates")
    op.create_table(
        "document_templates",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("office_id", sa.Integer, nullable=True),
        *_file_columns(),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_document_templates_office_id_offices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_templates")),
        sa.UniqueConstraint("kind", "office_id", name=op.f("uq_document_templates_kind_office_id")),
    )
    _fill(rows)


def downgrade() -> None:
    """Files of single units have no place in the table of before; those of the whole installation stay."""
    rows = _rows(" WHERE office_id IS NULL")
    op.drop_table("document_templates")
    op.create_table(
        "document_templates",
        *_file_columns(),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_document_templates")),
    )
    _fill(rows)


def _file_columns() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("saved_by", sa.String(80), nullable=False),
        sa.Column("saved_at", sa.String(30), nullable=False),
    )


def _rows(condition: str) -> list[dict[str, object]]:
    query = sa.text(f"SELECT {', '.join(_COLUMNS)} FROM document_templates{condition}")
    return [dict(row._mapping) for row in op.get_bind().execute(query)]


def _fill(rows: list[dict[str, object]]) -> None:
    if rows:
        table = sa.table("document_templates", *(sa.column(name) for name in _COLUMNS))
        op.bulk_insert(table, rows)
