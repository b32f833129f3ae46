"""Targets of the plan, books given out, and where teams sit when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Connection, Row, or_, select

from corrections.campaign.targets import Step, Target
from layouts.register_types import RegisterType
from storage.clock import now, stamp
from storage.rows import inserted_id
from storage.schema import book_assignments, plan_places, plan_targets

__all__ = [
    "Assignment",
    "Stay",
    "add_assignment",
    "add_stay",
    "assignments_for",
    "drop_assignments",
    "drop_stay",
    "drop_target",
    "list_assignments",
    "list_stays",
    "list_targets",
    "put_target",
    "target_of",
]


# --- targets ----------------------------------------------------------------------------------------------------------


def put_target(connection: Connection, target: Target, account_id: int | None) -> Target:
    """Keep a target; one of the same unit, type and step takes its place."""
    kind = target.register_type.value if target.register_type else ""
    connection.execute(plan_targets.delete().where(*_same(target)))
    key = inserted_id(
        connection,
        plan_targets.insert().values(
            office_id=target.office_id,
            register_type=kind,
            step=target.step.value,
            starts_on=target.starts_on.isoformat(),
            target_on=target.target_on.isoformat(),
            amount=target.amount,
            note=target.note,
            account_id=account_id,
            at=stamp(now()),
        ),
    )
    return replace(target, id=key)


def drop_target(connection: Connection, target_id: int) -> None:
    """Take a target away."""
    connection.execute(plan_targets.delete().where(plan_targets.c.id == target_id))


def target_of(connection: Connection, target: Target) -> Target | None:
    """The target that is kept for the same unit, type and step."""
    row = connection.execute(select(plan_targets).where(*_same(target))).first()
    return _target(row) if row else None


def _same(target: Target) -> tuple[ColumnElement[bool], ...]:
    c = plan_targets.c
    office = c.office_id.is_(None) if target.office_id is None else c.office_id == target.office_id
    kind = target.register_type.value if target.register_type else ""
    return office, c.register_type == kind, c.step == target.step.value


def list_targets(connection: Connection) -> tuple[Target, ...]:
    """All targets, by unit, date, step and type."""
    c = plan_targets.c
    query = select(plan_targets).order_by(c.office_id, c.target_on, c.step, c.register_type, c.id)
    return tuple(_target(row) for row in connection.execute(query))


def _target(row: Row[tuple[object, ...]]) -> Target:
    r = row._mapping
    return Target(
        id=r["id"],
        office_id=r["office_id"],
        register_type=RegisterType(r["register_type"]) if r["register_type"] else None,
        step=Step(r["step"]),
        starts_on=dt.date.fromisoformat(r["starts_on"]),
        target_on=dt.date.fromisoformat(r["target_on"]),
        amount=r["amount"],
        note=r["note"],
    )


# --- books given out --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A book given to a team, a person or a shift: one of the three."""

    id: int = 0
    book_id: int
    team_id: int | None = None
    account_id: int | None = None
    shift: str = ""
    """Its hours (`06:00-12:00`)."""


def add_assignment(connection: Connection, assignment: Assignment, by_account: int | None) -> bool:
    """Give a book out; False when it is given there already."""
    c = book_assignments.c
    wanted = {name: getattr(assignment, name) for name in ("book_id", "team_id", "account_id", "shift")}
    same = [c[name].is_(None) if value is None else c[name] == value for name, value in wanted.items()]
    if connection.execute(select(c.id).where(*same)).first():
        return False
    connection.execute(book_assignments.insert().values(**wanted, by_account=by_account, at=stamp(now())))
    return True


def drop_assignments(connection: Connection, ids: Sequence[int]) -> None:
    """Take books back."""
    connection.execute(book_assignments.delete().where(book_assignments.c.id.in_(list(ids))))


def list_assignments(connection: Connection, ids: Sequence[int] | None = None) -> tuple[Assignment, ...]:
    """All books given out, or those lines."""
    query = select(book_assignments).order_by(book_assignments.c.book_id, book_assignments.c.id)
    if ids is not None:
        query = query.where(book_assignments.c.id.in_(list(ids)))
    return tuple(_assignment(row) for row in connection.execute(query))


def assignments_for(
    connection: Connection, *, account_id: int, team_ids: Sequence[int], shifts: Sequence[str]
) -> tuple[Assignment, ...]:
    """Books given to a person, to their teams, or to one of some shifts."""
    c = book_assignments.c
    mine = [c.account_id == account_id, c.team_id.in_(list(team_ids)), c.shift.in_(list(shifts))]
    rows = connection.execute(select(book_assignments).where(or_(*mine)).order_by(c.book_id, c.id))
    return tuple(_assignment(row) for row in rows)


def _assignment(row: Row[tuple[object, ...]]) -> Assignment:
    r = row._mapping
    return Assignment(
        id=r["id"], book_id=r["book_id"], team_id=r["team_id"], account_id=r["account_id"], shift=r["shift"]
    )


# --- places and dates -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A team at a place from one day to another, both counted."""

    id: int = 0
    office_id: int | None
    """Whose plan it is."""
    team_id: int
    place_office_id: int | None = None
    """The unit whose registers it works on there."""
    place: str = ""
    """The place in words: a house, a room."""
    starts_on: dt.date
    ends_on: dt.date
    note: str = ""

    def holds(self, day: dt.date) -> bool:
        """Whether the team is there on that day."""
        return self.starts_on <= day <= self.ends_on


def add_stay(connection: Connection, stay: Stay, account_id: int | None) -> Stay:
    """Keep a stay."""
    key = inserted_id(
        connection,
        plan_places.insert().values(
            office_id=stay.office_id,
            team_id=stay.team_id,
            place_office_id=stay.place_office_id,
            place=stay.place,
            starts_on=stay.starts_on.isoformat(),
            ends_on=stay.ends_on.isoformat(),
            note=stay.note,
            account_id=account_id,
            at=stamp(now()),
        ),
    )
    return replace(stay, id=key)


def drop_stay(connection: Connection, stay_id: int) -> None:
    """Take a stay away."""
    connection.execute(plan_places.delete().where(plan_places.c.id == stay_id))


def list_stays(
    connection: Connection, *, first: dt.date | None = None, last: dt.date | None = None
) -> tuple[Stay, ...]:
    """Stays that touch a stretch of days, by their first day."""
    c = plan_places.c
    query = select(plan_places).order_by(c.starts_on, c.ends_on, c.id)
    if first is not None:
        query = query.where(c.ends_on >= first.isoformat())
    if last is not None:
        query = query.where(c.starts_on <= last.isoformat())
    return tuple(_stay(row) for row in connection.execute(query))


def _stay(row: Row[tuple[object, ...]]) -> Stay:
    r = row._mapping
    return Stay(
        id=r["id"],
        office_id=r["office_id"],
        team_id=r["team_id"],
        place_office_id=r["place_office_id"],
        place=r["place"],
        starts_on=dt.date.fromisoformat(r["starts_on"]),
        ends_on=dt.date.fromisoformat(r["ends_on"]),
        note=r["note"],
    )
