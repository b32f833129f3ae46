"""The figures of the plans: work by team, quotas and the days they need. Pure arithmetic.

Unknown totals stay unknown: a district with 846 books and no counted entries is real, and is never taken for zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corrections.campaign.calendars import PlanDays, UnitWork, plan_days
from corrections.campaign.totals import Total, dotted

__all__ = [
    "PlanRow",
    "QuotaPlan",
    "SumMismatch",
    "Total",
    "WorkRow",
    "check_printed_sums",
    "sum_work",
    "total_of",
]


def total_of(counts: Iterable[int | None]) -> Total:
    """The sum of counts of which some are unknown."""
    counts = list(counts)
    return Total(known=sum(c for c in counts if c is not None), unknown=sum(c is None for c in counts))


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
    """As far as they are counted; None: not at all."""
    uncounted: int = 0
    """Parts of them that nobody has counted: days cannot be told then."""
    machines: int | None = None
    quota: int | None = None
    """Its own; None: that of the plan."""

    @property
    def all_cases(self) -> Total:
        """Cases with what is not counted of them."""
        return Total(known=self.cases or 0, unknown=max(self.uncounted, int(self.cases is None)))


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
        return sum((row.all_cases for row in self.rows), Total())

    @property
    def machines(self) -> Total:
        """All machines."""
        return total_of(r.machines for r in self.rows)

    @property
    def days(self) -> PlanDays:
        """Days of each unit, of the slowest, and the pooled figure."""
        return plan_days(
            [
                UnitWork(
                    unit=row.unit,
                    cases=None if row.uncounted else row.cases,
                    machines=row.machines,
                    quota=row.quota or self.quota,
                )
                for row in self.rows
            ]
        )


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
