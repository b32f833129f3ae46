"""The office's own form templates, every version kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from storage.clock import now, stamp
from storage.schema import office_templates

__all__ = ["OfficeTemplate", "active_templates", "add_template", "deactivate_form", "list_templates"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeTemplate:
    """One version of one form."""

    form: str
    version: int
    yaml: str
    active: bool
    created_by: str
    created_at: str


def _from_row(row: Row[Any]) -> OfficeTemplate:
    r = row._mapping
    return OfficeTemplate(
        form=r["form"],
        version=r["version"],
        yaml=r["yaml"],
        active=bool(r["active"]),
        created_by=r["created_by"],
        created_at=r["created_at"],
    )


def next_version(connection: Connection, form: str) -> int:
    """The version the next save of a form gets."""
    last = connection.execute(select(func.max(office_templates.c.version)).where(office_templates.c.form == form))
    return (last.scalar() or 0) + 1


def add_template(connection: Connection, *, form: str, version: int, yaml: str, created_by: str) -> None:
    """Keep a new version; it takes the place of the ones before."""
    deactivate_form(connection, form)
    connection.execute(
        office_templates.insert().values(
            form=form, version=version, yaml=yaml, active=1, created_by=created_by, created_at=stamp(now())
        )
    )


def deactivate_form(connection: Connection, form: str) -> None:
    """Take a form out of use; its versions stay for the readings made with them."""
    connection.execute(office_templates.update().where(office_templates.c.form == form).values(active=0))


def active_templates(connection: Connection) -> tuple[OfficeTemplate, ...]:
    """The versions in use, by form."""
    query = select(office_templates).where(office_templates.c.active == 1).order_by(office_templates.c.form)
    return tuple(_from_row(row) for row in connection.execute(query))


def list_templates(connection: Connection) -> tuple[OfficeTemplate, ...]:
    """All versions, newest first within a form."""
    query = select(office_templates).order_by(office_templates.c.form, office_templates.c.version.desc())
    return tuple(_from_row(row) for row in connection.execute(query))
