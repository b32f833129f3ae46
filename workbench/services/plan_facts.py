"""What targets are compared with: figures of units, of each by itself, and with what they work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from corrections.campaign.figures import Figures, Period
from corrections.campaign.offices import OfficeLevel, OfficeTree
from corrections.campaign.packages import StepCounts
from corrections.campaign.targets import CASE_STEPS, Means, Standing, Step, Target, standing_of
from corrections.campaign.totals import Total
from layouts.register_types import RegisterType
from storage.clock import stamp
from storage.opening.database import Connection
from storage.reports_data import unit_totals_of
from storage.settings_store import get_setting
from storage.step_counts import StepKey, finished_since
from storage.work_counts import OfficeKey
from vietnamese.shown_time import LOCAL
from workbench.services.campaign_sources import Sources, sources_of
from workbench.services.plan_settings import USUAL_QUOTA, PlanSettings, kept_settings
from workbench.services.settings import OFFICE
from workbench.services.unit_steps import steps_by_unit

__all__ = [
    "PACE_DAYS",
    "PlanFacts",
    "TargetPart",
    "facts_of",
    "keys_of",
    "means_of",
    "measured",
    "parts_of_target",
    "silent_units",
    "slowest_of",
]

PACE_DAYS = 14
"""Days over which the present pace is taken: two weeks hold every weekday twice. By judgement."""


@dataclass(slots=True)
class PlanFacts:
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


def facts_of(connection: Connection, tree: OfficeTree, steps: set[Step], today: dt.date) -> PlanFacts:
    """Everything that targets of these steps are compared with on a day."""
    begin = dt.datetime.combine(today, dt.time(), LOCAL)
    end = begin + dt.timedelta(days=1)
    sources = sources_of(connection, tree, Period.DAY, (stamp(begin), stamp(end)), today.isoformat())
    return PlanFacts(
        tree=tree,
        sources=sources,
        steps=steps_by_unit(connection, sources, steps),
        recent=finished_since(connection, stamp(begin - dt.timedelta(days=PACE_DAYS))),
        settings=kept_settings(connection),
        usual_quota=int(get_setting(connection, f"{OFFICE}quota") or USUAL_QUOTA),
        machines_of_words={total.unit: total.machines for total in unit_totals_of(connection)},
        today=today,
    )


def keys_of(facts: PlanFacts, office_id: int | None) -> tuple[OfficeKey, ...]:
    """Keys of all figures that belong to a unit: its own, those below, those joined into them."""
    if office_id not in facts.inside:
        if office_id is None:
            keys = {*facts.sources.own, *((sent, "") for sent in facts.sources.sent)}
        else:
            keys = {(inner, "") for inner in facts.tree.counted_in(office_id, facts.today.isoformat())}
        facts.inside[office_id] = tuple(sorted(keys, key=str))
    return facts.inside[office_id]


def measured(facts: PlanFacts, target: Target, keys: Collection[OfficeKey]) -> tuple[Total, int | None]:
    """All there is of a target in some units and what is done of it.

    None: nobody tells of it, or a unit's package does not tell of this step. What a unit has done beyond its own count
    brings no other one nearer to what all were counted to have.
    """
    if not any(_of_unit_alone(facts, key) for key in keys):
        return Total(unknown=1), None
    total, done, silent = Total(), 0, False
    for key in keys:
        steps = facts.steps.get(key, {})
        for kind, figures in _of_unit_alone(facts, key).items():
            if target.register_type not in (None, kind):
                continue
            if target.step in CASE_STEPS:
                total += figures.total
                done += _cases_done(target, figures)
                continue
            total += Total(known=figures.books)
            silent = silent or (steps is None and bool(figures.books))
            done += min((steps or {}).get(kind, {}).get(target.step, 0), figures.books)
    return total, None if silent else done


def _cases_done(target: Target, figures: Figures) -> int:
    done = figures.done if target.step is Step.CONFIRMED else figures.approved
    return done if target.amount is not None else min(done, figures.done - figures.beyond)


def _of_unit_alone(facts: PlanFacts, key: OfficeKey) -> Mapping[RegisterType, Figures]:
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


# --- units by themselves ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetPart:
    """How a target stands in one of its units."""

    unit: str
    standing: Standing


def parts_of_target(facts: PlanFacts, target: Target) -> tuple[TargetPart, ...]:
    """How a target over several units stands in each of them; empty for one unit, and for a number of its own."""
    if target.amount is not None:
        return ()
    groups = list(_working(facts, target))
    if len(groups) < 2:
        return ()
    parts = []
    for unit, keys, means in groups:
        total, done = measured(facts, target, keys)
        standing = standing_of(target, total=total, done=done, today=facts.today, means=means)
        parts.append(TargetPart(unit=unit, standing=standing))
    return tuple(parts)


def _working(facts: PlanFacts, target: Target) -> Iterator[tuple[str, tuple[OfficeKey, ...], Means]]:
    """Units that work by themselves: each that keeps registers; those below one that has the machines, together."""
    if target.office_id is None and not len(facts.tree):
        for key in keys_of(facts, None):
            machines = facts.machines_of_words.get(key[1])
            yield key[1], (key,), _means_with(facts, machines, None)
        return
    heads = facts.tree.counted_below(None, facts.today.isoformat())
    for top in [target.office_id] if target.office_id is not None else [head.id for head, _ in heads]:
        yield from _working_below(facts, top, target.step)


def _working_below(facts: PlanFacts, office_id: int, step: Step) -> Iterator[tuple[str, tuple[OfficeKey, ...], Means]]:
    tree, today = facts.tree, facts.today.isoformat()
    office, below = tree.offices[office_id], tree.counted_below(office_id, today)
    pool = office.machines and not any(tree.offices[i].machines for _, inside in below for i in inside)
    keys, machines = keys_of(facts, office_id), means_of(facts, office_id).machines
    if below and not (pool and step is Step.CONFIRMED):
        for child, _ in below:
            yield from _working_below(facts, child.id, step)
        keys, machines = tuple((i, "") for i in sorted(tree.kept_by(office_id, today))), office.machines
    if any(_of_unit_alone(facts, key) for key in keys):
        yield office.name, keys, _means_with(facts, machines, office.quota)


def silent_units(facts: PlanFacts, office_id: int | None) -> int:
    """Communes of a unit that nobody tells anything of: they are in no sum."""
    tree, today = facts.tree, facts.today.isoformat()
    inside = (tree.offices[key[0]] for key in keys_of(facts, office_id) if key[0] is not None)
    units = tree.in_force(today) if office_id is None else inside
    return sum(
        1
        for unit in units
        if unit.level is OfficeLevel.COMMUNE
        and unit.in_force(today)
        and not any(_of_unit_alone(facts, (i, "")) for i in tree.counted_in(unit.id, today))
    )


def slowest_of(parts: Sequence[TargetPart]) -> TargetPart | None:
    """The unit that ends last: by days of work where they are known of all that have something left, else by share."""
    left = [part for part in parts if part.standing.remaining]
    if not left:
        return None
    by_days = all(part.standing.days is not None for part in left)
    return max(left, key=lambda part: (part.standing.days or 0) if by_days else _share_left(part.standing))


def _share_left(standing: Standing) -> float:
    return (standing.remaining or 0) / max(1, standing.goal or 1)


def means_of(facts: PlanFacts, office_id: int | None) -> Means:
    """Machines of a unit (of a joined one: of its successor) with all below it, and its quota."""
    office = facts.tree.standing(office_id) if office_id is not None else None
    inside = facts.tree.subtree(office.id) if office else facts.tree.offices.keys()
    counted = [
        unit.machines
        for unit in map(facts.tree.offices.__getitem__, inside)
        if unit.machines and unit.in_force(facts.today.isoformat())
    ]
    if not len(facts.tree):
        words = {key[1] for key in facts.sources.own}
        counted = [number for unit, number in facts.machines_of_words.items() if number and unit in words]
    return _means_with(facts, sum(counted), office.quota if office else None)


def _means_with(facts: PlanFacts, machines: int | None, quota: int | None) -> Means:
    return Means(
        machines=machines or None,
        quota=quota or facts.usual_quota,
        calendar=facts.settings.calendar,
        most_shifts=len(facts.settings.shifts),
    )
