"""How many days a plan takes: rounded up, by the days on which people work."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from corrections.campaign.days_off import fixed_holidays

__all__ = ["CALENDARS", "LONGEST_YEARS", "PlanDays", "UnitWork", "WorkCalendar", "day_shown", "days_of", "plan_days"]

_WEEK = 7
"""Days."""
LONGEST_YEARS = 50
"""Years after which a plan has no end."""
_LONGEST = LONGEST_YEARS * 366


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCalendar:
    """On which days work is done, and how much of a usual day's work each holds."""

    name: str
    """Vietnamese, for the choice on screen."""
    weekdays: frozenset[int] = frozenset(range(5))
    """Monday is 0."""
    share: Fraction = Fraction(1)
    """Work of a day against the quota of a machine and day: three shifts instead of two hold 3/2."""
    longest: int | None = None
    """Most days it goes on; None: as long as it takes."""
    holidays: bool = True
    """Whether the nation's fixed days off are kept."""
    off: frozenset[dt.date] = frozenset()
    """Further days off, as the office has entered them (Tết, days in exchange)."""
    extra: frozenset[dt.date] = frozenset()
    """Days of work in exchange, whatever day of the week they are."""

    def is_work_day(self, day: dt.date) -> bool:
        """Whether people work on that day."""
        if day in self.extra:
            return True
        return day.weekday() in self.weekdays and day not in self._off_in(day.year)

    def work_days(self, first: dt.date, last: dt.date) -> int:
        """Days of work from one day to another, both counted; none when the last comes before the first.

        Fixed holidays count within the years of a plan; nobody plans further.
        """
        weeks, rest = divmod(max(0, (last - first).days + 1), _WEEK)
        odd = sum((first + dt.timedelta(days=n)).weekday() in self.weekdays for n in range(rest))
        years = range(first.year, min(last.year, first.year + LONGEST_YEARS) + 1)
        off = {day for year in years for day in self._off_in(year) if day.weekday() in self.weekdays}
        more = {day for day in self.extra if day.weekday() not in self.weekdays or day in off}
        inside = (sum(first <= day <= last for day in days) for days in (more, off))
        return weeks * len(self.weekdays) + odd + next(inside) - next(inside)

    def _off_in(self, year: int) -> frozenset[dt.date]:
        """Days off of a year beside the weekly ones."""
        fixed = fixed_holidays(year, self.weekdays) if self.holidays else frozenset()
        return fixed | {day for day in self.off if day.year == year} if self.off else fixed

    def last_day(self, start: dt.date, days: int) -> dt.date | None:
        """The day on which so many days of work are done, the start counting when it is one of work.

        None: it is further away than any plan looks.
        """
        day, left = start, days
        for _ in range(min(_LONGEST, (dt.date.max - start).days)):
            left -= self.is_work_day(day)
            if left <= 0:
                return day
            day += dt.timedelta(days=1)
        return None


CALENDARS: tuple[WorkCalendar, ...] = (
    WorkCalendar(name="Thứ Hai đến thứ Sáu"),
    WorkCalendar(name="Cả thứ Bảy, Chủ nhật", weekdays=frozenset(range(7))),
    WorkCalendar(
        name="Đợt 20 ngày đêm (ba ca)", weekdays=frozenset(range(7)), share=Fraction(3, 2), longest=20, holidays=False
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitWork:
    """What a unit has to do, and with what."""

    unit: str
    cases: int | None
    machines: int | None
    quota: int
    """Cases a machine and day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDays:
    """Days of a plan over several units."""

    by_unit: tuple[tuple[str, int | None], ...]
    """None: cases or machines are unknown."""
    slowest: str
    """The unit that ends last; empty when none can be told."""
    days: int | None
    """Days until every unit whose work is known has ended: those of the slowest."""
    unknown: tuple[str, ...]
    """Units whose days cannot be told: the plan takes at least `days`."""
    pooled: int | None
    """Days if every machine could work on any unit's registers: a figure of plans, not how the work goes."""


def days_of(cases: int, machines: int, quota: int, calendar: WorkCalendar = CALENDARS[0]) -> int:
    """Whole days, rounded up: 75 cases on one machine at 200 take 1, not 0.

    Raises:
        ValueError: no machine or no quota.
    """
    if machines < 1 or quota < 1:
        raise ValueError("Số máy và định mức mỗi ngày phải lớn hơn 0. Hãy sửa trong phần cấu hình.")
    return math.ceil(Fraction(cases) / (machines * quota * calendar.share))


def plan_days(units: Sequence[UnitWork], calendar: WorkCalendar = CALENDARS[0]) -> PlanDays:
    """Days of each unit by its own quota, of the slowest, and the pooled figure."""
    by_unit = tuple(
        (u.unit, days_of(u.cases, u.machines, u.quota, calendar) if u.cases is not None and u.machines else None)
        for u in units
    )
    known = [(days, unit) for unit, days in by_unit if days is not None]
    slowest = max(known, key=lambda pair: pair[0], default=None)
    cases = [u.cases for u in units if u.cases is not None]
    a_day = [u.machines * u.quota for u in units if u.machines]
    whole = len(cases) == len(a_day) == len(units) and bool(units)
    return PlanDays(
        by_unit=by_unit,
        slowest=slowest[1] if slowest else "",
        days=slowest[0] if slowest else None,
        unknown=tuple(unit for unit, days in by_unit if days is None),
        pooled=days_of(sum(cases), 1, sum(a_day), calendar) if whole else None,
    )


def day_shown(day: str) -> str:
    """A stored day as people write it (`2023-07-15` -> `15/07/2023`); nothing for none."""
    return "/".join(reversed(day.split("-")))
