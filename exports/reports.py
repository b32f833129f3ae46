"""The figures of the plans: daily progress, quotas and the days they need. Pure arithmetic.

Unknown totals stay unknown: a district with 846 books and no counted entries is real, and is never taken for zero.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corrections.campaign.calendars import days_of
from corrections.campaign.totals import Total, dotted
from layouts.register_types import RegisterType
from vietnamese.shown_time import dotted_day

__all__ = [
    "PlanRow",
    "ProgressRow",
    "QuotaPlan",
    "Span",
    "SumMismatch",
    "Total",
    "WorkRow",
    "check_printed_sums",
    "day_span",
    "merge_progress",
    "roll_up",
    "sum_work",
    "total_of",
    "week_span",
]

FRIDAY = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of time, the start included, the end not."""

    start: dt.datetime
    end: dt.datetime
    label: str


def day_span(day: dt.date, cutoff: dt.time = dt.time(15, 0)) -> Span:
    """A working day as the plans count it: from the cut-off hour of the day before to that of the day."""
    end = dt.datetime.combine(day, cutoff)
    return Span(start=end - dt.timedelta(days=1), end=end, label=f"Ngày {dotted_day(day)} (chốt {cutoff:%H:%M})")


def week_span(day: dt.date, weekday: int = FRIDAY, cutoff: dt.time = dt.time(16, 0)) -> Span:
    """The week that ends at the cut-off of the first such weekday on or after the day."""
    last = day + dt.timedelta(days=(weekday - day.weekday()) % 7)
    end = dt.datetime.combine(last, cutoff)
    return Span(start=end - dt.timedelta(days=7), end=end, label=f"Tuần đến {dotted_day(last)} (chốt {cutoff:%H:%M})")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressRow:
    """Progress of one register type in one unit (Biểu mẫu 01, Phụ lục 01)."""

    unit: str
    register_type: RegisterType
    total: Total
    today: int
    """Entered in the report's span."""
    done: int
    """Entered so far."""

    @property
    def remaining(self) -> Total:
        """What is left of the total."""
        return self.total.left_after(self.done)

    def __add__(self, other: ProgressRow) -> ProgressRow:
        return ProgressRow(
            unit=self.unit,
            register_type=self.register_type,
            total=self.total + other.total,
            today=self.today + other.today,
            done=self.done + other.done,
        )


def total_of(counts: Iterable[int | None]) -> Total:
    """The sum of counts of which some are unknown."""
    counts = list(counts)
    return Total(known=sum(c for c in counts if c is not None), unknown=sum(c is None for c in counts))


def roll_up(rows: Iterable[ProgressRow], unit: str) -> tuple[ProgressRow, ...]:
    """Rows of many units as one unit's rows, a row a register type, in the order of the types."""
    found: dict[RegisterType, ProgressRow] = {}
    for row in rows:
        known = found.get(row.register_type)
        as_unit = ProgressRow(
            unit=unit, register_type=row.register_type, total=row.total, today=row.today, done=row.done
        )
        found[row.register_type] = known + as_unit if known else as_unit
    return tuple(found[t] for t in RegisterType if t in found)


def merge_progress(parts: Sequence[tuple[str, Sequence[ProgressRow]]]) -> tuple[tuple[ProgressRow, ...], list[str]]:
    """Several offices' reports in one table.

    Args:
        parts: where each part comes from (a file's name), and its rows.

    Returns:
        All rows, and the problems: a unit's register type that came twice (the first is kept).
    """
    seen: dict[tuple[str, RegisterType], str] = {}
    rows, problems = [], []
    for source, part in parts:
        for row in part:
            key = (row.unit.casefold(), row.register_type)
            if key in seen:
                name = f"{row.unit}, {row.register_type.label}"
                problems.append(f"{name}: có trong cả {seen[key]} và {source}; chỉ lấy từ {seen[key]}")
                continue
            seen[key] = source
            rows.append(row)
    return tuple(rows), problems


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRow:
    """What one team did in one shift."""

    team: str
    shift: str
    entries: int


def sum_work(rows: Iterable[WorkRow]) -> tuple[WorkRow, ...]:
    """Work by team and shift, each once, in alphabetical order."""
    found: dict[tuple[str, str], int] = {}
    for row in rows:
        found[row.team, row.shift] = found.get((row.team, row.shift), 0) + row.entries
    return tuple(WorkRow(team=team, shift=shift, entries=n) for (team, shift), n in sorted(found.items()))


# --- plans ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """A unit's line in the annexes 02 to 04."""

    unit: str
    books: int | None
    cases: int | None
    machines: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaPlan:
    """Units with the quota of their plan (300 in one plan's text, 200 in its annexes)."""

    rows: tuple[PlanRow, ...]
    quota: int = 200

    @property
    def books(self) -> Total:
        """All books."""
        return total_of(r.books for r in self.rows)

    @property
    def cases(self) -> Total:
        """All cases."""
        return total_of(r.cases for r in self.rows)

    @property
    def machines(self) -> Total:
        """All machines."""
        return total_of(r.machines for r in self.rows)

    @property
    def days_in_all(self) -> int | None:
        """Days all units together need, None where a count is unknown."""
        if self.cases.unknown or self.machines.unknown or not self.machines.known:
            return None
        return days_of(self.cases.known, self.machines.known, self.quota)

    def days(self, row: PlanRow) -> int | None:
        """Days a unit needs, None where cases or machines are unknown."""
        if row.cases is None or not row.machines:
            return None
        return days_of(row.cases, row.machines, self.quota)


@dataclass(frozen=True, slots=True, kw_only=True)
class SumMismatch:
    """A printed sum that is not the sum of its rows."""

    column: str
    printed: int
    computed: Total

    @property
    def message(self) -> str:
        """Vietnamese, for people."""
        told = f"dòng tổng ghi {dotted(self.printed)} nhưng cộng các dòng được {self.computed.label}"
        return f"{self.column}: {told}. Hãy kiểm tra lại."


def check_printed_sums(
    rows: Sequence[PlanRow], *, books: int | None = None, cases: int | None = None, machines: int | None = None
) -> tuple[SumMismatch, ...]:
    """Compare the sums printed under a plan's table with its rows; with unknown parts a printed sum may be larger."""
    printed = {"Số sổ": books, "Số trường hợp": cases, "Số máy": machines}
    computed = {
        "Số sổ": total_of(r.books for r in rows),
        "Số trường hợp": total_of(r.cases for r in rows),
        "Số máy": total_of(r.machines for r in rows),
    }
    found = []
    for name, sum_printed in printed.items():
        total = computed[name]
        if sum_printed is None or sum_printed == total.known or (total.unknown and sum_printed > total.known):
            continue
        found.append(SumMismatch(column=name, printed=sum_printed, computed=total))
    return tuple(found)
