"""Shifts by the clock, who has to be there, and what of it is missing."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from corrections.campaign.calendars import WorkCalendar

__all__ = [
    "BODY_LABELS",
    "USUAL_SHIFTS",
    "Body",
    "RosterGap",
    "Shift",
    "ShiftRule",
    "Slot",
    "parse_shifts",
    "roster_gaps",
    "shift_in_force",
    "shift_label",
    "shift_of",
    "weekday_name",
]

USUAL_SHIFTS = "6-12, 12-17, 17-22"
"""As the plans have them."""
_MINUTES_OF_HOUR, _MINUTES_OF_DAY = 60, 24 * 60
"""As clocks have them."""
_CLOCK = r"(\d{1,2})(?:\s*(?:[:h.]|giờ)\s*(\d{2})?)?"
_SPAN = re.compile(rf"{_CLOCK}\s*(?:-|–|đến)\s*{_CLOCK}")
_HOURS, _MINUTES = (1, 3), (2, 4)
"""Groups of the pattern: begin and end."""


class Body(StrEnum):
    """Whose people somebody is."""

    JUSTICE = "justice"
    POLICE = "police"
    OTHER = "other"


BODY_LABELS = {Body.JUSTICE: "Tư pháp", Body.POLICE: "Công an", Body.OTHER: "Lực lượng khác"}


@dataclass(frozen=True, slots=True)
class Shift:
    """Hours of a day in minutes from midnight; an end at or before the start is on the next day."""

    start: int
    end: int

    @property
    def key(self) -> str:
        """As it is kept: `06:00-12:00`. A roster so keeps its meaning when the hours are changed."""
        return f"{_clock(self.start)}-{_clock(self.end)}"

    @property
    def length(self) -> int:
        """Minutes."""
        return (self.end - self.start - 1) % _MINUTES_OF_DAY + 1

    @property
    def on_the_hour(self) -> bool:
        """Whether it begins and ends with a full hour."""
        return self.start % _MINUTES_OF_HOUR == 0 and self.end % _MINUTES_OF_HOUR == 0

    def holds(self, minute: int) -> bool:
        """Whether a minute of the day is in it; the end is not."""
        return (minute - self.start) % _MINUTES_OF_DAY < self.length


def _clock(minute: int) -> str:
    return f"{minute // _MINUTES_OF_HOUR:02d}:{minute % _MINUTES_OF_HOUR:02d}"


def shift_label(key: str) -> str:
    """`06:00-12:00` -> `6-12 giờ`; empty: no shift."""
    if not key:
        return "Ngoài ca"
    return "-".join(_hour(part) for part in key.split("-")) + " giờ"


def _hour(clock: str) -> str:
    hour, minute = clock.split(":")
    return f"{int(hour)}" if minute == "00" else f"{int(hour)}:{minute}"


def parse_shifts(text: str) -> tuple[Shift, ...]:
    """Shifts as people write them: `6-12, 12-17, 17-22`, `6:30-12`, `6h-12h`, `6 giờ 30 đến 12 giờ`.

    Raises:
        ValueError: none, hours that are none, or two shifts over each other; the message is Vietnamese.
    """
    shifts = []
    for part in filter(None, (piece.strip() for piece in re.split(r"[,;\n]", text))):
        found = _SPAN.fullmatch(part)
        if found is None:
            raise ValueError(f"Không hiểu ca «{part}». Hãy ghi như {USUAL_SHIFTS}.")
        start, end = (int(found[i]) * _MINUTES_OF_HOUR + int(found[i + 1] or 0) for i in _HOURS)
        if (
            max(start, end) > _MINUTES_OF_DAY
            or start == end
            or any(int(found[i] or 0) >= _MINUTES_OF_HOUR for i in _MINUTES)
        ):
            raise ValueError(f"Ca «{part}» không phải giờ trong ngày. Hãy ghi như {USUAL_SHIFTS}.")
        shifts.append(Shift(start % _MINUTES_OF_DAY, end % _MINUTES_OF_DAY))
    if not shifts:
        raise ValueError(f"Phải có ít nhất một ca. Hãy ghi như {USUAL_SHIFTS}.")
    for i, one in enumerate(shifts):
        for other in shifts[i + 1 :]:
            if one.holds(other.start) or other.holds(one.start):
                raise ValueError(f"Hai ca {shift_label(one.key)} và {shift_label(other.key)} trùng giờ nhau.")
    return tuple(sorted(shifts, key=lambda shift: shift.start))


def shift_of(shifts: Sequence[Shift], at: dt.datetime) -> tuple[dt.date, str]:
    """Day and key of the shift that a local moment falls into; an empty key outside of all.

    What is done after midnight belongs to the day on which the shift began.
    """
    minute = at.hour * _MINUTES_OF_HOUR + at.minute
    for shift in shifts:
        if shift.holds(minute):
            begun_before = minute < shift.start
            return at.date() - dt.timedelta(days=begun_before), shift.key
    return at.date(), ""


def shift_in_force(shifts: Sequence[Shift], key: str) -> str:
    """Key of the shift that takes the place of one of former hours: the one its start falls into, else the next in it.

    The key itself where none does. The hours of a setting were `6-12`, now they are `7-11:30`: the latter.
    """
    if not key or any(shift.key == key for shift in shifts):
        return key
    former = parse_shifts(key)[0]
    now = next((shift for shift in shifts if shift.holds(former.start)), None)
    begun = [shift for shift in shifts if former.holds(shift.start)]
    now = now or min(begun, key=lambda shift: (shift.start - former.start) % _MINUTES_OF_DAY, default=None)
    return now.key if now else key


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftRule:
    """Who has to be in a shift at least."""

    least: int = 4
    justice: int = 1
    police: int = 1

    def missing(self, bodies: Sequence[Body]) -> tuple[str, ...]:
        """What a shift with these people lacks, in words."""
        there = Counter(bodies)
        lacks = (
            (self.least - len(bodies), "{} người"),
            (self.justice - there[Body.JUSTICE], "{} cán bộ tư pháp"),
            (self.police - there[Body.POLICE], "{} công an"),
        )
        return tuple(words.format(count) for count, words in lacks if count > 0)


Slot = tuple[dt.date, str, str]
"""Day, key of the shift, and the place in words: people of one place make up a shift together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterGap:
    """A shift that lacks somebody."""

    day: dt.date
    shift: str
    place: str
    present: int
    missing: tuple[str, ...]


def roster_gaps(
    shifts: Sequence[Shift],
    there: Mapping[Slot, Sequence[Body]],
    offices: Mapping[tuple[dt.date, str], Collection[str]],
    *,
    rule: ShiftRule,
    calendar: WorkCalendar,
) -> tuple[RosterGap, ...]:
    """Shifts with too few people at a place, and shifts of days of work in which an office has nobody at all.

    Args:
        shifts: which shifts each day has; people on other hours (of an older setting) are looked at as well.
        there: bodies of those on the roster.
        offices: for each day and office with teams then the shifts in which it has somebody, wherever that is.
        rule: who has to be there.
        calendar: on which days work is done.
    """
    empty = {
        (day, shift.key, office)
        for (day, office), staffed in offices.items()
        for shift in shifts
        if shift.key not in staffed and calendar.is_work_day(day)
    }
    gaps = []
    for slot in sorted({*there, *empty}):
        bodies = there.get(slot, ())
        if missing := rule.missing(bodies):
            day, shift, place = slot
            gaps.append(RosterGap(day=day, shift=shift, place=place, present=len(bodies), missing=missing))
    return tuple(gaps)


def weekday_name(day: dt.date) -> str:
    """`Thứ Hai` to `Chủ nhật`."""
    return ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")[day.weekday()]
