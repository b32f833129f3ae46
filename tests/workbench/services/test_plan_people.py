"""Teams, rosters, work by the clock's shift with pay, books given out."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from corrections.campaign.person_work import PayRule
from corrections.campaign.shifts import Body, ShiftRule
from corrections.entries import DecisionKind
from layouts.register_types import RegisterType
from storage.accounts import get_account
from storage.clock import stamp
from storage.effort_log import Effort, add_effort
from storage.schema import effort_events, entries
from tests.workbench.services.conftest import Office
from tests.workbench.services.plan_office import (
    EVENING,
    FRIDAY,
    MONDAY,
    MORNING,
    NOON,
    confirm,
    make_team,
)
from vietnamese.shown_time import LOCAL
from workbench.services import (
    book_assignments,
    effort,
    plan_exports,
    plan_settings,
    review,
    rosters,
    shift_work,
    teams,
)
from workbench.services.audit import list_events
from workbench.services.context import Context
from workbench.services.errors import InvalidInput, NotAllowed, NotFound
from workbench.services.plan_settings import PlanSettings
from workbench.services.teams import Team

# --- teams and rosters ------------------------------------------------------------------------------------------------


def test_a_team_has_one_leader_and_nobody_is_in_two(office: Office) -> None:
    team = make_team(office.supervisor, "Tổ 1", office.clerk, office.other_clerk)
    assert team.leader == "Đỗ Văn An"
    with office.nobody.database.read() as connection:
        account = get_account(connection, office.clerk.who.id)
    assert account is not None and account.team == "Tổ 1"
    with pytest.raises(InvalidInput, match="đang ở Tổ 1"):
        make_team(office.supervisor, "Tổ 2", office.clerk)
    with pytest.raises(InvalidInput, match="đã có"):
        make_team(office.supervisor, "tổ 1")
    with pytest.raises(InvalidInput, match="chỉ một người"):
        teams.save_team(office.supervisor, replace(team, members=tuple(replace(m, leader=True) for m in team.members)))
    with pytest.raises(InvalidInput, match="có tên"):
        teams.save_team(office.supervisor, Team(office_id=None, name=" "))
    # somebody leaves: old rosters go on naming them, the account no longer carries the team
    teams.save_team(office.supervisor, replace(team, name="Tổ Một", members=team.members[1:]))
    (kept,) = teams.list_teams(office.supervisor)
    assert [m.name for m in kept.present] == ["Đỗ Văn An", office.other_clerk.actor] and len(kept.members) == 3
    with office.nobody.database.read() as connection:
        left, stayed = (get_account(connection, who.who.id) for who in (office.clerk, office.other_clerk))
    assert left is not None and stayed is not None and (left.team, stayed.team) == ("", "Tổ Một")
    actions = [e.action for e in list_events(office.supervisor)]
    assert actions.count("save_team") == 2 and actions.count("update_account") >= 3


def test_the_roster_shows_what_each_shift_lacks(office: Office) -> None:
    team = make_team(office.supervisor, "Tổ 1", office.clerk, office.other_clerk, office.supervisor)
    ids = [member.id for member in team.members]
    put = {"team_id": team.id, "first": MONDAY, "last": dt.date(2026, 6, 7)}
    assert rosters.put_on_roster(office.supervisor, **put, member_ids=ids, shifts=[MORNING]) == 20  # no weekend
    assert rosters.put_on_roster(office.supervisor, **put, member_ids=ids[:1], shifts=[MORNING, NOON]) == 5
    roster = rosters.roster_of(office.supervisor, first=MONDAY, last=dt.date(2026, 6, 7))
    assert {(gap.shift, gap.present, gap.missing) for gap in roster.gaps} == {
        (NOON, 1, ("3 người", "1 công an")),
        (EVENING, 0, ("4 người", "1 cán bộ tư pháp", "1 công an")),
    }
    assert len(roster.gaps) == 10
    for day in (dt.date(1, 1, 1), dt.date(9999, 12, 31)):
        with pytest.raises(InvalidInput, match="Ngày đầu"):
            rosters.roster_of(office.supervisor, first=day, last=day)
    morning = next(line for line in roster.lines if line.shift == MORNING)
    assert (morning.count, morning.missing, morning.teams) == (4, (), ("Tổ 1",))
    assert morning.people[Body.POLICE] == ("Đỗ Văn An",)
    assert [(t.day, t.shift, t.team) for t in rosters.my_turns(office.clerk, first=FRIDAY)] == [
        (FRIDAY, MORNING, "Tổ 1"),
        (FRIDAY, NOON, "Tổ 1"),
    ]
    assert rosters.take_off_roster(office.supervisor, **put, member_ids=ids[:1], shifts=[NOON]) == 5
    for wrong in ({"member_ids": [], "shifts": [NOON]}, {"member_ids": ids, "shifts": ["sáng"]}):
        with pytest.raises(InvalidInput):
            rosters.put_on_roster(office.supervisor, **put, **wrong)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="không thuộc"):
        rosters.put_on_roster(office.supervisor, **put, member_ids=[999], shifts=[NOON])
    with pytest.raises(NotFound):
        rosters.put_on_roster(office.supervisor, **{**put, "team_id": 999}, member_ids=ids, shifts=[NOON])


def test_hours_rule_and_calendar_are_settings(office: Office) -> None:
    usual = plan_settings.plan_settings(office.clerk)
    assert [s.key for s in usual.shifts] == [MORNING, NOON, EVENING] and usual.rule == ShiftRule()
    chosen = PlanSettings(
        hours="7:30-11:30, 13-17", rule=ShiftRule(least=2, justice=1, police=0), pay=PayRule(quota=80, price=900)
    )
    plan_settings.save_plan_settings(office.administrator, chosen)
    kept = plan_settings.plan_settings(office.clerk)
    assert (kept.rule, kept.pay, [s.key for s in kept.shifts]) == (
        chosen.rule,
        chosen.pay,
        ["07:30-11:30", "13:00-17:00"],
    )
    holiday = dt.date(2026, 2, 16)
    calendar = replace(chosen.calendar, off=plan_settings.days_of_text("16/02/2026"))
    plan_settings.save_plan_settings(office.administrator, replace(chosen, calendar=calendar))
    assert not plan_settings.plan_settings(office.clerk).calendar.is_work_day(holiday)
    both = replace(calendar, extra=frozenset({holiday}))
    with pytest.raises(InvalidInput, match="16/02/2026 vừa là ngày nghỉ"):
        plan_settings.save_plan_settings(office.administrator, replace(chosen, calendar=both))
    with pytest.raises(InvalidInput, match="Không hiểu ngày «Tết»"):
        plan_settings.days_of_text("Tết")
    with pytest.raises(InvalidInput, match="Không hiểu ca"):
        plan_settings.save_plan_settings(office.administrator, replace(chosen, hours="sáng"))
    with pytest.raises(NotAllowed):
        plan_settings.save_plan_settings(office.supervisor, chosen)


# --- work and pay -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_work_is_counted_by_the_clock_and_paid(office: Office) -> None:
    book = office.read_book(pages=4, entries=3)
    team = make_team(office.supervisor, "Tổ 1", office.clerk)
    me = team.members[0].id
    turn = {"team_id": team.id, "first": MONDAY, "last": MONDAY}
    rosters.put_on_roster(office.supervisor, **turn, member_ids=[me], shifts=[MORNING, NOON])
    confirm(office.clerk, book, n=4, at=dt.datetime(2026, 6, 1, 6, 0))
    confirm(office.clerk, book, n=1, at=dt.datetime(2026, 6, 1, 5, 59))  # on the roster's day, but before any shift
    confirm(office.other_clerk, book, n=2, at=dt.datetime(2026, 6, 1, 21, 59))
    confirm(office.other_clerk, book, n=1, at=dt.datetime(2026, 6, 2, 0, 0))  # another day
    back = confirm(office.other_clerk, book, n=1, at=dt.datetime(2026, 6, 1, 18, 0))
    entry = review.get_entry(office.supervisor, back[0])
    review.save_entry(
        office.supervisor,
        entry_id=back[0],
        revision=entry.entry.revision,
        token="back-000001",
        decision=DecisionKind.SEND_BACK,
        reason="ảnh mờ",
    )
    plan_settings.save_plan_settings(
        office.administrator, PlanSettings(pay=PayRule(quota=1, price=1000, price_above=1500))
    )
    work = shift_work.shift_work(office.supervisor, first=MONDAY, last=MONDAY)
    clerk, other = ({row.account: row for row in work.people}[name] for name in ("clerk", "clerk2"))
    assert clerk.work.by_shift == {MORNING: 4, "": 1} and clerk.body == "Tư pháp"
    assert (clerk.work.shifts, clerk.work.above(work.rule), clerk.work.pay(work.rule)) == (2, 3, 2 * 1000 + 3 * 1500)
    assert other.work.by_shift == {EVENING: 2} and other.work.sent_back == 1
    assert [row.account for row in work.above] == ["clerk", "clerk2"]
    mine = shift_work.my_work(office.clerk, first=MONDAY, last=MONDAY)
    assert [(line.shift, line.entries, line.on_roster) for line in mine] == [("", 1, False), (MORNING, 4, True)]
    with pytest.raises(InvalidInput):
        shift_work.shift_work(office.supervisor, first=FRIDAY, last=MONDAY)


@pytest.mark.slow
def test_the_pay_list_has_sums_that_are_formulas_and_agree(office: Office) -> None:
    book = office.read_book(pages=2, entries=3)
    confirm(office.clerk, book, n=4, at=dt.datetime(2026, 6, 1, 7, 0))
    confirm(office.other_clerk, book, n=1, at=dt.datetime(2026, 6, 3, 13, 0))
    plan_settings.save_plan_settings(office.administrator, PlanSettings(pay=PayRule(quota=3, price=1000)))
    data = plan_exports.pay_workbook(office.supervisor, first=MONDAY, last=FRIDAY)
    formulas, values = (load_workbook(io.BytesIO(data), data_only=only) for only in (False, True))
    assert values.sheetnames == ["Theo nguoi", "Vuot dinh muc", "Theo ngay, ca"]
    sheet = values["Theo nguoi"]
    rows = {row[1].value: row for row in sheet.iter_rows(min_row=10) if row[1].value}
    # 4 entries in one shift of 3: one above; the columns from the 12th are total, target, above, per cent, money
    assert [cell.value for cell in rows["clerk"][11:16]] == [4, 3, 1, 133, 4000]
    assert [cell.value for cell in rows["TỔNG"][11:14]] == [5, 6, 1] and rows["TỔNG"][15].value == 5000
    assert rows["Kiểm tra với bảng theo ngày"][11].value == "Khớp"
    total = formulas["Theo nguoi"][rows["TỔNG"][11].coordinate].value
    assert total.startswith("=IF(AND(")
    above = [[c.value for c in row] for row in values["Vuot dinh muc"].iter_rows(min_row=8)]
    assert above[0][1] == "clerk" and above[0][7] == 1 and above[1][7] == 1 and len(above) == 2
    assert values["Theo ngay, ca"].max_row == 10


def test_who_has_no_shift_has_no_target_and_is_left_out_of_those_above(office: Office) -> None:
    book = office.read_book(pages=1, entries=3)
    confirm(office.clerk, book, n=2, at=dt.datetime(2026, 6, 1, 7, 0))
    confirm(office.other_clerk, book, n=1, at=dt.datetime(2026, 6, 1, 23, 0))
    pay = PayRule(quota=1, price=1000, price_above=5000)
    plan_settings.save_plan_settings(office.administrator, PlanSettings(pay=pay))
    work = shift_work.shift_work(office.supervisor, first=MONDAY, last=MONDAY)
    assert [row.account for row in work.above] == ["clerk"]
    data = plan_exports.pay_workbook(office.supervisor, first=MONDAY, last=MONDAY)
    formulas, values = (load_workbook(io.BytesIO(data), data_only=only) for only in (False, True))
    rows = {row[1].value: row for row in values["Theo nguoi"].iter_rows() if row[1].value}
    late, total = rows[office.other_clerk.actor], rows["TỔNG"]
    assert [cell.value for cell in late[11:16]] == [1, "chưa có ca", 0, None, 1000]
    assert [cell.value for cell in total[11:14]] == [3, 1, 1]
    line = late[0].row
    assert formulas["Theo nguoi"][f"M{line}"].value == f'=IF(G{line}=0,"chưa có ca",G{line}*$E$5)'
    above = [cell.value for row in values["Vuot dinh muc"].iter_rows() for cell in row]
    assert office.other_clerk.actor not in above
    assert any(str(text).startswith("1 người chưa có ca nào") for text in above)


@pytest.mark.slow
def test_register_types_have_prices_of_their_own(office: Office) -> None:
    book = office.read_book(pages=2, entries=3)
    done = confirm(office.clerk, book, n=6, at=dt.datetime(2026, 6, 1, 7, 0))
    with office.nobody.database.write() as connection:
        connection.execute(
            entries.update().where(entries.c.id.in_(done[:2])).values(register_type=RegisterType.DEATH.value)
        )
    pay = PayRule(quota=4, price=1000, price_above=1500, prices={RegisterType.DEATH: 2000, RegisterType.MARRIAGE: 500})
    plan_settings.save_plan_settings(office.administrator, PlanSettings(pay=pay))
    assert plan_settings.plan_settings(office.clerk).pay == pay
    work = shift_work.shift_work(office.supervisor, first=MONDAY, last=MONDAY)
    (row,) = work.people
    assert row.work.by_type == {RegisterType.BIRTH: 4, RegisterType.DEATH: 2}
    money = 4 * 1000 + 2 * 2000 + 2 * 500  # two above the target bring 500 more each
    assert row.work.pay(work.rule) == money
    data = plan_exports.pay_workbook(office.supervisor, first=MONDAY, last=MONDAY)
    formulas, values = (load_workbook(io.BytesIO(data), data_only=only)["Theo nguoi"] for only in (False, True))
    line = next(found for found in values.iter_rows() if found[1].value == "clerk")
    assert [cell.value for cell in line[11:18]] == [2, 0, 6, 4, 2, 150, money]
    assert formulas[line[17].coordinate].value == "=L14*$E$8+M14*$E$9+(N14-L14-M14)*$E$6+P14*($E$7-$E$6)"
    with pytest.raises(InvalidInput, match="không được quá"):
        plan_settings.save_plan_settings(office.administrator, PlanSettings(pay=replace(pay, price=10**12)))


def test_effort_is_told_by_the_shift_that_the_clock_showed(office: Office) -> None:
    book = office.read_book(pages=1, entries=3)
    ids = [entry.entry.id for entry in review.next_entries(office.clerk, n=3, book_id=book.id)]
    with office.nobody.database.write() as connection:
        for entry_id, moment in zip(ids, ("05:59", "06:00", "11:59"), strict=True):
            add_effort(
                connection, (Effort(active_ms=1000),), account_id=1, entry_id=entry_id, book_id=book.id, shift="chiều"
            )
            at = stamp(dt.datetime.fromisoformat(f"2026-06-01T{moment}").replace(tzinfo=LOCAL))
            connection.execute(effort_events.update().where(effort_events.c.entry_id == entry_id).values(at=at))
    told = {total.group: total.entries for total in effort.effort_summary(office.supervisor, by="shift")}
    assert told == {"6-12 giờ": 2, "Ngoài ca": 1}
    nights = PlanSettings(hours="22-6, 6-14")
    plan_settings.save_plan_settings(office.administrator, nights)
    told = {total.group: total.entries for total in effort.effort_summary(office.supervisor, by="shift")}
    assert told == {"22-6 giờ": 1, "6-14 giờ": 2}


def test_effort_is_told_by_the_day_of_the_offices_clock(office: Office) -> None:
    book = office.read_book(pages=1, entries=3)
    ids = [entry.entry.id for entry in review.next_entries(office.clerk, n=3, book_id=book.id)]
    moments = ("2026-05-31T23:59", "2026-06-01T00:00", "2026-06-01T06:30")
    with office.nobody.database.write() as connection:
        for entry_id, moment in zip(ids, moments, strict=True):
            add_effort(connection, (Effort(active_ms=1000),), account_id=1, entry_id=entry_id, book_id=book.id)
            at = stamp(dt.datetime.fromisoformat(moment).replace(tzinfo=LOCAL))
            connection.execute(effort_events.update().where(effort_events.c.entry_id == entry_id).values(at=at))
    totals = effort.effort_summary(office.supervisor, by="day")
    assert [(total.group, total.entries) for total in totals] == [("31/05/2026", 1), ("01/06/2026", 2)]


# --- books given out --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_books_given_to_a_person_team_or_shift_come_first_and_nothing_is_withheld(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    books = [office.read_book(pages=1, entries=1, volume_number=f"0{n}/1998") for n in range(1, 6)]
    plain, of_shift, of_team, mine, of_other = (book.id for book in books)
    team = make_team(office.supervisor, "Tổ 1", office.clerk)
    give = book_assignments.assign_books_to
    assert give(office.supervisor, [of_team], team_id=team.id) == 1
    assert give(office.supervisor, [mine], account_id=office.clerk.who.id) == 1
    assert give(office.supervisor, [of_other, mine], account_id=office.other_clerk.who.id) == 2
    assert give(office.supervisor, [of_other], account_id=office.other_clerk.who.id) == 0  # it has it already
    assert give(office.supervisor, [of_shift], shift="6-12") == 1

    def order(who: Context, hour: int) -> list[int]:
        at = dt.datetime(2026, 6, 1, hour, tzinfo=LOCAL).astimezone(dt.UTC)
        monkeypatch.setattr("workbench.services.review.now", lambda: at)
        return [entry.entry.book_id for entry in review.next_entries(who, n=9, lease=False)]

    assert order(office.clerk, 8) == [mine, of_team, of_shift, plain, of_other]
    assert order(office.clerk, 15) == [mine, of_team, plain, of_shift, of_other]
    assert order(office.other_clerk, 15) == [mine, of_other, plain, of_shift, of_team]
    assert [e.entry.book_id for e in review.next_entries(office.clerk, n=9, book_id=of_other, lease=False)] == [
        of_other
    ]
    given = {(line.progress.book.id, line.to) for line in book_assignments.assigned_books(office.supervisor)}
    assert (of_shift, "Ca 6-12 giờ") in given and (of_team, "Tổ 1") in given and len(given) == 5
    assert {line.progress.book.id for line in book_assignments.my_books(office.clerk)} >= {mine, of_team}
    # other hours since: the book stays with the shift that took the place of the one it was given to
    plan_settings.save_plan_settings(office.administrator, PlanSettings(hours="7-11:30, 13-17"))
    assert order(office.clerk, 8) == [mine, of_team, of_shift, plain, of_other]
    assert "Ca 7-11:30 giờ" in {line.to for line in book_assignments.assigned_books(office.supervisor)}
    ids = [line.id for line in book_assignments.assigned_books(office.supervisor)]
    assert book_assignments.take_books_back(office.supervisor, ids) == 5
    assert order(office.clerk, 8) == [book.id for book in books]
    for wrong in ({}, {"team_id": team.id, "shift": MORNING}, {"shift": "sáng"}):
        with pytest.raises(InvalidInput):
            give(office.supervisor, [mine], **wrong)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        give(office.supervisor, [999], team_id=team.id)
