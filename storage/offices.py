"""The tree of offices, and what was done to it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import Connection, Row, select

from corrections.campaign.offices import Office, OfficeLevel, OfficeTree
from corrections.campaign.possible_days import is_day
from corrections.campaign.unit_changes import ChangeKind
from storage.clock import now, stamp
from storage.rows import inserted_id
from storage.schema import office_changes, offices

__all__ = [
    "KeptChange",
    "add_office",
    "add_office_change",
    "dated_tree",
    "list_office_changes",
    "list_offices",
    "office_tree",
    "redate_change",
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
    """The same, which also knows the names that units had before they were renamed.

    A name whose last day is none of the calendar is left out, since nobody knows until when it held; where days run
    backwards, which people once could enter, a later rename counts from the day of the one before it.
    """
    former: dict[int, list[tuple[str, str]]] = {}
    for change in sorted(list_office_changes(connection), key=lambda one: one.id):
        name = change.former_name
        if name and is_day(change.on):
            names = former.setdefault(change.office_id, [])
            names.append((max(change.on, names[-1][0] if names else ""), name))
    return OfficeTree(list_offices(connection), former)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptChange:
    """What a resolution did to a unit."""

    id: int
    office_id: int
    kind: ChangeKind
    on: str
    """`yyyy-mm-dd`; records of before may hold what is no day."""
    document: str
    told: str
    """The unit's name before, and what happened: `Xã A: Đổi tên Xã B`."""

    @property
    def former_name(self) -> str:
        """Of a rename the name before; else empty."""
        name, parted, _ = self.told.partition(f": {ChangeKind.RENAME.label} ")
        return name if parted and self.kind is ChangeKind.RENAME else ""


def add_office_change(
    connection: Connection, *, office_id: int, kind: ChangeKind, on: str, document: str, told: str
) -> None:
    """Keep what a resolution did to a unit."""
    connection.execute(
        office_changes.insert().values(
            office_id=office_id, kind=kind.value, on_day=on, document=document, told=told, created_at=stamp(now())
        )
    )


def list_office_changes(connection: Connection) -> tuple[KeptChange, ...]:
    """Every change, the newest first."""
    c = office_changes.c
    query = select(c.id, c.office_id, c.kind, c.on_day, c.document, c.told).order_by(c.on_day.desc(), c.id.desc())
    return tuple(
        KeptChange(
            id=r.id, office_id=r.office_id, kind=ChangeKind(r.kind), on=r.on_day, document=r.document, told=r.told
        )
        for r in connection.execute(query)
    )


def redate_change(connection: Connection, change_id: int, on: str) -> None:
    """Let a change hold from another day."""
    connection.execute(office_changes.update().where(office_changes.c.id == change_id).values(on_day=on))
