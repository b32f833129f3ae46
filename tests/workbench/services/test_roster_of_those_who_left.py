"""Whoever has left a team, or is locked out, is missing from the shifts to come, and stays in those gone by."""

import datetime as dt
from dataclasses import replace

import pytest

from storage.accounts import save_account
from tests.workbench.services.conftest import Office
from tests.workbench.services.plan_office import MORNING, make_team
from vietnamese.shown_time import LOCAL
from workbench.services import rosters, teams

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_who_left_is_missing_from_today_on(office: Office) -> None:
    boss, today = office.supervisor, dt.datetime.now(LOCAL).date()
    team = make_team(boss, "Tổ 1", office.clerk)
    days = (today - dt.timedelta(days=1), today)
    everybody = [member.id for member in team.members]
    rosters.put_on_roster(
        boss, team_id=team.id, member_ids=everybody, first=days[0], last=days[1], shifts=[MORNING], every_day=True
    )
    stays = [member for member in team.members if member.account_id is None]
    teams.save_team(boss, replace(team, members=tuple(stays)))
    lines = {line.day: line for line in rosters.roster_of(boss, first=days[0], last=days[1]).lines if line.count}
    assert [lines[day].count for day in days] == [2, 1]
    assert any("tư pháp" in lack for lack in lines[today].missing)


def test_who_is_locked_out_is_missing_from_today_on(office: Office) -> None:
    boss, today = office.supervisor, dt.datetime.now(LOCAL).date()
    team = make_team(boss, "Tổ 1", office.clerk)
    everybody = [member.id for member in team.members]
    rosters.put_on_roster(
        boss, team_id=team.id, member_ids=everybody, first=today, last=today, shifts=[MORNING], every_day=True
    )
    with office.nobody.database.write() as connection:
        save_account(connection, replace(office.clerk.who, active=False))
    (line,) = [line for line in rosters.roster_of(boss, first=today, last=today).lines if line.count]
    assert line.count == 1
