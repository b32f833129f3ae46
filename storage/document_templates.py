"""An office's own Word files for printed documents, one a kind."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from storage.clock import now, stamp
from storage.schema import document_templates

__all__ = ["KeptTemplate", "drop_template", "get_template", "put_template"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTemplate:
    """A file an office has put in place of ours."""

    kind: str
    content: bytes
    file_name: str
    saved_by: str
    saved_at: str


def get_template(connection: Connection, kind: str) -> KeptTemplate | None:
    """The office's file for a kind of document; None when it uses ours."""
    row = connection.execute(select(document_templates).where(document_templates.c.kind == kind)).first()
    return KeptTemplate(**row._mapping) if row else None


def put_template(connection: Connection, kind: str, content: bytes, *, file_name: str, saved_by: str) -> None:
    """Keep a file as the office's own."""
    drop_template(connection, kind)
    values = {"content": content, "file_name": file_name, "saved_by": saved_by, "saved_at": stamp(now())}
    connection.execute(document_templates.insert().values(kind=kind, **values))


def drop_template(connection: Connection, kind: str) -> None:
    """Go back to our own."""
    connection.execute(document_templates.delete().where(document_templates.c.kind == kind))
