"""When a book ends at the pace of the last two weeks, by the office's calendar."""

from datetime import date

from corrections.campaign.book_forecast import PaceDay, forecast_end
from corrections.campaign.calendars import CALENDARS, WorkCalendar


def test_forecast_of_the_end_of_a_book() -> None:
    friday = date(2026, 3, 6)
    history = [PaceDay(day=date(2026, 3, day), entries=100) for day in (3, 4, 5, 6)]
    saturdays = WorkCalendar(name="sáu ngày", weekdays=frozenset(range(6)))
    ahead = forecast_end(history, 250, friday, saturdays)
    assert (ahead.days, ahead.ends_on) == (3, date(2026, 3, 10))  # Saturday, Monday, Tuesday
    assert "10.03.2026" in ahead.message
    assert forecast_end(history, 250, friday, CALENDARS[0]).ends_on == date(2026, 3, 11)
    assert forecast_end([], 250, friday, saturdays).ends_on is None
    assert forecast_end(history, 0, friday, saturdays).days == 0
    endless = forecast_end([PaceDay(day=friday, entries=1)], 10**9, friday, saturdays)
    assert endless.ends_on is None and "sau hơn 50 năm (còn 1.000.000.000" in endless.message
    old = [PaceDay(day=date(2026, 1, 5), entries=100)]
    assert forecast_end(old, 10, friday, saturdays).days is None
