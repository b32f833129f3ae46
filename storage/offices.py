"""The tree of offices, and what was done to it."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from sqlalchemy import Connection, Row, select

from corrections.campaign.offices import Office, OfficeLevel, OfficeTree
from corrections.campaign.unit_changes import ChangeKind
from storage.clock import now, stamp
from storage.rows import inserted_id
from storage.schema import office_changes, offices

__all__ = [
    "add_office",
    "add_office_change",
    "dated_tree",
    "list_office_changes",
    "list_offices",
    "office_tree",
    "save_office",
]

_COLUMNS = tuple(field.name for field in fields(Office) if field.name != "id")


def _from_row(row: Row[Any]) -> Office:
    values = {name: row._mapping[name] for name in _COLUMNS}
    return Office(**{**values, "id": row._mapping["id"], "level": OfficeLevel(values["level"])})


def _to_row(office: Office) -> dict[str, Any]:
    return {**{name: getattr(office, name) for name in _COLUMNS}, "level": office.level.value}


def add_office(connection: Connection, office: Office) -> Office:
    """Note a new unit; its `id` is given by the database.

    Raises:
        DuplicateRecord: the code is another unit's.
    """
    values = {**_to_row(office), "created_at": stamp(now())}
    return replace(office, id=inserted_id(connection, offices.insert().values(**values)))


def save_office(connection: Connection, office: Office) -> None:
    """Write a changed unit."""
    connection.execute(offices.update().where(offices.c.id == office.id).values(**_to_row(office)))


def list_offices(connection: Connection) -> tuple[Office, ...]:
    """All units by code."""
    return tuple(_from_row(row) for row in connection.execute(select(offices).order_by(offices.c.code)))


def office_tree(connection: Connection) -> OfficeTree:
    """All units as the tree they form."""
    return OfficeTree(list_offices(connection))


def dated_tree(connection: Connection) -> OfficeTree:
    """The same, which also knows the names that units had before they were renamed."""
    former: dict[int, list[tuple[str, str]]] = {}
    for office_id, kind, on, _, told in list_office_changes(connection):
        if kind is ChangeKind.RENAME:
            name, parted, _ = told.partition(f": {ChangeKind.RENAME.label} ")
            if parted:
                former.setdefault(office_id, []).append((on, name))
    return OfficeTree(list_offices(connection), former)


def add_office_change(
    connection: Connection, *, office_id: int, kind: ChangeKind, on: str, document: str, told: str
) -> None:
    """Keep what a resolution did to a unit."""
    connection.execute(
        office_changes.insert().values(
            office_id=office_id, kind=kind.value, on_day=on, document=document, told=told, created_at=stamp(now())
        )
    )


def list_office_changes(connection: Connection) -> tuple[tuple[int, ChangeKind, str, str, str], ...]:
    """Unit, kind, day, document and words of every change, the newest first."""
    c = office_changes.c
    query = select(c.office_id, c.kind, c.on_day, c.document, c.told).order_by(c.on_day.desc(), c.id.desc())
    return tuple((r.office_id, ChangeKind(r.kind), r.on_day, r.document, r.told) for r in connection.execute(query))
