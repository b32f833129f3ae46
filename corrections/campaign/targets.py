"""Targets of a plan: what a unit is to have done by when, how far behind it is, and what it takes to keep the date.

What nobody has counted stays unknown: a unit without a known total is neither on course nor behind. Days, machines and
shifts are rounded up.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction

from corrections.campaign.calendars import CALENDARS, LONGEST_YEARS, WorkCalendar, days_of
from corrections.campaign.possible_days import impossible_day
from corrections.campaign.totals import Total, dotted
from layouts.register_types import RegisterType
from vietnamese.letters import first_small
from vietnamese.shown_time import day_text

__all__ = [
    "CASE_STEPS",
    "STATE_LABELS",
    "STEP_LABELS",
    "Means",
    "PlanState",
    "Standing",
    "Step",
    "Target",
    "TargetError",
    "checked_target",
    "each_by_itself",
    "left_words",
    "machines_for_all",
    "pace_end_words",
    "standing_of",
    "step_in_sentence",
    "target_words",
    "what_it_takes",
]


class TargetError(Exception):
    """A target that cannot be; the message is Vietnamese and says what to do."""


class Step(StrEnum):
    """How far registers come, from the first count to the province's signature."""

    COUNTED = "counted"
    SCANNED = "scanned"
    READ = "read"
    CONFIRMED = "confirmed"
    APPROVED = "approved"
    EXPORTED = "exported"
    ACCEPTED_COMMUNE = "accepted_commune"
    ACCEPTED_DISTRICT = "accepted_district"
    ACCEPTED_PROVINCE = "accepted_province"


STEP_LABELS = {
    Step.COUNTED: "Đếm xong sổ",
    Step.SCANNED: "Quét xong sổ",
    Step.READ: "Máy đọc xong sổ",
    Step.CONFIRMED: "Nhập xong",
    Step.APPROVED: "Duyệt xong",
    Step.EXPORTED: "Xuất xong sổ",
    Step.ACCEPTED_COMMUNE: "Xã nghiệm thu",
    Step.ACCEPTED_DISTRICT: "Phòng Tư pháp nghiệm thu",
    Step.ACCEPTED_PROVINCE: "Sở Tư pháp nghiệm thu",
}
_PROPER_NAMES = ("Phòng Tư pháp", "Sở Tư pháp")
"""With which the words of a step may begin; they keep their capital within a sentence."""
CASE_STEPS = frozenset({Step.CONFIRMED, Step.APPROVED})
"""Steps that are counted in cases; the others are counted in books."""
_MOST = 1_000_000_000
"""Books or cases of a target; more is a slip of the finger, and more than a database's number holds. By judgement."""
SHIFTS_OF_QUOTA = 2
"""Shifts in which a machine does its quota of a day: the plans' usual day; three shifts hold half as much again."""


class PlanState(StrEnum):
    """How a target stands."""

    DONE = "done"
    ON_COURSE = "on_course"
    BEHIND = "behind"
    OVERDUE = "overdue"
    NOT_BEGUN = "not_begun"
    UNKNOWN = "unknown"


STATE_LABELS = {
    PlanState.DONE: "Đã xong",
    PlanState.ON_COURSE: "Đúng tiến độ",
    PlanState.BEHIND: "Chậm",
    PlanState.OVERDUE: "Quá hạn",
    PlanState.NOT_BEGUN: "Chưa đến ngày bắt đầu",
    PlanState.UNKNOWN: "Chưa rõ",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a unit is to have done by when."""

    id: int = 0
    """0: not kept; it comes from the dates of the unit itself."""
    office_id: int | None
    """None: all registers of the installation."""
    register_type: RegisterType | None
    """None: all types together."""
    step: Step
    starts_on: dt.date
    target_on: dt.date
    amount: int | None = None
    """Books or cases to be done; None: all there are."""
    note: str = ""


def checked_target(target: Target) -> Target:
    """The target.

    Raises:
        TargetError: a day that cannot be, it ends before it begins, or asks for less than one or more than any
            province has.
    """
    for day, what in ((target.starts_on, "Ngày bắt đầu"), (target.target_on, "Hạn hoàn thành")):
        if why := impossible_day(day, what):
            raise TargetError(why)
    if target.target_on < target.starts_on:
        raise TargetError("Hạn hoàn thành trước ngày bắt đầu. Hãy sửa lại ngày.")
    if target.amount is not None and target.amount < 1:
        raise TargetError("Số lượng phải từ 1 trở lên; để trống khi phải làm hết.")
    if target.amount is not None and target.amount > _MOST:
        raise TargetError(f"Số lượng không được quá {dotted(_MOST)}. Hãy ghi lại.")
    return target


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """With what a unit works."""

    machines: int | None
    quota: int
    """Cases a machine and usual day (of two shifts)."""
    calendar: WorkCalendar = field(default=CALENDARS[0])
    most_shifts: int = 3
    """Shifts that a day has room for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a target stands on a day, and what keeping it takes."""

    state: PlanState
    goal: int | None = None
    done: int | None = None
    expected: int | None = None
    """What an even course would have done by the evening before."""
    days_left: int = 0
    """Days of work until the date, today counted."""
    per_day: int | None = None
    """What has to be done each of them."""
    machines: int | None = None
    """Machines that keep the date at the usual day; None: too late for any, or no step of people at machines."""
    shifts: int | None = None
    """Shifts a day that keep it with the machines there are; None: unknown, or more than a day holds."""
    days: int | None = None
    """Days of work that the rest takes with the machines there are."""
    ends_on: dt.date | None = None
    """When it ends so; None with `days`: further away than any plan looks."""
    late_days: int = 0
    """Days of work after the date until then."""
    at_a_pace: bool = False
    """Whether anything was done in the last days."""
    pace_ends_on: dt.date | None = None
    """When it ends at the pace of the last days; None with a pace: further away than any plan looks."""
    pooled: bool = False
    """Whether shifts and days are as if the machines of several units worked together, which they do not."""

    @property
    def remaining(self) -> int | None:
        """What is left; unknown while the goal or the work done is."""
        return None if self.goal is None or self.done is None else max(0, self.goal - self.done)

    @property
    def behind(self) -> int:
        """How much less is done than an even course would have."""
        if self.expected is None or self.done is None:
            return 0
        return max(0, self.expected - self.done)


def standing_of(
    target: Target, *, total: Total, done: int | None, today: dt.date, means: Means, pace: float = 0.0
) -> Standing:
    """How a target stands.

    Args:
        target: what is wanted.
        total: all there is of it; parts may be unknown.
        done: what is done; None: nobody says.
        today: the day asked about; its own work still counts as to come.
        means: machines, quota and calendar of the unit.
        pace: done on a day of work lately; 0: nothing was.
    """
    goal = target.amount if target.amount is not None else (None if total.unknown else total.known)
    if goal is None or done is None:
        return Standing(state=PlanState.UNKNOWN, goal=goal, done=done)
    calendar = means.calendar
    if done >= goal:
        return Standing(state=PlanState.DONE, goal=goal, done=done, expected=_expected(target, goal, today, calendar))
    expected = _expected(target, goal, today, calendar)
    begins = max(today, target.starts_on)
    left, days_left = goal - done, calendar.work_days(begins, target.target_on)
    state = _state(target, expected, done, today)
    standing = Standing(
        state=state,
        goal=goal,
        done=done,
        expected=expected,
        days_left=days_left,
        per_day=math.ceil(left / days_left) if days_left else None,
        at_a_pace=pace > 0,
        pace_ends_on=calendar.last_day(begins, math.ceil(left / pace)) if pace > 0 else None,
    )
    return _with_work(standing, left, begins, target.target_on, means) if target.step is Step.CONFIRMED else standing


def _state(target: Target, expected: int, done: int, today: dt.date) -> PlanState:
    if today > target.target_on:
        return PlanState.OVERDUE
    if today < target.starts_on:
        return PlanState.NOT_BEGUN
    return PlanState.BEHIND if done < expected else PlanState.ON_COURSE


def _expected(target: Target, goal: int, today: dt.date, calendar: WorkCalendar) -> int:
    """What an even course has done by the evening before; a part of a case is nobody's fault."""
    if today > target.target_on:
        return goal
    all_days = calendar.work_days(target.starts_on, target.target_on)
    gone = calendar.work_days(target.starts_on, today - dt.timedelta(days=1))
    return goal * gone // all_days if all_days else 0


def _with_work(standing: Standing, left: int, begins: dt.date, target_on: dt.date, means: Means) -> Standing:
    """With the machines, shifts and days that the rest takes."""
    quota, calendar, days_left = means.quota, means.calendar, standing.days_left
    if days_left:
        standing = replace(standing, machines=math.ceil(Fraction(left, days_left * quota) / calendar.share))
    if not means.machines:
        return standing
    if days_left:
        shifts = math.ceil(Fraction(left * SHIFTS_OF_QUOTA, days_left * means.machines * quota))
        standing = replace(standing, shifts=shifts if shifts <= means.most_shifts else None)
    days = days_of(left, means.machines, quota, calendar)
    ends_on = calendar.last_day(begins, days)
    after = max(begins, target_on + dt.timedelta(days=1)) if target_on < dt.date.max else begins
    late = calendar.work_days(after, ends_on) if ends_on is not None and ends_on > target_on else 0
    return replace(standing, days=days, ends_on=ends_on, late_days=late)


def machines_for_all(rests: Iterable[tuple[int, int]], means: Means) -> int | None:
    """Machines that keep several dates of one unit, when the nearest date is worked for first.

    Args:
        rests: for each register type what is left and the days of work until its date.
        means: quota and calendar.

    Returns:
        None when something is left and no day for it.
    """
    needed, so_far = 0, 0
    for left, days_left in sorted(rests, key=lambda rest: rest[1]):
        so_far += left
        if left and not days_left:
            return None
        if so_far:
            needed = max(needed, math.ceil(Fraction(so_far, days_left * means.quota) / means.calendar.share))
    return needed


def each_by_itself(whole: Standing, parts: Sequence[Standing]) -> Standing:
    """The standing of several units when each works by itself: machines add up, shifts and days are the slowest one's.

    Where the machines of a unit that has something left are not known, the pooled figures stand and are marked so.
    """
    left = [part for part in parts if part.remaining]
    if not left or whole.remaining is None:
        return whole
    if any(part.days is None for part in left):
        return replace(whole, pooled=whole.days is not None)
    machines = [part.machines for part in left if part.machines is not None]
    shifts = [part.shifts for part in left if part.shifts is not None]
    slowest = max(left, key=lambda part: part.days or 0)
    return replace(
        whole,
        machines=sum(machines) if len(machines) == len(left) else None,
        shifts=max(shifts) if len(shifts) == len(left) else None,
        days=slowest.days,
        ends_on=slowest.ends_on,
        late_days=slowest.late_days,
    )


def left_words(standing: Standing, step: Step) -> str:
    """What is left of how much, and the days it takes where they are known."""
    unit = "trường hợp" if step in CASE_STEPS else "quyển"
    days = f", {dotted(standing.days)} ngày" if standing.days is not None else ""
    return f"còn {dotted(standing.remaining or 0)} trên {dotted(standing.goal or 0)} {unit}{days}"


def what_it_takes(standing: Standing, step: Step, means: Means) -> str:
    """In words: each way by itself keeps the date, or says when it ends without more."""
    left = standing.remaining
    if not left:
        return ""
    unit = "trường hợp" if step in CASE_STEPS else "quyển"
    if step is not Step.CONFIRMED:
        left_over = f"còn {dotted(left)} {unit}"
        return f"{left_over}, mỗi ngày làm việc {dotted(standing.per_day)}" if standing.per_day else left_over
    ways = []
    if standing.machines is not None:
        has = f"đang có {dotted(means.machines)}" if means.machines else "chưa rõ đang có mấy máy"
        if means.machines and standing.machines > means.machines:
            has += f", thêm {dotted(standing.machines - means.machines)}"
        ways.append(f"{dotted(standing.machines)} máy ({has})")
    pooled = " nếu gộp mọi máy (không phải thực tế)" if standing.pooled else ""
    if means.machines and standing.days_left:
        with_machines = f"với {dotted(means.machines)} máy{pooled}"
        if standing.shifts is not None:
            ways.append(f"{standing.shifts} ca mỗi ngày {with_machines}")
        else:
            ways.append(f"{means.most_shifts} ca mỗi ngày {with_machines} vẫn không kịp")
    if standing.days is not None:
        ways.append(f"giữ nguyên số máy thì {_end_words(standing, means.calendar)}{pooled}")
    return "; ".join(ways)


_ENDLESS = f"sau hơn {LONGEST_YEARS} năm"


def _end_words(standing: Standing, calendar: WorkCalendar) -> str:
    """How many days the rest takes with the machines there are, and when that is."""
    days = standing.days or 0
    until = f"xong {day_text(standing.ends_on)}" if standing.ends_on is not None else f"xong {_ENDLESS}"
    words = f"còn {dotted(days)} ngày, {until}"
    if standing.late_days:
        words += f", trễ {dotted(standing.late_days)} ngày làm việc"
    if calendar.longest is not None and days > calendar.longest:
        words += f"; một đợt {calendar.longest} ngày không đủ, cần {dotted(math.ceil(days / calendar.longest))} đợt"
    return words


def pace_end_words(standing: Standing) -> str:
    """When it ends at the pace of the last days, in words; empty without a pace."""
    if standing.pace_ends_on is not None:
        return f"{day_text(standing.pace_ends_on)}"
    return _ENDLESS if standing.at_a_pace and standing.remaining else ""


def step_in_sentence(step: Step) -> str:
    """The words of a step as they stand within a sentence."""
    words = STEP_LABELS[step]
    return words if words.startswith(_PROPER_NAMES) else first_small(words)


def target_words(target: Target) -> str:
    """A target within a sentence: `nhập xong (khai sinh) từ 01/06/2026 đến 05/06/2026, 500 trường hợp`."""
    kind = target.register_type.label.lower() if target.register_type else "tất cả loại sổ"
    days = f"từ {day_text(target.starts_on)} đến {day_text(target.target_on)}"
    unit = "trường hợp" if target.step in CASE_STEPS else "quyển"
    amount = "" if target.amount is None else f", {dotted(target.amount)} {unit}"
    return f"{step_in_sentence(target.step)} ({kind}) {days}{amount}"
