"""When a book will end at the pace of the last two weeks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from corrections.campaign.calendars import LONGEST_YEARS, WorkCalendar
from corrections.campaign.totals import dotted

__all__ = ["Forecast", "PaceDay", "forecast_end"]

_DAY_FADES, _DAYS_REMEMBERED = 0.8, 14
"""Each day back counts this much of the one after it, up to two weeks. Chosen by judgement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceDay:
    """Entries finished on a day."""

    day: date
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """When a book ends at the present pace."""

    remaining: int
    per_day: float
    """Entries a working day, recent days counting more; 0.0 when there is no pace to go by."""
    days: int | None
    """Working days needed; None without a pace."""
    ends_on: date | None
    """None without a pace, and when it is further away than any plan looks."""
    message: str
    """Vietnamese."""


def forecast_end(history: Sequence[PaceDay], remaining: int, today: date, calendar: WorkCalendar) -> Forecast:
    """The day a book ends if work goes on as in the last two weeks.

    Args:
        history: entries finished a day; days without work may be missing.
        remaining: entries left.
        today: the day the forecast is made; it does not count itself.
        calendar: on which days work is done.
    """
    recent = [
        day
        for day in history
        if timedelta(0) <= today - day.day <= timedelta(days=_DAYS_REMEMBERED) and day.entries > 0
    ]
    weights = [_DAY_FADES ** ((today - day.day).days) for day in recent]
    pace = sum(w * d.entries for w, d in zip(weights, recent, strict=True)) / sum(weights) if recent else 0.0
    if remaining <= 0:
        return Forecast(remaining=0, per_day=pace, days=0, ends_on=today, message="Quyển này đã xong.")
    if pace <= 0:
        return Forecast(remaining=remaining, per_day=0.0, days=None, ends_on=None,
                        message="Chưa đủ số liệu để dự báo ngày xong.")  # fmt: skip
    needed = math.ceil(remaining / pace)
    end = calendar.last_day(today + timedelta(days=1), needed)
    when = f"ngày {end:%d.%m.%Y}" if end is not None else f"sau hơn {LONGEST_YEARS} năm"
    message = f"Với tốc độ này quyển sổ xong {when} (còn {dotted(remaining)} trường hợp, {pace:.0f} mỗi ngày)."
    return Forecast(remaining=remaining, per_day=pace, days=needed, ends_on=end, message=message)
