"""What people did by the clock's shifts, against their target, and what is paid for it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from layouts.register_types import RegisterType

__all__ = ["PayRule", "PersonWork", "WorkLine", "work_of_people"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkLine:
    """What one person finished in one shift of one day."""

    account_id: int
    day: dt.date
    shift: str
    """Key of the shift; empty: outside of all."""
    entries: int
    """Entries that stand as finished."""
    by_type: Mapping[RegisterType, int] = field(default_factory=dict)
    """The same entries by register type."""
    sent_back: int = 0
    """Entries finished then that were opened again since: not counted."""
    on_roster: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PayRule:
    """How work is paid: whole đồng."""

    quota: int = 100
    """Entries a person and shift: half of the plans' 200 a machine and day of two shifts."""
    price: int = 0
    """For an entry."""
    price_above: int = 0
    """For an entry above the target; 0: as every other."""
    prices: Mapping[RegisterType, int] = field(default_factory=dict)
    """For an entry of these register types, in place of `price`."""

    @property
    def above(self) -> int:
        """What an entry above the target brings where it has no price of its own type."""
        return self.price_above or self.price

    @property
    def priced(self) -> bool:
        """Whether any entry brings anything."""
        return bool(self.price or any(self.prices.values()))

    def pay(self, entries: int, by_type: Mapping[RegisterType, int], above: int) -> int:
        """Đồng for so many entries, some of them of types with a price of their own.

        For each entry beyond the target comes what `above` is more than `price`, whatever its type.
        """
        own = sum(by_type.get(kind, 0) * price for kind, price in self.prices.items())
        others = entries - sum(by_type.get(kind, 0) for kind in self.prices)
        return own + others * self.price + above * (self.above - self.price)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonWork:
    """A person's work in a stretch of days."""

    account_id: int
    by_shift: Mapping[str, int] = field(default_factory=dict)
    """Entries by key of the shift; the empty key is outside of all."""
    by_type: Mapping[RegisterType, int] = field(default_factory=dict)
    """The same entries by register type."""
    sent_back: int = 0
    shifts: int = 0
    """Shifts the target is reckoned from: those on the roster and those worked in without."""

    @property
    def entries(self) -> int:
        """All entries."""
        return sum(self.by_shift.values())

    def target(self, rule: PayRule) -> int | None:
        """Entries wanted of the person; None: no shift, so nothing was set."""
        return self.shifts * rule.quota if self.shifts else None

    def above(self, rule: PayRule) -> int:
        """Entries beyond the target; none where there is no target."""
        target = self.target(rule)
        return max(0, self.entries - target) if target is not None else 0

    def pay(self, rule: PayRule) -> int:
        """Đồng."""
        return rule.pay(self.entries, self.by_type, self.above(rule))


def work_of_people(lines: Iterable[WorkLine], rostered: Iterable[tuple[int, dt.date, str]]) -> tuple[PersonWork, ...]:
    """Everybody's work added up; somebody on the roster who finished nothing is there with nought.

    Args:
        lines: work by person, day and shift.
        rostered: account, day and shift of each turn on the roster.
    """
    entries: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    types: dict[int, dict[RegisterType, int]] = defaultdict(lambda: defaultdict(int))
    back: dict[int, int] = defaultdict(int)
    turns: dict[int, set[tuple[dt.date, str]]] = defaultdict(set)
    worked: dict[int, set[tuple[dt.date, str]]] = defaultdict(set)
    for account_id, day, shift in rostered:
        turns[account_id].add((day, shift))
    for line in lines:
        back[line.account_id] += line.sent_back
        entries[line.account_id][line.shift] += line.entries
        for kind, count in line.by_type.items():
            types[line.account_id][kind] += count
        if line.shift and line.entries:
            worked[line.account_id].add((line.day, line.shift))
    return tuple(
        PersonWork(
            account_id=who,
            by_shift=dict(entries[who]),
            by_type=dict(types[who]),
            sent_back=back[who],
            shifts=len(turns[who] | worked[who]),
        )
        for who in sorted({*entries, *turns})
    )
