"""The roster of shifts: who comes when and where, what a shift lacks, and one's own turns."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corrections.campaign.offices import OfficeTree
from corrections.campaign.shifts import Body, RosterGap, Slot, parse_shifts, roster_gaps
from corrections.entries import Role
from storage import teams as store
from storage.accounts import list_accounts
from storage.offices import dated_tree
from storage.plan import Stay, list_stays
from storage.teams import Member, Team, Turn
from vietnamese.shown_time import LOCAL
from workbench.services.context import Context, Work, requires
from workbench.services.days import refuse_impossible_day
from workbench.services.errors import InvalidInput, Missing, found
from workbench.services.plan_settings import PlanSettings, kept_settings, planned_office

__all__ = [
    "OwnTurn",
    "Roster",
    "RosterLine",
    "my_turns",
    "put_on_roster",
    "roster_of",
    "stay_words",
    "take_off_roster",
]

_LONGEST_ROSTER = 400
"""Days put on the roster in one step: a year and a month. By judgement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterLine:
    """Who is in a shift at a place."""

    day: dt.date
    shift: str
    place: str
    """Unit and rooms there; empty: at the office itself."""
    teams: tuple[str, ...]
    people: Mapping[Body, tuple[str, ...]]
    missing: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many people."""
        return sum(len(names) for names in self.people.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The roster of a stretch of days."""

    unit: str
    first: dt.date
    last: dt.date
    lines: tuple[RosterLine, ...]
    """Every shift with people, and those that ought to have some."""
    gaps: tuple[RosterGap, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTurn:
    """A shift of one's own."""

    day: dt.date
    shift: str
    team: str
    place: str


@requires(Role.SUPERVISOR)
def put_on_roster(
    ctx: Context,
    *,
    team_id: int,
    member_ids: Sequence[int],
    first: dt.date,
    last: dt.date,
    shifts: Sequence[str],
    every_day: bool = False,
) -> int:
    """Put members of a team into shifts of the days of work of a stretch; returns how many turns were added.

    Args:
        ctx: a supervisor's.
        team_id: the team.
        member_ids: its members.
        first: first day.
        last: last day, counted.
        shifts: keys of shifts.
        every_day: days on which no work is done as well.

    Raises:
        NotFound: no such team among the caller's.
        InvalidInput: nobody, no shift, days the wrong way round, or a member that is not in the team.
    """
    with ctx.write() as work:
        team = _rostered(work, team_id, member_ids, first, last, shifts)
        calendar = kept_settings(work.connection).calendar
        days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
        turns = [
            Turn(team_id=team_id, member_id=member, day=day, shift=shift)
            for day in days
            if every_day or calendar.is_work_day(day)
            for shift in shifts
            for member in member_ids
        ]
        added = store.add_turns(work.connection, turns)
        if added:
            work.note("roster", column=team.name, new=_turns_told(team, member_ids, first, last, shifts))
    return added


@requires(Role.SUPERVISOR)
def take_off_roster(
    ctx: Context, *, team_id: int, member_ids: Sequence[int], first: dt.date, last: dt.date, shifts: Sequence[str]
) -> int:
    """Take members out of shifts; returns how many turns were taken away.

    Raises:
        NotFound: no such team among the caller's.
        InvalidInput: as for putting on.
    """
    with ctx.write() as work:
        team = _rostered(work, team_id, member_ids, first, last, shifts)
        gone = store.drop_turns(work.connection, member_ids=member_ids, first=first, last=last, shifts=shifts)
        if gone:
            work.note("roster", column=team.name, old=_turns_told(team, member_ids, first, last, shifts))
    return gone


def _rostered(
    work: Work, team_id: int, member_ids: Sequence[int], first: dt.date, last: dt.date, shifts: Sequence[str]
) -> Team:
    """The team, when such turns may be written."""
    team = found(store.get_team(work.connection, team_id), Missing.TEAM)
    refuse_impossible_day(first, "Ngày đầu")
    refuse_impossible_day(last, "Ngày cuối")
    if not member_ids or not shifts:
        raise InvalidInput("Hãy chọn ít nhất một người và một ca.")
    if {*member_ids} - {member.id for member in team.members}:
        raise InvalidInput(f"Có người không thuộc {team.name}. Hãy tải lại màn hình.")
    if not 0 <= (last - first).days < _LONGEST_ROSTER:
        raise InvalidInput("Ngày cuối phải từ ngày đầu trở đi, và không quá 400 ngày một lần.")
    for shift in shifts:
        try:
            parse_shifts(shift)
        except ValueError as error:
            raise InvalidInput(str(error)) from error
    return team


def _turns_told(team: Team, member_ids: Sequence[int], first: dt.date, last: dt.date, shifts: Sequence[str]) -> str:
    names = ", ".join(member.name for member in team.members if member.id in member_ids)
    return f"{first.isoformat()} {last.isoformat()} {' '.join(shifts)}: {names}"


@requires(Role.SUPERVISOR, Role.INSPECTOR)
def roster_of(ctx: Context, *, first: dt.date, last: dt.date, office_id: int | None = None) -> Roster:
    """The roster of a unit and those below it, with what each shift lacks.

    Whoever has left a team, or is locked out, stays on the roster of days gone by, and is missing from today on.
    Teams at one unit make up a shift together, in whatever rooms of it, as do those at one place that is no unit. A
    shift without anybody is a gap of the office whose teams stand idle.

    Raises:
        InvalidInput: the unit is none of the caller's, or days that no roster can bear.
    """
    refuse_impossible_day(first, "Ngày đầu")
    refuse_impossible_day(last, "Ngày cuối")
    with ctx.read() as connection:
        tree = dated_tree(connection)
        office = planned_office(ctx, tree, office_id)
        inside = tree.subtree(office.id) if office else None
        teams = {t.id: t for t in store.list_teams(connection) if inside is None or t.office_id in inside}
        today = dt.datetime.now(LOCAL).date()
        locked = {account.id for account in list_accounts(connection) if not account.active}
        there = {m.id for team in teams.values() for m in team.present if m.account_id not in locked}
        turns = [
            turn
            for turn in store.list_turns(connection, first, last)
            if turn.team_id in teams and (turn.day < today or turn.member_id in there)
        ]
        stays = [stay for stay in list_stays(connection, first=first, last=last) if stay.team_id in teams]
        settings = kept_settings(connection)
    lines, gaps = _roster_lines(tree, teams, turns, stays, settings, first, last)
    return Roster(unit=office.name if office else "Toàn bộ", first=first, last=last, lines=lines, gaps=gaps)


def _roster_lines(
    tree: OfficeTree,
    teams: Mapping[int, Team],
    turns: Sequence[Turn],
    stays: Sequence[Stay],
    settings: PlanSettings,
    first: dt.date,
    last: dt.date,
) -> tuple[tuple[RosterLine, ...], tuple[RosterGap, ...]]:
    members = {member.id: member for team in teams.values() for member in team.members}
    slots: dict[Slot, list[Turn]] = defaultdict(list)
    rooms: dict[Slot, dict[str, None]] = defaultdict(dict)
    for turn in turns:
        place, room = _where(tree, teams, stays, turn.team_id, turn.day)
        slots[turn.day, turn.shift, place].append(turn)
        rooms[turn.day, turn.shift, place] |= {room: None} if room else {}
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    standing = [team for team in teams.values() if team.active and team.present]
    staffed: dict[tuple[dt.date, str], set[str]] = {
        (day, _office_name(tree, team, day)): set() for day in days for team in standing
    }
    for turn in turns:
        staffed.setdefault((turn.day, _office_name(tree, teams[turn.team_id], turn.day)), set()).add(turn.shift)
    bodies = {slot: [members[turn.member_id].body for turn in found] for slot, found in slots.items()}
    gaps = roster_gaps(settings.shifts, bodies, staffed, rule=settings.rule, calendar=settings.calendar)
    missing = {(gap.day, gap.shift, gap.place): gap.missing for gap in gaps}
    return tuple(
        RosterLine(
            day=day,
            shift=shift,
            place=", ".join(filter(None, (place, *rooms.get((day, shift, place), ())))),
            teams=tuple(dict.fromkeys(teams[turn.team_id].name for turn in slots.get((day, shift, place), ()))),
            people=_people([members[turn.member_id] for turn in slots.get((day, shift, place), ())]),
            missing=missing.get((day, shift, place), ()),
        )
        for day, shift, place in sorted({*slots, *missing})
    ), gaps


def _people(members: Sequence[Member]) -> dict[Body, tuple[str, ...]]:
    return {body: tuple(m.name for m in members if m.body is body) for body in Body}


def _where(
    tree: OfficeTree, teams: Mapping[int, Team], stays: Sequence[Stay], team_id: int, day: dt.date
) -> tuple[str, str]:
    """Where a team is on a day, and in which room there: as the plan of places has it, else at its own office."""
    stay = next((stay for stay in stays if stay.team_id == team_id and stay.holds(day)), None)
    if stay is None:
        return _office_name(tree, teams[team_id], day), ""
    unit = tree.name_on(stay.place_office_id, day.isoformat())
    return (unit, stay.place) if unit else (stay.place, "")


def _office_name(tree: OfficeTree, team: Team, day: dt.date) -> str:
    """What the team's office is called on a day: of a unit that was joined, the one that took over."""
    return tree.name_on(team.office_id, day.isoformat())


def stay_words(tree: OfficeTree, stay: Stay) -> str:
    """The place of a stay in words: the unit with the names it had and has, and the room there."""
    today = dt.datetime.now(LOCAL).date()
    unit = tree.name_over(stay.place_office_id, *map(dt.date.isoformat, (stay.starts_on, stay.ends_on, today)))
    return ", ".join(filter(None, (unit, stay.place)))


@requires(Role.CLERK)
def my_turns(ctx: Context, *, first: dt.date | None = None, days: int = 14) -> tuple[OwnTurn, ...]:
    """The caller's own shifts from a day on (None: today)."""
    first = first or dt.datetime.now(LOCAL).date()
    last = first + dt.timedelta(days=max(1, days) - 1)
    if ctx.account_id is None:
        return ()
    with ctx.read() as connection:
        tree = dated_tree(connection)
        turns = store.list_turns(connection, first, last, account_id=ctx.account_id)
        teams = {team.id: team for team in store.list_teams(connection, {turn.team_id for turn in turns})}
        stays = list_stays(connection, first=first, last=last)
    return tuple(
        OwnTurn(
            day=turn.day,
            shift=turn.shift,
            team=teams[turn.team_id].name,
            place=", ".join(filter(None, _where(tree, teams, stays, turn.team_id, turn.day))),
        )
        for turn in turns
    )
