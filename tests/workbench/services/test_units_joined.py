"""Teams, rosters and places of units that were joined or renamed: the unit of the day, and its name before."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from corrections.campaign.offices import OfficeLevel
from corrections.campaign.packages import read_package
from corrections.campaign.targets import PlanState, Step, Target
from corrections.campaign.unit_changes import ChangeKind, UnitChange
from corrections.entries import Role
from layouts.register_types import RegisterType
from tests.workbench.services.conftest import Office
from tests.workbench.services.plan_office import MORNING, make_team, make_unit, person
from vietnamese.shown_time import LOCAL
from workbench.services import (
    books,
    campaign,
    offices,
    packages,
    plan_exports,
    plan_places,
    plan_targets,
    rosters,
    setting_targets,
    teams,
)
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


def test_communes_founded_or_renamed_with_their_district_abolished_stay_in_the_provinces_sum(office: Office) -> None:
    boss = office.administrator
    province = make_unit(office, "70", "Tỉnh Bình An", OfficeLevel.PROVINCE, None)
    district = make_unit(office, "691", "Huyện Một", OfficeLevel.DISTRICT, province)
    old = make_unit(office, "25001", "Xã Cũ", OfficeLevel.COMMUNE, district)
    make_unit(office, "25002", "Xã Giữ", OfficeLevel.COMMUNE, district)
    for name in ("UBND xã Cũ", "UBND xã Giữ"):
        replace(office, supervisor=boss).book(office=name, expected_entries=100)
    on = TODAY.isoformat()
    offices.change_units(
        boss,
        [
            UnitChange(kind=ChangeKind.JOIN, code="25001", on=on, new_code="90001", new_name="Xã Mới"),
            UnitChange(kind=ChangeKind.RENAME, code="25002", on=on, new_name="Xã Tên Khác"),
            UnitChange(kind=ChangeKind.ABOLISH, code="691", on=on),
        ],
    )
    tree = offices.office_tree(boss)
    assert {o.name: o.parent_id for o in tree.in_force(on) if o.level is OfficeLevel.COMMUNE} == {
        "Xã Mới": province.id,
        "Xã Tên Khác": province.id,
    }
    assert tree.offices[old.id].parent_id == district.id, "what is gone stays where it was"
    report = campaign.campaign_report(boss, office_id=province.id)
    assert {row.unit: row.of_types((RegisterType.BIRTH,)).total.label for row in report.rows} == {
        "Xã Mới": "100",
        "Xã Tên Khác": "100",
    }


def test_a_commune_joined_across_districts_counts_once_on_every_day(office: Office) -> None:
    boss = office.administrator
    province = make_unit(office, "70", "Tỉnh Bình An", OfficeLevel.PROVINCE, None)
    one = make_unit(office, "691", "Huyện Một", OfficeLevel.DISTRICT, province, target_on="2026-12-31")
    two = make_unit(office, "692", "Huyện Hai", OfficeLevel.DISTRICT, province, target_on="2026-12-31")
    make_unit(office, "25001", "Xã Chuyển", OfficeLevel.COMMUNE, one, machines=2)
    make_unit(office, "25002", "Xã Ở Lại", OfficeLevel.COMMUNE, one, machines=3)
    heir = make_unit(office, "25003", "Xã Nhận", OfficeLevel.COMMUNE, two, machines=4)
    for name, count in (("UBND xã Chuyển", 100), ("UBND xã Ở Lại", 20), ("UBND xã Nhận", 3)):
        replace(office, supervisor=boss).book(office=name, expected_entries=count)
    join = UnitChange(kind=ChangeKind.JOIN, code="25001", on=TODAY.isoformat(), new_code="25003")
    offices.change_units(boss, [join])

    def told(unit: int, day: dt.date) -> dict[str, str]:
        rows = campaign.campaign_report(boss, office_id=unit, day=day).rows
        return {row.unit: row.of_types((RegisterType.BIRTH,)).total.label for row in rows}

    assert told(province.id, TODAY) == {"Huyện Một": "20", "Huyện Hai": "103"}
    assert told(province.id, BEFORE) == {"Huyện Một": "120", "Huyện Hai": "3"}
    assert told(one.id, TODAY) == {"Xã Ở Lại": "20"}
    assert told(two.id, TODAY) == {"Xã Nhận": "103"} == told(heir.id, TODAY)
    volumes = {row.figures.unit: row for row in campaign.volume_rows(boss, "02", office_id=province.id)}
    figures = {unit: (row.figures.of_types((RegisterType.BIRTH,)).books, row.machines) for unit, row in volumes.items()}
    assert figures == {"Huyện Một": (1, 3), "Huyện Hai": (2, 4)}, "machines of a unit that is gone work no more"
    package = packages.make_package(boss, office_id=province.id)
    units = read_package(package.data)[1].units
    assert {u.name: sum(line.known for line in u.lines) for u in units} == {"Xã Ở Lại": 20, "Xã Nhận": 103}
    board = plan_targets.plan_board(boss, office_id=province.id)
    assert {line.unit: line.standing.goal for line in board.lines} == {"Huyện Một": 20, "Huyện Hai": 103}
    seen = {
        unit.name: {book.office for book in books.books_to_choose(person(office, unit.code, Role.CLERK, unit))}
        for unit in (one, two, heir)
    }
    assert seen == {
        "Huyện Một": {"UBND xã Ở Lại"},
        "Huyện Hai": {"UBND xã Chuyển", "UBND xã Nhận"},
        "Xã Nhận": {"UBND xã Chuyển", "UBND xã Nhận"},
    }, "what has gone to another district is seen there alone"


def test_a_unit_works_on_until_the_day_of_its_join(office: Office) -> None:
    boss = office.administrator
    district = make_unit(office, "691", "Huyện Một", OfficeLevel.DISTRICT, None)
    old = make_unit(office, "25001", "Xã Cũ", OfficeLevel.COMMUNE, district)
    heir = make_unit(office, "25002", "Xã Mới", OfficeLevel.COMMUNE, district)
    ahead = (TODAY + dt.timedelta(days=20)).isoformat()
    offices.change_units(boss, [UnitChange(kind=ChangeKind.JOIN, code="25001", on=ahead, new_code="25002")])
    clerk, other = (person(office, f"u{unit.code}", Role.SUPERVISOR, unit) for unit in (old, heir))
    book = replace(office, supervisor=clerk).book(office="UBND xã Cũ")
    assert book.office_id == old.id, "the resolution is known before it holds"
    assert [one.id for one in books.books_to_choose(clerk)] == [book.id]
    assert not books.books_to_choose(other)


def test_targets_of_a_joined_unit_stay_on_the_board_with_its_successor(office: Office) -> None:
    boss = office.administrator
    district = make_unit(office, "691", "Huyện Một", OfficeLevel.DISTRICT, None)
    dates = {"starts_on": "2026-06-01", "target_on": "2026-06-30"}
    old = make_unit(office, "25001", "Xã Cũ", OfficeLevel.COMMUNE, district, **dates)
    heir = make_unit(office, "25002", "Xã Mới", OfficeLevel.COMMUNE, district, machines=2, **dates)
    make_unit(office, "25003", "Xã Im", OfficeLevel.COMMUNE, district, **dates)
    system = replace(office, supervisor=boss, clerk=boss)
    system.read_book(pages=1, entries=2, office="UBND xã Cũ", expected_entries=8)
    system.book(office="UBND xã Mới", volume_number="02/1998", expected_entries=5)
    scanned = Target(office_id=old.id, register_type=None, step=Step.SCANNED, starts_on=BEFORE, target_on=AFTER)
    setting_targets.save_targets(boss, scanned)
    setting_targets.save_targets(boss, replace(scanned, step=Step.CONFIRMED))
    offices.change_units(boss, [UnitChange(kind=ChangeKind.JOIN, code="25001", on=TODAY.isoformat(), new_code="25002")])

    named = f"Xã Mới (sổ của Xã Cũ, nhập từ {TODAY:%d/%m/%Y})"
    for office_id in (district.id, heir.id):
        lines = plan_targets.plan_board(boss, office_id=office_id).lines
        assert [line.unit for line in lines][:3] == ["Xã Mới", named, named]
    own, confirmed, books = lines
    assert (own.target.id, own.standing.goal) == (0, 13), "the successor's registers hold the others"
    assert (confirmed.standing.goal, confirmed.means.machines) == (8, 2) and confirmed.target.target_on == AFTER
    assert (books.standing.goal, books.standing.done, books.standing.state) == (1, 1, PlanState.DONE)
    before = {line.unit for line in plan_targets.plan_board(boss, day=BEFORE).lines}
    assert before == {"Xã Mới", "Xã Cũ", "Xã Im"}
    assert plan_exports.targets_workbook(boss, office_id=heir.id)
    # a unit of which nobody has told anything is neither done nor behind
    silent = [line for line in plan_targets.plan_board(boss).lines if line.unit == "Xã Im"]
    assert [line.standing.state for line in silent] == [PlanState.UNKNOWN]
    setting_targets.drop_target(boss, confirmed.target)
    lines = plan_targets.plan_board(boss, office_id=heir.id).lines
    assert [line.target.step for line in lines] == [Step.CONFIRMED, Step.SCANNED], "a date both have is told once"
