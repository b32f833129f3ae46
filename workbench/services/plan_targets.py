"""Targets of units by register type and step, how each stands today, and what keeping its date takes."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from corrections.campaign.figures import Figures, Period
from corrections.campaign.offices import Office, OfficeTree
from corrections.campaign.packages import StepCounts
from corrections.campaign.targets import (
    CASE_STEPS,
    STEP_LABELS,
    Means,
    PlanState,
    Standing,
    Step,
    Target,
    TargetError,
    checked_target,
    machines_for_all,
    standing_of,
    what_it_takes,
)
from corrections.campaign.totals import Total
from corrections.entries import Role
from layouts.register_types import RegisterType
from storage import plan as store
from storage.clock import stamp
from storage.offices import office_tree
from storage.opening.database import Connection
from storage.reports_data import unit_totals_of
from storage.settings_store import get_setting
from storage.step_counts import StepKey, finished_since
from storage.work_counts import OfficeKey
from vietnamese.shown_time import LOCAL
from workbench.services.campaign_sources import Sources, sources_of
from workbench.services.context import Context, requires
from workbench.services.days import refuse_impossible_day
from workbench.services.errors import InvalidInput, Missing, found
from workbench.services.plan_settings import USUAL_QUOTA, PlanSettings, kept_settings, planned_office
from workbench.services.settings import OFFICE
from workbench.services.unit_steps import steps_by_unit

__all__ = ["PlanBoard", "PlanLine", "UnitNeed", "drop_target", "plan_board", "save_targets"]

_PACE_DAYS = 14
"""Days over which the present pace is taken: two weeks hold every weekday twice. By judgement."""
_ALL = "Toàn bộ"
_BAD = (PlanState.OVERDUE, PlanState.BEHIND)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """A target as it stands."""

    target: Target
    unit: str
    kind: str
    """Register type in words."""
    step: str
    standing: Standing
    means: Means
    takes: str
    """What keeping the date takes, in words."""

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

    @property
    def behind(self) -> tuple[PlanLine, ...]:
        """Those behind, the latest first: overdue ones before others, then by the share of the goal that is missing."""
        late = [line for line in self.lines if line.is_behind]
        return tuple(sorted(late, key=_lateness))


def _lateness(line: PlanLine) -> tuple[int, float]:
    standing = line.standing
    return _BAD.index(standing.state), -standing.behind / max(1, standing.goal or 1)


@dataclass(slots=True)
class _Facts:
    """All figures that targets are compared with."""

    tree: OfficeTree
    sources: Sources
    steps: Mapping[OfficeKey, StepCounts | None]
    """None: a unit's package does not say."""
    recent: Mapping[StepKey, int]
    settings: PlanSettings
    usual_quota: int
    machines_of_words: Mapping[str, int | None]
    today: dt.date
    inside: dict[int | None, tuple[OfficeKey, ...]] = field(default_factory=dict)
    types: dict[OfficeKey, Mapping[RegisterType, Figures]] = field(default_factory=dict)
    """Of each unit alone, added up once: many targets ask for the same ones."""


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
        targets = _targets(connection, tree, office, today)
        facts = _facts(connection, tree, {target.step for target in targets}, today)
    lines = tuple(_line(facts, target) for target in targets)
    return PlanBoard(
        unit=office.name if office else _ALL,
        office_id=office.id if office else None,
        day=today,
        calendar=facts.settings.calendar.name,
        lines=lines,
        needs=tuple(_needs(lines)),
    )


def _targets(connection: Connection, tree: OfficeTree, office: Office | None, today: dt.date) -> list[Target]:
    """Kept targets and the dates of units, in the order of the tree; of units that stand."""
    kept = store.list_targets(connection)
    wanted = tree.subtree(office.id) if office else frozenset(tree.offices)
    by_office: dict[int | None, list[Target]] = defaultdict(list)
    for target in kept:
        by_office[target.office_id].append(target)
    ordered = list(by_office[None]) if office is None else []
    for unit in tree.in_force(today.isoformat()):
        if unit.id in wanted:
            own = by_office[unit.id]
            ordered += own
            if unit.target_on and not any(t.step is Step.CONFIRMED and t.register_type is None for t in own):
                ordered.append(_of_unit(unit))
    return ordered


def _of_unit(unit: Office) -> Target:
    return Target(
        office_id=unit.id,
        register_type=None,
        step=Step.CONFIRMED,
        starts_on=dt.date.fromisoformat(unit.starts_on or unit.target_on),
        target_on=dt.date.fromisoformat(unit.target_on),
    )


def _facts(connection: Connection, tree: OfficeTree, steps: set[Step], today: dt.date) -> _Facts:
    begin = dt.datetime.combine(today, dt.time(), LOCAL)
    end = begin + dt.timedelta(days=1)
    sources = sources_of(connection, tree, Period.DAY, (stamp(begin), stamp(end)), today.isoformat())
    return _Facts(
        tree=tree,
        sources=sources,
        steps=steps_by_unit(connection, sources, steps),
        recent=finished_since(connection, stamp(begin - dt.timedelta(days=_PACE_DAYS))),
        settings=kept_settings(connection),
        usual_quota=int(get_setting(connection, f"{OFFICE}quota") or USUAL_QUOTA),
        machines_of_words={total.unit: total.machines for total in unit_totals_of(connection)},
        today=today,
    )


def _line(facts: _Facts, target: Target) -> PlanLine:
    total, done = _measured(facts, target)
    means, calendar = _means(facts, target), facts.settings.calendar
    days = calendar.work_days(facts.today - dt.timedelta(days=_PACE_DAYS - 1), facts.today)
    pace = _recent(facts, target) / days if days and target.step is Step.CONFIRMED else 0.0
    standing = standing_of(target, total=total, done=done, today=facts.today, means=means, pace=pace)
    unit = facts.tree.get(target.office_id)
    return PlanLine(
        target=target,
        unit=unit.name if unit else _ALL,
        kind=target.register_type.label if target.register_type else "Tất cả loại sổ",
        step=STEP_LABELS[target.step],
        standing=standing,
        means=means,
        takes=what_it_takes(standing, target.step, means),
    )


def _keys(facts: _Facts, office_id: int | None) -> tuple[OfficeKey, ...]:
    """Keys of all figures that belong to a unit: its own, those below, those joined into them."""
    if office_id not in facts.inside:
        if office_id is None:
            keys = {*facts.sources.own, *((sent, "") for sent in facts.sources.sent)}
        else:
            keys = {(inner, "") for inner in facts.tree.subtree(office_id)}
        facts.inside[office_id] = tuple(sorted(keys, key=str))
    return facts.inside[office_id]


def _measured(facts: _Facts, target: Target) -> tuple[Total, int | None]:
    """All there is and what is done of it; None: a unit sends packages that do not tell of this step."""
    total, done, silent = Total(), 0, False
    for key in _keys(facts, target.office_id):
        steps = facts.steps.get(key, {})
        for kind, figures in _of_unit_alone(facts, key).items():
            if target.register_type not in (None, kind):
                continue
            if target.step in CASE_STEPS:
                total += figures.total
                done += figures.done if target.step is Step.CONFIRMED else figures.approved
                continue
            total += Total(known=figures.books)
            silent = silent or (steps is None and bool(figures.books))
            done += min((steps or {}).get(kind, {}).get(target.step, 0), figures.books)
    return total, None if silent else done


def _of_unit_alone(facts: _Facts, key: OfficeKey) -> Mapping[RegisterType, Figures]:
    """Figures of a unit by register type, from the record, else from a package."""
    if key not in facts.types:
        parts = facts.sources.own.get(key)
        if parts is None and key[0] is not None and key[0] in facts.sources.sent:
            parts = facts.sources.sent[key[0]].parts
        sums: dict[RegisterType, Figures] = {}
        for (kind, _), figures in (parts or {}).items():
            sums[kind] = sums[kind] + figures if kind in sums else figures
        facts.types[key] = sums
    return facts.types[key]


def _recent(facts: _Facts, target: Target) -> int:
    keys = set(_keys(facts, target.office_id))
    return sum(
        count for (key, kind), count in facts.recent.items() if key in keys and target.register_type in (None, kind)
    )


def _means(facts: _Facts, target: Target) -> Means:
    """Machines of the unit with all below it, and its quota."""
    office = facts.tree.get(target.office_id)
    inside = facts.tree.subtree(office.id) if office else facts.tree.offices.keys()
    counted = [
        unit.machines
        for unit in map(facts.tree.offices.__getitem__, inside)
        if unit.machines and unit.in_force(facts.today.isoformat())
    ]
    if not len(facts.tree):
        words = {key[1] for key in facts.sources.own}
        counted = [number for unit, number in facts.machines_of_words.items() if number and unit in words]
    return Means(
        machines=sum(counted) or None,
        quota=(office.quota if office else None) or facts.usual_quota,
        calendar=facts.settings.calendar,
        most_shifts=len(facts.settings.shifts),
    )


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


# --- changes ----------------------------------------------------------------------------------------------------------


@requires(Role.SUPERVISOR)
def save_targets(ctx: Context, target: Target, *, also_below: bool = False) -> int:
    """Keep a target of a unit; one of the same unit, type and step is replaced.

    Args:
        ctx: a supervisor's.
        target: its `office_id` is the unit; None: the caller's own, or all registers.
        also_below: keep it for each unit directly below as well (without an amount: all they have).

    Returns:
        For how many units.

    Raises:
        InvalidInput: it cannot be so, or the unit is none of the caller's.
    """
    try:
        target = checked_target(target)
    except TargetError as error:
        raise InvalidInput(str(error)) from error
    today = dt.datetime.now(LOCAL).date().isoformat()
    with ctx.write() as work:
        tree = office_tree(work.connection)
        office = planned_office(ctx, tree, target.office_id)
        target = replace(target, office_id=office.id if office else None, note=target.note.strip())
        units = [target]
        if also_below:
            below = [unit for unit in tree.children(target.office_id) if unit.in_force(today)]
            units += [replace(target, office_id=unit.id, amount=None) for unit in below]
        for one in units:
            store.put_target(work.connection, one, ctx.account_id)
            work.note("plan_target", column=_named(tree, one), new=_told(one), reason=one.note)
    return len(units)


@requires(Role.SUPERVISOR)
def drop_target(ctx: Context, target_id: int) -> None:
    """Take a target away.

    Raises:
        NotFound: there is none of that id among the caller's.
    """
    with ctx.write() as work:
        target = found(store.get_target(work.connection, target_id), Missing.TARGET)
        store.drop_target(work.connection, target_id)
        work.note("plan_target", column=_named(office_tree(work.connection), target), old=_told(target))


def _named(tree: OfficeTree, target: Target) -> str:
    unit = tree.get(target.office_id)
    kind = target.register_type.value if target.register_type else ""
    return " ".join(filter(None, (unit.code if unit else "", target.step.value, kind)))


def _told(target: Target) -> str:
    amount = "" if target.amount is None else f" {target.amount}"
    return f"{target.starts_on.isoformat()} {target.target_on.isoformat()}{amount}"
