"""Word files of units for printed documents, one a kind and unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, select

from storage.clock import now, stamp
from storage.schema import document_templates

__all__ = ["KeptTemplate", "drop_template", "get_template", "put_template"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTemplate:
    """A file a unit has put in place of ours."""

    id: int
    office_id: int | None
    """None: for every unit that has none, nor has one above it."""
    kind: str
    content: bytes
    file_name: str
    saved_by: str
    saved_at: str


def get_template(connection: Connection, kind: str, line: Sequence[int | None]) -> KeptTemplate | None:
    """The first file for a kind of document that a line of units has; None when none of them has one.

    Args:
        connection: of whoever prints.
        kind: which document.
        line: whose file is looked for, the nearest first; None: that of the whole installation.
    """
    query = select(document_templates).where(document_templates.c.kind == kind)
    kept = {row.office_id: row for row in connection.execute(query)}
    found = next((kept[office_id] for office_id in line if office_id in kept), None)
    return KeptTemplate(**found._mapping) if found else None


def put_template(
    connection: Connection, kind: str, office_id: int | None, content: bytes, *, file_name: str, saved_by: str
) -> None:
    """Keep a file as the unit's own."""
    drop_template(connection, kind, office_id)
    values = {"content": content, "file_name": file_name, "saved_by": saved_by, "saved_at": stamp(now())}
    connection.execute(document_templates.insert().values(kind=kind, office_id=office_id, **values))


def drop_template(connection: Connection, kind: str, office_id: int | None) -> None:
    """Take the unit's own file away."""
    connection.execute(document_templates.delete().where(document_templates.c.kind == kind, _of(office_id)))


def _of(office_id: int | None) -> ColumnElement[bool]:
    column = document_templates.c.office_id
    return column.is_(None) if office_id is None else column == office_id
