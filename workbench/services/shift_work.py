"""Who finished how much in which shift, by the clock: one's own, everybody's, and what it comes to."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corrections.campaign.person_work import PayRule, PersonWork, WorkLine, work_of_people
from corrections.campaign.shifts import BODY_LABELS, Body
from corrections.entries import Role
from layouts.register_types import RegisterType
from storage import teams as team_store
from storage.accounts import Account, list_accounts
from storage.clock import stamp
from storage.effort_log import EffortGroup, effort_totals
from storage.offices import office_tree
from storage.opening.database import Connection
from storage.teams import Team
from vietnamese.shown_time import LOCAL
from workbench.services.context import Context, requires
from workbench.services.days import refuse_impossible_day
from workbench.services.errors import InvalidInput
from workbench.services.plan_settings import PlanSettings, kept_settings, planned_office
from workbench.services.reporting import counts_by_shift

__all__ = ["PersonRow", "ShiftWork", "my_work", "shift_work"]

_MS_A_MINUTE = 60_000
"""Milliseconds."""
_NO_TEAM = "(chưa phân tổ)"
_LONGEST_SPAN = 400
"""Days that one list may cover: a year and a month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """A person with their work."""

    name: str
    account: str
    team: str
    body: str
    """Whose people, in words; empty when no team says it."""
    work: PersonWork
    minutes: int
    """Active at the screen, as the review form measured it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftWork:
    """Everybody's work in a stretch of days."""

    unit: str
    """On whose registers; empty: on all."""
    first: dt.date
    last: dt.date
    shifts: tuple[str, ...]
    """Keys of the shifts of the setting, in order; work outside of all has the empty key."""
    rule: PayRule
    people: tuple[PersonRow, ...]
    """By team and name."""
    lines: tuple[WorkLine, ...]
    """By day, shift and person."""

    @property
    def above(self) -> tuple[PersonRow, ...]:
        """Those above their target, the furthest first."""
        found = [row for row in self.people if row.work.above(self.rule)]
        return tuple(sorted(found, key=lambda row: (-row.work.above(self.rule), row.name)))


@requires(Role.SUPERVISOR, Role.INSPECTOR)
def shift_work(ctx: Context, *, first: dt.date, last: dt.date, office_id: int | None = None) -> ShiftWork:
    """What everybody finished from one day to another, both counted, by the shift that the clock showed.

    Entries that were sent back or opened again since are told apart and not counted.

    Args:
        ctx: a supervisor's or inspector's.
        first: first day.
        last: last day.
        office_id: work on the registers of this unit and those below it, and the roster of its teams; None: all the
            caller sees.

    Raises:
        InvalidInput: days the wrong way round or more than 400, or a unit that is none of the caller's.
    """
    _refuse_span(first, last)
    with ctx.read() as connection:
        settings = kept_settings(connection)
        tree = office_tree(connection)
        office = planned_office(ctx, tree, office_id)
        inside = tree.subtree(office.id) if office else None
        teams = [team for team in team_store.list_teams(connection) if inside is None or team.office_id in inside]
        rostered = _rostered(connection, teams, first, last)
        lines = _lines(connection, settings, first, last, {*rostered}, office_ids=inside)
        accounts = {account.id: account for account in list_accounts(connection)}
        minutes = _minutes(connection, first, last, inside)
    people = work_of_people(lines, rostered)
    rows = [_row(work, accounts.get(work.account_id), teams, minutes) for work in people]
    return ShiftWork(
        unit=office.name if office else "",
        first=first,
        last=last,
        shifts=tuple(shift.key for shift in settings.shifts),
        rule=settings.pay,
        people=tuple(sorted(rows, key=lambda row: (row.team == _NO_TEAM, row.team, row.name))),
        lines=lines,
    )


@requires(Role.CLERK)
def my_work(ctx: Context, *, first: dt.date, last: dt.date) -> tuple[WorkLine, ...]:
    """What the caller finished, by day and shift of the clock.

    Raises:
        InvalidInput: days the wrong way round, or more than 400.
    """
    _refuse_span(first, last)
    if ctx.account_id is None:
        return ()
    with ctx.read() as connection:
        turns = team_store.list_turns(connection, first, last, account_id=ctx.account_id)
        rostered = {(ctx.account_id, turn.day, turn.shift) for turn in turns}
        return _lines(connection, kept_settings(connection), first, last, rostered, account_id=ctx.account_id)


def _refuse_span(first: dt.date, last: dt.date) -> None:
    refuse_impossible_day(first, "Ngày đầu")
    refuse_impossible_day(last, "Ngày cuối")
    if not 0 <= (last - first).days < _LONGEST_SPAN:
        raise InvalidInput("Ngày cuối phải từ ngày đầu trở đi, và không quá 400 ngày.")


def _span(first: dt.date, last: dt.date) -> tuple[str, str]:
    """Stored moments from the beginning of the first day to the end of the day after the last.

    A shift over midnight ends on the day after the last one.
    """
    begin = dt.datetime.combine(first, dt.time(), LOCAL)
    return stamp(begin), stamp(dt.datetime.combine(last + dt.timedelta(days=2), dt.time(), LOCAL))


def _lines(
    connection: Connection,
    settings: PlanSettings,
    first: dt.date,
    last: dt.date,
    rostered: set[tuple[int, dt.date, str]],
    *,
    account_id: int | None = None,
    office_ids: frozenset[int] | None = None,
) -> tuple[WorkLine, ...]:
    since, until = _span(first, last)
    entries: dict[tuple[dt.date, str, int], dict[RegisterType, int]] = defaultdict(lambda: defaultdict(int))
    back: dict[tuple[dt.date, str, int], int] = defaultdict(int)
    counts = counts_by_shift(connection, settings.shifts, since, until, account_id=account_id, office_ids=office_ids)
    for count, day, shift in counts:
        if first <= day <= last:
            entries[day, shift, count.account_id][count.register_type] += count.entries
            back[day, shift, count.account_id] += count.opened_again
    return tuple(
        WorkLine(
            account_id=who,
            day=day,
            shift=shift,
            entries=sum(by_type.values()),
            by_type=dict(by_type),
            sent_back=back[day, shift, who],
            on_roster=(who, day, shift) in rostered,
        )
        for (day, shift, who), by_type in sorted(entries.items(), key=lambda item: item[0])
    )


def _rostered(
    connection: Connection, teams: Iterable[Team], first: dt.date, last: dt.date
) -> list[tuple[int, dt.date, str]]:
    """Account, day and shift of each turn of somebody who has an account."""
    accounts = {m.id: m.account_id for team in teams for m in team.members if m.account_id is not None}
    turns = team_store.list_turns(connection, first, last)
    return [(accounts[turn.member_id], turn.day, turn.shift) for turn in turns if turn.member_id in accounts]


def _minutes(
    connection: Connection, first: dt.date, last: dt.date, office_ids: frozenset[int] | None
) -> dict[int, int]:
    begin, end = (dt.datetime.combine(day, dt.time(), LOCAL) for day in (first, last + dt.timedelta(days=1)))
    totals = effort_totals(
        connection, by=EffortGroup.ACCOUNT, since=stamp(begin), until=stamp(end), office_ids=office_ids
    )
    return {int(total.group): round(total.active_ms / _MS_A_MINUTE) for total in totals}


def _row(work: PersonWork, account: Account | None, teams: Sequence[Team], minutes: dict[int, int]) -> PersonRow:
    mine = [(team, m) for team in teams for m in team.members if m.account_id == work.account_id]
    mine.sort(key=lambda pair: pair[1].active and pair[0].active, reverse=True)
    body: Body | None = mine[0][1].body if mine else None
    team = (account.team if account else "") or (mine[0][0].name if mine else "")
    return PersonRow(
        name=(account.full_name or account.name) if account else f"(tài khoản {work.account_id})",
        account=account.name if account else "",
        team=team or _NO_TEAM,
        body=BODY_LABELS[body] if body else "",
        work=work,
        minutes=minutes.get(work.account_id, 0),
    )
