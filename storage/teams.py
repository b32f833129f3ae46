"""Teams with their members, and who is in which shift of which day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, Row, select

from corrections.campaign.shifts import Body
from storage.clock import now, stamp
from storage.rows import inserted_id, row_of
from storage.schema import roster, team_members, teams

__all__ = [
    "Member",
    "Team",
    "Turn",
    "add_turns",
    "drop_turns",
    "get_team",
    "list_teams",
    "list_turns",
    "save_team",
    "teams_of_account",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person of a team."""

    id: int = 0
    account_id: int | None = None
    """None: somebody who enters nothing (who fetches books, keeps watch)."""
    name: str
    body: Body
    leader: bool = False
    active: bool = True
    """False: has left the team; old rosters still name them."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A team of an office."""

    id: int = 0
    office_id: int | None
    name: str
    note: str = ""
    active: bool = True
    members: tuple[Member, ...] = ()
    """Those in it now come with those who have left."""

    @property
    def present(self) -> tuple[Member, ...]:
        """Members that have not left."""
        return tuple(member for member in self.members if member.active)

    @property
    def leader(self) -> str:
        """Name of the leader; empty without one."""
        return next((member.name for member in self.present if member.leader), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A member in a shift of a day."""

    team_id: int
    member_id: int
    day: dt.date
    shift: str


def save_team(connection: Connection, team: Team) -> Team:
    """Add a team (id 0) or write a changed one with its members; members that are no longer named have left."""
    values = {"office_id": team.office_id, "name": team.name, "note": team.note, "active": int(team.active)}
    if team.id:
        connection.execute(teams.update().where(teams.c.id == team.id).values(**values))
        number = team.id
    else:
        number = inserted_id(connection, teams.insert().values(**values, created_at=stamp(now())))
    m = team_members.c
    named = [member.id for member in team.members if member.id]
    connection.execute(team_members.update().where(m.team_id == number, m.id.not_in(named)).values(active=0, leader=0))
    kept = tuple(_put_member(connection, number, member) for member in team.members)
    return replace(team, id=number, members=kept)


def _put_member(connection: Connection, team_id: int, member: Member) -> Member:
    values = {
        "team_id": team_id,
        "account_id": member.account_id,
        "name": member.name,
        "body": member.body.value,
        "leader": int(member.leader),
        "active": int(member.active),
        "note": member.note,
    }
    if member.id:
        connection.execute(team_members.update().where(team_members.c.id == member.id).values(**values))
        return member
    return replace(member, id=inserted_id(connection, team_members.insert().values(**values)))


def get_team(connection: Connection, team_id: int) -> Team | None:
    """The team of that id, with all its members."""
    row = row_of(connection, teams, team_id)
    return _teams(connection, [row])[0] if row else None


def list_teams(connection: Connection, team_ids: Collection[int] | None = None) -> tuple[Team, ...]:
    """All teams by office and name, or those of these ids."""
    query = select(teams).order_by(teams.c.office_id, teams.c.name, teams.c.id)
    if team_ids is not None:
        query = query.where(teams.c.id.in_(list(team_ids)))
    return _teams(connection, connection.execute(query).all())


def _teams(connection: Connection, rows: Sequence[Row[tuple[object, ...]]]) -> tuple[Team, ...]:
    m = team_members.c
    ids = [row._mapping["id"] for row in rows]
    members: dict[int, list[Member]] = {}
    query = select(team_members).where(m.team_id.in_(ids)).order_by(m.leader.desc(), m.id)
    for row in connection.execute(query):
        members.setdefault(row.team_id, []).append(
            Member(
                id=row.id,
                account_id=row.account_id,
                name=row.name,
                body=Body(row.body),
                leader=bool(row.leader),
                active=bool(row.active),
                note=row.note,
            )
        )
    return tuple(_team(row, tuple(members.get(row._mapping["id"], ()))) for row in rows)


def _team(row: Row[tuple[object, ...]], members: tuple[Member, ...]) -> Team:
    r = row._mapping
    return Team(
        id=r["id"],
        office_id=r["office_id"],
        name=r["name"],
        note=r["note"],
        active=bool(r["active"]),
        members=members,
    )


def teams_of_account(connection: Connection, account_id: int) -> tuple[int, ...]:
    """Ids of the teams that somebody is in now."""
    m = team_members.c
    query = (
        select(m.team_id)
        .join(teams, teams.c.id == m.team_id)
        .where(m.account_id == account_id, m.active == 1, teams.c.active == 1)
    )
    return tuple(connection.execute(query.order_by(m.team_id)).scalars())


# --- roster -----------------------------------------------------------------------------------------------------------


def add_turns(connection: Connection, turns: Sequence[Turn]) -> int:
    """Put members on the roster; returns how many turns were not there before."""
    if not turns:
        return 0
    days = [turn.day for turn in turns]
    there = {(t.member_id, t.day, t.shift) for t in list_turns(connection, min(days), max(days))}
    fresh = [turn for turn in dict.fromkeys(turns) if (turn.member_id, turn.day, turn.shift) not in there]
    if fresh:
        connection.execute(
            roster.insert(),
            [
                {"team_id": t.team_id, "member_id": t.member_id, "on_day": t.day.isoformat(), "shift": t.shift}
                for t in fresh
            ],
        )
    return len(fresh)


def drop_turns(
    connection: Connection, *, member_ids: Sequence[int], first: dt.date, last: dt.date, shifts: Sequence[str]
) -> int:
    """Take members off the roster in a stretch of days; returns how many turns."""
    r = roster.c
    return connection.execute(
        roster.delete().where(
            r.member_id.in_(list(member_ids)),
            r.on_day >= first.isoformat(),
            r.on_day <= last.isoformat(),
            r.shift.in_(list(shifts)),
        )
    ).rowcount


def list_turns(
    connection: Connection, first: dt.date, last: dt.date, *, account_id: int | None = None
) -> tuple[Turn, ...]:
    """Turns of a stretch of days by day and shift; of everybody, or of one account."""
    r = roster.c
    query = (
        select(r.team_id, r.member_id, r.on_day, r.shift)
        .where(r.on_day >= first.isoformat(), r.on_day <= last.isoformat())
        .order_by(r.on_day, r.shift, r.team_id, r.member_id)
    )
    if account_id is not None:
        mine = select(team_members.c.id).where(team_members.c.account_id == account_id)
        query = query.where(r.member_id.in_(mine))
    return tuple(
        Turn(team_id=row.team_id, member_id=row.member_id, day=dt.date.fromisoformat(row.on_day), shift=row.shift)
        for row in connection.execute(query)
    )
