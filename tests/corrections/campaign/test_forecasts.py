"""When work ends: days of a plan, a book at its pace, a unit at its pace or with more machines."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corrections.campaign.calendars import CALENDARS, WorkCalendar, days_of
from corrections.campaign.forecasts import PaceDay, finish_words, forecast_book, forecast_unit, machines_needed
from corrections.campaign.totals import Total


def test_days_of_the_plan() -> None:
    assert days_of(540_075, 8, 200) == 338
    assert days_of(540_075, 8, 300) == 226
    assert machines_needed(540_075, 338, 200) == 8
    with pytest.raises(ValueError, match="Hãy sửa"):
        days_of(1, 0, 200)


@given(st.integers(0, 2_000_000), st.integers(1, 50), st.integers(1, 400))
def test_days_are_the_least_that_suffice(cases: int, machines: int, quota: int) -> None:
    days = days_of(cases, machines, quota)
    assert days * machines * quota >= cases
    assert days == 0 or (days - 1) * machines * quota < cases


def test_forecast_of_the_end_of_a_book() -> None:
    friday = dt.date(2026, 3, 6)
    history = [PaceDay(day=dt.date(2026, 3, day), entries=100) for day in (3, 4, 5, 6)]
    saturdays = WorkCalendar(name="sáu ngày", weekdays=frozenset(range(6)))
    ahead = forecast_book(history, 250, friday, saturdays)
    assert (ahead.days, ahead.ends_on) == (3, dt.date(2026, 3, 10))  # Saturday, Monday, Tuesday
    assert "10.03.2026" in ahead.message
    assert forecast_book(history, 250, friday, CALENDARS[0]).ends_on == dt.date(2026, 3, 11)
    assert forecast_book([], 250, friday, saturdays).ends_on is None
    assert forecast_book(history, 0, friday, saturdays).days == 0
    endless = forecast_book([PaceDay(day=friday, entries=1)], 10**9, friday, saturdays)
    assert endless.ends_on is None and "sau hơn 50 năm (còn 1.000.000.000" in endless.message
    old = [PaceDay(day=dt.date(2026, 1, 5), entries=100)]
    assert forecast_book(old, 10, friday, saturdays).days is None


def test_forecast_counts_working_days() -> None:
    friday = dt.date(2026, 11, 20)
    one = forecast_unit("x", Total(known=100), per_day=100, today=friday, quota=200)
    assert one.finish == dt.date(2026, 11, 23) and one.machines_for_deadline is None
    five = forecast_unit("x", Total(known=500), per_day=100, today=friday, quota=100, deadline=dt.date(2026, 11, 27))
    assert five.finish == dt.date(2026, 11, 27) and five.machines_for_deadline == 1
    assert forecast_unit("x", Total(known=1001), per_day=100, today=friday, quota=1).finish == dt.date(2026, 12, 7)
    assert forecast_unit("x", Total(known=0), per_day=0, today=friday, quota=1).finish == friday
    assert forecast_unit("x", Total(known=9), per_day=0, today=friday, quota=1).finish is None
    endless = forecast_unit("x", Total(known=10**8), per_day=1, today=friday, quota=1)
    assert endless.finish is None and finish_words(endless) == "sau hơn 50 năm"
    unknown = forecast_unit("x", Total(known=9, unknown=1), per_day=9, today=friday, quota=1, deadline=friday)
    assert unknown.finish is None and unknown.machines_for_deadline is None


@pytest.mark.slow
@given(st.integers(1, 3000), st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)))
def test_forecast_agrees_with_counting_day_by_day(days: int, today: dt.date) -> None:
    finish = forecast_unit("x", Total(known=days), per_day=1, today=today, quota=1).finish
    assert finish is not None and finish.weekday() < 5
    counted = sum(CALENDARS[0].is_work_day(today + dt.timedelta(days=i)) for i in range(1, (finish - today).days + 1))
    assert counted == days
    deadline = forecast_unit("x", Total(known=days), per_day=1, today=today, quota=1, deadline=finish)
    assert deadline.machines_for_deadline == 1
