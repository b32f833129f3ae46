"""When work will be finished: a book at the pace of its last two weeks, a unit at its pace or with more machines."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

from corrections.campaign.calendars import CALENDARS, LONGEST_YEARS, WorkCalendar
from corrections.campaign.totals import Total, dotted
from vietnamese.shown_time import dotted_day

__all__ = [
    "BookForecast",
    "PaceDay",
    "UnitForecast",
    "finish_words",
    "forecast_book",
    "forecast_unit",
    "machines_needed",
]

_A_DAY = dt.timedelta(days=1)
_DAY_FADES, _DAYS_REMEMBERED = 0.8, 14
"""Each day back counts this much of the one after it, up to two weeks. Chosen by judgement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceDay:
    """Entries finished on a day."""

    day: dt.date
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BookForecast:
    """When a book ends at the present pace."""

    remaining: int
    per_day: float
    """Entries a working day, recent days counting more; 0.0 when there is no pace to go by."""
    days: int | None
    """Working days needed; None without a pace."""
    ends_on: dt.date | None
    """None without a pace, and when it is further away than any plan looks."""
    message: str
    """Vietnamese."""


def forecast_book(history: Sequence[PaceDay], remaining: int, today: dt.date, calendar: WorkCalendar) -> BookForecast:
    """The day a book ends if work goes on as in the last two weeks.

    Args:
        history: entries finished a day; days without work may be missing.
        remaining: entries left.
        today: the day the forecast is made; it does not count itself.
        calendar: on which days work is done.
    """
    pace = _pace(history, today)
    if remaining <= 0:
        return BookForecast(remaining=0, per_day=pace, days=0, ends_on=today, message="Quyển này đã xong.")
    if pace <= 0:
        return BookForecast(remaining=remaining, per_day=0.0, days=None, ends_on=None,
                        message="Chưa đủ số liệu để dự báo ngày xong.")  # fmt: skip
    needed = math.ceil(remaining / pace)
    end = calendar.last_day(today + _A_DAY, needed)
    when = f"ngày {dotted_day(end)}" if end is not None else f"sau hơn {LONGEST_YEARS} năm"
    message = f"Với tốc độ này quyển sổ xong {when} (còn {dotted(remaining)} trường hợp, {pace:.0f} mỗi ngày)."
    return BookForecast(remaining=remaining, per_day=pace, days=needed, ends_on=end, message=message)


def _pace(history: Sequence[PaceDay], today: dt.date) -> float:
    """Entries a day worked, the newest days counting most; 0.0 when nothing was done lately."""
    oldest = today - dt.timedelta(days=_DAYS_REMEMBERED)
    recent = [day for day in history if oldest <= day.day <= today and day.entries > 0]
    weights = [_DAY_FADES ** ((today - day.day).days) for day in recent]
    return sum(w * d.entries for w, d in zip(weights, recent, strict=True)) / sum(weights) if recent else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitForecast:
    """When a unit will be finished, and what it would take to finish in time."""

    unit: str
    remaining: Total
    per_day: float
    """Entries a working day, as measured or planned."""
    finish: dt.date | None
    """None when the rest is unknown, nothing is being done, or it takes longer than any plan looks."""
    machines_for_deadline: int | None
    """Machines at the quota that finish by the deadline; None without one, or when the rest is unknown."""


def finish_words(forecast: UnitForecast) -> str:
    """When a unit will be finished, in words; empty when nobody can say."""
    if forecast.finish is not None:
        return f"{dotted_day(forecast.finish)}"
    return "" if forecast.remaining.unknown or forecast.per_day <= 0 else f"sau hơn {LONGEST_YEARS} năm"


def forecast_unit(
    unit: str,
    remaining: Total,
    *,
    per_day: float,
    today: dt.date,
    quota: int,
    deadline: dt.date | None = None,
    calendar: WorkCalendar = CALENDARS[0],
) -> UnitForecast:
    """Forecast of one unit.

    Args:
        unit: its name.
        remaining: entries left.
        per_day: entries a working day at the present pace.
        today: the day of the report; work goes on from the next working day.
        quota: entries a machine and day.
        deadline: last day of the plan.
        calendar: the days of work.
    """
    finish = machines = None
    if not remaining.unknown:
        if remaining.known == 0:
            finish = today
        elif per_day > 0:
            finish = calendar.last_day(today + _A_DAY, math.ceil(remaining.known / per_day))
        if deadline is not None:
            days = calendar.work_days(today + _A_DAY, deadline)
            machines = machines_needed(remaining.known, days, quota) if days else None
    return UnitForecast(unit=unit, remaining=remaining, per_day=per_day, finish=finish, machines_for_deadline=machines)


def machines_needed(cases: int, days: int, quota: int) -> int:
    """Machines that finish `cases` within `days`.

    Raises:
        ValueError: no day or no quota.
    """
    if days < 1 or quota < 1:
        raise ValueError("Số ngày và định mức mỗi ngày phải lớn hơn 0. Hãy sửa trong phần cấu hình.")
    return math.ceil(cases / (days * quota))
