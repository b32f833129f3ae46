"""The plan over the tree of offices: targets, places, and who sees what of it."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from corrections.campaign.offices import OfficeLevel
from corrections.campaign.targets import PlanState, Step, Target
from corrections.entries import Role
from layouts.register_types import RegisterType
from tests.workbench.services.conftest import Office
from tests.workbench.services.plan_office import (
    EVENING,
    FRIDAY,
    MONDAY,
    MORNING,
    NOON,
    confirm,
    make_team,
    make_unit,
    person,
)
from workbench.services import (
    book_assignments,
    plan_exports,
    plan_places,
    plan_targets,
    rosters,
    setting_targets,
    shift_work,
    teams,
)
from workbench.services.audit import list_events
from workbench.services.errors import InvalidInput, NotFound
from workbench.services.plan_places import Stay

# --- targets ----------------------------------------------------------------------------------------------------------


def test_each_unit_type_and_step_has_its_target_and_those_behind_come_first(office: Office) -> None:
    top = make_unit(office, "70", "Tỉnh Bình An", OfficeLevel.PROVINCE, None)
    district = make_unit(office, "691", "Huyện Yên", OfficeLevel.DISTRICT, top)
    dates = {"starts_on": "2026-06-01", "target_on": "2026-06-12", "machines": 1, "quota": 2}
    a = make_unit(office, "25001", "Xã Mở", OfficeLevel.COMMUNE, district, **dates)
    b = make_unit(office, "25002", "Xã Kín", OfficeLevel.COMMUNE, district, machines=2)
    system = replace(office, supervisor=office.administrator, clerk=office.administrator)
    book = system.read_book(pages=2, entries=2, office="UBND xã Mở", expected_entries=10)
    system.book(office="UBND xã Kín", volume_number="02/1998")
    boss = person(office, "boss", Role.SUPERVISOR, district)
    confirm(person(office, "c1", Role.CLERK, a), book, n=2, at=dt.datetime(2026, 6, 2, 8))
    wanted = Target(
        office_id=None,
        register_type=RegisterType.BIRTH,
        step=Step.SCANNED,
        starts_on=MONDAY,
        target_on=dt.date(2026, 6, 12),
    )
    assert setting_targets.save_targets(boss, wanted, also_below=True) == 3  # the district itself, and both communes
    board = plan_targets.plan_board(boss, day=dt.date(2026, 6, 8))
    by = {(line.unit, line.target.step): line for line in board.lines}
    assert board.unit == "Huyện Yên" and len(board.lines) == 4
    # the unit's own dates are a target of entering; five of ten days are gone: 5 of 10 entries expected, 2 done
    own = by["Xã Mở", Step.CONFIRMED]
    assert own.target.id == 0 and own.standing.state is PlanState.BEHIND
    assert (own.standing.goal, own.standing.done, own.standing.expected) == (10, 2, 5)
    assert (own.standing.machines, own.standing.days_left, own.means.quota) == (1, 5, 2)
    assert by["Huyện Yên", Step.SCANNED].standing.done == 1 and by["Huyện Yên", Step.SCANNED].standing.goal == 2
    assert by["Xã Mở", Step.SCANNED].standing.state is PlanState.DONE
    assert by["Xã Kín", Step.SCANNED].standing.behind == 0  # half of one book is nobody's fault
    assert [line.unit for line in board.behind][:1] == ["Xã Mở"]
    # seen from after the date
    late = plan_targets.plan_board(boss, day=dt.date(2026, 6, 15))
    assert {line.unit for line in late.behind if line.standing.state is PlanState.OVERDUE} == {
        "Huyện Yên",
        "Xã Mở",
        "Xã Kín",
    }
    assert b.id in {line.target.office_id for line in late.behind}


def test_a_target_is_replaced_by_one_of_the_same_unit_type_and_step_and_dropped(office: Office) -> None:
    office.book(expected_entries=7)
    target = Target(
        office_id=None, register_type=None, step=Step.CONFIRMED, starts_on=MONDAY, target_on=FRIDAY, note="đợt 1"
    )
    setting_targets.save_targets(office.supervisor, target)
    setting_targets.save_targets(office.supervisor, replace(target, amount=5))
    (line,) = plan_targets.plan_board(office.clerk, day=MONDAY).lines
    assert (line.standing.goal, line.unit, line.target.note) == (5, "Toàn bộ", "đợt 1")
    with pytest.raises(InvalidInput, match="trước ngày bắt đầu"):
        setting_targets.save_targets(office.supervisor, replace(target, target_on=dt.date(2026, 5, 1)))
    setting_targets.drop_target(office.supervisor, line.target)
    assert plan_targets.plan_board(office.clerk).lines == ()
    with pytest.raises(NotFound):
        setting_targets.drop_target(office.supervisor, line.target)
    told = [e for e in list_events(office.supervisor) if e.action == "plan_target"]
    assert len(told) == 3 and told[0].old == "2026-06-01 2026-06-05 5 đợt 1" and told[-1].reason == "đợt 1"


def test_every_step_counts_what_the_record_knows(office: Office) -> None:
    book = office.read_book(pages=1, entries=2, expected_entries=2)
    office.book(volume_number="02/1998")  # neither counted nor scanned
    for step in Step:
        setting_targets.save_targets(
            office.supervisor,
            Target(office_id=None, register_type=None, step=step, starts_on=MONDAY, target_on=FRIDAY),
        )
    confirm(office.clerk, book, n=2, at=dt.datetime(2026, 6, 1, 8))
    done = {line.target.step: line.standing for line in plan_targets.plan_board(office.clerk, day=MONDAY).lines}
    assert {step: done[step].done for step in (Step.COUNTED, Step.SCANNED, Step.READ)} == dict.fromkeys(
        (Step.COUNTED, Step.SCANNED, Step.READ), 1
    )
    assert done[Step.SCANNED].goal == 2 and done[Step.EXPORTED].done == 0
    # the second book is not counted, so nobody knows how many entries there are to enter
    assert (done[Step.CONFIRMED].state, done[Step.CONFIRMED].goal, done[Step.CONFIRMED].done) == (
        PlanState.UNKNOWN,
        None,
        2,
    )


# --- places -----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_team_sits_in_one_place_at_a_time_and_the_host_sees_it_come(office: Office, tmp_path: Path) -> None:
    top = make_unit(office, "70", "Tỉnh Bình An", OfficeLevel.PROVINCE, None)
    district = make_unit(office, "691", "Huyện Yên", OfficeLevel.DISTRICT, top)
    a, b = (
        make_unit(office, code, name, OfficeLevel.COMMUNE, district)
        for code, name in (("25001", "Xã Mở"), ("25002", "Xã Kín"))
    )
    boss = person(office, "boss", Role.SUPERVISOR, district)
    hosts = [person(office, f"chu{unit.code}", Role.SUPERVISOR, unit) for unit in (a, b)]
    team = make_team(boss, "Tổ lưu động", boss)
    assert team.office_id == district.id
    stay = Stay(
        office_id=None, team_id=team.id, place_office_id=a.id, place="hội trường", starts_on=MONDAY, ends_on=FRIDAY
    )
    plan_places.add_stay(boss, stay)
    with pytest.raises(InvalidInput, match="Xã Mở, hội trường từ 01/06/2026 đến 05/06/2026"):
        plan_places.add_stay(boss, replace(stay, place_office_id=b.id, starts_on=FRIDAY, ends_on=dt.date(2026, 6, 9)))
    second = plan_places.add_stay(
        boss, replace(stay, place_office_id=b.id, place="", starts_on=dt.date(2026, 6, 8), ends_on=dt.date(2026, 6, 9))
    )
    for wrong in (replace(stay, place_office_id=None, place=" "), replace(second, ends_on=MONDAY)):
        with pytest.raises(InvalidInput):
            plan_places.add_stay(boss, wrong)
    assert [(s.team, s.leader, s.place, s.days) for s in plan_places.list_stays(boss)] == [
        ("Tổ lưu động", "Đỗ Văn An", "Xã Mở, hội trường", 5),
        ("Tổ lưu động", "Đỗ Văn An", "Xã Kín", 2),
    ]
    for host, place in zip(hosts, ("Xã Mở, hội trường", "Xã Kín"), strict=True):
        (seen,) = plan_places.list_stays(host)
        assert (seen.place, seen.leader, seen.own) == (place, "Đỗ Văn An", False)
        assert teams.list_teams(host) == ()
        with pytest.raises(NotFound):
            plan_places.drop_stay(host, seen.stay.id)
    # the roster stands where the team sits
    rosters.put_on_roster(
        boss, team_id=team.id, member_ids=[team.members[0].id], first=FRIDAY, last=FRIDAY, shifts=[MORNING]
    )
    roster = rosters.roster_of(boss, first=FRIDAY, last=FRIDAY)
    assert [(line.place, line.shift, line.count) for line in roster.lines] == [
        ("Xã Mở, hội trường", MORNING, 1),
        ("Huyện Yên", NOON, 0),
        ("Huyện Yên", EVENING, 0),
    ]
    # the commune's own team and the one that sits in its hall make up one shift
    own = make_team(hosts[0], "Tổ xã", hosts[0])
    rosters.put_on_roster(
        hosts[0], team_id=own.id, member_ids=[m.id for m in own.members], first=FRIDAY, last=FRIDAY, shifts=[MORNING]
    )
    shift = rosters.roster_of(boss, first=FRIDAY, last=FRIDAY).lines[0]
    assert (shift.place, shift.teams) == ("Xã Mở, hội trường", ("Tổ lưu động", "Tổ xã"))
    assert shift.count == 1 + len(own.members)
    name, document = plan_places.print_stays(boss, first=MONDAY, last=dt.date(2026, 6, 30))
    assert name.startswith("lich-dia-diem-") and document.startswith(b"PK")
    sheet = load_workbook(io.BytesIO(plan_exports.places_workbook(boss)), data_only=True).active
    assert sheet is not None
    cells = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=8)]
    assert cells[0][1:7] == ["Tổ lưu động", "Đỗ Văn An", "Xã Mở, hội trường", "01/06/2026", "05/06/2026", 5]
    assert cells[2][6] == 7
    plan_places.drop_stay(boss, second.id)
    assert plan_places.list_stays(hosts[1]) == ()


@pytest.mark.slow
def test_a_commune_never_sees_anothers_people_targets_or_books(office: Office) -> None:
    top = make_unit(office, "70", "Tỉnh Bình An", OfficeLevel.PROVINCE, None)
    district = make_unit(office, "691", "Huyện Yên", OfficeLevel.DISTRICT, top)
    a, b = (
        make_unit(office, code, name, OfficeLevel.COMMUNE, district)
        for code, name in (("25001", "Xã Mở"), ("25002", "Xã Kín"))
    )
    system = replace(office, supervisor=office.administrator, clerk=office.administrator)
    secret = system.read_book(pages=1, entries=2, office="UBND xã Kín")
    boss_a, boss_b = (person(office, f"boss{unit.code}", Role.SUPERVISOR, unit) for unit in (a, b))
    clerk_b = person(office, "bimat", Role.CLERK, b)
    team = make_team(boss_b, "Tổ Kín", clerk_b)
    rosters.put_on_roster(
        boss_b, team_id=team.id, member_ids=[m.id for m in team.members], first=MONDAY, last=FRIDAY, shifts=[MORNING]
    )
    setting_targets.save_targets(
        boss_b, Target(office_id=None, register_type=None, step=Step.READ, starts_on=MONDAY, target_on=FRIDAY)
    )
    book_assignments.assign_books_to(boss_b, [secret.id], team_id=team.id)
    confirm(clerk_b, secret, n=1, at=dt.datetime(2026, 6, 1, 7))
    for who in (boss_a, person(office, "nhap25001", Role.CLERK, a)):
        assert plan_targets.plan_board(who).lines == ()
        assert plan_places.list_stays(who) == ()
    assert teams.list_teams(boss_a, former=True) == () and book_assignments.assigned_books(boss_a) == ()
    assert all(not line.count for line in rosters.roster_of(boss_a, first=MONDAY, last=FRIDAY).lines)
    assert shift_work.shift_work(boss_a, first=MONDAY, last=FRIDAY).people == ()
    for call in (
        lambda: teams.save_team(boss_a, replace(team, name="Của tôi")),
        lambda: rosters.put_on_roster(
            boss_a, team_id=team.id, member_ids=[team.members[0].id], first=MONDAY, last=MONDAY, shifts=[NOON]
        ),
        lambda: book_assignments.assign_books_to(boss_a, [secret.id], shift=MORNING),
        lambda: make_team(boss_a, "Tổ 1", clerk_b),
    ):
        with pytest.raises(NotFound):
            call()
    with pytest.raises(InvalidInput, match="bạn phụ trách"):
        plan_targets.plan_board(boss_a, office_id=b.id)
    above = person(office, "huyen", Role.SUPERVISOR, district)
    assert [t.name for t in teams.list_teams(above)] == ["Tổ Kín"]
    assert len(plan_targets.plan_board(above).lines) == 1
    for unit, people in ((None, ["bimat"]), (b.id, ["bimat"]), (a.id, [])):
        work = shift_work.shift_work(above, first=MONDAY, last=FRIDAY, office_id=unit)
        assert [row.account for row in work.people] == people
