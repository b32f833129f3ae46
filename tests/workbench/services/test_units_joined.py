"""Teams, rosters and places of units that were joined or renamed: the unit of the day, and its name before."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from corrections.campaign.offices import OfficeLevel
from corrections.campaign.unit_changes import ChangeKind, UnitChange
from tests.workbench.services.conftest import Office
from tests.workbench.services.plan_office import MORNING, make_team, make_unit
from vietnamese.shown_time import LOCAL
from workbench.services import offices, plan_exports, plan_places, rosters, teams
from workbench.services.plan_places import Stay

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

TODAY = dt.datetime.now(LOCAL).date()
BEFORE, AFTER = TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)


def test_a_joined_unit_is_shown_as_the_one_that_took_over(office: Office) -> None:
    boss = office.administrator
    district = make_unit(office, "691", "Huyện Một", OfficeLevel.DISTRICT, None)
    old = make_unit(office, "25001", "Xã Cũ", OfficeLevel.COMMUNE, district)
    heir = make_unit(office, "25002", "Xã Mới", OfficeLevel.COMMUNE, district)
    team, other = (make_team(boss, name, office_id=unit.id) for name, unit in (("Tổ 1", old), ("Tổ 2", heir)))
    for one in (team, other):
        rosters.put_on_roster(
            boss,
            team_id=one.id,
            member_ids=[m.id for m in one.members],
            first=BEFORE,
            last=AFTER,
            shifts=[MORNING],
            every_day=True,
        )
    stay = Stay(office_id=None, team_id=other.id, place_office_id=old.id, starts_on=BEFORE, ends_on=BEFORE)
    plan_places.add_stay(boss, stay)
    offices.change_units(boss, [UnitChange(kind=ChangeKind.JOIN, code="25001", on=TODAY.isoformat(), new_code="25002")])

    assert teams.team_offices(boss, teams.list_teams(boss)) == {
        team.id: "Xã Mới (trước là Xã Cũ)",
        other.id: "Xã Mới",
    }
    found = rosters.roster_of(boss, first=BEFORE, last=AFTER)
    people = {(line.day, line.place): line.teams for line in found.lines if line.count}
    both = ("Tổ 1", "Tổ 2")
    assert people == {(BEFORE, "Xã Cũ"): both, (TODAY, "Xã Mới"): both, (AFTER, "Xã Mới"): both}
    assert {gap.place for gap in found.gaps if gap.day >= TODAY} == {"Xã Mới"}, "nobody is missed where no unit stands"
    (listed,) = plan_places.list_stays(boss)
    assert listed.place == "Xã Cũ (nay là Xã Mới)"
    assert plan_exports.roster_workbook(boss, first=BEFORE, last=AFTER)


def test_a_renamed_unit_keeps_its_former_name_on_days_gone_by(office: Office) -> None:
    boss = office.administrator
    unit = make_unit(office, "25001", "Xã Cũ", OfficeLevel.COMMUNE, None)
    team = make_team(boss, office_id=unit.id)
    days = {"first": BEFORE, "last": TODAY}
    rosters.put_on_roster(
        boss, team_id=team.id, member_ids=[team.members[0].id], shifts=[MORNING], every_day=True, **days
    )
    stay = Stay(office_id=None, team_id=team.id, place_office_id=unit.id, starts_on=BEFORE, ends_on=AFTER)
    plan_places.add_stay(boss, replace(stay, place="nhà văn hóa"))
    offices.change_units(
        boss, [UnitChange(kind=ChangeKind.RENAME, code="25001", on=TODAY.isoformat(), new_name="Phường Mới")]
    )
    assert teams.team_offices(boss, [team]) == {team.id: "Phường Mới (trước là Xã Cũ)"}
    places = {line.day: line.place for line in rosters.roster_of(boss, **days).lines if line.count}
    assert places == {BEFORE: "Xã Cũ, nhà văn hóa", TODAY: "Phường Mới, nhà văn hóa"}
    (listed,) = plan_places.list_stays(boss)
    assert listed.place == "Phường Mới (trước là Xã Cũ), nhà văn hóa"
