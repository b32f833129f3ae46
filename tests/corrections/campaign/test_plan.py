"""The plan's rules: how a target stands, what keeping it takes, shifts by the clock, gaps of a roster, pay."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from corrections.campaign.calendars import CALENDARS
from corrections.campaign.days_off import fixed_holidays, parse_days, shown_days
from corrections.campaign.offices import OfficeLevel
from corrections.campaign.person_work import PayRule, WorkLine, work_of_people
from corrections.campaign.shifts import (
    USUAL_SHIFTS,
    Body,
    ShiftRule,
    parse_shifts,
    roster_gaps,
    shift_in_force,
    shift_label,
    shift_of,
)
from corrections.campaign.targets import (
    Means,
    PlanState,
    Step,
    Target,
    TargetError,
    checked_target,
    machines_for_all,
    pace_end_words,
    standing_of,
    step_in_sentence,
    what_it_takes,
)
from corrections.campaign.totals import Total
from vietnamese.addresses import UnitKind

WEEKDAYS, EVERY_DAY, NIGHTS = CALENDARS
MONDAY = dt.date(2026, 6, 1)
TARGET = Target(office_id=1, register_type=None, step=Step.CONFIRMED, starts_on=MONDAY, target_on=dt.date(2026, 6, 12))
"""Ten days of work."""


def _standing(done, today, *, total=2000, machines=1, calendar=WEEKDAYS, step=Step.CONFIRMED, pace=0.0):  # type: ignore[no-untyped-def]
    means = Means(machines=machines, quota=200, calendar=calendar)
    target = replace(TARGET, step=step)
    return standing_of(target, total=Total(known=total), done=done, today=today, means=means, pace=pace), means


def test_days_of_work_between_two_days() -> None:
    assert WEEKDAYS.work_days(MONDAY, dt.date(2026, 6, 12)) == 10
    assert WEEKDAYS.work_days(dt.date(2026, 6, 6), dt.date(2026, 6, 7)) == 0
    assert WEEKDAYS.work_days(MONDAY, dt.date(2026, 5, 31)) == 0
    assert EVERY_DAY.work_days(MONDAY, dt.date(2026, 6, 12)) == 12
    for days in range(1, 40):  # the last of so many days of work has so many up to it
        assert WEEKDAYS.work_days(MONDAY, WEEKDAYS.last_day(MONDAY, days)) == days


@pytest.mark.parametrize(
    ("done", "today", "state", "behind"),
    [
        (0, dt.date(2026, 5, 20), PlanState.NOT_BEGUN, 0),
        (0, MONDAY, PlanState.ON_COURSE, 0),  # its own day is still to come
        (199, dt.date(2026, 6, 2), PlanState.BEHIND, 1),
        (200, dt.date(2026, 6, 2), PlanState.ON_COURSE, 0),
        (900, dt.date(2026, 6, 8), PlanState.BEHIND, 100),  # after a weekend five days are gone, not seven
        (1999, dt.date(2026, 6, 13), PlanState.OVERDUE, 1),
        (2000, dt.date(2026, 6, 13), PlanState.DONE, 0),
        (2500, dt.date(2026, 6, 3), PlanState.DONE, 0),
    ],
)
def test_how_a_target_stands(done: int, today: dt.date, state: PlanState, behind: int) -> None:
    standing, _ = _standing(done, today)
    assert (standing.state, standing.behind) == (state, behind)


def test_a_unit_that_nobody_has_counted_is_neither_on_course_nor_behind() -> None:
    means = Means(machines=8, quota=200)
    late = dt.date(2027, 1, 1)
    unknown = standing_of(TARGET, total=Total(known=5, unknown=846), done=3, today=late, means=means)
    silent = standing_of(TARGET, total=Total(known=5), done=None, today=late, means=means)
    assert unknown.state is silent.state is PlanState.UNKNOWN and unknown.goal is None and silent.behind == 0
    counted = standing_of(replace(TARGET, amount=4), total=Total(unknown=1), done=3, today=late, means=means)
    assert (counted.state, counted.remaining) == (PlanState.OVERDUE, 1)


def test_machines_shifts_and_days_are_rounded_up() -> None:
    # 2001 cases in ten days: one machine at 200 falls one short
    standing, means = _standing(0, MONDAY, total=2001)
    assert (standing.machines, standing.shifts, standing.days, standing.late_days) == (2, 3, 11, 1)
    assert standing.ends_on == dt.date(2026, 6, 15)
    words = what_it_takes(standing, Step.CONFIRMED, means)
    assert "2 máy (đang có 1, thêm 1)" in words and "3 ca mỗi ngày với 1 máy" in words
    assert "còn 11 ngày, xong 15/06/2026, trễ 1 ngày làm việc" in words


def test_where_all_shifts_together_are_too_few_it_says_so() -> None:
    standing, means = _standing(0, MONDAY, total=3001)
    assert standing.shifts is None and standing.machines == 2
    assert "3 ca mỗi ngày với 1 máy vẫn không kịp" in what_it_takes(standing, Step.CONFIRMED, means)
    standing, means = _standing(0, MONDAY, total=3000)
    assert standing.shifts == 3


def test_three_shifts_day_and_night_hold_half_as_much_again() -> None:
    target = replace(TARGET, target_on=dt.date(2026, 6, 10))  # ten days with weekends
    means = Means(machines=1, quota=200, calendar=NIGHTS)
    standing = standing_of(target, total=Total(known=3000), done=0, today=MONDAY, means=means)
    assert (standing.machines, standing.days, standing.late_days) == (1, 10, 0)


def test_after_the_date_no_machine_helps_and_the_end_is_told() -> None:
    standing, means = _standing(1500, dt.date(2026, 6, 15))
    assert standing.machines is None and standing.shifts is None and standing.days_left == 0
    assert (standing.days, standing.ends_on, standing.late_days) == (3, dt.date(2026, 6, 17), 3)
    assert what_it_takes(standing, Step.CONFIRMED, means) == (
        "giữ nguyên số máy thì còn 3 ngày, xong 17/06/2026, trễ 3 ngày làm việc"
    )


def test_books_ask_for_books_a_day() -> None:
    standing, means = _standing(1, dt.date(2026, 6, 8), total=12, step=Step.SCANNED)
    assert (standing.per_day, standing.machines) == (3, None)
    assert what_it_takes(standing, Step.SCANNED, means) == "còn 11 quyển, mỗi ngày làm việc 3"
    standing, means = _standing(11, dt.date(2026, 6, 15), total=12, step=Step.SCANNED)
    assert what_it_takes(standing, Step.SCANNED, means) == "còn 1 quyển"


def test_without_machines_only_their_number_is_told() -> None:
    standing, means = _standing(0, MONDAY, machines=None)
    assert (standing.machines, standing.days, standing.ends_on) == (1, None, None)
    assert what_it_takes(standing, Step.CONFIRMED, means) == "1 máy (chưa rõ đang có mấy máy)"


def test_the_pace_of_the_last_days_tells_an_end() -> None:
    standing, _ = _standing(0, MONDAY, pace=150.0)
    assert standing.pace_ends_on == WEEKDAYS.last_day(MONDAY, 14)
    assert _standing(0, MONDAY)[0].pace_ends_on is None


def test_several_dates_of_one_unit_want_the_machines_of_the_hardest_one() -> None:
    means = Means(machines=1, quota=200)
    assert machines_for_all([(1000, 5), (1000, 10)], means) == 1
    assert machines_for_all([(1000, 10), (2000, 5)], means) == 2
    assert machines_for_all([(900, 5), (1101, 10)], means) == 2  # each alone would be content with one
    assert machines_for_all([(1, 0), (1, 5)], means) is None
    assert machines_for_all([(0, 0)], means) == 0


def test_a_target_that_cannot_be_is_refused() -> None:
    with pytest.raises(TargetError, match="trước ngày bắt đầu"):
        checked_target(replace(TARGET, target_on=dt.date(2026, 5, 31)))
    with pytest.raises(TargetError, match="từ 1"):
        checked_target(replace(TARGET, amount=0))
    with pytest.raises(TargetError, match=r"không được quá 1\.000\.000\.000"):
        checked_target(replace(TARGET, amount=10**30))


def test_work_that_outlasts_the_calendar_has_no_last_day_and_says_so() -> None:
    assert CALENDARS[0].last_day(dt.date(9999, 12, 29), 2_500_000) is None
    assert CALENDARS[0].last_day(MONDAY, 20_000) is None
    standing, means = _standing(0, MONDAY, total=10_000_000, pace=1.0)
    assert (standing.days, standing.ends_on, standing.late_days, standing.pace_ends_on) == (50_000, None, 0, None)
    words = what_it_takes(standing, Step.CONFIRMED, means)
    assert "5.000 máy (đang có 1, thêm 4.999)" in words
    assert "còn 50.000 ngày, xong sau hơn 50 năm" in words
    assert pace_end_words(standing) == "sau hơn 50 năm"


def test_a_drive_of_twenty_days_that_is_too_short_says_how_many_it_takes() -> None:
    standing, means = _standing(0, MONDAY, total=13_500, calendar=NIGHTS)
    assert standing.days == 45
    assert "một đợt 20 ngày không đủ, cần 3 đợt" in what_it_takes(standing, Step.CONFIRMED, means)


def test_the_names_of_authorities_keep_their_capitals_within_a_sentence() -> None:
    words = {step: step_in_sentence(step) for step in Step}
    assert words[Step.ACCEPTED_PROVINCE] == "Sở Tư pháp nghiệm thu"
    assert words[Step.ACCEPTED_DISTRICT] == "Phòng Tư pháp nghiệm thu"
    assert (words[Step.ACCEPTED_COMMUNE], words[Step.CONFIRMED]) == ("xã nghiệm thu", "nhập xong")


@pytest.mark.parametrize("day", [dt.date(1, 1, 1), dt.date(9999, 12, 31)])
def test_a_target_has_days_that_can_be(day: dt.date) -> None:
    with pytest.raises(TargetError, match=r"01/01/0001 ở trước năm 2010|31/12/9999 ở sau 31/12/2049"):
        checked_target(replace(TARGET, starts_on=min(day, MONDAY), target_on=max(day, MONDAY)))


# --- days off ---------------------------------------------------------------------------------------------------------


def test_the_nations_fixed_days_are_off_with_days_in_their_place() -> None:
    week = WEEKDAYS.weekdays
    # 2022: 30 April a Saturday, 1 May a Sunday: the two days after are off; 1 January a Saturday; 2 September a Friday
    assert fixed_holidays(2022, week) == {
        dt.date(2022, *day) for day in ((1, 1), (1, 3), (4, 30), (5, 1), (5, 2), (5, 3), (9, 2))
    }
    # 2023: 30 April a Sunday, 1 May a Monday: the day after both
    assert dt.date(2023, 5, 2) in fixed_holidays(2023, week)
    assert fixed_holidays(2022, EVERY_DAY.weekdays) == {
        dt.date(2022, *day) for day in ((1, 1), (4, 30), (5, 1), (9, 2))
    }
    assert not WEEKDAYS.is_work_day(dt.date(2026, 9, 2)) and not EVERY_DAY.is_work_day(dt.date(2026, 9, 2))
    assert NIGHTS.is_work_day(dt.date(2026, 9, 2)), "a drive of days and nights goes on"


def test_days_off_and_days_in_exchange_count_in_every_way_alike() -> None:
    days = parse_days("16/02/2026 - 20/02/2026, 27.4.2026; 31/08/2026 đến 01/09/2026")
    calendar = replace(WEEKDAYS, off=days, extra=parse_days("25/04/2026, 22/08/2026, 30/04/2026"))
    assert shown_days(days) == "16/02/2026 - 20/02/2026, 27/04/2026, 31/08/2026 - 01/09/2026"
    assert parse_days(shown_days(days)) == days and parse_days(" \n, ") == frozenset()
    first, last = dt.date(2025, 12, 20), dt.date(2027, 1, 20)
    one_by_one = sum(calendar.is_work_day(first + dt.timedelta(days=n)) for n in range((last - first).days + 1))
    assert calendar.work_days(first, last) == one_by_one
    assert calendar.is_work_day(dt.date(2026, 4, 30)), "a holiday given in exchange is worked on"
    assert calendar.last_day(dt.date(2026, 2, 13), 2) == dt.date(2026, 2, 23)
    for days_of_work in range(1, 200):
        last_one = calendar.last_day(first, days_of_work)
        assert last_one is not None and calendar.work_days(first, last_one) == days_of_work


@pytest.mark.parametrize("text", ["Tết", "31/02/2026", "16/02/0001", "20/02/2026 - 16/02/2026", "01/01/2026-1/6/2026"])
def test_what_is_no_day_off_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"Hãy ghi"):
        parse_days(text)


# --- shifts -----------------------------------------------------------------------------------------------------------


def test_shifts_are_understood_as_people_write_them() -> None:
    keys = ["06:00-12:00", "12:00-17:00", "17:00-22:00"]
    assert [s.key for s in parse_shifts(USUAL_SHIFTS)] == keys
    for text in (
        "17h00-22h00; 6:00 - 12:00, 12 đến 17",
        "6h-12h, 12h-17h, 17h-22h",
        "6 giờ đến 12 giờ, 12-17, 17.00-22",
    ):
        assert [s.key for s in parse_shifts(text)] == keys, text
    assert [shift_label(k) for k in (*keys, "06:30-12:00", "")] == [
        "6-12 giờ",
        "12-17 giờ",
        "17-22 giờ",
        "6:30-12 giờ",
        "Ngoài ca",
    ]


@pytest.mark.parametrize("text", ["", "sáng", "6-12, 11-17", "22-6, 5-12", "6-6", "6-25", "6:75-12"])
def test_what_cannot_be_shifts_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"ca|Ca"):
        parse_shifts(text)


def test_a_moment_belongs_to_the_shift_of_the_clock() -> None:
    day = MONDAY
    usual, nights = parse_shifts(USUAL_SHIFTS), parse_shifts("6-14, 14-22, 22-6")

    def at(hour: int, minute: int = 0) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(hour, minute))

    assert shift_of(usual, at(6)) == (day, "06:00-12:00")
    assert shift_of(usual, at(11, 59)) == (day, "06:00-12:00")
    assert shift_of(usual, at(12)) == (day, "12:00-17:00")
    assert shift_of(usual, at(22)) == (day, "") and shift_of(usual, at(5, 59)) == (day, "")
    assert shift_of(nights, at(23)) == (day, "22:00-06:00")
    assert shift_of(nights, at(5, 59)) == (day - dt.timedelta(days=1), "22:00-06:00")
    assert shift_of(parse_shifts("17-24"), at(23, 59)) == (day, "17:00-00:00")


def test_a_shift_wants_four_people_one_of_justice_and_one_of_the_police() -> None:
    rule = ShiftRule()
    assert rule.missing([Body.JUSTICE, Body.POLICE, Body.OTHER, Body.OTHER]) == ()
    assert rule.missing([Body.JUSTICE, Body.JUSTICE, Body.OTHER, Body.OTHER]) == ("1 công an",)
    assert rule.missing([Body.OTHER]) == ("3 người", "1 cán bộ tư pháp", "1 công an")
    assert ShiftRule(least=1, justice=0, police=0).missing([Body.OTHER]) == ()


def test_gaps_are_places_with_too_few_and_shifts_in_which_an_office_has_nobody() -> None:
    friday, saturday = dt.date(2026, 6, 5), dt.date(2026, 6, 6)
    full = [Body.JUSTICE, Body.POLICE, Body.OTHER, Body.OTHER]
    morning, noon, old = "06:00-12:00", "12:00-17:00", "07:00-11:00"
    there = {
        (friday, morning, "Xã A"): full,
        (friday, morning, "Xã B"): full[:2],
        (saturday, old, ""): [Body.OTHER],
    }
    gaps = roster_gaps(
        parse_shifts("6-12, 12-17"),
        there,
        {
            (friday, "Huyện"): {morning},
            (friday, "Xã C"): {noon},
            **{(saturday, name): set() for name in ("Huyện", "Xã C")},
        },
        rule=ShiftRule(),
        calendar=WEEKDAYS,
    )
    # the district's people sit in Xã A and Xã B in the morning; at noon it has nobody, and Xã C nobody in the morning
    assert [(g.day, g.shift, g.place, g.present) for g in gaps] == [
        (friday, morning, "Xã B", 2),
        (friday, morning, "Xã C", 0),
        (friday, noon, "Huyện", 0),
        (saturday, old, "", 1),
    ]


# --- work and pay -----------------------------------------------------------------------------------------------------


def test_work_adds_up_by_shift_against_the_target() -> None:
    morning, evening, day = "06:00-12:00", "17:00-22:00", MONDAY
    lines = [
        WorkLine(account_id=1, day=day, shift=morning, entries=150, sent_back=3, on_roster=True),
        WorkLine(account_id=1, day=day, shift="", entries=10),
        WorkLine(account_id=2, day=day, shift=evening, entries=30),
    ]
    rostered = [(1, day, morning), (1, day, evening), (3, day, morning)]
    first, second, third = work_of_people(lines, rostered)
    rule = PayRule(quota=60, price=1000, price_above=1500)
    assert (first.entries, first.shifts, first.sent_back) == (160, 2, 3)
    assert (first.target(rule), first.above(rule), first.pay(rule)) == (120, 40, 120 * 1000 + 40 * 1500)
    # work in a shift without being on its roster counts that shift; absence does not lower the target
    assert (second.shifts, second.above(rule)) == (1, 0)
    assert (third.entries, third.target(rule), third.pay(rule)) == (0, 60, 0)
    assert replace(rule, price_above=0).above == 1000
    # whoever worked outside of all shifts, on no roster, has no target: nothing is above it
    (nowhere,) = work_of_people([WorkLine(account_id=4, day=day, shift="", entries=90)], [])
    assert (nowhere.target(rule), nowhere.above(rule), nowhere.pay(rule)) == (None, 0, 90 * 1000)


@pytest.mark.parametrize(
    ("hours", "former", "now"),
    [
        ("6-12, 12-17", "06:00-12:00", "06:00-12:00"),
        ("5:30-11, 13-17", "06:00-12:00", "05:30-11:00"),  # its start falls into it
        ("7-11:30, 13-17", "06:00-12:00", "07:00-11:30"),  # the first that begins in it
        ("7-11:30, 22-6", "23:00-05:00", "22:00-06:00"),
        ("13-17", "06:00-12:00", "06:00-12:00"),  # none: it stays what it was
    ],
)
def test_a_shift_of_former_hours_lives_on_in_the_one_that_took_its_place(hours: str, former: str, now: str) -> None:
    assert shift_in_force(parse_shifts(hours), former) == now


def test_an_offices_level_is_one_of_those_that_addresses_know() -> None:
    assert {level.value for level in OfficeLevel} == {kind.value for kind in UnitKind}
