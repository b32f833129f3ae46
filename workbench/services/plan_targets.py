"""Targets of units by register type and step, how each stands today, and what keeping its date takes."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corrections.campaign.calendars import day_shown
from corrections.campaign.offices import Office, OfficeTree
from corrections.campaign.targets import (
    STEP_LABELS,
    Means,
    PlanState,
    Standing,
    Step,
    Target,
    each_by_itself,
    left_words,
    machines_for_all,
    standing_of,
    what_it_takes,
)
from corrections.campaign.totals import dotted
from corrections.entries import Role
from storage import plan as store
from storage.offices import office_tree
from vietnamese.shown_time import LOCAL
from workbench.services.context import Context, requires
from workbench.services.days import refuse_impossible_day
from workbench.services.plan_facts import (
    PACE_DAYS,
    PlanFacts,
    facts_of,
    keys_of,
    means_of,
    measured,
    parts_of_target,
    silent_units,
    slowest_of,
)
from workbench.services.plan_settings import planned_office

__all__ = ["PlanBoard", "PlanLine", "UnitNeed", "plan_board"]

_ALL = "Toàn bộ"
_BAD = (PlanState.OVERDUE, PlanState.BEHIND)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """A target as it stands."""

    target: Target
    unit: str
    """Its name; of a unit that was joined, the one that has its registers, with whose they are and since when."""
    kind: str
    """Register type in words."""
    step: str
    standing: Standing
    means: Means
    takes: str
    """What keeping the date takes, in words."""
    slowest: str = ""
    """Of several units the one that ends last; empty for a single one, and when nothing is left."""

    @property
    def is_behind(self) -> bool:
        """Whether the unit is late with it."""
        return self.standing.state in _BAD


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitNeed:
    """What a unit with several dates needs to keep all of them."""

    unit: str
    has: int | None
    machines: int | None
    """None: one date cannot be kept by any number of machines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanBoard:
    """All targets of a unit and those below it."""

    unit: str
    office_id: int | None
    day: dt.date
    calendar: str
    lines: tuple[PlanLine, ...]
    needs: tuple[UnitNeed, ...]
    kept: tuple[Target, ...] = ()
    """Every target the caller may see: what somebody who changes one has seen."""

    @property
    def behind(self) -> tuple[PlanLine, ...]:
        """Those behind, the latest first: overdue ones before others, then by the share of the goal that is missing."""
        late = [line for line in self.lines if line.is_behind]
        return tuple(sorted(late, key=_lateness))


def _lateness(line: PlanLine) -> tuple[int, float]:
    standing = line.standing
    return _BAD.index(standing.state), -standing.behind / max(1, standing.goal or 1)


@requires(Role.CLERK, Role.INSPECTOR)
def plan_board(ctx: Context, *, office_id: int | None = None, day: dt.date | None = None) -> PlanBoard:
    """Every target of a unit and of those below it, as it stands.

    A unit with a date of its own (in the list of units) and no target for entering has that date as its target.

    Args:
        ctx: A clerk's; its office must hold the unit.
        office_id: which unit; None: the caller's own, or all.
        day: seen from which day; None: today. Entries are counted up to its end, books as they stand now.

    Raises:
        InvalidInput: the unit is none of the caller's, or nobody can look from that day.
    """
    today = day or dt.datetime.now(LOCAL).date()
    refuse_impossible_day(today, "Ngày tính đến")
    with ctx.read() as connection:
        tree = office_tree(connection)
        office = planned_office(ctx, tree, office_id)
        kept = store.list_targets(connection)
        targets = _targets(kept, tree, office, today)
        facts = facts_of(connection, tree, {target.step for target in targets}, today)
    lines = tuple(_line(facts, target) for target in targets)
    return PlanBoard(
        unit=office.name if office else _ALL,
        office_id=office.id if office else None,
        day=today,
        calendar=facts.settings.calendar.name,
        lines=lines,
        needs=tuple(_needs(lines)),
        kept=kept,
    )


def _targets(kept: Sequence[Target], tree: OfficeTree, office: Office | None, today: dt.date) -> list[Target]:
    """Kept targets and the dates of units, in the order of the tree; those of joined units behind their successor's."""
    wanted = tree.subtree(office.id) if office else frozenset(tree.offices)
    by_office: dict[int | None, list[Target]] = defaultdict(list)
    for target in kept:
        by_office[target.office_id].append(target)
    gone: dict[int, list[Office]] = defaultdict(list)
    for unit in tree.in_order():
        heir = tree.standing(unit.id)
        if unit.abolished_on and unit.abolished_on <= today.isoformat() and heir is not None:
            gone[heir.id].append(unit)
    ordered = list(by_office[None]) if office is None else []
    for unit in tree.in_order():
        if unit.id not in wanted:
            continue
        if unit.in_force(today.isoformat()):
            ordered += _own_targets(unit, by_office[unit.id])
        for former in gone[unit.id]:
            # a date that the successor has as well is told once: its registers are among the successor's
            dated = _own_targets(former, by_office[former.id])
            ordered += [t for t in dated if t.id or former.id == unit.id or former.target_on != unit.target_on]
    return ordered


def _own_targets(unit: Office, kept: Sequence[Target]) -> list[Target]:
    """Targets kept for a unit, and its own date where none of them is of all entries."""
    if not unit.target_on or any(t.step is Step.CONFIRMED and t.register_type is None for t in kept):
        return list(kept)
    return [*kept, _of_unit(unit)]


def _of_unit(unit: Office) -> Target:
    return Target(
        office_id=unit.id,
        register_type=None,
        step=Step.CONFIRMED,
        starts_on=dt.date.fromisoformat(unit.starts_on or unit.target_on),
        target_on=dt.date.fromisoformat(unit.target_on),
    )


def _line(facts: PlanFacts, target: Target) -> PlanLine:
    total, done = measured(facts, target, keys_of(facts, target.office_id))
    means, calendar = means_of(facts, target.office_id), facts.settings.calendar
    days = calendar.work_days(facts.today - dt.timedelta(days=PACE_DAYS - 1), facts.today)
    pace = _recent(facts, target) / days if days and target.step is Step.CONFIRMED else 0.0
    standing = standing_of(target, total=total, done=done, today=facts.today, means=means, pace=pace)
    parts = parts_of_target(facts, target)
    standing = each_by_itself(standing, [part.standing for part in parts])
    slowest = slowest_of(parts)
    named = f"chậm nhất: {slowest.unit}, {left_words(slowest.standing, target.step)}" if slowest else ""
    silent = silent_units(facts, target.office_id) if standing.goal is not None and target.amount is None else 0
    left_out = f"chưa tính {dotted(silent)} đơn vị chưa có số liệu" if silent else ""
    return PlanLine(
        target=target,
        unit=_named(facts, target.office_id),
        kind=target.register_type.label if target.register_type else "Tất cả loại sổ",
        step=STEP_LABELS[target.step],
        standing=standing,
        means=means,
        slowest=slowest.unit if slowest else "",
        takes="; ".join(filter(None, (what_it_takes(standing, target.step, means), named, left_out))),
    )


def _recent(facts: PlanFacts, target: Target) -> int:
    keys = set(keys_of(facts, target.office_id))
    return sum(
        count for (key, kind), count in facts.recent.items() if key in keys and target.register_type in (None, kind)
    )


def _named(facts: PlanFacts, office_id: int | None) -> str:
    """What the unit is called; of one that is no more, who has its registers: `Xã B (sổ của Xã A, nhập 01/07/2026)`."""
    unit = facts.tree.get(office_id)
    if unit is None:
        return _ALL
    if not unit.abolished_on or facts.today.isoformat() < unit.abolished_on:
        return unit.name
    heir, since = facts.tree.standing(unit.id), day_shown(unit.abolished_on)
    if heir is None or heir.id == unit.id:
        return f"{unit.name} (thôi hoạt động từ {since})"
    return f"{heir.name} (sổ của {unit.name}, nhập từ {since})"


def _needs(lines: Sequence[PlanLine]) -> Iterator[UnitNeed]:
    """For units with more than one date of entering that is not reached yet: machines that keep them all."""
    open_lines: dict[int | None, list[PlanLine]] = defaultdict(list)
    for line in lines:
        if line.target.step is Step.CONFIRMED and line.standing.remaining:
            open_lines[line.target.office_id].append(line)
    for own in open_lines.values():
        if len(own) < 2:
            continue
        # The line of all types holds the others once more: the date that asks for more machines decides.
        whole = [line for line in own if line.target.register_type is None]
        single = [line for line in own if line.target.register_type is not None]
        means = own[0].means
        needed = [
            machines_for_all([(line.standing.remaining or 0, line.standing.days_left) for line in part], means)
            for part in (whole, single)
        ]
        known = [number for number in needed if number is not None]
        yield UnitNeed(unit=own[0].unit, has=means.machines, machines=max(known) if len(known) == 2 else None)
